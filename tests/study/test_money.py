"""The verdict in money, climate and yardsticks: tables that agree with each other and with the plan."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import StudyResult
from sim.city.generated import generate_bundle
from sim.economics.settings import VIEWS
from sim.study.money import MONEY_ITEMS
from tests.study.conftest import city_value, run_quick


def figure(result: StudyResult, view: str, item: str) -> pd.Series:
    rows = result.money[(result.money["view"] == view) & (result.money["item"] == item)]
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.fixture(scope="module")
def no_money() -> StudyResult:
    return run_quick("planning.budget_eur=0", "curve.budget_shares=[0,0.5,1]")


@pytest.mark.parametrize("view", VIEWS)
def test_components_add_up_to_the_figures(toy_result: StudyResult, view: str) -> None:
    parts = toy_result.components[toy_result.components["view"] == view]
    by_side = parts.groupby("side")["present_value_eur"].sum()
    assert parts["present_value_eur"].sum() == pytest.approx(figure(toy_result, view, "npv_eur")["value"])
    assert -by_side["in"] == pytest.approx(figure(toy_result, view, "in_eur")["value"])
    assert by_side["out"] == pytest.approx(figure(toy_result, view, "out_eur")["value"])
    ratio = by_side["out"] / -by_side["in"]
    assert ratio == pytest.approx(figure(toy_result, view, "benefit_cost_ratio")["value"])


@pytest.mark.parametrize("view", VIEWS)
def test_the_cash_flow_discounts_to_the_components(toy_result: StudyResult, view: str) -> None:
    rate, base = toy_result.study.economics.rate(view), toy_result.study.economics.base_year
    flow = toy_result.cash_flow[toy_result.cash_flow["view"] == view].set_index("year").drop(columns="view")
    parts = toy_result.components[toy_result.components["view"] == view].set_index("component")["present_value_eur"]
    for item in flow.columns:
        # built at the start of a year, worth left at the end of the last, all else at the end of each
        paid_a = flow.index - base + (0 if item == "building" else 1)
        worth = (flow[item] * (1 + rate) ** -paid_a.to_numpy(float)).sum()
        if item != "replacement":  # within a year
            assert worth == pytest.approx(parts.get(item, 0.0), abs=1e-6), item


def test_the_plan_is_paid_once_in_every_view(toy_result: StudyResult) -> None:
    for view in VIEWS:
        assert figure(toy_result, view, "capex_eur")["value"] == pytest.approx(toy_result.plan.capex_eur)
        flow = toy_result.cash_flow[toy_result.cash_flow["view"] == view]
        assert flow["building"].tolist() == pytest.approx([-toy_result.plan.capex_eur] + [0.0] * (len(flow) - 1))


def test_the_energy_that_is_sold_is_the_energy_of_the_kpis(toy_result: StudyResult) -> None:
    economics, service = toy_result.study.economics, toy_result.service
    added = service["energy_kwh_plan"] - service["energy_kwh_as_is"]
    assert added.sum() == pytest.approx(city_value(toy_result, "energy_sold_kwh")["difference"])
    net = service["current"].map(economics.tariff_gross_eur_per_kwh) / (1 + economics.vat_share)
    flow = toy_result.cash_flow[toy_result.cash_flow["view"] == "operator"]
    np.testing.assert_allclose(flow["energy_sold"], (added * net).sum() * 365 / 7)


def test_figures_of_a_view_come_in_one_order_with_an_interval_around_the_value(toy_result: StudyResult) -> None:
    for view in VIEWS:
        rows = toy_result.money[toy_result.money["view"] == view]
        known = [item for item in MONEY_ITEMS if view == "public" or item != "co2_t_a"]
        assert rows["item"].tolist() == known
        simulated = rows.dropna(subset=["low"])
        assert {"npv_eur", "out_eur", "levelised_eur_per_kwh"} <= set(simulated["item"])
        assert (simulated["low"] <= simulated["value"]).all()
        assert (simulated["value"] <= simulated["high"]).all()


def test_climate_of_the_mean_year_is_the_mean_of_the_years(toy_result: StudyResult) -> None:
    climate, row = toy_result.climate, figure(toy_result, "public", "co2_t_a")
    assert len(climate) == toy_result.study.economics.horizon_years
    assert climate["year"].iloc[0] == toy_result.study.year
    assert row["value"] == pytest.approx(climate["t_co2_avoided"].mean())
    # additionality 0.3, plausible from 0.1 to 0.5
    np.testing.assert_allclose(climate["low"], climate["t_co2_avoided"] / 3)
    np.testing.assert_allclose(climate["high"], climate["t_co2_avoided"] * 5 / 3)


def test_break_even_asks_every_target_of_every_view(toy_result: StudyResult) -> None:
    table = toy_result.break_even
    assert set(table["view"]) == set(VIEWS)
    assert set(table["target"]) == {1.0, 6.0, 20.0}
    assert table["value_needed"].isna().equals(table["verdict"] == "not reachable")


def test_the_value_lies_between_the_ends_of_every_assumption(toy_result: StudyResult) -> None:
    for view in VIEWS:
        rows = toy_result.sensitivity[toy_result.sensitivity["view"] == view]
        assert {"capex_factor", "energy_factor"} <= set(rows["parameter"])
        assert rows["swing_eur"].is_monotonic_decreasing
        npv, ends = figure(toy_result, view, "npv_eur")["value"], rows[["npv_low_eur", "npv_high_eur"]]
        assert (ends.min(axis=1) <= npv + 0.01).all()  # to the cent: some assumptions stand at an end
        assert (ends.max(axis=1) >= npv - 0.01).all()


def test_no_plan_costs_and_brings_nothing(no_money: StudyResult) -> None:
    values = no_money.money.set_index(["view", "item"])["value"].drop("discount_rate", level="item")
    unknown = values[values.isna()]
    assert set(unknown.index.get_level_values("item")) == {
        "benefit_cost_ratio", "payback_year", "levelised_eur_per_kwh",
    }  # fmt: skip
    assert (values.dropna() == 0).all()
    assert (no_money.components["present_value_eur"] == 0).all()
    assert (no_money.break_even["verdict"] == "not reachable").all()
    assert no_money.budget_curve.empty  # no budget to take shares of
    assert list(no_money.budget_curve.columns) == ["budget_eur", "promise_kwh", "objective", "bound", "gap"]


def test_more_money_promises_no_less_and_no_more_than_the_bound(toy_result: StudyResult) -> None:
    curve = toy_result.budget_curve
    assert curve["budget_eur"].tolist() == [0.0, 100e3, 200e3]
    assert (curve["objective"] <= curve["bound"] + 1e-6).all()  # equal without a budget
    assert curve["bound"].is_monotonic_increasing
    assert curve["promise_kwh"].iloc[-1] == toy_result.plan.promise["energy_kwh"].sum()
    assert curve["objective"].iloc[-1] == toy_result.plan.certificate.objective
    assert curve["gap"].iloc[0] == 0.0


def test_yardsticks_compare_what_stands_with_what_is_planned(toy_result: StudyResult) -> None:
    table = toy_result.yardsticks.set_index("name")
    for state in ("as_is", "plan"):
        assert (table.loc[f"points_per_10k_{state}", "value"] == city_value(toy_result, "points_per_10k")[state]).all()
        ratio = city_value(toy_result, "priority_points_ratio")[state]
        assert table.loc[f"north_south_{state}", "value"] == pytest.approx(ratio)
    stations = toy_result.stations
    kw = stations["technology"].map({name: t.power_kw for name, t in toy_result.study.technology.items()})
    assert table.loc["public_power_plan", "value"] == pytest.approx((stations["points"] * kw).sum())
    check = toy_result.checks.set_index("check").loc["plug-in cars per point"]
    assert table.loc["plug_ins_per_point_plan", "value"] == pytest.approx(check["value"])
    assert (table["source"].str.len() > 0).all()


def test_a_city_without_a_priority_area_has_no_ratio_of_north_and_south(tmp_path: Path) -> None:
    folder = generate_bundle(tmp_path / "town", cells=40, districts=3, stations=4, seed=1)
    outlines = folder / "districts.geojson"
    outlines.write_text(re.sub(r'("priority_area": ?)true', r"\1false", outlines.read_text()))
    result = run_quick("planning.budget_eur=100e3", folder=folder)
    assert not result.city.districts["priority_area"].any()
    rows = result.yardsticks[result.yardsticks["name"].str.startswith("north_south")]
    assert rows["value"].isna().all()
    assert rows["note"].str.contains("flagged: none").all()
