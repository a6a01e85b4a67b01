"""From the solved model to a plan with a certificate."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from sim.planning.cost import Build, plan_table, spent_by_phase
from sim.planning.greedy import serve_greedily
from sim.planning.milp.bound import PhaseBound, phase_bounds
from sim.planning.milp.model import Model, build
from sim.planning.milp.solver import Outcome, SolverFailed, first_that_works, start_values, value
from sim.planning.network import Floats, Network, build_network
from sim.planning.phases import spending_limits
from sim.planning.plan import Certificate, Plan
from sim.planning.planner import evaluate, forcing_too_much
from sim.planning.problem import Problem
from sim.planning.search import find_build
from sim.planning.slices import phase_network, phase_problem


def solve(problem: Problem) -> Plan:
    """The best plan found, with the bound that the solver proved.

    The plan of the search is the start. It is also kept where no solver works (status "heuristic") or where it is
    better. Several phases are solved as one program where that is small (`whole_model_columns`); where that is not, or
    does not close the gap, each phase is bounded alone and the better bound counts.

    Raises DataError where no plan keeps to the forced sites.
    """
    network = build_network(problem)
    start = find_build(problem, network, steps=problem.settings.search_steps, serve=serve_best)
    plan = evaluate(problem, plan_table(problem, network, start)) if start is not None else None
    if plan is not None and not network.ladders:
        return _certify(plan, plan.certificate.objective, "none needed", "optimal")
    several, failure = len(problem.phases) > 1, None
    columns = len(network.flow_need) + sum(ladder.gain.size for ladder in network.ladders)
    proofs: list[Proof] = []
    if not several or columns <= problem.settings.whole_model_columns or plan is None:
        model = build(problem, network)
        try:
            outcome = first_that_works(model.lp, problem.settings, start_values(model, start or {}) if plan else {})
        except SolverFailed as failed:
            failure = failed
        else:
            proofs.append(Proof(outcome.bound, outcome.solver, outcome.status))
            plan = _better(problem, network, model, outcome, plan)
    if plan is None:
        raise forcing_too_much(problem, str(failure or "stopped before the first plan"))
    if several and not (proofs and proofs[0].status == "optimal"):
        proofs.append(_phase_by_phase(phase_bounds(problem, network, _build_of(problem, network, plan))))
    if not proofs:
        return _certify(plan, math.inf, f"greedy ({failure})", "heuristic")
    best = min(proofs, key=lambda proof: proof.bound)
    status = best.status
    if "time limit" in [proof.status for proof in proofs]:
        status = "time limit"
    certified = _certify(plan, best.bound, best.solver, status)
    if several and status == "node limit" and certified.certificate.gap <= problem.settings.gap:
        return replace(certified, certificate=replace(certified.certificate, status="optimal"))
    return certified


@dataclass(frozen=True)
class Proof:
    """An upper bound on all plans, who proved it, and how the solve ended."""

    bound: float
    solver: str
    status: str


def _phase_by_phase(bounds: list[PhaseBound]) -> Proof:
    """The sum over the phases; says of each phase that no solver could bound."""
    solvers = list(dict.fromkeys(bound.solver for bound in bounds if bound.solver != "none needed"))
    statuses = {bound.status for bound in bounds}
    status = next((s for s in ("time limit", "heuristic", "node limit") if s in statuses), "optimal")
    # the phases are each within the gap asked for, but their sum bounds a problem that they only relax
    status = "node limit" if status in ("optimal", "heuristic") else status
    return Proof(sum(bound.bound for bound in bounds), f"{', '.join(solvers)} phase by phase", status)


def _better(problem: Problem, network: Network, model: Model, outcome: Outcome, plan: Plan | None) -> Plan | None:
    """The plan that the solver found, where it found one that is sound and no worse than what is there."""
    if not outcome.found:
        return plan
    found = evaluate(problem, plan_table(problem, network, _read_build(model)))
    if not _affordable(problem, found):
        return plan
    return found if plan is None or found.certificate.objective >= plan.certificate.objective else plan


def _build_of(problem: Problem, network: Network, plan: Plan) -> Build:
    """The points that a plan adds to each ladder by each phase."""
    row = {(ladder.site, ladder.technology): q for q, ladder in enumerate(network.ladders)}
    sites = problem.sites.index.get_indexer(plan.table["site_id"]).tolist()
    build_of: dict[tuple[int, int], int] = {}
    columns = plan.table[["technology", "phase", "points_added"]].itertuples(index=False, name=None)
    for site, (technology, phase, points) in zip(sites, columns, strict=True):
        for t in range(problem.phases.index(phase), len(problem.phases)):
            key = row[site, technology], t
            build_of[key] = build_of.get(key, 0) + points
    return build_of


def serve_best(problem: Problem, network: Network) -> Floats:
    """Load served on each flow, best for the objective, with the points that stand; greedily where no solver works."""
    served = np.zeros(len(network.flow_need))
    for t in range(len(problem.phases)):
        served[network.flow_phase == t] = _serve_phase(phase_problem(problem, t), phase_network(network, t))
    return served


def _serve_phase(problem: Problem, network: Network) -> Floats:
    open_to = np.flatnonzero(network.place_base[network.flow_place, 0] > 0)
    columns = ("flow_need", "flow_place", "flow_phase", "flow_limit", "flow_worth", "flow_takes")
    served = np.zeros(len(network.flow_need))
    if not len(open_to):
        return served
    network = replace(
        network, limits=network.limits.forcing_nothing(), **{name: getattr(network, name)[open_to] for name in columns}
    )
    model = build(problem, network)
    try:
        found = first_that_works(model.lp, problem.settings, {}).found
    except SolverFailed:
        found = False
    served[open_to] = [value(y) for y in model.flow] if found else serve_greedily(problem, network)
    return served


def _read_build(model: Model) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for (q, step, t), x in model.level.items():
        if value(x) > 0.5:  # solvers return 0.9999999
            found[q, t] = max(found.get((q, t), 0), model.network.ladders[q].added[step])
    return found


def _affordable(problem: Problem, plan: Plan) -> bool:
    """Whole numbers read from a solver's almost-whole ones could exceed the budget by a few EUR."""
    spent = spent_by_phase(problem, plan.table, plan.upgrades)
    by_then, alone = spending_limits(problem.phases, problem.settings)
    return bool((spent.cumsum() <= by_then * (1 + 1e-9)).all() and (spent <= alone * (1 + 1e-9)).all())


def _certify(plan: Plan, bound: float, solver: str, status: str) -> Plan:
    objective = plan.certificate.objective
    bound = max(bound, objective)
    gap = (bound - objective) / abs(objective) if objective else (0.0 if bound == objective else math.inf)
    return replace(plan, certificate=Certificate(objective, bound, gap, solver, status, status != "time limit"))
