"""What building or taking back would bring on the street, judged from clues: the leads that a polish follows.

A place is the points of one current at one site, a rung one level of what may be built there (`sim.planning.rungs`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.planning.network import Network
from sim.planning.phases import phase_weights
from sim.planning.problem import Problem
from sim.planning.slices import phase_problem
from sim.planning.state import State
from sim.study.clues import Clues, carried, points_of
from sim.study.need import DemandPoints

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DAYS_PER_WEEK = 7.0


@dataclass(frozen=True, eq=False)
class Way:
    """Which lost drivers a place could serve: the arcs of one phase, by row of NEED of that phase and place."""

    point: Ints
    place: Ints
    willing: Floats
    point_of_cell: Ints

    @staticmethod
    def of(problem: Problem, network: Network, points: DemandPoints, t: int) -> Way:
        """The ways of phase number t."""
        alone = phase_problem(problem, t)
        need, arcs = alone.need, alone.arcs
        row = pd.Series(np.arange(len(need)), index=pd.MultiIndex.from_frame(need[["class_name", "point_id"]]))
        point = row.reindex(pd.MultiIndex.from_frame(arcs[["class_name", "point_id"]])).to_numpy(float)
        current = arcs["class_name"].map({name: c.current for name, c in problem.settings.classes.items()})
        site = problem.sites.index.get_indexer(arcs["site_id"])
        place = _place_of(network).reindex(pd.MultiIndex.from_arrays([site, current])).to_numpy(float)
        known = np.isfinite(point) & np.isfinite(place)
        return Way(
            point[known].astype(np.int64), place[known].astype(np.int64), arcs["willing_share"].to_numpy(float)[known],
            points_of(need, points.point_of_cell),
        )  # fmt: skip

    def lost_at(self, clues: Clues, places: int) -> tuple[Floats, Floats]:
        """Load of the lost who could have come to each place, places x 24 [erlang], and kWh of each erlang-hour."""
        rows = int(max(self.point_of_cell.max(initial=0), self.point.max(initial=0))) + 1
        known = self.point_of_cell >= 0
        load = np.zeros((rows, clues.lost.shape[2]))
        np.add.at(load, self.point_of_cell[known], clues.lost[known])
        kwh = np.bincount(self.point_of_cell[known], clues.lost_kwh[known], rows)
        at = np.zeros((places, load.shape[1]))
        np.add.at(at, self.place, load[self.point] * self.willing[:, None])
        kwh_at = np.bincount(self.place, kwh[self.point] * self.willing, places)
        hours = DAYS_PER_WEEK * at.sum(axis=1)
        return at, np.divide(kwh_at, hours, out=np.zeros(places), where=hours > 0)


@dataclass(frozen=True, eq=False)
class Leads:
    """Energy that the street would gain by phase (< 0: lose) if a ladder stood at another level.

    rung  : K x T, at the rung instead of where it stands [kWh/week, weighted as in the objective]
    none  : Q x T, with nothing added
    """

    rung: Floats
    none: Floats


def find_leads(
    problem: Problem, state: State, ways: list[Way], clues: Mapping[int, Clues], stations: Mapping[int, pd.DataFrame],
    short: Mapping[int, set[str]],
) -> Leads:  # fmt: skip
    """What other levels would bring in each phase.

    Points added at a place with points carry more of those who come by (Erlang B, hour by hour), of whom only the share
    that is served nowhere else counts; a new place serves of the lost who could reach it.

    clues, stations : by phase; stations are those of the clues
    short           : by phase, districts below the equity floor, where a kWh counts for more
    """
    n, r, settings = state.network, state.rungs, problem.settings
    places, ladder_place = len(n.place_site), np.array([ladder.place for ladder in n.ladders], dtype=np.int64)
    weights = phase_weights(problem.phases, settings)
    rung, none = np.zeros((len(r.ladder), len(problem.phases))), np.zeros((len(n.ladders), len(problem.phases)))
    district = problem.sites["district_id"].to_numpy(str)[n.place_site]
    for t, phase in enumerate(problem.phases):
        asked, kwh_per_h, lost_share, points = _at_places(problem, n, clues[phase], stations[phase])
        lost, lost_kwh_per_h = ways[t].lost_at(clues[phase], places)
        new = points == 0
        load = np.where(new[:, None], lost, asked)
        worth = np.where(new | (kwh_per_h == 0), lost_kwh_per_h, kwh_per_h) * np.where(new, 1.0, lost_share)
        most = lost.sum(axis=1) * lost_kwh_per_h
        fair = 1.0 + settings.equity_weight * np.isin(district, list(short[phase]))
        stands = carried(load, points).sum(axis=1) * worth
        at = r.at(r.added, np.arange(len(n.ladders)), state.level[:, t])

        def change(place: Ints, more: Ints) -> Floats:
            then = carried(load[place], np.maximum(points[place] + more, 0)).sum(axis=1) * worth[place]  # noqa: B023
            gain = np.minimum(then - stands[place], most[place])  # noqa: B023
            return np.asarray(weights[t] * DAYS_PER_WEEK * fair[place] * gain)  # noqa: B023

        rung[:, t] = change(r.place, r.added - at[r.ladder])
        none[:, t] = change(ladder_place, -at)
    return Leads(rung, none)


def _at_places(
    problem: Problem, network: Network, clues: Clues, stations: pd.DataFrame
) -> tuple[Floats, Floats, Floats, Ints]:
    """Clues by place: load asked for, kWh of an erlang-hour, share lost for good, and the points that stand."""
    places = len(network.place_site)
    current = stations["technology"].map({name: t.current for name, t in problem.technologies.items()})
    site = problem.sites.index.get_indexer(stations["site_id"])
    place = _place_of(network).reindex(pd.MultiIndex.from_arrays([site, current])).fillna(-1).to_numpy(np.int64)
    at, known = place[place >= 0], place >= 0
    asked = np.zeros((places, clues.asked.shape[1]))
    np.add.at(asked, at, clues.asked[known])
    sold = np.bincount(at, clues.sold_kwh[known], places)
    held_h = np.bincount(at, clues.held_h[known], places)
    asked_h = np.bincount(at, clues.asked[known].sum(axis=1), places)
    lost = np.bincount(at, (clues.lost_share * clues.asked.sum(axis=1))[known], places)
    points = np.bincount(at, stations["points"].to_numpy(float)[known], places).astype(np.int64)
    kwh_per_h = np.divide(sold, held_h, out=np.zeros(places), where=held_h > 0)
    lost_share = np.divide(lost, asked_h, out=np.zeros(places), where=asked_h > 0)
    return asked, kwh_per_h, lost_share, points


def _place_of(network: Network) -> pd.Series:
    """Row of each place by site row and current."""
    keys = pd.MultiIndex.from_arrays([network.place_site, list(network.place_current)])
    return pd.Series(np.arange(len(keys)), index=keys)
