"""The bound of the street against what plans gave on it, and how the loop ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim import City
from sim.demand.requests import Requests
from sim.planning.planner import propose
from sim.planning.pooling import Crowds, street_bound
from sim.report.words import words_of
from sim.study.crowds import crowds_of
from sim.study.loop import improve
from sim.study.rounds import Rounds, rounds_table
from sim.study.street import Street
from tests.study.test_polish import YEARS, Town

BUDGETS_EUR = (0.0, 15e3, 30e3, 50e3, 80e3, 120e3, 200e3, 400e3, 1e6, 2e6)


@pytest.fixture(scope="module")
def town(city: City) -> Town:
    return Town(city)


@pytest.fixture(scope="module")
def crowds(town: Town) -> Crowds:
    return crowds_of(town.city, town.experiments)


def test_crowds_are_the_need_by_use_case(town: Town, crowds: Crowds) -> None:
    key = ["phase", "class_name", "district_id"]
    units = ["requests", "energy_kwh"]
    of_crowds, of_need = crowds.table.groupby(key)[units].sum(), town.points.need.groupby(key)[units].sum()
    pd.testing.assert_frame_equal(of_crowds, of_need)
    assert crowds.queueing == {"DC"}  # hubs


@pytest.fixture(scope="module")
def weeks() -> dict[tuple[int, int], Requests]:
    """The drawn weeks, the same for every plan."""
    return {}


@pytest.mark.parametrize("blocking", [0.02, 0.4])
@pytest.mark.parametrize("budget_eur", BUDGETS_EUR)
def test_no_plan_is_worth_more_on_the_street_than_the_bound(
    town: Town, crowds: Crowds, weeks: dict[tuple[int, int], Requests], budget_eur: float, blocking: float
) -> None:
    """Three weeks of each of two phases of the toy city; the bound holds for the mean.

    20 plans, from nothing built to more than everybody needs, in large stations and in small ones; one-sided 99.9 %
    interval of the mean value: 3.1 standard errors.
    """
    classes = {name: replace(c, design_blocking=blocking) for name, c in town.problem.settings.classes.items()}
    settings = replace(town.problem.settings, budget_eur=budget_eur, classes=classes)
    problem = replace(town.problem, settings=settings)
    lived = Street(town.city, problem, town.experiments, lambda: None, weeks=weeks).live(propose(problem).table)
    error = lived.value.std(ddof=1) / np.sqrt(len(lived.value))
    bound = street_bound(problem, crowds, rounds=6)
    assert lived.value.mean() - 3.1 * error <= bound.bound
    assert bound.bound <= town.points.need["energy_kwh"].sum()


def loop(town: Town, budget_eur: float, **changes: object) -> Rounds:
    coupling = replace(town.study.coupling, bound_rounds=4, gap=0.0, max_rounds=1)
    planning = replace(town.study.planning, planner="greedy", budget_eur=budget_eur)
    return improve(
        town.city, points=town.points, phases=YEARS, experiments=town.experiments, planning=planning,
        coupling=replace(coupling, **changes), settled={}, progress=lambda text: None, done=lambda: None,
    )  # type: ignore[arg-type]  # fmt: skip


def test_with_ample_money_the_loop_ends_certified_by_the_bound(town: Town) -> None:
    rounds = loop(town, 2e6, gap=0.15, max_rounds=3)
    assert rounds.ending.startswith("certified: the best plan is within 15 %")
    assert len(rounds.rounds) == 2  # no correction is tried once a plan is near enough
    table = rounds_table(rounds)
    kept = table[table["kept"]].iloc[0]
    assert rounds.street_bound is not None
    assert kept["street_bound"] == rounds.street_bound.bound
    assert kept["street_gap"] == pytest.approx((kept["street_bound"] - kept["value"]) / kept["value"])
    assert 0.0 < kept["street_gap"] <= 0.15
    assert kept["street_kind"] == "heuristic"


def test_without_money_the_loop_is_closed_by_the_city_as_it_is(town: Town) -> None:
    assert loop(town, 0.0).ending == "closed: the plan of round 1 is that of round 0"


def test_where_the_rounds_are_spent_the_loop_is_out_of_effort(town: Town) -> None:
    rounds = loop(town, 120e3)
    assert rounds.ending == "out of effort: the limit of 1 rounds was reached"


def test_without_rounds_there_is_no_bound_and_nothing_is_certified(town: Town) -> None:
    rounds = loop(town, 2e6, gap=10.0, bound_rounds=0)
    assert rounds.street_bound is None
    assert rounds.ending.startswith("out of effort")
    assert rounds_table(rounds)["street_gap"].isna().all()


@pytest.mark.parametrize(
    ("ending", "word"),
    [
        ("certified: the best plan is within 1.5 % of the most that the street could serve", "1,5 %"),
        ("closed: the plan of round 3 is that of round 1", "geschlossen"),
        ("out of effort: the limit of 3 rounds was reached", "Aufwand"),
    ],
)
def test_every_ending_is_told_in_german(ending: str, word: str) -> None:
    assert word in words_of("de").phrase(ending)
