"""What the planner is told of demand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim import City, Study
from sim.demand.expected import ExpectedDemand, expected_demand
from sim.study.need import CLASSES, DemandPoints, demand_points
from tests.study.conftest import city_of, quick_study

Told = tuple[Study, City, ExpectedDemand, DemandPoints]


@pytest.fixture(scope="module")
def told() -> Told:
    study = quick_study()
    city = city_of(study)
    expected = expected_demand(city, study.demand, year=2030, path="mid")
    points = demand_points(city, {2030: expected}, behaviour=study.behaviour, reach=study.reach)
    return study, city, expected, points


def test_need_adds_up_to_the_expected_demand(told: Told) -> None:
    _, _, expected, points = told
    assert points.need["requests"].sum() == pytest.approx(7 * expected.requests_per_day.sum())
    assert points.need["energy_kwh"].sum() == pytest.approx(7 * expected.energy_kwh.sum())


def test_load_is_the_peak_of_the_week_not_arrivals_times_stay(told: Told) -> None:
    _, city, expected, points = told
    slow = points.need[points.need["class_name"] == "slow"].set_index("point_id")
    week = expected.offered_load(CLASSES["slow"])
    np.testing.assert_allclose(slow["load_erlang"].reindex(city.cells.index), week.max(axis=1))


def test_districts_keep_their_need(told: Told) -> None:
    _, city, expected, points = told
    by_cell = expected.requests_per_day.sum(axis=1) * 7
    by_district = city.cells.assign(requests=by_cell).groupby("district_id")["requests"].sum()
    need = points.need.groupby("district_id")["requests"].sum()
    np.testing.assert_allclose(need, by_district.reindex(need.index))


def test_willing_share_is_the_share_of_drivers_whose_longest_walk_is_longer(told: Told) -> None:
    study, city, expected, _ = told
    # retail has one use case, so its share is the lognormal law: half of the drivers accept the median walk
    behaviour = replace(study.behaviour, walk_median_m={**study.behaviour.walk_median_m, "retail": 1000.0})
    sites = city.sites.assign(hosts_dc=True)
    points = demand_points(replace(city, sites=sites), {2030: expected}, behaviour=behaviour, reach=study.reach)
    retail = points.arcs[points.arcs["class_name"] == "retail"]
    nearer, farther = retail["way_m"] < 1000, retail["way_m"] > 1000
    assert nearer.any() and farther.any()
    assert (retail["willing_share"][nearer] > 0.5).all()
    assert (retail["willing_share"][farther] < 0.5).all()


def test_a_nearer_site_is_accepted_by_more(told: Told) -> None:
    arcs = told[3].arcs.sort_values(["class_name", "point_id", "way_m"])
    for _, of_point in arcs.groupby(["class_name", "point_id"]):
        assert of_point["willing_share"].is_monotonic_decreasing


def test_fast_charging_is_only_reached_where_a_site_hosts_it(told: Told) -> None:
    _, city, _, points = told
    fast = points.arcs[points.arcs["class_name"].isin(["retail", "hub"])]
    assert len(fast)
    assert city.sites.loc[fast["site_id"].unique(), "hosts_dc"].all()


def test_no_site_is_within_reach_of_too_few_or_too_many(told: Told) -> None:
    study, _, _, points = told
    assert (points.arcs["willing_share"] >= study.reach.least_willing_share).all()
    per_point = points.arcs.groupby(["class_name", "point_id"]).size()
    assert per_point.loc[["slow", "retail"]].max() <= study.reach.sites_per_cell
    assert per_point.loc["hub"].max() <= study.reach.sites_per_zone
