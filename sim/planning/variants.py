"""The same problem with one thing changed, planned again from the plan that is there, and what the change is worth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from sim.parameter import parameter
from sim.planning.network import build_network
from sim.planning.plan import Plan
from sim.planning.planner import propose, prove
from sim.planning.problem import Problem


@dataclass(frozen=True)
class Effort:
    """How long the planner looks for each variant; like the settings of the same names in `planning`."""

    search_steps: int = parameter(
        unit="steps", meaning="as planning.search_steps, for each variant", source="choice", confidence="-", at_least=0
    )
    gap: float = parameter(
        unit="share", meaning="as planning.gap, for each variant", source="choice", confidence="-", above=0, at_most=1
    )
    root_work: float = parameter(
        unit="columns x rounds", meaning="as planning.root_work, for each variant", source="choice", confidence="-",
        above=0,
    )  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """How much more one plan is worth than another, and between what limits that is proved. [units of the objective]

    value : between the two plans as they were found
    low, high : between the best possible ones; infinite where a bound is missing
    """

    value: float
    low: float
    high: float

    @property
    def certain(self) -> bool:
        """Whether the two best plans are proved to differ at all."""
        return self.low > 0 or self.high < 0


def difference(one: Plan, other: Plan) -> Difference:
    """How much more the first plan is worth than the second."""
    a, b = one.certificate, other.certificate
    return Difference(a.objective - b.objective, a.objective - b.bound, a.bound - b.objective)


def with_settings(problem: Problem, **changes: Any) -> Problem:
    """The problem with other settings of the planner."""
    return replace(problem, settings=replace(problem.settings, **changes))


def with_rule(problem: Problem, rule: str, **changes: Any) -> Problem:
    """The problem with a rule in force, whether it is listed or not, and other settings."""
    return with_settings(problem, rules=list(dict.fromkeys([*problem.settings.rules, rule])), **changes)


def with_effort(problem: Problem, effort: Effort) -> Problem:
    """The problem as it is planned for a variant."""
    return with_settings(problem, search_steps=effort.search_steps, gap=effort.gap, root_work=effort.root_work)


def is_small(problem: Problem) -> bool:
    """Whether the whole problem is solved as one program (`planning.whole_model_columns`)."""
    network = build_network(problem)
    columns = len(network.flow_need) + sum(ladder.gain.size for ladder in network.ladders)
    return columns <= problem.settings.whole_model_columns


def again(problem: Problem, start: pd.DataFrame) -> Plan:
    """A plan from the one that is there (PLAN): with its proof in a small city, otherwise as it is found."""
    plan = propose(problem, start)
    return prove(problem, plan) if is_small(problem) else plan


def proved_again(problem: Problem, start: pd.DataFrame) -> Plan:
    """A plan from the one that is there (PLAN), with its bound."""
    return prove(problem, propose(problem, start))


def forcing(problem: Problem, site_id: str) -> Problem:
    """The problem in which something must be added at a site, which is then not excluded."""
    s = problem.settings
    forced = list(dict.fromkeys([*s.forced_sites, site_id]))
    return with_rule(problem, "forced_sites", forced_sites=forced)


def excluding(problem: Problem, site_ids: list[str]) -> Problem:
    """The problem in which nothing may be added at some sites, even where they are forced."""
    s = problem.settings
    excluded = list(dict.fromkeys([*s.excluded_sites, *site_ids]))
    forced = [site for site in s.forced_sites if site not in site_ids]
    return with_rule(problem, "excluded_sites", excluded_sites=excluded, forced_sites=forced)
