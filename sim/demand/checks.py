"""Does the demand look like a real city's? Printed with every study (section 7 of the demand model paper)."""

from __future__ import annotations

import pandas as pd

from sim.demand.expected import ExpectedDemand
from sim.demand.fleet import MOST_EV_SHARE

CHECKED_YEAR = 2025  # the year for which public charging of today gives a band
BAND_RESIDENTS = 612_065  # of Dortmund, for which the band was derived
NAN = float("nan")


def demand_checks(expected: ExpectedDemand) -> pd.DataFrame:
    """Public requests a day, energy per request and per battery car, against what is known of real charging.

    Columns check, value, unit, low, high (NaN = nothing to compare with), passed [flag], note. The band of requests a
    day holds for 2025 and is scaled with residents.
    """
    cells = expected.cells
    requests, kwh, bev = expected.requests_per_day.sum(), expected.energy_kwh.sum(), cells["bev"].sum()
    scale = cells["residents"].sum() / BAND_RESIDENTS
    now = expected.year == CHECKED_YEAR
    with_cars = cells[cells["cars"] > 0]
    fullest = ((with_cars["bev"] + with_cars["phev"]) / with_cars["cars"]).max()
    rows = [
        (
            "public requests a day", requests, "1/d", 900 * scale if now else NAN, 2200 * scale if now else NAN,
            "band of 2025, by residents; for Dortmund 900-2,200" if now else "a band is known for 2025 only",
        ),
        (
            "energy per request", kwh / requests if requests > 0 else NAN, "kWh", 18.0, 28.0,
            "Germany 23.0-25.4 in 2024-25",
        ),
        (
            "public energy per battery car and day", kwh / bev if bev > 0 else NAN, "kWh/d", NAN, NAN,
            "2.5 nationally; more in cities, with commuters and through traffic",
        ),
        (
            "electric cars in the cell with most", fullest, "share of cars", 0.0, 1.0,
            f"battery cars alone are capped at {MOST_EV_SHARE:g} of a cell's cars",
        ),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["check", "value", "unit", "low", "high", "note"])
    known = table["low"].notna()
    inside = (table["value"] >= table["low"]) & (table["value"] <= table["high"])
    table["passed"] = inside | ~known
    return table[["check", "value", "unit", "low", "high", "passed", "note"]]
