"""How the compiled engine is loaded: late, once, from a cache that no change in its sources can fool."""

from __future__ import annotations

import ast
import inspect
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.compiling import signed
from sim.errors import MissingExtra
from sim.simulation import events
from sim.simulation.engines import compiled_engine, event_heap, kernel
from sim.simulation.run import ENGINES
from tests.simulation.random_workloads import random_workload

# One driver who wants to charge for ten minutes, after a failed start of two. Prints when the car leaves, how often the
# machine code was found, how often not, and whether there is a folder to keep it in.
ONE_SESSION = """
from sim.simulation.engines import compiled_engine
from sim.simulation.workload import make_workload
w = make_workload(arrival_min=[0], choices=[0], energy_kwh=10, power_kw=60, points=[1], failed_starts=1, restart_min=2)
end_min = compiled_engine.run(w).end_min[0]
stats = compiled_engine.compiled().stats
print(end_min, sum(stats.cache_hits.values()), sum(stats.cache_misses.values()), stats.cache_path is not None)
"""


def run_in_new_process(code: str, root: Path, **variables: str) -> list[str]:
    """The words that a new Python prints."""
    env = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1", **variables}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, cwd=root)
    assert found.returncode == 0, found.stderr
    return found.stdout.split()


@pytest.fixture
def copy_of_sim(tmp_path):
    """A folder with the package in it, without anything compiled."""
    shutil.copytree(Path(sim.__file__).parent, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_numba_is_loaded_when_the_compiled_engine_runs_not_before():
    code = "import sys, sim.simulation.engines.compiled_engine as e; print('numba' in sys.modules)"
    assert run_in_new_process(code, Path(sim.__file__).parents[1]) == ["False"]


def test_a_later_process_finds_the_machine_code():
    pytest.importorskip("numba")
    ENGINES["compiled"](random_workload(0))
    assert run_in_new_process(ONE_SESSION, Path(sim.__file__).parents[1]) == ["12.0", "1", "0", "True"]


def test_without_numba_the_message_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(MissingExtra, match=r"ladeplan\[fast\]"):
        compiled_engine.compiled.__wrapped__()


@pytest.mark.parametrize("module", compiled_engine.SOURCES)
def test_a_change_in_any_source_gives_another_name_to_the_cache(monkeypatch, module):
    name, read = signed(kernel.simulate, compiled_engine.SOURCES).__qualname__, inspect.getsource
    assert signed(kernel.simulate, compiled_engine.SOURCES).__qualname__ == name
    monkeypatch.setattr(inspect, "getsource", lambda m: read(m).replace("the", "teh") if m is module else read(m))
    assert signed(kernel.simulate, compiled_engine.SOURCES).__qualname__ != name


@pytest.mark.parametrize("module", [kernel, event_heap, events])
def test_whatever_the_kernel_uses_of_other_files_is_in_that_name(module):
    imports = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.ImportFrom)]
    ours = {node.module for node in imports if node.module.startswith("sim")}
    assert ours <= {source.__name__ for source in compiled_engine.SOURCES}


def test_every_function_that_the_kernel_calls_is_compiled_with_it():
    called = {
        function
        for function in map(kernel.__dict__.get, kernel.simulate.__code__.co_names)
        if inspect.isfunction(function)
    }
    assert called <= set(compiled_engine.HELPERS)


@pytest.mark.slow
def test_a_changed_rank_or_formula_is_compiled_anew(copy_of_sim, tmp_path):
    pytest.importorskip("numba")
    cache = dict(NUMBA_CACHE_DIR=str(tmp_path / "cache"))
    assert run_in_new_process(ONE_SESSION, copy_of_sim, **cache) == ["12.0", "0", "1", "True"]
    assert run_in_new_process(ONE_SESSION, copy_of_sim, **cache) == ["12.0", "1", "0", "True"]
    source = copy_of_sim / "sim" / "simulation" / "events.py"
    text = source.read_text(encoding="utf-8")
    stat = source.stat()
    source.write_text(text.replace("STARTS = 2 ", "STARTS = 1 "), encoding="utf-8")
    os.utime(source, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    # One failed start is now one too many: the driver, without another choice, is lost after it.
    assert run_in_new_process(ONE_SESSION, copy_of_sim, **cache) == ["2.0", "0", "1", "True"]


@pytest.mark.slow
def test_where_nothing_can_be_written_the_kernel_is_compiled_for_the_process(copy_of_sim, tmp_path):
    pytest.importorskip("numba")
    # A file in the place of a folder cannot be written into, by whomever.
    (copy_of_sim / "sim" / "simulation" / "engines" / "__pycache__").write_text("")
    nowhere = tmp_path / "nowhere"
    nowhere.write_text("")
    where = dict(XDG_CACHE_HOME=str(nowhere), HOME=str(nowhere))
    assert run_in_new_process(ONE_SESSION, copy_of_sim, **where) == ["12.0", "0", "1", "False"]
