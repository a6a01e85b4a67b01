"""The bound on what the street could serve at most."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import exp

import numpy as np
import pytest

from sim.planning.capacity import erlang_b
from sim.planning.frame import frame_problem
from sim.planning.pooling import HEURISTIC, Crowds, hours_of_each_point, street_bound, tangent
from sim.planning.problem import Problem
from tests.planning.cities import TECHNOLOGIES, arcs, need, random_city, settings, sites, stock, two_sites


def crowds_like(problem: Problem, *, hours: int = 168) -> Crowds:
    """One use case a class, whose drivers are there in so many hours of the week, all alike."""
    key = ["phase", "district_id", "class_name"]
    table = problem.need.groupby(key, as_index=False)[["requests", "energy_kwh", "load_erlang"]].sum()
    by_hour = np.arange(168) < hours
    return Crowds(table.assign(use_case=table["class_name"]), np.outer(table["load_erlang"], by_hour), frozenset())


def test_the_carried_hours_are_those_of_the_poisson_law() -> None:
    # 2 erlang: one car or more with 1 - e^-2, two or more with 1 - 3 e^-2, three or more with 1 - 5 e^-2; twice an hour
    each = hours_of_each_point(np.array([2.0, 2.0]), 3)
    assert each.tolist() == pytest.approx([2 * (1 - n * exp(-2)) for n in (1, 3, 5)])


def test_an_empty_hour_holds_no_point() -> None:
    assert hours_of_each_point(np.zeros(168), 4).tolist() == [0.0] * 4
    assert hours_of_each_point(np.ones(168), 0).tolist() == []


@pytest.mark.parametrize(("load", "points"), [(0.5, 1), (2.0, 3), (10.0, 8), (300.0, 320)])
def test_pooled_points_carry_at_least_what_erlang_says_and_at_most_load_and_points(load: float, points: int) -> None:
    carried = hours_of_each_point(np.array([load]), points).sum()
    assert load * (1 - erlang_b(points, load)) < carried < min(load, points)


def test_erlang_of_textbooks_is_below_and_near_for_many_points() -> None:
    # textbook: 2 erlang on 2 points block 2/5, so 1.2 are carried; the bound is 1 + 1 - 4 e^-2 = 1.459
    assert 2.0 * (1 - erlang_b(2, 2.0)) == pytest.approx(1.2)
    assert hours_of_each_point(np.array([2.0]), 2).sum() == pytest.approx(2 - 4 * exp(-2))


def test_every_tangent_lies_on_or_above_the_curve_and_touches_it() -> None:
    each = hours_of_each_point(np.array([3.0, 0.5]), 8)
    curve = np.concatenate([[0.0], np.cumsum(each)])
    for at in (0.0, 2.4, 5.0, 8.0, 11.0):
        start, rise = tangent(each, at)
        line = start + rise * np.arange(9)
        assert (line >= curve - 1e-12).all()
        assert line[min(int(at), 8)] == pytest.approx(curve[min(int(at), 8)])


def test_one_point_that_everybody_wants_is_worth_its_busy_hours() -> None:
    """4 erlang all week, 672 kWh for 672 hours, one point that stands and no money: 168 (1 - e^-4) kWh."""
    problem = frame_problem(
        phases=(2030,), need=need(("a", "slow", "north", 4.0, 672.0)), arcs=arcs(("a", "slow", "n1", 1.0)),
        sites=sites(("n1", "north", 4)), stock=stock(("n1", "ac_22", 1)), technologies=TECHNOLOGIES,
        settings=settings(budget_eur=0.0, equity_floor=0.0),
    )  # fmt: skip
    crowds = crowds_like(problem)
    assert street_bound(problem, crowds, rounds=0).bound == pytest.approx(168.0)
    pooled = street_bound(problem, crowds, rounds=5)
    assert pooled.bound == pytest.approx(168 * (1 - exp(-4)))
    assert pooled.rows > 0
    assert pooled.kind == HEURISTIC


def test_nothing_stands_and_no_money_serves_nobody() -> None:
    problem = replace(two_sites(budget_eur=0.0, equity_floor=0.0), stock=stock())
    assert street_bound(problem, crowds_like(problem), rounds=3).bound == pytest.approx(0.0, abs=1e-6)


def test_no_need_is_worth_nothing() -> None:
    problem = two_sites(equity_floor=0.0)
    nobody = replace(problem, need=problem.need.iloc[:0], arcs=problem.arcs.iloc[:0])
    assert street_bound(nobody, crowds_like(nobody), rounds=3).bound == 0.0


@pytest.mark.parametrize("seed", range(20))
def test_pooling_rows_only_lower_the_bound(seed: int) -> None:
    problem = random_city(seed, equity_floor=0.0)
    crowds = crowds_like(problem)
    values = [street_bound(problem, crowds, rounds=rounds).bound for rounds in (0, 1, 2, 6)]
    assert all(later <= earlier + 1e-6 for earlier, later in pairwise(values))
    assert values[0] <= problem.need[_worth(problem)].sum() + 1e-6


def _worth(problem: Problem) -> str:
    return "energy_kwh" if problem.settings.objective == "energy_served" else "requests"


def test_where_drivers_queue_no_pooling_row_is_added() -> None:
    problem = two_sites(equity_floor=0.0)
    crowds = replace(crowds_like(problem), queueing=frozenset({"AC", "DC"}))
    assert street_bound(problem, crowds, rounds=5).rows == 0


def test_a_floor_that_is_missed_lowers_the_bound_by_its_weight() -> None:
    problem = replace(two_sites(budget_eur=0.0, equity_floor=0.0), stock=stock())
    asked = replace(problem, settings=replace(problem.settings, equity_floor=0.5, equity_weight=2.0))
    # nothing is served: north within reach 0.9 x 900, south 1200 + 0.8 x 1500; half of it missed, at 2 a unit
    assert street_bound(asked, crowds_like(asked), rounds=1).bound == pytest.approx(-(810.0 + 1200.0 + 1200.0))
