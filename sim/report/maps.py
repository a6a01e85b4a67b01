"""Maps of a result, one message each: rates as areas, absolute numbers as symbols.

Registered in `FIGURES`; the first docstring line says what a map shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from sim.report.answer import mix
from sim.report.display import format_number
from sim.report.facts import (
    LOST_KWH,
    PER_10K,
    REQUESTS,
    SERVED,
    district_names,
    kpi_by,
    kpi_row,
    reach_name,
    settings,
)
from sim.report.figures import FIGURES
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
    round_limits,
    symbol_area,
    technology_colours,
)
from sim.report.words import word
from sim.study.study import StudyResult

OCCUPIED_LIMITS = (0.1, 0.2, 0.3, 0.45, 0.6)
DASHED = (0, (4, 2))
REACH_M = (300, 500)
ORIGINS = {"register": "o", "synthetic": "D"}
SITES = {"station": "o", "given": "s", "synthetic": "D"}


@FIGURES.register()
def as_is_network(result: StudyResult) -> Figure:
    """Stations of today by technology and number of points; synthetic ones have their own sign."""
    stations = result.city.stations
    title = word(
        "as_is_network",
        points=format_number(stations["points"].sum(), "points"),
        stations=format_number(stations["site_id"].nunique(), "stations"),
    )
    sheet = _sheet(result, "as_is_network", title)
    colours = technology_colours(settings(result).technology)
    for origin, marker in ORIGINS.items():
        _draw_symbols(sheet, stations[stations["origin"] == origin], "points", colours, marker)
    _technology_legend(sheet, result, stations["technology"])
    _size_legend(sheet, stations["points"], word("legend.points"))
    if (stations["origin"] == "synthetic").any():
        names = {"register": word("legend.real"), "synthetic": word("legend.synthetic")}
        _marker_legend(sheet, ORIGINS, names, stations["origin"], word("legend.origin"))
    label_districts(sheet, result.city, stations)
    return sheet.figure


@FIGURES.register()
def as_is_reach(result: StudyResult) -> Figure:
    """Way on foot from each cell to the nearest AC station of today."""
    share = kpi_row(result, reach_name(REACH_M[0]))["as_is"]
    title = word("as_is_reach", share=format_number(share, "share"), m=REACH_M[0])
    return _reach_map(result, "as_is_reach", title, "as_is")


@FIGURES.register()
def requests_density(result: StudyResult) -> Figure:
    """Where drivers start to look for a charge point, per km2 and day."""
    requests = kpi_row(result, REQUESTS)["as_is"]
    title = word("requests_density", requests=format_number(requests, "1/week"))
    density = result.cells["requests_per_km2_day"]
    return _density_map(result, "requests_density", title, density, round_limits(density), word("legend.requests"))


@FIGURES.register()
def lost_energy_as_is(result: StudyResult) -> Figure:
    """Energy wanted and not charged with the stations of today, per km2 and day."""
    title = word("lost_energy_as_is", kwh=format_number(kpi_row(result, LOST_KWH)["as_is"], "kWh/week"))
    return _lost_map(result, "lost_energy_as_is", title, "as_is")


@FIGURES.register()
def plan_by_technology(result: StudyResult) -> Figure:
    """New points by technology, number and kind of site, on the stations of today."""
    plan, technology = result.plan.table, settings(result).technology
    title = word("plan_by_technology.none")
    if len(plan):
        title = word(
            "plan_by_technology",
            points=format_number(plan["points_added"].sum(), "points"),
            sites=format_number(plan["site_id"].nunique(), "sites"),
            mix=mix(result),
        )
    sheet = _sheet(result, "plan_by_technology", title)
    today = result.city.stations
    sheet.axes.scatter(today["x_m"], today["y_m"], s=9, marker="x", color=MUTED, linewidths=0.6, zorder=2)
    for origin, marker in SITES.items():
        new = plan[plan["origin"] == origin]
        _draw_symbols(sheet, new, "points_added", technology_colours(technology), marker)
    existing = Line2D([], [], marker="x", linestyle="", color=MUTED, markersize=4, label=word("legend.existing"))
    if len(plan):
        _technology_legend(sheet, result, plan["technology"])
        _size_legend(sheet, plan["points_added"], word("legend.new_points"))
    names = {origin: word(f"legend.new_{origin}") for origin in SITES}
    _marker_legend(sheet, SITES, names, plan["origin"], word("legend.site"), first=[existing])
    label_districts(sheet, result.city, plan)
    return sheet.figure


@FIGURES.register()
def lost_energy_plan(result: StudyResult) -> Figure:
    """Energy wanted and not charged with the plan, per km2 and day; same classes as today's map."""
    row = kpi_row(result, LOST_KWH)
    title = word(
        "lost_energy_plan",
        kwh=format_number(row["plan"], "kWh/week"),
        before=format_number(row["as_is"], "kWh/week"),
    )
    return _lost_map(result, "lost_energy_plan", title, "plan")


