"""Polish of a plan on the street: exchange the builds that serve least for their money for what would serve most.

A trial takes back the worst builds (or builds them later, or smaller) and spends the money where most demand is lost,
by the leads of `leads.py`. The simulation judges it on the same draws as the plan before; what does not pay is undone,
and the next block is half as large. So the polish never makes a plan worse on the draws of the search, and its effort
is a number of trials, the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.planning.cost import plan_table
from sim.planning.greedy import LEAST_EUR
from sim.planning.network import Network
from sim.planning.search import adopt
from sim.planning.state import State
from sim.study.leads import Leads, Way, find_leads
from sim.study.need import DemandPoints
from sim.study.street import Lived, Street

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
AT_ONCE = 300


@dataclass(frozen=True)
class Polished:
    """A plan after its polish: PLAN, what it gives, and the trials that were made and that paid."""

    table: pd.DataFrame
    lived: Lived
    trials: int
    paid: int


def polish(street: Street, points: DemandPoints, table: pd.DataFrame, *, trials: int, block_share: float) -> Polished:
    """Exchange blocks of builds while it pays.

    table       : PLAN to start from
    trials      : simulations of changed plans, at most
    block_share : size of the first block, in share of the builds
    """
    problem, start = street.problem, street.live(table)
    network = street.network
    state = State.of(problem, serving_nobody(network))
    adopt(problem, state, table)
    now = plan_table(problem, network, _build_of(state))
    lived, leads, in_vain = street.live(now), None, set[int]()
    ways = [Way.of(problem, network, points, t) for t in range(len(problem.phases))]
    neighbours = Neighbours.of(ways[-1])
    block = max(1, round(block_share * int((state.level[:, -1] >= 0).sum())))
    made = paid = 0
    while made < trials:
        if leads is None:
            leads = find_leads(problem, state, ways, *street.clues(now), street.short(lived))
        trial, sold = exchange(state, leads, neighbours, block, in_vain)
        if not sold:
            break
        changed = plan_table(problem, network, _build_of(trial))
        known = street.knows(changed)
        made += not known
        found = street.live(changed)
        if found.value.mean() > lived.value.mean():
            state, now, lived, leads, paid = trial, changed, found, None, paid + 1
            in_vain.clear()
        elif block > 1:
            block //= 2
        else:
            in_vain |= sold
    if start.value.mean() > lived.value.mean():  # the problem did not allow all of the plan
        now, lived = table, start
    return Polished(now, lived, made, paid)


def serving_nobody(network: Network) -> Network:
    """The network without flows: what is built, what it costs and whether it is allowed; who is served, others say."""
    names = ("flow_need", "flow_place", "flow_phase", "flow_limit", "flow_worth", "flow_takes")
    columns: dict[str, Any] = {name: getattr(network, name)[:0] for name in names}
    return replace(network, **columns)


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Places that could serve the same demand."""

    places_of_point: dict[int, Ints]
    points_of_place: dict[int, Ints]

    @staticmethod
    def of(way: Way) -> Neighbours:
        ways = pd.DataFrame({"point": way.point, "place": way.place})
        return Neighbours(
            {int(p): rows.to_numpy() for p, rows in ways.groupby("point")["place"]},
            {int(p): rows.to_numpy() for p, rows in ways.groupby("place")["point"]},
        )

    def __call__(self, place: int) -> Ints:
        """Places that share demand with this one, itself among them."""
        shared = [self.places_of_point[point] for point in self.points_of_place.get(place, np.zeros(0, int)).tolist()]
        return np.unique(np.concatenate([np.array([place]), *shared]))


def exchange(
    state: State, leads: Leads, neighbours: Neighbours, block: int, in_vain: set[int]
) -> tuple[State, set[int]]:
    """Take back so many builds and spend the money anew; the state then, and the ladders taken back (none: no more).

    in_vain : ladders whose taking back did not pay
    """
    trial, worst = state.copy(), worst_builds(state, leads, in_vain)[:block]
    sold = {q for q, _ in worst}
    for q, path in worst:
        trial.set_path(q, path)
    if sold and trial.force():
        spend(trial, leads, neighbours, {state.network.ladders[q].place for q in sold})
    return trial, sold


