"""What maps are put together from: the sheet, cells and districts by class, symbols by points, legends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from sim.report.facts import settings, technology_name
from sim.report.frame import Sheet, add_legend, draw_cells, draw_polygons, new_map
from sim.report.labels import label_districts
from sim.report.style import (
    HALO,
    INK,
    LAND,
    MUTED,
    NOTHING,
    OUTLINE,
    class_colours,
    class_labels,
    classify,
    symbol_area,
    technology_colours,
)
from sim.report.words import Words
from sim.study.study import StudyResult

DASHED = (0, (4, 2))


def subtitle(result: StudyResult, figure: str, words: Words) -> str:
    """City, year, scenario and what a figure shows."""
    study = settings(result)
    return words(
        "subtitle",
        city=words.phrase(result.city.title),
        year=study.year,
        scenario=study.name,
        shown=words(f"{figure}.shown"),
    )


def sheet_of(result: StudyResult, figure: str, title: str, words: Words) -> Sheet:
    """The sheet of a map, with what is synthetic on it."""
    made = [words.phrase(sentence) for sentence in result.city.synthetic]
    notes = [words("synthetic", sentences="; ".join(made))] if made else []
    return new_map(result.city, words, title=title, subtitle=subtitle(result, figure, words), notes=notes)


def density_map(
    data: pd.DataFrame, result: StudyResult, words: Words, *, figure: str, title: str, value: str,
    limits: Sequence[float], legend: str,
) -> Figure:  # fmt: skip
    """Cells coloured by class of a rate."""
    sheet = sheet_of(result, figure, title, words)
    colours = class_colours(len(limits) + 1)
    classes = classify(data[value], limits)
    draw_cells(sheet, data, [colours[k] if k >= 0 else NOTHING for k in classes])
    class_legend(sheet, classes, limits, legend, words)
    label_districts(sheet, result.city)
    return sheet.figure


def district_map(
    data: pd.DataFrame, result: StudyResult, words: Words, *, figure: str, title: str, value: str,
    limits: Sequence[float], legend: str, unit: str,
) -> Figure:  # fmt: skip
    """Districts coloured by class; the priority area has a dashed border."""
    sheet = sheet_of(result, figure, title, words)
    classes = classify(data[value], limits)
    colours = class_colours(len(limits) + 1)
    draw_districts(sheet, result, data, [colours[k] if k >= 0 else NOTHING for k in classes])
    class_legend(sheet, classes, limits, legend, words, unit)
    priority_legend(sheet, result, words)
    label_districts(sheet, result.city)
    return sheet.figure


def draw_districts(sheet: Sheet, result: StudyResult, data: pd.DataFrame, fills: Sequence[str]) -> None:
    """Districts (`data` by district_id) in one colour each, and the border of the priority area."""
    outlines = result.city.outlines
    if outlines is None:
        return
    fill = dict(zip(data["district_id"], fills, strict=True))
    colours = [fill.get(str(i), NOTHING) for i in outlines.index]
    draw_polygons(sheet.axes, list(outlines), facecolors=colours, edgecolors=HALO, linewidths=0.8, zorder=1)
    priority = outlines[result.city.districts["priority_area"].reindex(outlines.index).to_numpy(bool)]
    if len(priority):
        draw_polygons(
            sheet.axes, [priority.union_all()], facecolors="none", edgecolors=INK, linewidths=1.6,
            linestyles=[DASHED], zorder=5,
        )  # fmt: skip


def draw_symbols(sheet: Sheet, places: pd.DataFrame, colours: Mapping[str, str], marker: str) -> None:
    """One symbol per row, its area in proportion to its points; small ones on top of large ones."""
    shown = places.sort_values("points", ascending=False, kind="stable")
    sheet.axes.scatter(
        shown["x_m"], shown["y_m"], s=symbol_area(shown["points"]), c=[colours[t] for t in shown["technology"]],
        marker=marker, edgecolors=HALO, linewidths=0.4, alpha=0.9, zorder=5,
    )  # fmt: skip


def priority_legend(sheet: Sheet, result: StudyResult, words: Words) -> None:
    """The border of the priority area, where the city has one and outlines."""
    if result.city.outlines is not None and result.city.districts["priority_area"].any():
        line = Line2D([], [], color=INK, linewidth=1.6, linestyle=DASHED, label=words("legend.priority"))
        add_legend(sheet, [line], "")


def technology_legend(sheet: Sheet, result: StudyResult, present: pd.Series, words: Words) -> None:
    """Colours of the technologies that occur."""
    technology = settings(result).technology
    colours = technology_colours(technology)
    handles = [
        Line2D(
            [], [], marker="o", linestyle="", color=colours[name], markersize=7,
            label=technology_name(result, name, words),
        )
        for name in technology
        if (present == name).any()
    ]  # fmt: skip
    add_legend(sheet, handles, words("legend.technology"))


def size_legend(sheet: Sheet, points: pd.Series, title: str, words: Words) -> None:
    """Symbols of a small, a middle and the largest number of points that occur."""
    numbers = sorted({int(points.min()), int(np.median(points)), int(points.quantile(0.95)), int(points.max())})
    handles = [
        Line2D(
            [], [], marker="o", linestyle="", markerfacecolor=LAND, markeredgecolor=INK, markeredgewidth=0.7,
            markersize=float(np.sqrt(symbol_area([n])[0])), label=words.number(n, "points"),
        )
        for n in numbers
    ]  # fmt: skip
    add_legend(sheet, handles, title, labelspacing=0.6)


def marker_legend(
    sheet: Sheet, markers: Mapping[str, str], names: Mapping[str, str], present: pd.Series, title: str,
    *, first: Sequence[Artist] = (),
) -> None:  # fmt: skip
    """Signs of the kinds that occur, after those in `first`."""
    handles = [
        Line2D([], [], marker=marker, linestyle="", markerfacecolor=MUTED, markeredgecolor=HALO, markersize=6,
               label=names[origin])
        for origin, marker in markers.items()
        if (present == origin).any()
    ]  # fmt: skip
    add_legend(sheet, [*first, *handles], title)


def patch(colour: str, label: str) -> Artist:
    """A square of a class, for areas."""
    return Patch(facecolor=colour, edgecolor=OUTLINE, linewidth=0.5, label=label)


def circle(colour: str, label: str) -> Artist:
    """A dot of a class, for symbols."""
    return Line2D(
        [], [], marker="o", linestyle="", markerfacecolor=colour, markeredgecolor=INK, markeredgewidth=0.5,
        markersize=7, label=label,
    )  # fmt: skip


def class_legend(
    sheet: Sheet, classes: NDArray[np.int64], limits: Sequence[float], title: str, words: Words, unit: str = "",
    key: Callable[[str, str], Artist] = patch,
) -> None:  # fmt: skip
    """Legend of all classes, drawn by `key`; of 'none' only where it occurs."""
    colours, labels = class_colours(len(limits) + 1), class_labels(limits, unit, words=words)
    if (classes < 0).any():
        colours, labels = [NOTHING, *colours], [words("legend.none"), *labels]
    add_legend(sheet, [key(colour, label) for colour, label in zip(colours, labels, strict=True)], title)
