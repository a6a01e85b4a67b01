"""Triggers and simulated regret of the toy town: sessions tell paths apart, and streets judge what the model says."""

from __future__ import annotations

import dataclasses
from functools import cache

import pandas as pd
import pytest

from sim.city.city import City
from sim.demand.expected import expected_demand
from sim.planning.frame import frame_problem
from sim.planning.problem import Problem
from sim.simulation.twin import ready_engines
from sim.study.need import demand_points
from sim.study.regret import regret_simulated
from sim.study.replicate import Experiment
from sim.study.signals import Triggers, find_triggers
from sim.study.staging import Staged, Staging, stage
from tests.study.conftest import quick_study

PHASES = [2027, 2030, 2035]
STUDY = quick_study("planning.budget_eur=200e3", "planning.budget_split={}", "planning.planner=greedy")
STAGING: Staging = dataclasses.replace(STUDY.staging, works_out="simulated", search_steps=10, replications=2)


@pytest.fixture(scope="module")
def experiment_of(city: City):  # type: ignore[no-untyped-def]
    simulation = ready_engines(STUDY.simulation, lambda text: None).for_search(STUDY.simulation)

    @cache
    def of(path: str, year: int) -> Experiment:
        s = STUDY
        expected = expected_demand(city, s.demand, year=year, path=path)
        return Experiment(expected, s.demand, s.behaviour, s.technology, s.operation, simulation, s.seed)

    return of


@pytest.fixture(scope="module")
def problems(city: City, experiment_of) -> dict[str, Problem]:  # type: ignore[no-untyped-def]
    stock = city.stations.groupby(["site_id", "technology"], as_index=False, sort=False)["points"].sum()

    def of(path: str) -> Problem:
        demand = {year: experiment_of(path, year).expected for year in PHASES}
        points = demand_points(city, demand, behaviour=STUDY.behaviour, reach=STUDY.reach)
        return frame_problem(
            phases=PHASES, need=points.need, arcs=points.arcs, sites=city.sites, stock=stock,
            technologies=STUDY.technology, settings=STUDY.planning,
        )  # fmt: skip

    return {path: of(path) for path in ("low", "mid", "high")}


@pytest.fixture(scope="module")
def staged(problems: dict[str, Problem]) -> Staged:
    return stage(problems, STAGING, progress=lambda text: None)


def triggers_of(city: City, staged: Staged, experiment_of, staging: Staging = STAGING) -> Triggers:  # type: ignore[no-untyped-def]
    return find_triggers(
        city, staged, phases=PHASES, experiment_of=experiment_of, staging=staging, progress=lambda text: None
    )


def test_before_each_later_phase_every_network_has_its_thresholds(city, staged, experiment_of) -> None:  # type: ignore[no-untyped-def]
    found = triggers_of(city, staged, experiment_of)
    table = found.table
    assert table.groupby(["phase", "network"], sort=False).size().to_dict() == {
        (2030, "any"): 2, (2035, "low"): 2, (2035, "mid"): 2, (2035, "high"): 2,
    }  # fmt: skip
    assert table["decided_in"].tolist() == [2029] * 2 + [2034] * 6
    assert (table["lower_value"] < table["threshold"]).all()
    assert (table["threshold"] < table["upper_value"]).all()
    errors = table[["missed_share", "false_share"]]
    assert errors.max(axis=None) < 0.2
    assert (table["missed_share_poisson"] <= table["missed_share"]).all()
    assert found.taken_for.sum(axis=1).tolist() == pytest.approx([1.0] * 3)
    assert found.taken_for.loc["low", "low"] == pytest.approx(1 - table["false_share"].iloc[0], abs=1e-6)


def test_registered_cars_are_a_signal_too(city, staged, experiment_of) -> None:  # type: ignore[no-untyped-def]
    cars = dataclasses.replace(STAGING, signal="battery_cars", signal_cv=0.0)
    table = triggers_of(city, staged, experiment_of, cars).table
    first = table.iloc[0]
    assert first["lower_value"] == pytest.approx(experiment_of("low", 2029).expected.cells["bev"].sum())
    assert first["unit"] == "cars"
    assert pd.isna(first["weeks"])


def test_simulated_regret_pairs_the_same_weeks(city, problems, staged, experiment_of) -> None:  # type: ignore[no-untyped-def]
    table = regret_simulated(
        city, problems, staged, experiment_of=experiment_of, replications=2, progress=lambda text: None
    ).set_index(["plan", "path"])
    # on the middle path the middle plan is the plan that knew: the same cities, so no difference at all
    assert table.loc[("unstaged", "mid"), ["regret", "low", "high"]].tolist() == [0.0, 0.0, 0.0]
    assert (table["low"] <= table["regret"]).all()
    assert (table["regret"] <= table["high"]).all()
    assert (table["best"] - table["value"]).to_numpy() == pytest.approx(table["regret"].to_numpy())
