"""Distances and reach, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

import sim.city.travel as travel
from sim.city.travel import straight_line_m, way_m, within_reach


def test_the_way_is_the_straight_line_times_the_detour() -> None:
    assert way_m(straight_line_m(1.0, 1.0, 4.0, 5.0), detour_factor=1.5) == 7.5


def test_pairs_within_reach_come_in_order_and_the_edge_belongs_to_it() -> None:
    homes = np.array([[0.0, 0.0], [100.0, 0.0]])
    stations = np.array([[100.0, 0.0], [0.0, 50.0], [300.0, 0.0]])
    # detour 2: home 0 reaches station 0 by 200 m (the edge) and station 1 by 100 m; home 1 reaches station 0 by 0 m;
    # station 1 is 111.8 m from home 1, 223.6 m on foot; station 2 is 400 m away on foot
    home, station, way = within_reach(homes, stations, reach_m=200, detour_factor=2.0)
    assert home.tolist() == [0, 0, 1]
    assert station.tolist() == [0, 1, 0]
    assert way.tolist() == [200.0, 100.0, 0.0]


def test_each_driver_may_have_a_reach_of_its_own() -> None:
    home, station, _ = within_reach(np.zeros((2, 2)), np.array([[5.0, 0.0]]), reach_m=[4.0, 6.0])
    assert (home.tolist(), station.tolist()) == ([1], [0])


@pytest.mark.parametrize("pairs_at_once", [1, 7, 10**6])
def test_the_strips_find_the_same_pairs_as_the_full_table(monkeypatch: pytest.MonkeyPatch, pairs_at_once: int) -> None:
    monkeypatch.setattr(travel, "PAIRS_AT_ONCE", pairs_at_once)
    rng = np.random.default_rng(1)
    a, b = rng.uniform(0, 1000, (60, 2)), rng.uniform(0, 1000, (40, 2))
    table = np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1])
    row, column, way = within_reach(a, b, reach_m=150.0)
    expected = np.argwhere(table <= 150.0)
    assert len(expected) > 50
    assert np.array_equal(np.column_stack([row, column]), expected)
    assert np.array_equal(way, table[row, column])


@pytest.mark.parametrize(("homes", "stations"), [(0, 3), (3, 0), (0, 0)])
def test_nothing_is_within_reach_of_nothing(homes: int, stations: int) -> None:
    row, column, way = within_reach(np.zeros((homes, 2)), np.zeros((stations, 2)), reach_m=1.0)
    assert len(row) == len(column) == len(way) == 0
