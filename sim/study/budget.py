"""What more or less money would buy: the planner's promise for other budgets."""

from __future__ import annotations

import dataclasses
import math
import os
from dataclasses import dataclass

import pandas as pd

from sim.parameter import parameter
from sim.planning.plan import Plan
from sim.planning.planner import evaluate, find_plan, no_plan
from sim.planning.problem import Problem

COLUMNS = ["budget_eur", "promise_kwh", "objective", "bound", "gap"]


@dataclass(frozen=True)
class Curve:
    """Budgets that are compared, and how long the planner looks for each; values in `configs/curve/`."""

    budget_shares: list[float] = parameter(
        unit="share", meaning="budgets to compare, as shares of the budget; empty = no curve", source="choice",
        confidence="-", at_least=0, at_most=10,
    )  # fmt: skip
    search_steps: int = parameter(
        unit="steps", meaning="as planning.search_steps, for each point of the curve", source="choice",
        confidence="-", at_least=0,
    )  # fmt: skip
    gap: float = parameter(
        unit="share", meaning="as planning.gap, for each point of the curve", source="choice", confidence="-", above=0,
        at_most=1,
    )  # fmt: skip
    root_work: float = parameter(
        unit="columns x rounds", meaning="as planning.root_work, for each point of the curve", source="choice",
        confidence="-", above=0,
    )  # fmt: skip


def budget_curve(problem: Problem, kept: Plan, curve: Curve, *, workers: int) -> pd.DataFrame:
    """The planner's promise by budget; columns as `StudyResult.budget_curve`, ascending, each budget once.

    problem : the one of the kept plan, with the corrections it was made under
    kept    : stands for the whole budget; it was looked for longer, so the others may lie a little low
    workers : plans made side by side; 0 = one per processor core
    Without a budget there is nothing to compare, and the table is empty.
    """
    budget_eur = problem.settings.budget_eur
    shares = sorted(set(curve.budget_shares)) if budget_eur > 0 else []
    others = [share for share in shares if share not in (0.0, 1.0)]
    settings = dataclasses.replace(
        problem.settings, search_steps=curve.search_steps, gap=curve.gap, root_work=curve.root_work
    )
    problems = [
        dataclasses.replace(problem, settings=dataclasses.replace(settings, budget_eur=share * budget_eur))
        for share in others
    ]
    plans = dict(zip(others, _side_by_side(problems, workers), strict=True))
    if 0.0 in shares:
        plans[0.0] = _certain(evaluate(problem, no_plan(problem)))
    if 1.0 in shares:
        plans[1.0] = kept
    return pd.DataFrame([_row(share * budget_eur, plans[share]) for share in shares], columns=COLUMNS)


def _side_by_side(problems: list[Problem], workers: int) -> list[Plan]:
    workers = min(workers or os.cpu_count() or 1, len(problems))
    if workers <= 1:
        return [find_plan(problem) for problem in problems]
    from joblib import Parallel, delayed

    return list(Parallel(n_jobs=workers)(delayed(find_plan)(problem) for problem in problems))


def _certain(only: Plan) -> Plan:
    """Without money there is one plan, and it is the best."""
    certificate = dataclasses.replace(only.certificate, bound=only.certificate.objective, gap=0.0)
    return dataclasses.replace(only, certificate=certificate)


def _row(budget_eur: float, plan: Plan) -> tuple[float, float, float, float, float]:
    c = plan.certificate
    gap = c.gap if math.isfinite(c.gap) else math.nan
    return budget_eur, float(plan.promise["energy_kwh"].sum()), c.objective, c.bound, gap
