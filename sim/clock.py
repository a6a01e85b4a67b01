"""Minutes and the typical week.

Time is minutes since the start of a run. A run is a warm-up of whole days followed by whole measured days; the measured
part begins on Monday at 0 h, so a warm-up of two days begins on Saturday.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import DataError

MIN_PER_H = 60.0
MIN_PER_DAY = 1440.0
MIN_PER_WEEK = 10080.0
H_PER_WEEK = 168


@dataclass(frozen=True)
class Horizon:
    """A warm-up and the days that are measured."""

    warm_up_days: int
    days: int

    def __post_init__(self) -> None:
        problems = []
        if self.warm_up_days < 0:
            problems.append(f"simulation.warm_up_days ({self.warm_up_days}) must be 0 or more")
        if self.days < 1:
            problems.append(f"simulation.days ({self.days}) must be 1 or more")
        if problems:
            raise DataError(problems)

    @property
    def start_min(self) -> float:
        """Where measuring begins. [min]"""
        return self.warm_up_days * MIN_PER_DAY

    @property
    def end_min(self) -> float:
        """Where measuring ends. [min]"""
        return self.start_min + self.days * MIN_PER_DAY

    @property
    def weeks(self) -> float:
        """Length of the measured part. [weeks]"""
        return self.days / 7


def weekly_minute(time_min: NDArray[np.float64], horizon: Horizon) -> NDArray[np.float64]:
    """Minutes since Monday 0 h of the same week. [min, 0-10080)

    >>> weekly_minute(np.array([0.0, 2880.0]), Horizon(warm_up_days=2, days=7))
    array([7200.,    0.])
    """
    return np.asarray((time_min - horizon.start_min) % MIN_PER_WEEK)
