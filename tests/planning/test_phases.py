"""Several phases: exact on tiny cities whatever the rules, irrevocable, within every budget, with a valid bound."""

import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.errors import DataError
from sim.planning.alike import alike
from sim.planning.check import check_plan
from sim.planning.frame import frame_problem
from sim.planning.milp import bound as bounding
from sim.planning.milp.bound import bound_phase, phase_bounds
from sim.planning.milp.solver import SolverFailed
from sim.planning.network import build_network, capacity
from sim.planning.phases import cost_weights, phase_budgets, phase_weights
from sim.planning.planner import PLANNERS, evaluate, find_plan, propose, prove
from sim.planning.slices import phase_network, phase_problem, trim
from tests.planning.brute import best_value
from tests.planning.cities import phased_city, random_city, settings, two_sites


def _is_the_best(seed):
    problem = phased_city(seed)
    best = best_value(problem)
    if best == -math.inf:  # nothing keeps to the forced sites
        with pytest.raises(DataError, match=r"planning\.forced_sites"):
            find_plan(problem)
        return
    plan = find_plan(problem)
    assert check_plan(problem, plan) == []
    assert plan.certificate.status == "optimal"
    assert plan.certificate.objective == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert plan.certificate.bound >= best - 1e-6 * abs(best)


@pytest.mark.parametrize("seed", range(40))
def test_no_plan_of_a_tiny_city_with_phases_is_better(seed):
    _is_the_best(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40, 300))
def test_no_plan_of_many_tiny_cities_with_phases_is_better(seed):
    _is_the_best(seed)


def three_phases(**changes):
    """A random city that grows over three phases, with money for some of its sites in each."""
    base = random_city(5, n_sites=14, n_points=40, budget_eur=600_000.0, equity_floor=0.25)
    grown = [
        base.need.assign(phase=year, **{c: base.need[c] * factor for c in ("load_erlang", "requests", "energy_kwh")})
        for year, factor in ((2027, 0.5), (2030, 1.0), (2035, 2.0))
    ]
    return replace(
        base, phases=(2027, 2030, 2035), need=pd.concat(grown, ignore_index=True),
        settings=replace(base.settings, **({"search_steps": 60, "gap": 0.02} | changes)),
    )  # fmt: skip


def test_weights_are_years_times_discount_and_sum_to_one():
    # 3, 5 and 10 years; factors 1, 1.02^-3 = 0.942322, 1.02^-8 = 0.853490: 3 + 4.711612 + 8.534904 = 16.246516
    weights = phase_weights((2027, 2030, 2035), settings(discount_rate=0.02, last_phase_years=10.0))
    assert weights == pytest.approx([0.184655, 0.290008, 0.525337], abs=1e-6)
    assert phase_weights((2030,), settings(discount_rate=0.02)).tolist() == [1.0]


def test_money_is_discounted_by_the_phase_that_spends_it():
    # 100 EUR spent in 2027 and 50 more in 2030: 100 + 50 x 0.942322 = 147.1161
    weights = cost_weights((2027, 2030), settings(discount_rate=0.02))
    assert (weights * [100.0, 150.0]).sum() == pytest.approx(147.1161, abs=1e-4)
    assert cost_weights((2030,), settings()).tolist() == [1.0]


def test_leftovers_carry_on_unless_a_rule_says_that_they_are_lost():
    # 12,000 EUR a phase buy nothing in 2027 (a new site needs 20,500 EUR), 24,000 EUR by 2030 do
    base = two_sites(budget_eur=24_000.0, excluded_sites=["n1"])
    later = pd.concat([base.need.assign(phase=2027), base.need], ignore_index=True)
    carrying = replace(base, phases=(2027, 2030), need=later)
    losing = replace(carrying, settings=replace(base.settings, rules=[*base.settings.rules, "no_carry_over"]))
    assert find_plan(carrying).table[["site_id", "phase", "capex_eur"]].to_numpy().tolist() == [["s1", 2030, 20_500.0]]
    assert find_plan(losing).table.empty


def test_the_budget_is_split_over_the_phases():
    def money(phases, **split):
        return phase_budgets(
            phases, settings(budget_eur=40e6, budget_split={int(y[1:]): part for y, part in split.items()})
        )

    assert money((2027, 2030, 2035), y2027=2, y2030=3, y2035=5).tolist() == [8e6, 12e6, 20e6]
    assert money((2027, 2035), y2027=2, y2030=3, y2035=6).tolist() == [10e6, 30e6]  # 2030 is not planned for
    assert money((2027, 2035)).tolist() == [20e6, 20e6]
    assert money((2031,), y2027=2, y2030=3).tolist() == [40e6]  # one phase alone has it all


