"""From the solved model to a plan with a certificate."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pulp

from sim.planning.cost import Build, plan_table
from sim.planning.greedy import serve_greedily
from sim.planning.milp.model import Model, build
from sim.planning.milp.solver import SOLVERS, Outcome, SolverFailed, value
from sim.planning.network import Floats, Network, build_network
from sim.planning.plan import Certificate, Plan
from sim.planning.planner import evaluate
from sim.planning.problem import Planning, Problem
from sim.planning.search import find_build

FALLBACK = {"highs": ("highs", "cbc"), "cbc": ("cbc",)}


def solve(problem: Problem) -> Plan:
    """The best plan found, with the bound that the solver proved.

    The greedy plan is the start. It is also kept where no solver works (status "heuristic") or where it is better.
    """
    network = build_network(problem)
    start = find_build(problem, network, steps=problem.settings.search_steps, serve=serve_best)
    plan = evaluate(problem, plan_table(problem, network, start))
    if not network.ladders:
        return _certify(plan, plan.certificate.objective, "none needed", "optimal")
    model = build(problem, network)
    try:
        outcome = _first_that_works(model.lp, problem.settings, _start_values(model, start))
    except SolverFailed as failure:
        return _certify(plan, math.inf, f"greedy ({failure})", "heuristic")
    build_found = _read_build(model)  # nothing is built where nothing was found
    if build_found != start:
        found = evaluate(problem, plan_table(problem, network, build_found))
        if found.certificate.objective >= plan.certificate.objective and _affordable(problem, found):
            plan = found
    return _certify(plan, outcome.bound, outcome.solver, outcome.status)


def serve_best(problem: Problem, network: Network) -> Floats:
    """Load served on each flow, best for the objective, with the points that stand; greedily where no solver works."""
    open_to = np.flatnonzero(network.place_base[network.flow_place, network.flow_phase] > 0)
    columns = ("flow_need", "flow_place", "flow_phase", "flow_limit", "flow_worth", "flow_takes")
    served = np.zeros(len(network.flow_need))
    network = replace(network, **{name: getattr(network, name)[open_to] for name in columns})
    model = build(problem, network)
    try:
        found = _first_that_works(model.lp, problem.settings, {}).found
    except SolverFailed:
        found = False
    served[open_to] = [value(y) for y in model.flow] if found else serve_greedily(problem, network)
    return served


def _first_that_works(lp: pulp.LpProblem, settings: Planning, start: Mapping[str, float]) -> Outcome:
    failures = []
    for name in FALLBACK[settings.solver]:
        try:
            return SOLVERS[name](lp, settings, start)
        except SolverFailed as failure:
            failures.append(str(failure))
    raise SolverFailed("; ".join(failures))


def _start_values(model: Model, start: Build) -> dict[str, float]:
    """Every whole-number variable at the value it has in a build."""
    return {
        x.name: float(start.get((q, t), 0) >= model.network.ladders[q].added[step])
        for (q, step, t), x in model.level.items()
    }


def _read_build(model: Model) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for (q, step, t), x in model.level.items():
        if value(x) > 0.5:  # solvers return 0.9999999
            found[q, t] = max(found.get((q, t), 0), model.network.ladders[q].added[step])
    return found


def _affordable(problem: Problem, plan: Plan) -> bool:
    """Whole numbers read from a solver's almost-whole ones could exceed the budget by a few EUR."""
    if "within_budget" not in problem.settings.rules:
        return True
    spent = plan.table.groupby("phase")["capex_eur"].sum().reindex(list(problem.phases), fill_value=0.0).cumsum()
    return bool((spent.to_numpy() <= problem.settings.budget_eur * np.arange(1, len(spent) + 1) * (1 + 1e-9)).all())


def _certify(plan: Plan, bound: float, solver: str, status: str) -> Plan:
    objective = plan.certificate.objective
    bound = max(bound, objective)
    gap = (bound - objective) / abs(objective) if objective else (0.0 if bound == objective else math.inf)
    return replace(plan, certificate=Certificate(objective, bound, gap, solver, status, status != "time limit"))
