"""The sheet a map is drawn on: finding on top, map, legends beside it, scale bar, north arrow and sources below.

The sheet is laid out in inches before anything is drawn, so nothing is clipped and no legend lies on the map. Width is
that of a portrait A4 page; height follows the city.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.patches import Polygon, Rectangle
from matplotlib.path import Path
from shapely import get_coordinates, get_parts
from shapely.geometry.base import BaseGeometry

from sim.city.city import City
from sim.report.style import HALO, INK, LAND, MUTED, OUTLINE, RC, SMALL_PT, SUBTITLE_PT, TITLE_PT
from sim.report.words import Words

WIDTH_IN, MARGIN_IN, LEGEND_IN, GAP_IN = 8.27, 0.25, 2.05, 0.2
LEAST_MAP_IN, MOST_MAP_IN = 3.3, 7.6
STRIP_IN = 0.42
LINE = 1.3
NO_BREAK = "\\1\u00a0\\2"
WITH_UNIT = re.compile(r"(\d) (m|km|%|kW|kWh|MWh|EUR|pp|PP|Uhr)(?!\w)")


@dataclass
class Sheet:
    """A figure with room for one map and, in the column beside it, legends from top to bottom."""

    figure: Figure
    canvas: FigureCanvasAgg
    axes: Axes
    legend_top: float


@lru_cache(maxsize=8192)
def text_width_in(text: str, size_pt: float, *, weight: str = "normal") -> float:
    """Width of one line of text, all letters side by side. [inches]"""
    # not hinted and not drawn closer in pairs; on paper a line is up to 4 % wider than its letters
    return sum(_letter_width_em(letter, weight) for letter in text) * size_pt / 72 * 1.04


@lru_cache(maxsize=1024)
def _letter_width_em(letter: str, weight: str) -> float:
    """How far a letter moves the pen, as a share of the size of the text."""
    font = get_font(findfont(FontProperties(family=RC["font.family"], weight=weight)))
    font.set_size(100, 72)
    return float(font.load_char(ord(letter), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536 / 100)


def wrap(text: str, size_pt: float, width_in: float, *, weight: str = "normal") -> list[str]:
    """Lines of text no wider than `width_in`; a single word that is wider stands alone."""
    lines: list[str] = []
    # a number stays with its unit, whatever the language writes between them
    for word in WITH_UNIT.sub(NO_BREAK, text).split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width_in(longer, size_pt, weight=weight) <= width_in:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def balance(text: str, size_pt: float, width_in: float, *, weight: str = "normal") -> list[str]:
    """As `wrap`, with lines of about the same length instead of a last word on its own."""
    lines = best = wrap(text, size_pt, width_in, weight=weight)
    while len(lines) == len(best) > 1:
        best, width_in = lines, width_in - 0.1
        lines = wrap(text, size_pt, width_in, weight=weight)
    return best


def write_lines(figure: Figure, lines: Sequence[str], top_in: float, size_pt: float, **text: Any) -> float:
    """Write lines from `top_in` downwards at the left margin; returns where the next line would start. [inches]"""
    height = figure.get_figheight()
    for line in lines:
        figure.text(MARGIN_IN / WIDTH_IN, top_in / height, line, fontsize=size_pt, va="top", ha="left", **text)
        top_in -= size_pt / 72 * LINE
    return top_in


def new_map(city: City, words: Words, *, title: str, subtitle: str, notes: Sequence[str] = ()) -> Sheet:
    """A sheet with the city's land and district borders.

    title    : the finding, a sentence
    subtitle : city, year, scenario and what is shown
    notes    : what the reader must know beside the sources: above all, what on this map is synthetic
    """
    x0, y0, x1, y1 = _bounds(city)
    map_in = WIDTH_IN - 2 * MARGIN_IN - GAP_IN - LEGEND_IN
    map_height_in = float(np.clip(map_in * (y1 - y0) / (x1 - x0), LEAST_MAP_IN, MOST_MAP_IN))
    text_in = WIDTH_IN - 2 * MARGIN_IN
    titles = balance(title, TITLE_PT, text_in, weight="bold")
    subtitles = wrap(subtitle, SUBTITLE_PT, text_in)
    data = words("map.data", sources="; ".join(words.phrase(source) for source in city.sources))
    credit = " ".join(_sentence(s) for s in (*notes, data, words("map.coordinates")))
    credits = wrap(credit, SMALL_PT, text_in)
    head_in = MARGIN_IN + (len(titles) * TITLE_PT + len(subtitles) * SUBTITLE_PT) / 72 * LINE + 0.18
    foot_in = STRIP_IN + len(credits) * SMALL_PT / 72 * LINE + 0.16
    height = head_in + map_height_in + foot_in

    figure = Figure(figsize=(WIDTH_IN, height))
    canvas = FigureCanvasAgg(figure)
    figure.set_label(title)
    top = write_lines(figure, titles, height - MARGIN_IN, TITLE_PT, weight="bold")
    write_lines(figure, subtitles, top - 0.04, SUBTITLE_PT, color=MUTED)
    write_lines(figure, credits, foot_in - STRIP_IN, SMALL_PT, color=MUTED)

    axes = figure.add_axes(
        (MARGIN_IN / WIDTH_IN, foot_in / height, map_in / WIDTH_IN, map_height_in / height), label="map"
    )
    axes.set_axis_off()
    m_per_in = max((x1 - x0) / map_in, (y1 - y0) / map_height_in)
    for set_limits, low, high, size_in in (
        (axes.set_xlim, x0, x1, map_in),
        (axes.set_ylim, y0, y1, map_height_in),
    ):
        half = m_per_in * size_in / 2
        set_limits((low + high) / 2 - half, (low + high) / 2 + half)
    _draw_land(axes, city)
    _draw_scale_bar(figure, m_per_in, base_in=foot_in - 0.3)
    _draw_north(figure, right_in=MARGIN_IN + map_in, base_in=foot_in - 0.36)
    return Sheet(figure, canvas, axes, legend_top=(foot_in + map_height_in) / height)


def _sentence(text: str) -> str:
    return text if text.rstrip().endswith((".", "!", "?")) else f"{text}."


def _bounds(city: City) -> tuple[float, float, float, float]:
    """Corners of what has to fit on the map, with a little air. [m]"""
    half = city.cells["side_m"] / 2
    boxes = [
        ((city.cells["x_m"] - half).min(), (city.cells["y_m"] - half).min()),
        ((city.cells["x_m"] + half).max(), (city.cells["y_m"] + half).max()),
    ]
    if city.outlines is not None:
        b = city.outlines.total_bounds
        boxes += [(b[0], b[1]), (b[2], b[3])]
    low, high = np.min(boxes, axis=0), np.max(boxes, axis=0)
    air = 0.015 * max(high - low)
    return float(low[0] - air), float(low[1] - air), float(high[0] + air), float(high[1] + air)


def _draw_land(axes: Axes, city: City) -> None:
    if city.outlines is not None:
        draw_polygons(axes, list(city.outlines), facecolors=LAND, edgecolors="none", zorder=0)
        draw_polygons(axes, list(city.outlines), facecolors="none", edgecolors=OUTLINE, linewidths=0.7, zorder=4)


def draw_polygons(axes: Axes, shapes: Sequence[BaseGeometry], **style: Any) -> None:
    """Draw polygons with their holes (geopandas' own plot draws the whole figure again at each call)."""
    paths = []
    for shape in shapes:
        rings = [ring for part in get_parts(shape) for ring in (part.exterior, *part.interiors)]
        paths.append(Path.make_compound_path(*(Path(get_coordinates(ring), closed=True) for ring in rings)))
    axes.add_collection(PathCollection(paths, **style), autolim=False)


def _draw_scale_bar(figure: Figure, m_per_in: float, *, base_in: float) -> None:
    """A bar of a round length, about a quarter of the map wide, in two halves."""
    target_m = 1.4 * m_per_in
    power = 10 ** np.floor(np.log10(target_m))
    length_m = float(max(step for step in (1, 2, 5) if step * power <= target_m) * power)
    width, height = figure.get_figwidth(), figure.get_figheight()
    for part, colour in enumerate((INK, HALO)):
        figure.add_artist(
            Rectangle(
                ((MARGIN_IN + part * length_m / 2 / m_per_in) / width, base_in / height),
                length_m / 2 / m_per_in / width,
                0.055 / height,
                facecolor=colour,
                edgecolor=INK,
                linewidth=0.6,
            )
        )
    shown = f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
    for x_m, text in ((0.0, "0"), (length_m, shown)):
        x = (MARGIN_IN + x_m / m_per_in) / width
        figure.text(x, (base_in + 0.085) / height, text, fontsize=7, ha="left" if x_m == 0 else "center", va="bottom")


def _draw_north(figure: Figure, *, right_in: float, base_in: float) -> None:
    width, height = figure.get_figwidth(), figure.get_figheight()
    x = right_in - 0.1
    corners = [(x - 0.07, base_in), (x, base_in + 0.2), (x + 0.07, base_in), (x, base_in + 0.05)]
    figure.add_artist(Polygon([(a / width, b / height) for a, b in corners], facecolor=INK, edgecolor="none"))
    figure.text(x / width, (base_in + 0.2) / height, "N", fontsize=8, weight="bold", ha="center", va="bottom")


def add_legend(sheet: Sheet, handles: Sequence[Artist], title: str, *, labelspacing: float = 0.45) -> None:
    """Put a legend below the last one in the column beside the map; title and labels are wrapped to fit."""
    for handle in handles:
        handle.set_label("\n".join(wrap(str(handle.get_label()), 8, LEGEND_IN - 0.5)))
    figure = sheet.figure
    legend = figure.legend(
        handles=list(handles),
        title="\n".join(wrap(title, 8.5, LEGEND_IN - 0.1, weight="bold")),
        loc="upper left",
        bbox_to_anchor=((WIDTH_IN - MARGIN_IN - LEGEND_IN) / WIDTH_IN, sheet.legend_top),
        alignment="left",
        borderaxespad=0,
        borderpad=0,
        labelspacing=labelspacing,
        handletextpad=0.6,
    )
    legend.get_title().set_fontweight("bold")
    renderer = sheet.canvas.get_renderer()  # type: ignore[no-untyped-call]
    box = legend.get_window_extent(renderer).transformed(figure.transFigure.inverted())
    sheet.legend_top = box.y0 - 0.22 / figure.get_figheight()


def draw_cells(sheet: Sheet, cells: pd.DataFrame, colours: Sequence[str]) -> None:
    """Draw cells (x_m, y_m, side_m) as squares, one colour each."""
    x, y, half = (cells[c].to_numpy(float)[:, None] for c in ("x_m", "y_m", "side_m"))
    half = half / 2
    corners = np.stack([x + half * [-1, 1, 1, -1], y + half * [-1, -1, 1, 1]], axis=-1)
    # a hair of their own colour hides the gaps that antialiasing leaves between neighbours
    sheet.axes.add_collection(
        PolyCollection(list(corners), facecolors=list(colours), edgecolors=list(colours), linewidths=0.25, zorder=1),
        autolim=False,
    )
