"""Answers beyond the plan: what the next money brings, what fairness costs, trade-offs, other plans as good.

Each answer is a function from the problem of the kept plan and that plan to a table; it is worked out where
`answers.tables` names it. All come from the planner alone, with the corrections that the loop has learnt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.errors import did_you_mean
from sim.parameter import parameter
from sim.planning.variants import Effort

TABLES = ("next_money", "price_of_fairness", "fronts", "alternatives")


@dataclass(frozen=True)
class Answers:
    """Which answers a run works out, and how; values in `configs/answers/`."""

    effort: Effort
    tables: list[str] = parameter(
        unit="", meaning="answers of a run: next_money, price_of_fairness, fronts, alternatives; empty = none",
        source="choice", confidence="-",
    )  # fmt: skip


def answers_problems(answers: Answers) -> Iterator[str]:
    """Names that are none."""
    for name in answers.tables:
        if name not in TABLES:
            yield f"answers.tables: unknown answer '{name}'{did_you_mean(name, TABLES)}"
