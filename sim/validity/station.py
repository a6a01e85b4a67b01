"""One station under a steady stream of drivers, and how often the engine's interval covers the exact answer.

Each seed runs ten replications of 5,000 requests, of which the first 1,000 are not measured, and gives a 95 % interval
over replications (Student's t). An interval that is right covers the exact value in 95 % of seeds; that at least 42 of
50 cover is asked for (47.5 are expected; a right interval misses this in about one of 5,000 sets of 50 seeds).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from sim.simulation.columns import NEVER_BALK
from sim.simulation.run import Engine
from sim.simulation.sessions import Outcome
from sim.simulation.workload import make_workload
from sim.validity.case import Row, interval

REPLICATIONS = 10
WARM_UP, MEASURED = 1_000, 4_000  # requests of each replication
ENOUGH_SHARE = 42 / 50  # of seeds whose interval must cover

Stays = Callable[[np.random.Generator, int], NDArray[np.float64]]

WORDS = {
    "blocked": ("share blocked", "share"),
    "p_wait": ("share that waits", "share"),
    "wait_min": ("mean wait", "min"),
    "p_wait_15": ("share that waits over 15 min", "share"),
    "abandoned": ("share that gives up", "share"),
}  # quantity: words, unit


@dataclass(frozen=True)
class Station:
    """A station with Poisson arrivals; stays and patience are exponential unless a law is given.

    name         : in the notation of queueing theory
    balk_at      : drivers leave if so many or more are queueing; 0 = nobody queues
    patience_min : mean of the longest wait; inf = endless [min]
    stays        : law of the stays, with the mean `stay_min`; None = exponential
    exact        : what theory says, by quantity
    """

    name: str
    points: int
    per_h: float
    stay_min: float
    exact: Mapping[str, float]
    balk_at: int = NEVER_BALK
    patience_min: float = inf
    stays: Stays | None = None


def replications(run: Engine, station: Station, *, seed: int) -> dict[str, NDArray[np.float64]]:
    """Measured means by quantity, one entry for each replication; the station starts empty."""
    rows = [_one(run, station, np.random.default_rng(s)) for s in np.random.SeedSequence(seed).spawn(REPLICATIONS)]
    return {name: np.array([row[name] for row in rows]) for name in WORDS}


def _one(run: Engine, station: Station, rng: np.random.Generator) -> dict[str, float]:
    n = WARM_UP + MEASURED
    arrival_min = np.cumsum(rng.exponential(60 / station.per_h, n))
    stay_min = rng.exponential(station.stay_min, n) if station.stays is None else station.stays(rng, n)
    patience_min = rng.exponential(station.patience_min, n) if station.patience_min < inf else inf
    workload = make_workload(
        arrival_min=arrival_min, choices=np.zeros(n, int), energy_kwh=stay_min, power_kw=60.0, points=[station.points],
        balk_at=station.balk_at, patience_min=patience_min,
    )  # fmt: skip
    sessions = run(workload)
    kept = slice(WARM_UP, None)
    outcome, wait_min = sessions.outcome[kept], sessions.wait_min[kept]
    joined = outcome != Outcome.BALKED
    return {
        "blocked": float(np.mean(~joined)),
        "abandoned": float(np.mean(outcome == Outcome.RENEGED)),
        "p_wait": float(np.mean(wait_min > 0)),
        "wait_min": float(np.mean(wait_min[joined])),
        "p_wait_15": float(np.mean(wait_min > 15)),
    }


@dataclass(frozen=True)
class Coverage:
    """How the intervals of some seeds stand to the exact value.

    covered : seeds whose interval covers it; of : seeds
    mean, low, high : of all replications of all seeds together, with their 95 % interval
    """

    exact: float
    covered: int
    of: int
    mean: float
    low: float
    high: float

    @property
    def enough(self) -> bool:
        """At least 42 of 50 cover, or that share of fewer seeds."""
        return self.covered >= int(ENOUGH_SHARE * self.of)

    def row(self, number: str, what: str, unit: str) -> Row:
        """The row of the page."""
        return Row(
            id=number, what=what, source="exact", target=self.exact, ours=self.mean, low=self.low, high=self.high,
            unit=unit, tolerance=f"{int(ENOUGH_SHARE * self.of)} of {self.of} seeds cover",
            verdict="pass" if self.enough else "fail", note=f"{self.covered} of {self.of} cover",
        )  # fmt: skip


def coverage(exact: float, by_seed: Sequence[NDArray[np.float64]]) -> Coverage:
    """Coverage of one exact value.

    by_seed : for each seed, the values of its replications
    """
    bounds = [interval(samples)[1:] for samples in by_seed]
    covered = sum(low <= exact <= high for low, high in bounds)
    return Coverage(exact, covered, len(by_seed), *interval(np.concatenate(by_seed)))


def station_coverage(run: Engine, station: Station, seeds: Sequence[int]) -> dict[str, Coverage]:
    """Coverage by quantity, of everything theory says about the station."""
    found = [replications(run, station, seed=seed) for seed in seeds]
    return {name: coverage(exact, [means[name] for means in found]) for name, exact in station.exact.items()}
