"""Occupied, charging, energy: three figures, one example by hand. The point-time of the town is 5 x 10,080 min."""

import dataclasses

import numpy as np
import pytest

from sim.scoring.scorecard import KPIS
from sim.simulation.sessions import Outcome

NAN = float("nan")
WEEK = 10080


def test_time_occupied_counts_all_the_time_plugged_in(six_drivers, values):
    # s0: 300 + 120 min at 2 points; s2: 30 min at 2 points
    expected = {"s0": 420 / (2 * WEEK), "s1": 0, "s2": 30 / (2 * WEEK)}
    assert values(six_drivers, "occupied_share", "station") == pytest.approx(expected)
    assert values(six_drivers, "occupied_share", "city")["city"] == pytest.approx(450 / (5 * WEEK))
    assert values(six_drivers, "occupied_share", "district") == pytest.approx(
        {"A": 420 / (2 * WEEK), "B": 30 / (3 * WEEK)}
    )
    assert values(six_drivers, "occupied_share", "priority")["rest"] == pytest.approx(30 / (3 * WEEK))


def test_time_charging_ends_when_the_car_is_full_or_leaves(six_drivers, values):
    # s0: 60 min until full, and 120 min never full; s2: 20 min until full
    expected = {"s0": 180 / (2 * WEEK), "s1": 0, "s2": 20 / (2 * WEEK)}
    assert values(six_drivers, "charging_share", "station") == pytest.approx(expected)
    assert values(six_drivers, "charging_share", "city")["city"] == pytest.approx(200 / (5 * WEEK))


def test_energy_per_point_and_day(six_drivers, values):
    # s0: 33 kWh over 2 points and 7 days; s2: 50 kWh
    expected = {"s0": 33 / 14, "s1": 0, "s2": 50 / 14}
    assert values(six_drivers, "kwh_per_point_day", "station") == pytest.approx(expected)
    assert values(six_drivers, "kwh_per_point_day", "city")["city"] == pytest.approx(83 / 35)


def test_sessions_count_with_their_minutes_inside_the_measured_days(run_of, values):
    # 1: 1380-1500, full at 1480 with 10 kWh: inside 60 min plugged in, 40 of 100 min charging = 4 kWh
    # 2: 11460-11640, never full, 9 kWh: inside 60 of 180 min = 3 kWh
    # 3: full before the days begin: inside 60 min plugged in, nothing charging. 4, 5: outside altogether
    run = run_of(
        [
            dict(arrival=1380, start=1380, full=1480, end=1500, energy=10),
            dict(arrival=11460, start=11460, end=11640, energy=9),
            dict(arrival=1300, start=1300, full=1400, end=1500, energy=10),
            dict(arrival=1000, start=1000, full=1400, end=1440, energy=50),
            dict(arrival=11520, start=11520, end=11600, energy=50),
        ]
    )
    assert values(run, "occupied_share", "station")["s0"] == pytest.approx(180 / (2 * WEEK))
    assert values(run, "charging_share", "station")["s0"] == pytest.approx(100 / (2 * WEEK))
    assert values(run, "kwh_per_point_day", "station")["s0"] == pytest.approx(7 / 14)


def test_a_car_that_never_leaves_occupies_to_the_end(run_of, values):
    run = run_of([dict(arrival=11420, start=11420, outcome=Outcome.UNFINISHED)])
    assert values(run, "occupied_share", "station")["s0"] == pytest.approx(100 / (2 * WEEK))


def test_a_session_without_length_delivers_nothing_and_harms_nothing(run_of, values):
    run = run_of([dict(start=1500, full=1500, end=1500)])
    assert values(run, "kwh_per_point_day", "station")["s0"] == 0
    assert values(run, "charging_share", "station")["s0"] == 0


def test_without_points_there_is_no_share(run_of, survey, town, values):
    bare = dataclasses.replace(town, stations=town.stations.iloc[:0])
    run = run_of([dict(choices=(), outcome=Outcome.NO_CHOICE)], on=survey(bare))
    for kpi in ("occupied_share", "charging_share", "kwh_per_point_day"):
        assert values(run, kpi, "city") == pytest.approx({"city": NAN}, nan_ok=True)


@pytest.mark.parametrize("seed", range(3))
def test_charging_never_takes_longer_than_being_plugged_in(random_run, seed):
    run = random_run(seed)
    occupied, charging = (KPIS[kpi](run, "station") for kpi in ("occupied_share", "charging_share"))
    assert (charging > 0).all()
    assert (charging <= occupied).all()


@pytest.mark.parametrize("kpi", ["occupied_share", "charging_share", "kwh_per_point_day"])
def test_districts_weighted_with_their_points_make_the_city(random_run, kpi):
    run = random_run()
    points = run.survey.points("district")
    assert (KPIS[kpi](run, "district") * points).sum() / points.sum() == pytest.approx(KPIS[kpi](run, "city")[0])
    assert not np.isnan(KPIS[kpi](run, "city")[0])
