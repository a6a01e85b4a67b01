"""Points that are open in given hours of the week only: car parks at night, bays that are reserved by day.

Nothing in an engine knows of hours. Whoever is plugged in as a point closes leaves at that minute with the energy the
car has: the hours are on the sign, so drivers reckon with them, and the session counts as served. A closed point works
as little as one that failed: it takes nobody, and who finds only closed points moves on (OUT_OF_ORDER). At the instant
of closing cars leave before the point closes, at that of opening it opens before the next driver looks.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.technology import Technology
from sim.clock import H_PER_WEEK, MIN_PER_H, Horizon, weekly_minute
from sim.demand.choice import Ranked
from sim.simulation.outages import Outages, joined

Floats = NDArray[np.float64]
H_PER_DAY = 24


def closures(
    stations: pd.DataFrame, technologies: Mapping[str, Technology], *, horizon: Horizon, until_min: float
) -> Outages:
    """When which points are closed, all closings before `until_min`; each ends with the next opening.

    stations : city.stations
    """
    hours = np.arange(int(np.ceil(until_min / MIN_PER_H)) + H_PER_WEEK)
    of_week = (hours - horizon.warm_up_days * H_PER_DAY) % H_PER_WEEK  # the measured days begin on Monday at 0 h
    parts = []
    for name in stations["technology"].unique():
        if technologies[name].always_open:
            continue
        is_open = technologies[name].open_hours()[of_week]
        closes = hours[~is_open & np.append(True, is_open[:-1])] * MIN_PER_H
        closes = closes[closes < until_min]
        opens = hours[is_open & np.append(False, ~is_open[:-1])] * MIN_PER_H
        rows = np.flatnonzero(stations["technology"] == name)
        points = stations["points"].to_numpy(np.intp)[rows]
        number = np.arange(points.sum()) - np.repeat(np.cumsum(points) - points, points)
        parts.append(
            Outages(
                station=np.repeat(np.repeat(rows, points), len(closes)),
                point=np.repeat(number, len(closes)),
                fail_min=np.tile(closes.astype(float), len(number)),
                repair_min=np.tile(opens[np.searchsorted(opens, closes)].astype(float), len(number)),
            )
        )
    return joined(parts)


def open_for_min(
    arrival_min: Floats,
    ranked: Ranked,
    *,
    stations: pd.DataFrame,
    technologies: Mapping[str, Technology],
    horizon: Horizon,
) -> Floats | float:
    """Time until each choice closes, from when the driver would come to it; inf where it never does, or is closed.
    [min, n x k, or one inf where no point ever closes]

    arrival_min : n x k, when each driver would come to each choice, in whole ticks [min]
    """
    limited = [name for name in stations["technology"].unique() if not technologies[name].always_open]
    if not limited:
        return np.inf
    left_min = np.full(ranked.choices.shape, np.inf)
    kind = np.append(stations["technology"].to_numpy(object), "")[ranked.choices]  # row -1, no choice, is ""
    for name in limited:
        there = kind == name
        of_week = weekly_minute(arrival_min[there], horizon)
        hour = (of_week // MIN_PER_H).astype(np.intp)
        closes_h = _closes_at_h(technologies[name])
        left_min[there] = closes_h[hour] * MIN_PER_H - of_week
    return left_min


def _closes_at_h(technology: Technology) -> Floats:
    """For each hour of the week the hour, counted on beyond the week, in which it next closes; inf where it is closed
    then.
    """
    is_open = technology.open_hours()
    closed = np.flatnonzero(~np.tile(is_open, 2))
    hour = np.arange(H_PER_WEEK)
    return np.where(is_open, closed[np.searchsorted(closed, hour)], np.inf)
