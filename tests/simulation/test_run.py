"""From requests and stations to sessions, by names in the settings."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import numpy as np
import pytest

from sim.errors import UnknownName
from sim.simulation.run import simulate
from sim.simulation.sessions import Outcome
from tests.simulation.test_workload import STATIONS, ranked_of, requests_of


@pytest.fixture
def settings(demand, behaviour, simulation):
    return dict(stations=STATIONS, demand=demand, behaviour=behaviour, simulation=simulation)


def test_kerbside_drivers_drive_on_and_hub_drivers_queue(settings):
    # Two points for three parked cars: the third driver arrives at minute 2 and is lost. Two hub points: the third hub
    # driver queues; the fourth finds one queueing, which is too many at two points, and drives 4 min to eight points.
    requests = requests_of("kerbside", "kerbside", "kerbside", "hub", "hub", "hub", "hub")
    workload, sessions = simulate(requests, ranked_of([[0, -1]] * 3 + [[1, -1]] * 3 + [[1, 2]]), **settings)
    frame = sessions.frame()
    assert frame["outcome"].tolist() == ["served", "served", "balked", "served", "served", "reneged", "served"]
    assert frame["station"].tolist() == [0, 0, 0, 1, 1, 1, 2]
    assert frame["end_min"].iloc[:3].tolist() == [120, 121, 2]
    assert frame["wait_min"].iloc[5] == 15 and frame["start_min"].iloc[6] == 10
    assert frame["energy_kwh"].tolist() == [11, 11, 0, 38, 38, 0, 38]
    assert len(workload) == len(sessions) == len(frame) == 7


def test_the_frame_has_a_column_for_each_field_and_outcomes_in_words(settings):
    _, sessions = simulate(requests_of("kerbside"), ranked_of([[0]]), **settings)
    frame = sessions.frame()
    assert list(frame) == [field.name for field in dataclasses.fields(sessions)]
    assert list(frame["outcome"].cat.categories) == [outcome.name.lower() for outcome in Outcome]
    assert frame.query("outcome == 'served'")["energy_kwh"].tolist() == [11]


def test_the_same_requests_give_the_same_sessions_whatever_else_was_simulated(settings):
    requests, ranked = requests_of("hub", "hub", "hub"), ranked_of([[1, 2]] * 3)
    first = simulate(requests, ranked, **settings)[1]
    simulate(requests_of("kerbside"), ranked_of([[0]]), **settings)
    assert first.frame().equals(simulate(requests, ranked, **settings)[1].frame())
    assert np.isfinite(first.end_min).all()


@pytest.mark.parametrize("name", ["engine", "queue_policy"])
def test_an_unknown_name_is_refused(settings, name):
    settings["simulation"] = dataclasses.replace(settings["simulation"], **{name: "frist_come"})
    with pytest.raises(UnknownName, match="frist_come"):
        simulate(requests_of("hub"), ranked_of([[1]]), **settings)


def test_simpy_is_loaded_when_an_engine_runs_not_before():
    code = "import sys, sim.simulation.run; print('simpy' in sys.modules, 'numba' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False"]


def test_the_default_settings_are_a_measured_week_after_a_warm_up(simulation):
    assert simulation.horizon.days == 7 and simulation.horizon.warm_up_days == 2
    assert simulation.verdict_replications == 20
