"""Rules on where may be built, each alone: what it forbids, what it leaves, and what it says of contradictions."""

from dataclasses import replace

import pandas as pd
import pytest

from sim.errors import DataError
from sim.planning.check import check_plan
from sim.planning.frame import frame_problem
from sim.planning.plan import UPGRADES, no_upgrades
from sim.planning.planner import PLANNERS, evaluate, find_plan, no_plan
from sim.planning.problem import GRID
from tests.planning.cities import TECHNOLOGIES, arcs, need, settings, sites, stock, two_sites

EVERY_PLANNER = pytest.mark.parametrize("planner", PLANNERS.names())


def built(problem):
    plan = find_plan(problem)
    assert check_plan(problem, plan) == []
    return set(plan.table["site_id"])


def three_in_a_row(**changes):
    """Three new sites a hundred metres apart, each with load of its own that only one site can serve."""
    return frame_problem(
        phases=(2030,),
        need=need(*[(p, "slow", "north", load, 1000.0 * load) for p, load in (("a", 1.0), ("b", 1.5), ("c", 1.0))]),
        arcs=arcs(("a", "slow", "s0", 1.0), ("b", "slow", "s1", 1.0), ("c", "slow", "s2", 1.0)),
        sites=sites(("s0", "north", 4), ("s1", "north", 4), ("s2", "north", 4)), stock=changes.pop("stock", stock()),
        technologies=TECHNOLOGIES, settings=settings(**changes),
    )  # fmt: skip


@EVERY_PLANNER
def test_nothing_is_added_at_an_excluded_site(planner):
    assert built(three_in_a_row(planner=planner)) == {"s0", "s1", "s2"}
    assert built(three_in_a_row(planner=planner, excluded_sites=["s1"])) == {"s0", "s2"}


@EVERY_PLANNER
def test_with_all_sites_excluded_the_plan_is_the_city_as_it_is(planner):
    problem = two_sites(planner=planner, excluded_sites=["n1", "s1"])
    plan = find_plan(problem)
    assert plan.table.empty
    assert plan.promise.equals(evaluate(problem, no_plan(problem)).promise)


@EVERY_PLANNER
def test_a_forced_site_is_built_although_others_serve_more(planner):
    # 21,000 EUR: two points and the connection of one new site cost 20,500; s1 would serve most of all
    assert built(three_in_a_row(planner=planner, budget_eur=21_000.0)) != {"s2"}
    assert built(three_in_a_row(planner=planner, budget_eur=21_000.0, forced_sites=["s2"])) == {"s2"}


@EVERY_PLANNER
def test_a_forced_site_is_built_although_nobody_reaches_it(planner):
    problem = three_in_a_row(planner=planner, forced_sites=["s2"])
    lonely = replace(problem, arcs=problem.arcs[problem.arcs["site_id"] != "s2"].reset_index(drop=True))
    plan = find_plan(lonely)
    assert plan.table.set_index("site_id").loc["s2", "points_added"] == 2  # the cheapest that may be built


@EVERY_PLANNER
def test_a_forced_site_that_no_money_pays_is_said_to_be_so(planner):
    with pytest.raises(DataError, match=r"planning\.forced_sites: no plan builds at all of s2"):
        find_plan(three_in_a_row(planner=planner, budget_eur=20_000.0, forced_sites=["s2"]))


def test_contradictory_limits_are_named_together():
    with pytest.raises(DataError) as caught:
        three_in_a_row(
            forced_sites=["s0", "s1", "s2"], excluded_sites=["s2"], min_distance_m=150.0, technologies=["dc_150"]
        )
    text = "\n".join(caught.value.problems)
    assert "s2: is forced as well" in text
    assert "planning.min_distance_m: 150 m: s0 and s1 are nearer; 100 m would do" in text
    with pytest.raises(DataError, match="excluded_sites: nowhere is unknown"):
        three_in_a_row(excluded_sites=["nowhere"])


