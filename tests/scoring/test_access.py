"""Access and fairness, by hand for the town of conftest.py."""

import dataclasses

import numpy as np
import pytest

from sim.scoring.access import cells_in_reach, gini
from sim.scoring.scorecard import KPIS
from sim.simulation.sessions import Outcome

NAN = float("nan")


def test_ways_on_foot_are_those_of_served_drivers_who_do_not_drive_to_a_hub(six_drivers, values):
    # 250 m and 1,000 m; the 2,000 m to the hub are driven. 95 %: position 0.95 of 1, so 250 + 0.95 x 750
    assert values(six_drivers, "mean_walk_m", "city") == {"city": 625}
    assert values(six_drivers, "p95_walk_m", "city")["city"] == pytest.approx(962.5)
    expected = dict(kerbside=250, destination=1000, work=NAN, retail=NAN, hub=NAN)
    assert values(six_drivers, "mean_walk_m", "use_case") == pytest.approx(expected, nan_ok=True)
    assert values(six_drivers, "p95_walk_m", "use_case") == pytest.approx(expected, nan_ok=True)
    assert values(six_drivers, "mean_walk_m", "district") == {"A": 250, "B": 1000}
    assert values(six_drivers, "mean_walk_m", "station") == pytest.approx(
        {"s0": 625, "s1": NAN, "s2": NAN}, nan_ok=True
    )


def test_the_way_to_the_next_ac_point_follows_the_streets(survey):
    # straight 200 and 350 m, times 1.25; cell 2 has a DC station at its centre, which does not count:
    # its nearest AC point is s1, 2,000 m west and 350 m north
    assert survey().way_ac_m == pytest.approx([250, 437.5, 1.25 * (2000**2 + 350**2) ** 0.5])


def test_reach_is_the_share_of_residents_within_a_limit(six_drivers, values):
    # 1,000 residents have 250 m to walk, 2,000 have 437.5 m, 1,000 more than 2 km
    assert values(six_drivers, "reach_300_share", "city") == {"city": 0.25}
    assert values(six_drivers, "reach_400_share", "city") == {"city": 0.25}
    assert values(six_drivers, "reach_500_share", "city") == {"city": 0.75}
    assert values(six_drivers, "reach_500_share", "district") == pytest.approx({"A": 1, "B": 2 / 3})
    assert values(six_drivers, "reach_300_share", "priority") == {"priority": 1, "rest": 0}


def test_a_limit_is_in_reach_of_itself(survey):
    assert cells_in_reach(survey(), 437.5).tolist() == [True, True, False]
    assert cells_in_reach(survey(), 437.4).tolist() == [True, False, False]


def test_a_station_without_points_is_in_nobodys_reach(survey, town):
    shut = dataclasses.replace(town, stations=town.stations.assign(points=[0, 1, 2]))
    assert survey(shut).way_ac_m[0] == pytest.approx(1.25 * (1000**2 + 350**2) ** 0.5)  # past s0, on to s1


def test_a_technology_that_is_not_known_is_not_taken_for_dc(survey, town):
    with pytest.raises(KeyError, match="ac11"):
        survey(dataclasses.replace(town, stations=town.stations.assign(technology="ac11")))


def test_points_for_residents_and_for_evs_without_private_parking(six_drivers, values):
    assert values(six_drivers, "points", "city") == {"city": 5}
    assert values(six_drivers, "points", "district") == {"A": 2, "B": 3}
    # A: 2 points, 1,000 residents, 10 such EVs; B: 3 points, 3,000 residents, 20
    assert values(six_drivers, "points_per_10k", "district") == {"A": 20, "B": 10}
    assert values(six_drivers, "points_per_10k", "city") == {"city": 12.5}
    assert values(six_drivers, "points_per_ev_without_private_parking", "district") == {"A": 0.2, "B": 0.15}
    assert values(six_drivers, "points_per_ev_without_private_parking", "city")["city"] == pytest.approx(5 / 30)


def test_unknown_numbers_of_evs_leave_the_kpi_without_value(run_of, survey, values):
    run = run_of([], on=survey(ev={"A": 10.0}))
    expected = {"A": 0.2, "B": NAN}
    assert values(run, "points_per_ev_without_private_parking", "district") == pytest.approx(expected, nan_ok=True)
    assert values(run, "points_per_ev_without_private_parking", "city") == pytest.approx({"city": NAN}, nan_ok=True)