def worst_builds(state: State, leads: Leads, in_vain: set[int]) -> list[tuple[int, Ints]]:
    """Ladders and the paths to put them on, first where the least service is lost for the money that is saved."""
    r = state.rungs
    found: list[tuple[float, int, Ints]] = []
    for q in np.flatnonzero(state.level[:, -1] >= 0).tolist():
        if q in in_vain:
            continue
        path = state.level[q]
        options = [(_lost_by(leads, r.first[q], path, other, q), other) for other in _less_than(path)]
        rated = [(loss / max(_saved_eur(state, q, path, other), LEAST_EUR), other) for loss, other in options]
        rate, other = min(rated, key=lambda option: option[0])
        found.append((rate, q, other))
    return [(q, path) for _, q, path in sorted(found, key=lambda row: row[:2])]


def _less_than(path: Ints) -> list[Ints]:
    """Ways to build less: never, one level lower, one phase later."""
    late = np.append(-1, path[:-1])
    options = [np.full_like(path, -1), np.maximum(path - 1, -1), late]
    return [other for k, other in enumerate(options) if k == 0 or ((other != path).any() and (other >= 0).any())]


def _lost_by(leads: Leads, first: int, path: Ints, other: Ints, q: int) -> float:
    """Energy that the street loses when a ladder is put on a lower path. [kWh/week, weighted]"""
    lost = 0.0
    for t in np.flatnonzero(other != path).tolist():
        lost -= float(leads.rung[first + other[t], t] if other[t] >= 0 else leads.none[q, t])
    return lost


def _saved_eur(state: State, q: int, path: Ints, other: Ints) -> float:
    """Present cost that a lower path saves: points, and the connection where nothing else stands. [EUR]"""
    r, n, ladder = state.rungs, state.network, np.array([q])
    site = n.ladders[q].site
    saved = r.at(r.points_eur, ladder, path[None])[0] - r.at(r.points_eur, ladder, other[None])[0]
    if n.stock_kw[site] == 0 and (other < 0).all() and state.added[site] == r.at(r.added, ladder, path[None])[0, -1]:
        saved = saved + state.connected_eur[site]
    return float((n.cost_weight * saved).sum())


def spend(state: State, leads: Leads, neighbours: Neighbours, barred: set[int]) -> None:
    """Build what serves most for its money, first at places that share no demand, until nothing more is affordable.

    barred : places where nothing is added
    """
    r, phases = state.rungs, state.level.shape[1]
    scores = []
    for phase in range(phases):
        below = state.level[r.ladder, phase:] < r.step[:, None]
        gain = np.where(below, leads.rung[:, phase:], 0.0).sum(axis=1)
        cost, _ = state.jump_cost(np.arange(len(r.ladder)), phase)
        price = np.maximum((cost * state.network.cost_weight[phase:]).sum(axis=1), LEAST_EUR)
        scores.append(np.where(below[:, 0], gain / price, 0.0))
    score = np.stack(scores, axis=1)
    order = np.argsort(-score, axis=None, kind="stable")
    order = order[: int((score > 0).sum())]
    rungs, times = np.unravel_index(order, score.shape)
    taken, crowded = set(barred), set(barred)
    for closed in (crowded, taken):  # then also where neighbours have been given something
        for first in range(0, len(order), AT_ONCE):
            k, t = (column[first : first + AT_ONCE] for column in (rungs, times))
            open_to = np.array([place not in closed and place not in taken for place in r.place[k].tolist()])
            while (best := _first_that_fits(state, k, t, open_to)) is not None:
                place = int(r.place[k[best]])
                state.jump(int(k[best]), int(t[best]))
                taken.add(place)
                near = neighbours(place)
                crowded.update(near.tolist())
                open_to[: best + 1] = False
                open_to &= ~np.isin(r.place[k], near if closed is crowded else [place])


def _first_that_fits(state: State, k: Ints, t: Ints, open_to: NDArray[np.bool_]) -> int | None:
    """The first of the jumps to the rungs `k` in phases `t` that is open and allowed; None where there is none."""
    fits = open_to.copy()
    for phase in np.unique(t[open_to]).tolist():
        rows = np.flatnonzero(open_to & (t == phase))
        fits[rows] = state.jump_cost(k[rows], phase)[1]
    return int(fits.argmax()) if fits.any() else None


def _build_of(state: State) -> dict[tuple[int, int], int]:
    """Points added in all by ladder and phase."""
    return {
        (int(q), int(t)): state.network.ladders[q].added[state.level[q, t]]
        for q, t in np.argwhere(state.level >= 0).tolist()
    }
