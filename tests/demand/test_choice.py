"""Ranked stations against looking at every pair, and by hand."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from sim.city.technology import WEEKDAYS, Technology
from sim.clock import Horizon
from sim.demand.choice import rank_stations
from sim.demand.draw import draw_requests
from sim.demand.requests import USE_CASES, Requests
from sim.errors import UnknownName


def technology(current, eur_per_kwh=0.5, hour_factor=()):
    return Technology(
        current,
        current,
        22.0,
        1.0,
        1.0,
        10.0,
        [2],
        None,
        48.0,
        0.0,
        eur_per_kwh,
        list(hour_factor),
        1.0,
        ["kerb"],
        0,
        24,
        list(WEEKDAYS),
    )


AC_DC = {"ac": technology("AC"), "dc": technology("DC")}


def stations(*rows):
    return pd.DataFrame(rows, columns=["x_m", "y_m", "technology"])


def requests(*rows):
    """Use case, x, y, reach; all in one cell."""
    n = len(rows)
    zeros = {f.name: np.zeros(n) for f in dataclasses.fields(Requests)}
    return Requests(
        **zeros
        | dict(
            use_case=np.array([USE_CASES.index(row[0]) for row in rows], np.int8),
            cell=np.zeros(n, np.int32),
            x_m=np.array([row[1] for row in rows], float),
            y_m=np.array([row[2] for row in rows], float),
            reach_m=np.array([row[3] for row in rows], float),
        )
    )


def test_the_nearest_stations_come_first_and_the_way_holds_the_detour(behaviour):
    network = stations((300, 0, "ac"), (100, 0, "ac"), (50, 0, "dc"), (0, 200, "ac"), (0, 400, "ac"))
    ranked = rank_stations(requests(("kerbside", 0, 0, 1000)), network, AC_DC, behaviour)
    assert ranked.choices.tolist() == [[1, 3, 0]]
    assert ranked.way_m[0] == pytest.approx([130, 260, 390])


def test_stations_beyond_reach_are_no_choice(behaviour):
    network = stations((100, 0, "ac"), (200, 0, "ac"))
    ranked = rank_stations(requests(("kerbside", 0, 0, 131), ("kerbside", 0, 0, 129)), network, AC_DC, behaviour)
    assert ranked.choices.tolist() == [[0, -1, -1], [-1, -1, -1]]
    assert np.isnan(ranked.way_m[0, 1:]).all() and np.isnan(ranked.way_m[1]).all()


def test_each_use_case_tries_as_many_as_it_does_and_only_its_current(behaviour):
    network = stations((10, 0, "ac"), (20, 0, "ac"), (30, 0, "dc"), (40, 0, "dc"))
    wishes = requests(("work", 0, 0, 1000), ("destination", 0, 0, 1000), ("retail", 0, 0, 1000), ("hub", 0, 0, 1000))
    ranked = rank_stations(wishes, network, AC_DC, behaviour)
    assert ranked.choices.tolist() == [[0, -1, -1], [0, 1, -1], [2, -1, -1], [2, 3, -1]]


def test_equally_near_stations_come_in_order_of_the_table(behaviour):
    network = stations((0, 100, "ac"), (100, 0, "ac"), (-100, 0, "ac"), (0, -100, "ac"))
    ranked = rank_stations(requests(("kerbside", 0, 0, 1000)), network, AC_DC, behaviour)
    assert ranked.choices.tolist() == [[0, 1, 2]]


def test_the_way_to_the_next_choice_takes_search_and_drive(behaviour):
    """Stations 3 and 4 km apart along a right angle: 5 km x 1.3 at 20 km/h are 19.5 min, and 2 min of search."""
    network = stations((0, 0, "dc"), (3000, 0, "dc"), (3000, 4000, "dc"))
    ranked = rank_stations(requests(("hub", 0, 0, 1e6)), network, AC_DC, behaviour)
    assert ranked.choices.tolist() == [[0, 1, 2]]
    assert ranked.detour_min[0] == pytest.approx([0, 2 + 3 * 1.3 * 3, 2 + 4 * 1.3 * 3])


def test_without_a_station_nobody_has_a_choice(behaviour):
    ranked = rank_stations(requests(("kerbside", 0, 0, 1000)), stations(), AC_DC, behaviour)
    assert ranked.choices.tolist() == [[-1, -1, -1]] and ranked.detour_min.tolist() == [[0, 0, 0]]
    only_dc = rank_stations(requests(("kerbside", 0, 0, 1000)), stations((0, 0, "dc")), AC_DC, behaviour)
    assert only_dc.choices.tolist() == [[-1, -1, -1]]


def test_without_a_request_the_columns_are_empty(behaviour):
    assert rank_stations(requests(), stations((0, 0, "ac")), AC_DC, behaviour).choices.shape == (0, 3)


def test_an_unknown_technology_is_refused(behaviour):
    with pytest.raises(UnknownName, match="unknown technology 'acc', did you mean 'ac'"):
        rank_stations(requests(), stations((0, 0, "acc")), AC_DC, behaviour)


@pytest.mark.parametrize("pairs", [50, 1_000_000])
def test_short_lists_find_what_looking_at_every_pair_finds(dortmund, expect, demand, behaviour, monkeypatch, pairs):
    """Three days of requests, 400 stations, some at one place; also when worked on in the smallest portions."""
    monkeypatch.setattr("sim.demand.choice.MOST_PAIRS", pairs)
    drawn = draw_requests(
        dortmund, expect(2025), demand, behaviour, horizon=Horizon(0, 3), seed=1, stage="search", replication=0
    )
    rng = np.random.default_rng(2)
    places = rng.integers(0, len(dortmund.cells), 300)
    cells = dortmund.cells.iloc[rng.choice(places, 400)]
    network = cells[["x_m", "y_m"]].assign(technology=rng.choice(["ac", "dc"], 400)).reset_index(drop=True)
    ranked = rank_stations(drawn, network, AC_DC, behaviour)
    distance = np.hypot(drawn.x_m[:, None] - network["x_m"].to_numpy(), drawn.y_m[:, None] - network["y_m"].to_numpy())
    wanted = np.full(ranked.choices.shape, -1)
    for row, number in enumerate(drawn.use_case):
        use_case = USE_CASES[number]
        right = network["technology"].to_numpy() == behaviour.current[use_case].lower()
        way = np.where(right, 1.3 * distance[row], np.inf)
        order = np.argsort(way, kind="stable")[: behaviour.tries[use_case]]
        order = order[way[order] <= drawn.reach_m[row]]
        wanted[row, : len(order)] = order
    assert (ranked.choices == wanted).all()
    assert (wanted >= 0).sum() > 1000


# One euro is worth 100 m of way; the way is 1.3 times the straight line.
PRICES = {"dear": technology("AC", 0.60), "cheap": technology("AC", 0.50), "fast": technology("DC", 0.70)}


@pytest.fixture
def thrifty(behaviour):
    return dataclasses.replace(behaviour, way_m_per_eur=dict.fromkeys(USE_CASES, 100.0))


def wanting(drawn, kwh, *, hour=0):
    n = len(drawn)
    return dataclasses.replace(drawn, need_kwh=np.full(n, float(kwh)), arrival_min=np.full(n, 60.0 * hour + 30))


def test_who_wants_much_goes_further_for_a_lower_price(thrifty):
    """20 kWh: 130 m + 100 x 20 x 0.60 = 1,330 against 260 + 1,000 = 1,260. 10 kWh: 730 against 760."""
    network = stations((100, 0, "dear"), (200, 0, "cheap"))
    driver = requests(("kerbside", 0, 0, 1000))
    much = rank_stations(wanting(driver, 20), network, PRICES, thrifty)
    assert much.choices.tolist() == [[1, 0, -1]]
    assert much.way_m[0, :2] == pytest.approx([260, 130])  # the real way, without the price
    assert rank_stations(wanting(driver, 10), network, PRICES, thrifty).choices.tolist() == [[0, 1, -1]]


def test_the_price_of_the_hour_counts(thrifty):
    """From 18 h on the cheap one costs 0.50 x 1.2 = 0.60 too; then the nearer is better. On the next day as well."""
    evening = technology("AC", 0.50, [1.0] * 18 + [1.2] * 6)
    network = stations((100, 0, "dear"), (200, 0, "cheap"))
    driver = requests(("kerbside", 0, 0, 1000))
    for hour, best in ((17, [1, 0, -1]), (18, [0, 1, -1]), (23, [0, 1, -1]), (24, [1, 0, -1]), (42, [0, 1, -1])):
        ranked = rank_stations(wanting(driver, 20, hour=hour), network, PRICES | {"cheap": evening}, thrifty)
        assert ranked.choices.tolist() == [best], hour


def test_a_cheap_station_behind_many_dear_ones_is_found_but_none_beyond_reach(thrifty):
    """Work tries one station. 30 kWh save 3 EUR = 300 m: 221 m further is worth it, unless it is out of reach."""
    network = stations(*((x, 0, "dear") for x in (100, 110, 120, 130, 140)), (270, 0, "cheap"))
    at_work = wanting(requests(("work", 0, 0, 352), ("work", 0, 0, 350)), 30)
    ranked = rank_stations(at_work, network, PRICES, thrifty)  # 270 x 1.3 = 351 m
    assert ranked.choices[:, 0].tolist() == [5, 0]
    assert ranked.way_m[:, 0] == pytest.approx([351, 130])


def test_price_counts_for_some_use_cases_only(behaviour):
    only_hubs = dataclasses.replace(behaviour, way_m_per_eur={**dict.fromkeys(USE_CASES, 0.0), "destination": 100.0})
    network = stations((100, 0, "dear"), (200, 0, "cheap"), (10, 0, "fast"))
    both = wanting(requests(("kerbside", 0, 0, 1000), ("destination", 0, 0, 1000), ("hub", 0, 0, 1000)), 20)
    assert rank_stations(both, network, PRICES, only_hubs).choices.tolist() == [[0, 1, -1], [1, 0, -1], [2, -1, -1]]


def test_where_all_cost_the_same_price_changes_nothing(dortmund, expect, demand, behaviour, thrifty):
    drawn, network = _week_and_network(dortmund, expect, demand, behaviour, ["ac", "ac2", "dc"])
    same_price = {"ac": technology("AC"), "ac2": technology("AC"), "dc": technology("DC")}
    by_way, by_price = (rank_stations(drawn, network, same_price, b) for b in (behaviour, thrifty))
    for field in dataclasses.fields(by_way):
        assert getattr(by_way, field.name).tobytes() == getattr(by_price, field.name).tobytes()


def test_way_and_price_find_what_looking_at_every_pair_finds(dortmund, expect, demand, behaviour):
    """Three days of requests, 400 stations of five technologies, prices by the hour."""
    weights = {"kerbside": 137.0, "destination": 0.0, "work": 500.0, "retail": 20.0, "hub": 1000.0}
    some = dataclasses.replace(behaviour, way_m_per_eur=weights)
    rng = np.random.default_rng(3)
    kinds = {name: technology("AC" if name < "d" else "DC", 0.4 + 0.05 * number, rng.uniform(0.7, 1.3, 24))
             for number, name in enumerate(("a", "b", "c", "d", "e"))}  # fmt: skip
    drawn, network = _week_and_network(dortmund, expect, demand, behaviour, list(kinds))
    ranked = rank_stations(drawn, network, kinds, some)
    distance = np.hypot(drawn.x_m[:, None] - network["x_m"].to_numpy(), drawn.y_m[:, None] - network["y_m"].to_numpy())
    currents = np.array([kinds[name].current for name in network["technology"]])
    price = np.array([kinds[name].price_eur_per_kwh for name in network["technology"]])
    wanted = np.full(ranked.choices.shape, -1)
    for row, number in enumerate(drawn.use_case):
        use_case, hour = USE_CASES[number], int(drawn.arrival_min[row] // 60) % 24
        way = 1.3 * distance[row]
        worth = way + weights[use_case] * drawn.need_kwh[row] * price[:, hour]
        worth[(currents != behaviour.current[use_case]) | (way > drawn.reach_m[row])] = np.inf
        order = np.argsort(worth, kind="stable")[: behaviour.tries[use_case]]
        order = order[np.isfinite(worth[order])]
        wanted[row, : len(order)] = order
    assert (ranked.choices == wanted).all()
    nearest = rank_stations(drawn, network, kinds, behaviour)
    assert (nearest.choices != ranked.choices).any(axis=1).sum() > 500  # the price does matter


def _week_and_network(dortmund, expect, demand, behaviour, names):
    drawn = draw_requests(
        dortmund, expect(2025), demand, behaviour, horizon=Horizon(0, 3), seed=1, stage="search", replication=0
    )
    rng = np.random.default_rng(2)
    cells = dortmund.cells.iloc[rng.choice(rng.integers(0, len(dortmund.cells), 300), 400)]
    return drawn, cells[["x_m", "y_m"]].assign(technology=rng.choice(names, 400)).reset_index(drop=True)


def test_drivers_do_not_look_at_points_that_are_closed_when_they_begin_to_look(behaviour):
    # the nearer station is open from 18 to 8 h: at 12 h only the farther one counts, at 20 h both, nearest first;
    # with a warm-up of two days minute 0 is Saturday, so Tuesday 12 h is three days later than without
    night = dataclasses.replace(AC_DC["ac"], open_from_h=18, open_to_h=8, open_days=["mon", "tue", "wed", "thu", "fri"])
    network = stations((100, 0, "night"), (200, 0, "ac"))
    both = requests(("kerbside", 0, 0, 1000), ("kerbside", 0, 0, 1000), ("kerbside", 0, 0, 1000))
    saturday_evening = (5 * 24 + 20) * 60.0
    both = dataclasses.replace(both, arrival_min=np.array([12 * 60.0, 20 * 60.0, saturday_evening]))
    ranked = rank_stations(both, network, AC_DC | {"night": night}, behaviour)
    assert ranked.choices.tolist() == [[1, -1, -1], [0, 1, -1], [1, -1, -1]]
    shifted = rank_stations(both, network, AC_DC | {"night": night}, behaviour, horizon=Horizon(2, 7))
    assert shifted.choices.tolist() == [[1, -1, -1], [1, -1, -1], [0, 1, -1]]  # Saturday, Saturday, Thursday
