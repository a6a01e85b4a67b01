"""Greedy, then ruin and recreate: take back the builds of a neighbourhood, spend the money again, keep what is better.

With several phases a build may also be delayed or made smaller, and the money of every phase is spent again. The loop
itself is in `annealing.py`; here it gets its start, its chances and its number of steps.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.planning.cost import points_by_phase
from sim.planning.greedy import climb
from sim.planning.network import Ints, Network
from sim.planning.problem import Problem
from sim.planning.relaxation import buildable
from sim.planning.rungs import Rungs
from sim.planning.state import State

SEED = 1
NEIGHBOURS = 40
HEAT = 3e-6
"""What a trial may be worse at first, in share of the value of the start (measured: 1e-5 ends 0.3 % lower)."""
TRIES_PER_LADDER = 50  # more are no use in a small city
STEPS_AT_ONCE = 250
CHANCES = 1 << 16  # random numbers for so many steps, used over and over


@dataclass(frozen=True)
class Found:
    """What the search came to.

    build    : points added in all by (ladder, phase)
    finished : False where the time limit came before the last step
    """

    build: dict[tuple[int, int], int]
    finished: bool


def find_build(problem: Problem, network: Network, *, start: pd.DataFrame | None = None) -> Found:
    """The plan of greedy and search.

    start : PLAN to start from
    Raises ContradictoryLimits where no plan keeps to the forced sites.
    """
    state, steps = find_start(problem, network, start=start), problem.settings.search_steps
    level, finished = improve(problem, state, steps)
    added = {(int(q), int(t)): network.ladders[q].added[level[q, t]] for q, t in np.argwhere(level >= 0).tolist()}
    return Found(added, finished)


def find_start(problem: Problem, network: Network, *, start: pd.DataFrame | None = None) -> State:
    """The greedy plan, phase after phase with the money up to then.

    start : PLAN that is built first, so that the greedy only spends what it leaves
    """
    state = State.of(problem, network)
    if start is not None:
        adopt(problem, state, start)
    if not state.force():
        state = State.of(problem, network)
        if not state.force():
            state = _forced_together(problem, network)
    for t in range(len(problem.phases)):
        climb(state, np.arange(len(state.rungs.ladder)), t)
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


def improve(problem: Problem, state: State, steps: int) -> tuple[Ints, bool]:
    """The level of every ladder in every phase of the best plan found from a state on, and whether all steps were done.

    steps : number of tries, fewer in small cities; the same number gives the same plan on every machine. Only the
    emergency limit looks at the clock.
    A little worse is accepted at first (simulated annealing).
    """
    from sim.planning import kernel

    best_level = state.level.copy()
    steps = min(steps, TRIES_PER_LADDER * len(best_level))
    if not steps or not (best_level >= 0).any():
        return best_level, True
    until = time.monotonic() + problem.settings.emergency_s
    loop = kernel.loop_for(steps, len(best_level))
    m, b = kernel.load_of(state), kernel.builds_of(state)
    m_kept, b_kept = kernel.twin_of(m, b)
    chance, work, near = (
        np.random.default_rng(SEED),
        np.zeros((3, max(best_level.shape)), np.int64),
        _neighbours(problem, b.site_of),
    )
    value = best = state.value()
    for done in range(0, steps, STEPS_AT_ONCE):
        share = np.arange(done, min(done + STEPS_AT_ONCE, steps)) / steps
        heat = HEAT * abs(value) * (1.0 - share) ** 2
        allowance = heat * np.log(1.0 - chance.random(len(share)))
        best = loop(m, b, m_kept, b_kept, near, chance.random(CHANCES), allowance, work, best, best_level)
        if time.monotonic() > until:
            return best_level, done + STEPS_AT_ONCE >= steps
    return best_level, True


def _neighbours(problem: Problem, site_of: Ints) -> Ints:
    """The nearest ladders of each ladder, itself first. [ladders x neighbours]"""
    x, y = (problem.sites[name].to_numpy(float)[site_of] for name in ("x_m", "y_m"))
    rows = []
    for q in range(len(site_of)):
        away = (x - x[q]) ** 2 + (y - y[q]) ** 2
        away[q] = -1.0
        rows.append(np.argsort(away, kind="stable")[:NEIGHBOURS])
    return np.array(rows, dtype=np.int64)
