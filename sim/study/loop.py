"""The loop: plan, simulate, compare promise with verdict, plan otherwise, polish the best on the street.

Round 0 is the city as it is. Proposals follow, each simulated on the same draws, for every building phase in the city
that stands by then: the planner's own plan (one shot); plans under corrections learnt from the round before (a damped
fixed point); plans with stations sized for more blocking than the planner accepts by itself, which serve more where
money is short and every station is full. The best of each kind is a finalist, and every finalist gets the same polish
(`polish.py`). Kept is the best of all on the draws of the search, so it never ends below the one shot or the fixed
point with the same polish; the verdict on fresh draws is for others to make. What was simulated is remembered: the
loop is closed where a proposal is a plan that is known. All that is kept or shown is valued in the problem without
corrections, whose bound, proved once, holds for every plan.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from sim.city.city import City
from sim.planning.frame import frame_problem
from sim.planning.plan import Certificate, Plan
from sim.planning.planner import evaluate, no_plan, propose, prove
from sim.planning.pooling import street_bound
from sim.planning.problem import Planning, Problem
from sim.study.correction import corrected, no_correction
from sim.study.crowds import crowds_of
from sim.study.need import DemandPoints
from sim.study.opening import open_shares
from sim.study.polish import polish
from sim.study.replicate import Experiment
from sim.study.rounds import AS_IS, CORRECTED, ONE_SHOT, POLISHED, SIZED, Round, Rounds, certified, street_gap
from sim.study.street import PART, UNITS, Lived, Street
from sim.study.study import Coupling


def improve(
    city: City,
    *,
    points: DemandPoints,
    phases: Sequence[int],
    experiments: Mapping[int, Experiment],
    planning: Planning,
    coupling: Coupling,
    settled: Mapping[int, pd.DataFrame],
    progress: Callable[[str], None],
    done: Callable[[], None],
) -> Rounds:
    """Plan and simulate until a proposal is known already or the effort is spent; keep the best.

    points         : NEED and ARCS of all phases
    phases         : building phases in order [years]
    experiments    : by phase, its demand; all else is the same in each
    settled        : by phase, PLAN of what stands already, see `Problem`; empty where nothing does
    progress, done : told what begins, and when a replication of a phase is finished
    """
    last = experiments[phases[-1]]
    stock = city.stations.groupby(["site_id", "technology"], as_index=False, sort=False)["points"].sum()

    def problem_with(correction: pd.DataFrame, settings: Planning) -> Problem:
        return frame_problem(
            phases=phases, need=points.need, arcs=points.arcs, sites=city.sites, stock=stock,
            technologies=last.technologies, settings=settings, correction=correction, settled=settled,
            priority=city.districts.index[city.districts["priority_area"]],
            open_share=open_shares(last.expected, last.technologies, last.behaviour),
        )  # fmt: skip

    uncorrected = no_correction(city)
    problem = problem_with(uncorrected, planning)
    street = Street(city, problem, experiments, done)
    rounds: list[Round] = []

    def simulate(kind: str, plan: Plan, correction: pd.DataFrame) -> Round:
        progress(f"round {len(rounds)}: simulating")
        rounds.append(_round(len(rounds), kind, plan, correction, street.live(plan.table)))
        return rounds[-1]

    bound = None
    if coupling.bound_rounds:
        progress("round 0: bounding the street")
        bound = street_bound(problem, crowds_of(city, experiments), rounds=coupling.bound_rounds)

    def ended(ending: str) -> Rounds:
        return Rounds(rounds, _best(rounds), ending, problem, bound)

    def near_enough() -> bool:
        return bound is not None and street_gap(_best(rounds), bound) <= coupling.gap

    near = f"certified: the best plan is within {100 * coupling.gap:g} % of the most that the street could serve"
    simulate(AS_IS, evaluate(problem, no_plan(problem)), uncorrected)
    progress("round 1: planning")
    proposed = propose(problem)
    progress("round 1: proving")
    one_shot = prove(problem, proposed)
    if street.knows(one_shot.table):
        rounds[0] = dataclasses.replace(rounds[0], plan=_with_proof(problem, rounds[0].plan, one_shot.certificate))
        return ended("closed: the plan of round 1 is that of round 0")
    proof = one_shot.certificate
    simulate(ONE_SHOT, one_shot, uncorrected)
    if near_enough():
        return ended(near)

    quick = dataclasses.replace(planning, search_steps=coupling.search_steps)
    ending = f"out of effort: the limit of {coupling.max_rounds} rounds was reached"
    promise, correction = (
        one_shot.promise,
        uncorrected,
    )  # round 0 is overloaded far beyond its design: it teaches nothing
    for number in range(2, coupling.max_rounds + 1):
        correction = corrected(
            correction, promise=promise, verdict=rounds[-1].verdict, need=points.need, coupling=coupling
        )
        progress(f"round {number}: planning")
        plan = propose(problem_with(correction, quick))  # not from the plan before, whose builds would stay
        if street.knows(plan.table):
            ending = f"closed: the plan of round {number} is that of round {_same_as(plan, rounds)}"
            break
        promise = plan.promise
        simulate(CORRECTED, _appraised(problem, plan.table, proof), correction)
        if near_enough():
            return ended(near)
    for blocking in coupling.design_blockings:
        progress(f"round {len(rounds)}: planning")
        plan = propose(problem_with(uncorrected, _sized(quick, blocking)))
        if not street.knows(plan.table):
            simulate(SIZED, _appraised(problem, plan.table, proof), uncorrected)
            if near_enough():
                return ended(near)

    if coupling.polish_trials:
        _polish_finalists(street, points, rounds, coupling, proof, progress)
    return ended(near if near_enough() else ending)


def _best(rounds: Sequence[Round]) -> Round:
    """The round with the highest mean value on the draws of the search; the first of equals."""
    return max(rounds, key=lambda r: float(r.value.mean()))


def _polish_finalists(
    street: Street, points: DemandPoints, rounds: list[Round], coupling: Coupling, proof: Certificate,
    progress: Callable[[str], None],
) -> None:  # fmt: skip
    """Polish the best proposal of each kind; the best plan becomes a round of its own where its polish paid."""
    best: tuple[float, int, pd.DataFrame, Lived] | None = None
    for finalist in finalists(rounds):
        progress(f"round {finalist.number}: polishing")
        polished = polish(
            street, points, finalist.plan.table, trials=coupling.polish_trials, block_share=coupling.block_share
        )
        value = float(polished.lived.value.mean())
        rounds[finalist.number] = dataclasses.replace(finalist, polished_value=value)
        if best is None or value > best[0]:
            best = value, finalist.number, polished.table, polished.lived
    if best is None or best[0] <= max(float(r.value.mean()) for r in rounds):
        return
    _, origin, table, lived = best
    plan = _appraised(street.problem, table, proof)
    polished_round = _round(len(rounds), POLISHED, plan, rounds[origin].correction, lived)
    rounds.append(dataclasses.replace(polished_round, origin=origin))


def finalists(rounds: Sequence[Round]) -> list[Round]:
    """The best simulated proposal of each kind; the city as it is is none."""
    kinds = dict.fromkeys(r.kind for r in rounds if r.kind != AS_IS)
    return [max((r for r in rounds if r.kind == kind), key=lambda r: float(r.value.mean())) for kind in kinds]


def _round(number: int, kind: str, plan: Plan, correction: pd.DataFrame, lived: Lived) -> Round:
    return Round(
        number=number, kind=kind, plan=plan, correction=correction, promise=plan.promise[[*PART, *UNITS]],
        verdict=lived.served, served_kwh=lived.served_kwh, value=lived.value,
    )  # fmt: skip


def _appraised(problem: Problem, table: pd.DataFrame, proof: Certificate) -> Plan:
    """What the planning model without corrections promises of a plan, with the bound that holds for every plan."""
    return _with_proof(problem, evaluate(problem, table), proof)


def _with_proof(problem: Problem, plan: Plan, proof: Certificate) -> Plan:
    return certified(plan, proof, gap=problem.settings.gap)


def _sized(planning: Planning, blocking: float) -> Planning:
    """Settings under which stations may turn away that share of drivers."""
    classes = {name: dataclasses.replace(c, design_blocking=blocking) for name, c in planning.classes.items()}
    return dataclasses.replace(planning, classes=classes)


def _same_as(plan: Plan, rounds: Sequence[Round]) -> int:
    """Number of the round that had the same plan; the last one where none did as a whole."""
    key = ["site_id", "technology", "phase", "points_added"]
    for r in rounds:
        if len(plan.table) == len(r.plan.table) and (plan.table[key].to_numpy() == r.plan.table[key].to_numpy()).all():
            return r.number
    return rounds[-1].number
