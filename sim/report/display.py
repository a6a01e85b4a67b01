"""Numbers as people read them: one place for digits, signs, units and intervals.

Tables on disk and numbers on the page come from the same rounding (`display_table`), so they agree to the digit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

DIGITS: Mapping[str, int] = {
    "share": 3,
    "EUR": 0,
    "EUR/a": 0,
    "EUR/kWh": 2,
    "EUR/EUR": 2,
    "t": 0,
    "t/a": 0,
    "1/a": 3,
    "EUR/point": 0,
    "kW": 0,
    "kWh": 0,
    "kWh/week": 0,
    "kWh/day": 0,
    "kWh/km2/day": 0,
    "kWh/point/day": 1,
    "MWh/day": 1,
    "requests/week": 0,
    "requests/day": 0,
    "1/week": 0,
    "1/day": 0,
    "1/km2/day": 1,
    "points": 0,
    "sites": 0,
    "stations": 0,
    "persons": 0,
    "m": 0,
    "km": 1,
    "km2": 2,
    "min": 1,
    "h": 1,
    "points/10,000 residents": 1,
    "points/EV": 3,
    "cars/point": 1,
    "Gini": 3,
    "ratio": 2,
    "-": 3,
}
OTHER_DIGITS = 2
MARKS = {"en": {"thousands": ",", "decimal": "."}, "de": {"thousands": ".", "decimal": ","}}
# percentage points, and between the ends of an interval
POINTS = {"en": "pp", "de": "%-Punkte"}
TO = {"en": "to", "de": "bis"}
MISSING = "–"
MINUS = "−"
KPI_NUMBERS = tuple(f"{column}{end}" for column in ("as_is", "plan", "difference") for end in ("", "_low", "_high"))


def digits(unit: str) -> int:
    """Decimals shown (and written to tables) for a unit."""
    return DIGITS.get(unit, OTHER_DIGITS)


def rounded(value: float, unit: str) -> float:
    """A value as it is shown; never minus zero.

    >>> rounded(0.87349, "share"), rounded(-0.2, "kWh")
    (0.873, 0.0)
    """
    return round(float(value), digits(unit)) + 0.0


def display_table(kpis: pd.DataFrame) -> pd.DataFrame:
    """The KPI table rounded to the digits shown on the page, by unit; this is what kpis.csv holds.

    A difference is rounded on its own, so it can differ by one last digit from the difference of two shown values.
    """
    shown = kpis.copy()
    for column in KPI_NUMBERS:
        shown[column] = [rounded(v, unit) for v, unit in zip(kpis[column], kpis["unit"], strict=True)]
    return shown


def round_columns(frame: pd.DataFrame, units: Mapping[str, str]) -> pd.DataFrame:
    """A table whose columns have one unit each, rounded to the digits shown.

    units : unit by column; other columns stay as they are
    """
    shown = frame.copy()
    for column, unit in units.items():
        shown[column] = [rounded(value, unit) for value in frame[column]]
    return shown


def format_number(value: float, unit: str = "", *, language: str = "en", decimals: int | None = None) -> str:
    """A number without its unit, shares in percent; `decimals` overrides the digits of the unit.

    >>> format_number(1234.5, "EUR"), format_number(0.8734, "share"), format_number(-3.21, "min")
    ('1,234', '87.3 %', '−3.2')
    >>> format_number(1234.5, "kWh/point/day", language="de")
    '1.234,5'
    """
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    value = rounded(value, unit) if decimals is None else round(float(value), decimals) + 0.0
    places = digits(unit) if decimals is None else decimals
    if unit == "share":
        value, places = value * 100, max(places - 2, 0)
    marks = MARKS[language]
    text = (
        f"{abs(value):,.{places}f}".replace(",", "\0").replace(".", marks["decimal"]).replace("\0", marks["thousands"])
    )
    sign = MINUS if value < 0 else ""
    return f"{sign}{text} %" if unit == "share" else f"{sign}{text}"


def format_change(value: float, unit: str = "", *, language: str = "en") -> str:
    """A difference with its sign; differences of shares are percentage points.

    >>> format_change(0.4612, "share"), format_change(-12.0, "min"), format_change(0.0001, "share")
    ('+46.1 pp', '−12.0', '0.0 pp')
    """
    text = format_number(value, unit, language=language).replace(" %", f" {POINTS[language]}")
    return f"+{text}" if not math.isnan(value) and rounded(value, unit) > 0 else text


def format_interval(value: float, low: float, high: float, unit: str = "", *, language: str = "en") -> str:
    """A value with its interval, which is left out where it was not simulated.

    >>> format_interval(12.3, 11.9, 12.7, "min")
    '12.3 (11.9 to 12.7)'
    >>> format_interval(0.5, 0.49, 0.51, "share")
    '50.0 % (49.0 % to 51.0 %)'
    """
    return _with_interval(value, low, high, unit, language=language, signed="")


def format_change_interval(value: float, low: float, high: float, unit: str = "", *, language: str = "en") -> str:
    """A difference with its paired interval, all with signs.

    >>> format_change_interval(0.461, 0.455, 0.467, "share")
    '+46.1 pp (+45.5 pp to +46.7 pp)'
    """
    return _with_interval(value, low, high, unit, language=language, signed="+")


def _with_interval(value: float, low: float, high: float, unit: str, *, language: str, signed: str) -> str:
    show = format_change if signed else format_number
    text = show(value, unit, language=language)
    if any(v is None or math.isnan(v) for v in (value, low, high)):
        return text
    return f"{text} ({show(low, unit, language=language)} {TO[language]} {show(high, unit, language=language)})"
