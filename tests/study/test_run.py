"""A whole study, from city to verdict."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import StudyResult
from sim.city.generated import generate_bundle
from tests.study.conftest import city_value, run_quick


def test_a_plan_keeps_its_budget_and_serves_more(toy_result: StudyResult) -> None:
    assert 0 < toy_result.plan.capex_eur <= 200e3
    served = city_value(toy_result, "energy_sold_kwh")
    assert served["difference_low"] > 0
    assert toy_result.rounds["verdict_kwh"].iloc[-1] > toy_result.rounds["verdict_kwh"].iloc[0]


def test_zero_budget_returns_the_stock() -> None:
    result = run_quick("planning.budget_eur=0")
    assert result.plan.table.empty
    pd.testing.assert_frame_equal(result.planned.stations, result.city.stations)
    assert result.rounds["round"].tolist() == [0]
    assert result.rounds["note"].iloc[0] == "closed: the plan of round 1 is that of round 0"
    simulated = result.kpis.dropna(subset=["difference"])
    assert (simulated["difference"] == 0).all()


def test_the_same_seed_gives_the_same_tables_whatever_the_number_of_workers(toy_result: StudyResult) -> None:
    again = run_quick("planning.budget_eur=200e3", "curve.budget_shares=[1,0,0.5]", "simulation.workers=2")
    tables = [field.name for field in fields(StudyResult) if isinstance(getattr(again, field.name), pd.DataFrame)]
    assert len(tables) > 10
    for name in tables:
        pd.testing.assert_frame_equal(getattr(toy_result, name), getattr(again, name), check_exact=True)
    pd.testing.assert_frame_equal(toy_result.plan.table, again.plan.table, check_exact=True)


def test_another_seed_gives_other_draws(toy_result: StudyResult) -> None:
    other = run_quick("planning.budget_eur=200e3", "seed=7")
    assert city_value(other, "requests")["as_is"] != city_value(toy_result, "requests")["as_is"]


def test_a_city_with_other_residents_gives_other_kpis(tmp_path: Path) -> None:
    def requests(seed: int) -> float:
        folder = generate_bundle(tmp_path / str(seed) / "town", cells=40, districts=3, stations=4, seed=seed)
        return float(city_value(run_quick("planning.budget_eur=100e3", folder=folder), "requests")["as_is"])

    assert requests(1) != requests(2)


def test_both_cities_meet_the_same_requests(toy_result: StudyResult) -> None:
    wishes = toy_result.kpis[toy_result.kpis["kpi"].isin(["requests", "energy_wanted_kwh"])]
    shared = wishes[wishes["scope"] != "station"]
    assert len(shared) and (shared["difference"] == 0).all()


def test_the_verdict_is_not_the_search(toy_result: StudyResult) -> None:
    kept = toy_result.rounds[toy_result.rounds["kept"]].iloc[0]
    fresh = city_value(toy_result, "energy_sold_kwh")["plan"]
    assert kept["verdict_kwh"] != fresh  # other draws
    assert kept["verdict_kwh"] == pytest.approx(fresh, rel=0.2)  # of the same city


def test_district_service_adds_up_to_the_city(toy_result: StudyResult) -> None:
    k = toy_result.kpis
    for kpi in ("requests", "served", "energy_sold_kwh", "points"):
        districts = k[(k["kpi"] == kpi) & (k["scope"] == "district")]
        for side in ("as_is", "plan"):
            assert districts[side].sum() == pytest.approx(city_value(toy_result, kpi)[side])


def test_a_network_outside_the_bands_fails_its_check() -> None:
    result = run_quick("planning.budget_eur=0", "bands.points_low=1e6", "bands.points_high=2e6")
    check = result.checks.set_index("check").loc["points of the planned network"]
    assert not check["passed"]
    assert check["value"] == result.planned.stations["points"].sum()


def test_station_and_cell_tables_cover_the_planned_city(toy_result: StudyResult) -> None:
    assert toy_result.stations["station_id"].tolist() == toy_result.planned.stations.index.tolist()
    built = (toy_result.stations["points"] - toy_result.stations["points_before"]).sum()
    assert built == toy_result.plan.table["points_added"].sum()
    assert len(toy_result.cells) == len(toy_result.city.cells)
    assert (toy_result.cells["way_m_plan"] <= toy_result.cells["way_m_as_is"]).all()
    lost = toy_result.cells["lost_kwh_per_km2_day_plan"] * (toy_result.cells["side_m"] / 1000) ** 2 * 7
    assert lost.sum() == pytest.approx(city_value(toy_result, "energy_lost_kwh")["plan"])
    assert np.isfinite(toy_result.stations["occupied_share"]).all()
