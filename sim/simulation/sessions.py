"""Sessions: what became of each request."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.simulation.events import STARTS, TICKS
from sim.simulation.workload import Workload


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

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            getattr(self, field.name).flags.writeable = False

    def frame(self) -> pd.DataFrame:
        """One row for each request; `outcome` in words (served, cut_short, balked, ...)."""
        columns = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        words = [outcome.name.lower() for outcome in Outcome]
        return pd.DataFrame({**columns, "outcome": pd.Categorical.from_codes(self.outcome, words)})


@dataclass
class Notes:
    """What an engine notes down by driver while it runs.

    start_min, end_min : of the session, or of a hold that is still on; `end_min` of the lost is when they were lost
    full_min, missing_kwh : of cars that draw from a shared site, when last settled; NaN for all others
    """

    outcome: Sequence[int]
    tries: Sequence[int]
    choice: Sequence[int]
    point: Sequence[int]
    wait_min: Sequence[float]
    start_min: Sequence[float]
    end_min: Sequence[float]
    full_min: Sequence[float]
    missing_kwh: Sequence[float]


def make_sessions(workload: Workload, notes: Notes) -> Sessions:
    """Sessions from the notes of an engine; the same function for every engine.

    Cars that share a site come with the time they were full and the energy they still miss. For all others both follow
    from the time they had: full when it reached `charging_min`, and energy is power times time until then, rounded down
    to ticks, or exactly what was wanted if the car was full.
    """
    w = workload
    outcome, tries, choice = (np.array(x, np.int8) for x in (notes.outcome, notes.tries, notes.choice))
    wait_min, start_min, end_min = (np.array(x, np.float64) for x in (notes.wait_min, notes.start_min, notes.end_min))
    visit = np.arange(len(w)), choice.astype(np.int64)
    station, wanted_kwh, failed_starts = w.choices[visit], w.energy_kwh[visit], w.failed_starts[visit]

    begin_min = start_min + failed_starts * w.restart_min
    full_min = np.where(failed_starts < STARTS, begin_min + w.charging_min[visit], np.nan)
    full_min[~((full_min <= end_min) & (full_min < np.inf))] = np.nan
    over = outcome <= Outcome.CUT_SHORT
    drawn_min = np.maximum(np.where(over, end_min - begin_min, 0.0), 0.0)
    flowed_kwh = w.power_kw[visit] * drawn_min / 60.0

    shares = np.append(w.site, -1)[station] >= 0
    if shares.any():
        missing_kwh = np.array(notes.missing_kwh, np.float64)
        flowed_kwh[shares] = np.where(np.isnan(missing_kwh), 0.0, wanted_kwh - missing_kwh)[shares]
        full_min[shares] = np.array(notes.full_min, np.float64)[shares]

    energy_kwh = np.clip(np.floor(flowed_kwh * TICKS) / TICKS, 0.0, wanted_kwh)
    energy_kwh = np.where(np.isnan(full_min), energy_kwh, wanted_kwh)
    energy_kwh[~over] = 0.0
    return Sessions(
        outcome=outcome,
        tries=tries,
        choice=choice,
        station=station,
        point=np.array(notes.point, np.int32),
        wait_min=wait_min,
        start_min=start_min,
        full_min=full_min,
        end_min=np.where(np.isinf(end_min), np.nan, end_min),
        energy_kwh=energy_kwh,
    )
