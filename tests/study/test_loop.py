"""The loop of planning and simulating."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim import City, StudyResult
from sim.demand.expected import expected_demand
from sim.planning.plan import Certificate, Plan
from sim.scoring.service import verdict_by_demand
from sim.study.correction import corrected
from sim.study.loop import improve
from sim.study.need import demand_points
from sim.study.phases import city_by
from sim.study.replicate import Experiment, replicate
from sim.study.rounds import Round, Rounds, promises_table
from sim.study.study import Coupling
from tests.study.conftest import quick_study, run_quick

PAIRS = pd.DataFrame({"class_name": ["hub", "slow", "slow"], "district_id": ["N", "N", "S"]})
YEARS = (2027, 2030)


def a_round(promise: list[float], verdict: list[float], factor: list[float]) -> Round:
    service = [PAIRS.assign(phase=2030, requests=1.0, energy_kwh=kwh) for kwh in (promise, verdict)]
    plan = Plan(pd.DataFrame(), service[0], Certificate(0, 0, 0, "", "", True))
    nothing = np.zeros(2)
    return Round(1, plan, PAIRS.assign(factor=factor), *service, nothing, nothing)


def learnt_from(last: Round, coupling: Coupling) -> pd.DataFrame:
    return corrected(last.correction, promise=last.promise, verdict=last.verdict, need=NEED, coupling=coupling)


NEED = PAIRS.assign(energy_kwh=[1000.0, 1000.0, 1000.0])


def test_correction_follows_the_verdict_by_class_and_district() -> None:
    coupling = replace(quick_study().coupling, damping=1.0, doubt_share=0.0, least_factor=0.5, largest_factor=3.0)
    # hub kept its promise; slow in N served half: 1 x 50/100; slow in S served four times: 1 x 400/100, cut at 3
    learnt = learnt_from(a_round([10, 100, 100], [10, 50, 400], [1, 1, 1]), coupling)
    assert learnt["factor"].tolist() == [1.0, 0.5, 3.0]


def test_correction_builds_on_the_last_and_is_damped() -> None:
    coupling = replace(quick_study().coupling, damping=0.5, doubt_share=0.0, least_factor=0.1, largest_factor=10.0)
    # 2 x sqrt(25/100) = 1; nothing promised or nothing served teaches nothing: 1.5 and 1 stay
    learnt = learnt_from(a_round([100, 0, 100], [25, 80, 0], [2, 1.5, 1]), coupling)
    assert learnt["factor"].tolist() == [1.0, 1.5, 1.0]


def test_where_little_is_promised_little_is_learnt() -> None:
    coupling = replace(quick_study().coupling, damping=1.0, doubt_share=0.1, least_factor=0.1, largest_factor=10.0)
    # doubt is 100 kWh: hub (15 + 100) / (0 + 100); slow in N (500 + 100) / (400 + 100); slow in S as promised
    learnt = learnt_from(a_round([0, 400, 700], [15, 500, 700], [1, 1, 1]), coupling)
    assert learnt["factor"].tolist() == pytest.approx([1.15, 1.2, 1.0])


def test_what_is_learnt_is_learnt_of_all_phases_together() -> None:
    coupling = replace(quick_study().coupling, damping=1.0, doubt_share=0.0, least_factor=0.1, largest_factor=10.0)
    first = a_round([100, 100, 100], [100, 50, 200], [1, 1, 1])
    later = a_round([100, 300, 100], [50, 50, 400], [1, 1, 1])
    both = replace(
        first, promise=pd.concat([first.promise, later.promise]), verdict=pd.concat([first.verdict, later.verdict])
    )
    # hub 150 / 200; slow in N (50 + 50) / (100 + 300); slow in S (200 + 400) / (100 + 100)
    assert learnt_from(both, coupling)["factor"].tolist() == pytest.approx([0.75, 0.25, 3.0])


def test_promise_and_verdict_stand_side_by_side_for_every_round(toy_result: StudyResult) -> None:
    table = toy_result.promises
    rounds, districts = len(toy_result.rounds), len(toy_result.city.districts)
    assert len(table) == rounds * districts * 3  # classes slow, retail, hub
    for number, of_round in table.groupby("round"):
        row = toy_result.rounds.set_index("round").loc[number]
        assert of_round["promise_kwh"].sum() == pytest.approx(row["promise_kwh"])
        assert of_round["verdict_requests"].sum() == pytest.approx(row["verdict_requests"])


def test_nobody_promises_more_than_is_needed(toy_result: StudyResult) -> None:
    need = toy_result.need.groupby(["class_name", "district_id"])["energy_kwh"].sum()
    promised = toy_result.promises.set_index(["class_name", "district_id"])["promise_kwh"]
    assert (promised <= need.reindex(promised.index) + 1e-6).all()


def test_round_0_is_the_city_as_it_is_and_one_round_is_kept(toy_result: StudyResult) -> None:
    first = toy_result.rounds.iloc[0]
    assert first["round"] == 0
    assert first["capex_eur"] == 0
    assert first["points_added"] == 0
    assert toy_result.rounds["kept"].sum() == 1
    kept = toy_result.rounds[toy_result.rounds["kept"]].iloc[0]
    assert kept["value"] == toy_result.rounds["value"].max()


def test_the_loop_says_why_it_ended(toy_result: StudyResult) -> None:
    assert toy_result.rounds["note"].iloc[:-1].eq("").all()
    assert toy_result.rounds["note"].iloc[-1]


def test_one_round_is_a_plan_without_correction() -> None:
    result = run_quick("coupling.max_rounds=1", "planning.budget_eur=200e3")
    assert result.rounds["round"].tolist() == [0, 1]
    assert result.rounds["factor_mean"].tolist() == [1.0, 1.0]


def test_promises_of_a_round_that_served_what_was_not_promised() -> None:
    table = promises_table([a_round([10, 0, 0], [0, 5, 0], [1, 1, 1])])
    assert table["promise_kwh"].tolist() == [10, 0, 0]
    assert table["verdict_kwh"].tolist() == [0, 5, 0]


@pytest.fixture(scope="module")
def phased(city: City) -> tuple[Rounds, Mapping[int, Experiment]]:
    """The toy city planned for two phases."""
    study = quick_study("planning.budget_eur=200e3", "planning.equity_floor=0", "coupling.max_rounds=1")
    expected = {year: expected_demand(city, study.demand, year=year, path=study.path) for year in YEARS}
    points = demand_points(city, expected, behaviour=study.behaviour, reach=study.reach)
    experiments = {
        year: Experiment(
            expected[year], study.demand, study.behaviour, study.technology, study.operation, study.simulation,
            study.seed,
        )
        for year in YEARS
    }  # fmt: skip
    rounds = improve(
        city, points=points, phases=YEARS, experiments=experiments, planning=study.planning, coupling=study.coupling,
        settled={},
        progress=lambda text: None, done=lambda: None,
    )  # fmt: skip
    return rounds, experiments


def test_every_phase_is_lived_through_in_the_city_that_stands_by_then(
    city: City, phased: tuple[Rounds, Mapping[int, Experiment]]
) -> None:
    rounds, experiments = phased
    last = rounds.rounds[-1]
    table = last.plan.table
    assert set(table["phase"]) == set(YEARS)  # something is built in both, or the test would show nothing
    for year, experiment in experiments.items():
        stands = city_by(city, table, year, technologies=experiment.technologies, connection_share=1.0)
        [weeks] = replicate(
            [stands], experiment, stage="search", numbers=range(3), measure=verdict_by_demand, done=lambda: None
        )
        again = sum(week["energy_kwh"].sum() for week in weeks) / 3
        verdict = last.verdict[last.verdict["phase"] == year]
        assert verdict["energy_kwh"].sum() == pytest.approx(again)


def test_the_value_of_a_round_is_that_of_the_mean_week_of_all_phases_less_what_it_costs(
    phased: tuple[Rounds, Mapping[int, Experiment]],
) -> None:
    rounds, _ = phased
    planning, last = rounds.problem.settings, rounds.rounds[-1]
    # 2027 lasts three years, 2030 the last_phase_years, both discounted to 2027
    later = (1 + planning.discount_rate) ** -3
    weights = np.array([3.0, planning.last_phase_years * later])
    weights /= weights.sum()
    by_phase = last.verdict.groupby("phase")["energy_kwh"].sum().to_numpy()
    assert last.served_kwh.mean() == pytest.approx(by_phase @ weights)
    capex = last.plan.table.groupby("phase")["capex_eur"].sum().to_numpy()
    cost_eur = capex[0] + later * capex[1]
    assert last.value.mean() == pytest.approx(last.served_kwh.mean() - 1e-6 * cost_eur)  # no floor in this city
