"""How a session file of someone else is laid out: which of its columns are ours, in which form and unit.

A layout is a small YAML file, shipped in `sim/importers/layouts/` or the user's own. The columns it names are the only
ones that are ever read: who charged, with which card and which car stays in the file.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from sim.demand.requests import USE_CASES
from sim.errors import DataError, UnknownName, did_you_mean

SHIPPED = Path(__file__).parent / "layouts"
SUFFIXES = (".yaml", ".yml")

TO_OURS: dict[str, dict[str, float]] = {
    "duration": {"s": 1 / 3600, "min": 1 / 60, "h": 1.0},
    "energy_kwh": {"kWh": 1.0, "Wh": 1e-3},
    "soc_arrival": {"share": 1.0, "percent": 1e-2},
    "soc_departure": {"share": 1.0, "percent": 1e-2},
    "battery_kwh": {"kWh": 1.0, "Wh": 1e-3},
    "peak_kw": {"kW": 1.0, "W": 1e-3},
}
TEXTS = ("charger", "group")
TIMES = ("start", "end")
OURS = (*TEXTS, *TIMES, *TO_OURS)


@dataclass(frozen=True)
class LeftOut:
    """Rows that are no public sessions: those whose `column` holds a text, and why they go."""

    column: str
    holds: str
    reason: str


@dataclass(frozen=True)
class Chosen:
    """Which rows of a file tell about a use case: groups (none named: all), and stays shorter than so many hours."""

    groups: tuple[str, ...] = ()
    shorter_than_h: float | None = None


@dataclass(frozen=True)
class Layout:
    """A session file, described.

    columns       : our name to theirs; several of theirs are joined (date and time, station and connector)
    units         : unit of a number in the file, where it is not ours
    date_format   : form of start and end, as for `strptime`
    swapped_days  : dates whose day is 12 or less stand with day and month swapped; None: not known, looked into
    shift_h       : added to start and end to reach local time [h]
    local_zone    : start and end are UTC, and this is the zone to bring them to, such as Europe/Berlin
    group_names   : our name of a group to texts that its value holds; the first that fits
    first_day, last_day : days of start that are whole in the file; the rest is left out
    use_cases     : the rows that tell about each use case; {}: the file does not say
    point_kw      : power of a DC point, which limits charging [kW]
    """

    name: str
    title: str
    columns: Mapping[str, tuple[str, ...]]
    units: Mapping[str, str] = field(default_factory=dict)
    separator: str = ","
    decimal: str = "."
    encoding: str = "utf-8-sig"
    date_format: str = "%Y-%m-%d %H:%M:%S"
    swapped_days: bool | None = None
    shift_h: float = 0.0
    local_zone: str | None = None
    group_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    leave_out: tuple[LeftOut, ...] = ()
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None
    use_cases: Mapping[str, Chosen] = field(default_factory=dict)
    point_kw: float | None = None

    @property
    def columns_read(self) -> list[str]:
        """Every column of the file that is read; no other one is."""
        theirs = [name for names in self.columns.values() for name in names]
        return list(dict.fromkeys([*theirs, *(rows.column for rows in self.leave_out)]))

    def factor(self, ours: str) -> float:
        """What a number of the file is multiplied with to be in our unit."""
        units = TO_OURS[ours]
        return units[self.units.get(ours, next(iter(units)))]


def layout_names() -> list[str]:
    """Names of the layouts that are shipped."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def read_layout(layout: str) -> Layout:
    """A layout by its name, or by the path of a YAML file.

    Raises UnknownName for a name that is not shipped, DataError with every problem of a file.
    """
    is_path = layout.endswith(SUFFIXES) or "/" in layout or "\\" in layout
    if not is_path and layout not in layout_names():
        raise UnknownName("layout", layout, layout_names())
    path = Path(layout) if is_path else SHIPPED / f"{layout}.yaml"
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError([f"layout: '{layout}' cannot be read ({reason}); give the path of a YAML file"]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        what = getattr(error, "problem", None) or "not valid YAML"
        raise DataError([f"{path.name}: {line}not valid YAML ({what}); write 'key: value' lines"]) from None
    if not isinstance(data, dict):
        raise DataError([f"{path.name}: holds no settings; write at least columns: with charger, start and end"])
    problems = [f"{path.name}: {problem}" for problem in _problems(data)]
    if problems:
        raise DataError(problems)
    return _built(data, path.stem)


def _built(data: dict[str, Any], name: str) -> Layout:
    values = dict(data)
    values["columns"] = {ours: _texts(theirs) for ours, theirs in data["columns"].items()}
    values["group_names"] = {ours: _texts(theirs) for ours, theirs in data.get("group_names", {}).items()}
    values["leave_out"] = tuple(LeftOut(**rows) for rows in data.get("leave_out", []))
    values["use_cases"] = {
        use_case: Chosen(_texts(chosen.get("groups", [])), chosen.get("shorter_than_h"))
        for use_case, chosen in data.get("use_cases", {}).items()
    }
    return Layout(name=name, **{"title": name} | values)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in (value if isinstance(value, list) else [value]))


