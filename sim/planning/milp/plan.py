"""From the solved model to a plan with a certificate."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace

import numpy as np

from sim.planning.cost import Build, plan_table, points_by_phase, spent_by_phase
from sim.planning.greedy import serve_greedily
from sim.planning.milp.bound import PhaseBound, phase_bounds
from sim.planning.milp.model import Model, build
from sim.planning.milp.solver import Outcome, SolverFailed, first_that_works, start_values, value
from sim.planning.network import Floats, Network, build_network
from sim.planning.phases import spending_limits
from sim.planning.plan import Certificate, Plan, gap_of
from sim.planning.planner import evaluate
from sim.planning.problem import Problem
from sim.planning.slices import phase_network, phase_problem


def prove_by_solver(problem: Problem, plan: Plan) -> Plan:
    """The plan with the bound that the solver proved, or the better plan that it found on the way.

    The plan is the start of the solver. It is kept without a bound where no solver works (status "heuristic"). Several
    phases are solved as one program where that is small (`whole_model_columns`), and each of them is bounded alone; of
    the bound of the whole and the sum over the phases the better one counts.
    """
    network = build_network(problem)
    if not network.ladders:
        own = [PhaseBound(phase.objective, "none needed", "optimal") for phase in plan.certificate.phases]
        return _certify(problem, plan, [Proof(plan.certificate.objective, "none needed", "optimal")], own)
    several = len(problem.phases) > 1
    columns = len(network.flow_need) + sum(ladder.gain.size for ladder in network.ladders)
    small = columns <= problem.settings.whole_model_columns
    proofs: list[Proof] = []
    if not several or small:
        model = build(problem, network)
        try:
            outcome = first_that_works(
                model.lp, problem.settings, start_values(model, build_of(problem, network, plan))
            )
        except SolverFailed as failure:
            if not several:
                return _unproved(plan, f"{plan.certificate.solver} ({failure})")
        else:
            proofs.append(Proof(outcome.bound, outcome.solver, outcome.status))
            plan = _better(problem, network, model, outcome, plan)
    if not several:
        return _certify(problem, plan, proofs, [PhaseBound(*astuple(proofs[0]))])
    bounds = phase_bounds(problem, network, build_of(problem, network, plan))
    return _certify(problem, plan, [*proofs, _phase_by_phase(bounds)], bounds)


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


def _better(problem: Problem, network: Network, model: Model, outcome: Outcome, plan: Plan) -> Plan:
    """The plan that the solver found, where it found one that is sound and better than what is there."""
    found = read_plan(problem, network, model) if outcome.found else None
    return found if found is not None and found.certificate.objective >= plan.certificate.objective else plan


def read_plan(problem: Problem, network: Network, model: Model) -> Plan | None:
    """The plan in the variables of a solved model; none where it costs too much."""
    found = evaluate(problem, plan_table(problem, network, read_build(model)))
    return found if _affordable(problem, found) else None


def build_of(problem: Problem, network: Network, plan: Plan) -> Build:
    """The points that a plan adds to each ladder by each phase."""
    points = points_by_phase(problem, network, plan.table)
    return {(q, t): n for q, by_then in points.items() for t, n in enumerate(by_then.tolist()) if n}


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


def read_build(model: Model) -> dict[tuple[int, int], int]:
    """Points added in all by (ladder, phase) in the variables of a solved model."""
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


def _certify(problem: Problem, plan: Plan, proofs: list[Proof], by_phase: list[PhaseBound]) -> Plan:
    """The plan with the best of the proofs, and the bounds of its phases."""
    best, objective = min(proofs, key=lambda proof: proof.bound), plan.certificate.objective
    bound = max(best.bound, objective)
    gap = gap_of(objective, bound)
    cut_short = not plan.certificate.reproducible or "time limit" in [proof.status for proof in proofs]
    status = "time limit" if cut_short else best.status
    if len(by_phase) > 1 and status == "node limit" and gap <= problem.settings.gap:
        status = "optimal"
    phases = []
    for own, proved in zip(plan.certificate.phases, by_phase, strict=True):
        most = max(proved.bound, own.objective)
        phases.append(replace(own, bound=most, gap=gap_of(own.objective, most), status=proved.status))
    certificate = Certificate(objective, bound, gap, best.solver, status, not cut_short, tuple(phases))
    return replace(plan, certificate=certificate)


def _unproved(plan: Plan, solver: str) -> Plan:
    """The plan without a bound, and who found it."""
    phases = tuple(replace(phase, status="heuristic") for phase in plan.certificate.phases)
    return replace(plan, certificate=replace(plan.certificate, solver=solver, status="heuristic", phases=phases))
