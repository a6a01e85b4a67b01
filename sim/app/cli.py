"""The command `ladeplan`: reads the words, does what they ask, and says where the results are.

Exit codes: 0 done, 1 a fault of ladeplan, 2 something the user can put right, 130 interrupted, 141 nobody reads on.
Heavy packages are imported after the first line is on the screen.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from sim.app.interrupt import listen
from sim.app.paths import cities, scenario_titles, version
from sim.errors import DataError, SimError, did_you_mean
from sim.importers.layout import layout_names

DONE, FAULT, PUT_RIGHT, INTERRUPTED, UNREAD = 0, 1, 2, 130, 141

HELP = """\
ladeplan {version} - where should a city put public charging stations, how many points, for what money, for whom?
It simulates the demand, plans stations within a budget, and simulates the plan again on fresh weeks.

Start here:
  ladeplan                              plan Dortmund 2030 (some minutes); ends by naming the report to open
  ladeplan city=toy                     the same for a town of 5,400 people, in seconds
  ladeplan scenarios=tight_budget       a what-if from the list below; several: scenarios=[tight_budget,lanterns]
  ladeplan planning.budget_eur=5e6      any setting by its name; put as many behind each other as you like

Look before you run:
  ladeplan validate city=toy            read settings and city, tell every problem or what was read
  ladeplan parameters                   all settings: value, unit, source, confidence, range, who changed it
  ladeplan parameters --csv > all.csv   the same for a spreadsheet, with what each means
  ladeplan explain planning.budget_eur  all about one setting, or about a section such as planning

Ask about a site:
  ladeplan why-not SITE city=toy        is it in the plan, why not, and what would have to change

Calibrate with your own charging sessions:
  ladeplan calibrate sessions.csv layout=hamburg use_case=kerbside name=mytown
                                        writes configs/demand/mytown.yaml; then: ladeplan demand=mytown
                                        layout: {layouts}, or your own .yaml; docs/calibration.md

Plan again after a pilot, with the sessions counted at its stations:
  ladeplan replan counts.csv plan=PLAN.csv
                                        PLAN.csv: plan.csv of the run whose first phase was built; docs/staging.md

Compare:
  ladeplan -m 'scenarios=glob(*)'       every scenario, side by side: comparison.csv and comparison.png
  ladeplan -m planning.budget_eur=5e6,10e6,20e6

Also:
  scenario_file=theirs.yaml             settings from someone else, read as plain data
  output=FOLDER                         results go there instead of outputs/
  ladeplan completion bash              completes names with the Tab key: eval "$(ladeplan completion bash)"
  -m, --multirun   run every combination of the values given
  -h, --help       this text
  --version        the version

Scenarios:
{scenarios}
Cities: {cities}, or the path of a folder such as city=./mytown

Settings stand in the folder configs/, scenarios in scenarios/; README.md says more.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    if arguments is None:  # a command of its own: a plain `kill` shall leave as little behind as Ctrl-C
        listen()
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _answer(words)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # `ladeplan parameters | head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains when it ends
        return UNREAD


def _answer(words: list[str]) -> int:
    if "-h" in words or "--help" in words or words == ["help"]:
        width = max(map(len, scenario_titles()), default=0)
        scenarios = "".join(f"  {name:<{width}}  {title}\n" for name, title in sorted(scenario_titles().items()))
        print(
            HELP.format(
                version=version(),
                scenarios=scenarios,
                cities=", ".join(sorted(cities())),
                layouts=", ".join(layout_names()),
            )
        )
        return DONE
    if "--version" in words:
        print(f"ladeplan {version()}")
        return DONE
    try:
        return _carry_out(words)
    except SimError as error:
        return _refuse(error)
    except KeyboardInterrupt:
        _say("\ninterrupted; nothing half-written is left")
        return INTERRUPTED


def _carry_out(words: list[str]) -> int:
    named = bool(words) and words[0][:1].isalpha() and words[0].replace("-", "_").isidentifier()
    command = words[0] if named else "run"
    words = words[1:] if named else words
    if command not in COMMANDS:
        raise DataError(
            [f"command line: '{command}' is neither a command nor key=value{did_you_mean(command, COMMANDS)}"]
        )
    taken = OPTIONS.get(command, ())
    unknown = [word for word in words if word.startswith("-") and word not in taken]
    if unknown:
        raise DataError(f"command line: unknown option '{word}'; see `ladeplan --help`" for word in unknown)
    return COMMANDS[command](words)


def _run(words: list[str]) -> int:
    _say(f"ladeplan {version()} · reading settings …")
    overrides = [word for word in words if word not in OPTIONS["run"]]
    return _run_one(overrides) if overrides == words else _run_all(overrides)


def _run_one(overrides: list[str]) -> int:
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


