"""The planner with a solver: exact on tiny cities, reproducible, and never without an answer."""

import builtins
import math
from pathlib import Path

import pytest

from sim.planning.milp import solver
from sim.planning.milp.model import build
from sim.planning.network import build_network
from sim.planning.planner import evaluate, find_plan, no_plan
from tests.planning.brute import best_value
from tests.planning.cities import random_city, two_sites

TWO_SITES = Path(__file__).parents[1] / "data" / "two_sites.lp"


LARGEST = (8, 33, 45)  # of the tiny cities: so many builds that brute force takes most of a minute


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=[pytest.mark.slow] * (seed in LARGEST)) for seed in range(50)]
)
def test_the_plan_of_a_tiny_city_is_the_best_of_all_builds(seed):
    problem = random_city(seed)
    certificate = find_plan(problem).certificate
    best = best_value(problem)
    assert certificate.status == "optimal"
    assert certificate.objective == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert certificate.bound >= best - 1e-6 * abs(best)


def test_the_program_of_two_sites_is_the_one_checked_in(tmp_path):
    problem = two_sites()
    build(problem, build_network(problem)).lp.writeLP(str(tmp_path / "two_sites.lp"))
    assert (tmp_path / "two_sites.lp").read_text() == TWO_SITES.read_text()


def test_there_is_no_variable_for_a_pair_out_of_reach():
    problem = two_sites()
    names = [v.name for v in build(problem, build_network(problem)).lp.variables()]
    assert sum(name.startswith("serve_") for name in names) == 4  # one each arc, not 3 points x 2 sites
    assert not [name for name in names if name.startswith("serve_b") and "at_n1" in name]
    assert not [name for name in names if name.startswith("points_n1__dc_150")]  # no fast load reaches n1


def test_a_plan_says_what_is_built_and_what_it_costs():
    # s1 is new. n1 has 4 bays, 2 taken by stock that carries 0.899 of the 1.35 erlang; s1 takes over no more than 0.3
    table = find_plan(two_sites(budget_eur=200_000.0)).table.set_index(["site_id", "technology"])
    assert table.loc[("s1", "ac_22"), "points_added"].item() == 4
    assert table.loc[("s1", "dc_150"), "points_added"].item() == 1
    # 4 x 22 + 150 = 238 kW: medium voltage, 4 x 6,000 + 70,000 + 85,000
    assert table.loc["s1", "capex_eur"].sum() == 179_000
    assert set(table.loc["s1", "connection"]) == {"medium voltage", "none"}
    assert table.loc[("n1", "ac_22"), ["points_before", "points_added", "capex_eur"]].tolist() == [2, 2, 12_000]


def test_a_solve_that_ends_by_nodes_gives_the_same_plan_twice():
    problem = random_city(3, n_sites=40, n_points=120, node_limit=1, budget_eur=2e6)
    first, second = find_plan(problem), find_plan(problem)
    assert first.certificate == second.certificate
    assert first.certificate.status == "node limit"
    assert first.certificate.reproducible
    assert first.table.equals(second.table)
    assert first.promise.equals(second.promise)


def test_more_budget_never_serves_less():
    values = [find_plan(two_sites(budget_eur=b)).certificate.objective for b in (0, 2e4, 5e4, 1e5, 1.5e5, 2e5, 3e5)]
    assert values == sorted(values)
    assert values[0] < values[-1]


@pytest.mark.parametrize("seed", range(10))
def test_the_planner_with_a_solver_is_never_worse_than_the_greedy_one(seed):
    problem = random_city(seed)
    greedy = find_plan(random_city(seed, planner="greedy"))
    assert find_plan(problem).certificate.objective >= evaluate(problem, greedy.table).certificate.objective - 1e-6


def test_no_money_is_spent_for_nothing():
    problem = two_sites(budget_eur=1e9)
    plan = find_plan(problem)
    for row in range(len(plan.table)):
        fewer = plan.table.drop(index=row).reset_index(drop=True)
        assert evaluate(problem, fewer).certificate.objective < plan.certificate.objective


def _without_highspy(monkeypatch):
    real = builtins.__import__

    def importing(name, *args, **kwargs):
        if name == "highspy":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", importing)


def test_cbc_is_taken_where_highs_is_missing(monkeypatch):
    expected = find_plan(two_sites()).certificate.objective
    _without_highspy(monkeypatch)
    certificate = find_plan(two_sites()).certificate
    assert certificate.solver == "CBC"
    assert certificate.status == "optimal"
    assert certificate.objective == pytest.approx(expected, rel=1e-6)


def test_the_plan_of_the_search_is_kept_and_says_so_where_no_solver_works(monkeypatch):
    _without_highspy(monkeypatch)
    monkeypatch.setattr(solver.pulp.COIN_CMD, "available", lambda self: False)
    certificate = find_plan(two_sites()).certificate
    assert certificate.status == "heuristic"
    assert certificate.solver == "search (highspy is not installed; CBC is not installed)"
    assert certificate.bound == math.inf


def test_a_solver_that_crashes_is_replaced_by_the_next(monkeypatch):
    def crash(self, lp):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(solver.pulp.HiGHS, "buildSolverModel", crash)
    assert find_plan(two_sites()).certificate.solver == "CBC"


def test_a_solve_stopped_by_the_clock_is_marked_as_not_reproducible():
    problem = random_city(3, n_sites=40, n_points=120, emergency_s=1e-9, budget_eur=2e6)
    plan = find_plan(problem)
    assert plan.certificate.status == "time limit"
    assert not plan.certificate.reproducible
    assert len(plan.table)  # the greedy plan is handed back


def test_a_long_root_is_stopped_by_its_work():
    problem = random_city(3, n_sites=40, n_points=120, root_work=1.0, budget_eur=2e6)
    first, second = find_plan(problem), find_plan(problem)
    assert first.certificate == second.certificate
    assert first.certificate.status == "node limit"


def test_without_budget_the_plan_is_the_city_as_it_is():
    problem = two_sites(budget_eur=0.0)
    plan, stock = find_plan(problem), evaluate(problem, no_plan(problem))
    assert plan.table.empty
    assert plan.promise.equals(stock.promise)
    assert plan.certificate.objective == stock.certificate.objective
    assert plan.certificate.gap == 0
