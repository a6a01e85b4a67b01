"""The words behind `ladeplan calibrate`, sorted and checked."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.app.paths import config_files
from sim.demand.requests import USE_CASES
from sim.errors import DataError, SimError, UnknownName, did_you_mean
from sim.importers.layout import layout_names, read_layout
from sim.study.study import NAME, NAME_RULE

GROUP = "demand"
OPTIONS = ("layout", "use_case", "name", "group", "shorter_than_h", "base")
EXAMPLE = "ladeplan calibrate sessions.csv layout=hamburg use_case=kerbside name=mytown"
OVERWRITE = "--overwrite"


@dataclass(frozen=True)
class Wanted:
    """What the words on the command line ask for.

    groups, shorter_than_h : rows of the file to take, instead of those the layout names for the use case
    base : settings that stay where the sessions say nothing
    """

    file: Path
    layout: str
    use_cases: tuple[str, ...]
    name: str
    groups: tuple[str, ...]
    shorter_than_h: float | None
    base: str


def wanted_of(words: Sequence[str]) -> Wanted:
    given, files, problems = _sorted(words)
    if len(files) != 1:
        problems.append(f"calibrate: give one file of sessions ({len(files)} given), for example `{EXAMPLE}`")
    problems += [f"calibrate: {key}=... is missing; for example `{EXAMPLE}`" for key in OPTIONS[:3] if key not in given]
    use_cases = _list(given.get("use_case", ""))
    problems += [
        f"calibrate: use_case: {UnknownName('use case', use_case, USE_CASES)}"
        for use_case in use_cases
        if use_case not in USE_CASES
    ]
    name, base = given.get("name", "x"), given.get("base", "default")
    if not NAME.fullmatch(name):
        problems.append(f"calibrate: name ('{name}') {NAME_RULE}")
    if base not in config_files(GROUP):
        problems.append(f"calibrate: base: unknown demand '{base}'{did_you_mean(base, config_files(GROUP))}")
    shorter = _hours(given.get("shorter_than_h"), problems)
    if len(use_cases) > 1 and ("group" in given or "shorter_than_h" in given):
        problems.append("calibrate: group and shorter_than_h hold for one use case; give one, then the next with base=")
    if "layout" in given:
        try:
            read_layout(given["layout"])
        except DataError as error:
            problems += error.problems
        except SimError as error:
            problems.append(f"calibrate: layout: {error}, or the path of a YAML file")
    if problems:
        raise DataError(problems)
    groups = tuple(_list(given.get("group", "")))
    return Wanted(Path(files[0]), given["layout"], tuple(use_cases), name, groups, shorter, base)


def _sorted(words: Sequence[str]) -> tuple[dict[str, str], list[str], list[str]]:
    """Options, files, and what is neither or given twice."""
    given: dict[str, str] = {}
    files, problems = list[str](), list[str]()
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or (key not in OPTIONS and Path(word).exists()):
            files.append(word)
        elif key not in OPTIONS:
            problems.append(f"calibrate: {key}: unknown option{did_you_mean(key, OPTIONS)}")
        elif key in given:
            problems.append(f"calibrate: {key}: is given twice; keep one")
        else:
            given[key] = value
    return given, files, problems


def _list(text: str) -> list[str]:
    return [item.strip() for item in text.strip("[]").split(",") if item.strip()]


def _hours(text: str | None, problems: list[str]) -> float | None:
    if text is None:
        return None
    with contextlib.suppress(ValueError):
        if 0 < float(text) <= 48:
            return float(text)
    problems.append(f"calibrate: shorter_than_h: not a number of hours ('{text}'); give more than 0 and up to 48")
    return None


def choices() -> dict[str, list[str]]:
    """Values of the options, for completing them."""
    return {"layout": layout_names(), "use_case": list(USE_CASES), "base": sorted(config_files(GROUP))}
