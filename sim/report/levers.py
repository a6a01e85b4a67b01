"""Levers where bays are scarce, on the page: what each costs in bays and serves, and a map of the parking pressure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sim.report.facts import has, settings
from sim.report.figures import FIGURES
from sim.report.map_parts import density_map
from sim.report.markup import Html, table, tag
from sim.report.sections import heads
from sim.report.words import Words
from sim.study.levers import AS_IS
from sim.study.study import StudyResult

PRESSURES = (0.5, 0.7, 0.85, 1.0, 1.15)
FULL = 1.0


def levers_sections(result: StudyResult, words: Words) -> dict[str, list[Html]]:
    """The section of the levers, by name; empty where the result compares none."""
    if not has(result, "levers"):
        return {}
    rows = result.levers.to_dict("records")
    base = next(row["lever"] for row in rows if row["lever"] != AS_IS)
    shown = table(
        words("page.levers_caption"),
        heads(words, "lever", "points_added", "bays_lost", "capex", "served_energy", "difference", "eur_per_kwh_week"),
        [_row(row, base, words) for row in rows],
    )
    price = words.number(settings(result).planning.lost_bay_kwh, "kWh/week")
    return {"levers": [tag("p", words("page.levers_lead", price=price, base=words.named("lever", str(base)))), shown]}


def _row(row: Mapping[Hashable, Any], base: Hashable, words: Words) -> list[str]:
    change = (
        ""
        if row["lever"] == base
        else words.change_interval(row["difference"], row["difference_low"], row["difference_high"], "share")
    )
    return [
        words.named("lever", str(row["lever"])),
        words.number(row["points"], "points"),
        words.number(row["bays_lost"], "bays", decimals=0),
        words.number(row["capex_eur"], "EUR"),
        words.interval(row["served_share"], row["served_low"], row["served_high"], "share"),
        change,
        words.number(row["eur_per_kwh_week"], "EUR", decimals=0) if row["eur_per_kwh_week"] > 0 else "",
    ]


def _pressure(result: StudyResult) -> pd.DataFrame:
    cells = result.parking[["cell_id", "x_m", "y_m", "side_m", "parking_pressure", "pressure_origin"]]
    return cells.assign(residents=result.city.cells["residents"].to_numpy())


@FIGURES.register(data=_pressure, needs=("parking",))
def parking_pressure(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Cars that want to park in the street for each bay, by cell."""
    lived_in = data[data["residents"] > 0]
    share = float((lived_in["parking_pressure"] > FULL).mean())
    return density_map(
        data, result, words, figure="parking_pressure",
        title=words("parking_pressure", share=words.number(share, "share")), value="parking_pressure",
        limits=PRESSURES, legend=words("legend.pressure"),
    )  # fmt: skip
