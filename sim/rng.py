"""Random streams: one for each purpose and replication, independent of all others.

All chance is drawn before a simulation. A stream is named by what it is for (`purpose`), by the stage of the study
(`search` finds the plan, `verdict` judges it on draws it was not chosen on) and by the replication, never by the order
of calls; so the same seed gives the same draws whatever else is drawn, on however many workers.
"""

from __future__ import annotations

import zlib

import numpy as np

STAGES = ("search", "verdict", "expected")


def stream(seed: int, stage: str, replication: int, purpose: str) -> np.random.Generator:
    """A generator of its own for one purpose.

    >>> a, b = stream(1, "search", 0, "stay"), stream(1, "search", 0, "stay")
    >>> bool((a.random(3) == b.random(3)).all())
    True
    """
    key = (STAGES.index(stage), replication, zlib.crc32(purpose.encode()))
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