@FIGURES.register()
def plan_reach(result: StudyResult) -> Figure:
    """Way on foot from each cell to the nearest AC station with the plan."""
    row = kpi_row(result, reach_name(REACH_M[0]))
    title = word(
        "plan_reach",
        share=format_number(row["plan"], "share"),
        before=format_number(row["as_is"], "share"),
        m=REACH_M[0],
    )
    return _reach_map(result, "plan_reach", title, "plan")


@FIGURES.register()
def occupancy(result: StudyResult) -> Figure:
    """Share of time the points of each station are plugged in, with the plan."""
    stations = result.stations
    middle = format_number(float(stations["occupied_share"].median()), "share")
    sheet = _sheet(result, "occupancy", word("occupancy", share=middle))
    colours = class_colours(len(OCCUPIED_LIMITS) + 1)
    classes = classify(stations["occupied_share"], OCCUPIED_LIMITS)
    shown = stations.assign(colour=[colours[k] if k >= 0 else NOTHING for k in classes])
    shown = shown.sort_values("points", ascending=False, kind="stable")
    sheet.axes.scatter(
        shown["x_m"], shown["y_m"], s=symbol_area(shown["points"]), c=list(shown["colour"]), edgecolors=INK,
        linewidths=0.35, zorder=5,
    )  # fmt: skip
    _class_legend(sheet, classes, OCCUPIED_LIMITS, word("legend.occupied"), "share", _circle)
    _size_legend(sheet, stations["points"], word("legend.points"))
    label_districts(sheet, result.city, stations)
    return sheet.figure


@FIGURES.register()
def served_by_district(result: StudyResult) -> Figure:
    """Share of requests served with the plan, by district."""
    served = kpi_by(result, SERVED, "district")["plan"]
    title = word(
        "served_by_district",
        district=district_names(result)[str(served.idxmin())],
        share=format_number(served.min(), "share"),
    )
    limits = np.round(np.quantile(served, [0.2, 0.4, 0.6, 0.8]), 2)
    return _district_map(result, "served_by_district", title, served, sorted(set(limits.tolist())), "share")


@FIGURES.register()
def points_per_district(result: StudyResult) -> Figure:
    """Charge points per 10,000 residents with the plan, by district."""
    points = kpi_by(result, PER_10K, "district")["plan"]
    title = word(
        "points_per_district",
        district=district_names(result)[str(points.idxmin())],
        points=format_number(points.min(), "points/10,000 residents"),
    )
    limits = sorted(set(np.quantile(points, [0.2, 0.4, 0.6, 0.8]).round().tolist()))
    return _district_map(result, "points_per_district", title, points, limits, "points/10,000 residents")


def subtitle(result: StudyResult, figure: str) -> str:
    """City, year, scenario and what a figure shows."""
    study = settings(result)
    return word("subtitle", city=result.city.title, year=study.year, scenario=study.name, shown=word(f"{figure}.shown"))


def _sheet(result: StudyResult, figure: str, title: str) -> Sheet:
    notes = [word("synthetic", sentences="; ".join(result.city.synthetic))] if result.city.synthetic else []
    return new_map(result.city, title=title, subtitle=subtitle(result, figure), notes=notes)


def _density_map(
    result: StudyResult, figure: str, title: str, density: pd.Series, limits: Sequence[float], legend: str
) -> Figure:
    """Cells coloured by class of a rate."""
    sheet = _sheet(result, figure, title)
    colours = class_colours(len(limits) + 1)
    classes = classify(density, limits)
    draw_cells(sheet, result.city.cells, [colours[k] if k >= 0 else NOTHING for k in classes])
    _class_legend(sheet, classes, limits, legend)
    label_districts(sheet, result.city)
    return sheet.figure


def _lost_map(result: StudyResult, figure: str, title: str, side: str) -> Figure:
    before, after = (result.cells[f"lost_kwh_per_km2_day_{name}"] for name in ("as_is", "plan"))
    limits = round_limits(before, after)
    values = before if side == "as_is" else after
    return _density_map(result, figure, title, values, limits, word("legend.lost"))


def _reach_map(result: StudyResult, figure: str, title: str, side: str) -> Figure:
    """Cells with residents in three classes of way; stations on top."""
    sheet = _sheet(result, figure, title)
    way_m = result.cells[f"way_m_{side}"].to_numpy(float)
    near, far = (way_m <= m for m in REACH_M)
    beyond, middle, close = class_colours(7)[1], class_colours(7)[3], class_colours(7)[5]
    lived_in = result.city.cells["residents"].to_numpy() > 0
    colours = np.select([~lived_in, near, far], [NOTHING, close, middle], beyond)
    draw_cells(sheet, result.city.cells, list(colours))
    labels = (
        word("legend.within", m=REACH_M[0]),
        word("legend.between", low=REACH_M[0], high=REACH_M[1]),
        word("legend.beyond", m=REACH_M[1]),
        word("legend.nobody"),
    )
    patches = [_patch(colour, label) for colour, label in zip((close, middle, beyond, NOTHING), labels, strict=True)]
    add_legend(sheet, patches, word("legend.way"))
    label_districts(sheet, result.city)
    return sheet.figure


