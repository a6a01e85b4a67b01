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
from pathlib import Path

import numpy as np
import pytest

from sim.simulation.engines import compiled_engine
from sim.simulation.run import ENGINES
from sim.simulation.sessions import Sessions
from sim.simulation.workload import change_workload
from tests.benchmarks import c_engine
from tests.benchmarks.clock import best_s, cpu_s
from tests.benchmarks.engine_workloads import everything_on, impatient_week

ROOT = Path(__file__).resolve().parents[2]
REQUESTS = 100_000
ROUNDS = 7
RATIO = 15.0
C_RATIO = 1.5
MOST_MB = 250

pytestmark = pytest.mark.benchmark


@pytest.fixture(autouse=True)
def compiled():
    """The engine, loaded."""
    pytest.importorskip("numba")
    engine = ENGINES["compiled"]
    engine(impatient_week(1_000))
    return engine


@pytest.mark.parametrize(
    ("what", "make", "goal"),
    [("workload B", impatient_week, 1_000_000), ("everything on", everything_on, 500_000)],
    ids=["workload B", "everything on"],
)
def test_the_compiled_engine_is_many_times_as_fast_as_the_readable_one(record, compiled, what, make, goal):
    whole_s = best_s(lambda: compiled(make(REQUESTS)), rounds=ROUNDS)
    workload = make(REQUESTS)
    runs = [cpu_s(compiled, workload) for _ in range(ROUNDS)]
    engine_s, sessions = min(seconds for seconds, _ in runs), runs[0][1]
    simpy_s, same = cpu_s(ENGINES["simpy"], workload)
    assert_same(sessions, same)
    ratio = simpy_s / engine_s
    record(
        f"compiled engine with the draws, {what}, {REQUESTS:,} requests, {sessions.tries.mean():.2f} tries each, "
        f"{np.mean(sessions.outcome > 1):.0%} lost",
        target=f"{goal:,} requests per CPU second",
        measured=f"{REQUESTS / whole_s:,.0f}; without the draws {REQUESTS / engine_s:,.0f}",
        rival=f"SimPy engine without the draws {REQUESTS / simpy_s:,.0f}: {ratio:.0f} times",
        met=REQUESTS / whole_s >= goal,
    )
    assert ratio >= RATIO


@pytest.mark.parametrize(("requests", "detour_min"), [(20_000, 0.0), (100_000, 0.0), (100_000, 4.0)])
def test_the_kernel_comes_near_a_loop_in_c(record, compiled, tmp_path, requests, detour_min):
    """Only the loops are compared; columns in and sessions out are the same code."""
    if c_engine.compiler() is None:
        pytest.skip("the kernel against a C loop: there is no C compiler (cc)")
    loop, workload = c_engine.build(tmp_path), impatient_week(requests, detour_min=detour_min)
    assert_same(compiled(workload), c_engine.run(loop, workload))
    kernel_s, c_s = [], []
    for _ in range(2 * ROUNDS):
        kernel_s.append(cpu_s(compiled_engine.take_notes, compiled_engine.compiled(), workload)[0])
        c_s.append(cpu_s(loop, workload)[0])
    ratio = min(kernel_s) / min(c_s)
    record(
        f"kernel of the compiled engine, workload B, {requests:,} requests"
        + (f", {detour_min:g} min to the next station" if detour_min else ""),
        target=f"moonshot: within {C_RATIO:g} times a C loop",
        measured=f"{ratio:.2f} times; {requests / min(kernel_s):,.0f} requests per CPU second",
        rival=f"C loop {requests / min(c_s):,.0f}",
        met=ratio <= C_RATIO,
    )


def assert_same(ours: Sessions, theirs: Sessions) -> None:
    for field in dataclasses.fields(Sessions):
        assert getattr(ours, field.name).tobytes() == getattr(theirs, field.name).tobytes(), field.name


def test_cost_grows_no_faster_than_n_log_n(record, compiled):
    """The same load for ever more weeks, and ever more load in one week, for which only the exponent is printed."""
    sizes = np.array([10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000])
    seconds = dict(weeks=[], load=[])
    for requests in sizes.tolist():
        week = impatient_week(requests)
        longer = change_workload(week, arrival_min=week.arrival_min * (requests / REQUESTS))
        rounds = ROUNDS if requests <= 300_000 else 3
        seconds["weeks"].append(best_s(compiled, longer, rounds=rounds))
        seconds["load"].append(best_s(compiled, week, rounds=rounds))
    exponent = {name: np.polyfit(np.log(sizes), np.log(found), 1)[0] for name, found in seconds.items()}
    of_n_log_n = np.polyfit(np.log(sizes), np.log(sizes * np.log(sizes)), 1)[0]
    titles = dict(weeks="ever more weeks of the same load", load="ever more load in one week")
    for name, found in seconds.items():
        rates = ", ".join(f"{n / s / 1e6:.2f}" for n, s in zip(sizes.tolist(), found, strict=True))
        record(
            f"compiled engine, workload B, {sizes[0]:,} to {sizes[-1]:,} requests: {titles[name]}",
            target="cost grows no faster than n log n" if name == "weeks" else "-",
            measured=f"n^{exponent[name]:.2f}; million requests per CPU second {rates}",
            rival=f"n log n: n^{of_n_log_n:.2f}",
            met=bool(exponent[name] <= of_n_log_n) if name == "weeks" else None,
        )
    # CPU seconds of one machine are noisy by a few per cent; growth that is truly faster shows far above that.
    assert exponent["weeks"] <= of_n_log_n + 0.05


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
print(first_s, first_cpu_s, float(peak_kb[0]) * 1024 / 1e6)
"""


def test_first_call_and_memory_of_a_process(record, tmp_path):
    if not Path("/proc/self/status").exists():
        pytest.skip("memory of the compiled engine: it is read from Linux")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(tmp_path)}
    rows = []
    for _ in range(2):
        found = subprocess.run([sys.executable, "-c", FIRST_CALL], capture_output=True, text=True, check=True, env=env)
        rows.append([float(word) for word in found.stdout.split()])
    (compile_s, compile_cpu_s, compile_mb), (load_s, load_cpu_s, load_mb) = rows
    record(
        f"memory of a process with the compiled engine, workload B, {REQUESTS:,} requests",
        target=f"at most {MOST_MB} MB",
        measured=f"{load_mb:.0f} MB",
        rival=f"while compiling {compile_mb:.0f} MB",
        met=load_mb <= MOST_MB,
    )
    record(
        "first call of the compiled engine",
        measured=f"{load_cpu_s:.1f} CPU s, from the cache",
        rival=f"first call of all, which compiles: {compile_cpu_s:.0f} CPU s",
    )
    assert load_s < compile_s / 5
    assert load_mb <= MOST_MB
