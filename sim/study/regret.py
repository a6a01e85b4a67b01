"""What each way of deciding loses on each path of uptake, against the plan that knew the path from the start.

Three ways: `staged` (pilot, then the roll-out of the path), `staged_misread` (the same, but the first trigger may take
one path for another, and nobody notices later) and `unstaged` (the plan of the middle path, built to the end).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.city import City
from sim.planning.cost import present_value_eur
from sim.planning.network import build_network
from sim.planning.plan import Plan, gap_of
from sim.planning.planner import evaluate
from sim.planning.problem import Problem
from sim.planning.promise import reach_of, value_of
from sim.scoring.interval import paired_difference
from sim.scoring.service import verdict_by_demand
from sim.study.need import CLASS_OF
from sim.study.replicate import replicate
from sim.study.signals import ExperimentOf, standing
from sim.study.staging import MIDDLE, Staged, value_in_model

WAYS = ("staged", "staged_misread", "unstaged")
COLUMNS = ["judged_by", "plan", "path", "value", "best", "regret", "share", "gap", "within_gap", "low", "high"]


def regret_in_model(problems: Mapping[str, Problem], staged: Staged, *, taken_for: pd.DataFrame) -> pd.DataFrame:
    """Regret in the planner's model; columns as `StudyResult.regret`.

    taken_for : chance that the path of the row is taken for that of the column
    """
    values: dict[tuple[str, str], float] = {}
    for path, problem in problems.items():

        def worth(plan: Plan, made_for: str, path: str = path, problem: Problem = problem) -> float:
            return value_in_model(plan) if made_for == path else value_in_model(evaluate(problem, plan.table))

        rollouts = {other: worth(plan, other) for other, plan in staged.rollouts.items()}
        values["staged", path] = rollouts[path]
        values["staged_misread", path] = sum(float(taken_for.loc[path, o]) * value for o, value in rollouts.items())
        values["unstaged", path] = worth(staged.informed[MIDDLE], MIDDLE)
    rows = []
    for way in WAYS:
        for path in problems:
            value, known = values[way, path], [value for (_, other), value in values.items() if other == path]
            best = max(value_in_model(staged.informed[path]), *known)
            gap = gap_of(best, max(staged.informed[path].certificate.bound, best))
            share = (best - value) / abs(best) if best else 0.0
            within = math.isfinite(gap) and share <= gap
            gap = gap if math.isfinite(gap) else math.nan
            rows.append(("model", way, path, value, best, best - value, share, gap, within, math.nan, math.nan))
    return pd.DataFrame(rows, columns=COLUMNS)


def regret_simulated(
    city: City,
    problems: Mapping[str, Problem],
    staged: Staged,
    *,
    experiment_of: ExperimentOf,
    replications: int,
    progress: Callable[[str], None],
) -> pd.DataFrame:
    """Regret with the service that is simulated, all plans on the same weeks; columns as `StudyResult.regret`.

    The plan that knew the path is the best of the model, not of the street: regret may be below 0. The gap is that of
    the model, as a share of its value there.
    """
    rows = []
    for path, problem in problems.items():
        plans = {"best": staged.informed[path], "staged": staged.rollouts[path], "unstaged": staged.informed[MIDDLE]}
        progress(f"stages: simulating path {path}")
        values = _simulated_values(city, problem, plans, path, experiment_of, replications)
        certificate = plans["best"].certificate
        gap = certificate.gap if math.isfinite(certificate.gap) else math.nan
        best = float(values["best"].mean())
        for way in ("staged", "unstaged"):
            lost = paired_difference(values[way][:, None], values["best"][:, None])
            low, high, regret = float(lost.low[0]), float(lost.high[0]), float(lost.mean[0])
            share = regret / abs(best) if best else 0.0
            within = bool(low <= 0.0 <= high or abs(share) <= gap)
            rows.append(
                ("simulated", way, path, float(values[way].mean()), best, regret, share, gap, within, low, high)
            )
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values("plan", key=lambda names: names.map(WAYS.index), kind="stable", ignore_index=True)


def _simulated_values(
    city: City,
    problem: Problem,
    plans: Mapping[str, Plan],
    path: str,
    experiment_of: ExperimentOf,
    replications: int,
) -> dict[str, NDArray[np.float64]]:
    """The planner's objective of each plan with simulated service, by replication. [units of the objective]"""
    served: dict[str, list[list[pd.DataFrame]]] = {name: [[] for _ in range(replications)] for name in plans}
    for phase in problem.phases:
        experiment = experiment_of(path, phase)
        cities = [standing(city, plan, phase, experiment) for plan in plans.values()]
        weeks = replicate(
            cities, experiment, stage="verdict", numbers=range(replications), measure=verdict_by_demand,
            done=lambda: None,
        )  # fmt: skip
        for name, of_plan in zip(plans, weeks, strict=True):
            for number, week in enumerate(of_plan):
                by_class = week.assign(class_name=week["use_case"].map(CLASS_OF), phase=phase)
                served[name][number].append(by_class)
    reach = reach_of(problem, build_network(problem))
    found = {}
    for name, plan in plans.items():
        cost_eur = present_value_eur(problem, plan.table, plan.upgrades)
        found[name] = np.array([value_of(problem, pd.concat(run), cost_eur, reach) for run in served[name]])
    return found
