"""The phases of a plan side by side: what each builds, what it promises, what the street says, what is proved."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.city.city import City, with_plan
from sim.city.technology import Technology
from sim.planning.plan import PhaseCertificate, Plan
from sim.scoring.interval import mean_interval, paired_difference
from sim.study.study import StudyResult
from sim.study.verdict import Verdict

STATES = ("as_is", "plan", "difference")
PROVED, UNPROVED = "proved", "none"
UNKNOWN = PhaseCertificate(phase=0, objective=math.nan, bound=math.inf, gap=math.inf, status="given")


@dataclass(frozen=True)
class Judged:
    """The verdict of one phase: the city that stands by then, and the replications of it and of the city as it is."""

    planned: City
    as_is: Sequence[Verdict]
    plan: Sequence[Verdict]


def built_by(table: pd.DataFrame, phase: int) -> pd.DataFrame:
    """Rows of a plan (PLAN) that stand in a phase."""
    return table[table["phase"] <= phase].reset_index(drop=True)


def city_by(
    city: City, table: pd.DataFrame, phase: int, *, technologies: Mapping[str, Technology], connection_share: float
) -> City:
    """The city that stands in a phase: what there is, and all that a plan (PLAN) has built by then."""
    return with_plan(city, built_by(table, phase), technologies=technologies, connection_share=connection_share)


def phases_table(plan: Plan, judged: Mapping[int, Judged], own: Plan) -> pd.DataFrame:
    """One row a phase; columns as `StudyResult.phases`.

    Energy is that of a week in the phase. Objective and bound are its part of the mean week of the whole horizon.

    own : the planner's own plan; a plan that was changed on the street is farther from the bound of the model
    """
    certificates, owns = ({c.phase: c for c in made.certificate.phases} for made in (plan, own))
    rows = []
    for phase, verdict in judged.items():
        added = plan.table[plan.table["phase"] == phase]
        upgrades = plan.upgrades.loc[plan.upgrades["phase"] == phase, "upgrade_eur"]
        promise = plan.promise[plan.promise["phase"] == phase]
        certificate = certificates.get(phase, UNKNOWN)
        rows.append(
            {
                "phase": phase,
                "points_added": int(added["points_added"].sum()),
                "sites": added["site_id"].nunique(),
                "points": int(verdict.planned.stations["points"].sum()),
                "capex_eur": float(added["capex_eur"].sum() + upgrades.sum()),
                "promise_kwh": float(promise["energy_kwh"].sum()),
                **_interval("kwh", *([float(v.sums["energy_kwh"].sum()) for v in c] for c in _both(verdict))),
                **_interval("served_share", *([v.of_city("served_share") for v in c] for c in _both(verdict))),
                "objective": certificate.objective,
                "bound": certificate.bound,
                "gap": certificate.gap,
                "own_objective": owns.get(phase, UNKNOWN).objective,
                "own_gap": owns.get(phase, UNKNOWN).gap,
                "certificate": certificate.status,
                "kind": PROVED if math.isfinite(certificate.bound) else UNPROVED,
            }
        )
    return pd.DataFrame(rows)


def plan_with_verdict(result: StudyResult) -> pd.DataFrame:
    """The plan (PLAN) with what is promised, found and proved of the phase of each row: one table to hand on."""
    if not len(result.phases):
        return result.plan.table
    columns = {
        "promise_kwh": "phase_promise_kwh", "kwh_plan": "phase_verdict_kwh", "kwh_plan_low": "phase_verdict_kwh_low",
        "kwh_plan_high": "phase_verdict_kwh_high", "objective": "phase_objective", "bound": "phase_bound",
        "gap": "phase_gap", "own_gap": "phase_own_gap", "certificate": "phase_certificate",
        "kind": "phase_certificate_kind",
    }  # fmt: skip
    phases = result.phases[["phase", *columns]].rename(columns=columns)
    return result.plan.table.merge(phases, on="phase", how="left")


def _both(verdict: Judged) -> tuple[Sequence[Verdict], Sequence[Verdict]]:
    return verdict.as_is, verdict.plan


def _interval(name: str, as_is: Sequence[float], plan: Sequence[float]) -> dict[str, float]:
    """Means and 95 % intervals of both cities and of their paired difference."""
    before, after = np.array(as_is)[:, None], np.array(plan)[:, None]
    found = mean_interval(before), mean_interval(after), paired_difference(before, after)
    row: dict[str, float] = {}
    for state, interval in zip(STATES, found, strict=True):
        row |= {
            f"{name}_{state}": float(interval.mean[0]),
            f"{name}_{state}_low": float(interval.low[0]),
            f"{name}_{state}_high": float(interval.high[0]),
        }
    return row
