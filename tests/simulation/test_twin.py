"""Which engines a study uses, and how a difference between them is told."""

from __future__ import annotations

import dataclasses
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.errors import MissingExtra, SimError
from sim.simulation.run import ENGINES
from sim.simulation.sessions import Sessions
from sim.simulation.twin import Engines, EnginesDisagree, check_twin, ready_engines
from tests.simulation.random_workloads import random_workload


def silence(text: str) -> None:
    """Nobody listens."""


def with_engines(simulation, engine="simpy", search_engine="auto"):
    return dataclasses.replace(simulation, engine=engine, search_engine=search_engine)


def changed_sessions(column: str, request: int, value: float):
    """An engine that makes one mistake, at one request."""

    def engine(workload):
        sessions = ENGINES["simpy"](workload)
        columns = {field.name: getattr(sessions, field.name).copy() for field in dataclasses.fields(Sessions)}
        columns[column][request : request + 1] = value
        return Sessions(**columns)

    return engine


def test_with_numba_the_search_is_compiled_and_the_verdict_is_simpy_s_with_a_twin(simulation):
    pytest.importorskip("numba")
    assert ready_engines(simulation, silence) == Engines("compiled", "simpy", "compiled")
    assert ready_engines(with_engines(simulation, search_engine="simpy"), silence).search == "simpy"


def test_a_verdict_of_the_compiled_engine_has_no_twin_and_says_why(simulation):
    pytest.importorskip("numba")
    engines = ready_engines(with_engines(simulation, engine="compiled"), silence)
    assert engines.twin is None
    assert "reference engine simpy" in engines.note


def test_what_takes_time_is_told(simulation):
    pytest.importorskip("numba")
    told: list[str] = []
    ready_engines(simulation, told.append)
    assert len(told) == 1 and told[0].split()[0] in ("loading", "compiling")


def test_without_numba_everything_is_simpy_s(simulation, monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    engines = ready_engines(simulation, silence)
    assert (engines.search, engines.verdict, engines.twin) == ("simpy", "simpy", None)
    assert "ladeplan[fast]" in engines.note


@pytest.mark.parametrize("asked", [dict(search_engine="compiled"), dict(engine="compiled")])
def test_without_numba_a_compiled_engine_cannot_be_asked_for(simulation, monkeypatch, asked):
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(MissingExtra, match=r"ladeplan\[fast\].*or choose simpy"):
        ready_engines(with_engines(simulation, **asked), silence)


def test_a_numba_that_does_not_fit_is_done_without_and_says_why(tmp_path):
    (tmp_path / "numba.py").write_text("raise ImportError('Numba needs NumPy 2.3 or less')")
    code = """
from sim.app.config import load_study
from sim.simulation.twin import ready_engines
print(ready_engines(load_study(["city=toy"]).simulation, print))
"""
    path = os.pathsep.join([str(tmp_path), str(Path(sim.__file__).parents[1])])
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}, check=True
    )
    assert "search='simpy', verdict='simpy', twin=None" in found.stdout
    assert "Numba needs NumPy 2.3 or less" in found.stdout


def test_engines_that_agree_pass_in_silence(run):
    workload = random_workload(3)
    name = next(name for name in ENGINES if ENGINES[name] is run)
    assert check_twin(workload, ENGINES["simpy"](workload), name, where="here") is None


@pytest.mark.parametrize(("column", "value"), [("energy_kwh", 1e-300), ("tries", 9), ("start_min", -0.0)])
def test_one_wrong_bit_names_replication_column_and_first_request(monkeypatch, column, value):
    workload = random_workload(3)
    monkeypatch.setitem(ENGINES._functions, "compiled", changed_sessions(column, 2, value))
    with pytest.raises(EnginesDisagree) as caught:
        check_twin(workload, ENGINES["simpy"](workload), "compiled", where="verdict, replication 7, city 1 of 2")
    assert str(caught.value).startswith("verdict, replication 7, city 1 of 2: the engine 'compiled'")
    assert f"{column}: 1 of {len(workload)} requests, first request 2 (" in str(caught.value)
    assert column == "start_min" or "start_min" not in str(caught.value)
    assert "fault of ladeplan" in str(caught.value)


def test_a_disagreement_is_no_mistake_of_the_user_and_survives_the_way_from_a_worker():
    error = EnginesDisagree("verdict, replication 7: energy_kwh")
    assert not isinstance(error, SimError)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.slow
def test_workers_find_the_machine_code_where_no_folder_of_numba_s_can_be_written(tmp_path):
    pytest.importorskip("numba")
    nowhere = tmp_path / "nowhere"  # a file in the place of a folder cannot be written into, by whomever
    nowhere.write_text("")
    shutil.copytree(Path(sim.__file__).parent, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "sim" / "simulation" / "engines" / "__pycache__").write_text("")
    code = """
import os, subprocess, sys
from sim.simulation.engines.compiled_engine import compiled, share_with_workers
from sim.simulation.run import ENGINES
from sim.simulation.workload import make_workload
print(share_with_workers())
ENGINES["compiled"](make_workload(arrival_min=[0.0], choices=[[0]], energy_kwh=1.0, power_kw=1.0, points=[1]))
print(sum(compiled().stats.cache_misses.values()), sum(compiled().stats.cache_hits.values()), flush=True)
if len(sys.argv) < 2:
    subprocess.run([sys.executable, __file__, "worker"], check=True)
    print(os.environ["NUMBA_CACHE_DIR"])
"""
    script = tmp_path / "script.py"
    script.write_text(code)
    where = dict(XDG_CACHE_HOME=str(nowhere), HOME=str(nowhere), PYTHONPATH=str(tmp_path), PYTHONDONTWRITEBYTECODE="1")
    env = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"} | where
    found = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, env=env)
    assert found.returncode == 0, found.stderr
    *told, folder = found.stdout.split()
    assert told == ["False", "1", "0", "True", "0", "1"]  # compiled by the first, found by the second
    assert not Path(folder).exists()  # and gone with the first
