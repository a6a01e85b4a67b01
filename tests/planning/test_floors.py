"""Floors on service: by district, for single districts and for the priority area, each by hand and in every planner."""

import pytest

from sim.errors import DataError
from sim.planning.check import check_plan
from sim.planning.frame import frame_problem
from sim.planning.network import build_network
from sim.planning.planner import PLANNERS, find_plan
from sim.planning.promise import promise_table, reach_of, value_of
from tests.planning.cities import TECHNOLOGIES, arcs, need, settings, sites, stock

EVERY_PLANNER = pytest.mark.parametrize("planner", PLANNERS.names())


def three_districts(*, priority=(), **changes):
    """One site with load of its own in each district; two points and a connection cost 20,500 EUR, enough for one."""
    defaults = dict(budget_eur=21_000.0, equity_floor=0.0, equity_weight=2.0)
    return frame_problem(
        phases=(2030,),
        need=need(("a", "slow", "north", 0.5, 300.0), ("b", "slow", "east", 0.5, 350.0),
                  ("c", "slow", "south", 0.5, 600.0)),
        arcs=arcs(("a", "slow", "s0", 1.0), ("b", "slow", "s1", 1.0), ("c", "slow", "s2", 1.0)),
        sites=sites(("s0", "north", 2), ("s1", "east", 2), ("s2", "south", 2)), stock=stock(),
        technologies=TECHNOLOGIES, settings=settings(**(defaults | changes)), priority=priority,
    )  # fmt: skip


def built(problem):
    plan = find_plan(problem)
    assert check_plan(problem, plan) == []
    return set(plan.table["site_id"])


@EVERY_PLANNER
def test_without_a_floor_the_money_goes_where_most_is_served(planner):
    assert built(three_districts(planner=planner)) == {"s2"}


@EVERY_PLANNER
def test_a_floor_of_one_district_moves_the_money_there(planner):
    # below its floor of 0.9 a kWh in the north counts 1 + 2: 270 x 3 + 30 = 840 against 600 in the south
    assert built(three_districts(planner=planner, equity_floors={"north": 0.9})) == {"s0"}
    # up to a floor of 0.4 only: 120 x 3 + 180 = 540 against 600
    assert built(three_districts(planner=planner, equity_floors={"north": 0.4})) == {"s2"}


@EVERY_PLANNER
def test_a_district_may_be_let_off_the_common_floor(planner):
    # all below 0.9: the south would count 600 + 2 x 540; let off it counts 600, the east 350 + 2 x 315 = 980
    assert built(three_districts(planner=planner, equity_floor=0.9)) == {"s2"}
    assert built(three_districts(planner=planner, equity_floor=0.9, equity_floors={"south": 0.0})) == {"s1"}


@EVERY_PLANNER
def test_the_priority_area_is_served_as_a_whole(planner):
    # north and east need 650 kWh in all, 0.9 of that is 585: all 350 kWh of the east count thrice
    priority = ["north", "east"]
    assert built(three_districts(planner=planner, priority=priority)) == {"s2"}
    assert built(three_districts(planner=planner, priority=priority, priority_floor=0.9)) == {"s1"}


def test_what_misses_both_floors_is_paid_for_twice():
    # nothing is built: the north misses 0.5 x 300, the priority area of north and east 0.6 x 650, at 2 each
    problem = three_districts(
        budget_eur=0.0, priority=["north", "east"], priority_floor=0.6, equity_floors={"north": 0.5}
    )
    network = build_network(problem)
    value = value_of(
        problem, promise_table(problem, network, 0.0 * network.flow_worth), 0.0, reach_of(problem, network)
    )
    assert value == pytest.approx(-2 * (150 + 390))
    assert find_plan(problem).certificate.objective == pytest.approx(-2 * (150 + 390))


@pytest.mark.parametrize("rule", ["equity_floor", "priority_floor"])
def test_a_floor_without_its_rule_asks_for_nothing(rule):
    floors = dict(priority=["north"], priority_floor=0.9, equity_floors={"north": 0.9})
    without = [name for name in three_districts().settings.rules if name not in ("equity_floor", "priority_floor")]
    assert built(three_districts(rules=without, **floors)) == {"s2"}
    assert built(three_districts(rules=[*without, rule], **floors)) == {"s0"}


def test_a_district_that_is_misspelt_gets_the_near_name():
    with pytest.raises(DataError, match=r"planning\.equity_floors: unknown district 'nort', did you mean 'north'"):
        three_districts(equity_floors={"nort": 0.5})
    with pytest.raises(DataError, match=r"planning\.equity_floors \(1\.5\) must be 1 or less"):
        three_districts(equity_floors={"north": 1.5})
