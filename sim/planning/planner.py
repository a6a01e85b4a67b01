"""From a problem to a plan: the planners by name, and what any plan is worth.

A planner works in two steps that can be asked for one by one: `propose` finds a plan, `prove` says how far it is from
the best possible. A loop of many plans proposes often and proves once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from sim.planning.bays import bays_by_phase
from sim.planning.check import check_plan
from sim.planning.cost import plan_table, present_value_eur, spent_by_phase, upgrades_of
from sim.planning.greedy import serve_greedily
from sim.planning.network import Floats, Network, build_network
from sim.planning.objectives import TIE_BREAK_PER_EUR
from sim.planning.plan import Certificate, PhaseCertificate, Plan
from sim.planning.problem import Problem
from sim.planning.promise import promise_table, reach_of, serving_network, value_of, worth_by_phase
from sim.planning.search import find_build
from sim.registry import Registry

PLANNERS: Registry[Callable[[Problem, pd.DataFrame | None], Plan]] = Registry("planner")
"""From a problem, and PLAN to start from, to a plan; the fact `prove` of each is what bounds its plans."""


class BrokenPlan(RuntimeError):
    """A planner made a plan that is not what it says: a fault of the program, never of the data."""


def find_plan(problem: Problem) -> Plan:
    """The plan of the planner that the settings name, with its bound, checked.

    Raises UnknownName for an unknown planner and BrokenPlan where the check finds a fault.
    """
    name = problem.settings.planner
    plan = PLANNERS[name](problem, None)
    return _sound(problem, PLANNERS.facts[name]["prove"](problem, plan))


def propose(problem: Problem, start: pd.DataFrame | None = None) -> Plan:
    """A good plan of the planner that the settings name, without a bound.

    start : PLAN to start from; what of it the problem does not allow is left out
    Raises as `find_plan`.
    """
    return _sound(problem, PLANNERS[problem.settings.planner](problem, start))


def prove(problem: Problem, plan: Plan) -> Plan:
    """The plan with a bound on what any plan could be worth, or a better one that the proof came across.

    The plan is appraised anew: it may have been found for another problem with the same sites, phases and limits.
    Raises as `find_plan`, BrokenPlan also where the plan does not keep to the limits of this problem.
    """
    appraised = evaluate(problem, plan.table)
    return _sound(problem, PLANNERS.facts[problem.settings.planner]["prove"](problem, appraised))


def _sound(problem: Problem, plan: Plan) -> Plan:
    faults = check_plan(problem, plan)
    if faults:
        raise BrokenPlan("\n".join(faults))
    return plan


def _prove_by_solver(problem: Problem, plan: Plan) -> Plan:
    from sim.planning.milp.plan import prove_by_solver
    from sim.planning.milp.window import polish

    settings = problem.settings
    if settings.windows:
        plan = polish(problem, build_network(problem), plan, windows=settings.windows, sites=settings.window_sites)
    return prove_by_solver(problem, plan)


def _prove_nothing(problem: Problem, plan: Plan) -> Plan:
    return plan


@PLANNERS.register(prove=_prove_by_solver)
def milp(problem: Problem, start: pd.DataFrame | None) -> Plan:
    """Greedy and search, whose plan a mixed-integer program bounds; it remains if solvers fail."""
    from sim.planning.milp.plan import serve_best

    network = build_network(problem)
    found = find_build(problem, network, start=start)
    plan = _appraise(problem, plan_table(problem, network, found.build), serve_best, "search", "heuristic")
    return plan if found.finished else _cut_short(plan)


@PLANNERS.register(prove=_prove_nothing)
def greedy(problem: Problem, start: pd.DataFrame | None) -> Plan:
    """No solver: the best jump for its money, then ruin and recreate. Proves nothing."""
    network = build_network(problem)
    found = find_build(problem, network, start=start)
    plan = _appraise(problem, plan_table(problem, network, found.build), serve_greedily, "greedy", "heuristic")
    return plan if found.finished else _cut_short(plan)


def _cut_short(plan: Plan) -> Plan:
    """The plan of a search that the emergency limit stopped."""
    return replace(plan, certificate=replace(plan.certificate, status="time limit", reproducible=False))


def evaluate(problem: Problem, table: pd.DataFrame) -> Plan:
    """What the planning model promises of a given plan, for example of none at all: `plan_table(problem, network, {})`.

    Load is served in the way that is best for the objective. The certificate states the objective; its bound is inf,
    since nothing is said about other plans.
    """
    from sim.planning.milp.plan import serve_best

    return _appraise(problem, table, serve_best, "given", "given")


def no_plan(problem: Problem) -> pd.DataFrame:
    """PLAN without a row: the city as it is."""
    return plan_table(problem, build_network(problem), {})


def _appraise(
    problem: Problem,
    table: pd.DataFrame,
    serve: Callable[[Problem, Network], Floats],
    solver: str,
    status: str,
) -> Plan:
    """A plan with its promise and a certificate without a bound."""
    network = serving_network(problem, table)
    served = serve(problem, network) if len(network.flow_need) else np.zeros(0)
    promise = promise_table(problem, network, served)
    upgrades, reach = upgrades_of(problem, table), reach_of(problem, network)
    cost_eur = present_value_eur(problem, table, upgrades)
    lost_bays = bays_by_phase(problem, table)
    objective = value_of(problem, promise, cost_eur, reach, float(lost_bays.sum()))
    by_then_eur = spent_by_phase(problem, table, upgrades).cumsum()
    values = worth_by_phase(problem, promise, reach) - lost_bays
    values -= TIE_BREAK_PER_EUR * network.cost_weight * by_then_eur
    phases = tuple(
        PhaseCertificate(phase, value, math.inf, math.inf, status)
        for phase, value in zip(problem.phases, values.tolist(), strict=True)
    )
    certificate = Certificate(objective, math.inf, math.inf, solver, status, True, phases)
    return Plan(table, promise, certificate, upgrades)
