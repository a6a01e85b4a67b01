"""When points fail and when they work again.

Each point works for a time and stands still for a time, in turn, both exponential, on calendar time, whether it is in
use or not. At minute 0 it is in either state with the probability of the long run, so nothing has to warm up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.technology import Technology
from sim.clock import MIN_PER_H
from sim.demand.draw import Streams

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Outages:
    """One row for each outage of a point.

    station    : row of city.stations
    point      : number of the point within its station, from 0
    fail_min   : 0 where the point is out of order from the start [min]
    repair_min : when it works again [min]
    """

    station: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    point: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    fail_min: Floats = field(default_factory=lambda: np.zeros(0))
    repair_min: Floats = field(default_factory=lambda: np.zeros(0))

    def __len__(self) -> int:
        return len(self.station)

    def down_min(self, stations: int, *, start_min: float, end_min: float) -> Floats:
        """Time out of order within an interval, summed over the points of each station. [min]"""
        inside = np.minimum(self.repair_min, end_min) - np.maximum(self.fail_min, start_min)
        return np.bincount(self.station, weights=np.maximum(inside, 0.0), minlength=stations).astype(np.float64)


def draw_outages(
    stations: pd.DataFrame,
    technologies: Mapping[str, Technology],
    *,
    until_min: float,
    streams: Streams,
) -> Outages:
    """Outages of all points that begin before `until_min`; none of technologies that never fail.

    stations : city.stations. A station's luck hangs on its id alone, a point's on its number there; so a station has
    the same outages in every city, and more points do not change those that stood before.
    streams  : a stream of chance by its purpose
    """
    parts: list[Outages] = []
    for name, technology in technologies.items():
        if technology.mtbf_h is None or math.isinf(technology.mtbf_h):
            continue
        rows = np.flatnonzero(stations["technology"] == name)
        if not len(rows):
            continue
        ids, points = stations.index[rows], stations["points"].to_numpy(np.intp)[rows]

        def draw(turn: int, columns: int, ids: pd.Index = ids, points: NDArray[np.intp] = points) -> Floats:
            # one row for each point, so that more points add rows and leave the others as they are
            return np.vstack(
                [
                    streams(f"outages of {station_id}, {turn}").standard_exponential((count, columns))
                    for station_id, count in zip(ids, points, strict=True)
                ]
            )

        at, fail_min, repair_min = _alternate(
            draw, technology.mtbf_h * MIN_PER_H, technology.mttr_h * MIN_PER_H, until_min
        )
        number = np.arange(points.sum()) - np.repeat(np.cumsum(points) - points, points)
        parts.append(Outages(np.repeat(rows, points)[at], number[at], fail_min, repair_min))
    return joined(parts)


def joined(parts: list[Outages]) -> Outages:
    """Outages one after the other."""
    if not parts:
        return Outages()
    return Outages(
        station=np.concatenate([part.station for part in parts]),
        point=np.concatenate([part.point for part in parts]),
        fail_min=np.concatenate([part.fail_min for part in parts]),
        repair_min=np.concatenate([part.repair_min for part in parts]),
    )


def _alternate(
    draw: Callable[[int, int], Floats], mtbf_min: float, mttr_min: float, until_min: float
) -> tuple[NDArray[np.intp], Floats, Floats]:
    """Outages of points that are alike: row of the point, fail_min, repair_min.

    draw : by turn and number of columns, standard exponentials, one row for each point
    """
    cycles = 4 + math.ceil(2 * until_min / (mtbf_min + mttr_min))  # enough at once nearly always
    draws = draw(0, 1 + 2 * cycles)
    begins_down = draws[:, 0] > math.log1p(mtbf_min / mttr_min)  # with probability mttr / (mtbf + mttr)
    turn = 0
    while True:
        # columns in turn: works, stands still; who begins out of order has worked for no time before
        lasts_min = draws[:, 1:] * np.resize([mtbf_min, mttr_min], draws.shape[1] - 1)
        lasts_min[begins_down, 0] = 0.0
        change_min = np.cumsum(lasts_min, axis=1)
        if (change_min[:, -1] >= until_min).all():
            break
        turn += 1
        draws = np.hstack([draws, draw(turn, 2 * cycles)])
    fail_min, repair_min = change_min[:, 0::2], change_min[:, 1::2]
    point, which = np.nonzero(fail_min < until_min)
    return point, fail_min[point, which], repair_min[point, which]
