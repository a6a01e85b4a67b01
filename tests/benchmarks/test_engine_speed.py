"""How fast is the SimPy engine against the textbook idiom? `pytest -m benchmark -s tests/benchmarks`

Both get the same columns in the same process, take turns, and must give the same sessions. The best of three runs of
each is compared, in CPU seconds; building the workload is not counted.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from sim.simulation.run import ENGINES
from sim.simulation.sessions import Sessions
from tests.benchmarks import textbook_engine
from tests.benchmarks.clock import cpu_s
from tests.benchmarks.engine_workloads import impatient_week

GOAL, MOONSHOT = 3.0, 5.0
ROUNDS = 3


@pytest.mark.benchmark
@pytest.mark.parametrize(("requests", "detour_min"), [(20_000, 0.0), (100_000, 0.0), (100_000, 4.0)])
def test_the_simpy_engine_is_at_least_three_times_as_fast_as_one_process_per_driver(record, requests, detour_min):
    workload = impatient_week(requests, detour_min=detour_min)
    engine_s, textbook_s = [], []
    for _ in range(ROUNDS):
        seconds, sessions = cpu_s(ENGINES["simpy"], workload)
        engine_s.append(seconds)
        seconds, same = cpu_s(textbook_engine.run, workload)
        textbook_s.append(seconds)
    for field in dataclasses.fields(Sessions):
        if field.name != "point":  # the textbook engine does not number points
            np.testing.assert_array_equal(getattr(sessions, field.name), getattr(same, field.name), err_msg=field.name)
    ratio = min(textbook_s) / min(engine_s)
    record(
        f"SimPy engine, workload B, {requests:,} requests"
        + (f", {detour_min:g} min to the next station" if detour_min else ""),
        target=f"at least {GOAL:g} times the textbook engine (moonshot {MOONSHOT:g})",
        measured=f"{ratio:.1f} times; {requests / min(engine_s):,.0f} requests per CPU second",
        rival=f"textbook engine {requests / min(textbook_s):,.0f}",
        met=ratio >= GOAL,
    )
    assert ratio >= GOAL
