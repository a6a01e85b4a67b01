"""The yardstick: `loop.c`, compiled by the C compiler of the machine when it is first asked for."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sim.simulation.sessions import Notes, Outcome, Sessions, make_sessions
from sim.simulation.workload import Workload

SOURCE = Path(__file__).with_name("loop.c")
FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC")
READ = ("arrival_min", "patience_min", "choices", "detour_min", "balk_at", "queue_key", "held_min", "points")

Loop = Callable[[Workload], Notes]


def compiler() -> str | None:
    """The C compiler, if there is one."""
    return shutil.which(os.environ.get("CC", "cc"))


def build(folder: Path) -> Loop:
    """The loop as a function from a workload to the notes of an engine; its library lies in `folder`."""
    library = folder / "loop.so"
    subprocess.run([str(compiler()), *FLAGS, "-o", str(library), str(SOURCE), "-lm"], check=True)
    simulate = ctypes.CDLL(str(library)).simulate

    def loop(w: Workload) -> Notes:
        assert not w.informed.any() and (w.site < 0).all() and not len(w.change_min) and not w.failed_starts.any()
        n, k = w.choices.shape
        outcome = np.full(n, Outcome.UNFINISHED, np.int8)
        tries, choice, point = np.empty(n, np.int8), np.empty(n, np.int8), np.empty(n, np.int32)
        times = [np.empty(n) for _ in ("wait_min", "start_min", "end_min")]
        columns = [getattr(w, name) for name in READ] + [outcome, tries, choice, point, *times]
        sizes = [ctypes.c_int64(size) for size in (n, k, len(w.points))]
        if simulate(*sizes, *(ctypes.c_void_p(column.ctypes.data) for column in columns)):
            raise MemoryError
        never = np.full(n, np.nan)
        return Notes(outcome, tries, choice, point, *times, full_min=never, missing_kwh=never)

    return loop


def run(loop: Loop, workload: Workload) -> Sessions:
    """Simulate a workload."""
    return make_sessions(workload, loop(workload))
