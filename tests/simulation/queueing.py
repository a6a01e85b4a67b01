"""Queueing theory: exact answers for one station, and the engine's answers with their intervals."""

from __future__ import annotations

from math import exp, factorial, inf, sqrt

import numpy as np

from sim.simulation.columns import NEVER_BALK
from sim.simulation.sessions import Outcome
from sim.simulation.workload import make_workload

REPLICATIONS = 10
T_QUANTILE = 2.2622  # 97.5 % point of Student's t with 9 degrees of freedom
WARM_UP, MEASURED = 1_000, 4_000  # requests of each replication


def erlang_b(points: int, load: float) -> float:
    """Share of arrivals that find all points taken, without a queue."""
    blocked = 1.0
    for c in range(1, points + 1):
        blocked = load * blocked / (c + load * blocked)
    return blocked


def birth_and_death(points: int, per_h: float, stay_min: float, room: int, patience_min: float = inf):
    """Stationary shares of n = 0..room drivers at a station with exponential times. (Any text on queueing.)"""
    weights = [1.0]
    for n in range(1, room + 1):
        leaving = min(n, points) / stay_min + max(n - points, 0) / patience_min
        weights.append(weights[-1] * per_h / 60 / leaving)
    return np.array(weights) / sum(weights)


def erlang_c(points: int, per_h: float, stay_min: float) -> dict[str, float]:
    """M/M/c: share that waits, mean wait, share that waits longer than 15 min."""
    load = per_h * stay_min / 60
    waiting = load**points / factorial(points) * points / (points - load)
    p_wait = waiting / (sum(load**n / factorial(n) for n in range(points)) + waiting)
    spare_per_min = points / stay_min - per_h / 60
    return dict(p_wait=p_wait, wait_min=p_wait / spare_per_min, p_wait_15=p_wait * exp(-15 * spare_per_min))


def replications(run, seed, *, points, per_h, stay_min, balk_at=NEVER_BALK, patience_min=inf, stays=None):
    """Measured means of independent replications of one station, a row each, by name.

    Poisson arrivals at one station that starts empty; the first `WARM_UP` requests are not measured.
    stays : function (generator, size) that draws stays [min]; exponential unless given
    """
    rows = []
    for stream in np.random.SeedSequence(seed).spawn(REPLICATIONS):
        rng, n = np.random.default_rng(stream), WARM_UP + MEASURED
        arrival_min = np.cumsum(rng.exponential(60 / per_h, n))
        stay = rng.exponential(stay_min, n) if stays is None else stays(rng, n)
        patience = rng.exponential(patience_min, n) if patience_min < inf else inf
        workload = make_workload(
            arrival_min=arrival_min, choices=np.zeros(n, int), energy_kwh=stay, power_kw=60.0, points=[points],
            balk_at=balk_at, patience_min=patience,
        )  # fmt: skip
        s = run(workload)
        kept = slice(WARM_UP, None)
        outcome, wait = s.outcome[kept], s.wait_min[kept]
        joined = outcome != Outcome.BALKED
        rows.append(
            dict(
                blocked=np.mean(~joined),
                abandoned=np.mean(outcome == Outcome.RENEGED),
                p_wait=np.mean(wait > 0),
                wait_min=np.mean(wait[joined]),
                p_wait_15=np.mean(wait > 15),
            )
        )
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def interval(means) -> tuple[float, float]:
    """95 % interval of the expectation, by Student's t over replications."""
    half = T_QUANTILE * means.std(ddof=1) / sqrt(len(means))
    return means.mean() - half, means.mean() + half
