"""The loop: plan, simulate, compare promise with verdict, correct, plan again.

Round 0 is the city as it is. Every later round plans with what the last one taught, and simulates the planned city with
the same requests: for each building phase, the city with all that stands by then, under the demand of that phase. The
loop ends when a plan repeats, when the gain over the best plan so far is within its own uncertainty, or at the round
limit; the best simulated plan is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.city import City
from sim.planning.bays import bays_worth
from sim.planning.cost import present_value_eur
from sim.planning.frame import frame_problem
from sim.planning.network import build_network
from sim.planning.phases import phase_weights
from sim.planning.plan import Plan
from sim.planning.planner import evaluate, find_plan, no_plan
from sim.planning.problem import Planning, Problem
from sim.planning.promise import reach_of, value_of
from sim.scoring.interval import paired_difference
from sim.scoring.service import verdict_by_demand
from sim.study.need import CLASS_OF, DemandPoints
from sim.study.opening import open_shares
from sim.study.phases import city_by
from sim.study.replicate import Experiment, replicate
from sim.study.study import Coupling

PAIR = ["class_name", "district_id"]
PART = ["phase", *PAIR]
UNITS = ["requests", "energy_kwh"]


@dataclass(frozen=True)
class Round:
    """One round: the plan, what it promised, and what the simulation says of it.

    promise, verdict : by phase, class_name and district_id: requests [1/week], energy_kwh [kWh/week]
    served_kwh       : by replication, energy served in the whole city, in the mean week of all phases [kWh/week]
    value            : by replication, the planner's own objective with the service that was simulated
    """

    number: int
    plan: Plan
    correction: pd.DataFrame
    promise: pd.DataFrame
    verdict: pd.DataFrame
    served_kwh: NDArray[np.float64]
    value: NDArray[np.float64]


@dataclass(frozen=True)
class Rounds:
    """All rounds, which one is kept, why the loop ended, and the problem that the kept round solved."""

    rounds: list[Round]
    kept: Round
    ending: str
    problem: Problem


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
    """Plan and simulate until it settles.

    points         : NEED and ARCS of all phases
    phases         : building phases in order [years]
    experiments    : by phase, its demand; all else is the same in each
    settled        : by phase, PLAN of what stands already, see `Problem`; empty where nothing does
    progress, done : told what begins, and when a replication is finished
    """
    last, technologies = experiments[phases[-1]], experiments[phases[0]].technologies
    stock = city.stations.groupby(["site_id", "technology"], as_index=False, sort=False)["points"].sum()

    def problem_with(correction: pd.DataFrame) -> Problem:
        return frame_problem(
            phases=phases, need=points.need, arcs=points.arcs, sites=city.sites, stock=stock,
            technologies=technologies, settings=planning, correction=correction, settled=settled,
            priority=city.districts.index[city.districts["priority_area"]],
            open_share=open_shares(last.expected, technologies, last.behaviour),
        )  # fmt: skip

    correction = _no_correction(city)
    uncorrected = problem_with(correction)
    reach = reach_of(uncorrected, build_network(uncorrected))

    def standing(plan: Plan, phase: int) -> City:
        share = experiments[phase].operation.connection_share
        return city_by(city, plan.table, phase, technologies=technologies, connection_share=share)

    def simulated(number: int, plan: Plan, correction: pd.DataFrame) -> Round:
        progress(f"round {number}: simulating")
        weeks = {phase: _served(standing(plan, phase), phase, experiments[phase], done) for phase in phases}
        horizon = [pd.concat(parts, ignore_index=True) for parts in zip(*weeks.values(), strict=True)]
        cost_eur = present_value_eur(uncorrected, plan.table, plan.upgrades)
        lost_bays = bays_worth(uncorrected, plan.table)
        return Round(
            number=number,
            plan=plan,
            correction=correction,
            promise=plan.promise[[*PART, *UNITS]],
            verdict=pd.concat(horizon).groupby(PART, as_index=False)[UNITS].mean(),
            served_kwh=np.array([_mean_week(served, uncorrected)["energy_kwh"] for served in horizon]),
            value=np.array([value_of(uncorrected, served, cost_eur, reach, lost_bays) for served in horizon]),
        )

    rounds = [simulated(0, evaluate(uncorrected, no_plan(uncorrected)), correction)]
    best, ending = rounds[0], f"the limit of {coupling.max_rounds} rounds was reached"
    for number in range(1, coupling.max_rounds + 1):
        if number > 1:  # the stock is overloaded far beyond its design: it teaches nothing of how a plan will fare
            correction = corrected(rounds[-1], points.need, coupling)
        progress(f"round {number}: planning")
        plan = find_plan(problem_with(correction))
        if (repeated := _same_as(plan, rounds)) is not None:
            ending = f"the plan of round {number} is that of round {repeated}"
            break
        rounds.append(simulated(number, plan, correction))
        gain = paired_difference(best.value[:, None], rounds[-1].value[:, None])
        if rounds[-1].value.mean() > best.value.mean():
            best = rounds[-1]
        if gain.low[0] <= 0.0 <= gain.high[0]:
            ending = f"the gain of round {number} over the best round before is within its uncertainty"
            break
    return Rounds(rounds, best, ending, problem_with(best.correction))


def _served(city: City, phase: int, experiment: Experiment, done: Callable[[], None]) -> list[pd.DataFrame]:
    """What each replication of the search serves in one phase, by class and district."""
    numbers = range(experiment.simulation.search_replications)
    [weeks] = replicate([city], experiment, stage="search", numbers=numbers, measure=verdict_by_demand, done=done)
    return [by_class(week).assign(phase=phase) for week in weeks]


def _mean_week(served: pd.DataFrame, problem: Problem) -> pd.Series:
    """Service of the whole city by phase as one week, phases weighted as in the objective: requests, energy_kwh."""
    weights = pd.Series(phase_weights(problem.phases, problem.settings), index=list(problem.phases))
    by_phase = served.groupby("phase")[UNITS].sum()
    return by_phase.mul(weights, axis=0).sum()


def by_class(served: pd.DataFrame) -> pd.DataFrame:
    """Service by use case and district, gathered by demand class."""
    return served.assign(class_name=served["use_case"].map(CLASS_OF)).groupby(PAIR, as_index=False)[UNITS].sum()


def corrected(last: Round, need: pd.DataFrame, coupling: Coupling) -> pd.DataFrame:
    """What the last round taught: where more was served than promised, an erlang of need takes less capacity.

    factor x ((verdict + doubt) / (promise + doubt)) ^ damping, in kWh, by class and district, all phases together,
    within the limits of the settings. `doubt` is a share of the need there, so that a promise of next to nothing
    teaches next to nothing.
    """
    both = last.correction
    for name, table in (("need", need), ("promise", last.promise), ("verdict", last.verdict)):
        kwh = table.groupby(PAIR, as_index=False)["energy_kwh"].sum()
        both = both.merge(kwh.rename(columns={"energy_kwh": f"energy_kwh_{name}"}), on=PAIR, how="left")
    doubt, promise, verdict = (both[f"energy_kwh_{name}"].fillna(0.0) for name in ("need", "promise", "verdict"))
    doubt *= coupling.doubt_share
    known = (promise + doubt > 0) & (verdict + doubt > 0)
    ratio = ((verdict + doubt) / (promise + doubt)).where(known, 1.0)
    factor = both["factor"] * ratio**coupling.damping
    both["factor"] = factor.clip(coupling.least_factor, coupling.largest_factor)
    return both[[*PAIR, "factor"]]


def promises_table(rounds: Sequence[Round]) -> pd.DataFrame:
    """Promise against verdict of every round, by phase, class and district, in requests and kWh a week."""
    tables = []
    for r in rounds:
        both = r.promise.merge(r.verdict, on=PART, how="outer", suffixes=("_promise", "_verdict")).fillna(0.0)
        tables.append(both.assign(round=r.number))
    table = pd.concat(tables, ignore_index=True)
    table = table.rename(
        columns={
            "requests_promise": "promise_requests", "requests_verdict": "verdict_requests",
            "energy_kwh_promise": "promise_kwh", "energy_kwh_verdict": "verdict_kwh",
        }
    )  # fmt: skip
    return table[["round", *PART, "promise_requests", "verdict_requests", "promise_kwh", "verdict_kwh"]]


def rounds_table(rounds: Rounds) -> pd.DataFrame:
    """One row a round: the mean week of all phases; gains are against round 0, paired on the search draws."""
    rows = []
    for r in rounds.rounds:
        gain = paired_difference(rounds.rounds[0].served_kwh[:, None], r.served_kwh[:, None])
        certificate, table = r.plan.certificate, r.plan.table
        last = r is rounds.rounds[-1]
        promise, verdict = (_mean_week(table, rounds.problem) for table in (r.promise, r.verdict))
        rows.append(
            {
                "round": r.number,
                "factor_mean": r.correction["factor"].mean(),
                "capex_eur": r.plan.capex_eur,
                "points_added": int(table["points_added"].sum()),
                "sites": table["site_id"].nunique(),
                "objective": certificate.objective,
                "bound": certificate.bound,
                "gap": certificate.gap,
                "promise_kwh": promise["energy_kwh"],
                "verdict_kwh": verdict["energy_kwh"],
                "promise_requests": promise["requests"],
                "verdict_requests": verdict["requests"],
                "gain_kwh": gain.mean[0],
                "gain_low": gain.low[0],
                "gain_high": gain.high[0],
                "value": r.value.mean(),
                "kept": r is rounds.kept,
                "note": rounds.ending if last else "",
            }
        )
    return pd.DataFrame(rows)


def _no_correction(city: City) -> pd.DataFrame:
    every = pd.MultiIndex.from_product([sorted(set(CLASS_OF.values())), city.districts.index], names=PAIR)
    return every.to_frame(index=False).assign(factor=1.0)


def _same_as(plan: Plan, rounds: Sequence[Round]) -> int | None:
    """Number of the round that had the same plan."""
    key = ["site_id", "technology", "phase", "points_added"]
    for r in rounds:
        if len(plan.table) == len(r.plan.table) and (plan.table[key].to_numpy() == r.plan.table[key].to_numpy()).all():
            return r.number
    return None
