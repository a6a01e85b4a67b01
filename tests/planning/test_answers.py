"""Fronts, prices and other plans: by hand where a plan is known, by trying everything where it is not."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from sim.errors import UnknownName
from sim.planning.alternatives import ALTERNATIVES_COLUMNS, alternatives, alternatives_table, sites_of
from sim.planning.check import check_plan
from sim.planning.fronts import FRONT_COLUMNS, FRONTS, dominated, front, measure
from sim.planning.planner import evaluate, find_plan, no_plan
from sim.planning.prices import next_money, price_of_fairness
from sim.planning.variants import excluding, with_settings
from tests.planning.cities import arcs, random_city, stock
from tests.planning.test_why_not import fair, row


def test_the_front_of_cost_is_the_best_plan_of_each_budget():
    problem = row(budget_eur=65_000.0)
    table = front(problem, find_plan(problem), "cost", points=3)
    # 65,000 EUR: four points at s0 and s1; 32,500: four at s1; the last one none
    assert table["level"].tolist() == [65_000.0, 32_500.0, 0.0]
    assert table["cost_eur"].tolist() == [65_000.0, 32_500.0, 0.0]
    assert table["served_kwh"].to_numpy() == pytest.approx([2_800.0, 1_800.0, 0.0], abs=0.1)
    assert not table["dominated"].any()
    assert (table["gap"] <= 1e-6).all()
    assert list(table.columns) == FRONT_COLUMNS


@pytest.mark.parametrize("seed", [3, 11])
def test_each_point_of_the_front_of_cost_is_proved_to_be_the_best_of_its_budget(seed):
    problem = random_city(seed, budget_eur=300_000.0)
    table = front(problem, find_plan(problem), "cost", points=3)
    for point in table.itertuples():
        alone = find_plan(with_settings(problem, budget_eur=point.level))
        assert point.objective == pytest.approx(alone.certificate.objective, rel=1e-6, abs=1e-6)
        assert point.cost_eur <= point.level + 1e-6
    assert table["objective"].is_monotonic_decreasing


def test_more_fairness_serves_less_in_all():
    # the north has 0.899 of its 2.5 erlang served already; 20,500 EUR serve 1,921 kWh more there or 899 in the south
    table = front(fair(), find_plan(fair()), "fairness", points=3)
    loose, tight, _ = table.itertuples()  # the last level is out of reach: it would take both
    assert loose.least_share == pytest.approx(0.0)
    assert loose.served_kwh == pytest.approx(3_000.0, abs=0.1)
    assert tight.least_share > 0.3
    assert tight.served_kwh == pytest.approx(0.8988 * 1_200 + 898.8, abs=0.5)


def far_and_near():
    """The drivers of a point of 1.5 erlang accept a near site with two bays, and some of them a far one."""
    base = row(budget_eur=70_000.0, bays={"s0": 2, "s1": 4, "s2": 4})
    ways = arcs(("b", "slow", "s0", 1.0), ("b", "slow", "s1", 1.0)).assign(way_m=[100.0, 400.0])
    return replace(base, need=base.need[base.need["point_id"] == "b"].reset_index(drop=True), arcs=ways)


def test_shorter_ways_serve_less_in_all():
    problem = far_and_near()
    plan = find_plan(problem)
    assert measure(problem, plan).way_m == pytest.approx(400.0)  # four points at the far site alone are cheapest
    table = front(problem, plan, "way", points=3)
    assert (table["way_m"] <= table["level"] + 1e-6).all()
    # 200 m: 0.8988 erlang near and x far with (89.88 + 400 x) / (0.8988 + x) = 200, so x = 0.4494; 1,200 kWh each
    assert table["served_kwh"].iloc[-1] == pytest.approx(1_200 * (0.8988 + 0.4494), abs=1)
    assert table["served_kwh"].is_monotonic_decreasing


def test_ways_count_in_every_phase_alone():
    base = far_and_near()
    both = pd.concat([base.need.assign(phase=year) for year in (2027, 2030)], ignore_index=True)
    phased = replace(base, phases=(2027, 2030), need=both)
    held = with_settings(phased, most_mean_way_m=150.0)
    plan = find_plan(held)
    assert check_plan(held, plan) == []
    assert measure(held, plan).way_m <= 150.0 + 1e-6
    assert plan.certificate.bound >= plan.certificate.objective


def test_a_point_that_another_beats_is_marked():
    aim, served = pd.Series([1.0, 2.0, 3.0, 3.0]), pd.Series([5.0, 5.0, 9.0, 8.0])
    assert dominated(aim, served, better="lower").tolist() == [False, True, False, True]
    assert dominated(aim, served, better="higher").tolist() == [True, True, False, True]
    assert not dominated(pd.Series([1.0, 1.0]), pd.Series([2.0, 2.0]), better="lower").any()


def test_an_unknown_front_is_refused():
    with pytest.raises(UnknownName, match="unknown front 'costs', did you mean 'cost'"):
        front(row(), find_plan(row()), "costs", points=2)


@pytest.mark.parametrize("name", [name for name in FRONTS if name != "way"])  # a shorter way serves fewer
def test_without_money_every_front_is_the_city_as_it_is(name):
    problem = row(budget_eur=0.0, have=[("s0", "ac_22", 2)])
    as_is = evaluate(problem, no_plan(problem)).promise["energy_kwh"].sum()
    table = front(problem, find_plan(problem), name, points=2)
    assert table["served_kwh"].to_numpy() == pytest.approx([as_is, as_is], rel=1e-6)


def test_the_next_money_brings_what_it_builds():
    problem = row(budget_eur=32_500.0)
    table = next_money(problem, find_plan(problem), step_eur=32_500.0).set_index("money")
    # the last 32,500 EUR build four points at s1, 1,800 kWh; the next four at s0, 1,000 kWh
    assert table.loc["last", "served_kwh"] == pytest.approx(1_800, abs=0.1)
    assert table.loc["next", "served_kwh"] == pytest.approx(1_000, abs=0.1)
    assert table.loc["next", "eur_per_weekly_kwh"] == pytest.approx(32.5, abs=0.01)
    assert table["certain"].all()
    assert table["value_low"].to_numpy() == pytest.approx(table["value"].to_numpy(), abs=1e-3)


def test_money_that_buys_nothing_has_no_price_and_is_not_certain():
    problem = row(budget_eur=200_000.0)
    table = next_money(problem, find_plan(problem), step_eur=100_000.0).set_index("money")
    assert table.loc["next", "served_kwh"] == pytest.approx(0.0, abs=1e-6)
    assert np.isnan(table.loc["next", "eur_per_weekly_kwh"])
    assert not table.loc["next", "certain"]


def test_without_a_budget_only_the_next_money_has_a_price():
    problem = row(budget_eur=0.0)
    assert next_money(problem, find_plan(problem), step_eur=100_000.0)["money"].tolist() == ["next"]


def test_fairness_costs_what_the_floor_takes_from_the_others():
    table = price_of_fairness(fair(), find_plan(fair())).set_index("plan")
    # with the floor 899 kWh in the south, without it 1,921 in the north
    assert table["price_kwh"].to_numpy() == pytest.approx([3_000 - 0.8988 * 1_200 - 898.8] * 2, abs=0.5)
    assert table["price_share"].iloc[0] == pytest.approx(1_022.6 / 3_000, abs=1e-3)
    assert table["certain"].all()
    assert table.loc["with floors", "least_share"] > table.loc["without floors", "least_share"]


def test_without_floors_fairness_has_no_price():
    problem = with_settings(fair(), rules=[rule for rule in fair().settings.rules if rule != "equity_floor"])
    table = price_of_fairness(problem, find_plan(problem))
    assert table["plan"].tolist() == ["without floors"]
    assert table["price_kwh"].isna().all()


@pytest.mark.parametrize("seed", [4, 7])
def test_the_second_plan_is_the_best_that_leaves_out_enough(seed):
    problem = random_city(seed, n_sites=5, n_points=8, budget_eur=150_000.0)
    first = find_plan(problem)
    sites = sites_of(first)
    assert len(sites) >= 2
    least = -(-len(sites) // 2)
    best = max(
        find_plan(excluding(problem, list(left))).certificate.objective for left in combinations(sites, least)
    )  # leaving out more is one of these as well
    _, second = alternatives(problem, first, number=2, different_share=0.5)
    assert second.certificate.objective == pytest.approx(best, rel=1e-6)
    assert second.certificate.bound >= best - 1e-6 * abs(best)
    assert len(set(sites) - set(sites_of(second))) >= least


def test_every_plan_differs_from_all_before_it_and_the_sure_sites_are_in_all():
    problem = random_city(8, n_sites=6, n_points=10, budget_eur=150_000.0)
    plans = alternatives(problem, find_plan(problem), number=4, different_share=0.3)
    for n, plan in enumerate(plans):
        assert check_plan(problem, plan) == []
        for before in plans[:n]:
            left = set(sites_of(before)) - set(sites_of(plan))
            assert len(left) >= 0.3 * len(sites_of(before)) - 1e-9
    values = [plan.certificate.objective for plan in plans]
    assert values == sorted(values, reverse=True)
    table = alternatives_table(problem, plans)
    assert list(table.columns) == ALTERNATIVES_COLUMNS
    sure = set(table["sure_sites"].iloc[0].split())
    assert sure == set.intersection(*(set(sites_of(plan)) for plan in plans))


def test_a_large_city_gets_other_plans_by_search_with_the_bound_of_the_best():
    problem = random_city(8, n_sites=6, n_points=10, budget_eur=150_000.0)
    best = find_plan(problem)
    large = with_settings(problem, whole_model_columns=0)
    first, second, *_ = alternatives(large, best, number=3, different_share=0.5)
    assert second.certificate.bound == first.certificate.bound
    assert len(set(sites_of(first)) - set(sites_of(second))) >= 0.5 * len(sites_of(first))
    exact = alternatives(problem, best, number=2, different_share=0.5)[1]
    assert second.certificate.objective <= exact.certificate.objective + 1e-6


def test_where_all_sites_are_forced_or_nothing_is_built_there_is_no_other_plan():
    forced = row(forced_sites=["s0", "s1", "s2"])
    assert len(alternatives(forced, find_plan(forced), number=3, different_share=0.5)) == 1
    poor = row(budget_eur=0.0)
    assert len(alternatives(poor, find_plan(poor), number=3, different_share=0.5)) == 1


def test_stock_is_no_site_of_a_plan():
    problem = replace(row(budget_eur=0.0), stock=stock(("s0", "ac_22", 2)))
    assert sites_of(find_plan(problem)) == []
