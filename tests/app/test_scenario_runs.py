"""Every scenario runs on the toy city, and its results move the way its sentence says."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache

import pytest

from sim import StudyResult, read_city, run_study
from sim.app.paths import city_folder
from tests.app.shipped import SCENARIOS, shipped_studies

BUDGET_SHARE = 1 / 100  # the toy city has a hundredth of Dortmund's residents


@cache
def result_of(scenario: str, budget_share: float = BUDGET_SHARE) -> StudyResult:
    study = shipped_studies()[scenario]
    if study.quarter.radius_m:
        budget_share = 1.0  # the budget is that of a quarter; the toy city lies elsewhere and is looked at as a whole
    study = dataclasses.replace(
        study,
        city="toy",
        quarter=dataclasses.replace(study.quarter, radius_m=0.0, replications=2),
        phases=[study.year],
        simulation=dataclasses.replace(
            study.simulation,
            search_replications=2,
            verdict_replications=2,
            precision=dataclasses.replace(study.simulation.precision, most_replications=2),
            workers=1,
        ),
        planning=dataclasses.replace(
            study.planning, budget_eur=study.planning.budget_eur / 2 * budget_share, search_steps=20
        ),
        coupling=dataclasses.replace(study.coupling, max_rounds=1, design_blockings=[], polish_trials=1),
    )
    city = read_city(city_folder("toy"), stock=study.stock, sites=study.sites, technologies=study.technology)
    return run_study(study, city, progress=lambda text, share: None)


def kpi(scenario: str, name: str, column: str = "as_is") -> float:
    kpis = result_of(scenario).kpis
    return float(kpis.loc[(kpis["scope"] == "city") & (kpis["kpi"] == name), column].item())


def missing_to_floor_kwh(scenario: str, floor: float) -> float:
    """Energy that the promise of a plan leaves below a floor, summed over districts. [kWh/week]"""
    result = result_of(scenario)
    promised = result.promises[result.promises["round"] == 1].groupby("district_id")["promise_kwh"].sum()
    need = result.need.groupby("district_id")["energy_kwh"].sum()
    return float((floor * need - promised.reindex(need.index, fill_value=0.0)).clip(lower=0).sum())


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_runs_and_keeps_its_budget(scenario: str) -> None:
    result = result_of(scenario)
    assert 0 < result.plan.capex_eur <= result.study.planning.budget_eur
    assert set(result.plan.table["technology"]) <= set(result.study.planning.technologies)
    assert kpi(scenario, "energy_sold_kwh", "plan") > kpi(scenario, "energy_sold_kwh")


def test_more_cars_ask_for_more() -> None:
    assert kpi("low_uptake", "requests") < kpi("baseline", "requests") < kpi("high_uptake", "requests")


def test_more_money_builds_more_and_serves_more() -> None:
    budgets = ["tight_budget", "baseline", "ample_budget"]
    for measure in (lambda s: result_of(s).plan.capex_eur, lambda s: result_of(s).rounds["promise_kwh"].max()):
        assert_ascending(measure, budgets)


def assert_ascending(measure: Callable[[str], float], scenarios: list[str]) -> None:
    values = [measure(scenario) for scenario in scenarios]
    assert values == sorted(set(values)), values


def test_equity_first_leaves_less_below_the_floor() -> None:
    floor = shipped_studies()["equity_first"].planning.equity_floor
    assert missing_to_floor_kwh("equity_first", floor) < missing_to_floor_kwh("baseline", floor)


def test_in_fast_hubs_hubs_are_asked_for_more_the_kerb_less_and_fast_points_have_300_kw() -> None:
    asked = {}
    for scenario in ("baseline", "fast_hubs"):
        need = result_of(scenario).need
        asked[scenario] = need.groupby("class_name")["energy_kwh"].sum()
    assert asked["fast_hubs"]["hub"] > asked["baseline"]["hub"]
    assert asked["fast_hubs"]["slow"] < asked["baseline"]["slow"]
    built = result_of(
        "fast_hubs", 1 / 60
    ).plan.table  # a hundredth is not enough for a point of 300 kW and its connection
    assert built.loc[built["power_kw"] > 22, "technology"].unique().tolist() == ["hpc_300"]


def test_with_short_walks_drivers_walk_less_and_fewer_are_served() -> None:
    assert kpi("short_walk", "mean_walk_m") < kpi("baseline", "mean_walk_m")
    assert kpi("short_walk", "served_share") < kpi("baseline", "served_share")


def test_with_lanterns_points_on_lamps_are_built() -> None:
    assert "lantern_11" in set(result_of("lanterns").plan.table["technology"])
    assert "lantern_11" not in set(result_of("baseline").plan.table["technology"])


def test_a_cold_week_needs_nearly_a_quarter_more_energy_where_commuters_need_the_same() -> None:
    need = {name: result_of(name).need["energy_kwh"].sum() for name in ("baseline", "cold_winter")}
    assert 1.2 < need["cold_winter"] / need["baseline"] < 1.25
    assert kpi("cold_winter", "requests") > kpi("baseline", "requests")


def test_in_real_life_some_starts_fail_and_the_price_paid_is_checked() -> None:
    assert kpi("baseline", "lost_start_failed") == 0 < kpi("real_life", "lost_start_failed")
    assert kpi("real_life", "requests") == kpi("baseline", "requests")  # the same wishes, met by other luck
    checks = result_of("real_life").checks.set_index("check")
    assert checks.loc[["mean price paid, AC", "mean price paid, DC"], "passed"].all()
    assert not result_of("baseline").checks["check"].str.startswith("mean price paid").any()


def test_on_a_weak_grid_cars_miss_energy_and_elsewhere_none() -> None:
    for side in ("as_is", "plan"):
        assert kpi("baseline", "energy_undelivered_limit_kwh", side) == 0
    assert kpi("weak_grid", "energy_undelivered_limit_kwh", "plan") > 0
    assert kpi("weak_grid", "energy_sold_kwh") < kpi("baseline", "energy_sold_kwh")


def test_with_outages_points_work_less_and_fewer_are_served() -> None:
    assert kpi("baseline", "availability_share") == 1 > kpi("outages", "availability_share")
    assert kpi("outages", "served_share") < kpi("baseline", "served_share")
    # the three stations that both have are out of order in the same minutes; the plan adds points, whose luck is theirs
    kpis = result_of("outages").kpis.set_index(["kpi", "id"]).loc["availability_share"]
    unchanged = [name for name in ("T1", "T2", "T3") if name in result_of("outages").planned.stations.index
                 and result_of("outages").planned.stations.loc[name, "points"]
                 == result_of("outages").city.stations.loc[name, "points"]]  # fmt: skip
    assert unchanged
    assert kpis.loc[unchanged, "as_is"].tolist() == kpis.loc[unchanged, "plan"].tolist()


def test_with_short_stays_cars_block_points_for_less_time_and_more_are_served() -> None:
    assert kpi("short_stays", "occupied_share") < kpi("baseline", "occupied_share")
    assert kpi("short_stays", "served_share") > kpi("baseline", "served_share")


def test_the_kpis_of_the_city_are_means_of_the_replications() -> None:
    result = result_of("baseline")
    city = result.kpis[result.kpis["scope"] == "city"].set_index("kpi")
    means = result.replications.groupby("kpi")[["as_is", "plan"]].mean()
    assert set(means.index) == set(city.index)
    for side in ("as_is", "plan"):
        assert means[side].to_numpy() == pytest.approx(city.loc[means.index, side].to_numpy(float), nan_ok=True)
    assert sorted(result.replications["replication"].unique()) == [0, 1]
