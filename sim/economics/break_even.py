"""What would have to hold? The value of one assumption at which a plan gives back 1, 6 or 20 euros for one.

Nothing is asserted: each answer is set beside the range that is plausible, and where no allowed value leads there, it
says so.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pandas as pd

from sim.economics.annuity import present_value
from sim.economics.items import ITEMS, SCHEDULED, draw_up, payments_of
from sim.economics.project import Project
from sim.economics.settings import VIEWS, Economics, plausible_range
from sim.errors import UnknownName

TARGETS = (1.0, 6.0, 20.0)
LEVERS = {
    "public": (
        "energy_factor",
        "additionality_share",
        "climate_eur_per_t",
        "consumer_surplus_eur_per_kwh",
        "value_of_time_eur_per_h",
        "elsewhere_min",
        "capex_factor",
        "opex_factor",
        "kerb_bay_eur_a",
    ),
    "municipal": ("energy_factor", "tariff_gross_eur_per_kwh.AC", "tariff_gross_eur_per_kwh.DC", "capex_factor"),
    "operator": ("energy_factor", "tariff_gross_eur_per_kwh.AC", "tariff_gross_eur_per_kwh.DC", "capex_factor"),
}

WITHIN, OUTSIDE, NEVER = "within the plausible range", "outside the plausible range", "not reachable"
DECADES = 6  # how far above its range an unbounded parameter is searched: a million times
ABOVE = 1e-6  # how close to an open lower bound the search goes
PRECISION = 1e-13  # of the ratio, where a search stops

Sides = Callable[[float], tuple[float, float]]


def break_even(
    project: Project,
    economics: Economics,
    *,
    view: str,
    parameters: Iterable[str] | None = None,
    targets: Iterable[float] = TARGETS,
) -> pd.DataFrame:
    """For each parameter and target, the value at which the benefit-cost ratio is the target, all else unchanged.

    parameters : names of settings, entries of a table as `tariff_gross_eur_per_kwh.AC`; None takes LEVERS of the view

    Columns: parameter, unit, value_now, ratio_now, target, value_needed (NaN where not reachable), low, high, verdict
    (WITHIN, OUTSIDE or NEVER). Of several values the nearest to the present one is given.
    """
    if view not in VIEWS:
        raise UnknownName("view", view, VIEWS)
    targets, rows = list(targets), []
    for name in LEVERS[view] if parameters is None else parameters:
        now, low, high, lowest, highest, unit = _facts(economics, name)
        sides = sides_of(project, economics, view, name)
        spent, gained = sides(now)
        ratio_now = gained / spent if spent > 0 else math.nan
        points = _search_points(now, low, high, lowest, highest)
        for target in targets:
            needed = _nearest_root(sides, target, now, points)
            verdict = NEVER if math.isnan(needed) else WITHIN if low <= needed <= high else OUTSIDE
            rows.append((name, unit, now, ratio_now, target, needed, low, high, verdict))
    columns = ["parameter", "unit", "value_now", "ratio_now", "target", "value_needed", "low", "high", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def with_value(economics: Economics, name: str, value: float) -> Economics:
    """The same settings with one number changed; `table.AC` changes an entry of a table by current."""
    field, _, key = name.partition(".")
    changed: Any = getattr(economics, field) | {key: value} if key else value
    return dataclasses.replace(economics, **{field: changed})


def sides_of(project: Project, economics: Economics, view: str, name: str) -> Sides:
    """Present value spent and gained as a function of one parameter; every value is worked out once."""

    as_it_is = None if name in SCHEDULED else draw_up(project, economics)

    @functools.cache
    def spent_and_gained(value: float) -> tuple[float, float]:
        turned = with_value(economics, name, value)
        sides = {"in": 0.0, "out": 0.0}
        for item, paid in payments_of(view, as_it_is or draw_up(project, turned), turned).items():
            sides[ITEMS.facts[item]["side"]] += present_value(paid.eur, paid.paid_a, turned.rate(view))
        return sides["in"], sides["out"]

    return spent_and_gained


def levers(economics: Economics) -> Iterator[str]:
    """Names of every number that can be turned, `table.AC` for entries of tables by current."""
    for field in dataclasses.fields(economics):
        value = getattr(economics, field.name)
        if field.type == "float":
            yield field.name
        elif isinstance(value, dict) and all(isinstance(key, str) for key in value) and "unit" in field.metadata:
            yield from (f"{field.name}.{key}" for key in value)


def _facts(economics: Economics, name: str) -> tuple[float, float, float, float, float, str]:
    """Present value, low, high, lowest and highest allowed, and unit of a parameter."""
    known = list(levers(economics))
    if name not in known:
        raise UnknownName("parameter to break even with", name, known)
    field, _, key = name.partition(".")
    metadata = next(f.metadata for f in dataclasses.fields(economics) if f.name == field)
    value = getattr(economics, field)
    now = float(value[key] if key else value)
    low, high = plausible_range(economics, name)
    lowest = metadata["at_least"] if metadata["above"] is None else metadata["above"] + ABOVE
    highest = math.inf if metadata["at_most"] is None else metadata["at_most"]
    return now, low, high, -math.inf if lowest is None else lowest, highest, metadata["unit"]


def _search_points(now: float, low: float, high: float, lowest: float, highest: float) -> list[float]:
    """Values between which a root is looked for, ascending, within the bounds."""
    points = {now, *(end for end in (low, high, lowest, highest) if math.isfinite(end))}
    if math.isinf(highest):
        start = max(abs(point) for point in points) or 1.0
        points |= {start * 10.0**k for k in range(1, DECADES + 1)}
    return sorted(point for point in points if lowest <= point <= highest)


def _nearest_root(sides: Sides, target: float, now: float, points: list[float]) -> float:
    """The value nearest to the present one at which gained = target x spent and something is spent; NaN if none."""

    def balance(value: float) -> float:
        spent, gained = sides(value)
        return gained - target * spent

    tolerance = PRECISION * target * max(sides(now)[0], 0.0)
    roots = [point for point in points if balance(point) == 0]
    for left, right in itertools.pairwise(points):
        if balance(left) * balance(right) < 0:
            roots.append(_root(balance, left, right, tolerance))
    return min((root for root in roots if sides(root)[0] > 0), key=lambda root: abs(root - now), default=math.nan)


def _root(function: Callable[[float], float], left: float, right: float, tolerance: float) -> float:
    """Where a function changes its sign between two values, by Ridders' method (1979).

    One step each on a straight line; every round at least halves the bracket, so it ends at neighbouring numbers.
    """
    while True:
        middle = 0.5 * (left + right)
        if middle in (left, right):
            return min(left, right, key=lambda value: abs(function(value)))
        at_left, at_middle = function(left), function(middle)
        spread = math.sqrt(at_middle**2 - at_left * function(right))
        guess = middle + (middle - left) * math.copysign(1.0, at_left) * at_middle / spread
        if abs(function(guess)) <= tolerance:
            return guess
        ends = sorted((left, middle, guess, right))
        left, right = next((a, b) for a, b in itertools.pairwise(ends) if function(a) * function(b) <= 0)
