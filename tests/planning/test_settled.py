"""Phases that lie behind: what was built in them stays, nothing else is built in them, the rest is planned best."""

import math
from dataclasses import replace

import pandas as pd
import pytest

from sim.errors import DataError
from sim.planning.check import check_plan
from sim.planning.frame import frame_problem
from sim.planning.planner import find_plan, no_plan
from tests.planning.brute import best_value
from tests.planning.cities import phased_city

COLUMNS = ["site_id", "technology", "points_added"]


def first_phase(plan, problem):
    return plan.table[plan.table["phase"] == problem.phases[0]]


def several_phases(seeds):
    cities = ((seed, phased_city(seed, forced_sites=[])) for seed in seeds)
    return [(seed, problem) for seed, problem in cities if len(problem.phases) > 1]


def with_settled(problem, table):
    """The problem after its first phase."""
    return replace(problem, settled={problem.phases[0]: table})


@pytest.mark.parametrize(("seed", "problem"), several_phases(range(12)))
@pytest.mark.parametrize("planner", ["milp", "greedy"])
def test_the_plan_after_a_settled_phase_keeps_it_and_every_rule(seed, problem, planner):
    grown = replace(problem, need=problem.need.assign(load_erlang=problem.need["load_erlang"] * 1.5))
    pilot = first_phase(find_plan(grown), problem)  # of another path of demand
    settled = with_settled(replace(problem, settings=replace(problem.settings, planner=planner)), pilot)
    plan = find_plan(settled)
    assert check_plan(settled, plan) == []
    assert sorted(first_phase(plan, problem)[COLUMNS].itertuples(index=False, name=None)) == sorted(
        pilot[COLUMNS].itertuples(index=False, name=None)
    )


@pytest.mark.parametrize(("seed", "problem"), several_phases(range(12)))
def test_settling_the_first_phase_of_the_best_plan_keeps_its_value(seed, problem):
    best = best_value(problem)
    free = find_plan(problem)
    after = find_plan(with_settled(problem, first_phase(free, problem)))
    assert after.certificate.objective == pytest.approx(best, rel=1e-6, abs=1e-6)


def test_waiting_with_all_the_money_is_worth_what_a_first_phase_without_money_is():
    for seed, problem in several_phases(range(12)):
        parts = problem.settings.budget_split or dict.fromkeys(problem.phases, 1.0)
        settings = problem.settings
        if "no_carry_over" in settings.rules or not settings.budget_eur:
            continue
        first, second = problem.phases[:2]
        later = {**parts, first: 0.0, second: parts[first] + parts[second]}
        poor = replace(problem, settings=replace(settings, budget_split=later))
        waiting = find_plan(with_settled(problem, no_plan(problem)))
        assert waiting.certificate.objective == pytest.approx(best_value(poor), rel=1e-6, abs=1e-6), seed


def test_builds_of_a_settled_phase_that_cannot_be_are_named_all_at_once():
    problem = next(p for _, p in several_phases(range(12)))
    first = problem.phases[0]
    wrong = pd.DataFrame(
        [("nowhere", "ac_22", 2, 10.0), ("s0", "teapot", 2, 10.0), ("s0", "dc_150", 99, 1e12)],
        columns=[*COLUMNS, "capex_eur"],
    )

    def framed(settled):
        return frame_problem(
            phases=problem.phases, need=problem.need, arcs=problem.arcs, sites=problem.sites, stock=problem.stock,
            technologies=problem.technologies, settings=problem.settings, grid=problem.grid, settled=settled,
        )  # fmt: skip

    with pytest.raises(DataError) as caught:
        framed({first: wrong})
    told = "\n".join(caught.value.problems)
    for part in ("nowhere: is no site", "teapot is not among planning.technologies", "99 points are no size",
                 "do not fit into", "more than planning.budget_eur"):  # fmt: skip
        assert part in told
    with pytest.raises(DataError, match="must be the first of"):
        framed({problem.phases[-1]: wrong})
    with pytest.raises(DataError, match="not all"):
        framed(dict.fromkeys(problem.phases, wrong[:0]))
    assert math.isfinite(find_plan(framed({first: no_plan(problem)})).certificate.objective)