@pytest.mark.parametrize(
    ("rates", "weights", "expected"),
    [
        ([5, 5, 5], [1, 1, 1], 0),
        ([0, 0, 0, 1], [1, 1, 1, 1], 0.75),  # one of n has all: 1 - 1 / n
        ([1, 3], [1, 1], 0.25),  # the half with less has a quarter: 0.5 - 0.25
        ([1, 3], [3, 1], 0.25),  # three quarters of the residents have half: 0.75 - 0.5
        ([3, 1], [1, 3], 0.25),  # in whatever order
        ([1, 2, 3, 4, 5], [1, 1, 1, 1, 1], 4 / 15),  # all pairs differ by 1.6 on average; over twice the mean of 3
        ([NAN, 2, 2], [0, 1, 1], 0),
    ],
)
def test_gini_of_known_distributions(rates, weights, expected):
    assert gini(np.array(rates, float), np.array(weights, float)) == pytest.approx(expected, abs=1e-12)


def test_gini_without_anything_to_share_has_no_value():
    assert np.isnan(gini(np.zeros(3), np.ones(3)))
    assert np.isnan(gini(np.array([]), np.array([])))


def test_gini_equals_the_mean_difference_of_all_pairs():
    rng = np.random.default_rng(5)
    rates, weights = rng.exponential(1, 40), rng.integers(1, 6, 40)
    people = np.repeat(rates, weights)
    by_pairs = np.abs(people[:, None] - people).mean() / (2 * people.mean())
    assert gini(rates, weights.astype(float)) == pytest.approx(by_pairs)


def test_fairness_of_points_between_districts(six_drivers, values):
    # B: three quarters of the residents and 3 of 5 points: 0.75 - 0.6
    assert values(six_drivers, "gini_points", "city")["city"] == pytest.approx(0.15)
    assert values(six_drivers, "worst_district_points_per_10k", "city") == {"city": 10}
    assert values(six_drivers, "priority_points_ratio", "city") == {"city": 2}  # 20 over 10


def test_fairness_of_service_between_districts(run_of, values):
    # A: 1 of 2 served; B: 1 of 1. A makes two thirds of the requests and half of the served: 2/3 - 1/2
    run = run_of([dict(start=1500, end=1600), dict(outcome=Outcome.BALKED), dict(cell=1, start=1500, end=1600)])
    assert values(run, "gini_served_share", "city")["city"] == pytest.approx(1 / 6)
    assert values(run, "worst_district_served_share", "city") == {"city": 0.5}
    assert values(run, "priority_served_gap", "city") == {"city": -0.5}


def test_a_district_without_requests_is_not_the_worst(run_of, values):
    run = run_of([dict(start=1500, end=1600)])
    assert values(run, "worst_district_served_share", "city") == {"city": 1}
    assert values(run, "gini_served_share", "city") == {"city": 0}
    assert values(run, "priority_served_gap", "city") == pytest.approx({"city": NAN}, nan_ok=True)


def test_a_city_without_priority_area_has_no_ratio(run_of, survey, town, values):
    plain = dataclasses.replace(town, districts=town.districts.assign(priority_area=False))
    run = run_of([dict(start=1500, end=1600)], on=survey(plain))
    assert values(run, "priority_points_ratio", "city") == pytest.approx({"city": NAN}, nan_ok=True)
    assert values(run, "points", "priority") == {"priority": 0, "rest": 5}


def test_a_town_without_stations_is_in_nobodys_reach(run_of, survey, town, values):
    bare = dataclasses.replace(town, stations=town.stations.iloc[:0])
    run = run_of([dict(choices=(), outcome=Outcome.NO_CHOICE)], on=survey(bare))
    assert values(run, "reach_500_share", "district") == {"A": 0, "B": 0}
    assert values(run, "points_per_10k", "city") == {"city": 0}
    for kpi in ("gini_points", "mean_walk_m", "priority_points_ratio"):
        assert values(run, kpi, "city") == pytest.approx({"city": NAN}, nan_ok=True)


@pytest.mark.parametrize("kpi", ["points", "reach_300_share", "gini_points"])
def test_what_follows_from_the_city_is_not_simulated(kpi):
    assert KPIS.facts[kpi]["simulated"] is False
