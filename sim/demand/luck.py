"""Luck that belongs to the driver: who sees which stations have a free point, and whose charging fails to start.

Every purpose and every try has a stream of its own, so switching one feature on, or changing one share, leaves all
other draws alone; and a larger share adds drivers to those of the smaller one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Streams = Callable[[str], np.random.Generator]


def draw_informed(share: float, n: int, streams: Streams) -> NDArray[np.bool_]:
    """Who sees which stations have a free point. [n bool]"""
    if share == 0:
        return np.zeros(n, bool)
    return np.asarray(streams("informed").random(n) < share)


def draw_start_luck(tries: int, n: int, columns: int, streams: Streams) -> NDArray[np.float64]:
    """Uniform numbers [0, 1) that decide how often charging fails to start at the stations a driver tries.

    columns : most tries of any use case; 0 = no start can fail. Beyond the tries of this one luck is not drawn but 1.
    """
    luck = np.ones((n, columns))
    for number in range(min(tries, columns)):
        luck[:, number] = streams(f"start {number}").random(n)
    return luck


def failed_starts(luck: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.int8]:
    """How often charging fails to start: 0, 1 (the retry works) or 2 (the driver gives up there).

    share : attempts that fail, each independent of the other [share]; so 1 has the chance p (1 - p) and 2 has p^2

    >>> failed_starts(np.array([0.005, 0.05, 0.5]), np.array([0.1, 0.1, 0.1])).tolist()
    [2, 1, 0]
    """
    return (luck < share).astype(np.int8) + (luck < share * share).astype(np.int8)
