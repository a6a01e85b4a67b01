"""Rounds of the loop: every plan that was simulated, what it promised and what the street says; and their tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.planning.phases import phase_weights
from sim.planning.plan import Certificate, Plan
from sim.planning.pooling import StreetBound
from sim.planning.problem import Problem
from sim.scoring.interval import paired_difference
from sim.study.street import PART, UNITS

AS_IS, ONE_SHOT, CORRECTED, SIZED, POLISHED = "as it is", "one shot", "corrected", "sized", "polished"


@dataclass(frozen=True)
class Round:
    """One plan: what it promises, and what the simulation says of it.

    kind             : how it was found: as it is (nothing is built), one shot (the planner alone), corrected (by what
                       the round before taught), sized (for another blocking), polished (on the street)
    origin           : number of the round whose plan was polished; -1 = not a polished one
    correction       : class_name, district_id, factor: under which it was found
    promise, verdict : by phase, class_name and district_id: requests [1/week], energy_kwh [kWh/week]
    served_kwh       : by replication, energy served in the whole city, in the mean week of all phases [kWh/week]
    value            : by replication, the planner's own objective with the service that was simulated
    polished_value   : mean value after the polish that every finalist gets; NaN where it was no finalist
    """

    number: int
    plan: Plan
    correction: pd.DataFrame
    promise: pd.DataFrame
    verdict: pd.DataFrame
    served_kwh: NDArray[np.float64]
    value: NDArray[np.float64]
    kind: str = ONE_SHOT
    origin: int = -1
    polished_value: float = float("nan")


@dataclass(frozen=True)
class Rounds:
    """All rounds, which one is kept, why the loop ended, and the problem that values them all.

    ending       : begins with certified, closed or out of effort
    street_bound : most that any plan could be worth on the street; None where it was not asked for
    """

    rounds: list[Round]
    kept: Round
    ending: str
    problem: Problem
    street_bound: StreetBound | None = None

    @property
    def own(self) -> Plan:
        """The planner's own plan, before the street had a say: the one that the proof is about."""
        return next((r.plan for r in self.rounds if r.kind == ONE_SHOT), self.kept.plan)


def street_gap(one: Round, bound: StreetBound | None) -> float:
    """How far a round is below the bound of the street, in share of its value; NaN without a bound. [share]

    0 where few simulated weeks lie above the bound, which holds in expectation.
    """
    if bound is None:
        return float("nan")
    value = float(one.value.mean())
    if value == 0:
        return 0.0 if bound.bound <= 0 else float("inf")
    return max((bound.bound - value) / abs(value), 0.0)


def certified(plan: Plan, proof: Certificate, *, gap: float) -> Plan:
    """A plan with the bounds that were proved for another plan of the same problem; they hold for every plan.

    gap : asked for; a plan that is farther from the bound is "given", whatever the proof reached for the other plan
    """
    own, proofs = plan.certificate, {phase.phase: phase for phase in proof.phases}

    def bounded(objective: float, bound: float, status: str) -> dict[str, Any]:
        bound = max(bound, objective)
        apart = (bound - objective) / abs(objective) if objective else (0.0 if bound == 0 else float("inf"))
        return dict(bound=bound, gap=apart, status="given" if status == "optimal" and apart > gap else status)

    phases = tuple(
        replace(phase, **bounded(phase.objective, proofs[phase.phase].bound, proofs[phase.phase].status))
        for phase in own.phases
    )
    certificate = replace(
        own, solver=proof.solver, reproducible=proof.reproducible, phases=phases,
        **bounded(own.objective, proof.bound, proof.status),
    )  # fmt: skip
    return replace(plan, certificate=certificate)


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
    weights = pd.Series(
        phase_weights(rounds.problem.phases, rounds.problem.settings), index=list(rounds.problem.phases)
    )
    first, bound = rounds.rounds[0], rounds.street_bound
    for r in rounds.rounds:
        gain = paired_difference(first.served_kwh[:, None], r.served_kwh[:, None])
        value_gain = paired_difference(first.value[:, None], r.value[:, None])
        certificate, table = r.plan.certificate, r.plan.table
        promise, verdict = (
            served.groupby("phase")[UNITS].sum().mul(weights, axis=0).sum() for served in (r.promise, r.verdict)
        )
        rows.append(
            {
                "round": r.number,
                "kind": r.kind,
                "origin": r.origin,
                "factor_mean": r.correction["factor"].mean(),
                "capex_eur": r.plan.capex_eur,
                "points_added": int(table["points_added"].sum()),
                "sites": table["site_id"].nunique(),
                "objective": certificate.objective,
                "bound": certificate.bound,
                "gap": certificate.gap,
                "certificate": certificate.status,
                "promise_kwh": promise["energy_kwh"],
                "verdict_kwh": verdict["energy_kwh"],
                "promise_requests": promise["requests"],
                "verdict_requests": verdict["requests"],
                "gain_kwh": gain.mean[0],
                "gain_low": gain.low[0],
                "gain_high": gain.high[0],
                "value": r.value.mean(),
                "value_gain": value_gain.mean[0],
                "value_gain_low": value_gain.low[0],
                "value_gain_high": value_gain.high[0],
                "polished_value": r.polished_value,
                "street_bound": bound.bound if bound else float("nan"),
                "street_gap": street_gap(r, bound),
                "street_kind": bound.kind if bound else "",
                "kept": r is rounds.kept,
                "note": rounds.ending if r is rounds.rounds[-1] else "",
            }
        )
    return pd.DataFrame(rows)
