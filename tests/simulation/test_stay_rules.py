"""How long rules let a car stay: the clock runs only while the rule is in force. Hours are told as of the week."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from sim.clock import MIN_PER_H, Horizon
from sim.rng import stream
from sim.simulation.conditions import draw_conditions
from sim.simulation.events import TICKS
from sim.simulation.operation import WEEKDAYS
from sim.simulation.run import simulate
from sim.simulation.stay_rules import allowed_stay_min, minutes_until_due
from tests.simulation.small_city import city_of, operation, station
from tests.simulation.test_workload import ranked_of, requests_of

WEEK = Horizon(warm_up_days=0, days=7)  # minute 0 is Monday 0 h
MON, TUE, WED, SAT, SUN = (24 * WEEKDAYS.index(day) for day in ("mon", "tue", "wed", "sat", "sun"))


def rule(**changes):
    """Four hours, Monday to Saturday from 8 to 20 h."""
    return operation(longest_stay=changes).longest_stay


@pytest.mark.parametrize(
    ("at_h", "stay_h"),
    [
        (TUE + 9, 4),  # 9-13
        (TUE + 8, 4),
        (TUE + 5, 7),  # three hours before it is in force, then 8-12
        (TUE + 16, 4),  # just within the day: 16-20
        (TUE + 18, 16),  # 18-20 are two hours, the night is free, 8-10 are the other two
        (TUE + 20, 16),  # as it ends: 8-12 next day
        (TUE + 23.5, 12.5),
        (SAT + 18, 40),  # two hours on Saturday, Sunday is free, due on Monday at 10
        (SUN + 12, 24),  # Monday at 12, over the end of the week
        (SUN + 20, 16),
        (MON + 0, 12),
    ],
)
def test_hours_outside_the_rule_do_not_count(at_h, stay_h):
    assert minutes_until_due(np.array([at_h * MIN_PER_H]), rule(), WEEK).tolist() == [stay_h * MIN_PER_H]


def test_one_tick_decides_whether_the_night_is_spent():
    # Plugged in at 16 h sharp, four hours have passed as the rule ends at 20 h. One tick later one tick is missing: it
    # passes next morning, so the car may stay until 8 h and one tick, 16 hours after plug-in.
    tick = 1 / TICKS
    at = (TUE + 16) * MIN_PER_H + np.array([0.0, tick])
    assert minutes_until_due(at, rule(), WEEK).tolist() == [240.0, 16 * 60.0]
    assert (at + minutes_until_due(at, rule(), WEEK)).tolist() == [(TUE + 20) * 60.0, (WED + 8) * 60.0 + tick]


def test_a_rule_for_all_hours_is_a_fixed_time_and_may_be_longer_than_a_week_of_it():
    always = rule(from_h=0, to_h=24, days=list(WEEKDAYS), after_h=0.1)
    at = np.array([0.0, 1.25, 10079.75])
    np.testing.assert_allclose(minutes_until_due(at, always, WEEK), 6.0, atol=1 / TICKS)
    # one hour a week, Sunday 23-24 h: two and a half hours are due in the third week
    rare = rule(from_h=23, to_h=24, days=["sun"], after_h=2.5)
    assert minutes_until_due(np.array([0.0]), rare, WEEK).tolist() == [(2 * 168 + 167.5) * 60]
    # a whole number of weeks is due as the hour ends, not when it next begins
    rare = rule(from_h=23, to_h=24, days=["sun"], after_h=2)
    assert minutes_until_due(np.array([0.0]), rare, WEEK).tolist() == [2 * 168 * 60]


def test_the_clock_is_that_of_the_measured_week():
    # a warm-up of two days begins on Saturday: minute 600 is Saturday 10 h
    horizon = Horizon(warm_up_days=2, days=7)
    late = np.array([10.0, 18.0, 34.0]) * MIN_PER_H  # Saturday 10 h, 18 h, Sunday 10 h
    assert (minutes_until_due(late, rule(), horizon) / 60).tolist() == [4, 40, 26]


def test_the_minutes_counted_are_those_in_force_whatever_the_rule():
    # Counted minute by minute instead, for rules and plug-ins drawn at random.
    rng = np.random.default_rng(1)
    for _ in range(40):
        begins = int(rng.integers(0, 23))
        some = rule(
            from_h=begins, to_h=int(rng.integers(begins + 1, 25)), after_h=float(rng.integers(1, 40)) / 4,
            days=sorted(rng.choice(WEEKDAYS, rng.integers(1, 8), replace=False).tolist(), key=WEEKDAYS.index),
        )  # fmt: skip
        at = float(rng.integers(0, 10080))
        minutes = np.repeat(some.in_force(), 60)[(int(at) + np.arange(60 * 10080)) % 10080]
        due = 1 + int(np.searchsorted(np.cumsum(minutes), some.after_h * 60))
        assert minutes_until_due(np.array([at]), some, WEEK).item() == due


def test_a_rule_shortens_stays_at_its_points_only_and_the_clock_runs_on_during_detours():
    # Parked for 10 h from Tuesday 16:30 on. At the first choice, without a rule, all 600 min are allowed; the second is
    # reached 4 min later, at 16:34: 206 min until 20 h, the night, 34 min from 8 h on, so 206 + 720 + 34 = 960 > 600.
    city = city_of(station("a", "p", "dc_150"), station("b", "q"))
    requests = requests_of("kerbside", "kerbside", stay_min=600.0)
    requests.arrival_min[:] = [(TUE + 9) * 60, (TUE + 16.5) * 60]
    signs = operation(longest_stay=dict(technologies=["ac_22"]))
    ranked = ranked_of([[0, 1], [0, 1]])
    allowed = allowed_stay_min(
        requests,
        ranked,
        stations=city.stations,
        operation=signs,
        horizon=WEEK,
        streams=lambda name: stream(1, "search", 0, name),
    )
    assert allowed.tolist() == [[np.inf, 240.0], [np.inf, 960.0]]


def test_cars_leave_when_a_rule_says_and_the_next_finds_the_point_free(
    demand, behaviour, simulation, technologies, engine
):
    # One point. A plugs in on Tuesday at 9 h to stay for 10 h; with the sign the car goes at 13 h, B from 14 to 18 h.
    # C at 19 h has one hour until 20 h and three from 8 h on: until Wednesday 11 h, but leaves at 5 h by itself.
    city = city_of(station("a", "p", points=1))
    requests = requests_of("kerbside", "kerbside", "kerbside", stay_min=600.0)
    requests.arrival_min[:] = np.array([TUE + 9, TUE + 14, TUE + 19]) * 60.0
    for rules, outcomes, ends in (
        (operation(), ["served", "balked", "served"], [TUE + 19, TUE + 14, TUE + 29]),
        (operation(longest_stay=dict(technologies=["ac_22"])), ["served"] * 3, [TUE + 13, TUE + 18, TUE + 29]),
        (
            operation(blocking_fee=dict(technologies=["ac_22"], heeded_share=1.0)),
            ["served"] * 3,
            [TUE + 13, TUE + 18, TUE + 29],
        ),
    ):
        conditions = conditions_of(city, requests, ranked_of([[0]] * 3), rules, technologies)
        _, sessions = simulate(
            requests, ranked_of([[0]] * 3), stations=city.stations, demand=demand, behaviour=behaviour,
            simulation=dataclasses.replace(simulation, engine=engine), conditions=conditions,
        )  # fmt: skip
        assert sessions.frame()["outcome"].tolist() == outcomes
        assert (sessions.end_min / 60).tolist() == ends


def conditions_of(city, requests, ranked, rules, technologies, **changes):
    return draw_conditions(
        city, requests, ranked, technologies=technologies, operation=rules, horizon=WEEK, seed=1, stage="search",
        replication=0, **changes,
    )  # fmt: skip


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_share_that_heeds_a_rule_leaves_the_same_drivers_in_every_city(technologies, share):
    n = 4000
    requests, ranked = requests_of(*["kerbside"] * n, stay_min=900.0), ranked_of([[0]] * n)
    rules = operation(blocking_fee=dict(technologies=["ac_22"], heeded_share=share))
    one = conditions_of(city_of(station("a", "p")), requests, ranked, rules, technologies).allowed_min
    other = conditions_of(city_of(station("z", "p", points=9)), requests, ranked, rules, technologies).allowed_min
    np.testing.assert_array_equal(one, other)
    leaves = np.isfinite(one).mean()
    assert abs(leaves - share) <= 1.96 * np.sqrt(share * (1 - share) / n)  # 95 % interval, seed 1


def test_of_two_rules_the_stricter_counts(technologies):
    requests, ranked = requests_of("kerbside", stay_min=900.0), ranked_of([[0]])
    both = operation(
        longest_stay=dict(technologies=["ac_22"], after_h=2.0),
        blocking_fee=dict(technologies=["ac_22"], heeded_share=1.0),
    )
    requests.arrival_min[:] = (TUE + 9) * 60.0
    city = city_of(station("a", "p"))
    assert conditions_of(city, requests, ranked, both, technologies).allowed_min.tolist() == [[120.0]]


def test_without_a_rule_nothing_is_drawn_and_nothing_binds(technologies):
    requests, ranked = requests_of("kerbside"), ranked_of([[0]])
    allowed = conditions_of(city_of(station("a", "p")), requests, ranked, operation(), technologies).allowed_min
    assert allowed == np.inf and isinstance(allowed, float)
    elsewhere = operation(longest_stay=dict(technologies=["dc_150"]))
    assert conditions_of(city_of(station("a", "p")), requests, ranked, elsewhere, technologies).allowed_min == np.inf
