"""Maps of a result, one message each: rates as areas, absolute numbers as symbols.

Registered in `FIGURES`; the first docstring line says what a map shows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.report.answer import mix
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
from sim.report.frame import add_legend, draw_cells
from sim.report.labels import label_districts
from sim.report.map_parts import (
    circle,
    class_legend,
    density_map,
    district_map,
    draw_symbols,
    marker_legend,
    patch,
    sheet_of,
    size_legend,
    technology_legend,
)
from sim.report.style import (
    INK,
    LATER,
    MUTED,
    NOTHING,
    REACH,
    class_colours,
    classify,
    round_limits,
    symbol_area,
    technology_colours,
)
from sim.report.words import Words
from sim.study.study import StudyResult

OCCUPIED_LIMITS = (0.1, 0.2, 0.3, 0.45, 0.6)
REACH_M = (300, 500)
ORIGINS = {"register": "o", "synthetic": "D"}
SITES = {"station": "o", "given": "s", "synthetic": "D"}
PLACE = ["x_m", "y_m", "technology", "origin", "points"]
PER_10K_UNIT = "points/10,000 residents"


def cells_with(result: StudyResult, **columns: str) -> pd.DataFrame:
    """Cells of the city with columns of `StudyResult.cells`, each under a new name."""
    cells = result.city.cells
    where = cells[["x_m", "y_m", "side_m"]].rename_axis("cell_id").reset_index()
    return where.assign(**{new: result.cells[old].to_numpy() for new, old in columns.items()})


def districts_with(result: StudyResult, kpi: str, *sides: str) -> pd.DataFrame:
    """Districts by name with sides of a KPI (as_is, plan, difference), rounded as shown."""
    values = kpi_by(result, kpi, "district")[list(sides)]
    names = district_names(result)
    table = values.rename_axis("district_id").reset_index()
    table.insert(1, "name", [names[str(i)] for i in table["district_id"]])
    priority = result.city.districts["priority_area"]
    table["priority_area"] = [bool(priority[i]) for i in table["district_id"]]
    return table.rename_axis(columns=None)


def _stations_today(result: StudyResult) -> pd.DataFrame:
    return result.city.stations[PLACE].rename_axis("station_id").reset_index()


@FIGURES.register(data=_stations_today)
def as_is_network(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Stations of today by technology and number of points; synthetic ones have their own sign."""
    title = words(
        "as_is_network",
        points=words.number(data["points"].sum(), "points"),
        stations=words.number(len(data), "stations"),
    )
    sheet = sheet_of(result, "as_is_network", title, words)
    colours = technology_colours(settings(result).technology)
    for origin, marker in ORIGINS.items():
        draw_symbols(sheet, data[data["origin"] == origin], colours, marker)
    technology_legend(sheet, result, data["technology"], words)
    size_legend(sheet, data["points"], words("legend.points"), words)
    if (data["origin"] == "synthetic").any():
        names = {"register": words("legend.real"), "synthetic": words("legend.synthetic")}
        marker_legend(sheet, ORIGINS, names, data["origin"], words("legend.origin"))
    label_districts(sheet, result.city, data)
    return sheet.figure


def _reach_as_is(result: StudyResult) -> pd.DataFrame:
    return cells_with(result, way_m="way_m_as_is").assign(residents=result.city.cells["residents"].to_numpy())


def _reach_plan(result: StudyResult) -> pd.DataFrame:
    return cells_with(result, way_m="way_m_plan").assign(residents=result.city.cells["residents"].to_numpy())