def _problems(data: dict[str, Any]) -> Iterator[str]:
    known = {item.name: item for item in dataclasses.fields(Layout) if item.name != "name"}
    for key in data:
        if key not in known:
            yield f"{key}: unknown key{did_you_mean(str(key), known)}"
    forms: dict[str, tuple[type | tuple[type, ...], str]] = {
        **dict.fromkeys(("title", "separator", "decimal", "encoding", "date_format", "local_zone"), (str, "a text")),
        **dict.fromkeys(("columns", "units", "group_names", "use_cases"), (dict, "a table of 'name: value' lines")),
        **dict.fromkeys(("shift_h", "point_kw"), ((int, float), "a number")),
        **dict.fromkeys(("first_day", "last_day"), (datetime.date, "a date such as 2020-02-10")),
        "swapped_days": (bool, "true or false"),
        "leave_out": (list, "a list"),
    }
    wrong = [
        key for key, (form, _) in forms.items() if key in data
        and (not isinstance(data[key], form) or (form is not bool and isinstance(data[key], bool)))
    ]  # fmt: skip
    yield from (f"{key}: not {forms[key][1]} ({data[key]!r}); correct it" for key in wrong)
    sound = {key: value for key, value in data.items() if key not in wrong}
    yield from _column_problems(sound.get("columns", {}) if "columns" not in wrong else None)
    yield from _unit_problems(sound.get("units", {}), sound.get("columns", {}))
    for number, rows in enumerate(sound.get("leave_out", []), start=1):
        wanted = {"column", "holds", "reason"}
        if not isinstance(rows, dict) or set(rows) != wanted or not all(isinstance(v, str) for v in rows.values()):
            yield f"leave_out: entry {number}: not {{column: ..., holds: ..., reason: ...}} ({rows!r}); correct it"
    for use_case, chosen in sound.get("use_cases", {}).items():
        if use_case not in USE_CASES:
            yield f"use_cases: {use_case}: unknown use case{did_you_mean(str(use_case), USE_CASES)}"
        if not isinstance(chosen, dict) or not set(chosen) <= {"groups", "shorter_than_h"}:
            yield f"use_cases: {use_case}: not {{groups: [...], shorter_than_h: ...}} ({chosen!r}); correct it"
        elif not isinstance(chosen.get("shorter_than_h", 1.0), int | float):
            yield f"use_cases: {use_case}: shorter_than_h: not a number ({chosen['shorter_than_h']!r}); give hours"
    if sound.get("separator", ",") == sound.get("decimal", "."):
        yield f"separator and decimal are the same ('{sound.get('separator', ',')}'); correct one"
    yield from _sign_problems(sound)
    if zone := sound.get("local_zone"):
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            yield f"local_zone: unknown time zone '{zone}'; write for example Europe/Berlin"


def _sign_problems(data: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the signs between values and the form of dates."""
    if len(data.get("separator", ",")) != 1:
        yield f"separator: not one sign ('{data['separator']}'); write for example ';' or \"\\t\""
    if data.get("decimal", ".") not in (".", ","):
        yield f"decimal: not a decimal mark ('{data['decimal']}'); write '.' or ','"
    form = data.get("date_format", "%Y")
    try:
        datetime.datetime.strptime(datetime.datetime(2020, 2, 28, 9, 34).strftime(form), form)
    except (ValueError, re.error):
        yield f"date_format: not a form of dates ('{form}'); write for example '%d.%m.%Y %H:%M'"
    if "%z" in form and not data.get("local_zone"):
        yield "date_format: has a time zone (%z); name the zone to bring the times to: local_zone: Europe/Berlin"


def _column_problems(columns: Any) -> Iterator[str]:
    if columns is None:
        return
    for ours, theirs in columns.items():
        if ours not in OURS:
            yield f"columns: {ours}: unknown name{did_you_mean(str(ours), OURS)}"
        elif not all(isinstance(name, str) and name for name in (theirs if isinstance(theirs, list) else [theirs])):
            yield f"columns: {ours}: not the name of a column ({theirs!r}); put it in quotes"
        elif isinstance(theirs, list) and ours in TO_OURS:
            yield f"columns: {ours}: several columns ({', '.join(theirs)}); a number stands in one"
    for ours in ("charger", "start"):
        if ours not in columns:
            yield f"columns: {ours}: is missing; name the column of the file that holds it"
    if ("end" in columns) == ("duration" in columns):
        yield "columns: give one of end and duration"


def _unit_problems(units: dict[str, Any], columns: dict[str, Any]) -> Iterator[str]:
    for ours, unit in units.items():
        if ours not in TO_OURS:
            yield f"units: {ours}: has no unit{did_you_mean(str(ours), TO_OURS)}"
        elif unit not in TO_OURS[ours]:
            yield f"units: {ours}: unknown unit '{unit}'; must be one of {', '.join(TO_OURS[ours])}"
        elif ours not in columns:
            yield f"units: {ours}: has a unit but no column; name it under columns or take it out"
