"""The loop of planning and simulating."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim import StudyResult
from sim.planning.plan import Certificate, Plan
from sim.study.loop import Round, corrected, promises_table
from tests.study.conftest import quick_study, run_quick

PAIRS = pd.DataFrame({"class_name": ["hub", "slow", "slow"], "district_id": ["N", "N", "S"]})


def a_round(promise: list[float], verdict: list[float], factor: list[float]) -> Round:
    service = [PAIRS.assign(requests=1.0, energy_kwh=kwh) for kwh in (promise, verdict)]
    plan = Plan(pd.DataFrame(), service[0], Certificate(0, 0, 0, "", "", True))
    nothing = np.zeros(2)
    return Round(1, plan, None, PAIRS.assign(factor=factor), *service, nothing, nothing)  # type: ignore[arg-type]


NEED = PAIRS.assign(energy_kwh=[1000.0, 1000.0, 1000.0])


def test_correction_follows_the_verdict_by_class_and_district() -> None:
    coupling = replace(quick_study().coupling, damping=1.0, doubt_share=0.0, least_factor=0.5, largest_factor=3.0)
    # hub kept its promise; slow in N served half: 1 x 50/100; slow in S served four times: 1 x 400/100, cut at 3
    learnt = corrected(a_round([10, 100, 100], [10, 50, 400], [1, 1, 1]), NEED, coupling)
    assert learnt["factor"].tolist() == [1.0, 0.5, 3.0]


def test_correction_builds_on_the_last_and_is_damped() -> None:
    coupling = replace(quick_study().coupling, damping=0.5, doubt_share=0.0, least_factor=0.1, largest_factor=10.0)
    # 2 x sqrt(25/100) = 1; nothing promised or nothing served teaches nothing: 1.5 and 1 stay
    learnt = corrected(a_round([100, 0, 100], [25, 80, 0], [2, 1.5, 1]), NEED, coupling)
    assert learnt["factor"].tolist() == [1.0, 1.5, 1.0]


def test_where_little_is_promised_little_is_learnt() -> None:
    coupling = replace(quick_study().coupling, damping=1.0, doubt_share=0.1, least_factor=0.1, largest_factor=10.0)
    # doubt is 100 kWh: hub (15 + 100) / (0 + 100); slow in N (500 + 100) / (400 + 100); slow in S as promised
    learnt = corrected(a_round([0, 400, 700], [15, 500, 700], [1, 1, 1]), NEED, coupling)
    assert learnt["factor"].tolist() == pytest.approx([1.15, 1.2, 1.0])


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
