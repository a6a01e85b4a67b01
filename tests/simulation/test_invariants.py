"""What holds whatever the workload."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.simulation import events
from sim.simulation.engines import site_power
from sim.simulation.events import FAIL, LIMIT, STARTS, TICKS
from sim.simulation.sessions import Outcome
from sim.simulation.workload import change_workload
from tests.simulation.random_workloads import FEATURES, random_workload

SESSION = (Outcome.SERVED, Outcome.CUT_SHORT)
seeds = st.integers(0, 2**32 - 1)
some_features = st.lists(st.sampled_from(FEATURES), unique=True)
# The fixture `run` is a function without state, so hypothesis may use it again.
quick = settings(
    max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def by_visit(workload, sessions, column):
    """A column of the workload at the last choice tried."""
    return getattr(workload, column)[np.arange(len(workload)), sessions.choice.astype(int)]


@quick
@given(seed=seeds, features=some_features)
def test_a_request_is_a_session_or_lost_or_unfinished(run, seed, features):
    w = random_workload(seed, features)
    s = run(w)
    assert len(s) == len(w)
    session, unfinished = np.isin(s.outcome, SESSION), s.outcome == Outcome.UNFINISHED
    lost = ~session & ~unfinished
    assert (s.point[session] >= 0).all() and (s.point[lost] == -1).all()
    assert np.isnan(s.start_min[lost]).all() and np.isnan(s.full_min[lost]).all()
    assert np.isfinite(s.end_min[~unfinished]).all() and np.isnan(s.end_min[unfinished]).all()
    assert (s.energy_kwh[~session] == 0).all()
    assert (s.tries <= s.choice + 1).all()
    assert ((s.tries == 0) == (s.outcome == Outcome.NO_CHOICE)).all()
    assert (s.station == by_visit(w, s, "choices")).all()
    if unfinished.any():
        endless = np.isinf(w.patience_min) | np.isinf(by_visit(w, s, "longest_min"))
        assert endless[unfinished].all()


@quick
@given(seed=seeds, features=some_features)
def test_times_and_energies_stay_within_what_was_wanted_and_possible(run, seed, features):
    w = random_workload(seed, features)
    s = run(w)
    session, full = np.isin(s.outcome, SESSION), ~np.isnan(s.full_min)
    wanted_kwh, held_min = by_visit(w, s, "energy_kwh"), s.end_min - s.start_min
    assert (s.wait_min >= 0).all()
    assert (s.start_min - w.arrival_min >= s.wait_min)[session].all()
    assert (held_min >= 0)[session].all()
    # Who fails to start twice holds the point for both, and has a session only if the point fails meanwhile.
    both_fail = by_visit(w, s, "failed_starts") == STARTS
    longest_min = np.where(both_fail, STARTS * w.restart_min, by_visit(w, s, "longest_min"))
    assert (held_min <= longest_min)[session].all()
    assert (s.outcome[session & both_fail] == Outcome.CUT_SHORT).all() and (s.energy_kwh[both_fail] == 0).all()
    assert (s.energy_kwh <= wanted_kwh).all()
    assert (s.energy_kwh == wanted_kwh)[full & session].all()
    assert (s.start_min <= s.full_min)[full].all() and (s.full_min <= s.end_min)[full & session].all()
    possible_kwh = by_visit(w, s, "power_kw") * held_min / 60
    assert (s.energy_kwh <= possible_kwh + 4 / TICKS)[session & ~full].all()
    for column in (s.start_min, s.full_min, s.end_min, s.wait_min, s.energy_kwh):
        ticks = column[~np.isnan(column)] * TICKS
        assert (ticks == np.round(ticks)).all()


@quick
@given(seed=seeds, features=some_features)
def test_sessions_at_a_point_overlap_neither_each_other_nor_an_outage(run, seed, features):
    w = random_workload(seed, features)
    s = run(w)
    first_point = np.append(0, np.cumsum(w.points))
    for point in range(first_point[-1]):
        mine = np.flatnonzero((s.point == point) & ~np.isnan(s.start_min))
        mine = mine[np.lexsort((s.end_min[mine], s.start_min[mine]))]
        assert (s.start_min[mine][1:] >= s.end_min[mine][:-1]).all()
        assert (first_point[s.station[mine]] <= point).all() and (point < first_point[s.station[mine] + 1]).all()
        for down, up in outages(w, point):
            assert not ((s.start_min[mine] < up) & (s.end_min[mine] > down)).any()


def outages(w, point):
    """When a point does not work: from the first fault to the last repair."""
    faults, down = 0, None
    for at, kind, of in zip(w.change_min, w.change_kind, w.change_of, strict=True):
        if kind == LIMIT or of != point:
            continue
        faults += 1 if kind == FAIL else -1
        if faults > 0 and down is None:
            down = at
        elif faults <= 0 and down is not None:
            yield down, at
            down = None
    if down is not None:
        yield down, np.inf


@quick
@given(seed=seeds, features=some_features.map(lambda f: [x for x in f if x not in ("choices", "failed starts")]))
def test_nobody_waits_beside_a_free_point_or_is_overtaken_by_someone_behind(run, seed, features):
    """With one choice each, every wait can be told from the sessions."""
    w = random_workload(seed, features)
    s = run(w)
    still = (s.outcome == Outcome.UNFINISHED) & np.isnan(s.start_min) & (s.tries > 0)
    till = np.where(still, np.inf, w.arrival_min + s.wait_min)
    waits = (s.wait_min > 0) | still
    end_min = np.where(np.isnan(s.end_min), np.inf, s.end_min)
    first_point = np.append(0, np.cumsum(w.points))
    down = [list(outages(w, point)) for point in range(first_point[-1])]
    moments = np.concatenate([w.arrival_min, till, s.start_min, end_min, w.change_min])
    moments = np.unique(moments[np.isfinite(moments)])
    for now in (moments[:-1] + moments[1:]) / 2:
        taken = set(s.point[(s.start_min < now) & (now < end_min)].tolist())
        taken |= {point for point, gaps in enumerate(down) if any(a < now < b for a, b in gaps)}
        for i in np.flatnonzero(waits & (w.arrival_min < now) & (now < till)):
            assert taken.issuperset(range(first_point[s.station[i]], first_point[s.station[i] + 1]))
    key, number = w.queue_key[:, 0], np.arange(len(w))
    for i in np.flatnonzero(waits):
        meanwhile = (s.station == s.station[i]) & (s.start_min > w.arrival_min[i]) & (s.start_min < till[i])
        meanwhile &= waits & (w.arrival_min < till[i])
        ahead = (key < key[i]) | ((key == key[i]) & (number < i))
        assert ahead[meanwhile].all()


@quick
@given(seed=seeds, features=some_features)
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
@given(seed=seeds, features=some_features)
def test_shifting_all_times_by_an_hour_shifts_all_answers(run, seed, features):
    w = random_workload(seed, features)
    a, b = run(w), run(change_workload(w, arrival_min=w.arrival_min + 60, change_min=w.change_min + 60))
    for column in ("outcome", "tries", "point", "wait_min", "energy_kwh"):
        np.testing.assert_array_equal(getattr(a, column), getattr(b, column))
    for column in ("start_min", "full_min", "end_min"):
        np.testing.assert_array_equal(getattr(a, column) + 60, getattr(b, column))


@quick
@given(seed=seeds, features=some_features)
def test_the_same_workload_gives_the_same_bytes_twice(run, seed, features):
    a, b = run(random_workload(seed, features)), run(random_workload(seed, features))
    assert a.frame().equals(b.frame())
    assert a.end_min.tobytes() == b.end_min.tobytes()


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