@pytest.mark.parametrize(
    ("split", "said"),
    [
        ({2027: 1.0}, "planning.budget_split: no part for 2030, 2035; give one (0 = no new money)"),
        ({2027: 0.0, 2030: 0.0, 2035: 0.0}, "planning.budget_split: the parts of the phases are all 0"),
    ],
)
def test_a_split_that_leaves_phases_without_a_part_is_told(split, said):
    with pytest.raises(DataError, match=re.escape(said)):
        p = three_phases()
        frame_problem(
            phases=p.phases, need=p.need, arcs=p.arcs, sites=p.sites, stock=p.stock, technologies=p.technologies,
            settings=replace(p.settings, budget_split=split),
        )  # fmt: skip


@pytest.mark.parametrize("planner", PLANNERS.names())
def test_a_plan_over_phases_is_sound(planner):
    problem = three_phases(planner=planner)
    plan = find_plan(problem)
    assert check_plan(problem, plan) == []
    assert set(plan.table["phase"]) == {2027, 2030, 2035}


@pytest.mark.parametrize("seed", range(8))
def test_the_sum_of_the_phases_bounds_every_plan(seed):
    problem = phased_city(seed, forced_sites=[])
    best = find_plan(problem).certificate.objective
    bounds = phase_bounds(problem, build_network(problem), None)
    assert sum(bound.bound for bound in bounds) >= best - 1e-6 * abs(best)


