"""Maps of what the plan changes: violet better, orange worse, a diverging scale that colour-blind readers can read."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from sim.report.facts import LOST_KWH, SERVED, kpi_row
from sim.report.figures import FIGURES
from sim.report.frame import Sheet, add_legend, draw_cells
from sim.report.labels import label_districts
from sim.report.map_parts import draw_districts, patch, priority_legend, sheet_of
from sim.report.maps import cells_with, districts_with
from sim.report.style import change_limits, diverging_classes, diverging_colours, diverging_labels
from sim.report.words import Words
from sim.study.study import StudyResult


def _lost_change(result: StudyResult) -> pd.DataFrame:
    """Cells with lost energy today and with the plan, and the change."""
    cells = cells_with(
        result, as_is="lost_kwh_per_km2_day_as_is", plan="lost_kwh_per_km2_day_plan"
    )  # fmt: skip
    cells["change"] = cells["plan"] - cells["as_is"]
    return cells.rename(columns={side: f"lost_kwh_per_km2_day_{side}" for side in ("as_is", "plan", "change")})


@FIGURES.register(data=_lost_change)
def lost_energy_change(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Change of the energy wanted and not charged, per km2 and day."""
    row = kpi_row(result, LOST_KWH)
    way = words("lost_energy_change.more" if row["difference"] > 0 else "lost_energy_change.less")
    title = words("lost_energy_change", kwh=words.number(abs(row["difference"]), "kWh/week"), way=way)
    sheet = sheet_of(result, "lost_energy_change", title, words)
    change = data["lost_kwh_per_km2_day_change"]
    limits = change_limits(change)
    # less is better: the scale is turned round
    colours = diverging_colours(len(limits))[::-1]
    draw_cells(sheet, data, [colours[k] for k in diverging_classes(change, limits)])
    _legend(sheet, colours, limits, words("legend.lost_change"), words)
    label_districts(sheet, result.city)
    return sheet.figure


@FIGURES.register(data=lambda result: districts_with(result, SERVED, "as_is", "plan", "difference"))
def served_change(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Change of the share of requests served, by district, in percentage points."""
    most = data.loc[data["difference"].abs().idxmax()]
    title = words("served_change", district=most["name"], change=words.change(most["difference"], "share"))
    sheet = sheet_of(result, "served_change", title, words)
    points = 100 * data["difference"]
    limits = change_limits(points)
    colours = diverging_colours(len(limits))
    draw_districts(sheet, result, data, [colours[k] for k in diverging_classes(points, limits)])
    _legend(sheet, colours, limits, words("legend.served_change"), words)
    priority_legend(sheet, result, words)
    label_districts(sheet, result.city)
    return sheet.figure


def _legend(sheet: Sheet, colours: Sequence[str], limits: Sequence[float], title: str, words: Words) -> None:
    labels = diverging_labels(limits, words=words)
    add_legend(sheet, [patch(colour, label) for colour, label in zip(colours, labels, strict=True)], title)
