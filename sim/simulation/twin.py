"""Two engines, one answer: which engines a study uses, made ready once, and the proof that they agree.

The verdict is the reference engine's. Where numba is installed, the search for a plan runs on the compiled twin, and
every workload of the verdict runs through both: all columns of all sessions must be the same bytes.
"""

from __future__ import annotations

import dataclasses
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.errors import MissingExtra
from sim.simulation.run import ENGINES, Simulation
from sim.simulation.sessions import Sessions
from sim.simulation.workload import Workload, make_workload

AUTO, REFERENCE, COMPILED = "auto", "simpy", "compiled"


class EnginesDisagree(Exception):
    """Two engines made different sessions of one workload: a fault of ladeplan, never of the user."""


@dataclass(frozen=True)
class Engines:
    """Engines of a study, by name in ENGINES.

    search  : finds the plan
    verdict : judges it
    twin    : must give the same bytes in the verdict; None = there is no second engine
    note    : why there is no twin; "" where there is one
    """

    search: str
    verdict: str
    twin: str | None
    note: str = ""

    def for_search(self, simulation: Simulation) -> Simulation:
        """The settings with the engine that finds the plan."""
        return dataclasses.replace(simulation, engine=self.search)


def ready_engines(simulation: Simulation, tell: Callable[[str], None]) -> Engines:
    """The engines that settings ask for. Machine code is compiled or loaded here, once, before workers start.

    tell : told what takes time
    Errors: MissingExtra where the compiled engine is asked for by name and numba cannot be loaded.
    """
    without_numba = prepare_compiled(tell)
    if without_numba and COMPILED in (simulation.engine, simulation.search_engine):
        raise MissingExtra(without_numba)
    search = simulation.search_engine
    if search == AUTO:
        search = REFERENCE if without_numba else COMPILED
    if simulation.engine != REFERENCE:
        return Engines(search, simulation.engine, None, f"the verdict is not of the reference engine {REFERENCE}")
    return Engines(search, simulation.engine, None if without_numba else COMPILED, without_numba)


def prepare_compiled(tell: Callable[[str], None]) -> str:
    """Make the compiled engine ready for this process and those it starts; else say why it cannot be."""
    if importlib.util.find_spec("numba") is None:
        return (
            "simulation.search_engine: numba is not installed; install the extra `fast` (pip install 'ladeplan[fast]') "
            "or choose simpy"
        )
    from sim.simulation.engines.compiled_engine import share_with_workers

    try:
        kept = share_with_workers()
    except MissingExtra as error:  # installed, but not fit for this Python or numpy
        return str(error)
    tell("loading the fast engine" if kept else "compiling the fast engine, once on this machine (some 20 s)")
    ENGINES[COMPILED](make_workload(arrival_min=[0.0], choices=[[0]], energy_kwh=1.0, power_kw=1.0, points=[1]))
    return ""


def check_twin(workload: Workload, sessions: Sessions, twin: str, *, where: str) -> None:
    """Run a workload through a second engine too, and raise EnginesDisagree unless every column is the same bytes.

    where : which workload it is, for the message
    """
    other = ENGINES[twin](workload)
    differences = []
    for field in dataclasses.fields(Sessions):
        ours, theirs = getattr(sessions, field.name), getattr(other, field.name)
        if ours.dtype != theirs.dtype or ours.shape != theirs.shape:
            differences.append(f"{field.name}: {len(ours)} {ours.dtype} against {len(theirs)} {theirs.dtype}")
        elif ours.tobytes() != theirs.tobytes():
            whole = np.dtype(f"u{ours.dtype.itemsize}")
            rows = np.flatnonzero(ours.view(whole) != theirs.view(whole))
            first = rows[0]
            differences.append(
                f"{field.name}: {len(rows)} of {len(ours)} requests, first request {first} "
                f"({ours[first]!s} against {theirs[first]!s})"
            )
    if differences:
        raise EnginesDisagree(
            f"{where}: the engine '{twin}' gives other sessions than the verdict's: {'; '.join(differences)}. "
            "This is a fault of ladeplan; please report it with the settings of the run"
        )
