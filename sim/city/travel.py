"""How far it is: straight lines, ways with detours, and who is within reach of what."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

PAIRS_AT_ONCE = 2_000_000


def straight_line_m(
    from_x_m: ArrayLike, from_y_m: ArrayLike, to_x_m: ArrayLike, to_y_m: ArrayLike
) -> NDArray[np.float64]:
    """Distance as the crow flies, element by element or broadcast. [m]

    >>> straight_line_m(0.0, 0.0, [3.0, 0.0], [4.0, 2.0])
    array([5., 2.])
    """
    return np.hypot(np.subtract(to_x_m, from_x_m, dtype=float), np.subtract(to_y_m, from_y_m, dtype=float))


def way_m(line_m: ArrayLike, *, detour_factor: float) -> NDArray[np.float64]:
    """Length of the way on streets: the straight line times a detour factor. [m]"""
    return np.asarray(line_m, dtype=float) * detour_factor


def within_reach(
    from_xy_m: NDArray[np.float64], to_xy_m: NDArray[np.float64], *, reach_m: ArrayLike, detour_factor: float = 1.0
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """All pairs whose way is no longer than the reach: row of `from`, row of `to`, way [m]; by `from`, then `to`.

    from_xy_m, to_xy_m : n x 2 and m x 2 [m]
    reach_m : one for all, or one for each row of `from` [m]
    No n x m table is made; only a strip of eastings around each row of `from` is looked at.
    """
    reach = np.broadcast_to(np.asarray(reach_m, dtype=float), len(from_xy_m))
    by_x = np.argsort(to_xy_m[:, 0], kind="stable")
    x_sorted = to_xy_m[by_x, 0]
    line = reach / detour_factor * (1 + 1e-9)  # the strip must not lose a pair at the very edge
    first = np.searchsorted(x_sorted, from_xy_m[:, 0] - line, side="left")
    count = np.searchsorted(x_sorted, from_xy_m[:, 0] + line, side="right") - first
    total = np.concatenate([[0], np.cumsum(count)])
    none = np.empty(0, dtype=np.int64)
    parts = [(none, none, np.empty(0))]
    begin = 0
    while begin < len(count):
        end = max(begin + 1, int(np.searchsorted(total, total[begin] + PAIRS_AT_ONCE, side="right")) - 1)
        rows = np.repeat(np.arange(begin, end), count[begin:end])
        columns = by_x[first[rows] + np.arange(total[begin], total[end]) - total[rows]]
        way = way_m(straight_line_m(*from_xy_m[rows].T, *to_xy_m[columns].T), detour_factor=detour_factor)
        near = way <= reach[rows]
        parts.append((rows[near], columns[near], way[near]))
        begin = end
    rows, columns, way = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((columns, rows))
    return rows[order], columns[order], way[order]
