"""The best plan that leaves out enough sites of plans that are there already: the model with a row for each plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sim.planning.milp.model import build
from sim.planning.milp.plan import build_of, read_plan
from sim.planning.milp.rules import leaves_out
from sim.planning.milp.solver import SolverFailed, first_that_works, start_values
from sim.planning.network import build_network
from sim.planning.plan import Plan, gap_of
from sim.planning.problem import Problem


def best_different(problem: Problem, others: Sequence[Mapping[str, int]], start: Plan) -> Plan:
    """The best plan, with its bound, that leaves out enough sites of each of the others.

    others : for each plan that is there, by site of it, how many of them all are to get nothing
    start  : a plan that does so already; it is kept without a bound where no solver works
    """
    network = build_network(problem)
    model = build(problem, network)
    for other in others:
        for constraint, name in leaves_out(model, problem, list(other), next(iter(other.values()))):
            model.lp.addConstraint(constraint, name)
    try:
        outcome = first_that_works(model.lp, problem.settings, start_values(model, build_of(problem, network, start)))
    except SolverFailed:
        return start
    found = read_plan(problem, network, model) if outcome.found else None
    plan = found if found is not None and found.certificate.objective >= start.certificate.objective else start
    bound = max(outcome.bound, plan.certificate.objective)
    certificate = replace(
        plan.certificate, bound=bound, gap=gap_of(plan.certificate.objective, bound), solver=outcome.solver,
        status=outcome.status, reproducible=outcome.status != "time limit",
    )  # fmt: skip
    return replace(plan, certificate=certificate)
