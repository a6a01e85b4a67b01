"""Plans improved on the simulated street, and what the street remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim import City
from sim.demand.expected import expected_demand
from sim.planning.check import check_plan
from sim.planning.frame import frame_problem
from sim.planning.plan import Plan
from sim.planning.planner import evaluate, no_plan, propose
from sim.planning.problem import Problem
from sim.study.clues import carried
from sim.study.loop import finalists, improve
from sim.study.need import DemandPoints, demand_points
from sim.study.polish import polish
from sim.study.replicate import Experiment
from sim.study.rounds import Rounds, rounds_table
from sim.study.street import Street, stations_by
from tests.study.conftest import quick_study

YEARS = (2027, 2030)


class Town:
    """The toy city over two phases, and its street."""

    def __init__(self, city: City):
        self.study = study = quick_study("planning.budget_eur=250e3", "phases=[2027,2030]")
        expected = {year: expected_demand(city, study.demand, year=year, path=study.path) for year in YEARS}
        self.city = city
        self.points: DemandPoints = demand_points(city, expected, behaviour=study.behaviour, reach=study.reach)
        self.experiments: Mapping[int, Experiment] = {
            year: Experiment(
                expected[year], study.demand, study.behaviour, study.technology, study.operation, study.simulation,
                study.seed,
            )
            for year in YEARS
        }  # fmt: skip
        self.problem: Problem = frame_problem(
            phases=YEARS, need=self.points.need, arcs=self.points.arcs, sites=city.sites,
            stock=city.stations.groupby(["site_id", "technology"], as_index=False, sort=False)["points"].sum(),
            technologies=study.technology, settings=replace(study.planning, planner="greedy"),
        )  # fmt: skip
        self.plan: Plan = propose(self.problem)

    def street(self) -> Street:
        return Street(self.city, self.problem, self.experiments, lambda: None)


@pytest.fixture(scope="module")
def town(city: City) -> Town:
    return Town(city)


def test_no_plan_is_simulated_twice(town: Town) -> None:
    street = town.street()
    first = street.live(town.plan.table)
    weeks = street.simulated
    assert weeks == len(YEARS) * 3  # search_replications of the quick study
    shuffled = town.plan.table.iloc[::-1].reset_index(drop=True)
    again = street.live(shuffled)
    assert street.simulated == weeks
    assert again.value.tolist() == first.value.tolist()
    assert street.knows(shuffled)


def test_a_plan_that_differs_late_only_costs_the_late_phase(town: Town) -> None:
    street = town.street()
    table = town.plan.table
    late = table["phase"] == YEARS[-1]
    assert late.any()
    street.live(table)
    street.live(table[~late])
    assert street.simulated == (len(YEARS) + 1) * 3


def test_stations_are_known_by_what_stands_not_by_when_it_was_built() -> None:
    table = pd.DataFrame(
        {
            "site_id": ["b", "a", "a"], "technology": ["ac_22", "ac_22", "ac_22"], "phase": [2027, 2030, 2027],
            "points_added": [2, 2, 4],
        }
    )  # fmt: skip
    assert stations_by(table, 2027) == (("a", "ac_22", 4), ("b", "ac_22", 2))
    assert stations_by(table, 2030) == (("a", "ac_22", 6), ("b", "ac_22", 2))


def test_a_polished_plan_is_sound_and_worth_no_less(town: Town) -> None:
    street = town.street()
    before = street.live(town.plan.table)
    polished = polish(street, town.points, town.plan.table, trials=6, block_share=0.3)
    assert polished.lived.value.mean() >= before.value.mean()
    assert polished.trials <= 6
    assert check_plan(town.problem, evaluate(town.problem, polished.table)) == []
    assert street.live(polished.table).value.tolist() == polished.lived.value.tolist()


def test_a_poor_plan_is_made_better(town: Town) -> None:
    """Half of the builds of a good plan leave money that the polish must find a use for."""
    street = town.street()
    sites = town.plan.table["site_id"].unique()
    poor = town.plan.table[town.plan.table["site_id"].isin(sites[::2])].reset_index(drop=True)
    before = street.live(poor)
    polished = polish(street, town.points, poor, trials=4, block_share=0.3)
    assert polished.paid >= 1
    assert polished.lived.value.mean() > before.value.mean()


def test_a_polish_is_reproducible(town: Town) -> None:
    tables = [polish(town.street(), town.points, town.plan.table, trials=3, block_share=0.3).table for _ in range(2)]
    pd.testing.assert_frame_equal(*tables)


def test_nothing_built_can_be_polished_without_a_fault(town: Town) -> None:
    nothing = no_plan(town.problem)
    polished = polish(town.street(), town.points, nothing, trials=2, block_share=0.5)
    assert polished.table.equals(nothing)  # there is nothing to take back


def test_points_carry_what_erlang_says() -> None:
    # one point and 1 erlang: half is turned away; two points: 1 - 1/5; none: nothing
    load = np.ones((3, 2))
    assert carried(load, np.array([1, 2, 0])).tolist() == [[0.5, 0.5], [pytest.approx(0.8)] * 2, [0.0, 0.0]]


@pytest.fixture(scope="module")
def rounds(town: Town) -> Rounds:
    """A loop with every kind of proposal."""
    coupling = replace(town.study.coupling, max_rounds=2, design_blockings=[0.2], polish_trials=3, block_share=0.3)
    return improve(
        town.city, points=town.points, phases=YEARS, experiments=town.experiments,
        planning=replace(town.study.planning, planner="greedy"), coupling=coupling, settled={},
        progress=lambda text: None,
        done=lambda: None,
    )  # fmt: skip


def test_what_is_kept_is_never_below_any_finalist_with_the_same_polish(rounds: Rounds) -> None:
    values = [float(r.value.mean()) for r in rounds.rounds]
    polished = [r.polished_value for r in rounds.rounds if np.isfinite(r.polished_value)]
    assert len(polished) >= 2
    assert float(rounds.kept.value.mean()) == max(*values, *polished)


def test_every_finalist_is_the_best_of_its_kind_and_is_polished(rounds: Rounds) -> None:
    proposals = [r for r in rounds.rounds if r.kind != "polished"]
    best = finalists(proposals)
    assert len({r.kind for r in best}) == len(best)
    for r in proposals:
        assert np.isfinite(r.polished_value) == any(r is other for other in best)
        if np.isfinite(r.polished_value):
            assert r.polished_value >= float(r.value.mean())


def test_the_table_says_how_each_plan_was_found(rounds: Rounds) -> None:
    table = rounds_table(rounds)
    assert table["kind"].tolist()[:2] == ["as it is", "one shot"]
    assert table["kept"].sum() == 1
    polished = table[table["kind"] == "polished"]
    assert (polished["origin"] < polished["round"]).all()
    assert (table.loc[table["kind"] != "polished", "origin"] == -1).all()
    assert (table["value_gain_low"] <= table["value_gain"]).all()
