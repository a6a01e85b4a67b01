"""What is to happen, the earliest first: a binary heap in two flat arrays. Plain Python that numba can compile.

An event is a time and a code: rank plus number (see `events`), so that codes order the events of one instant.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]
Codes = NDArray[np.int64]


def earlier(time_a: float, code_a: float, time_b: float, code_b: float) -> bool:
    """Whether a comes before b: by time, at one instant by code."""
    return time_a < time_b or (time_a == time_b and code_a < code_b)


def push(times: Times, codes: Codes, size: int, time_min: float, code: int) -> int:
    """Add an event to the first `size` rows, unless it is infinitely far off and never happens. The new size."""
    if time_min == np.inf:
        return size
    rise(times, codes, size, time_min, code)
    return size + 1


def pop(times: Times, codes: Codes, size: int) -> int:
    """Drop the first event. The new size.

    The hole sinks to the bottom, where the last event fills it, for that one mostly belongs there; half the comparisons
    of letting it sink from the top, and none that a processor cannot foresee.
    """
    size -= 1
    hole, child = 0, 1
    while child < size:
        right = child + 1  # may be the last event itself; it then moves up here, and nothing is left to fill
        if times[right] == times[child]:
            child += codes[right] < codes[child]
        else:
            child += times[right] < times[child]
        times[hole], codes[hole] = times[child], codes[child]
        hole, child = child, 2 * child + 1
    rise(times, codes, hole, times[size], codes[size])
    return size


def rise(times: Times, codes: Codes, hole: int, time_min: float, code: int) -> None:
    """Put an event into the hole, or above it where it comes before the one there."""
    while hole > 0:
        parent = (hole - 1) >> 1
        if not earlier(time_min, code, times[parent], codes[parent]):
            break
        times[hole], codes[hole] = times[parent], codes[parent]
        hole = parent
    times[hole], codes[hole] = time_min, code
