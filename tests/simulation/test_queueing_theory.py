"""The engine against exact queueing theory.

Expected numbers are printed values of standard formulas, recomputed below. Each case runs ten replications of 5,000
requests, the first 1,000 of which are not measured, and asks whether the 95 % interval over replications (Student's t)
covers the exact value. An interval that is right covers in 95 % of seeds, so a seed may miss: the quick tests ask for
at least 4 of 5 seeds (4.75 expected) on a few cases, the slow ones for at least 42 of 50 (47.5 expected) on all.
"""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from sim.simulation.sessions import Outcome
from sim.simulation.workload import make_workload
from tests.simulation.queueing import birth_and_death, erlang_b, erlang_c, interval, replications

ERLANG_B = {
    (1, 1): 0.50000, (2, 1): 0.20000, (4, 2): 0.09524, (5, 3): 0.11005, (8, 5): 0.07005, (10, 7): 0.07874,
    (16, 12): 0.06041, (10, 4.461): 0.01000, (20, 12.031): 0.01000,
}  # (points, erlang): share blocked  # fmt: skip
ERLANG_C = {
    (1, 1, 30): (0.5000, 30.000, 0.3894),
    (2, 2, 30): (0.3333, 10.000, 0.2022),
    (2, 3, 30): (0.6429, 38.571, 0.5007),
    (4, 6, 30): (0.5094, 15.283, 0.3090),
    (4, 7, 30): (0.7379, 44.272, 0.5746),
    (6, 10, 30): (0.5875, 17.625, 0.3563),
    (8, 14, 30): (0.6353, 19.059, 0.3853),
    (10, 6, 48): (0.0282, 0.261, 0.0056),
    (12, 20, 30): (0.4494, 6.741, 0.1653),
}  # (points, arrivals per hour, mean stay [min]): share that waits, mean wait [min], share that waits over 15 min
FINITE_ROOM = {(2, 4, 3): (0.12404, 9.441), (4, 8, 7): (0.08699, 9.419)}  # (points, room, per hour): blocked, wait
ERLANG_A = {(4, 7): (0.40842, 0.17953, 2.693), (8, 14): (0.34829, 0.11244, 1.687)}  # (points, per hour), patience 15


def case_b(points, load):
    return dict(points=points, per_h=load, stay_min=60, balk_at=0), dict(blocked=ERLANG_B[points, load])


def case_c(points, per_h, stay_min):
    names = ("p_wait", "wait_min", "p_wait_15")
    exact = dict(zip(names, ERLANG_C[points, per_h, stay_min], strict=True))
    return dict(points=points, per_h=per_h, stay_min=stay_min), exact


def case_k(points, room, per_h):
    exact = dict(zip(("blocked", "wait_min"), FINITE_ROOM[points, room, per_h], strict=True))
    return dict(points=points, per_h=per_h, stay_min=30, balk_at=room - points), exact


def case_a(points, per_h):
    exact = dict(zip(("p_wait", "abandoned", "wait_min"), ERLANG_A[points, per_h], strict=True))
    return dict(points=points, per_h=per_h, stay_min=30, patience_min=15), exact


ALL = (
    {f"M/M/{key[0]}/{key[0]} {key[1]} erlang": case_b(*key) for key in ERLANG_B}
    | {f"M/M/{key[0]} {key[1]}/h": case_c(*key) for key in ERLANG_C}
    | {f"M/M/{key[0]}/{key[1]} {key[2]}/h": case_k(*key) for key in FINITE_ROOM}
    | {f"M/M/{key[0]}+M {key[1]}/h": case_a(*key) for key in ERLANG_A}
)
QUICK = ("M/M/2/2 1 erlang", "M/M/5/5 3 erlang", "M/M/2 2/h", "M/M/10 6/h", "M/M/4/8 7/h", "M/M/8+M 14/h")


