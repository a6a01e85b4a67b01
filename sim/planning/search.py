"""Ruin and recreate: take back the builds of a neighbourhood, spend the money again, keep what is better.

What a trial is worth is measured with load handed out greedily around the ruin. So that this starts from the best
service and not from a greedy one, the whole load is handed out anew before each round of tries.

Source: Schrimpf et al., Record breaking optimization results using the ruin and recreate principle, 2000.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from sim.planning.greedy import climb
from sim.planning.network import Floats, Network
from sim.planning.objectives import TIE_BREAK_PER_EUR
from sim.planning.problem import Problem
from sim.planning.state import NOTHING, Rungs, State

SEED = 1
NEIGHBOURS = 60
ELSEWHERE_SHARE = 0.03
BARRED_SHARE = 0.3
HEAT = 1e-5
ROUNDS = 2
TRIES_PER_LADDER = 5  # more are no use in a small city

Serve = Callable[[Problem, Network], Floats]
"""Load served on each flow with the points that stand, ladders aside. [erlang]"""


def find_build(problem: Problem, network: Network, *, steps: int, serve: Serve) -> dict[tuple[int, int], int]:
    """Points added in all by (ladder, phase); phase after phase, each with the budgets up to then.

    steps : most tries of the search; with several phases the greedy plan stays as it is
    """
    steps = min(steps, TRIES_PER_LADDER * len(network.ladders))
    build: dict[tuple[int, int], int] = {}
    rungs = Rungs.of(problem, network)
    level = np.full(len(network.ladders), -1)
    spent = 0.0
    for t in range(len(problem.phases)):
        state = State.of(problem, network, rungs, t, level, spent)
        climb(state, np.arange(len(rungs.ladder)))
        if len(problem.phases) == 1:
            chance = np.random.default_rng(SEED)
            for _ in range(ROUNDS if steps else 0):
                state = improve(problem, settle(problem, state, serve), steps // ROUNDS, chance)
        level, spent = state.level, state.spent
        for q in np.flatnonzero(level >= 0).tolist():
            build[q, t] = network.ladders[q].added[level[q]]
    return build


def settle(problem: Problem, state: State, serve: Serve) -> State:
    """The same builds, all load handed out anew where that serves more; one phase only."""
    standing = replace(state.network, place_base=state.capacity()[:, None], ladders=())
    settled = state.serving(serve(problem, standing))
    return settled if settled.value() > state.value() else state


def improve(problem: Problem, state: State, steps: int, chance: np.random.Generator) -> State:
    """Ruin and recreate: take back 1 to 4 neighbouring builds, spend the money again, keep what is better.

    steps : number of tries; the same number gives the same plan on every machine (no clock).
    A little worse is accepted at first (simulated annealing); the best is returned.
    """
    built = np.flatnonzero(state.level >= 0)
    if not steps or not len(built):
        return state
    n, r = state.network, state.rungs
    x, y = problem.sites["x_m"].to_numpy(float), problem.sites["y_m"].to_numpy(float)
    site_of = np.array([ladder.site for ladder in n.ladders])
    lx, ly = x[site_of], y[site_of]
    current, best = state.value() - TIE_BREAK_PER_EUR * state.spent, state
    best_value = start_value = current
    for step in range(steps):
        built = np.flatnonzero(state.level >= 0)
        if not len(built):
            break
        q = int(chance.choice(built))
        away = (lx - lx[q]) ** 2 + (ly - ly[q]) ** 2
        near = np.argsort(away, kind="stable")[:NEIGHBOURS]
        close = near[state.level[near] >= 0]
        ruined = close[np.sort(chance.choice(len(close), min(len(close), int(chance.integers(1, 5))), replace=False))]
        trial = state.copy()
        for victim in ruined.tolist():
            trial.take_back(victim)
        open_to = np.zeros(len(n.ladders), bool)
        open_to[near] = True
        open_to |= chance.random(len(n.ladders)) < ELSEWHERE_SHARE
        barred = ruined[chance.random(len(ruined)) < BARRED_SHARE]
        open_to[barred] = False
        climb(trial, np.flatnonzero(open_to[r.ladder]))
        value = trial.value() - TIE_BREAK_PER_EUR * trial.spent
        heat = HEAT * abs(start_value) * (1.0 - step / steps) ** 2
        if value > current or chance.random() < np.exp((value - current) / max(heat, NOTHING)):
            state, current = trial, value
            if value > best_value:
                best, best_value = trial, value
    return best
