"""How fast is the compiled engine, and at what cost? `pytest -m benchmark -s tests/benchmarks/test_compiled_engine.py`

CPU seconds, the best of some runs, with the SimPy engine on the same workload in the same process. Where the drawing
counts, a replication is everything from a seed to its sessions: drawing, checking and deriving the columns, the run.
What depends on the machine is printed beside its goal; what must hold on any machine is asserted.
"""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from sim.simulation.run import ENGINES
from sim.simulation.sessions import Sessions
from sim.simulation.workload import change_workload
from tests.benchmarks.engine_workloads import everything_on, impatient_week

ROOT = Path(__file__).resolve().parents[2]
REQUESTS = 100_000
ROUNDS = 7
RATIO = 15.0

pytestmark = pytest.mark.benchmark


@pytest.fixture(autouse=True)
def compiled():
    """The engine, loaded."""
    pytest.importorskip("numba")
    engine = ENGINES["compiled"]
    engine(impatient_week(1_000))
    return engine


def cpu_s(function, *arguments):
    """CPU seconds of one call, and what it returns."""
    start = time.process_time()
    answer = function(*arguments)
    return time.process_time() - start, answer


@pytest.mark.parametrize(("make", "goal"), [(impatient_week, 1_000_000), (everything_on, 500_000)])
def test_the_compiled_engine_is_many_times_as_fast_as_the_readable_one(compiled, make, goal):
    whole_s = min(cpu_s(lambda: compiled(make(REQUESTS)))[0] for _ in range(ROUNDS))
    workload = make(REQUESTS)
    runs = [cpu_s(compiled, workload) for _ in range(ROUNDS)]
    engine_s, sessions = min(seconds for seconds, _ in runs), runs[0][1]
    simpy_s, same = cpu_s(ENGINES["simpy"], workload)
    for field in dataclasses.fields(Sessions):
        assert getattr(sessions, field.name).tobytes() == getattr(same, field.name).tobytes(), field.name
    ratio = simpy_s / engine_s
    print(
        f"\n{make.__name__}, {REQUESTS:,} requests, {sessions.tries.mean():.2f} tries each, "
        f"{np.mean(sessions.outcome > 1):.1%} lost: {REQUESTS / whole_s:,.0f} requests per CPU second with the drawing "
        f"(goal {goal:,}: {'met' if REQUESTS / whole_s >= goal else 'missed'}); without it {REQUESTS / engine_s:,.0f}, "
        f"SimPy engine {REQUESTS / simpy_s:,.0f}, ratio {ratio:.1f}"
    )
    assert ratio >= RATIO


def test_cost_grows_no_faster_than_n_log_n(compiled):
    """The same load for ever more weeks, and ever more load in one week, for which only the exponent is printed."""
    sizes = np.array([10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000])
    seconds = dict(weeks=[], load=[])
    for requests in sizes.tolist():
        week = impatient_week(requests)
        longer = change_workload(week, arrival_min=week.arrival_min * (requests / REQUESTS))
        rounds = ROUNDS if requests <= 300_000 else 2
        seconds["weeks"].append(min(cpu_s(compiled, longer)[0] for _ in range(rounds)))
        seconds["load"].append(min(cpu_s(compiled, week)[0] for _ in range(rounds)))
    exponent = {name: np.polyfit(np.log(sizes), np.log(found), 1)[0] for name, found in seconds.items()}
    of_n_log_n = np.polyfit(np.log(sizes), np.log(sizes * np.log(sizes)), 1)[0]
    for name, found in seconds.items():
        rates = ", ".join(f"{n:,}: {n / s:,.0f}" for n, s in zip(sizes.tolist(), found, strict=True))
        print(
            f"\nmore {name}: cost ~ n^{exponent[name]:.3f} (n log n: {of_n_log_n:.3f}); requests per CPU second {rates}"
        )
    assert exponent["weeks"] <= of_n_log_n


FIRST_CALL = """
import time
from pathlib import Path
from tests.benchmarks.engine_workloads import impatient_week
from sim.simulation.engines import compiled_engine
from sim.simulation.workload import make_workload
one = make_workload(arrival_min=[0], choices=[0], energy_kwh=10, power_kw=60, points=[1])
start, cpu = time.perf_counter(), time.process_time()
compiled_engine.run(one)
first_s, first_cpu_s = time.perf_counter() - start, time.process_time() - cpu
compiled_engine.run(impatient_week(100_000))
# Not `resource.ru_maxrss`: a child process inherits that from its parent.
peak_kb = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line[:6] == "VmHWM:"]
print(first_s, first_cpu_s, float(peak_kb[0]) / 1024)
"""


def test_first_call_and_memory_of_a_process(tmp_path):
    if not Path("/proc/self/status").exists():
        pytest.skip("peak memory is read from Linux")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(tmp_path)}
    rows = []
    for _ in range(2):
        found = subprocess.run([sys.executable, "-c", FIRST_CALL], capture_output=True, text=True, check=True, env=env)
        rows.append([float(word) for word in found.stdout.split()])
    (compile_s, compile_cpu_s, compile_mb), (load_s, load_cpu_s, load_mb) = rows
    print(
        f"\nfirst call of all: {compile_s:.1f} s ({compile_cpu_s:.1f} CPU s); of a later process: {load_s:.2f} s "
        f"({load_cpu_s:.2f} CPU s); peak memory with workload B at 100,000: {load_mb:.0f} MB, while compiling "
        f"{compile_mb:.0f} MB"
    )
    assert load_s < compile_s / 5
    assert load_mb <= 250
