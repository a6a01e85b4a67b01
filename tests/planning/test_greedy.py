"""The planner without a solver, and what holds for every planner."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.errors import UnknownName
from sim.planning.check import check_plan
from sim.planning.frame import frame_problem
from sim.planning.greedy import climb, serve_greedily
from sim.planning.network import build_network
from sim.planning.planner import PLANNERS, BrokenPlan, evaluate, find_plan, no_plan
from sim.planning.promise import serving_network
from sim.planning.state import State
from tests.planning.cities import TECHNOLOGIES, arcs, need, random_city, settings, sites, stock, two_sites


def planned(name, **tables):
    frames = dict(need=need(), arcs=arcs(), sites=sites(), stock=stock()) | tables
    return find_plan(
        frame_problem(phases=(2030,), technologies=TECHNOLOGIES, settings=settings(planner=name), **frames)
    )


@pytest.mark.parametrize("seed", range(30))
def test_a_greedy_plan_passes_the_check_and_promises_no_more_than_is_possible(seed):
    problem = random_city(seed, planner="greedy")
    plan = find_plan(problem)
    assert check_plan(problem, plan) == []
    assert plan.certificate.status == "heuristic"
    assert plan.certificate.objective <= evaluate(problem, plan.table).certificate.objective + 1e-6


def test_the_same_seed_gives_the_same_greedy_plan():
    problem = random_city(11, n_sites=30, n_points=80, planner="greedy", budget_eur=1e6, search_steps=100)
    assert find_plan(problem).table.equals(find_plan(problem).table)


def test_searching_never_makes_the_greedy_plan_worse():
    few, many = (
        random_city(11, n_sites=30, n_points=80, planner="greedy", budget_eur=1e6, search_steps=n) for n in (0, 200)
    )
    assert find_plan(many).certificate.objective >= find_plan(few).certificate.objective


@pytest.mark.parametrize("name", PLANNERS.names())
def test_a_city_without_sites_gets_an_empty_plan_that_serves_nobody(name):
    plan = planned(name, need=need(("a", "slow", "north", 1.0, 500.0)))
    assert plan.table.empty
    assert plan.promise["energy_kwh"].tolist() == [0.0]
    assert plan.certificate.objective == 0.0


@pytest.mark.parametrize("name", PLANNERS.names())
def test_a_city_without_demand_gets_an_empty_plan(name):
    plan = planned(name, sites=sites(("n1", "north", 8)))
    assert plan.table.empty
    assert plan.promise.empty


@pytest.mark.parametrize("name", PLANNERS.names())
def test_a_budget_below_one_point_builds_nothing(name):
    assert find_plan(two_sites(planner=name, budget_eur=11_999.0)).table.empty  # two AC points at n1 cost 12,000
    assert len(find_plan(two_sites(planner=name, budget_eur=12_000.0)).table) == 1


@pytest.mark.parametrize("name", PLANNERS.names())
def test_where_nothing_may_be_built_the_stock_still_serves(name):
    problem = two_sites(planner=name, technologies=[])
    plan = find_plan(problem)
    assert plan.table.empty
    # two AC points: (b = 0.223607) 1.099772 / 1.223607 = 0.898795 erlang x 600 kWh
    assert plan.promise["energy_kwh"].sum() == pytest.approx(539.277, abs=1e-3)


@pytest.mark.parametrize("name", PLANNERS.names())
def test_two_far_sites_share_the_few_who_accept_the_way(name):
    # 2 erlang; a quarter accepts the way to f1 or f2, and these are the same drivers: 0.5 erlang of 2, not 1
    plan = planned(
        name, need=need(("a", "slow", "north", 2.0, 1000.0)), sites=sites(("f1", "north", 4), ("f2", "north", 4)),
        arcs=arcs(("a", "slow", "f1", 0.25), ("a", "slow", "f2", 0.25)),
    )  # fmt: skip
    assert plan.promise["energy_kwh"].tolist() == pytest.approx([250.0])


@pytest.mark.parametrize("name", PLANNERS.names())
def test_a_near_site_serves_those_who_stay_and_a_far_one_those_who_would_go(name):
    # 2 erlang, 80 % accept n1 and 25 % also f1. Two points at n1 carry 0.898795 and two at f1 up to 0.5 erlang
    plan = planned(
        name, need=need(("a", "slow", "north", 2.0, 1000.0)), sites=sites(("n1", "north", 2), ("f1", "north", 4)),
        arcs=arcs(("a", "slow", "n1", 0.8), ("a", "slow", "f1", 0.25)),
    )  # fmt: skip
    assert plan.promise["energy_kwh"].tolist() == pytest.approx([500.0 * (0.898795 + 0.5)], abs=1e-3)


@pytest.mark.parametrize("seed", range(30))
def test_load_that_is_served_greedily_finds_drivers_who_accept_the_way(seed):
    problem = random_city(seed, n_sites=6, n_points=12)
    network = serving_network(problem, find_plan(random_city(seed, n_sites=6, n_points=12, planner="greedy")).table)
    served = serve_greedily(problem, network)
    assert (served >= 0).all()
    for i in range(len(network.need_load)):
        own = network.flow_need == i
        for limit in network.flow_limit[own]:
            assert served[own & (network.flow_limit <= limit)].sum() <= limit + 1e-9
    for place, base in enumerate(network.place_base[:, 0]):
        at = network.flow_place == place
        assert (served[at] * network.flow_takes[at]).sum() <= base + 1e-9


def test_load_a_search_books_and_takes_back_leaves_the_books_balanced():
    problem = random_city(11, n_sites=12, n_points=40, budget_eur=1e6)
    network = build_network(problem)
    state = State.of(problem, network)
    climb(state, np.arange(len(state.rungs.ladder)), 0)
    for q in np.flatnonzero(state.level[:, 0] >= 0)[::2].tolist():
        state.set_path(q, np.array([-1]))
    climb(state, np.arange(len(state.rungs.ladder)), 0)
    serving = state.servings[0]
    open_load = [
        min(
            limit - serving.served[(network.flow_need == i) & (network.flow_limit <= limit)].sum()
            for limit in network.flow_limit[(network.flow_need == i) & (network.flow_limit >= network.flow_limit[f])]
        )
        for f, i in enumerate(network.flow_need.tolist())
    ]
    expected = np.zeros(len(network.place_site))
    np.add.at(expected, network.flow_place, np.array(open_load) * network.flow_takes)
    assert serving.served.sum() > 0
    np.testing.assert_allclose(serving.asked, expected, atol=1e-9)


def test_a_correction_factor_scales_what_a_station_takes():
    problem = replace(
        two_sites(technologies=[]),
        correction=pd.DataFrame({"class_name": ["slow"], "district_id": ["north"], "factor": [0.5]}),
    )
    promise = evaluate(problem, no_plan(problem)).promise
    assert promise["energy_kwh"].sum() == pytest.approx(539.277 / 2, abs=1e-3)


def test_a_plan_that_stands_is_appraised_like_stock():
    problem = two_sites()
    plan = find_plan(problem)
    standing = plan.table.rename(columns={"points_added": "points"})[["site_id", "technology", "points"]]
    total = pd.concat([problem.stock, standing]).groupby(["site_id", "technology"], as_index=False)["points"].sum()
    later = replace(problem, stock=total)
    pd.testing.assert_frame_equal(evaluate(later, no_plan(later)).promise, plan.promise)


def test_phases_only_add_and_leftover_budget_carries_on():
    base = two_sites()
    later = base.need.assign(
        phase=2035, load_erlang=base.need["load_erlang"] * 1.5, energy_kwh=base.need["energy_kwh"] * 1.5
    )
    for name in PLANNERS.names():
        problem = replace(
            base, phases=(2030, 2035), need=pd.concat([base.need, later], ignore_index=True),
            settings=replace(base.settings, budget_eur=200_000.0, planner=name),
        )  # fmt: skip
        plan = find_plan(problem)
        spent = plan.table.groupby("phase")["capex_eur"].sum()
        assert spent.get(2030, 0.0) <= 100_000
        assert 100_000 < spent.sum() <= 200_000
        assert set(plan.promise["phase"]) == {2030, 2035}


def test_a_plan_that_lies_is_caught():
    problem = two_sites()
    plan = find_plan(problem)
    assert check_plan(problem, plan) == []
    more = replace(plan, table=plan.table.assign(points_added=plan.table["points_added"] * 10))
    assert any("bays" in fault for fault in check_plan(problem, more))
    cheap = replace(plan, table=plan.table.assign(capex_eur=1.0))
    assert any("capex_eur" in fault for fault in check_plan(problem, cheap))
    proud = replace(plan, certificate=replace(plan.certificate, objective=plan.certificate.objective + 1.0))
    assert any("objective" in fault for fault in check_plan(problem, proud))
    generous = replace(plan, promise=plan.promise.assign(energy_kwh=plan.promise["energy_kwh"] * 10))
    assert any("more than can be reached" in fault for fault in check_plan(problem, generous))


def test_a_broken_plan_never_leaves_find_plan(monkeypatch):
    problem = two_sites(planner="greedy")
    honest = PLANNERS["greedy"]
    monkeypatch.setitem(
        PLANNERS._functions,
        "greedy",
        lambda p, s: replace(honest(p, s), promise=honest(p, s).promise.assign(requests=np.inf)),
    )
    with pytest.raises(BrokenPlan, match="more than can be reached"):
        find_plan(problem)


def test_an_unknown_planner_is_named_with_the_near_ones():
    with pytest.raises(UnknownName, match="did you mean 'greedy'"):
        find_plan(replace(two_sites(), settings=settings(planner="gredy")))
