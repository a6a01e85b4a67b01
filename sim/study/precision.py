"""How many replications the verdict needs: the wanted half-width, or a cap.

The rule is Chow and Robbins' (1965) in batches: after the least number of replications, and then after each batch of a
fixed size, the 95 % intervals of one KPI are looked at; the first look at which all are narrow enough is the last.
Stopping where the sample looks calm makes the intervals a little too narrow, so they cover less often than 95 in 100;
a first look no sooner than after 10 to 20 replications and few looks keep that small (Law 2015, section 9.4.1;
measured in docs/statistics.md). The looks depend on replications in the order of their numbers only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from sim.scoring.groups import Floats
from sim.scoring.interval import Interval, mean_interval, paired_difference
from sim.scoring.scorecard import KPIS
from sim.simulation.run import Precision

CHECK_COLUMNS = ["check", "value", "unit", "low", "high", "passed", "note"]
Measured = TypeVar("Measured")
NARROW, CAP = "every interval is narrow enough", "the cap on replications was reached first"


@dataclass(frozen=True)
class Reached:
    """How narrow the intervals of the verdict are, and why no more replications were made.

    replications : of the verdict
    as_is, plan, difference : half-widths of the 95 % intervals of the KPI, in its unit or as shares of its mean
    stopped : NARROW or CAP
    """

    replications: int
    as_is: float
    plan: float
    difference: float
    stopped: str


def reach(as_is: Floats, plan: Floats, precision: Precision) -> Reached:
    """Look at a KPI of the replications so far, of both cities.

    A half-width that does not exist (NaN: the KPI had a value in fewer than two replications) is not narrow enough.
    """
    before, after = as_is[:, None], plan[:, None]
    now, planned = (half_width(mean_interval(values), precision.error) for values in (before, after))
    difference = half_width(paired_difference(before, after), precision.error)
    narrow = all(width <= precision.level_half_width for width in (now, planned))
    narrow = narrow and difference <= precision.difference_half_width
    return Reached(len(as_is), now, planned, difference, NARROW if narrow else CAP)


def half_width(interval: Interval, error: str) -> float:
    """Half the width of an interval of one column: absolute, or as a share of the mean; 0 where nothing varies.

    error : absolute or relative. [unit of the KPI or share]
    """
    half = float(interval.high[0] - interval.low[0]) / 2
    if error == "absolute" or half == 0:
        return half
    mean = abs(float(interval.mean[0]))
    return half / mean if mean > 0 else np.inf


def until_precise(
    more: Callable[[range], Sequence[list[Measured]]],
    value: Callable[[Measured], float],
    *,
    least: int,
    precision: Precision,
) -> tuple[list[list[Measured]], Reached]:
    """Replications of two cities, batch by batch, until the intervals are narrow enough or the cap is reached.

    more : makes the replications of these numbers; one list for each of the two cities
    value : the KPI of one replication
    least : replications before the first look; made even if the cap is lower
    """
    cities = [list(city) for city in more(range(least))]
    while True:
        count = len(cities[0])
        as_is, plan = (np.array([value(measured) for measured in city]) for city in cities)
        reached = reach(as_is, plan, precision)
        if reached.stopped == NARROW or count >= precision.most_replications:
            return cities, reached
        numbers = range(count, min(count + precision.batch, precision.most_replications))
        for city, added in zip(cities, more(numbers), strict=True):
            city += added


def precision_checks(reached: Reached, precision: Precision) -> pd.DataFrame:
    """A check for each half-width against the wanted one; columns as `StudyResult.checks`."""
    unit = KPIS.facts[precision.kpi]["unit"] if precision.error == "absolute" else "share"
    rows = [
        (f"half-width of the interval of {precision.kpi}, {state}", width, unit, 0.0, wanted, bool(width <= wanted),
         f"{reached.replications} replications; {reached.stopped}")
        for state, width, wanted in (
            ("as it is", reached.as_is, precision.level_half_width),
            ("with the plan", reached.plan, precision.level_half_width),
            ("difference", reached.difference, precision.difference_half_width),
        )
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=CHECK_COLUMNS)


def precision_problems(precision: Precision) -> Iterator[str]:
    """What is wrong with the KPI that replications are added for; a name that is not known is told elsewhere."""
    if precision.kpi not in KPIS:
        return
    facts = KPIS.facts[precision.kpi]
    key = f"simulation.precision.kpi ({precision.kpi})"
    if "city" not in facts["scopes"]:
        yield f"{key} has no value for the whole city; choose one that has, for example served_share"
    if not facts["simulated"]:
        yield f"{key} follows from the city alone and has no interval; choose a simulated one such as served_share"
