"""Who goes first: the same four drivers under each policy, by hand and in every engine."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from sim.simulation.policies import QUEUE_POLICIES
from sim.simulation.run import ENGINES, simulate
from sim.simulation.workload import build_workload
from tests.simulation.test_workload import STATIONS, ranked_of, requests_of

ONE_POINT = pd.DataFrame(dict(power_kw=[11.0], points=[1]))

# One point of 11 kW. A comes at 0 and stays to 60. Then, while the point is taken, come
# B at 10, destination, 11 kWh (60 min), parked for 100: in time until 10 + 100 - 60 = 50
# C at 20, kerbside, 2.75 kWh (15 min), parked for 30: in time until 20 + 30 - 15 = 35
# D at 30, work, 16.5 kWh (90 min), parked for 90: in time until 30 + 90 - 90 = 30
STARTS = {
    "first_come": dict(B=60, C=160, D=190),
    "shortest_stay": dict(C=60, D=90, B=180),  # stays of 30, 90, 100
    "most_urgent": dict(D=60, C=150, B=180),
    "by_class": dict(C=60, B=90, D=190),  # kerbside, destination, work
}


def test_there_is_a_worked_example_for_each_policy():
    assert set(STARTS) == set(QUEUE_POLICIES.names())


@pytest.fixture
def patient(behaviour):
    """Drivers who queue in the street, so that there is somebody to put in order."""
    return dataclasses.replace(behaviour, balk_at=dict.fromkeys(behaviour.balk_at, 9))


@pytest.mark.parametrize("engine", ENGINES.names())
@pytest.mark.parametrize("policy", STARTS)
def test_the_queue_is_served_in_the_order_of_the_policy(policy, engine, demand, patient, simulation):
    if engine == "compiled":
        pytest.importorskip("numba")
    drivers = dataclasses.replace(
        requests_of("kerbside", "destination", "kerbside", "work"),
        arrival_min=np.array([0.0, 10.0, 20.0, 30.0]),
        need_kwh=np.array([11.0, 11.0, 2.75, 16.5]),
        stay_min=np.array([60.0, 100.0, 30.0, 90.0]),
    )
    chosen = dataclasses.replace(simulation, engine=engine, queue_policy=policy)
    _, sessions = simulate(
        drivers, ranked_of([[0]] * 4), stations=ONE_POINT, demand=demand, behaviour=patient, simulation=chosen
    )
    assert dict(zip("ABCD", sessions.start_min.tolist(), strict=True)) == {"A": 0, **STARTS[policy]}


def keys_of(policy, requests, ranked, demand, behaviour, stations=STATIONS):
    return build_workload(
        requests, ranked, stations=stations, demand=demand, behaviour=behaviour, policy=QUEUE_POLICIES[policy]
    ).queue_key


def test_at_a_hub_the_most_urgent_is_who_gives_up_first(demand, behaviour):
    """Nobody is parked there, so patience is all there is: arrival + detours of 4 min + patience."""
    drivers = dataclasses.replace(requests_of("hub", "hub"), patience_min=np.array([15.0, 3.0]))
    keys = keys_of("most_urgent", drivers, ranked_of([[1, 2], [2, 1]]), demand, behaviour)
    assert keys.tolist() == [[15, 19], [4, 8]]


def test_who_can_no_longer_be_filled_has_been_urgent_since_before_arriving(demand, behaviour):
    """Parked for 20 min, 11 kWh take 60: in time until -40 only."""
    drivers = requests_of("kerbside", stay_min=20.0)
    assert keys_of("most_urgent", drivers, ranked_of([[0]]), demand, behaviour).tolist() == [[-40]]


def test_who_gets_no_power_is_as_urgent_as_the_parking_time_is_short(demand, behaviour):
    """A car without DC is never full; it leaves after 120 min."""
    drivers = dataclasses.replace(requests_of("retail"), dc_kw=np.zeros(1))
    assert keys_of("most_urgent", drivers, ranked_of([[1]]), demand, behaviour).tolist() == [[120]]
