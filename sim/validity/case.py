"""What a validity case is: a function that runs our own code and says how far it is from a number known from outside.

A case is one function in `CASES`; the page, its charts and the tests take it from there. Rows with the verdict "fail"
stay in the table.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.city import City
from sim.registry import Registry
from sim.scoring.interval import mean_interval
from sim.simulation.run import ENGINES, Engine, Simulation
from sim.study.study import Study

Verdict = Literal["pass", "fail", "info"]
NONE = float("nan")


@dataclass(frozen=True)
class Row:
    """One comparison.

    id        : number of the target, such as "E1"
    what      : what is compared, in words
    source    : where the target is from, with the number of observations where it is observed
    target    : the value known from outside; NaN = none that can be compared
    ours      : the value of our own code
    low, high : 95 % interval of ours; NaN where nothing is drawn
    unit      : of all four; "share" is shown in percent
    tolerance : what is asked for, in words
    verdict   : pass, fail, or info = nothing is asked for, and the note says why
    note      : one sentence for what needs saying
    """

    id: str
    what: str
    source: str
    target: float
    ours: float
    low: float
    high: float
    unit: str
    tolerance: str
    verdict: Verdict
    note: str


@dataclass(frozen=True)
class Finding:
    """What a case found: its rows, and tables that its charts are drawn from."""

    rows: list[Row]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)  # one bench is itself only, so what was simulated on it can be kept
class Bench:
    """All that cases need: the settings and the city as shipped, the engine, and seeds of the exact cases."""

    study: Study
    city: City
    engine: str
    seeds: range

    @property
    def run(self) -> Engine:
        """The engine itself."""
        return ENGINES[self.engine]

    @property
    def simulation(self) -> Simulation:
        """The simulation as shipped, with the engine of the bench."""
        return dataclasses.replace(self.study.simulation, engine=self.engine)


Case = Callable[[Bench], Finding]
CASES: Registry[Case] = Registry("validity case")


def within(target: float, ours: float, tolerance: float) -> Verdict:
    """Pass if ours is no further from the target than the tolerance."""
    return "pass" if abs(ours - target) <= tolerance else "fail"


def percent(share: float) -> str:
    """A share in words of the page.

    >>> percent(0.25)
    '25 %'
    """
    return f"{100 * share:.3g} %"


def interval(samples: NDArray[np.float64]) -> tuple[float, float, float]:
    """Mean and 95 % interval over independent replications, by Student's t."""
    found = mean_interval(np.asarray(samples, float)[:, None])
    return float(found.mean[0]), float(found.low[0]), float(found.high[0])
