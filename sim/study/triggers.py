"""What to look at before the next phase is built, and how surely it tells the paths of uptake apart.

A signal is a count: sessions at the points that stand, or battery cars that are registered. Each path of uptake makes
it Poisson with a mean of its own; weeks differ and no model is right, so the mean itself is taken to vary by a Gamma
law around what the model says. The threshold between two neighbouring paths is the count that makes the larger of the
two errors, taking the upper for the lower and the lower for the upper, as small as it can be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_COUNTED = 2_000_000  # larger means are counted in larger units, which makes their noise a little larger than it is
WIDTH = 10.0  # of the counts looked at around a mean, in standard deviations


@dataclass(frozen=True)
class Threshold:
    """Between two paths: a count from which on the upper is believed.

    missed_share : chance that the upper path holds, but fewer are counted
    false_share  : chance that the lower path holds, but as many or more are counted
    """

    count: float
    missed_share: float
    false_share: float


def threshold_between(lower_mean: float, upper_mean: float, *, cv: float) -> Threshold:
    """The count from which the upper of two paths is believed, and the two errors.

    lower_mean, upper_mean : expected counts
    cv : coefficient of variation of the mean itself, 0 = pure Poisson noise

    >>> threshold_between(100.0, 200.0, cv=0.0).count
    145.0
    """
    if not upper_mean > lower_mean:
        return Threshold(upper_mean, 0.5, 0.5)  # both paths look the same
    scale = max(upper_mean / MOST_COUNTED, 1.0)
    spread = WIDTH * np.sqrt(upper_mean / scale + (cv * upper_mean / scale) ** 2)
    counts = np.arange(0, int(upper_mean / scale + spread) + 2)
    below_lower, below_upper = (_below(counts, mean / scale, cv) for mean in (lower_mean, upper_mean))
    best = int(np.argmin(np.maximum(below_upper, 1.0 - below_lower)))
    return Threshold(float(counts[best]) * scale, float(below_upper[best]), float(1.0 - below_lower[best]))


def taken_for(means: Sequence[float], thresholds: Sequence[float], *, cv: float) -> Floats:
    """Chance that each path (rows, ascending) is taken for each (columns), by thresholds between neighbours. [share]"""
    rows = []
    for mean in means:
        below = [share_below(threshold, mean, cv=cv) for threshold in thresholds]
        rows.append(np.clip(np.diff([0.0, *np.maximum.accumulate(below), 1.0]), 0.0, 1.0))
    return np.array(rows)


def share_below(threshold: float, mean: float, *, cv: float) -> float:
    """Chance to count fewer than a threshold. [share]"""
    scale = max(mean / MOST_COUNTED, 1.0)
    counts = np.arange(0, int(np.ceil(threshold / scale)) + 1)
    return float(_below(counts, mean / scale, cv)[-1])


def by_uptake(means: Mapping[str, float]) -> list[str]:
    """Paths in the order of what is expected of each."""
    return sorted(means, key=lambda path: means[path])


def _below(counts: NDArray[np.int64], mean: float, cv: float) -> Floats:
    """Chance to count fewer than each of 0, 1, 2, ...: Poisson, or negative binomial where the mean varies.

    Logarithms of the chances are sums of the ratios of neighbours, (k + r) / (k + 1) x mean / (r + mean) with the shape
    r = 1 / cv^2, in the limit mean / (k + 1).
    """
    if mean <= 0:
        return (counts > 0).astype(float)
    k = counts[:-1].astype(float)
    if cv > 0:
        shape = 1.0 / cv**2
        start = -shape * np.log1p(mean / shape)
        steps = np.log((k + shape) / (k + 1.0)) + np.log(mean / (shape + mean))
    else:
        start, steps = -mean, np.log(mean / (k + 1.0))
    chances = np.exp(start + np.concatenate([[0.0], np.cumsum(steps)]))
    return np.concatenate([[0.0], np.cumsum(chances)])[: len(counts)].clip(0.0, 1.0)
