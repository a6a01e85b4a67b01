"""Where the street would gain or lose: what each station was asked for, and what demand was lost, hour by hour.

Clues guide the polish of a plan; whether a change pays is for the simulation to say. A typical day stands for the week:
load is the mean over the measured days of each hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clock import MIN_PER_H, Horizon
from sim.demand.requests import USE_CASES
from sim.scoring.run import Run
from sim.study.need import CLASS_OF

Floats = NDArray[np.float64]
HOURS = 24
LONGEST_H = 72.0  # stays are cut at two days

CLASS_NAMES = tuple(sorted(set(CLASS_OF.values())))
CLASS_ROW = np.array([CLASS_NAMES.index(CLASS_OF[use_case]) for use_case in USE_CASES])


@dataclass(frozen=True)
class Clues:
    """What one phase's weeks showed: m stations, n cells.

    station_id  : m
    asked       : m x 24, load of all who came by, served there or not [erlang]
    sold_kwh    : m, [kWh/week]
    held_h      : m, hours that points were held [h/week]
    lost_share  : m, of those who found no free point, the share that was not served anywhere else [share]
    lost        : class x n x 24, load of the requests that were lost, by the cell where they arose [erlang]
    lost_kwh    : class x n [kWh/week]
    """

    station_id: NDArray[np.object_]
    asked: Floats
    sold_kwh: Floats
    held_h: Floats
    lost_share: Floats
    lost: Floats
    lost_kwh: Floats


def read_clues(run: Run) -> Clues:
    """The clues of one replication."""
    requests, sessions, horizon = run.requests, run.sessions, run.survey.horizon
    stations, cells = len(run.survey.city.stations), len(run.survey.city.cells)
    class_of = CLASS_ROW[requests.use_case]
    held_min = np.where(run.served, sessions.end_min - sessions.start_min, np.nan)
    served = run.measured & run.served
    for row in range(len(CLASS_NAMES)):  # who was not served would have stayed as long as others of the class
        of_class = class_of == row
        known = held_min[of_class & served]
        held_min[of_class & ~run.served] = known.mean() if len(known) else MIN_PER_H
    tries, lost = run.tries, np.flatnonzero(run.measured & ~run.served)
    turned_away = np.bincount(tries.station[tries.blocked], minlength=stations)
    in_vain = np.bincount(
        tries.station[tries.blocked], weights=~run.served[tries.request[tries.blocked]], minlength=stations
    )
    everywhere = in_vain.sum() / max(turned_away.sum(), 1)
    at = sessions.station[served].astype(np.intp)
    cell = class_of[lost] * cells + requests.cell[lost].astype(np.intp)
    size = len(CLASS_NAMES) * cells
    return Clues(
        station_id=run.survey.city.stations.index.to_numpy(object),
        asked=_load(tries.station, requests.arrival_min[tries.request], held_min[tries.request], stations, horizon),
        sold_kwh=np.bincount(at, sessions.energy_kwh[served], stations) / horizon.weeks,
        held_h=np.bincount(at, held_min[served] / MIN_PER_H, stations) / horizon.weeks,
        lost_share=np.where(turned_away > 0, in_vain / np.maximum(turned_away, 1), everywhere),
        lost=_load(cell, requests.arrival_min[lost], held_min[lost], size, horizon).reshape(-1, cells, HOURS),
        lost_kwh=(np.bincount(cell, requests.need_kwh[lost], size) / horizon.weeks).reshape(-1, cells),
    )


def mean_clues(clues: Sequence[Clues]) -> Clues:
    """Clues of the mean replication."""

    def mean(name: str) -> Floats:
        return np.asarray(np.mean([getattr(one, name) for one in clues], axis=0))

    names = ("asked", "sold_kwh", "held_h", "lost_share", "lost", "lost_kwh")
    return Clues(clues[0].station_id, **{name: mean(name) for name in names})


def _load(row: NDArray[np.intp], begin_min: Floats, held_min: Floats, rows: int, horizon: Horizon) -> Floats:
    """Mean number held at once in each hour of the day, rows x 24. [erlang]

    Begin and end count to the nearest full hour, which is right on average.
    """
    begin_h = (begin_min - horizon.start_min) / MIN_PER_H
    first = np.rint(begin_h).astype(np.intp)
    last = np.rint(begin_h + np.minimum(held_min / MIN_PER_H, LONGEST_H)).astype(np.intp)
    days = horizon.days + 5
    width = days * HOURS
    change = np.bincount(row * width + first, minlength=rows * width).astype(np.float64)
    change -= np.bincount(row * width + last, minlength=rows * width)
    held = change.reshape(rows, width).cumsum(axis=1)
    return np.asarray(held.reshape(rows, days, HOURS).sum(axis=1) / horizon.days)


def carried(load: Floats, points: NDArray[np.int64]) -> Floats:
    """Load that each row's points carry, who finds none free being turned away: Erlang B, hour by hour. [erlang]

    load : rows x hours [erlang]; points : rows
    """
    blocked, result = np.ones_like(load), np.zeros_like(load)
    for count in range(1, int(points.max(initial=0)) + 1):
        blocked = load * blocked / (count + load * blocked)
        here = points == count
        result[here] = load[here] * (1.0 - blocked[here])
    return result


def points_of(need: pd.DataFrame, point_of_cell: pd.DataFrame) -> NDArray[np.int64]:
    """Row in NEED (of one phase) of each class and cell, class x n; -1 where there is none."""
    row = pd.Series(np.arange(len(need)), index=pd.MultiIndex.from_frame(need[["class_name", "point_id"]]))
    return np.array(
        [
            row.reindex(pd.MultiIndex.from_product([[name], point_of_cell[name]])).fillna(-1).to_numpy(np.int64)
            for name in CLASS_NAMES
        ]
    )