@EVERY_PLANNER
@pytest.mark.parametrize(
    ("distance_m", "expected"),
    [(0.0, {"s0", "s1", "s2"}), (100.0, {"s0", "s1", "s2"}), (101.0, {"s0", "s2"}), (201.0, {"s1"})],
)
def test_new_stations_keep_their_distance_and_just_as_far_is_far_enough(planner, distance_m, expected):
    if planner == "greedy" and distance_m == 101.0:
        expected = {"s1"}  # the best for its money comes first and bars both neighbours: what a solver is for
    assert built(three_in_a_row(planner=planner, min_distance_m=distance_m, search_steps=0)) == expected


@EVERY_PLANNER
def test_beside_a_station_that_stands_nothing_new_is_built_but_it_may_grow(planner):
    problem = three_in_a_row(planner=planner, min_distance_m=101.0, stock=stock(("s0", "ac_22", 2)))
    assert built(problem) == {"s0", "s2"}


def with_grid(*rows, planner="milp", **changes):
    """The three sites in one grid area; rows of GRID. One AC point of 22 kW draws 22 x 0.5 = 11 kW of it."""
    base = three_in_a_row(planner=planner, simultaneous_share=0.5, **changes)
    return frame_problem(
        phases=base.phases, need=base.need, arcs=base.arcs, sites=base.sites.assign(grid_area_id="h"),
        stock=base.stock, technologies=base.technologies, settings=base.settings,
        grid=pd.DataFrame(rows, columns=GRID.column_names),
    )  # fmt: skip


@EVERY_PLANNER
def test_an_area_takes_no_more_than_its_headroom_and_upgrade(planner):
    def points(*rows, **changes):
        plan = find_plan(with_grid(*rows, planner=planner, **changes))
        return plan.table["points_added"].sum(), plan.upgrades["upgrade_eur"].sum(), plan.capex_eur

    assert points(("h", 1000.0, 0.0, 0.0))[:2] == (12, 0.0)
    assert points(("h", 44.0, 0.0, 0.0))[:2] == (4, 0.0)  # 44 kW hold four points
    # two points cost 20,500 EUR and need 22 kW, which the grid has only with its upgrade for 30,000 EUR
    assert points(("h", 0.0, 22.0, 30_000.0), budget_eur=50_500.0) == (2, 30_000.0, 50_500.0)
    assert points(("h", 0.0, 22.0, 30_000.0), budget_eur=50_499.0)[0] == 0


def test_without_the_rule_or_without_data_the_grid_limits_nothing():
    problem = with_grid(("h", 0.0, 0.0, 0.0))
    assert find_plan(problem).table.empty
    rules = [rule for rule in problem.settings.rules if rule != "within_grid_capacity"]
    free = replace(problem, settings=replace(problem.settings, rules=rules))
    assert find_plan(free).table["points_added"].sum() == 12
    assert list(no_upgrades().columns) == UPGRADES.column_names
    assert find_plan(free).upgrades.empty


def test_an_area_that_the_grid_does_not_know_is_refused():
    base = three_in_a_row()
    with pytest.raises(DataError, match="grid_area_id: nowhere is no area"):
        frame_problem(
            phases=base.phases, need=base.need, arcs=base.arcs, sites=base.sites.assign(grid_area_id="nowhere"),
            stock=base.stock, technologies=base.technologies, settings=base.settings,
            grid=pd.DataFrame([("h", 1.0, 1.0, 1.0)], columns=GRID.column_names),
        )  # fmt: skip


def test_a_plan_that_breaks_a_rule_on_sites_is_caught():
    problem = three_in_a_row()
    plan = find_plan(problem)

    def faults(**changes):
        changed = replace(problem, settings=replace(problem.settings, **changes))
        return " ".join(check_plan(changed, plan))

    assert "s1: is excluded" in faults(excluded_sites=["s1"])
    assert "s0: is nearer than 150 m to s1" in faults(min_distance_m=150.0)
    grid = with_grid(("h", 50.0, 100.0, 10.0))
    assert any("exceed headroom" in f for f in check_plan(with_grid(("h", 10.0, 10.0, 10.0)), plan))
    assert any("upgraded in 0, needed in 2030" in f for f in check_plan(grid, plan))
    few = replace(plan, table=plan.table[plan.table["site_id"] != "s2"])
    forced = replace(problem, settings=replace(problem.settings, forced_sites=["s2"]))
    assert any("s2: is forced" in f for f in check_plan(forced, few))
