"""From a problem to a plan: the planners by name, and what any plan is worth."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from sim.errors import DataError
from sim.planning.bays import bays_worth
from sim.planning.check import check_plan
from sim.planning.cost import plan_table, present_value_eur, upgrades_of
from sim.planning.greedy import serve_greedily
from sim.planning.network import Floats, Network, build_network
from sim.planning.plan import Certificate, Plan
from sim.planning.problem import Problem
from sim.planning.promise import promise_table, reach_of, serving_network, value_of
from sim.planning.search import find_build
from sim.registry import Registry

PLANNERS: Registry[Callable[[Problem], Plan]] = Registry("planner")


class BrokenPlan(RuntimeError):
    """A planner made a plan that is not what it says: a fault of the program, never of the data."""


def find_plan(problem: Problem) -> Plan:
    """The plan of the planner that the settings name, checked.

    Raises UnknownName for an unknown planner and BrokenPlan where the check finds a fault.
    """
    plan = PLANNERS[problem.settings.planner](problem)
    faults = check_plan(problem, plan)
    if faults:
        raise BrokenPlan("\n".join(faults))
    return plan


@PLANNERS.register()
def milp(problem: Problem) -> Plan:
    """A mixed-integer program with a proved bound; the greedy plan is its start and what remains if solvers fail."""
    from sim.planning.milp.plan import solve

    return solve(problem)


@PLANNERS.register()
def greedy(problem: Problem) -> Plan:
    """No solver: the best jump for its money, then ruin and recreate. Proves nothing."""
    network = build_network(problem)
    build = find_build(problem, network, steps=problem.settings.search_steps, serve=serve_greedily)
    if build is None:
        raise forcing_too_much(problem, "the greedy planner found no room for them")
    return _appraise(problem, plan_table(problem, network, build), serve_greedily, "greedy", "heuristic")


def forcing_too_much(problem: Problem, why: str) -> DataError:
    """What to say where no plan keeps to the forced sites."""
    named = ", ".join(problem.settings.forced_sites)
    return DataError(
        [f"planning.forced_sites: no plan builds at all of {named} ({why}); raise the budget or grid, or force fewer"]
    )


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
    upgrades = upgrades_of(problem, table)
    cost_eur = present_value_eur(problem, table, upgrades)
    objective = value_of(problem, promise, cost_eur, reach_of(problem, network), bays_worth(problem, table))
    return Plan(table, promise, Certificate(objective, math.inf, math.inf, solver, status, True), upgrades)
