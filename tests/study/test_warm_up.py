"""Is the warm-up long enough? By hand, and on a town whose warm-up is taken away."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim import City
from sim.clock import Horizon
from sim.scoring.interval import t_quantile
from sim.study.replicate import Experiment, replicate
from sim.study.warm_up import load_at_ends, warm_up_checks

DAY = 1440.0
NAN = float("nan")


def run_of(horizon: Horizon, start_min: list[float], end_min: list[float]) -> Any:
    sessions = SimpleNamespace(start_min=np.array(start_min), end_min=np.array(end_min))
    return SimpleNamespace(survey=SimpleNamespace(horizon=horizon), sessions=sessions)


def test_cars_are_counted_on_monday_at_0_h_and_a_week_later() -> None:
    monday, next_monday = 2 * DAY, 9 * DAY
    start = [0.0, monday, 100.0, NAN, monday - 1, next_monday - 5, next_monday]
    end = [monday, monday + 60, next_monday + 1, NAN, NAN, next_monday + 5, next_monday + 9]
    # at the start: one that plugs in then, one through both, one that never ends; the first has just left
    # a week later: the one through both, the one that never ends, the last two
    assert load_at_ends(run_of(Horizon(2, 7), start, end)).tolist() == [3.0, 4.0]


def test_ten_days_are_compared_over_their_whole_week_and_six_not_at_all() -> None:
    assert load_at_ends(run_of(Horizon(0, 10), [6 * DAY], [8 * DAY])).tolist() == [0.0, 1.0]
    assert np.isnan(load_at_ends(run_of(Horizon(0, 6), [0.0], [DAY]))).all()


def test_a_check_passes_within_interval_and_tolerance_by_hand() -> None:
    loads = [np.array([10.0, 12.0]), np.array([10.0, 11.0]), np.array([10.0, 13.0])]
    # differences 2, 1, 3: mean 2, standard error 1 / sqrt 3, half-width 2.484; load at the end 12
    table = warm_up_checks(loads, loads, horizon=Horizon(2, 7), tolerance=0.1)
    assert table["value"].tolist() == [2.0, 2.0]
    assert table["high"].to_numpy() == pytest.approx(t_quantile(2) / 3**0.5 + 1.2)
    assert (table["low"] == -table["high"]).all()
    assert table["passed"].all()


def test_a_network_that_still_fills_up_fails() -> None:
    filling = [np.array([0.0, 12.0]), np.array([0.0, 11.0]), np.array([0.0, 13.0])]
    steady = [np.array([12.0, 12.0]), np.array([11.0, 12.0]), np.array([13.0, 12.0])]
    table = warm_up_checks(filling, steady, horizon=Horizon(0, 7), tolerance=0.02)
    assert table["passed"].tolist() == [False, True]
    assert table["check"].tolist() == [f"load at the end less at the start, {s}" for s in ("as it is", "with the plan")]


def test_less_than_a_week_is_said_not_to_be_checked() -> None:
    loads = [np.full(2, NAN)] * 3
    table = warm_up_checks(loads, loads, horizon=Horizon(2, 3), tolerance=0.02)
    assert table["passed"].all()
    assert table["note"].str.startswith("not checked").all()


def test_steady_weeks_seldom_fail() -> None:
    # Poisson loads with the same mean at both ends: fails in fewer than 5 of 100 studies of 20 replications.
    # 1,000 studies; 3 standard errors of a share of 0.05 are 0.021
    rng = np.random.default_rng(1)
    failed = 0
    for _ in range(1000):
        loads = list(rng.poisson(30.0, (20, 2)).astype(float))
        failed += not warm_up_checks(loads, loads, horizon=Horizon(2, 7), tolerance=0.0)["passed"].all()
    assert 0.029 < failed / 1000 < 0.071


@pytest.mark.parametrize(("days", "passes"), [(0, False), (2, True)])
def test_a_town_needs_its_warm_up(city: City, experiment: Experiment, days: int, passes: bool) -> None:
    simulation = dataclasses.replace(experiment.simulation, warm_up_days=days)
    [loads] = replicate(
        [city], dataclasses.replace(experiment, simulation=simulation), stage="verdict", numbers=range(20),
        measure=load_at_ends, done=lambda: None,
    )  # fmt: skip
    found = warm_up_checks(loads, loads, horizon=simulation.horizon, tolerance=simulation.warm_up_tolerance)
    assert (found["passed"] == passes).all(), found
