"""The engines and the textbook idiom agree where no two things happen at once."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from sim.simulation.sessions import Sessions
from sim.simulation.workload import change_workload
from tests.benchmarks import textbook_engine
from tests.benchmarks.engine_workloads import impatient_week
from tests.simulation.random_workloads import random_workload

# The textbook engine does not number points.
COLUMNS = [field.name for field in dataclasses.fields(Sessions) if field.name != "point"]


@pytest.mark.parametrize("seed", range(60))
def test_one_process_per_driver_gives_the_same_sessions(run, seed):
    w = random_workload(seed, ("choices", "balking", "keys", "parking", "patience"))
    # SimPy's resources know no endless stay: who would never leave leaves after 1,000 min.
    w = change_workload(w, longest_min=np.minimum(w.longest_min, 1000.0))
    engine, textbook = run(w), textbook_engine.run(w)
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(engine, name), getattr(textbook, name), err_msg=name)


def test_a_busy_week_has_the_same_sessions(run):
    w = impatient_week(5_000, detour_min=4.0)
    engine, textbook = run(w), textbook_engine.run(w)
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(engine, name), getattr(textbook, name), err_msg=name)
