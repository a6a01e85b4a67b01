"""Every engine keeps the same contract: tests that take `run` are run once for each."""

from __future__ import annotations

import pytest

from sim.demand.behaviour import Behaviour
from sim.demand.settings import Demand
from sim.simulation.run import ENGINES, Simulation
from tests.demand.conftest import read_settings


@pytest.fixture(params=ENGINES.names())
def engine(request):
    """The name of an engine."""
    if request.param == "compiled":
        pytest.importorskip("numba")
    return request.param


@pytest.fixture
def run(engine):
    """An engine."""
    return ENGINES[engine]


@pytest.fixture(scope="session")
def demand() -> Demand:
    return read_settings(Demand, "demand/default.yaml")


@pytest.fixture(scope="session")
def behaviour() -> Behaviour:
    return read_settings(Behaviour, "behaviour/default.yaml")


@pytest.fixture(scope="session")
def simulation() -> Simulation:
    return read_settings(Simulation, "simulation/default.yaml")
