"""A case worked by hand, and what becomes of its drivers."""

from __future__ import annotations

import numpy as np

from sim.simulation.sessions import Outcome
from sim.simulation.workload import make_workload

SERVED, CUT_SHORT, BALKED, OUT_OF_ORDER, RENEGED, START_FAILED, NO_CHOICE, UNFINISHED = Outcome


def sessions_of(run, arrival_min, **columns):
    """Outcome, station, wait, start, full, end and energy of each driver, a row each."""
    given = {"choices": [0] * len(arrival_min), "points": [1], "power_kw": 60.0, **columns}
    s = run(make_workload(arrival_min=arrival_min, **given))
    return np.column_stack([s.outcome, s.station, s.wait_min, s.start_min, s.full_min, s.end_min, s.energy_kwh]), s


def check(found, *expected):
    np.testing.assert_array_equal(found[0], np.array(expected, float))
    return found[1]
