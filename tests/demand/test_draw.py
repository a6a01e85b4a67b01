"""Drawn requests against what is expected, and the independence of their streams."""

import dataclasses

import numpy as np
import pytest

from sim.clock import Horizon
from sim.demand.charging import hub_charging_h
from sim.demand.draw import draw_requests
from sim.demand.requests import USE_CASES, VEHICLES

WEEK = Horizon(warm_up_days=2, days=7)
WEEKS = 8
LONG = Horizon(warm_up_days=2, days=7 * WEEKS)


@pytest.fixture(scope="module")
def draw(dortmund, expect, demand, behaviour):
    def of(horizon=WEEK, seed=1, stage="search", replication=0, demand=demand, behaviour=behaviour):
        return draw_requests(
            dortmund, expect(2030), demand, behaviour, horizon=horizon, seed=seed, stage=stage, replication=replication
        )

    return of


@pytest.fixture(scope="module")
def many(draw):
    """Eight weeks of 2030, seed 1."""
    return draw(LONG)


def same(a, b, rows=slice(None), other=slice(None)):
    """The columns that differ."""
    return [
        f.name
        for f in dataclasses.fields(a)
        if getattr(a, f.name)[rows].tobytes() != getattr(b, f.name)[other].tobytes()
    ]


def test_numbers_agree_with_what_is_expected(expect, many):
    """Poisson numbers: each of five within 3.5 standard deviations (seed 1; false alarm below 0.3 %)."""
    expected, days = expect(2030), LONG.warm_up_days + LONG.days
    for number, _ in enumerate(USE_CASES):
        per_day = expected.requests_per_day[:, number].sum()
        warm_up = expected.rate_profile[number][5 * 24 :].sum()  # two days before a Monday: Saturday and Sunday
        mean = per_day * (7 * WEEKS + warm_up)
        assert days == 58
        assert abs((many.use_case == number).sum() - mean) < 3.5 * np.sqrt(mean)


def test_districts_and_vehicles_agree_with_what_is_expected(expect, many, dortmund):
    """60 district numbers and 5 numbers of PHEV, each within 4 standard deviations (seed 1; false alarm 0.4 %)."""
    expected = expect(2030)
    codes, names = dortmund.cells["district_id"].factorize()
    for number, _ in enumerate(USE_CASES):
        mine = many.use_case == number
        weight = expected.requests_per_day[:, number]
        share = np.bincount(codes, weight) / weight.sum()
        found = np.bincount(codes[many.cell[mine]], minlength=len(names))
        assert (abs(found - mine.sum() * share) < 4 * np.sqrt(mine.sum() * share)).all()
        phev = mine & (many.vehicle == VEHICLES.index("phev"))
        mean = mine.sum() * expected.phev_share(number)
        assert abs(phev.sum() - mean) <= 4 * np.sqrt(mean)


def test_energy_carried_agrees_with_what_is_expected(expect, many, demand):
    """Mean of min(need, power x stay) within 4 standard errors of the closed form, by use case (seed 1)."""
    expected = expect(2030)
    for number, use_case in enumerate(USE_CASES):
        mine = many.use_case == number
        need, hours = many.need_kwh[mine], many.stay_min[mine] / 60
        if use_case == "hub":
            carried = need
        elif use_case == "retail":
            power = demand.charge.retail_power_share * np.minimum(many.dc_kw[mine], demand.charge.retail_kw)
            carried = np.minimum(need, power * hours)
        else:
            carried = np.minimum(need, many.ac_kw[mine] * hours)
        mean = expected.energy_kwh[:, number].sum() / expected.requests_per_day[:, number].sum()
        assert abs(carried.mean() - mean) < 4 * carried.std() / np.sqrt(len(carried))