@FIGURES.register(data=_reach_as_is)
def as_is_reach(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Way on foot from each cell to the nearest AC station of today."""
    share = kpi_row(result, reach_name(REACH_M[0]))["as_is"]
    title = words("as_is_reach", share=words.number(share, "share"), m=REACH_M[0])
    return _reach_map(data, result, words, "as_is_reach", title)


@FIGURES.register(data=lambda result: cells_with(result, requests_per_km2_day="requests_per_km2_day"))
def requests_density(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Where drivers start to look for a charge point, per km2 and day."""
    requests = kpi_row(result, REQUESTS)["as_is"]
    return density_map(
        data, result, words, figure="requests_density",
        title=words("requests_density", requests=words.number(requests, "1/week")),
        value="requests_per_km2_day", limits=round_limits(data["requests_per_km2_day"]),
        legend=words("legend.requests"),
    )  # fmt: skip


@FIGURES.register(data=lambda result: cells_with(result, lost_kwh_per_km2_day="lost_kwh_per_km2_day_as_is"))
def lost_energy_as_is(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Energy wanted and not charged with the stations of today, per km2 and day."""
    title = words("lost_energy_as_is", kwh=words.number(kpi_row(result, LOST_KWH)["as_is"], "kWh/week"))
    return _lost_map(data, result, words, "lost_energy_as_is", title)


def _network_with_plan(result: StudyResult) -> pd.DataFrame:
    """Stations of today (layer "today") and points that the plan adds by the judged year ("plan") and after ("later").

    A row for each of them and phase; points are those of the station, or those that are added.
    """
    today = result.city.stations[PLACE].rename_axis("id").reset_index().assign(layer="today", phase=np.nan)
    new = result.plan.table.rename(columns=dict(site_id="id", points_added="points"))[["id", "phase", *PLACE]]
    new["layer"] = np.where(new["phase"] <= settings(result).year, "plan", "later")
    both = pd.concat([today, new.astype({"phase": float})], ignore_index=True)
    return both[["layer", "id", "phase", *PLACE]]


@FIGURES.register(data=_network_with_plan)
def plan_by_technology(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """New points by technology, number and kind of site, on the stations of today."""
    today, new, later = (data[data["layer"] == layer] for layer in ("today", "plan", "later"))
    title = words("plan_by_technology.none")
    if len(new):
        title = words(
            "plan_by_technology", year=settings(result).year,
            points=words.number(new["points"].sum(), "points"),
            sites=words.number(new["id"].nunique(), "sites"),
            mix=mix(result, words),
        )  # fmt: skip
    sheet = sheet_of(result, "plan_by_technology", title, words)
    sheet.axes.scatter(today["x_m"], today["y_m"], s=9, marker="x", color=MUTED, linewidths=0.6, zorder=2)
    # a ring, so that what stands there before shows inside
    sheet.axes.scatter(later["x_m"], later["y_m"], s=22, facecolors="none", edgecolors=LATER, linewidths=0.6, zorder=4)
    for origin, marker in SITES.items():
        draw_symbols(
            sheet, new[new["origin"] == origin], technology_colours(settings(result).technology), marker
        )  # fmt: skip
    first = [Line2D([], [], marker="x", linestyle="", color=MUTED, markersize=4, label=words("legend.existing"))]
    if len(later):
        label = words("legend.later", year=settings(result).year)
        first.append(Line2D([], [], marker="o", linestyle="", color=LATER, markerfacecolor="none", label=label))
    if len(new):
        technology_legend(sheet, result, new["technology"], words)
        size_legend(sheet, new["points"], words("legend.new_points"), words)
    names = {origin: words(f"legend.new_{origin}") for origin in SITES}
    marker_legend(sheet, SITES, names, new["origin"], words("legend.site"), first=first)
    label_districts(sheet, result.city, pd.concat([new, later]))
    return sheet.figure


@FIGURES.register(data=lambda result: cells_with(result, lost_kwh_per_km2_day="lost_kwh_per_km2_day_plan"))
def lost_energy_plan(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Energy wanted and not charged with the plan, per km2 and day; same classes as today's map."""
    row = kpi_row(result, LOST_KWH)
    title = words(
        "lost_energy_plan",
        kwh=words.number(row["plan"], "kWh/week"),
        before=words.number(row["as_is"], "kWh/week"),
    )
    return _lost_map(data, result, words, "lost_energy_plan", title)


@FIGURES.register(data=_reach_plan)
def plan_reach(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Way on foot from each cell to the nearest AC station with the plan."""
    row = kpi_row(result, reach_name(REACH_M[0]))
    title = words(
        "plan_reach",
        share=words.number(row["plan"], "share"),
        before=words.number(row["as_is"], "share"),
        m=REACH_M[0],
    )
    return _reach_map(data, result, words, "plan_reach", title)


@FIGURES.register(data=lambda result: result.stations[["station_id", "x_m", "y_m", "points", "occupied_share"]])
def occupancy(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Share of time the points of each station are plugged in, with the plan."""
    middle = words.number(float(data["occupied_share"].median()), "share")
    sheet = sheet_of(result, "occupancy", words("occupancy", share=middle), words)
    colours = class_colours(len(OCCUPIED_LIMITS) + 1)
    classes = classify(data["occupied_share"], OCCUPIED_LIMITS)
    shown = data.assign(colour=[colours[k] if k >= 0 else NOTHING for k in classes])
    shown = shown.sort_values("points", ascending=False, kind="stable")
    sheet.axes.scatter(
        shown["x_m"], shown["y_m"], s=symbol_area(shown["points"]), c=list(shown["colour"]), edgecolors=INK,
        linewidths=0.35, zorder=5,
    )  # fmt: skip
    class_legend(sheet, classes, OCCUPIED_LIMITS, words("legend.occupied"), words, "share", circle)
    size_legend(sheet, data["points"], words("legend.points"), words)
    label_districts(sheet, result.city, data)
    return sheet.figure


@FIGURES.register(data=lambda result: districts_with(result, SERVED, "plan"))
def served_by_district(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Share of requests served with the plan, by district."""
    worst = data.loc[data["plan"].idxmin()]
    limits = np.round(np.quantile(data["plan"], [0.2, 0.4, 0.6, 0.8]), 2)
    return district_map(
        data, result, words, figure="served_by_district",
        title=words("served_by_district", district=worst["name"], share=words.number(worst["plan"], "share")),
        value="plan", limits=sorted(set(limits.tolist())), legend=words("legend.served"), unit="share",
    )  # fmt: skip


@FIGURES.register(data=lambda result: districts_with(result, PER_10K, "plan"))
def points_per_district(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Charge points per 10,000 residents with the plan, by district."""
    least = data.loc[data["plan"].idxmin()]
    limits = sorted(set(np.quantile(data["plan"], [0.2, 0.4, 0.6, 0.8]).round().tolist()))
    return district_map(
        data, result, words, figure="points_per_district",
        title=words("points_per_district", district=least["name"], points=words.number(least["plan"], PER_10K_UNIT)),
        value="plan", limits=limits, legend=words("legend.per_10k"), unit=PER_10K_UNIT,
    )  # fmt: skip


def _lost_map(data: pd.DataFrame, result: StudyResult, words: Words, figure: str, title: str) -> Figure:
    """Lost energy by cell; today and plan share their classes."""
    limits = round_limits(*(result.cells[f"lost_kwh_per_km2_day_{side}"] for side in ("as_is", "plan")))
    return density_map(
        data, result, words, figure=figure, title=title, value="lost_kwh_per_km2_day", limits=limits,
        legend=words("legend.lost"),
    )  # fmt: skip


def _reach_map(data: pd.DataFrame, result: StudyResult, words: Words, figure: str, title: str) -> Figure:
    """Cells with residents in three classes of way."""
    sheet = sheet_of(result, figure, title, words)
    near, far = (data["way_m"].to_numpy(float) <= m for m in REACH_M)
    colours = np.select([data["residents"].to_numpy() <= 0, near, far], [NOTHING, REACH[0], REACH[1]], REACH[2])
    draw_cells(sheet, data, list(colours))
    labels = (
        words("legend.within", m=REACH_M[0]),
        words("legend.between", low=REACH_M[0], high=REACH_M[1]),
        words("legend.beyond", m=REACH_M[1]),
        words("legend.nobody"),
    )
    patches = [patch(colour, label) for colour, label in zip((*REACH, NOTHING), labels, strict=True)]
    add_legend(sheet, patches, words("legend.way"))
    label_districts(sheet, result.city)
    return sheet.figure
