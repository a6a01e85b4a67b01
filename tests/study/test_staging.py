"""Plans in stages on tiny cities: pilots stand, regret is against the best known, errors cost what they should."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.errors import DataError
from sim.planning.check import check_plan
from sim.planning.planner import evaluate
from sim.planning.problem import Problem
from sim.study.regret import regret_in_model
from sim.study.staging import CRITERIA, Staged, Staging, stage, stages_table
from tests.planning.brute import best_value
from tests.planning.cities import phased_city
from tests.study.conftest import quick_study

STAGING = Staging(
    works_out="model", criterion="worst_regret", path_weights={"low": 1.0, "mid": 2.0, "high": 1.0}, search_steps=20,
    root_work=1e9, signal="sessions", signal_weeks=26.0, signal_cv=0.05, lead_years=1, replications=2,
)  # fmt: skip
CERTAIN = pd.DataFrame(np.eye(3), index=["low", "mid", "high"], columns=["low", "mid", "high"])
LOADS = ["load_erlang", "requests", "energy_kwh"]


def by_path(seed: int) -> dict[str, Problem]:
    """A tiny city of several phases with less, as much and more need than drawn."""
    base = phased_city(seed, forced_sites=[])
    return {
        path: replace(base, need=base.need.assign(**{c: base.need[c] * factor for c in LOADS}))
        for path, factor in (("low", 0.4), ("mid", 1.0), ("high", 2.0))
    }


SEEDS = [seed for seed in range(7) if len(phased_city(seed).phases) > 1]


@pytest.fixture(scope="module", params=SEEDS)
def staged(request: pytest.FixtureRequest) -> tuple[Mapping[str, Problem], Staged]:
    problems = by_path(request.param)
    return problems, stage(problems, STAGING, progress=lambda text: None)


def test_every_roll_out_begins_with_the_pilot_and_keeps_the_rules(staged: tuple[Mapping[str, Problem], Staged]) -> None:
    problems, found = staged
    pilots = []
    for path, plan in found.rollouts.items():
        assert check_plan(problems[path], plan) == []
        first = plan.table[plan.table["phase"] == found.phase]
        pilots.append(sorted(first[["site_id", "technology", "points_added"]].itertuples(index=False, name=None)))
    assert pilots[0] == pilots[1] == pilots[2]


def test_a_plan_that_knew_the_path_is_the_best_there_is(staged: tuple[Mapping[str, Problem], Staged]) -> None:
    problems, found = staged
    for path, problem in problems.items():
        assert found.informed[path].certificate.objective == pytest.approx(best_value(problem), rel=1e-6, abs=1e-6)


def test_the_pilot_chosen_is_regretted_least(staged: tuple[Mapping[str, Problem], Staged]) -> None:
    _, found = staged
    chosen = found.pilots.set_index("pilot")
    assert chosen["chosen"].sum() == 1
    assert chosen.loc[found.pilot, "worst_regret"] == chosen["worst_regret"].min()
    assert (chosen["expected_regret"] <= chosen["worst_regret"] + 1e-9).all()
    assert (chosen["worst_regret"] >= 0).all()


def test_regret_is_what_is_lost_against_the_plan_that_knew(staged: tuple[Mapping[str, Problem], Staged]) -> None:
    problems, found = staged
    table = regret_in_model(problems, found, taken_for=CERTAIN).set_index(["plan", "path"])
    for path, problem in problems.items():
        best = best_value(problem)
        unstaged = evaluate(problem, found.informed["mid"].table).certificate.objective
        assert table.loc[("unstaged", path), "regret"] == pytest.approx(best - unstaged, abs=1e-6 * abs(best) + 1e-6)
        # a trigger that never errs costs nothing more
        assert table.loc[("staged_misread", path), "regret"] == pytest.approx(table.loc[("staged", path), "regret"])
        # within the proved gap of nothing, only no regret at all is no regret
        row = table.loc[("staged", path)]
        assert row["within_gap"] == (row["share"] <= row["gap"])
    assert (table["regret"] >= 0).all()
    assert table.loc[("unstaged", "mid"), "regret"] == 0.0


def test_a_trigger_that_misleads_costs_the_mean_of_what_is_then_built() -> None:
    problems = by_path(SEEDS[0])
    found = stage(problems, STAGING, progress=lambda text: None)
    half = pd.DataFrame(
        [[0.5, 0.5, 0.0], [0.0, 1.0, 0.0], [0.0, 0.25, 0.75]], index=CERTAIN.index, columns=CERTAIN.columns
    )
    table = regret_in_model(problems, found, taken_for=half).set_index(["plan", "path"])["value"]
    for path, (other, share) in {"low": ("mid", 0.5), "high": ("mid", 0.25)}.items():
        wrong = evaluate(problems[path], found.rollouts[other].table).certificate.objective
        right = found.rollouts[path].certificate.objective
        assert table["staged_misread", path] == pytest.approx((1 - share) * right + share * wrong)


def test_the_table_of_stages_holds_the_pilot_once_and_every_roll_out() -> None:
    problems = by_path(SEEDS[0])
    found = stage(problems, STAGING, progress=lambda text: None)
    table = stages_table(found)
    assert set(table["path"]) <= {"any", "low", "mid", "high"}
    assert (table.loc[table["path"] == "any", "phase"] == found.phase).all()
    for path, plan in found.rollouts.items():
        mine = table[table["path"].isin(["any", path])]
        assert mine["capex_eur"].sum() == pytest.approx(plan.table["capex_eur"].sum())


def test_criteria_are_the_largest_and_the_weighted_mean_regret() -> None:
    regret, weights = {"low": 8.0, "mid": 0.0, "high": 4.0}, {"low": 1.0, "mid": 2.0, "high": 1.0}
    assert CRITERIA["worst_regret"](regret, weights) == 8.0
    assert CRITERIA["expected_regret"](regret, weights) == 3.0  # (8 + 0 + 4) / 4


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["staging.path_weights.low=0", "staging.path_weights.mid=0", "staging.path_weights.high=0"], "are all 0"),
        (["staging.works_out=model", "phases=[2030]"], "needs a pilot and a later phase"),
        (["staging.works_out=everything"], "must be one of nothing, model, simulated"),
        (["staging.criterion=worst"], "unknown criterion of staging 'worst'"),
        (["staging.signal=session"], "did you mean 'sessions'"),
        (["+staging.path_weights.fast=1"], "unknown path 'fast'"),
        (["staging.replications=1"], "must be 2 or more"),
        (["learning.rounds=0"], "must be 1 or more"),
        (["learning.city_cv=0"], "must be 0.01 or more"),
    ],
)
def test_settings_that_make_no_sense_are_refused(words: list[str], told: str) -> None:
    with pytest.raises(DataError) as error:
        quick_study(*words)
    assert told in "\n".join(error.value.problems)
