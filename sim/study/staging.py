"""A plan in stages: build a pilot, look how uptake goes, then build what fits it.

Nobody knows which path the uptake of electric cars takes. The pilot is the first phase of the plan of one of the paths,
and is built whatever comes; the roll-out is planned for each path with that first phase standing. The pilot chosen is
the one that is regretted least: against the plan that knew the path from the start.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from sim.demand.vocabulary import PATHS
from sim.errors import did_you_mean
from sim.parameter import parameter
from sim.planning.plan import Plan, gap_of
from sim.planning.planner import evaluate, propose, prove
from sim.planning.problem import Problem
from sim.registry import Registry

WORKS_OUT = ("nothing", "model", "simulated")
MIDDLE = "mid"  # the path of a plan that is built to the end whatever comes


@dataclass(frozen=True)
class Staging:
    """How a plan in stages is made; values in `configs/staging/`."""

    works_out: str = parameter(
        unit="", meaning="what a run works out of stages: nothing; model (pilot, triggers, regret in the planner's "
        "model); simulated (regret with simulated service as well)", source="choice", confidence="-",
        choices=WORKS_OUT,
    )  # fmt: skip
    criterion: str = parameter(
        unit="", meaning="how the pilot is chosen, a name in CRITERIA: worst_regret or expected_regret",
        source="choice of the council", confidence="-",
    )  # fmt: skip
    path_weights: dict[str, float] = parameter(
        unit="-", meaning="how likely each path of uptake is held to be, relative", source="assumption",
        confidence="M", at_least=0,
    )  # fmt: skip
    search_steps: int = parameter(
        unit="steps", meaning="as planning.search_steps, for each of the plans", source="choice", confidence="-",
        at_least=0,
    )  # fmt: skip
    root_work: float = parameter(
        unit="columns x rounds", meaning="as planning.root_work, for the bounds of the plans that knew the path",
        source="choice", confidence="-", above=0,
    )  # fmt: skip
    signal: str = parameter(
        unit="", meaning="what is counted before the next phase, a name in SIGNALS: sessions or battery_cars",
        source="choice", confidence="-",
    )  # fmt: skip
    signal_weeks: float = parameter(
        unit="weeks", meaning="how long sessions are counted", source="choice", confidence="-", above=0, at_most=104
    )
    signal_cv: float = parameter(
        unit="-", meaning="coefficient of variation of what a path makes one expect, because no model is right; added "
        "to Poisson noise", source="assumption", confidence="M", low=0.0, high=0.2, at_least=0, at_most=1,
    )  # fmt: skip
    lead_years: int = parameter(
        unit="a", meaning="years before a phase stands in which it is decided: the signal is that of this year",
        source="assumption: planning, tender, grid connection", confidence="M", low=1, high=3, at_least=0, at_most=10,
    )  # fmt: skip
    replications: int = parameter(
        unit="replications", meaning="simulated weeks behind each signal, and behind each simulated regret",
        source="choice", confidence="-", at_least=2,
    )  # fmt: skip


def staging_problems(staging: Staging, phases: Sequence[int]) -> Iterator[str]:
    """What no single setting shows."""
    for path in staging.path_weights:
        if path not in PATHS:
            yield f"staging.path_weights: unknown path '{path}'{did_you_mean(path, PATHS)}"
    if not sum(staging.path_weights.values()) > 0:
        yield "staging.path_weights: are all 0; give at least one path a weight"
    if staging.works_out != WORKS_OUT[0] and len(phases) < 2:
        yield (
            f"staging.works_out ({staging.works_out}) needs a pilot and a later phase, but there is one phase "
            f"({', '.join(map(str, phases))}); give several phases, or staging.works_out={WORKS_OUT[0]}"
        )


Regrets = Mapping[str, float]
CRITERIA: Registry[Callable[[Regrets, Mapping[str, float]], float]] = Registry("criterion of staging")


@CRITERIA.register()
def worst_regret(regret: Regrets, weights: Mapping[str, float]) -> float:
    """The largest regret of all paths, however likely."""
    return max(regret.values())


@CRITERIA.register()
def expected_regret(regret: Regrets, weights: Mapping[str, float]) -> float:
    """Mean regret, paths weighted by how likely they are held to be."""
    total = sum(weights.get(path, 0.0) for path in regret)
    return sum(weights.get(path, 0.0) * value for path, value in regret.items()) / total


@dataclass(frozen=True)
class Staged:
    """A plan in stages; mappings by path.

    phase    : of the pilot
    pilot    : path whose first phase is built whatever comes
    informed : plans that knew the path from the start, with their bounds; the best that is known of each path
    rollouts : what is built after the pilot if the path shows; whole plans, the pilot included
    pilots   : one row a candidate: pilot (path whose first phase it is), points_added, sites, capex_eur, worst_regret,
               expected_regret [units of the objective], chosen [flag]
    """

    phase: int
    pilot: str
    informed: Mapping[str, Plan]
    rollouts: Mapping[str, Plan]
    pilots: pd.DataFrame


def stage(problems: Mapping[str, Problem], staging: Staging, *, progress: Callable[[str], None]) -> Staged:
    """The plan in stages of the problems of all paths, which share everything but demand; at least two phases.

    Which pilot is best shows in the planner's model, where all plans are appraised alike. A roll-out, or the plan of
    another path, that turns out better than the plan that knew takes its place: whoever knew could have built it too.
    """
    problems = {path: _with_effort(problem, staging) for path, problem in problems.items()}
    proposals: dict[str, Plan] = {}
    for path, problem in problems.items():
        progress(f"stages: the plan that knows path {path}")
        proposals[path] = propose(problem)
    informed: dict[str, Plan] = {}
    for path, problem in problems.items():
        progress(f"stages: what is proved of path {path}")
        alike = [evaluate(problem, plan.table) for plan in proposals.values()]
        informed[path] = prove(problem, max(alike, key=value_in_model))
    first = next(iter(problems.values())).phases[0]
    pilots = {path: plan.table[plan.table["phase"] == first] for path, plan in informed.items()}
    rollouts: dict[str, dict[str, Plan]] = {}
    for candidate, built in pilots.items():
        twin = next((other for other in rollouts if _same_builds(pilots[other], built)), None)
        if twin is not None:
            rollouts[candidate] = rollouts[twin]
            continue
        rollouts[candidate] = {}
        for path, problem in problems.items():
            progress(f"stages: the pilot of path {candidate}, then path {path}")
            known = informed[path]
            if _same_builds(pilots[path], built):  # this is what the plan that knew began with
                rollouts[candidate][path] = known
                continue
            after = dataclasses.replace(problem, settled={first: built})
            rollouts[candidate][path] = evaluate(problem, propose(after, known.table).table)
    for plans in rollouts.values():
        for path, plan in plans.items():
            informed[path] = _better(informed[path], plan)
    regrets = {
        candidate: {path: value_in_model(informed[path]) - value_in_model(plan) for path, plan in plans.items()}
        for candidate, plans in rollouts.items()
    }
    scores = {c: CRITERIA[staging.criterion](regret, staging.path_weights) for c, regret in regrets.items()}
    order = sorted(scores, key=lambda c: (scores[c], c != MIDDLE))  # of equals the middle path's
    table = pd.DataFrame(
        [
            (
                candidate, int(pilots[candidate]["points_added"].sum()), pilots[candidate]["site_id"].nunique(),
                float(pilots[candidate]["capex_eur"].sum()), worst_regret(regret, {}),
                expected_regret(regret, staging.path_weights), candidate == order[0],
            )
            for candidate, regret in regrets.items()
        ],
        columns=["pilot", "points_added", "sites", "capex_eur", "worst_regret", "expected_regret", "chosen"],
    )  # fmt: skip
    return Staged(first, order[0], informed, rollouts[order[0]], table)


def stages_table(staged: Staged) -> pd.DataFrame:
    """PLAN of the pilot and of every roll-out, with a column `path`: "any" for what is built whatever comes."""
    tables: list[pd.DataFrame] = []
    for path, plan in staged.rollouts.items():
        pilot = plan.table["phase"] == staged.phase
        if not tables:
            tables.append(plan.table[pilot].assign(path="any"))
        tables.append(plan.table[~pilot].assign(path=path))
    table = pd.concat(tables, ignore_index=True)
    return table[["path", *table.columns.drop("path")]]


def _with_effort(problem: Problem, staging: Staging) -> Problem:
    effort = dataclasses.replace(
        problem.settings, search_steps=staging.search_steps, root_work=staging.root_work, gap=problem.settings.gap
    )
    return dataclasses.replace(problem, settings=effort)


def _same_builds(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    key = ["site_id", "technology", "points_added"]
    return set(one[key].itertuples(index=False, name=None)) == set(other[key].itertuples(index=False, name=None))


def _better(known: Plan, found: Plan) -> Plan:
    """The plan of the larger value; a better one inherits the bound, which holds for all plans."""
    if value_in_model(found) <= value_in_model(known):
        return known
    bound = max(known.certificate.bound, value_in_model(found))
    gap = gap_of(value_in_model(found), bound)
    return dataclasses.replace(found, certificate=dataclasses.replace(found.certificate, bound=bound, gap=gap))


def value_in_model(plan: Plan) -> float:
    """Value of a plan in the planner's model. [units of the objective]"""
    return plan.certificate.objective
