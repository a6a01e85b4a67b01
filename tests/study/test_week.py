"""The week by use case, by hour and by driver, beside the KPIs of the same verdict."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim import StudyResult
from sim.demand.requests import USE_CASES
from sim.economics.project import SERVICE
from sim.study.hours import _folded
from sim.study.service import service_table
from sim.study.spread import binned, spread_table
from tests.study.conftest import city_value, quick_study

STATES = ("as_is", "plan")


def of_use_case(result: StudyResult, kpi: str, state: str) -> pd.Series:
    rows = result.kpis[(result.kpis["kpi"] == kpi) & (result.kpis["scope"] == "use_case")]
    return rows.set_index("id")[state]


@pytest.mark.parametrize("state", STATES)
def test_energy_and_requests_of_the_service_are_those_of_the_kpis(toy_result: StudyResult, state: str) -> None:
    service = toy_result.service.set_index("use_case")
    for column, kpi in (("energy_kwh", "energy_sold_kwh"), ("served", "served")):
        found = service[f"{column}_{state}"]
        np.testing.assert_allclose(found, of_use_case(toy_result, kpi, state).reindex(found.index))
        assert found.sum() == pytest.approx(city_value(toy_result, kpi)[state])


def test_the_service_is_a_table_that_the_economics_take(toy_result: StudyResult) -> None:
    assert list(toy_result.service.columns) == SERVICE.column_names
    assert dict(zip(toy_result.service["use_case"], toy_result.service["current"], strict=True)) == dict(
        kerbside="AC", destination="AC", work="AC", retail="DC", hub="DC"
    )
    assert (toy_result.service["year"] == toy_result.study.year).all()


def sums(served: float, walk_m: float, wait_min: float) -> pd.DataFrame:
    use_cases = pd.Index(["kerbside", "destination", "work", "retail", "hub"], name="use_case")
    return pd.DataFrame(dict(energy_kwh=10.0, served=served, walk_m=walk_m, wait_min=wait_min), index=use_cases)


def test_minutes_are_those_of_the_mean_request_there_and_back() -> None:
    behaviour = quick_study().behaviour  # 4.8 km/h = 80 m/min
    # two weeks: 10 + 30 requests walked 2,000 + 14,000 m one way: 400 m each, 2 x 400 / 80 = 10 min there and back
    week = service_table(
        [sums(10, 2000, 0), sums(30, 14000, 80)], [sums(0, 0, 0)] * 2, year=2030, behaviour=behaviour
    ).iloc[0]
    assert week["served_as_is"] == 20
    assert week["walk_min_as_is"] == pytest.approx(10.0)
    assert week["wait_min_as_is"] == pytest.approx(2.0)
    assert np.isnan(week["walk_min_plan"])  # nobody is served: no mean, not a mean of 0


def test_nobody_walks_to_a_hub_and_nobody_queues_at_the_kerb(toy_result: StudyResult) -> None:
    service = toy_result.service.set_index("use_case")
    for state in STATES:
        assert service.loc["hub", f"walk_min_{state}"] == 0
        assert service.loc["kerbside", f"wait_min_{state}"] == 0
        assert service.loc["kerbside", f"walk_min_{state}"] > 0


@pytest.mark.parametrize("state", STATES)
def test_the_hours_hold_the_same_minutes_and_energy_as_the_kpis_of_points(toy_result: StudyResult, state: str) -> None:
    hours = toy_result.hours
    assert len(hours) == 168 * 5
    points = city_value(toy_result, "points")[state]
    by_hour = hours.groupby("hour_of_week")[[f"plugged_in_{state}", f"power_kw_{state}"]].sum()
    occupied = by_hour[f"plugged_in_{state}"].mean() / points
    assert occupied == pytest.approx(city_value(toy_result, "occupied_share")[state])
    delivered = by_hour[f"power_kw_{state}"].sum() / points / 7
    assert delivered == pytest.approx(city_value(toy_result, "kwh_per_point_day")[state])
    assert by_hour[f"plugged_in_{state}"].max() <= points
    assert by_hour[f"power_kw_{state}"].max() <= city_value(toy_result, "peak_kw")[state]


def test_the_hours_have_an_interval_around_their_mean(toy_result: StudyResult) -> None:
    hours = toy_result.hours
    for name in ("plugged_in_as_is", "plugged_in_plan", "power_kw_as_is", "power_kw_plan"):
        assert (hours[f"{name}_low"] <= hours[name]).all()
        assert (hours[name] <= hours[f"{name}_high"]).all()
        assert (hours[f"{name}_low"] < hours[f"{name}_high"]).any()


def test_shares_of_a_spread_add_up_and_their_bins_leave_no_gap(toy_result: StudyResult) -> None:
    for (_, use_case, _), part in toy_result.spread.groupby(["quantity", "use_case", "state"]):
        assert part["share"].sum() == pytest.approx(1.0) or part["share"].isna().all(), use_case
        assert (part["bin_from"].to_numpy()[1:] == part["bin_to"].to_numpy()[:-1]).all()
        assert part["bin_from"].iloc[0] == 0
        assert np.isinf(part["bin_to"].iloc[-1])


def test_drivers_fall_into_the_bins_of_their_wait_and_their_way() -> None:
    hub, kerbside = USE_CASES.index("hub"), USE_CASES.index("kerbside")
    run = SimpleNamespace(
        measured=np.array([True] * 6 + [False]),
        served=np.array([True] * 5 + [False, True]),
        requests=SimpleNamespace(use_case=np.array([hub, hub, hub, kerbside, kerbside, kerbside, kerbside])),
        sessions=SimpleNamespace(wait_min=np.array([0.0, 2.0, 31.0, 0.0, 0.0, 0.0, 0.0])),
        way_m=np.array([900.0, 900.0, 900.0, 50.0, 50.5, np.nan, 10.0]),
    )
    drivers = binned(run)  # type: ignore[arg-type]
    # waits: none, more than 0 and up to 2 min, more than 30 min; ways: up to 50 m, more than 50 and up to 100 m
    assert np.flatnonzero(drivers["wait_min"][hub]).tolist() == [0, 1, 16]
    assert drivers["walk_m"][kerbside][:3].tolist() == [1, 1, 0]
    assert drivers["walk_m"][kerbside].sum() == 2  # the lost and those outside the measured days are left out
    table = spread_table([drivers], [drivers, drivers])
    ways = table[(table["quantity"] == "walk_m") & (table["use_case"] == "kerbside") & (table["state"] == "plan")]
    assert ways["share"].head(3).tolist() == [0.5, 0.5, 0.0]
    assert (ways["bin_to"].iloc[0], ways["bin_from"].iloc[-1]) == (50.0, 1200.0)
    assert table[(table["use_case"] == "work")]["share"].isna().all()  # nobody served: no share, not a share of 0


def test_the_week_is_folded_over_the_weeks_that_were_measured() -> None:
    hours = np.arange(180.0)[None, :]  # a week and half a day: the first 12 hours were met twice
    folded = _folded(hours)
    assert folded[0, :13].tolist() == [*((h + h + 168) / 2 for h in range(12)), 12.0]
    assert np.isnan(_folded(np.ones((1, 24)))[0, 24:]).all()
