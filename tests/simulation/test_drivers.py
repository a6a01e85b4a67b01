"""From settings and requests to sessions, by hand and in every engine: who sees what is free, whose start fails, how
long and how fast cars charge where they park and at hubs."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from sim.city.technology import WEEKDAYS, Technology
from sim.clock import Horizon
from sim.demand.choice import rank_stations
from sim.demand.draw import draw_requests
from sim.demand.expected import expected_demand
from sim.demand.requests import USE_CASES
from sim.errors import DataError
from sim.simulation.policies import QUEUE_POLICIES
from sim.simulation.run import ENGINES
from sim.simulation.sessions import Outcome
from sim.simulation.workload import build_workload
from tests.simulation.test_workload import ranked_of, requests_of

# Three kerbside stations of one point and a hub of one.
STREET = pd.DataFrame(dict(power_kw=[22.0, 22.0, 3.7, 50.0], points=[1, 1, 1, 1], technology=["ac", "ac", "ac", "dc"]))


def technology(current, failed_start_share):
    return Technology(
        current,
        current,
        22.0,
        1.0,
        1.0,
        10.0,
        [1],
        None,
        48.0,
        failed_start_share,
        0.5,
        [],
        1.0,
        ["kerb"],
        0,
        24,
        list(WEEKDAYS),
    )


FAILING = {"ac": technology("AC", 0.1), "dc": technology("DC", 0.2)}


@pytest.fixture
def sessions_of(demand, behaviour, run):
    def make(requests, choices, *, technologies=None, demand=demand, stations=STREET):
        workload = build_workload(
            requests, ranked_of(choices), stations=stations, demand=demand, behaviour=behaviour,
            policy=QUEUE_POLICIES["first_come"], technologies=technologies,
        )  # fmt: skip
        return run(workload).frame()

    return make


def test_who_sees_what_is_free_drives_there_at_once_and_who_does_not_tries_in_turn(sessions_of):
    """A takes the first. B sees at 1 that the second is free. C, blind, finds both taken: 4 min to each next one."""
    drivers = dataclasses.replace(requests_of("kerbside", "kerbside", "kerbside"), informed=np.array([0, 1, 0], bool))
    frame = sessions_of(drivers, [[0, 1, 2]] * 3)
    assert frame["station"].tolist() == [0, 1, 2]
    assert frame["start_min"].tolist() == [0, 1, 2 + 4 + 4]
    assert frame["tries"].tolist() == [1, 1, 3]


def test_one_failed_start_takes_two_minutes_of_the_parking_time_and_two_send_the_driver_on(sessions_of, behaviour):
    """At 0.1: 0.05 fails once, 0.005 twice. A charges from 2, full at 62, and leaves at 120 all the same. B, at another
    station, holds the point from 1 to 5 and is lost; C comes there at 6."""
    assert behaviour.restart_min == 2
    drivers = dataclasses.replace(
        requests_of("kerbside", "kerbside", "kerbside"),
        arrival_min=np.array([0.0, 1.0, 6.0]),
        start_luck=np.array([[0.05, 0.5], [0.005, 0.5], [0.5, 0.5]]),
    )
    frame = sessions_of(drivers, [[0, -1], [1, -1], [1, -1]], technologies=FAILING)
    assert frame["outcome"].tolist() == ["served", "start_failed", "served"]
    assert frame["full_min"].iloc[[0, 2]].tolist() == [62, 66]
    assert frame["end_min"].tolist() == [120, 5, 126]


def test_the_luck_of_each_try_is_its_own_and_so_is_the_share_of_each_technology(sessions_of):
    """First both starts fail (0.005 < 0.01), 0 to 4; after 4 min the start at the next works. At the hub 0.03 is two
    failures in a row (below 0.04), at the kerb only one (below 0.1)."""
    luck = np.array([[0.005, 0.5], [0.03, 0.5], [0.03, 0.5]])
    drivers = dataclasses.replace(requests_of("kerbside", "kerbside", "hub"), start_luck=luck)
    frame = sessions_of(drivers, [[0, 1], [2, -1], [3, -1]], technologies=FAILING)
    assert frame["start_min"].tolist()[:2] == [8, 1]
    assert frame["tries"].tolist() == [2, 1, 1]
    assert frame["outcome"].tolist() == ["served", "served", "start_failed"]


def test_without_failing_technologies_luck_is_not_looked_at(sessions_of):
    drivers = dataclasses.replace(requests_of("kerbside"), start_luck=np.zeros((1, 1)))
    reliable = {"ac": technology("AC", 0.0), "dc": technology("DC", 0.0)}
    for technologies in (None, reliable):
        assert sessions_of(drivers, [[0]], technologies=technologies)["outcome"].tolist() == ["served"]


def test_luck_that_was_not_drawn_is_refused(sessions_of):
    with pytest.raises(DataError, match="start_luck: drawn for 0 of 2 tries; draw requests with the same technologies"):
        sessions_of(requests_of("kerbside"), [[0, 1]], technologies=FAILING)


def test_a_parked_car_stays_to_the_end_full_or_not_at_the_smaller_limit_of_car_and_point(sessions_of):
    """Car 11 kW. 11 kWh at 22 kW: full after 60 min, stays 120. 33 kWh there: 22 kWh in 120 min. At 3.7 kW: 7.4 kWh."""
    drivers = dataclasses.replace(requests_of(*["kerbside"] * 3), need_kwh=np.array([11.0, 33.0, 33.0]))
    frame = sessions_of(drivers, [[0], [1], [2]])
    assert (frame["end_min"] - frame["start_min"]).tolist() == [120, 120, 120]
    assert frame["full_min"].iloc[0] == 60 and frame["full_min"].iloc[1:].isna().all()
    assert frame["energy_kwh"].tolist() == pytest.approx([11, 22, 7.4], abs=1e-5)


def test_a_car_at_a_shop_takes_a_share_of_the_smaller_peak_while_it_is_parked(sessions_of):
    """0.7 x 50 kW for 30 min: 17.5 of 20 kWh."""
    drivers = dataclasses.replace(requests_of("retail", stay_min=30.0), need_kwh=np.array([20.0]))
    frame = sessions_of(drivers, [[3]])
    assert frame["end_min"].tolist() == [30] and frame["energy_kwh"].tolist() == pytest.approx([17.5])


def test_a_hub_car_leaves_when_full_and_idle_whatever_the_parking_time(sessions_of):
    """77 kWh from 10 to 50 % at 50 kW, where the curve of a 160 kW car is above it: 77 x 0.4 / 0.94 / 50 h = 39.32 min,
    then 5 min. With one failed start of 2 min, 46.32 min."""
    need_kwh = 77 * 0.4 / 0.94
    drivers = dataclasses.replace(
        requests_of("hub"), battery_kwh=np.array([77.0]), soc_arrival=np.array([0.1]), soc_target=np.array([0.5]),
        need_kwh=np.array([need_kwh]), dc_kw=np.array([160.0]), start_luck=np.array([[0.1]]),
    )  # fmt: skip
    charging_min = need_kwh / 50 * 60
    assert charging_min == pytest.approx(39.32, abs=0.005)
    for technologies, end_min in ((None, charging_min + 5), (FAILING, 2 + charging_min + 5)):
        frame = sessions_of(drivers, [[3]], technologies=technologies)
        assert frame["end_min"].tolist() == pytest.approx([end_min], abs=1e-5)
        assert frame["energy_kwh"].tolist() == pytest.approx([need_kwh], abs=1e-5)


def test_a_session_lasts_as_the_charge_curve_says(sessions_of, demand):
    """Validation case V9 as a session: 10 to 80 % of 63 kWh, 100 kW peak, an ample point, no losses: 34.12 min."""
    no_losses = dataclasses.replace(demand, fleet=dataclasses.replace(demand.fleet, dc_efficiency=1.0))
    drivers = dataclasses.replace(
        requests_of("hub", idle_min=0.0), battery_kwh=np.array([63.0]), soc_arrival=np.array([0.1]),
        soc_target=np.array([0.8]), need_kwh=np.array([63 * 0.7]), dc_kw=np.array([100.0]),
    )  # fmt: skip
    ample = STREET.assign(power_kw=1000.0)
    frame = sessions_of(drivers, [[3]], demand=no_losses, stations=ample)
    assert frame["end_min"].tolist() == pytest.approx([34.12], abs=0.005)


@pytest.mark.parametrize("policy", QUEUE_POLICIES.names())
def test_both_engines_agree_on_weeks_of_informed_thrifty_unlucky_drivers(
    policy, toy_city, technologies, demand, behaviour
):
    pytest.importorskip("numba")
    lively = dataclasses.replace(
        behaviour, informed_share=dict.fromkeys(USE_CASES, 0.5), way_m_per_eur=dict.fromkeys(USE_CASES, 137.0),
        balk_at=dict.fromkeys(behaviour.balk_at, 3), hub_balk_wait_min=120.0,
    )  # fmt: skip
    failing = {
        name: dataclasses.replace(kind, failed_start_share=0.3, tariff_eur_per_kwh=0.4 + 0.05 * number)
        for number, (name, kind) in enumerate(technologies.items())
    }
    week = dataclasses.replace(demand, energy=dataclasses.replace(demand.energy, month=1))
    requests = draw_requests(
        toy_city, expected_demand(toy_city, week, year=2030, path="high"), week, lively, horizon=Horizon(2, 28),
        seed=1, stage="search", replication=0, technologies=failing,
    )  # fmt: skip
    workload = build_workload(
        requests, rank_stations(requests, toy_city.stations, failing, lively), stations=toy_city.stations,
        demand=week, behaviour=lively, policy=QUEUE_POLICIES[policy], technologies=failing,
    )  # fmt: skip
    simpy, compiled = (ENGINES[name](workload) for name in ("simpy", "compiled"))
    for field in dataclasses.fields(simpy):
        assert getattr(simpy, field.name).tobytes() == getattr(compiled, field.name).tobytes(), field.name
    assert (simpy.outcome == Outcome.START_FAILED).sum() > 10
    assert workload.informed.any() and (simpy.wait_min > 0).sum() > 50
