"""Every benchmark records what it measured; at the end the table is printed, and written where BENCHMARKS_PAGE says.

So no number in docs/benchmarks.md is typed by hand: `make bench` writes the page.
"""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest

PREFACE = """# How fast it is

Written by `make bench`, which measures everything anew; no number is typed by hand. Seconds are CPU seconds of one
process, the best of several runs where runs are short. A number hangs on the machine, a ratio to a rival in the same
run hardly does. How each is measured stands in `tests/benchmarks`. No test of `make test` hangs on a time.
"""
AFTERWORD = """Workload B is a week in a network of 200 stations of 4 points: commuting peaks, unequal stations, stays
of 56 min, patience of 22 min, two near stations to try next. At 20,000 requests nearly nobody is lost; at 100,000 it is
overloaded. *Everything on* is the same week with every feature of the semantics. *With the draws* is everything from a
seed to the sessions. The textbook engine is one SimPy process for each driver on a `PriorityResource`, the C loop the
same event loop in C (`tests/benchmarks/textbook_engine.py`, `loop.c`); rivals must give the same sessions in the same
run, or the benchmark fails.
"""
PACKAGES = ("numpy", "pandas", "simpy", "numba", "highspy")


@dataclass(frozen=True)
class Row:
    """One line of the table. `met` is None where nothing was promised."""

    what: str
    target: str
    measured: str
    rival: str
    met: bool | None

    def cells(self) -> tuple[str, ...]:
        verdict = {True: "met", False: "**missed**", None: "-"}[self.met]
        return self.what, self.target, self.measured, self.rival, verdict


ROWS: list[Row] = []
STARTED: list[tuple[float, float, float]] = []


@pytest.fixture
def record() -> Callable[..., None]:
    """Note down one measurement: what, target, measured, the rival in the same run, and whether the target was met."""

    def note(what: str, *, target: str = "-", measured: str, rival: str = "-", met: bool | None = None) -> None:
        ROWS.append(Row(what, target, measured, rival, met))
        print("\n" + " | ".join(ROWS[-1].cells()))

    return note


def pytest_sessionstart() -> None:
    STARTED.append(os.getloadavg())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not ROWS:
        return
    failed = len(terminalreporter.stats.get("failed", [])) + len(terminalreporter.stats.get("error", []))
    skipped = [str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", [])]
    page = benchmarks_page(ROWS, failed=failed, skipped=skipped)
    terminalreporter.write_line(page)
    if path := os.environ.get("BENCHMARKS_PAGE"):
        Path(path).write_text(page, encoding="utf-8")


def benchmarks_page(rows: list[Row], *, failed: int, skipped: list[str]) -> str:
    """The page of a run."""
    head = ("measured", "target", "found", "against, in the same run", "verdict")
    judged = [row.met for row in rows if row.met is not None]
    load = f", load {STARTED[0][0]:.1f} before the run" if STARTED else ""
    when = f"{sum(judged)} of {len(judged)} targets met. {machine()}{load}; {datetime.date.today().isoformat()}."
    table = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *(row.cells() for row in rows))]
    notes = [f"* {failed} benchmarks failed: what they should tell is missing above."] if failed else []
    notes += [f"* Left out: {reason.removeprefix('Skipped: ')}." for reason in skipped]
    return "\n".join([PREFACE, when, versions() + ".", "", *table, "", *notes, *([""] if notes else []), AFTERWORD])


def machine() -> str:
    """The processor and how many of them."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.processor() or platform.machine()}, {os.cpu_count()} cores"


def versions() -> str:
    """Python and the packages that matter."""
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            found.append(f"{name} missing")
    return ", ".join([f"Python {platform.python_version()}", *found])
