"""Mean power by quarter of an hour."""

import dataclasses

import numpy as np
import pytest

from sim.scoring.grid import mean_power_kw
from sim.simulation.sessions import Outcome


def test_the_peak_is_the_fullest_quarter_of_an_hour(six_drivers, values):
    # 0 draws 11 kW and 1, later, 22 kWh over 120 min = 11 kW; 3 draws 50 kWh in 20 min = 150 kW
    assert values(six_drivers, "peak_kw", "station") == pytest.approx({"s0": 11, "s1": 0, "s2": 150})
    assert values(six_drivers, "peak_kw", "city")["city"] == pytest.approx(150)
    assert values(six_drivers, "peak_kw", "district") == pytest.approx({"A": 11, "B": 150})


def test_a_part_of_a_quarter_counts_with_its_part_of_the_power(six_drivers):
    # 2006-2026 at 150 kW: 4 min of the quarter from 1995, all of the next, 1 min of the one after
    power = mean_power_kw(six_drivers, "station")[2]
    first = int((1995 - 1440) / 15)
    assert power[first - 1 : first + 4] == pytest.approx([0, 40, 150, 10, 0], abs=1e-9)


def test_sessions_at_the_same_time_add_up(run_of, values):
    # 10 kW from 1500 to 1560 at s0 and 20 kW from 1530 to 1545 at s1
    run = run_of([dict(start=1500, full=1560, end=1700, energy=10), dict(choices=(1,), start=1530, end=1545, energy=5)])
    assert values(run, "peak_kw", "station") == pytest.approx({"s0": 10, "s1": 20, "s2": 0})
    assert values(run, "peak_kw", "city")["city"] == pytest.approx(30)


def test_power_outside_the_measured_days_is_left_out(run_of):
    # 12 kW from 1410 to 1450, so 10 of 15 min in the first quarter; 60 kW over the last 5 min and beyond
    run = run_of(
        [
            dict(arrival=1410, start=1410, end=1450, energy=8),
            dict(arrival=11515, start=11515, end=11525, energy=10),
            dict(arrival=1300, start=1300, end=1400, energy=100),
            dict(arrival=11530, start=11530, end=11540, energy=100),
        ]
    )
    power = mean_power_kw(run, "city")[0]
    assert len(power) == 7 * 96
    assert power[0] == pytest.approx(8)
    assert power[-1] == pytest.approx(20)
    assert power[1:-1] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_quarters_hold_all_the_energy_delivered_in_the_measured_days(random_run, values, seed):
    run = random_run(seed)
    energy_kwh = mean_power_kw(run, "station").sum(axis=1) * 0.25
    per_point_day = np.array(list(values(run, "kwh_per_point_day", "station").values()))
    assert energy_kwh == pytest.approx(per_point_day * run.survey.points("station") * 7)
    assert energy_kwh.sum() > 100


def test_without_stations_nothing_is_drawn(run_of, survey, town, values):
    bare = dataclasses.replace(town, stations=town.stations.iloc[:0])
    run = run_of([dict(choices=(), outcome=Outcome.NO_CHOICE)], on=survey(bare))
    assert values(run, "peak_kw", "city") == {"city": 0}
    assert values(run, "peak_kw", "station") == {}
