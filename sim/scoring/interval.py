"""95 % confidence intervals of means over replications, single and paired.

Replications are independent, so their mean follows Student's t. A KPI that a replication does not have (the mean wait
where nobody was served) is NaN there; mean and interval are then over the replications that have it, and `count` says
how many those are. One replication has a mean and no interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.scoring.groups import Floats

LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """Mean, bounds of its 95 % interval and number of replications behind it, one entry for each KPI row."""

    mean: Floats
    low: Floats
    high: Floats
    count: np.ndarray


def t_probability(t: float, degrees: int) -> float:
    """Probability that Student's t lies between -t and t. [share]

    degrees : degrees of freedom, 1 or more. The finite sums of Abramowitz and Stegun (1964), 26.7.3 and 26.7.4: exact.

    >>> round(t_probability(1.0, 1), 6)
    0.5
    """
    angle = math.atan(t / math.sqrt(degrees))
    term = total = 1.0 if degrees % 2 == 0 else math.cos(angle)
    for step in range(2 if degrees % 2 == 0 else 3, degrees - 1, 2):
        term *= math.cos(angle) ** 2 * (step - 1) / step
        total += term
    if degrees % 2 == 0:
        return math.sin(angle) * total
    return 2 / math.pi * (angle + (math.sin(angle) * total if degrees > 1 else 0.0))


@lru_cache(maxsize=256)
def t_quantile(degrees: int, level: float = LEVEL) -> float:
    """Half width, in standard errors, of the two-sided t interval at a level; by bisection.

    >>> round(t_quantile(19), 3)
    2.093
    """
    low, high = 0.0, 1.0
    while t_probability(high, degrees) < level:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if t_probability(middle, degrees) < level else (low, middle)
    return (low + high) / 2


def mean_interval(samples: Floats) -> Interval:
    """Mean and 95 % interval of each column; rows are replications, NaN = this replication has no value.

    Bounds are not cut at what is possible (a share may reach a little below 0): a cut interval would hide how little is
    known.
    """
    known = ~np.isnan(samples)
    count = known.sum(axis=0)
    nothing = np.full(samples.shape[1], np.nan)
    mean = np.divide(np.where(known, samples, 0).sum(axis=0), count, out=nothing.copy(), where=count > 0)
    squares = np.where(known, (samples - mean) ** 2, 0).sum(axis=0)
    variance = np.divide(squares, count - 1, out=nothing.copy(), where=count > 1)
    standard_error = np.sqrt(np.divide(variance, count, out=nothing.copy(), where=count > 1))
    factor = np.array([t_quantile(n) if n > 0 else np.nan for n in range(len(samples))])
    half = factor[np.maximum(count - 1, 0)] * standard_error
    return Interval(mean, mean - half, mean + half, count)


def paired_difference(as_is: Floats, plan: Floats) -> Interval:
    """Mean and 95 % interval of plan minus as is, replication by replication.

    Both saw the same requests, so what chance does to both cancels and the interval is narrower than of two
    independent samples. Replications in which either has no value are left out.
    """
    return mean_interval(plan - as_is)
