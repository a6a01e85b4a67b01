"""Solvers behind PuLP: the only place that knows their names, options and answers.

A solve ends by the proved gap, by a number of branch-and-bound nodes or, where the root alone is long, by the work
spent on it; on one thread and with a fixed seed, so the same problem gives the same plan. The wall-clock limit is for
emergencies.
"""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulp

from sim.planning.cost import Build
from sim.planning.network import area_load_kw
from sim.planning.problem import Planning
from sim.registry import Registry

if TYPE_CHECKING:
    from sim.planning.milp.model import Model

FALLBACK = {"highs": ("highs", "cbc"), "cbc": ("cbc",)}
SEED = 1
FEASIBLE = 2  # HighsSolutionStatus


class SolverFailed(Exception):
    """A solver is missing, crashed or came back without a solution; the caller takes the next one."""


@dataclass(frozen=True)
class Outcome:
    """What a solver says of its answer; the values are in the variables.

    bound        : no solution is better; inf where the solver proves nothing
    status       : "optimal" (within the gap asked for), "node limit" or "time limit"
    found        : False where a limit came before the first solution
    """

    solver: str
    status: str
    bound: float
    found: bool


SOLVERS: Registry[Callable[[pulp.LpProblem, Planning, Mapping[str, float]], Outcome]] = Registry("solver")


@SOLVERS.register()
def highs(lp: pulp.LpProblem, settings: Planning, start: Mapping[str, float]) -> Outcome:
    """HiGHS, from `start` (values of whole-number variables by name)."""
    try:
        import highspy
    except ImportError:
        raise SolverFailed("highspy is not installed") from None

    looks = 0

    def stop_at_the_root(kind: object, message: str, now: Any, answer: Any, data: object) -> None:
        """HiGHS looks up after each round of cuts; counting rounds ends a large root reproducibly, unlike a clock."""
        nonlocal looks
        looks += 1
        if now.mip_node_count == 0 and looks * lp.numVariables() >= settings.root_work:
            answer.user_interrupt = True

    class Highs(pulp.HiGHS):  # type: ignore[misc]
        """PuLP 3.3 hands HiGHS no start and does not know the status of a node limit."""

        def callSolver(self, lp: pulp.LpProblem) -> None:
            if start:
                columns = [v.index for v in lp.variables() if v.name in start]
                values = [start[v.name] for v in lp.variables() if v.name in start]
                lp.solverModel.setSolution(len(columns), columns, values)
            lp.solverModel.run()

        def findSolutionValues(self, lp: pulp.LpProblem) -> tuple[int, int]:
            values = lp.solverModel.getSolution().col_value
            for variable in lp.variables():
                variable.varValue = values[variable.index] if values else None
            return pulp.LpStatusOptimal, pulp.LpSolutionIntegerFeasible

    solver = Highs(
        msg=False, threads=1, gapRel=settings.gap, timeLimit=settings.emergency_s, mip_max_nodes=settings.node_limit,
        random_seed=SEED, mip_feasibility_tolerance=1e-7, callbackTuple=(stop_at_the_root, None),
        callbacksToActivate=[highspy.cb.HighsCallbackType.kCallbackMipInterrupt],
    )  # fmt: skip
    try:
        lp.solve(solver)
    except Exception as error:  # a crash inside the solver must not lose the plan that the heuristic has
        raise SolverFailed(f"HiGHS failed: {error}") from error
    engine = lp.solverModel
    info, status = engine.getInfo(), engine.getModelStatus()
    limits = {
        highspy.HighsModelStatus.kTimeLimit: "time limit",
        highspy.HighsModelStatus.kSolutionLimit: "node limit",
        highspy.HighsModelStatus.kInterrupt: "node limit",
    }
    found = info.primal_solution_status == FEASIBLE
    if status != highspy.HighsModelStatus.kOptimal and status not in limits:
        raise SolverFailed(f"HiGHS found no plan: {engine.modelStatusToString(status)}")
    bound = -info.mip_dual_bound if lp.isMIP() else -info.objective_function_value  # PuLP minimises -objective
    return Outcome(f"HiGHS {engine.version()}", limits.get(status, "optimal"), bound, found)


@SOLVERS.register()
def cbc(lp: pulp.LpProblem, settings: Planning, start: Mapping[str, float]) -> Outcome:
    """CBC, the one on PATH or the one PuLP brings along.

    PuLP does not hand CBC's bound back: a solve that ends by itself is within the gap asked for, any other
    proves nothing.
    """
    from pulp.apis.coin_api import pulp_cbc_path

    for path in ("cbc", pulp_cbc_path):
        solver = pulp.COIN_CMD(
            msg=False, threads=1, gapRel=settings.gap, timeLimit=settings.emergency_s, maxNodes=settings.node_limit,
            options=[f"randomCbcSeed {SEED}", f"randomSeed {SEED}"], warmStart=bool(start), path=path,
        )  # fmt: skip
        if solver.available():
            break
    else:
        raise SolverFailed("CBC is not installed")
    for variable in lp.variables():
        if variable.name in start:
            variable.setInitialValue(start[variable.name])
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="ladeplan-cbc-") as solver.tmpDir:  # gone whatever ends the solve
        try:
            lp.solve(solver)
        except Exception as error:
            raise SolverFailed(f"CBC failed: {error}") from error
    out_of_time = time.perf_counter() - began >= settings.emergency_s
    found = lp.sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)
    if not found and not out_of_time:
        raise SolverFailed(f"CBC found no plan: {pulp.LpSolution[lp.sol_status]}")
    if lp.sol_status != pulp.LpSolutionOptimal:
        return Outcome("CBC", "time limit" if out_of_time else "node limit", math.inf, found)
    objective = float(pulp.value(lp.objective) or 0.0)
    return Outcome("CBC", "optimal", objective + (settings.gap * abs(objective) if lp.isMIP() else 0.0), found)


def first_that_works(lp: pulp.LpProblem, settings: Planning, start: Mapping[str, float]) -> Outcome:
    """The answer of the solver that the settings name, or of the one to take where that fails."""
    failures = []
    for name in FALLBACK[settings.solver]:
        try:
            return SOLVERS[name](lp, settings, start)
        except SolverFailed as failure:
            failures.append(str(failure))
    raise SolverFailed("; ".join(failures))


def start_values(model: Model, start: Build) -> dict[str, float]:
    """Every whole-number variable at the value it has in a build."""
    ladders = model.network.ladders
    values = {x.name: float(start.get((q, t), 0) >= ladders[q].added[step]) for (q, step, t), x in model.level.items()}
    phases = len(model.network.budget_eur)
    for t in range(phases):
        load_kw = area_load_kw(model.network, [(q, points) for (q, s), points in start.items() if s == t])
        over = model.network.limits.upgraded(load_kw)
        values |= {up.name: float(over[h]) for (h, s), up in model.upgrade.items() if s == t}
    return values


def value(variable: Any) -> float:
    """Value of a variable after a solve."""
    return float(variable.varValue or 0.0)