def _district_map(
    result: StudyResult, figure: str, title: str, values: pd.Series, limits: Sequence[float], unit: str
) -> Figure:
    """Districts coloured by class; the priority area has a dashed border."""
    sheet = _sheet(result, figure, title)
    outlines = result.city.outlines
    if outlines is not None:
        colours = class_colours(len(limits) + 1)
        classes = classify(values.reindex(outlines.index), limits)
        fills = [colours[k] if k >= 0 else NOTHING for k in classes]
        draw_polygons(sheet.axes, list(outlines), facecolors=fills, edgecolors=HALO, linewidths=0.8, zorder=1)
        priority = outlines[result.city.districts["priority_area"].reindex(outlines.index).to_numpy(bool)]
        if len(priority):
            draw_polygons(
                sheet.axes, [priority.union_all()], facecolors="none", edgecolors=INK, linewidths=1.6,
                linestyles=[DASHED], zorder=5,
            )  # fmt: skip
    legend = {"share": "legend.served"}.get(unit, "legend.per_10k")
    _class_legend(sheet, classify(values, limits), limits, word(legend), unit)
    if outlines is not None and result.city.districts["priority_area"].any():
        line = Line2D([], [], color=INK, linewidth=1.6, linestyle=DASHED, label=word("legend.priority"))
        add_legend(sheet, [line], "")
    label_districts(sheet, result.city)
    return sheet.figure


def _draw_symbols(sheet: Sheet, places: pd.DataFrame, points: str, colours: Mapping[str, str], marker: str) -> None:
    """One symbol per row, its area in proportion to its points; small ones on top of large ones."""
    shown = places.sort_values(points, ascending=False, kind="stable")
    sheet.axes.scatter(
        shown["x_m"], shown["y_m"], s=symbol_area(shown[points]), c=[colours[t] for t in shown["technology"]],
        marker=marker, edgecolors=HALO, linewidths=0.4, alpha=0.9, zorder=5,
    )  # fmt: skip


def _technology_legend(sheet: Sheet, result: StudyResult, present: pd.Series) -> None:
    technology = settings(result).technology
    colours = technology_colours(technology)
    handles = [
        Line2D([], [], marker="o", linestyle="", color=colours[name], markersize=7, label=technology[name].label)
        for name in technology
        if (present == name).any()
    ]
    add_legend(sheet, handles, word("legend.technology"))


def _size_legend(sheet: Sheet, points: pd.Series, title: str) -> None:
    """Symbols of a small, a middle and the largest number of points that occur."""
    numbers = sorted({int(points.min()), int(np.median(points)), int(points.quantile(0.95)), int(points.max())})
    handles = [
        Line2D(
            [], [], marker="o", linestyle="", markerfacecolor=LAND, markeredgecolor=INK, markeredgewidth=0.7,
            markersize=float(np.sqrt(symbol_area([n])[0])), label=format_number(n, "points"),
        )
        for n in numbers
    ]  # fmt: skip
    add_legend(sheet, handles, title, labelspacing=0.6)


def _marker_legend(
    sheet: Sheet, markers: Mapping[str, str], names: Mapping[str, str], present: pd.Series, title: str,
    *, first: Sequence[Artist] = (),
) -> None:  # fmt: skip
    handles = [
        Line2D([], [], marker=marker, linestyle="", markerfacecolor=MUTED, markeredgecolor=HALO, markersize=6,
               label=names[origin])
        for origin, marker in markers.items()
        if (present == origin).any()
    ]  # fmt: skip
    add_legend(sheet, [*first, *handles], title)


def _patch(colour: str, label: str) -> Artist:
    return Patch(facecolor=colour, edgecolor=OUTLINE, linewidth=0.5, label=label)


def _circle(colour: str, label: str) -> Artist:
    return Line2D(
        [], [], marker="o", linestyle="", markerfacecolor=colour, markeredgecolor=INK, markeredgewidth=0.5,
        markersize=7, label=label,
    )  # fmt: skip


def _class_legend(
    sheet: Sheet, classes: NDArray[np.int64], limits: Sequence[float], title: str, unit: str = "",
    key: Callable[[str, str], Artist] = _patch,
) -> None:  # fmt: skip
    """Legend of all classes, drawn by `key`; of 'none' only where it occurs."""
    colours, labels = class_colours(len(limits) + 1), class_labels(limits, unit)
    if (classes < 0).any():
        colours, labels = [NOTHING, *colours], [word("legend.none"), *labels]
    add_legend(sheet, [key(colour, label) for colour, label in zip(colours, labels, strict=True)], title)
