"""District names on a map: inside their district, off the symbols, never over each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray
from shapely import contains_xy
from shapely.geometry.base import BaseGeometry

from sim.city.city import City
from sim.report.frame import Sheet, text_width_in
from sim.report.style import HALO, INK, LABEL_PT

STEPS = 25
SYMBOL_IN = 0.05


def label_districts(sheet: Sheet, city: City, symbols: pd.DataFrame | None = None) -> list[str]:
    """Write the districts' names, each where it covers least; returns the names for which there was no room.

    symbols : x_m, y_m of what the names should leave uncovered
    """
    if city.outlines is None:
        return []
    axes = sheet.axes
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    m_per_in = (x1 - x0) / (axes.get_position().width * sheet.figure.get_figwidth())
    marks = np.empty((0, 2)) if symbols is None else symbols[["x_m", "y_m"]].to_numpy(float)
    taken: list[tuple[float, float, float, float]] = []
    left_out = []
    # small districts first: large ones have room elsewhere
    for district_id in city.outlines.area.sort_values(kind="stable").index:
        name = str(city.districts.loc[district_id, "name"])
        half = np.array([text_width_in(name, LABEL_PT) / 2 + 0.03, LABEL_PT / 72 * 0.62]) * m_per_in
        polygon = city.outlines[district_id]
        places = _candidates(polygon)
        boxes = np.hstack([places - half, places + half])
        free = (boxes[:, 0] >= x0) & (boxes[:, 1] >= y0) & (boxes[:, 2] <= x1) & (boxes[:, 3] <= y1)
        for a, b, c, d in taken:
            free &= (boxes[:, 2] < a) | (boxes[:, 0] > c) | (boxes[:, 3] < b) | (boxes[:, 1] > d)
        if not free.any():
            left_out.append(name)
            continue
        ends = np.stack([boxes[:, [0, 1]], boxes[:, [2, 1]], boxes[:, [0, 3]], boxes[:, [2, 3]]])
        inside = contains_xy(polygon, ends[..., 0], ends[..., 1]).mean(axis=0)
        covered = _covered(boxes, marks, SYMBOL_IN * m_per_in)
        away = np.hypot(*(places - places[0]).T) / np.sqrt(polygon.area)
        best = int(np.argmin(np.where(free, 4 * (1 - inside) + 0.6 * covered + away, np.inf)))
        x, y = places[best]
        taken.append(tuple(boxes[best]))
        axes.text(
            x, y, name, fontsize=LABEL_PT, color=INK, ha="center", va="center", zorder=6, gid="district",
            path_effects=[withStroke(linewidth=2.2, foreground=HALO, alpha=0.85)],
        )  # fmt: skip
    return left_out


def _candidates(polygon: BaseGeometry) -> NDArray[np.float64]:
    """Places for a name: the representative point first, then a grid inside the district."""
    point = polygon.representative_point()
    x0, y0, x1, y1 = polygon.bounds
    xs, ys = np.meshgrid(np.linspace(x0, x1, STEPS), np.linspace(y0, y1, STEPS))
    inside = contains_xy(polygon, xs.ravel(), ys.ravel())
    grid = np.column_stack([xs.ravel(), ys.ravel()])[inside]
    return np.vstack([[(point.x, point.y)], grid])


def _covered(boxes: NDArray[np.float64], marks: NDArray[np.float64], radius_m: float) -> NDArray[np.int64]:
    """How many symbols of that radius each box would cover."""
    x, y = marks[:, 0], marks[:, 1]
    low, high = boxes[:, :2] - radius_m, boxes[:, 2:] + radius_m
    hit = (low[:, [0]] <= x) & (x <= high[:, [0]]) & (low[:, [1]] <= y) & (y <= high[:, [1]])
    return np.asarray(hit.sum(axis=1))