def test_occupancy_of_drawn_requests_equals_the_load_profile(expect, many, demand):
    """M(t)/G/infinity: cars plugged in if all are served at once, mean over eight weeks for each hour of the week.

    A number in the system is Poisson, so a mean over 8 weeks has a standard deviation of at most sqrt(load / 8). All
    840 hours must lie within 4.75 of it (seed 1; false alarm below 0.2 %), and the week's mean within 4 errors.
    """
    expected = expect(2030)
    for number, use_case in enumerate(USE_CASES):
        mine = many.use_case == number
        stay = many.stay_min[mine]
        if use_case == "hub":
            charging = hub_charging_h(
                demand,
                battery_kwh=many.battery_kwh[mine],
                soc_arrival=many.soc_arrival[mine],
                soc_target=many.soc_target[mine],
                dc_kw=many.dc_kw[mine],
                power_kw=np.array(demand.charge.hub_kw),
            )
            stay = 60 * charging + many.idle_min[mine]
        arrival = (many.arrival_min[mine] - LONG.start_min) / 60
        end = arrival + stay / 60
        seen = np.zeros(168 * WEEKS)
        for lag in range(50):
            hour = np.floor(arrival).astype(int) + lag
            inside = np.clip(np.minimum(end, hour + 1) - np.maximum(arrival, hour), 0, None)
            kept = (hour >= 0) & (hour < len(seen))
            seen += np.bincount(hour[kept], inside[kept], len(seen))
        load = expected.offered_load([use_case]).sum(axis=0)
        week = seen.reshape(WEEKS, 168).mean(axis=0)
        assert (abs(week - load) < 4.75 * np.sqrt(load / WEEKS)).all(), use_case
        sessions = mine.sum()
        error = np.sqrt(sessions) * np.sqrt((stay**2).mean()) / 60 / (168 * WEEKS)
        assert abs(week.mean() - load.mean()) < 4 * error, use_case


def test_columns_are_sorted_finite_where_they_must_be_and_within_their_cells(many, dortmund):
    assert (np.diff(many.arrival_min) >= 0).all()
    assert many.arrival_min[0] >= 0 and many.arrival_min[-1] < LONG.end_min
    side = dortmund.cells["side_m"].to_numpy()[many.cell]
    assert (abs(many.x_m - dortmund.cells["x_m"].to_numpy()[many.cell]) <= side / 2).all()
    assert (abs(many.y_m - dortmund.cells["y_m"].to_numpy()[many.cell]) <= side / 2).all()
    hub = many.use_case == USE_CASES.index("hub")
    assert np.isinf(many.stay_min[hub]).all() and (many.stay_min[~hub] <= 48 * 60).all()
    assert np.isinf(many.patience_min[~hub]).all() and np.isfinite(many.patience_min[hub]).all()
    assert np.isinf(many.idle_min[~hub]).all() and np.isfinite(many.idle_min[hub]).all()
    assert (many.need_kwh >= 0).all() and (many.soc_target >= many.soc_arrival).all()
    assert not (hub & (many.dc_kw == 0)).any()


def test_reach_and_patience_follow_their_laws(many, behaviour):
    """Medians and means within 4 standard errors (seed 1); of a median of a lognormal 1.2533 sigma / sqrt(n)."""
    for use_case, median in behaviour.walk_median_m.items():
        reach = many.reach_m[many.use_case == USE_CASES.index(use_case)]
        assert abs(np.log(np.median(reach) / median)) < 4 * 1.2533 * behaviour.walk_sigma / np.sqrt(len(reach))
    hub = many.use_case == USE_CASES.index("hub")
    assert (many.reach_m[hub] == 4000).all()
    patience = many.patience_min[hub]
    assert abs(patience.mean() - 15) < 4 * 15 / np.sqrt(len(patience))


def test_the_same_seed_gives_the_same_bytes_and_another_replication_does_not(draw):
    assert same(draw(), draw()) == []
    assert same(draw(), draw(replication=1))
    assert same(draw(), draw(stage="verdict"))


def test_changing_hubs_leaves_the_draws_of_all_others_alone(draw, demand, behaviour, changed):
    before = draw()
    after = draw(
        demand=changed(demand, {"charge.hub_idle_min": [8.0, 0.5], "charge.dc_filled": [1.0, 1.0]}),
        behaviour=changed(behaviour, {"drive_reach_km": 2.0, "hub_patience_min": 5.0}),
    )
    walkers, hub = before.use_case < USE_CASES.index("retail"), before.use_case == USE_CASES.index("hub")
    assert same(before, after, walkers, after.use_case < USE_CASES.index("retail")) == []
    changed_columns = same(before, after, hub, after.use_case == USE_CASES.index("hub"))
    assert changed_columns == ["soc_target", "need_kwh", "idle_min", "patience_min", "reach_m"]


def test_a_longer_walk_changes_nothing_but_reach(draw, behaviour, changed):
    longer = changed(behaviour, {"walk_median_m": {u: 2 * m for u, m in behaviour.walk_median_m.items()}})
    before, after = draw(), draw(behaviour=longer)
    assert same(before, after) == ["reach_m"]


def test_a_city_that_asks_for_nothing_gives_empty_columns(dortmund, expect, demand, behaviour):
    nothing = np.zeros_like(expect(2030).requests_bev)
    silent = dataclasses.replace(expect(2030), requests_bev=nothing, requests_phev=nothing)
    drawn = draw_requests(
        dortmund, silent, demand, behaviour, horizon=Horizon(2, 7), seed=1, stage="search", replication=0
    )
    assert len(drawn) == 0
