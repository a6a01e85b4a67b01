"""Sums, shares and quantiles by group, for columns of any length.

A group is a whole number from 0 to `size` - 1; -1 means the row belongs to none and is left out. A group without rows
has the sum 0 and no mean or quantile (NaN).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Flags = NDArray[np.bool_]


def group_sum(values: Floats, codes: Codes, size: int) -> Floats:
    """Sum of the values of each group.

    >>> group_sum(np.array([1.0, 2.0, 4.0]), np.array([1, -1, 1]), 2)
    array([0., 5.])
    """
    return np.bincount(codes + 1, weights=values, minlength=size + 1)[1:].astype(np.float64)


def group_count(codes: Codes, size: int) -> Floats:
    """Number of rows of each group."""
    return np.bincount(codes + 1, minlength=size + 1)[1:].astype(np.float64)


def share(part: Floats, whole: Floats) -> Floats:
    """Part over whole; NaN where the whole is 0.

    >>> share(np.array([1.0, 0.0]), np.array([4.0, 0.0]))
    array([0.25,  nan])
    """
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0))


def group_mean(values: Floats, codes: Codes, size: int) -> Floats:
    """Mean of the values of each group."""
    return share(group_sum(values, codes, size), group_count(codes, size))


def group_quantile(values: Floats, codes: Codes, size: int, *, level: float) -> Floats:
    """Quantile of the values of each group, linear between neighbours as in `numpy.quantile`.

    >>> group_quantile(np.array([10.0, 0.0, 7.0]), np.array([0, 0, 1]), 3, level=0.95)
    array([9.5, 7. , nan])
    """
    inside = codes >= 0
    values, codes = values[inside], codes[inside]
    values = values[np.lexsort((values, codes))]
    count = np.bincount(codes, minlength=size)
    quantile = np.full(size, np.nan)
    some = count > 0
    first = (np.cumsum(count) - count)[some]
    rank = level * (count[some] - 1)
    below = np.floor(rank).astype(np.intp)
    above = np.minimum(below + 1, count[some] - 1)
    low, high = values[first + below], values[first + above]
    quantile[some] = low + (high - low) * (rank - below)
    return quantile
