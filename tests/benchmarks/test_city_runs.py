"""How long Dortmund takes: 30 replications of a week with scores and intervals, and one whole year in one run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import city_runs

ROOT = Path(__file__).resolve().parents[2]
REPLICATIONS, BY_SIMPY = 30, 3
WEEKS_S, YEAR_S, YEAR_MB = 10.0, 20.0, 2000.0

pytestmark = pytest.mark.benchmark


@pytest.fixture(autouse=True)
def compiled():
    pytest.importorskip("numba", reason="weeks and years of Dortmund: numba is missing")


@pytest.mark.parametrize("network", ["as_is", "planned"])
def test_thirty_weeks_with_scores_and_intervals(record, network):
    city_runs.load_engine("compiled")
    found = {}
    for engine, replications in (("compiled", REPLICATIONS), ("simpy", BY_SIMPY)):
        study, city, expected = city_runs.dortmund(engine, days=7)
        if network == "planned":
            city = city_runs.planned(study, city, expected)
        city_runs.scorecard(study, city, expected, replications=1)  # what is loaded late is loaded now
        found[engine] = city_runs.scorecard(study, city, expected, replications=replications)
    spent_s, requests, served_share = found["compiled"]
    simpy_s = found["simpy"][0] / BY_SIMPY
    record(
        f"{REPLICATIONS} replications of a week of Dortmund 2030, network {network.replace('_', ' ')}, with scores and "
        f"intervals: {requests / REPLICATIONS:,.0f} requests each, {served_share:.0%} served",
        target=f"at most {WEEKS_S:g} CPU s",
        measured=f"{spent_s:.1f} CPU s",
        rival=f"SimPy engine {simpy_s * REPLICATIONS:.0f} CPU s ({BY_SIMPY} replications, scaled)",
        met=spent_s <= WEEKS_S,
    )
    assert spent_s < simpy_s * REPLICATIONS


@pytest.mark.parametrize("network", ["as_is", "planned"])
def test_one_year_in_one_run(record, network):
    if not Path("/proc/self/status").exists():
        pytest.skip("a year of Dortmund: peak memory is read from Linux")
    run = subprocess.run(
        [sys.executable, "-m", city_runs.__name__, network], capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    spent_s, requests, served_share, peak_mb = map(float, run.stdout.split())
    study, city, expected = city_runs.dortmund("simpy", days=7)
    week_s = city_runs.scorecard(study, city, expected, replications=BY_SIMPY)[0] / BY_SIMPY
    record(
        f"a year ({city_runs.YEAR_DAYS} days) of Dortmund 2030 in one run, network {network.replace('_', ' ')}, with "
        f"scores: {requests:,.0f} requests, {served_share:.0%} served",
        target=f"at most {YEAR_S:g} CPU s and {YEAR_MB / 1000:g} GB",
        measured=f"{spent_s:.1f} CPU s, {peak_mb / 1000:.2f} GB",
        rival=f"SimPy engine {week_s * city_runs.YEAR_DAYS / 7:.0f} CPU s (a week of the network as is, scaled)",
        met=spent_s <= YEAR_S and peak_mb <= YEAR_MB,
    )
    assert peak_mb <= YEAR_MB
