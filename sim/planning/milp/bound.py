"""A bound on several phases from each of them alone.

Every phase of a plan serves its own need with what stands by then, paid with the money of the phases so far. So the
best that one phase could be, built afresh with all that money, is at least as good as the same phase of any plan, and
the sum over the phases bounds the whole. What is left out is that builds stay: one program becomes several small ones
that share no variable, one per processor core. Source: formulation paper, sections 6 and 6a.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from sim.planning.cost import Build
from sim.planning.milp.model import build
from sim.planning.milp.solver import SolverFailed, first_that_works, start_values
from sim.planning.network import Network
from sim.planning.problem import Problem
from sim.planning.slices import phase_network, phase_problem, trim

T = TypeVar("T")
SMALL_COLUMNS = 5_000
"""Size up to which a process of its own for each phase takes longer to start than to work."""


@dataclass(frozen=True)
class PhaseBound:
    """What one phase alone could be worth at most, weighted as in the whole.

    solver : the solver that proved it; what failed, where none did and only the need within reach bounds it
    status : as of `Outcome`, or "heuristic" where no solver worked
    """

    bound: float
    solver: str
    status: str


def phase_bounds(problem: Problem, network: Network, start: Build | None) -> list[PhaseBound]:
    """The bounds of all phases, worked out side by side; their sum bounds the whole.

    start : a plan, from which the solver starts
    """
    tasks = [_task(problem, network, t, start) for t in range(len(problem.phases))]
    workers = min(os.cpu_count() or 1, len(tasks))
    columns = len(network.flow_need) + sum(ladder.gain.size for ladder in network.ladders)
    if workers <= 1 or columns <= SMALL_COLUMNS:
        return [bound_phase(*task) for task in tasks]
    bounds = side_by_side(bound_phase, tasks, workers=workers)
    return [
        _bound_of_need(*task, "its process died") if b is None else b for task, b in zip(tasks, bounds, strict=True)
    ]


def side_by_side(function: Callable[..., T], tasks: Sequence[tuple[Any, ...]], *, workers: int) -> list[T | None]:
    """What a function makes of each task, in processes of their own; None where the process died.

    A solver that crashes takes its process with it, and joblib then gives up all tasks: they are done again one by
    one, so that only the guilty one is lost.
    """
    from joblib import Parallel, delayed

    def done(some: Sequence[tuple[Any, ...]]) -> list[T]:
        return list(Parallel(n_jobs=workers)(delayed(function)(*task) for task in some))

    try:
        return list(done(tasks))
    except BrokenProcessPool:
        results: list[T | None] = []
        for task in tasks:
            try:
                results += done([task])
            except BrokenProcessPool:
                results.append(None)
        return results


def _bound_of_need(problem: Problem, network: Network, start: Build | None, why: str) -> PhaseBound:
    """All that is within reach: what holds where no solver works."""
    reach = float(network.group_reach.sum())
    return PhaseBound(reach, f"need within reach of {problem.phases[0]} ({why})", "heuristic")


def _task(problem: Problem, network: Network, t: int, start: Build | None) -> tuple[Problem, Network, Build | None]:
    """One phase alone, and the part of the start that stands in it."""
    alone, kept = trim(phase_network(network, t))
    if start is None:
        return phase_problem(problem, t), alone, None
    standing = {
        (row, 0): min(start[q, t], alone.ladders[row].added[-1]) for row, q in enumerate(kept) if (q, t) in start
    }
    return phase_problem(problem, t), alone, standing


def bound_phase(problem: Problem, network: Network, start: Build | None) -> PhaseBound:
    """Most that a phase alone can be worth: proved by a solver, and never more than all that is within reach."""
    settings = problem.settings
    reach = float(network.group_reach.sum())
    if not network.ladders and not len(network.flow_need):
        return PhaseBound(-network.floors.weight * float(network.floors.worth.sum()), "none needed", "optimal")
    model = build(problem, network)
    try:
        outcome = first_that_works(model.lp, settings, start_values(model, start) if start is not None else {})
    except SolverFailed as failure:
        return _bound_of_need(problem, network, start, str(failure))
    bound = outcome.bound if not math.isnan(outcome.bound) else np.inf
    return PhaseBound(min(bound, reach), outcome.solver, outcome.status)
