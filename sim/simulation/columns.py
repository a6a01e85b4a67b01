"""What each column of a workload must be: shape, type, bounds and default; and the check of all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import DataError, UnknownName
from sim.simulation.events import LATEST, LIMIT, STARTS, on_grid

LARGEST = 2**31 - 1  # of the numbers that are kept in 32 bits
NEVER_BALK = LARGEST
REQUIRED = None


class Rule(NamedTuple):
    """One column. `shape`: n requests, k choices, m stations, q sites, c changes; "" is a single number."""

    shape: str
    dtype: type
    least: float = 0.0
    most: float = LATEST
    endless: bool = False  # may also be infinite
    default: Any = REQUIRED


RULES = {
    "arrival_min": Rule("n", np.float64),
    "patience_min": Rule("n", np.float64, endless=True, default=np.inf),
    "informed": Rule("n", np.bool_, most=1, default=False),
    "choices": Rule("nk", np.int32, least=-1, most=LARGEST),
    "detour_min": Rule("nk", np.float64, default=0.0),
    "balk_at": Rule("nk", np.int32, most=NEVER_BALK, default=NEVER_BALK),
    "queue_key": Rule("nk", np.float64, least=-np.inf, most=np.inf, endless=True, default=0.0),
    "energy_kwh": Rule("nk", np.float64),
    "power_kw": Rule("nk", np.float64),
    "longest_min": Rule("nk", np.float64, endless=True, default=np.inf),
    "overstay_min": Rule("nk", np.float64, endless=True, default=0.0),
    "failed_starts": Rule("nk", np.int8, most=STARTS, default=0),
    "points": Rule("m", np.int32, most=LARGEST),
    "site": Rule("m", np.int32, least=-1, most=LARGEST, default=-1),
    "limit_kw": Rule("q", np.float64, endless=True, default=()),
    "change_min": Rule("c", np.float64, default=()),
    "change_kind": Rule("c", np.int8, most=LIMIT, default=()),
    "change_of": Rule("c", np.int32, most=LARGEST, default=()),
    "change_kw": Rule("c", np.float64, endless=True, default=0.0),
    "restart_min": Rule("", np.float64, default=0.0),
}
LENGTHS = (("choices", "request", 2), ("points", "station", 1), ("limit_kw", "site", 1), ("change_min", "change", 1))
ROWS = {"n": "request", "nk": "request", "m": "station", "q": "site", "c": "change", "": ""}


def check_columns(given: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """All columns of a workload in their types, rounded to ticks, changes in order; or every problem at once.

    A column that is left out takes its default, which switches its feature off. A single number stands for a whole
    column, a column by request for one by visit.

    Errors: UnknownName for a column there is none of; DataError for missing columns, wrong lengths, NaN, values that
    are negative, infinite or out of range where that has no meaning, arrivals out of order, and a gap in the choices.
    """
    for name in given:
        if name not in RULES:
            raise UnknownName("column of a workload", name, RULES)
    missing = [name for name, rule in RULES.items() if rule.default is REQUIRED and given.get(name) is None]
    if missing:
        raise DataError(f"workload: {name}: missing; give a column" for name in missing)

    problems: list[str] = []
    arrays = {name: _array(name, given.get(name, rule.default), problems) for name, rule in RULES.items()}
    if arrays["choices"].ndim == 1:
        arrays["choices"] = arrays["choices"][:, None]
    for name, row, dimensions in LENGTHS:
        if arrays[name].ndim != dimensions:
            problems.append(f"workload: {name}: has shape {arrays[name].shape}; give a row for each {row}")
    if problems:
        raise DataError(problems)
    lengths: dict[str, tuple[int, ...]] = {RULES[name].shape: arrays[name].shape for name, _, _ in LENGTHS}
    lengths |= {"n": lengths["nk"][:1], "": ()}

    columns = {name: _column(name, rule, arrays[name], lengths[rule.shape], problems) for name, rule in RULES.items()}
    problems = problems or _wrong_together(columns)
    if problems:
        raise DataError(problems)

    order = np.lexsort((columns["change_of"], columns["change_kind"], columns["change_min"]))
    for name in ("change_min", "change_kind", "change_of", "change_kw"):
        columns[name] = np.ascontiguousarray(columns[name][order])
    return columns


def _array(name: str, values: Any, problems: list[str]) -> NDArray[Any]:
    """The numbers given for a column; where they are none, that is added to `problems`."""
    try:
        array = np.asarray(values)
        return array if array.dtype.kind in "biuf" else array.astype(np.float64)
    except (TypeError, ValueError):
        problems.append(f"workload: {name}: not numbers in rows of one length ({str(values)[:40]}); give only numbers")
        return np.zeros((0, 0)[: 2 if name == "choices" else 1])


def check_column(name: str, values: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    """One column by itself, in its type and shape.

    Errors: DataError for what it alone shows (see `check_columns`).
    """
    problems: list[str] = []
    column = _column(name, RULES[name], _array(name, values, problems), shape, problems)
    if problems:
        raise DataError(problems)
    return column


def _column(name: str, rule: Rule, values: NDArray[Any], shape: tuple[int, ...], problems: list[str]) -> NDArray[Any]:
    """One column in its type and shape, never the array it was given; what is wrong is added to `problems`."""
    if rule.shape == "nk" and values.ndim == 1 and len(values) == shape[0]:
        values = values[:, None]
    try:
        np.broadcast_to(values, shape)
    except ValueError:
        problems.append(f"workload: {name}: has shape {values.shape}; give numbers of shape {shape}")
        return np.empty(shape, rule.dtype)
    if not _is_allowed(values, rule):
        bad = np.broadcast_to(_not_allowed(values, rule), shape)
        if bad.any():
            problems.append(f"workload: {_first_bad(name, rule, np.broadcast_to(values, shape), bad)}")
            return np.zeros(shape, rule.dtype)
    # What is one number for many rows is checked and rounded as one number, and only now becomes a column.
    in_ticks = name.endswith("_min") or name == "energy_kwh"
    if in_ticks:
        values = on_grid(values)
    if values.size == 1:  # fresh zeros cost nothing
        return np.full(shape, values.item(), rule.dtype) if values.item() else np.zeros(shape, rule.dtype)
    if in_ticks and values.shape == shape:
        return np.ascontiguousarray(values)
    column: NDArray[Any] = np.empty(shape, rule.dtype)
    np.copyto(column, values, casting="unsafe")
    return column


def _is_allowed(values: NDArray[Any], rule: Rule) -> bool:
    """Whether all values are allowed; quick for most columns, and where it says no, `_not_allowed` knows better."""
    if not values.size:
        return True
    if not np.issubdtype(rule.dtype, np.floating) and values.dtype.kind == "f":
        return False
    least, most = values.min(), values.max()  # NaN if there is any
    if rule.endless and most == np.inf:
        most = rule.most if np.count_nonzero(values > rule.most) == np.count_nonzero(values == np.inf) else most
    return bool(least >= rule.least and most <= rule.most and (rule.endless or most < np.inf))


def _not_allowed(values: NDArray[Any], rule: Rule) -> NDArray[np.bool_]:
    """The values that a column may not hold."""
    values = values.astype(np.float64)
    finite = np.isfinite(values)
    bad = np.isnan(values) | (values < rule.least) | (finite & (values > rule.most))
    if not rule.endless:
        bad |= ~finite
    if not np.issubdtype(rule.dtype, np.floating):
        bad |= finite & (values != np.floor(values))
    return np.asarray(bad)


def _first_bad(name: str, rule: Rule, values: NDArray[Any], bad: NDArray[np.bool_]) -> str:
    """The first value that is not allowed, where it stands, how many more there are, and what to give instead."""
    first = np.argwhere(bad)[0]
    where = f"{ROWS[rule.shape]} {first[0]}: " if len(first) else ""
    where += f"choice {first[1]}: " if len(first) > 1 else ""
    more = f", and {bad.sum() - 1} more" if bad.sum() > 1 else ""
    return f"{where}{name}: not allowed ({float(values[tuple(first)]):g}{more}); give {_allowed(rule)}"


def _allowed(rule: Rule) -> str:
    """The values a column may hold, in words."""
    whole = "" if np.issubdtype(rule.dtype, np.floating) else "whole "
    if rule.least == -np.inf:
        return "any number"
    return f"{whole}numbers from {rule.least:g} to {rule.most:g}{' or infinity' if rule.endless else ''}"


def _wrong_together(columns: Mapping[str, NDArray[Any]]) -> list[str]:
    """What is wrong although each column is right by itself."""
    problems = []
    choices, stations, sites = columns["choices"], len(columns["points"]), len(columns["limit_kw"])
    points = int(columns["points"].sum(dtype=np.int64))

    def first(wrong: NDArray[np.bool_], row: str, name: str, what: str) -> None:
        if wrong.any():
            at = tuple(int(i) for i in np.argwhere(wrong)[0])
            problems.append(f"workload: {row} {at[0]}: {name}: {what.format(columns[name][at])}")

    arrival_min = columns["arrival_min"]
    early = np.append(False, arrival_min[1:] < arrival_min[:-1])
    first(early, "request", "arrival_min", "before the request above it ({:g}); sort requests by arrival")
    first(choices >= stations, "request", "choices", f"no such station ({{}}); give rows 0 to {stations - 1} or -1")
    gap = (choices[:, :-1] < 0) & (choices[:, 1:] >= 0)
    first(gap, "request", "choices", "a station after a gap ({}); put -1 only at the end")
    site = columns["site"] >= sites
    first(site, "station", "site", f"no such site ({{}}); give rows 0 to {sites - 1} or -1")
    limits = columns["change_kind"] == LIMIT
    wrong = columns["change_of"] >= np.where(limits, sites, points)
    first(wrong, "change", "change_of", f"no such site or point ({{}}); there are {sites} sites and {points} points")
    return problems
