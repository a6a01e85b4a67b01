"""The command `ladeplan`: reads the words, checks the settings, runs, and says where the report is.

Exit codes: 0 done, 1 a fault of ladeplan, 2 something the user can put right, 130 interrupted. Heavy packages are
imported after the first line is on the screen.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from sim.app.paths import cities, scenario_titles, version
from sim.errors import DataError, SimError, did_you_mean

DONE, FAULT, PUT_RIGHT, INTERRUPTED = 0, 1, 2, 130
COMMANDS = ("run", "parameters")

HELP = """\
ladeplan {version} - plans public charging for a city: simulates demand, plans stations, checks the plan by simulation.

  ladeplan                              plan Dortmund 2030; ends by naming the report to open
  ladeplan city=toy                     a hand-sized city, in seconds
  ladeplan scenarios=tight_budget       a what-if; several with scenarios=[tight_budget,equity_first]
  ladeplan planning.budget_eur=5e6      any setting, by its name
  ladeplan -m 'scenarios=glob(*)'       several runs side by side, and one table that compares them
  ladeplan -m planning.budget_eur=5e6,10e6,20e6
  ladeplan scenario_file=theirs.yaml    settings from someone else, read as plain data
  ladeplan output=FOLDER                results go there instead of outputs/
  ladeplan parameters                   every setting: value, unit, meaning, source, confidence, who changed it

  -m, --multirun   run every combination of the values given
  -h, --help       this text
  --version        the version

Scenarios:
{scenarios}
Cities: {cities}

Settings and what they mean are in the folder configs/; README.md says more.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if "-h" in words or "--help" in words:
        width = max(map(len, scenario_titles()), default=0)
        scenarios = "".join(f"  {name:<{width}}  {title}\n" for name, title in scenario_titles().items())
        print(HELP.format(version=version(), scenarios=scenarios, cities=", ".join(sorted(cities()))))
        return DONE
    if "--version" in words:
        print(f"ladeplan {version()}")
        return DONE
    _say(f"ladeplan {version()} · reading settings …")
    try:
        return _carry_out(words)
    except SimError as error:
        return _refuse(error)
    except KeyboardInterrupt:
        _say("interrupted; nothing half-written is left")
        return INTERRUPTED


def _carry_out(words: list[str]) -> int:
    sweep = any(word in ("-m", "--multirun") for word in words)
    words = [word for word in words if word not in ("-m", "--multirun")]
    command = words.pop(0) if words and words[0].isidentifier() else "run"
    problems = [f"command line: unknown option '{w}'; see `ladeplan --help`" for w in words if w.startswith("-")]
    if command not in COMMANDS:
        problems.append(
            f"command line: '{command}' is neither a command nor key=value{did_you_mean(command, COMMANDS)}"
        )
    if problems:
        raise DataError(problems)
    if command == "parameters":
        return _print_parameters(words)
    return _sweep(words) if sweep else _run(words)


def _run(overrides: list[str]) -> int:
    from sim.app.config import read_order

    order = read_order(overrides)

    from sim.app.progress import Progress
    from sim.app.run import run_once

    _say(f"{order.study.title} ({order.study.city} {order.study.year})")
    with Progress() as progress:
        folder = run_once(order.study, Path(order.place.output), progress=progress)
    _tell_checks(folder)
    print(f"report: {folder / 'report.html'}", flush=True)
    return DONE


def _sweep(overrides: list[str]) -> int:
    from sim.app.config import read_sweep

    orders = read_sweep(overrides)

    from sim.app.progress import Progress
    from sim.app.sweep import run_sweep

    _say(f"{len(orders)} studies")
    with Progress() as progress:
        folder, failures = run_sweep(orders, overrides, progress=progress)
    for failure in failures:
        _say(f"\n{failure.number:02d} {failure.name} failed:\n{failure.problem}")
    if len(failures) < len(orders):
        print(f"comparison: {folder / 'comparison.csv'}", flush=True)
    if not failures:
        return DONE
    _say(f"{len(failures)} of {len(orders)} studies failed")
    return PUT_RIGHT if all(failure.by_user for failure in failures) else FAULT


def _print_parameters(overrides: list[str]) -> int:
    from sim.app.config import parameters_table

    print(parameters_table(overrides), end="")
    return DONE


def _tell_checks(folder: Path) -> None:
    """Checks that did not pass are said aloud, not only written down."""
    import pandas as pd

    checks = pd.read_csv(folder / "checks.csv")
    for row in checks[~checks["passed"]].itertuples():
        _say(
            f"CHECK NOT PASSED: {row.check}: {row.value:g} {row.unit}, expected {row.low:g} to {row.high:g}. {row.note}"
        )


def _refuse(error: SimError) -> int:
    problems = error.problems if isinstance(error, DataError) else [str(error)]
    count = "a problem" if len(problems) == 1 else f"{len(problems)} problems"
    _say(f"ladeplan found {count}; nothing was written:")
    for problem in problems:
        _say(f"  {problem}")
    return PUT_RIGHT


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
