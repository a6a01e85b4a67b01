"""Random streams: one for each purpose and replication, independent of all others.

All chance is drawn before a simulation. A stream is named by what it is for (`purpose`), by the stage of the study
(`search` finds the plan, `verdict` judges it on draws it was not chosen on) and by the replication, never by the order
of calls; so the same seed gives the same draws whatever else is drawn, on however many workers.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

STAGES = ("search", "verdict", "expected")
STEPS = 2**13  # of the guide table in `pick`; a power of two, so that no step is rounded


def stream(seed: int, stage: str, replication: int, purpose: str) -> np.random.Generator:
    """A generator of its own for one purpose.

    >>> a, b = stream(1, "search", 0, "stay"), stream(1, "search", 0, "stay")
    >>> bool((a.random(3) == b.random(3)).all())
    True
    """
    key = (STAGES.index(stage), replication, zlib.crc32(purpose.encode()))
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def pick(weight: NDArray[np.float64], uniform: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows drawn in proportion to their weight, one for each uniform number [0, 1).

    Each number goes to the row in which its share of the total falls. A table tells the row in which every step of 0 to
    1 begins, so that only numbers in a step with several rows must be searched for.

    >>> pick(np.array([1.0, 0.0, 3.0]), np.array([0.2, 0.3, 0.99]))
    array([0, 2, 2])
    """
    reached = np.cumsum(weight)
    if not len(uniform):
        return np.empty(0, np.intp)
    amount = uniform * reached[-1]
    if len(uniform) < STEPS:
        row = np.searchsorted(reached, amount, side="right")
    else:
        first = np.searchsorted(reached, np.arange(STEPS) / STEPS * reached[-1], side="right")
        row = first[(uniform * STEPS).astype(np.intp)]
        beyond = np.flatnonzero(amount >= reached[np.minimum(row, len(reached) - 1)])
        row[beyond] = np.searchsorted(reached, amount[beyond], side="right")
    last = np.flatnonzero(weight)[-1]  # rounding must not lead past the last row with weight
    return np.asarray(np.minimum(row, last))
