"""What the network cost drivers, on the town of six drivers (see conftest). Measured are minutes 1,440 to 11,520."""

import dataclasses

import numpy as np
import pytest

from sim.scoring.scorecard import KPIS
from sim.simulation.outages import Outages
from sim.simulation.undelivered import Undelivered

WEEK = 10080
UNDELIVERED = ("energy_undelivered_limit_kwh", "energy_undelivered_failure_kwh")


def outages(*rows):
    """Outages from (station, point, fail_min, repair_min)."""
    station, point, fail_min, repair_min = zip(*rows, strict=True)
    return Outages(np.array(station), np.array(point), np.array(fail_min, float), np.array(repair_min, float))


def test_without_outages_and_limits_all_points_work_and_nothing_is_missed(six_drivers, values):
    assert values(six_drivers, "availability_share", "station") == {"s0": 1, "s1": 1, "s2": 1}
    for kpi in UNDELIVERED:
        assert values(six_drivers, kpi, "district") == {"A": 0, "B": 0}


def test_availability_counts_the_minutes_inside_the_measured_days_of_all_points(six_drivers, values):
    # s0, 2 points: 60 min of the first inside (out of order since before), 500 of the second: 560 of 2 weeks.
    # s1, 1 point: the last 1,000 min. s2: an outage before and one after.
    run = dataclasses.replace(
        six_drivers,
        outages=outages(
            (0, 0, 0, 1500), (0, 1, 2000, 2500), (1, 0, 10520, 20000), (2, 0, 5, 1440), (2, 1, 11520, 12000)
        ),
    )
    by_station = {"s0": 1 - 560 / (2 * WEEK), "s1": 1 - 1000 / WEEK, "s2": 1}
    assert values(run, "availability_share", "station") == pytest.approx(by_station)
    assert values(run, "availability_share", "district") == pytest.approx(
        {"A": by_station["s0"], "B": 1 - 1000 / (3 * WEEK)}
    )
    assert values(run, "availability_share", "city")["city"] == pytest.approx(1 - 1560 / (5 * WEEK))


def test_without_points_there_is_no_availability(run_of, survey, town, values):
    bare = dataclasses.replace(town, stations=town.stations.iloc[:0])
    run = run_of([dict(choices=())], on=survey(bare))
    assert np.isnan(values(run, "availability_share", "city")["city"])


def test_missed_energy_belongs_to_the_driver_s_district_and_the_station_of_the_session(six_drivers, values):
    # Driver 1 of district B wanted 30 kWh and left s0 (district A) with 22: say 5 for the limit and 3 for a failure.
    missed = Undelivered(np.array([0, 5.0, 0, 0, 0, 0]), np.array([0, 3.0, 0, 0, 0, 0]))
    run = dataclasses.replace(six_drivers, undelivered=missed)
    for kpi, kwh in zip(UNDELIVERED, (5, 3), strict=True):
        assert values(run, kpi, "city") == {"city": kwh}
        assert values(run, kpi, "district") == {"A": 0, "B": kwh}
        assert values(run, kpi, "station") == {"s0": kwh, "s1": 0, "s2": 0}
        assert values(run, kpi, "use_case")["destination"] == kwh


def test_wanted_is_sold_lost_and_undelivered_where_nobody_leaves_early(six_drivers):
    missed = Undelivered(np.array([0, 5.0, 0, 0, 0, 0]), np.array([0, 3.0, 0, 0, 0, 0]))
    run = dataclasses.replace(six_drivers, undelivered=missed)
    wanted, sold, lost = (KPIS[f"energy_{name}_kwh"](run, "city")[0] for name in ("wanted", "sold", "lost"))
    assert wanted == sold + lost + sum(KPIS[kpi](run, "city")[0] for kpi in UNDELIVERED)


def test_drivers_before_the_measured_days_do_not_count(run_of, values):
    run = run_of([dict(arrival=1000, start=1000, end=2000, energy=1)])
    run = dataclasses.replace(run, undelivered=Undelivered(np.array([9.0]), np.array([9.0])))
    for kpi in UNDELIVERED:
        assert values(run, kpi, "city") == {"city": 0}