def test_the_printed_numbers_are_those_of_the_formulas():
    for (points, load), blocked in ERLANG_B.items():
        assert abs(erlang_b(points, load) - blocked) < 6e-6
    for (points, per_h, stay_min), printed in ERLANG_C.items():
        exact = erlang_c(points, per_h, stay_min)
        assert abs(exact["p_wait"] - printed[0]) < 6e-5
        assert abs(exact["wait_min"] - printed[1]) < 6e-4
        assert abs(exact["p_wait_15"] - printed[2]) < 6e-5
    for (points, room, per_h), printed in FINITE_ROOM.items():
        share = birth_and_death(points, per_h, 30, room)
        queueing = share @ np.maximum(np.arange(room + 1) - points, 0)
        assert abs(share[-1] - printed[0]) < 6e-6
        assert abs(queueing / (per_h / 60 * (1 - share[-1])) - printed[1]) < 6e-4
    for (points, per_h), printed in ERLANG_A.items():
        share = birth_and_death(points, per_h, 30, room=200, patience_min=15)
        queueing = share @ np.maximum(np.arange(201) - points, 0)
        assert abs(share[points:].sum() - printed[0]) < 6e-6
        assert abs(queueing / 15 / (per_h / 60) - printed[1]) < 6e-6
        assert abs(queueing / (per_h / 60) - printed[2]) < 6e-4


def covered(run, name, seeds):
    """How many seeds give an interval that covers the exact value, by quantity."""
    station, exact = ALL[name]
    counts = dict.fromkeys(exact, 0)
    for seed in seeds:
        means = replications(run, seed, **station)
        for quantity, value in exact.items():
            low, high = interval(means[quantity])
            counts[quantity] += low <= value <= high
    return counts


@pytest.mark.parametrize("name", QUICK)
def test_intervals_of_the_engine_cover_the_exact_values(run, name):
    counts = covered(run, name, range(5))
    assert min(counts.values()) >= 4, counts


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_intervals_cover_the_exact_values_in_at_least_42_of_50_seeds(run, name):
    counts = covered(run, name, range(50))
    assert min(counts.values()) >= 42, counts


def mixed_stays(rng, size):
    """Lognormal mixture like evening stays in the street (short visits and whole nights), 60 min on average."""
    long = rng.random(size) < 0.25
    stay = np.exp(np.where(long, rng.normal(log(14.06), 0.12, size), rng.normal(log(1.81), 1.01, size)))
    mean = 0.75 * 1.81 * np.exp(1.01**2 / 2) + 0.25 * 14.06 * np.exp(0.12**2 / 2)
    return stay / mean * 60


def test_blocking_depends_on_the_mean_stay_only(run):
    """M/G/c/c: Erlang B holds for any law of stays (insensitivity)."""
    means = replications(run, 7, points=4, per_h=2, stay_min=60, balk_at=0, stays=mixed_stays)
    low, high = interval(means["blocked"])
    assert low <= erlang_b(4, 2) <= high
    assert high - low < 0.02


def test_drivers_queueing_are_arrivals_times_wait(run):
    """Little's law, exactly: the area under the counted queue is the sum of all waits."""
    rng, n = np.random.default_rng(3), 2_000
    w = make_workload(
        arrival_min=np.cumsum(rng.exponential(6, n)), choices=np.zeros(n, int), energy_kwh=rng.exponential(20, n),
        power_kw=60.0, points=[3], patience_min=rng.exponential(15, n), balk_at=5,
    )  # fmt: skip
    s = run(w)
    joins, leaves = w.arrival_min[s.wait_min > 0], np.sort((w.arrival_min + s.wait_min)[s.wait_min > 0])
    moments = np.sort(np.concatenate([joins, leaves]))
    queueing = np.searchsorted(joins, moments, "right") - np.searchsorted(leaves, moments, "right")
    assert queueing.max() == 5 and queueing.min() == 0
    assert (queueing[:-1] * np.diff(moments)).sum() == s.wait_min.sum()
    taken = (s.outcome == Outcome.SERVED).sum()
    assert taken + (s.outcome == Outcome.RENEGED).sum() + (s.outcome == Outcome.BALKED).sum() == n


def test_a_point_is_available_for_mtbf_over_mtbf_and_mttr(run):
    """Failures and repairs on calendar time: who looks at random finds the point working as often as it works."""
    rng, cycles = np.random.default_rng(11), 4_000
    up_down = rng.exponential([1552.0, 48.0], (cycles, 2)) * 60
    n = 40_000
    change_min = np.cumsum(up_down.ravel())
    arrival_min = np.sort(rng.uniform(0, change_min[-1], n))
    w = make_workload(
        arrival_min=arrival_min, choices=np.zeros(n, int), energy_kwh=0.0, power_kw=60.0, points=[1],
        change_min=change_min, change_kind=np.tile([1, 0], cycles), change_of=np.zeros(2 * cycles, int),
    )  # fmt: skip
    available = np.mean(run(w).outcome == Outcome.SERVED)
    # 1552 / 1600 = 0.97; arrivals see the drawn share of up time: sd of both samples together 0.0011
    assert abs(available - 0.97) < 3 * 0.0011
