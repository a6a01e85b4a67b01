"""What each column of a workload must be: shape, type, bounds and default; and the check of all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import DataError, UnknownName
from sim.simulation.events import LATEST, LIMIT, STARTS, on_grid

NEVER_BALK = 2**31 - 1
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
    "choices": Rule("nk", np.int32, least=-1),
    "detour_min": Rule("nk", np.float64, default=0.0),
    "balk_at": Rule("nk", np.int32, most=NEVER_BALK, default=NEVER_BALK),
    "queue_key": Rule("nk", np.float64, least=-np.inf, most=np.inf, endless=True, default=0.0),
    "energy_kwh": Rule("nk", np.float64),
    "power_kw": Rule("nk", np.float64),
    "longest_min": Rule("nk", np.float64, endless=True, default=np.inf),
    "overstay_min": Rule("nk", np.float64, endless=True, default=0.0),
    "failed_starts": Rule("nk", np.int8, most=STARTS, default=0),
    "points": Rule("m", np.int32, most=2**31 - 1),
    "site": Rule("m", np.int32, least=-1, default=-1),
    "limit_kw": Rule("q", np.float64, endless=True, default=()),
    "change_min": Rule("c", np.float64, default=()),
    "change_kind": Rule("c", np.int8, most=LIMIT, default=()),
    "change_of": Rule("c", np.int32, default=()),
    "change_kw": Rule("c", np.float64, endless=True, default=0.0),
    "restart_min": Rule("", np.float64, default=0.0),
}
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

    choices = np.atleast_1d(np.asarray(given["choices"]))
    choices = choices[:, None] if choices.ndim == 1 else choices
    lengths = dict(n=choices.shape[:1], nk=choices.shape, m=np.shape(given["points"]))
    lengths["q"] = np.shape(given.get("limit_kw", ()))
    lengths["c"] = np.shape(given.get("change_min", ()))
    lengths[""] = ()

    problems: list[str] = []
    columns = {}
    for name, rule in RULES.items():
        values = choices if name == "choices" else np.asarray(given.get(name, rule.default))
        columns[name] = _column(name, rule, values, lengths[rule.shape], problems)
    if not problems:
        problems += _wrong_together(columns)
    if problems:
        raise DataError(problems)

    order = np.lexsort((columns["change_of"], columns["change_kind"], columns["change_min"]))
    for name in ("change_min", "change_kind", "change_of", "change_kw"):
        columns[name] = np.ascontiguousarray(columns[name][order])
    return columns


def _column(name: str, rule: Rule, values: NDArray[Any], shape: tuple[int, ...], problems: list[str]) -> NDArray[Any]:
    """One column in its type and shape; what is wrong with it is added to `problems`."""
    if rule.shape == "nk" and values.ndim == 1 and len(values) == shape[0]:
        values = values[:, None]
    try:
        np.broadcast_to(values, shape)
        values = values.astype(np.float64)
    except ValueError:
        problems.append(f"workload: {name}: has shape {values.shape}; give numbers of shape {shape}")
        return np.empty(shape, rule.dtype)
    finite = np.isfinite(values)
    bad = np.isnan(values) | (values < rule.least) | (finite & (values > rule.most))
    if not rule.endless:
        bad |= ~finite
    if not np.issubdtype(rule.dtype, np.floating):
        bad |= finite & (values != np.floor(values))
    bad = np.broadcast_to(bad, shape)
    if bad.any():
        first = np.argwhere(bad)[0]
        where = f"{ROWS[rule.shape]} {first[0]}: " if len(first) else ""
        where += f"choice {first[1]}: " if len(first) > 1 else ""
        more = f", and {bad.sum() - 1} more" if bad.sum() > 1 else ""
        value = np.broadcast_to(values, shape)[tuple(first)]
        problems.append(f"workload: {where}{name}: not allowed ({value:g}{more}); give {_allowed(rule)}")
        return np.zeros(shape, rule.dtype)
    if name.endswith("_min") or name == "energy_kwh":
        values = on_grid(values)
    # What is one number for many rows is checked as one number, and only now becomes a column.
    return np.ascontiguousarray(np.broadcast_to(values, shape), rule.dtype)


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

    early = np.diff(columns["arrival_min"], prepend=0.0) < 0
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