def _run_all(overrides: list[str]) -> int:
    from sim.app.config import read_sweep

    orders = read_sweep(overrides)

    from sim.app.progress import Progress
    from sim.app.sweep import run_sweep
    from sim.simulation.twin import prepare_compiled

    _say(f"{len(orders)} studies")
    with Progress() as progress:
        prepare_compiled(lambda text: progress(text, 0.0))  # once, before jobs side by side would each compile
        folder, failures = run_sweep(orders, overrides, progress=progress)
    for failure in failures:
        _say(f"\n{failure.number:02d} {failure.name} failed:\n{failure.problem}")
    if len(failures) < len(orders):
        print(f"comparison: {folder / 'comparison.csv'}", flush=True)
    if not failures:
        return DONE
    _say(f"{len(failures)} of {len(orders)} studies failed")
    return PUT_RIGHT if all(failure.by_user for failure in failures) else FAULT


def _parameters(words: list[str]) -> int:
    from sim.app.parameters import as_csv, as_text, parameters_table

    table = parameters_table([word for word in words if word != "--csv"])
    if "--csv" in words or not sys.stdout.isatty():
        print(as_csv(table), end="")
    else:
        print(as_text(table, shutil.get_terminal_size().columns), end="")
    return DONE


def _explain(words: list[str]) -> int:
    keys, overrides = _keys_and_overrides(words)
    if len(keys) != 1:
        raise DataError(["explain: give one setting, for example `ladeplan explain planning.budget_eur`"])
    from sim.app.explain import explain

    print(explain(keys[0], overrides), end="")
    return DONE


def _why_not(words: list[str]) -> int:
    sites, overrides = _keys_and_overrides(words)
    if len(sites) != 1:
        raise DataError(["why-not: give one site, for example `ladeplan why-not in_2_2 city=toy`; plan.csv names some"])
    from sim.app.why_not import explain_site

    print(explain_site(sites[0], overrides), end="")
    return DONE


def _validate(words: list[str]) -> int:
    keys, overrides = _keys_and_overrides(words)
    if keys:
        raise DataError([f"validate: '{keys[0]}' is not key=value; write for example `ladeplan validate city=toy`"])
    from sim.app.validate import validate

    print(validate(overrides), end="")
    return DONE


def _calibrate(words: list[str]) -> int:
    from sim.app.calibrate import calibrate_file

    print(calibrate_file(words), end="")
    return DONE


def _replan(words: list[str]) -> int:
    _say(f"ladeplan {version()} · reading counts and settings …")
    from sim.app.replan import read_pilot, told, wanted_of

    wanted = wanted_of(words)
    pilot = read_pilot(wanted)
    import pandas as pd

    from sim.app.progress import Progress
    from sim.app.run import run_once

    study = wanted.order.study
    _say(f"{study.title} ({study.city} {study.year}), after a pilot counted in {pilot.year}")
    with Progress() as progress:
        folder = run_once(study, Path(wanted.order.place.output), progress=progress, pilot=pilot)
    _tell_checks(folder)
    ids = {"district_id": "str"}
    tables = (pd.read_csv(folder / f"{name}.csv", dtype=ids) for name in ("learnt", "replanned"))
    _say("\n".join(told(*tables)))
    print(f"report: {folder / 'report.html'}", flush=True)
    return DONE


def _completion(words: list[str]) -> int:
    if len(words) != 1:
        raise DataError(["completion: give one shell, `ladeplan completion bash` or `ladeplan completion zsh`"])
    from sim.app.completion import completion

    options = sorted({"--help", "--version"} | {option for taken in OPTIONS.values() for option in taken})
    print(completion(words[0], sorted(COMMANDS), options), end="")
    return DONE


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": _run,
    "parameters": _parameters,
    "explain": _explain,
    "why-not": _why_not,
    "validate": _validate,
    "calibrate": _calibrate,
    "replan": _replan,
    "completion": _completion,
}
OPTIONS = {"run": ("-m", "--multirun"), "parameters": ("--csv",), "calibrate": ("--overwrite",)}


def _keys_and_overrides(words: list[str]) -> tuple[list[str], list[str]]:
    return [word for word in words if "=" not in word], [word for word in words if "=" in word]


def _tell_checks(folder: Path) -> None:
    """Every check in a line; one that did not pass is said loudly."""
    import pandas as pd

    for row in pd.read_csv(folder / "checks.csv").itertuples():
        told = "check" if row.passed else "CHECK NOT PASSED"
        band = "" if pd.isna(row.low) else f", expected {row.low:,.6g} to {row.high:,.6g}"
        _say(f"{told}: {row.check}: {row.value:,.6g} {row.unit}{band}. {row.note}")


def _refuse(error: SimError) -> int:
    problems = error.problems if isinstance(error, DataError) else [str(error)]
    count = "a problem" if len(problems) == 1 else f"{len(problems)} problems"
    _say(f"ladeplan found {count}; nothing was written:")
    for problem in problems:
        _say(f"  {problem}")
    return PUT_RIGHT


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
