"""What holds whatever the workload, and what changes nothing."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.simulation import events
from sim.simulation.engines import site_power
from sim.simulation.events import FAIL, LIMIT, REPAIR, TICKS
from sim.simulation.run import ENGINES
from sim.simulation.sessions import Outcome, Sessions
from sim.simulation.workload import Workload, change_workload
from tests.simulation.invariants import INVARIANTS, SESSION
from tests.simulation.random_workloads import FEATURES, random_workload, some_features

CONTINUOUS = tuple(feature for feature in FEATURES if feature != "ties")
COLUMNS = [field.name for field in dataclasses.fields(Sessions)]
seeds = st.integers(0, 2**32 - 1)
drawn_features = st.lists(st.sampled_from(FEATURES), unique=True)
# The fixture `run` is a function without state, so hypothesis may use it again.
quick = settings(
    max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@quick
@given(seed=seeds, features=drawn_features)
@pytest.mark.parametrize("holds", INVARIANTS)
def test_it_holds_of_a_few_workloads_with_the_smallest_found_that_breaks_it(run, holds, seed, features):
    w = random_workload(seed, features)
    holds(w, run(w))


def keeps_every_invariant(run, numbers: range) -> None:
    for seed in numbers:
        w = random_workload(seed, (FEATURES, CONTINUOUS, *2 * [some_features(seed)])[seed % 4])
        s = run(w)
        for holds in INVARIANTS:
            holds(w, s)


@pytest.mark.parametrize("first", range(30_000, 32_000, 500))
def test_two_thousand_workloads_keep_every_invariant(first):
    pytest.importorskip("numba")
    keeps_every_invariant(ENGINES["compiled"], range(first, first + 500))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(40_000, 48_000, 1_000))
def test_eight_thousand_more_keep_every_invariant(run, first):
    keeps_every_invariant(run, range(first, first + 1_000))


def assert_same(a: Sessions, b: Sessions, columns=COLUMNS) -> None:
    for name in columns:
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


def with_changes(w: Workload, at_min, kind, of, kw) -> Workload:
    """The same workload with more changes of the network."""
    return change_workload(
        w,
        change_min=np.concatenate([w.change_min, at_min]),
        change_kind=np.concatenate([w.change_kind, kind]),
        change_of=np.concatenate([w.change_of, of]),
        change_kw=np.concatenate([w.change_kw, kw]),
    )


@quick
@given(seed=seeds, features=drawn_features)
def test_an_outage_of_no_length_changes_nothing(run, seed, features):
    """Of a point that works: one that is broken would work for an instant."""
    w = random_workload(seed, [feature for feature in features if feature != "outages"])
    points = int(w.points.sum())
    if not points:
        return
    rng = np.random.default_rng(seed)
    at_min, of = np.repeat(rng.integers(0, 40, 6).astype(float), 2), np.repeat(rng.integers(0, points, 6), 2)
    assert_same(run(with_changes(w, at_min, [FAIL, REPAIR] * 6, of, np.zeros(12))), run(w))


@quick
@given(seed=seeds, features=drawn_features)
def test_a_change_to_the_same_limit_changes_nothing(run, seed, features):
    """To the last bit where powers and shares are exact: 60 kW, and limits of nothing or as much as is wanted."""
    w = random_workload(seed, {*features, "sharing"})
    w = change_workload(
        w,
        power_kw=60.0,
        limit_kw=np.where(w.limit_kw < 12, 0.0, np.inf),
        change_kw=np.where(w.change_kw < 12, 0.0, np.inf),
    )
    assert_same(run(with_changes(w, *same_limits(w, seed))), run(w))


@pytest.mark.parametrize("seed", range(100))
def test_a_change_to_the_same_limit_changes_nothing_but_ticks(run, seed):
    """Energy that flows in other portions is rounded elsewhere. With continuous times no two events are so close."""
    w = random_workload(seed, CONTINUOUS)
    a, b = run(with_changes(w, *same_limits(w, seed))), run(w)
    assert_same(a, b, ("outcome", "tries", "choice", "station", "point"))
    for name in ("wait_min", "start_min", "full_min", "end_min", "energy_kwh"):
        np.testing.assert_allclose(getattr(a, name), getattr(b, name), rtol=0, atol=64 / TICKS, err_msg=name)


def same_limits(w: Workload, seed: int):
    """Changes of each site to the limit it has."""
    rng = np.random.default_rng(seed)
    at_min, of = rng.integers(0, 60, 8).astype(float), rng.integers(0, len(w.limit_kw), 8)
    kw = []
    for time_min, site in zip(at_min, of, strict=True):
        before = (w.change_kind == LIMIT) & (w.change_of == site) & (w.change_min <= time_min)
        kw.append(w.change_kw[before][-1] if before.any() else w.limit_kw[site])
    return at_min, np.full(8, LIMIT), of, kw


@quick
@given(seed=seeds, features=drawn_features)
def test_a_choice_that_nobody_reaches_changes_nothing(run, seed, features):
    """Other stations, energies and stays after the last choice that a driver tried; who is informed looks ahead."""
    w = random_workload(seed, {*features, "choices"})
    s = run(w)
    rng = np.random.default_rng(seed)
    stays = np.isin(s.outcome, (*SESSION, Outcome.UNFINISHED)) & ~w.informed
    beyond = stays[:, None] & (np.arange(3) > s.choice[:, None])
    other = {
        "choices": np.where(beyond, rng.integers(0, len(w.points), (len(w), 1)), w.choices),
        "energy_kwh": np.where(beyond, 7.0, w.energy_kwh),
        "longest_min": np.where(beyond, 1.0, w.longest_min),
        "failed_starts": np.where(beyond, 2, w.failed_starts),
    }
    assert_same(run(change_workload(w, **other)), s)


@quick
@given(seed=seeds, features=drawn_features)
def test_a_station_that_nobody_chooses_changes_nothing(run, seed, features):
    w = random_workload(seed, features)
    assert_same(run(change_workload(w, points=np.append(w.points, 9), site=np.append(w.site, -1))), run(w))


@quick
@given(seed=seeds, features=drawn_features)
def test_a_limit_that_cannot_bind_is_no_limit(run, seed, features):
    w = random_workload(seed, {*features, "sharing"})
    ample = run(change_workload(w, limit_kw=np.full(2, np.inf), change_kw=np.inf))
    without = run(change_workload(w, site=-1))
    done = ample.outcome != Outcome.UNFINISHED
    for column in ("outcome", "tries", "point", "wait_min", "start_min", "full_min", "end_min"):
        np.testing.assert_array_equal(getattr(ample, column)[done], getattr(without, column)[done])
    # The energy of who leaves before being full is summed in other portions.
    assert np.abs(ample.energy_kwh - without.energy_kwh).max() <= 2 / TICKS


@quick
@given(seed=seeds, features=drawn_features, minutes=st.sampled_from([1.0, 60.0, 10_080.0, 2.0**-20, 2.0**31]))
def test_shifting_all_times_shifts_all_answers(run, seed, features, minutes):
    w = random_workload(seed, features)
    a, b = run(w), run(change_workload(w, arrival_min=w.arrival_min + minutes, change_min=w.change_min + minutes))
    assert_same(a, b, ("outcome", "tries", "choice", "station", "point", "wait_min", "energy_kwh"))
    for column in ("start_min", "full_min", "end_min"):
        np.testing.assert_array_equal(getattr(a, column) + minutes, getattr(b, column))


@quick
@given(seed=seeds, features=drawn_features)
def test_the_same_workload_gives_the_same_bytes_twice(run, seed, features):
    a, b = run(random_workload(seed, features)), run(random_workload(seed, features))
    assert all(getattr(a, name).tobytes() == getattr(b, name).tobytes() for name in COLUMNS)


@pytest.mark.parametrize("first", range(50_000, 50_300, 100))
def test_at_every_moment_cars_share_no_more_than_the_limit_and_what_flows_is_what_sessions_get(monkeypatch, first):
    """Watched at every sharing of the SimPy engine; the compiled one gives the same bytes."""
    flowed_kwh: dict[int, float] = {}
    settle, share = site_power.Site.settle, site_power.Site.share

    def watched_settle(site, now_min):
        for car in site.drawing:
            flowed_kwh[car.driver] = flowed_kwh.get(car.driver, 0.0) + car.rate_kw * (now_min - site.settled_min) / 60
        settle(site, now_min)

    def watched_share(site):
        soonest_min = share(site)
        rates_kw = [car.rate_kw for car in site.drawing]
        assert all(0 <= car.rate_kw <= car.cap_kw for car in site.drawing)
        assert sum(rates_kw) <= site.limit_kw * (1 + 1e-12)
        assert np.isclose(sum(rates_kw), min(site.limit_kw, sum(car.cap_kw for car in site.drawing)))
        return soonest_min

    monkeypatch.setattr(site_power.Site, "settle", watched_settle)
    monkeypatch.setattr(site_power.Site, "share", watched_share)
    shared = 0
    for seed in range(first, first + 100):
        w = random_workload(seed, {*some_features(seed), "sharing"})
        flowed_kwh.clear()
        s = ENGINES["simpy"](w)
        for driver, kwh in flowed_kwh.items():
            if s.outcome[driver] in SESSION:
                assert abs(s.energy_kwh[driver] - kwh) <= 4 / TICKS
                shared += kwh > 0
    assert shared > 100


@quick
@given(seed=seeds)
def test_no_car_gets_more_than_its_cap_and_all_together_not_more_than_the_limit(seed):
    rng = np.random.default_rng(seed)
    site = site_power.Site(0, float(rng.choice([0.0, 5.0, 22.0, 100.0])))
    for driver in range(int(rng.integers(1, 9))):
        site.add(site_power.Car(driver, float(rng.choice([3.7, 11.0, 22.0, 60.0])), float(rng.uniform(0.1, 30))))
    soonest_min = site.share()
    rates, caps = np.array([car.rate_kw for car in site.drawing]), np.array([car.cap_kw for car in site.drawing])
    assert (rates >= 0).all() and (rates <= caps).all()
    assert rates.sum() <= site.limit_kw * (1 + 1e-12)
    assert np.isclose(rates.sum(), min(site.limit_kw, caps.sum()))  # nothing is left over
    capped = rates < caps
    assert (
        np.ptp(rates[capped]) < 1e-9 if capped.any() else True
    )  # who is held back gets as much as all others held back
    assert soonest_min == min(events.minutes_to_charge(car.missing_kwh, car.rate_kw) for car in site.drawing)


def test_each_check_finds_what_it_looks_for():
    """Sessions of another network, or with a number changed, break the check that is about it."""
    one, possible, one_car, no_waiting, limit = INVARIANTS
    run, w = ENGINES["simpy"], random_workload(1, ("ties",))
    w = change_workload(w, points=np.ones_like(w.points), energy_kwh=9.0)
    s = run(w)
    for holds in INVARIANTS:
        holds(w, s)
    lost = dataclasses.replace(s, outcome=np.full(len(s), Outcome.BALKED, np.int8))
    too_much = dataclasses.replace(s, energy_kwh=s.energy_kwh + 1.0)
    elsewhere = dataclasses.replace(s, point=np.full(len(s), w.points.sum() - 1, np.int32))
    at_once = dataclasses.replace(s, start_min=w.arrival_min + 0.0)
    more_points = change_workload(w, points=w.points + 1)
    small_limit = change_workload(w, site=0, limit_kw=[1.0])
    for holds, workload, sessions in (
        (one, w, lost), (possible, w, too_much), (one_car, w, elsewhere), (one_car, w, at_once),
        (no_waiting, more_points, s), (limit, small_limit, s),
    ):  # fmt: skip
        with pytest.raises(AssertionError):
            holds(workload, sessions)
