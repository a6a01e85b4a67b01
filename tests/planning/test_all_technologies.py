"""All kinds of charge points at once: lantern, AC column, two sizes of DC and high-power charging."""

from dataclasses import fields, replace

import pytest

from sim.city.technology import Technology
from sim.planning.check import check_plan
from sim.planning.frame import frame_problem
from sim.planning.planner import PLANNERS, find_plan
from tests.planning.brute import best_value
from tests.planning.cities import arcs, need, settings, sites, stock

KINDS = ["lantern", "kerb", "private", "hub", "motorway"]  # of sites, one for each technology
SHIPPED = ["lantern_11", "ac_22", "dc_50", "dc_150", "hpc_300"]


def five_sites(technologies, **changes):
    """Load of its own at five sites, and at each site room for one kind only."""
    kinds = {
        name: replace(technologies[name], sizes=technologies[name].sizes[:2], site_kinds=[kind])
        for name, kind in zip(SHIPPED, KINDS, strict=True)
    }
    places = sites(*[(f"s{n}", "north", 4) for n in range(5)]).assign(kind=KINDS)
    slow, fast = ("a", "b"), ("c", "d", "e")
    return frame_problem(
        phases=(2030,),
        need=need(*[(p, "slow", "north", 1.2, 900.0) for p in slow], *[(p, "hub", "north", 0.4, 3000.0) for p in fast]),
        arcs=arcs(*[(p, "slow", f"s{n}", 1.0) for n, p in enumerate(slow)],
                  *[(p, "hub", f"s{n + 2}", 1.0) for n, p in enumerate(fast)]),
        sites=places, stock=stock(), technologies=kinds, settings=settings(**({"technologies": SHIPPED} | changes)),
    )  # fmt: skip


@pytest.mark.parametrize("planner", PLANNERS.names())
def test_with_money_enough_every_kind_is_built_where_only_it_may_stand(technologies, planner):
    problem = five_sites(technologies, planner=planner, budget_eur=3e6)
    plan = find_plan(problem)
    assert check_plan(problem, plan) == []
    assert dict(zip(plan.table["site_id"], plan.table["technology"], strict=True)) == {
        f"s{n}": name for n, name in enumerate(SHIPPED)
    }


@pytest.mark.parametrize("budget_eur", [60e3, 200e3, 400e3])
def test_with_little_money_no_choice_among_all_kinds_is_better(technologies, budget_eur):
    problem = five_sites(technologies, budget_eur=budget_eur)
    # brute force knows no kinds of sites: without them every kind may stand everywhere, in both
    free = replace(
        problem, sites=problem.sites.drop(columns="kind").iloc[:3], arcs=problem.arcs[problem.arcs["site_id"] < "s3"],
        technologies={n: replace(t, site_kinds=["kerb"]) for n, t in problem.technologies.items()},
    )  # fmt: skip
    assert find_plan(free).certificate.objective == pytest.approx(best_value(free), rel=1e-6)


def test_every_cost_of_a_technology_has_a_range_and_a_source():
    for field in fields(Technology):
        if field.name in ("capex_eur", "opex_eur", "lifetime_years", "bays_per_point"):
            assert field.metadata["source"]
            assert field.metadata["low"] is not None
            assert field.metadata["high"] is not None