@pytest.mark.parametrize("seed", range(8))
def test_ladders_and_levels_that_add_nothing_in_a_phase_do_not_change_its_best_plan(seed):
    problem = phased_city(seed, forced_sites=[])
    network = build_network(problem)
    for t in range(len(problem.phases)):
        whole = phase_network(network, t)
        trimmed, _ = trim(whole)
        best, without = (bound_phase(phase_problem(problem, t), n, None).bound for n in (whole, trimmed))
        assert without == pytest.approx(best, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_levels_capped_by_the_load_in_reach_do_not_change_the_best_plan(seed):
    problem = random_city(seed)
    network = build_network(problem)
    uncapped = []
    for ladder in network.ladders:
        held = capacity(ladder.before, network.place_current[ladder.place], problem.settings)
        gains = [
            capacity(ladder.before + added, network.place_current[ladder.place], problem.settings) - held
            for added in ladder.added
        ]
        uncapped.append(replace(ladder, gain=np.array(gains)[:, None]))
        assert (ladder.gain[:, 0] <= np.array(gains) + 1e-12).all()
    best, without = (bound_phase(problem, n, None).bound for n in (network, replace(network, ladders=tuple(uncapped))))
    assert best == pytest.approx(without, rel=1e-6, abs=1e-6)


def test_a_large_model_is_bounded_phase_by_phase_and_says_so():
    whole, parts = (find_plan(three_phases(whole_model_columns=n)).certificate for n in (100_000, 0))
    assert "phase by phase" not in whole.solver
    assert parts.solver.endswith("phase by phase")
    assert parts.reproducible
    assert parts.objective <= whole.bound + 1e-6
    assert parts.bound >= whole.objective - 1e-6
    assert parts.gap < 0.2


def test_a_phase_that_no_solver_can_bound_falls_back_on_its_need_and_says_so(monkeypatch):
    problem = three_phases(whole_model_columns=0)
    network = build_network(problem)
    honest, real = bounding.first_that_works, phase_bounds(problem, network, None)

    def failing(lp, settings, start):
        if any("__2030__" in variable.name for variable in lp.variables()):
            raise SolverFailed("HiGHS failed: out of memory")
        return honest(lp, settings, start)

    monkeypatch.setattr(bounding, "first_that_works", failing)
    monkeypatch.setattr(bounding.os, "cpu_count", lambda: 1)
    failed = phase_bounds(problem, network, None)
    assert [bound.bound for bound in failed][::2] == pytest.approx([bound.bound for bound in real][::2])
    assert failed[1].bound == pytest.approx(network.group_reach[[t == 1 for _, t in network.groups]].sum())
    assert failed[1].solver == "need within reach of 2030 (HiGHS failed: out of memory)"
    certificate = find_plan(problem).certificate
    assert "out of memory" in certificate.solver
    assert math.isfinite(certificate.gap)


def test_a_bound_stopped_by_the_clock_still_bounds_and_is_marked():
    plan = find_plan(three_phases(whole_model_columns=0, emergency_s=1e-9))
    assert plan.certificate.status == "time limit"
    assert not plan.certificate.reproducible
    assert len(plan.table)
    assert plan.certificate.objective < plan.certificate.bound < math.inf


def test_points_that_are_alike_are_one_row_and_change_nothing():
    # every point of a tiny city cut into two halves: the same optimum, as many rows as before
    problem = phased_city(30, forced_sites=[])
    columns = ["load_erlang", "requests", "energy_kwh"]
    halves = [
        problem.need.assign(point_id=problem.need["point_id"] + part, **{c: problem.need[c] * share for c in columns})
        for part, share in (("a", 0.3), ("b", 0.7))
    ]
    arcs = pd.concat([problem.arcs.assign(point_id=problem.arcs["point_id"] + part) for part in "ab"])
    cut = replace(problem, need=pd.concat(halves, ignore_index=True), arcs=arcs.reset_index(drop=True))
    assert len(problem.phases) > 1
    worth = (cut.need["energy_kwh"] / cut.need["load_erlang"]).to_numpy()
    assert len(cut.need) == 2 * len(problem.need)
    assert len(set(alike(cut, worth).tolist())) == len(problem.need)
    assert find_plan(cut).certificate.objective == pytest.approx(find_plan(problem).certificate.objective, rel=1e-9)
    assert find_plan(cut).certificate.objective == pytest.approx(best_value(cut), rel=1e-6)
    assert evaluate(cut, find_plan(cut).table).promise["energy_kwh"].sum() == pytest.approx(
        find_plan(problem).promise["energy_kwh"].sum(), rel=1e-9
    )


def test_the_phases_of_a_certificate_add_up_and_each_is_bounded():
    for problem in (phased_city(30, forced_sites=[]), three_phases(whole_model_columns=0), random_city(3)):
        certificate = find_plan(problem).certificate
        assert [phase.phase for phase in certificate.phases] == list(problem.phases)
        assert sum(phase.objective for phase in certificate.phases) == pytest.approx(certificate.objective, rel=1e-9)
        assert all(phase.objective <= phase.bound < math.inf for phase in certificate.phases)
        assert sum(phase.bound for phase in certificate.phases) >= certificate.bound - 1e-6 * abs(certificate.bound)


def test_a_plan_that_is_proposed_and_then_proved_is_the_plan_that_is_found():
    problem = three_phases(whole_model_columns=0)
    proposed, found = propose(problem), find_plan(problem)
    assert proposed.certificate.bound == math.inf
    assert {phase.bound for phase in proposed.certificate.phases} == {math.inf}
    assert prove(problem, proposed).certificate == found.certificate
    assert proposed.table.equals(found.table)


def test_a_proof_appraises_a_plan_that_was_made_for_another_problem():
    problem = three_phases(whole_model_columns=0)
    other = replace(problem, correction=problem.correction.assign(factor=problem.correction["factor"] * 0.7))
    plan = propose(other)
    proved = prove(problem, plan).certificate
    assert proved.objective == pytest.approx(evaluate(problem, plan.table).certificate.objective, rel=1e-12)
    assert proved.objective != pytest.approx(plan.certificate.objective, rel=1e-6)
    assert proved.objective <= proved.bound < math.inf


@pytest.mark.parametrize("planner", PLANNERS.names())
def test_a_plan_to_start_from_is_improved_or_kept(planner):
    problem, unsearched = three_phases(planner=planner), three_phases(planner=planner, search_steps=0)
    best = propose(problem)
    again = propose(unsearched, best.table)
    assert again.certificate.objective >= best.certificate.objective - 1e-6 * abs(best.certificate.objective)
    assert again.certificate.objective > propose(unsearched).certificate.objective


def test_of_a_plan_to_start_from_only_what_the_money_allows_is_kept():
    rich = three_phases()
    poor = replace(rich, settings=replace(rich.settings, budget_eur=rich.settings.budget_eur / 3))
    plan = propose(poor, propose(rich).table)
    assert check_plan(poor, plan) == []
    assert 0 < plan.capex_eur <= poor.settings.budget_eur
