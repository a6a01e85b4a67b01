"""The compiled twin of the SimPy engine: the same sessions to the last bit, some thirty times as fast.

The loop is `kernel.simulate`, compiled by numba (extra `fast`) when it first runs. The machine code is kept between
processes where numba keeps it: in `__pycache__` beside the kernel, else in the user's cache folder, or where the
variable NUMBA_CACHE_DIR says.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.compiling import signed
from sim.errors import MissingExtra
from sim.simulation import events, sessions
from sim.simulation.engines import event_heap, kernel
from sim.simulation.sessions import Notes, Sessions, make_sessions
from sim.simulation.workload import Workload

Loop = Callable[[kernel.Columns], Any]  # returns `kernel.Noted`

# What the kernel calls, and the files that its machine code is made from
HELPERS = (
    events.charged_kwh, events.minutes_to_charge, events.fair_share,
    event_heap.earlier, event_heap.push, event_heap.pop, event_heap.rise,
    kernel.join, kernel.step_out,
)  # fmt: skip
SOURCES = (kernel, event_heap, events, sessions)


def run(workload: Workload) -> Sessions:
    """Simulate a workload. The first call compiles, or loads what an earlier process has compiled.

    Errors: MissingExtra without numba.
    """
    return run_loop(compiled(), workload)


def run_loop(loop: Loop, workload: Workload) -> Sessions:
    """Simulate a workload with the kernel as it stands or compiled."""
    return make_sessions(workload, take_notes(loop, workload))


def take_notes(loop: Loop, workload: Workload) -> Notes:
    """What the kernel itself does: from the columns of a workload to the notes that sessions are made from."""
    return Notes(*loop(kernel.Columns(*(getattr(workload, name) for name in kernel.Columns._fields))))


@functools.cache
def compiled() -> Any:
    """The compiled kernel, a function of the same arguments; one for each process."""
    try:
        from numba import njit
        from numba.extending import register_jitable
    except ImportError as error:
        raise MissingExtra(
            f"simulation.engine: compiled: numba cannot be loaded ({error}); "
            "install the extra `fast` (pip install 'ladeplan[fast]') or choose simpy"
        ) from error
    for helper in HELPERS:
        register_jitable(helper)
    # No fast-math: every operation is done as written, or the last bit would differ. (The error model leaves out checks
    # for divisions by zero, which the kernel does not do.)
    try:
        return njit(signed(kernel.simulate, SOURCES), error_model="numpy", cache=True)
    except RuntimeError:  # no folder to write to: compile for this process only
        return njit(signed(kernel.simulate, SOURCES), error_model="numpy")


def share_with_workers() -> bool:
    """See to it that processes started from now on find the machine code; returns whether it is there already.

    Where no folder of numba's can be written, a temporary one takes its place until this process ends.

    Errors: MissingExtra without numba.
    """
    if compiled().stats.cache_path is None:
        import numba

        folder = tempfile.mkdtemp(prefix="ladeplan-machine-code-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["NUMBA_CACHE_DIR"] = folder  # what workers inherit
        numba.config.CACHE_DIR = folder  # type: ignore[attr-defined]  # what this process reads
        compiled.cache_clear()
    loop = compiled()
    return any(Path(loop.stats.cache_path).glob(f"*.{loop.py_func.__qualname__}-*.nbi"))
