"""The search as columns, and as machine code where numba is installed; the same source runs uncompiled otherwise.

All chance is drawn before, and the loop only adds, multiplies and compares numbers in the order in which it is written.
So both give the same plan to the last bit, and which of them runs is a matter of time alone.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from sim.compiling import signed
from sim.planning import annealing, moving, rebuilding
from sim.planning.moving import NOTHING, Load
from sim.planning.objectives import TIE_BREAK_PER_EUR
from sim.planning.rebuilding import Builds
from sim.planning.serving import FEW_FIRST
from sim.planning.state import State

HELPERS = (
    moving.weigh, moving.credit, moving.book, moving.weight_of, moving.movable, moving.move, moving.find_way,
    moving.go_way, moving.fill, moving.prefer, moving.release, moving.settle_need,
    rebuilding.at_level, rebuilding.fits, rebuilding.set_path, rebuilding.affordable, rebuilding.worth_of,
    rebuilding.value, annealing.recreate, annealing.ruin, annealing.repair, annealing.serve_all, annealing.forget,
    annealing.copy_table, annealing.copy_numbers, annealing.copy_over,
)  # fmt: skip
SOURCES = (moving, rebuilding, annealing)
WORTH_COMPILING = 100_000
"""Steps times ladders from which compiling, or loading what has been compiled, takes less time than it saves."""


def loop_for(steps: int, ladders: int) -> Any:
    """`annealing.anneal`, compiled where that pays and numba can be loaded."""
    if steps * ladders < WORTH_COMPILING:
        return annealing.anneal
    try:
        return compiled()
    except ImportError:
        return annealing.anneal


@functools.cache
def compiled() -> Any:
    """The compiled loop; one for each process."""
    from numba import njit
    from numba.extending import register_jitable

    for helper in HELPERS:
        register_jitable(no_cfunc_wrapper=True)(helper)
    function = signed(annealing.anneal, SOURCES)
    try:
        return njit(function, error_model="numpy", cache=True)
    except RuntimeError:  # no folder to write to: compile for this process only
        return njit(function, error_model="numpy")


def load_of(state: State) -> Load:
    """Who is served in a state."""
    n, phases = state.network, len(state.servings)
    need, limit = n.flow_need, n.flow_limit * n.flow_takes
    stands, needs = len(n.place_site) * phases, len(n.need_load)
    stand = n.flow_place * phases + n.flow_phase
    served, spare = np.zeros(len(need)), np.zeros((len(n.place_site), phases))
    reached, phase_of_group = np.zeros(len(n.groups)), np.array([t for _, t in n.groups], dtype=np.int64)
    for t, serving in enumerate(state.servings):
        served[n.flow_phase == t] = serving.served * serving.network.flow_takes
        spare[:, t] = serving.spare
        reached[phase_of_group == t] = serving.group_served
    worth = np.zeros(needs)
    worth[need] = n.flow_worth / n.flow_takes
    given = n.floors.member @ reached
    floor = np.stack([n.floors.worth, given, (given < n.floors.worth - NOTHING).astype(float)], axis=1)
    group = np.stack([reached, 1.0 + n.floors.weight * (floor[:, 2] @ n.floors.member)], axis=1)

    first = np.searchsorted(need, np.arange(needs + 1))
    sums = np.concatenate([[0.0], served.cumsum()])
    slack = np.maximum(limit - (sums[1:] - sums[first[need]]), 0.0)
    open_load = slack.copy()
    for f in range(len(need) - 2, -1, -1):
        if need[f] == need[f + 1]:
            open_load[f] = min(open_load[f], open_load[f + 1])
    ways = np.diff(first)
    preference = worth[need] * (1.0 - FEW_FIRST * ways[need] / max(ways.max(initial=1), 1))
    flows_at = np.lexsort((-preference, stand))
    asked_worth = open_load * (worth * group[n.need_group, 1])[need]
    asked = [np.bincount(stand, values, stands).astype(float) for values in (open_load, asked_worth)]
    floor_of_group, floors_in = np.nonzero(n.floors.member.T)
    return Load(
        first=first, need_of=need, stand_of=stand, at=np.searchsorted(stand[flows_at], np.arange(stands + 1)),
        flows_at=flows_at, worth=worth, group_of=n.need_group,
        needs_at=np.searchsorted(np.sort(n.need_group), np.arange(len(n.groups) + 1)),
        needs_in=np.argsort(n.need_group, kind="stable"),
        floors_at=np.searchsorted(floor_of_group, np.arange(len(n.groups) + 1)), floors_in=floors_in,
        member=np.ascontiguousarray(n.floors.member), bonus=float(n.floors.weight),
        flow=np.stack([served, slack, open_load], axis=1), stand=np.stack([spare.ravel(), *asked], axis=1),
        group=group, floor=floor, touched=np.zeros(needs + 1, np.int64), mark=np.zeros(needs, np.int64),
        way=np.zeros((stands, 5), np.int64),
    )  # fmt: skip


def builds_of(state: State) -> Builds:
    """What is built in a state."""
    n, r, limits = state.network, state.rungs, state.network.limits
    apart = [len(sites) for sites in limits.apart]
    return Builds(
        first=np.append(r.first, len(r.ladder)), place=np.array([q.place for q in n.ladders], dtype=np.int64),
        site_of=np.array([q.site for q in n.ladders], dtype=np.int64),
        rung=np.stack([r.points_eur, r.added_kw, r.added.astype(float)], axis=1), gain=np.ascontiguousarray(r.gain),
        bays=np.ascontiguousarray(r.bay_price),
        site=np.stack([n.room, n.stock_kw, limits.closed, limits.forced], axis=1).astype(float),
        area_of=limits.area.astype(np.int64),
        area=np.stack([limits.headroom_kw, limits.upgrade_kw, limits.upgrade_eur], axis=1),
        apart_at=np.concatenate([[0], np.cumsum(apart)]).astype(np.int64),
        apart=np.concatenate([*limits.apart, np.zeros(0, np.int64)]).astype(np.int64),
        price=np.array([r.low_eur, r.medium_eur, r.limit_kw, limits.simultaneous_share, TIE_BREAK_PER_EUR]),
        level=state.level.copy(), kw=state.kw.copy(), connected_eur=state.connected_eur.copy(),
        standing=np.stack([state.added, state.near], axis=1), load_kw=state.load_kw.copy(),
        money=np.stack([state.spent, n.budget_eur, n.phase_budget_eur, n.cost_weight, state.bays_prices()], axis=1),
        cost=np.zeros(len(state.servings)), settled=state.settled,
    )  # fmt: skip


def twin_of(m: Load, b: Builds) -> tuple[Load, Builds]:
    """A second copy of all that a step changes, to return to."""
    changing = ("level", "kw", "connected_eur", "standing", "load_kw", "money")
    twin = m._replace(flow=m.flow.copy(), stand=m.stand.copy(), group=m.group.copy(), floor=m.floor.copy())
    return twin, b._replace(**{name: getattr(b, name).copy() for name in changing})
