"""Ruin and recreate: take back the builds of a neighbourhood, spend the money again, keep what is better.

With several phases a build may also be delayed or made smaller, and the money of every phase is spent again.

What a trial is worth is measured with load handed out greedily around the ruin. So that this starts from the best
service and not from a greedy one, the whole load is handed out anew before each round of tries.

Source: Schrimpf et al., Record breaking optimization results using the ruin and recreate principle, 2000.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from sim.planning.cost import points_by_phase
from sim.planning.greedy import climb
from sim.planning.network import Floats, Ints, Network
from sim.planning.problem import Problem
from sim.planning.relaxation import buildable
from sim.planning.rungs import Rungs
from sim.planning.serving import NOTHING
from sim.planning.slices import phase_problem
from sim.planning.state import State

SEED = 1
NEIGHBOURS = 60
ELSEWHERE_SHARE = 0.03
BARRED_SHARE = 0.3
HEAT = 1e-5
ROUNDS = 2
TRIES_PER_LADDER = 5  # more are no use in a small city

Serve = Callable[[Problem, Network], Floats]
"""Load served on each flow with the points that stand, ladders aside. [erlang]"""


def find_build(
    problem: Problem, network: Network, *, steps: int, serve: Serve, start: pd.DataFrame | None = None
) -> dict[tuple[int, int], int]:
    """Points added in all by (ladder, phase).

    steps : most tries of the search
    start : PLAN to start from
    Raises ContradictoryLimits where no plan keeps to the forced sites.
    """
    state = find_state(problem, network, steps=steps, serve=serve, start=start)
    return {
        (int(q), int(t)): network.ladders[q].added[state.level[q, t]] for q, t in np.argwhere(state.level >= 0).tolist()
    }


def find_state(
    problem: Problem, network: Network, *, steps: int, serve: Serve, start: pd.DataFrame | None = None
) -> State:
    """The greedy plan, phase after phase with the money up to then, improved by the search.

    start : PLAN that is built first, so that the greedy only spends what it leaves
    """
    steps = min(steps, TRIES_PER_LADDER * len(network.ladders))
    state = State.of(problem, network)
    if start is not None:
        adopt(problem, state, start)
    if not state.force():
        state = State.of(problem, network)
        if not state.force():
            state = _forced_together(problem, network)
    for t in range(len(problem.phases)):
        climb(state, np.arange(len(state.rungs.ladder)), t)
    chance = np.random.default_rng(SEED)
    for _ in range(ROUNDS if steps else 0):
        state = improve(problem, settle(problem, state, serve), steps // ROUNDS, chance)
    return state


def _forced_together(problem: Problem, network: Network) -> State:
    """Forced sites that fit together only where each leaves room for the others.

    Raises ContradictoryLimits where they do not fit at all.
    """
    builds = buildable(problem)
    state, rungs = State.of(problem, network), Rungs.of(problem, network)
    for site, (technology, _, t) in builds.items():
        row = problem.sites.index.get_loc(site)
        q = next(q for q, la in enumerate(network.ladders) if (la.site, la.technology) == (row, technology))
        state.jump(int(rungs.first[q]), t)
    return state


def adopt(problem: Problem, state: State, table: pd.DataFrame) -> None:
    """Build a plan (PLAN) as far as the problem allows: what no longer fits or serves nobody is left out."""
    points = points_by_phase(problem, state.network, table)
    for q, wanted in sorted(points.items()):
        steps = np.searchsorted(state.network.ladders[q].added, wanted, side="right") - 1
        for t in range(len(problem.phases)):
            if steps[t] > state.level[q, t]:
                k = state.rungs.first[q] + steps[[t]]
                if state.jump_cost(k, t)[1][0]:
                    state.jump(int(k[0]), t)


def settle(problem: Problem, state: State, serve: Serve) -> State:
    """The same builds, all load of a phase handed out anew where that serves more."""
    settled = state.copy()
    for t, serving in enumerate(state.servings):
        standing = replace(serving.network, place_base=serving.capacity()[:, None], ladders=())
        other = serving.handing_out(serve(phase_problem(problem, t), standing))
        if other.value() > serving.value():
            settled.servings[t] = other
    return settled


def improve(problem: Problem, state: State, steps: int, chance: np.random.Generator) -> State:
    """Ruin and recreate: ruin 1 to 4 neighbouring builds, spend the money of every phase again, keep what is better.

    steps : number of tries; the same number gives the same plan on every machine (no clock).
    A little worse is accepted at first (simulated annealing); the best is returned.
    """
    n, r, phases = state.network, state.rungs, state.level.shape[1]
    if not steps or not (state.level >= 0).any():
        return state
    ways = RUINS if phases > 1 else RUINS[:1]
    x, y = problem.sites["x_m"].to_numpy(float), problem.sites["y_m"].to_numpy(float)
    site_of = np.array([ladder.site for ladder in n.ladders])
    lx, ly = x[site_of], y[site_of]
    current, best = state.value(), state
    best_value = start_value = current
    for step in range(steps):
        built = np.flatnonzero(state.level[:, -1] >= 0)
        if not len(built):
            break
        q = int(chance.choice(built))
        away = (lx - lx[q]) ** 2 + (ly - ly[q]) ** 2
        near = np.argsort(away, kind="stable")[:NEIGHBOURS]
        close = near[state.level[near, -1] >= 0]
        ruined = close[np.sort(chance.choice(len(close), min(len(close), int(chance.integers(1, 5))), replace=False))]
        trial = state.copy()
        ruin = ways[int(chance.integers(len(ways)))]
        for victim in ruined.tolist():
            trial.set_path(victim, ruin(trial.level[victim], chance))
        open_to = np.zeros(len(n.ladders), bool)
        open_to[near] = True
        open_to |= chance.random(len(n.ladders)) < ELSEWHERE_SHARE
        barred = ruined[chance.random(len(ruined)) < BARRED_SHARE]
        open_to[barred] = False
        ahead = chance.random(phases - 1) ** 2
        refund = float(chance.random(phases - 1).mean()) if phases > 1 else 0.0
        if not trial.paid_for() or not trial.force():  # what is delayed may exceed the own money of a later phase
            continue
        for t in range(phases):
            climb(trial, np.flatnonzero(open_to[r.ladder]), t, ahead=ahead.tolist(), refund=refund)
        value = trial.value()
        heat = HEAT * abs(start_value) * (1.0 - step / steps) ** 2
        if value > current or chance.random() < np.exp((value - current) / max(heat, NOTHING)):
            state, current = trial, value
            if value > best_value:
                best, best_value = trial, value
    return best


def take_back(path: Ints, chance: np.random.Generator) -> Ints:
    """Never built."""
    return np.full_like(path, -1)


def delay(path: Ints, chance: np.random.Generator) -> Ints:
    """Not built before a later phase."""
    late = path.copy()
    late[: int(chance.integers(1, len(path)))] = -1
    return late


def shrink(path: Ints, chance: np.random.Generator) -> Ints:
    """One level lower in every phase."""
    return np.maximum(path - 1, -1)


RUINS = (take_back, take_back, take_back, delay, shrink)
