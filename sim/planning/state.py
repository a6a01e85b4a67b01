"""What has been built and who is served, one build at a time: the state that planners without a solver search in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.planning.network import Floats, Ints, Network
from sim.planning.problem import Problem

NOTHING = 1e-9
FEW_FIRST = 0.05
"""Worth of a need with the most ways is discounted by this share where places choose whom to serve (measured)."""


@dataclass(frozen=True, eq=False)
class Rungs:
    """Every level of every ladder as columns, and what connections cost.

    ladder, step, place, site : K
    gain     : K x T, capacity at that level [erlang]
    points_eur, added_kw : K, at that level against no points added
    first    : row of the first level of each ladder
    """

    ladder: Ints
    step: Ints
    place: Ints
    site: Ints
    gain: Floats
    points_eur: Floats
    added_kw: Floats
    added: Ints
    first: Ints
    low_eur: float
    medium_eur: float
    limit_kw: float

    @staticmethod
    def of(problem: Problem, network: Network) -> Rungs:
        rows = [(q, step, a) for q, la in enumerate(network.ladders) for step, a in enumerate(la.added)]
        ladder, step, added = (np.array(c, dtype=np.int64) for c in (zip(*rows, strict=True) if rows else ((), (), ())))
        s = problem.settings
        priced = "connection" in s.rules

        def of_ladder(name: str) -> NDArray[np.float64]:
            return np.array([getattr(la, name) for la in network.ladders], dtype=float)[ladder]

        return Rungs(
            ladder=ladder,
            step=step,
            place=of_ladder("place").astype(np.int64),
            site=of_ladder("site").astype(np.int64),
            gain=np.vstack([la.gain for la in network.ladders]) if rows else np.zeros((0, len(problem.phases))),
            points_eur=of_ladder("point_eur") * added,
            added_kw=of_ladder("power_kw") * added,
            added=added,
            first=np.searchsorted(ladder, np.arange(len(network.ladders))),
            low_eur=s.connection_lv_eur if priced else 0.0,
            medium_eur=s.connection_mv_eur if priced else 0.0,
            limit_kw=s.medium_voltage_above_kw,
        )


@dataclass(frozen=True, eq=False)
class Ways:
    """The flows of one phase as a table: a row for each need, flows ascending to the right, empty cells to the left.

    In this layout the chain of `serve_within_need` is one comparison a cell: all flows up to a cell take no more than
    the limit of the cell, so what is still open to a flow is the least slack from its cell to the right.

    column : F, of each flow; the row is its need
    place  : N x K, 0 in empty cells
    limit  : N x K, 0 in empty cells [erlang]
    takes, worth, group : N, Erlang capacity and worth of one erlang, row of the groups
    choice : N, number of flows in share of the most that any need has [share]
    """

    column: Ints
    place: Ints
    limit: Floats
    takes: Floats
    worth: Floats
    group: Ints
    choice: Floats

    @staticmethod
    def of(network: Network, phase: int) -> Ways:
        n, needs = network, len(network.need_load)
        count = np.bincount(n.flow_need, minlength=needs)
        width = int(count.max(initial=0))
        column = np.arange(len(n.flow_need)) - np.cumsum(count)[n.flow_need] + width
        place = np.zeros((needs, width), np.int64)
        place[n.flow_need, column] = n.flow_place
        limit = np.zeros((needs, width))
        limit[n.flow_need, column] = np.where(n.flow_phase == phase, n.flow_limit, 0.0)
        takes, worth = np.zeros(needs), np.zeros(needs)
        takes[n.flow_need], worth[n.flow_need] = n.flow_takes, n.flow_worth  # all flows of a need are alike in these
        return Ways(column, place, limit, takes, worth, n.need_group, count / max(width, 1))


def least_to_the_right(slack: Floats) -> Floats:
    """Smallest value from each cell to the end of its row."""
    return np.asarray(np.minimum.accumulate(slack[:, ::-1], axis=1)[:, ::-1])


@dataclass(eq=False)
class State:
    """What has been built and served so far in one phase; arrays change in place.

    level, spare : by ladder (-1 nothing added), by place [erlang]
    served       : by flow [erlang]
    slack, open  : as in Ways: what the rows of the chain, and the flows, could still take [erlang]
    asked, asked_worth : by place, what all its flows could still take, in capacity [erlang] and in worth
    """

    network: Network
    rungs: Rungs
    phase: int
    budget: float
    floor: Floats
    bonus: float
    flows_at: list[Ints]
    ways: Ways
    level: Ints
    start_kw: Floats
    kw: Floats
    free: Ints
    spent: float
    spare: Floats
    served: Floats
    slack: Floats
    open: Floats
    group_served: Floats
    weight: Floats
    asked: Floats = field(default_factory=lambda: np.zeros(0))
    asked_worth: Floats = field(default_factory=lambda: np.zeros(0))

    @staticmethod
    def of(problem: Problem, network: Network, rungs: Rungs, phase: int, level: Ints, spent: float) -> State:
        settings = problem.settings
        now = np.flatnonzero(network.flow_phase == phase)
        ways, places = Ways.of(network, phase), len(network.place_site)
        fair = "equity_floor" in settings.rules
        floor = settings.equity_floor * network.group_reach if fair else np.zeros(len(network.groups))
        kw, free = network.stock_kw.copy(), network.room.copy()
        spare = network.place_base[:, phase].copy()
        for q in np.flatnonzero(level >= 0):
            k = rungs.first[q] + level[q]
            kw[rungs.site[k]] += rungs.added_kw[k]
            free[rungs.site[k]] -= rungs.added[k]
            spare[rungs.place[k]] += rungs.gain[k, phase]
        state = State(
            network=network, rungs=rungs, phase=phase,
            budget=settings.budget_eur * (phase + 1) if "within_budget" in settings.rules else np.inf,
            floor=floor, bonus=settings.equity_weight, flows_at=_rows_by(network.flow_place, now, places),
            ways=ways, level=level.copy(), start_kw=kw.copy(),
            kw=kw, free=free, spent=spent,
            spare=spare, served=np.zeros(len(network.flow_need)), slack=ways.limit.copy(),
            open=least_to_the_right(ways.limit),
            group_served=np.zeros(len(network.groups)), weight=np.where(floor > 0, 1.0 + settings.equity_weight, 1.0),
        )  # fmt: skip
        state.ask_all()
        for place in np.flatnonzero(spare > NOTHING).tolist():
            state.serve(place)
        return state

    def ask_all(self) -> None:
        """Load that each place could still take over, in capacity [erlang] and in worth."""
        w, places = self.ways, len(self.spare)
        takes, worth = w.takes[:, None], (w.worth * self.weight[w.group])[:, None]
        self.asked = np.bincount(w.place.ravel(), (self.open * takes).ravel(), places).astype(np.float64)
        self.asked_worth = np.bincount(w.place.ravel(), (self.open * worth).ravel(), places).astype(np.float64)

    def serve(self, place: int) -> None:
        """Hand the spare capacity of a place to the load in reach, first to that with few other places."""
        n, rows = self.network, self.flows_at[place]
        needs = n.flow_need[rows]
        open_load = self.open[needs, self.ways.column[rows]]
        weight = self.weight[n.need_group[needs]]
        preference = n.flow_worth[rows] * weight / n.flow_takes[rows] * (1.0 - FEW_FIRST * self.ways.choice[needs])
        order = np.argsort(-preference, kind="stable")
        takes = (open_load * n.flow_takes[rows])[order]
        before = np.cumsum(takes) - takes
        given = np.zeros(len(rows))
        given[order] = np.clip(self.spare[place] - before, 0.0, takes) / n.flow_takes[rows][order]
        self.move(rows[given > 0], given[given > 0])
        self.spare[place] -= float((given * n.flow_takes[rows]).sum())

    def move(self, rows: Ints, load: Floats) -> None:
        """Book load onto flows (or off, where negative) and update what places and groups still ask for.

        rows : flows of one place, so no two of them are of the same need
        """
        if not len(rows):
            return
        w, needs = self.ways, self.network.flow_need[rows]
        from_here = np.arange(w.limit.shape[1]) >= w.column[rows][:, None]
        slack = np.maximum(self.slack[needs] - load[:, None] * from_here, 0.0)
        after = least_to_the_right(slack)
        change = after - self.open[needs]
        self.served[rows] += load
        self.slack[needs], self.open[needs] = slack, after
        groups = w.group[needs]
        np.add.at(self.asked, w.place[needs], change * w.takes[needs][:, None])
        np.add.at(self.asked_worth, w.place[needs], change * (w.worth[needs] * self.weight[groups])[:, None])
        np.add.at(self.group_served, groups, load * w.worth[needs])
        groups = np.unique(groups)
        weight = 1.0 + self.bonus * (self.group_served[groups] < self.floor[groups] - NOTHING)
        if (weight != self.weight[groups]).any():
            self.weight[groups] = weight
            self.ask_all()

    def copy(self) -> State:
        """A state of its own that can be tried out."""
        changing = (
            "level",
            "kw",
            "free",
            "spare",
            "served",
            "slack",
            "open",
            "group_served",
            "weight",
            "asked",
            "asked_worth",
        )
        return replace(self, **{name: getattr(self, name).copy() for name in changing})

    def capacity(self) -> Floats:
        """Erlang capacity of each place, stock included. [erlang]"""
        n = self.network
        return self.spare + np.bincount(n.flow_place, self.served * n.flow_takes, len(self.spare))

    def serving(self, served: Floats) -> State:
        """The same builds with another load on each flow."""
        n, w = self.network, self.ways
        booked = np.zeros_like(w.limit)
        booked[n.flow_need, w.column] = served
        slack = np.maximum(w.limit - booked.cumsum(axis=1), 0.0)
        group_served = np.bincount(n.need_group[n.flow_need], served * n.flow_worth, len(n.groups)).astype(float)
        other = replace(
            self.copy(), served=served, slack=slack, open=least_to_the_right(slack), group_served=group_served,
            spare=np.maximum(self.capacity() - np.bincount(n.flow_place, served * n.flow_takes, len(self.spare)), 0.0),
            weight=np.where(group_served < self.floor - NOTHING, 1.0 + self.bonus, 1.0),
        )  # fmt: skip
        other.ask_all()
        return other

    def take_back(self, q: int) -> None:
        """Take down all that was built on a ladder; its place serves what the rest of its points can."""
        n, r = self.network, self.rungs
        k = int(r.first[q] + self.level[q])
        place, site = int(r.place[k]), int(r.site[k])
        rows = self.flows_at[place]
        rows = rows[self.served[rows] > 0]
        self.spare[place] += float((self.served[rows] * n.flow_takes[rows]).sum()) - r.gain[k, self.phase]
        self.move(rows, -self.served[rows])
        before_eur = self.site_eur(site)
        self.level[q] = -1
        self.kw[site] -= r.added_kw[k]
        self.free[site] += r.added[k]
        self.spent -= before_eur - self.site_eur(site) + r.points_eur[k]
        self.serve(place)

    def site_eur(self, site: int) -> float:
        """Connections made so far at a site. [EUR]"""
        kw, stock_kw, r = self.kw[site], self.start_kw[site], self.rungs
        if kw <= stock_kw:
            return 0.0
        if stock_kw <= r.limit_kw < kw:
            return r.medium_eur
        return r.low_eur if stock_kw == 0 else 0.0

    def value(self) -> float:
        """Worth served, shortfalls deducted. [units of the objective]"""
        now = np.array([t == self.phase for _, t in self.network.groups], dtype=bool)
        short = np.maximum(self.floor - self.group_served, 0.0)
        return float((self.group_served - self.bonus * short)[now].sum())

    def step_cost(self, k: Ints) -> Floats:
        """Cost of jumping to the rungs `k` from where their ladders stand. [EUR]"""
        r = self.rungs
        at = self.level[r.ladder[k]]
        here = np.where(at >= 0, r.first[r.ladder[k]] + at, 0)
        points_eur = r.points_eur[k] - np.where(at >= 0, r.points_eur[here], 0.0)
        more_kw = r.added_kw[k] - np.where(at >= 0, r.added_kw[here], 0.0)
        kw, stock_kw = self.kw[r.site[k]], self.start_kw[r.site[k]]
        medium = (kw <= r.limit_kw) & (kw + more_kw > r.limit_kw)
        low = np.where(stock_kw == 0, r.low_eur * ((kw == 0) & ~medium) - r.low_eur * ((kw > 0) & medium), 0.0)
        return np.asarray(points_eur + r.medium_eur * medium + low)

    def jump(self, k: int, cost: float) -> None:
        """Build up to rung `k` and serve with the new points."""
        r = self.rungs
        q, place, site = int(r.ladder[k]), int(r.place[k]), int(r.site[k])
        here = int(r.first[q] + self.level[q]) if self.level[q] >= 0 else -1
        self.spare[place] += r.gain[k, self.phase] - (r.gain[here, self.phase] if here >= 0 else 0.0)
        self.kw[site] += r.added_kw[k] - (r.added_kw[here] if here >= 0 else 0.0)
        self.free[site] -= r.added[k] - (r.added[here] if here >= 0 else 0)
        self.level[q] = r.step[k]
        self.spent += cost
        self.serve(place)


def _rows_by(column: Ints, rows: Ints, length: int) -> list[Ints]:
    """For each value 0 .. length - 1 of a column, the rows (out of `rows`) that hold it."""
    order = rows[np.argsort(column[rows], kind="stable")]
    ends = np.searchsorted(column[order], np.arange(length + 1))
    return [order[a:b] for a, b in pairwise(ends.tolist())]
