"""Who is served in one phase, one change of a place's capacity at a time: no linear program, every step incremental."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from sim.planning.network import Floats, Ints, Network
from sim.planning.problem import Problem

NOTHING = 1e-9
FEW_FIRST = 0.05
"""Worth of a need with the most ways is discounted by this share where places choose whom to serve (measured)."""


@dataclass(frozen=True, eq=False)
class Ways:
    """The flows as a table: a row for each need, flows ascending to the right, empty cells to the left.

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
    def of(network: Network) -> Ways:
        n, needs = network, len(network.need_load)
        count = np.bincount(n.flow_need, minlength=needs)
        width = int(count.max(initial=0))
        column = np.arange(len(n.flow_need)) - np.cumsum(count)[n.flow_need] + width
        place = np.zeros((needs, width), np.int64)
        place[n.flow_need, column] = n.flow_place
        limit = np.zeros((needs, width))
        limit[n.flow_need, column] = n.flow_limit
        takes, worth = np.zeros(needs), np.zeros(needs)
        takes[n.flow_need], worth[n.flow_need] = n.flow_takes, n.flow_worth  # all flows of a need are alike in these
        return Ways(column, place, limit, takes, worth, n.need_group, count / max(width, 1))


def least_to_the_right(slack: Floats) -> Floats:
    """Smallest value from each cell to the end of its row."""
    return np.asarray(np.minimum.accumulate(slack[:, ::-1], axis=1)[:, ::-1])


@dataclass(eq=False)
class Serving:
    """Who is served in one phase; arrays change in place.

    network      : of that phase alone, see `slices.py`
    spare        : by place [erlang]
    served       : by flow [erlang]
    slack, open  : as in Ways: what the rows of the chain, and the flows, could still take [erlang]
    asked, asked_worth : by place, what all its flows could still take, in capacity [erlang] and in worth
    """

    network: Network
    flows_at: list[Ints]
    ways: Ways
    spare: Floats
    served: Floats
    slack: Floats
    open: Floats
    group_served: Floats
    weight: Floats
    asked: Floats = field(default_factory=lambda: np.zeros(0))
    asked_worth: Floats = field(default_factory=lambda: np.zeros(0))

    @staticmethod
    def of(problem: Problem, network: Network) -> Serving:
        """The points that stand serve, nothing is added."""
        ways, nobody = Ways.of(network), np.zeros(len(network.groups))
        flows = np.arange(len(network.flow_need))
        serving = Serving(
            network=network,
            flows_at=_rows_by(network.flow_place, flows, len(network.place_site)), ways=ways,
            spare=network.place_base[:, 0].copy(), served=np.zeros(len(flows)), slack=ways.limit.copy(),
            open=least_to_the_right(ways.limit), group_served=nobody,
            weight=network.floors.prices(nobody, NOTHING),
        )  # fmt: skip
        serving.ask_all()
        for place in np.flatnonzero(serving.spare > NOTHING).tolist():
            serving.serve(place)
        return serving

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
        weight = self.network.floors.prices(self.group_served, NOTHING)
        if (weight != self.weight).any():
            self.weight = weight
            self.ask_all()

    def change(self, place: int, capacity: float) -> None:
        """Give a place more Erlang capacity (or less); what it then has serves. [erlang]"""
        if capacity < 0:
            rows = self.flows_at[place]
            rows = rows[self.served[rows] > 0]
            self.spare[place] += float((self.served[rows] * self.network.flow_takes[rows]).sum()) + capacity
            self.move(rows, -self.served[rows])
        else:
            self.spare[place] += capacity
        self.serve(place)

    def copy(self) -> Serving:
        """One of its own that can be tried out."""
        return replace(self, **{name: getattr(self, name).copy() for name in CHANGING})

    def value(self) -> float:
        """Worth served, shortfalls deducted. [units of the objective]"""
        floors = self.network.floors
        return float(self.group_served.sum() - floors.weight * floors.short(self.group_served).sum())


CHANGING = ("spare", "served", "slack", "open", "group_served", "weight", "asked", "asked_worth")


def _rows_by(column: Ints, rows: Ints, length: int) -> list[Ints]:
    """For each value 0 .. length - 1 of a column, the rows (out of `rows`) that hold it."""
    order = rows[np.argsort(column[rows], kind="stable")]
    ends = np.searchsorted(column[order], np.arange(length + 1))
    return [order[a:b] for a, b in pairwise(ends.tolist())]
