"""The price of a lost bay: by parking pressure and technology, each by hand and in every planner."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.errors import DataError
from sim.planning.bays import bay_prices, bays_worth
from sim.planning.check import check_plan
from sim.planning.frame import frame_problem
from sim.planning.planner import PLANNERS, find_plan
from tests.planning.cities import TECHNOLOGIES, arcs, need, settings, sites, stock

EVERY_PLANNER = pytest.mark.parametrize("planner", PLANNERS.names())


def three_sites(pressure=(0.7, 1.0, 1.4), kinds=None, **changes):
    """Load of its own at each of three sites: 900 kWh a week, of which two columns carry 0.899 erlang."""
    places = sites(("s0", "north", 2), ("s1", "north", 2), ("s2", "north", 2)).assign(parking_pressure=list(pressure))
    if kinds:
        places["kind"] = list(kinds)
    return frame_problem(
        phases=(2030,),
        need=need(*[(p, "slow", "north", 1.0, 900.0) for p in "abc"]),
        arcs=arcs(("a", "slow", "s0", 1.0), ("b", "slow", "s1", 1.0), ("c", "slow", "s2", 1.0)),
        sites=places, stock=stock(), technologies=TECHNOLOGIES,
        settings=settings(**(dict(equity_floor=0.0, technologies=["ac_22"]) | changes)),
    )  # fmt: skip


def built(problem):
    plan = find_plan(problem)
    assert check_plan(problem, plan) == []
    return dict(zip(plan.table["site_id"], plan.table["technology"], strict=True))


def test_the_price_of_a_bay_rises_with_the_pressure():
    # free up to 0.8 cars per bay, full from 1.2: 0.7 is nothing, 1.0 half, 1.4 all of 40 kWh a week
    assert bay_prices(three_sites(lost_bay_kwh=40.0)).tolist() == pytest.approx([0.0, 20.0, 40.0])


def test_a_place_without_known_pressure_or_a_plan_without_the_rule_pays_nothing():
    problem = three_sites(pressure=(np.nan, 1.0, 1.4), lost_bay_kwh=40.0)
    assert bay_prices(problem)[0] == 0.0
    rules = [name for name in problem.settings.rules if name != "lost_bays"]
    assert not bay_prices(replace(problem, settings=replace(problem.settings, rules=rules))).any()


@EVERY_PLANNER
def test_where_bays_are_scarce_a_column_must_bring_more(planner):
    # two columns serve 809 kWh a week (0.899 erlang); two bays cost 0, 450 and 900
    assert built(three_sites(planner=planner, lost_bay_kwh=0.0)).keys() == {"s0", "s1", "s2"}
    assert built(three_sites(planner=planner, lost_bay_kwh=450.0)).keys() == {"s0", "s1"}


@EVERY_PLANNER
def test_a_lantern_takes_no_bay(planner):
    kinds = dict(planner=planner, lost_bay_kwh=450.0, technologies=["ac_22", "lantern_11"])
    assert built(three_sites(**kinds))["s2"] == "lantern_11"


def test_bays_are_paid_in_every_phase_in_which_they_are_lost():
    # 2027-2030 and 2030-2035 without discounting: weights 3/8 and 5/8; two bays of 40 kWh built in 2030
    problem = replace(three_sites(lost_bay_kwh=40.0, discount_rate=0.0), phases=(2027, 2030))
    table = pd.DataFrame(dict(site_id=["s2", "s0"], technology="ac_22", phase=[2030, 2027], points_added=[2, 2]))
    assert bays_worth(problem, table) == pytest.approx(2 * 40 * 5 / 8)
    assert bays_worth(problem, table.assign(phase=2027)) == pytest.approx(2 * 40)


def test_the_plan_says_how_many_bays_it_takes():
    def lost(kind):
        return find_plan(three_sites(technologies=[kind])).table["bays_lost"].tolist()

    assert lost("ac_22") == [2.0, 2.0, 2.0]
    assert lost("lantern_11") == [0.0, 0.0, 0.0]


@EVERY_PLANNER
def test_a_technology_stands_only_at_sites_of_its_kinds(planner):
    technologies = TECHNOLOGIES | {"lantern_11": replace(TECHNOLOGIES["lantern_11"], site_kinds=["lantern"])}
    base = three_sites(planner=planner, kinds=("kerb", "lantern", "private"), technologies=["ac_22", "lantern_11"])
    technologies["ac_22"] = replace(technologies["ac_22"], site_kinds=["kerb"])
    problem = replace(base, technologies=technologies)
    assert built(problem) == {"s0": "ac_22", "s1": "lantern_11"}
    plan = find_plan(problem)
    wrong = replace(plan, table=plan.table.assign(site_id=plan.table["site_id"].replace("s1", "s2")))
    assert any("lantern_11 may not be built at a site of the kind private" in f for f in check_plan(problem, wrong))


def test_pressures_must_ascend():
    with pytest.raises(DataError, match=r"planning\.bays_free_pressure \(0\.8\) must be below"):
        three_sites(bays_full_pressure=0.7)
