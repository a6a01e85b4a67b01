"""Sessions: what became of each request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Outcome(IntEnum):
    """The end of a request; a session is SERVED or CUT_SHORT, all others are lost with the reason of the last try."""

    SERVED = 0
    CUT_SHORT = 1
    BALKED = 2
    OUT_OF_ORDER = 3
    RENEGED = 4
    START_FAILED = 5
    NO_CHOICE = 6
    UNFINISHED = 7


@dataclass(frozen=True)
class Sessions:
    """One row for each request, in the order of requests.

    outcome    : n i1, an `Outcome`
    tries      : n i1, stations driven to
    choice     : n i1, last one tried, as a column of `choices`
    station    : n i4, the same as a station (row of city.stations); -1 with NO_CHOICE
    point      : n i4, where plugged in (numbered through, station by station); -1 without a session
    wait_min   : n f8, in all queues together [min]
    start_min  : n f8, plug-in; NaN without a session [min]
    full_min   : n f8, the energy wanted is in; NaN = never [min]
    end_min    : n f8, plug-out, or the moment a lost driver was lost; NaN = UNFINISHED [min]
    energy_kwh : n f8, delivered; 0 without a finished session [kWh]
    """

    outcome: NDArray[np.int8]
    tries: NDArray[np.int8]
    choice: NDArray[np.int8]
    station: NDArray[np.int32]
    point: NDArray[np.int32]
    wait_min: NDArray[np.float64]
    start_min: NDArray[np.float64]
    full_min: NDArray[np.float64]
    end_min: NDArray[np.float64]
    energy_kwh: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.outcome)
