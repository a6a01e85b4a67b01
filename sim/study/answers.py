"""Answers beyond the plan: what the next money brings, what fairness costs, trade-offs, other plans nearly as good.

They come from the planner alone, for the problem of the kept plan with the corrections that the loop has learnt, and
are worked out where `answers.tables` names them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from sim.errors import did_you_mean
from sim.parameter import parameter
from sim.planning.alternatives import ALTERNATIVES_COLUMNS, alternatives, alternatives_table
from sim.planning.fronts import FRONT_COLUMNS, FRONTS, front
from sim.planning.plan import Plan
from sim.planning.prices import FAIRNESS_COLUMNS, NEXT_MONEY_COLUMNS, next_money, price_of_fairness
from sim.planning.problem import Problem
from sim.planning.variants import Effort, with_effort


@dataclass(frozen=True)
class Answers:
    """Which answers a run works out, and how; values in `configs/answers/`."""

    effort: Effort
    tables: list[str] = parameter(
        unit="", meaning="answers of a run: next_money, price_of_fairness, fronts, alternatives; empty = none",
        source="choice", confidence="-",
    )  # fmt: skip
    step_eur: float = parameter(
        unit="EUR", meaning="the next and the last money whose worth is told", source="choice", confidence="-", above=0
    )
    fronts: list[str] = parameter(
        unit="", meaning="fronts to draw, names in FRONTS: cost, fairness, way", source="choice", confidence="-"
    )
    front_points: int = parameter(
        unit="plans", meaning="plans on each front", source="choice", confidence="-", at_least=2, at_most=50
    )
    plans: int = parameter(
        unit="plans", meaning="different plans to find, the best one included", source="choice", confidence="-",
        at_least=2, at_most=20,
    )  # fmt: skip
    different_share: float = parameter(
        unit="share", meaning="sites of every plan before that a different plan leaves out at least", source="choice",
        confidence="-", above=0, at_most=1,
    )  # fmt: skip


class AnswerTables(NamedTuple):
    """The tables of the answers, see `StudyResult`; without rows where they were not asked for."""

    next_money: pd.DataFrame
    price_of_fairness: pd.DataFrame
    fronts: pd.DataFrame
    alternatives: pd.DataFrame


def answers_problems(answers: Answers) -> Iterator[str]:
    """Names that are none."""
    for key, names, known in (
        ("tables", answers.tables, AnswerTables._fields),
        ("fronts", answers.fronts, tuple(FRONTS.names())),
    ):
        for name in names:
            if name not in known:
                yield f"answers.{key}: unknown name '{name}'{did_you_mean(name, known)}"


def work_out_answers(problem: Problem, plan: Plan, answers: Answers, *, say: Callable[[str], None]) -> AnswerTables:
    """The tables that the settings name.

    problem, plan : kept by the loop
    say : told what begins
    """
    variant = with_effort(problem, answers.effort)

    def other_plans() -> pd.DataFrame:
        found = alternatives(variant, plan, number=answers.plans, different_share=answers.different_share)
        return alternatives_table(variant, found)

    def fronts() -> pd.DataFrame:
        tables = [front(variant, plan, name, points=answers.front_points) for name in dict.fromkeys(answers.fronts)]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=FRONT_COLUMNS)

    def table(name: str, columns: list[str], make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        if name not in answers.tables:
            return pd.DataFrame(columns=columns)
        say(f"answers: {name.replace('_', ' ')}")
        return make()

    return AnswerTables(
        table("next_money", NEXT_MONEY_COLUMNS, lambda: next_money(variant, plan, step_eur=answers.step_eur)),
        table("price_of_fairness", FAIRNESS_COLUMNS, lambda: price_of_fairness(variant, plan)),
        table("fronts", FRONT_COLUMNS, fronts),
        table("alternatives", ALTERNATIVES_COLUMNS, other_plans),
    )
