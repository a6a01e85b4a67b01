"""The week of a use case: how many sessions begin on each day and in each hour, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.demand.profile import DAY_KIND

KINDS = ("Mon-Fri", "Sat", "Sun")  # rows of an hour table
WHOLE_WEEKS = 14  # days between the first session and the last below which a day stands for one date only


@dataclass(frozen=True)
class HourRow:
    """Sessions by hour of one kind of day. [percent]

    days      : what it was counted on; more than one kind where they were pooled
    error_pp  : largest standard error of an hour, from n alone [percentage points]
    """

    kind: str
    days: str
    n: int
    percent: list[float]
    error_pp: float


def day_factors(start: pd.Series) -> tuple[list[float], float] | None:
    """Sessions of each day of the week over the mean day, and the largest standard error; None for a short file.

    Each day is divided by how often it occurs between the first session and the last, so broken weeks do no harm.
    """
    days = start.dt.normalize()
    span = pd.date_range(days.min(), days.max(), freq="D")
    if len(span) < WHOLE_WEEKS:
        return None
    counted = np.bincount(start.dt.day_of_week, minlength=7)
    rate = counted / np.bincount(span.day_of_week, minlength=7)
    factors = rate / rate.mean()
    error = float(np.max(factors / np.sqrt(np.maximum(counted, 1))))
    return [round(float(factor), 2) for factor in factors], error


def hour_rows(start: pd.Series, least_n: int) -> list[HourRow | None]:
    """The hours of Monday to Friday, Saturday and Sunday; Saturday and Sunday together where one is thin.

    None for a kind of day with fewer than `least_n` sessions.
    """
    kind = np.array(DAY_KIND)[start.dt.day_of_week]
    sets = [(name, name, kind == number) for number, name in enumerate(KINDS)]
    if min(int(at.sum()) for _, _, at in sets[1:]) < least_n:
        sets[1:] = [(name, "Sat+Sun", kind > 0) for name in KINDS[1:]]
    return [_hour_row(name, days, start[at], least_n) for name, days, at in sets]


def _hour_row(kind: str, days: str, start: pd.Series, least_n: int) -> HourRow | None:
    if len(start) < least_n:
        return None
    share = np.bincount(start.dt.hour, minlength=24) / len(start)
    error = 100 * math.sqrt(float(np.max(share * (1 - share))) / len(start))
    return HourRow(kind, days, len(start), [round(100 * float(part), 1) for part in share], error)
