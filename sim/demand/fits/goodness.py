"""How well a law fits what was seen: the largest distance of the two distribution functions, and words for it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

LEAST_N = 100  # sessions behind anything that is fitted
POOR_KS = 0.06  # the fits behind the shipped values lie between 0.018 and 0.052
CHANCE_95 = 1.36  # Kolmogorov: chance alone stays below this over the root of n in 95 of 100 samples

Cdf = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def ks_distance(seen: NDArray[np.float64], cdf: Cdf) -> float:
    """Largest distance between the share seen up to a value and that of the law (Kolmogorov and Smirnov). [share]

    >>> round(ks_distance(np.array([0.25, 0.5, 0.75]), lambda x: x), 3)
    0.25
    """
    values, counts = np.unique(seen, return_counts=True)
    upto = np.cumsum(counts) / len(seen)
    law = cdf(values)
    return float(max(np.max(np.abs(upto - law)), np.max(np.abs(law - upto + counts / len(seen)))))


def judged(ks: float, n: int) -> str:
    """A fit in words.

    The limit of chance is that of a law known before; a fitted one lies closer, so "within chance" is said late.

    >>> judged(0.02, 500), judged(0.05, 5000), judged(0.10, 5000)
    ('good, within chance', 'fair', 'POOR: look at the data before you use it')
    """
    if ks <= CHANCE_95 / math.sqrt(n):
        return "good, within chance"
    return "fair" if ks <= POOR_KS else "POOR: look at the data before you use it"
