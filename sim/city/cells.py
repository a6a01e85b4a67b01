"""Cells made from districts, for cities that know no more than their districts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.city.schema import DWELLINGS

if TYPE_CHECKING:
    import geopandas as gpd

CELL_SIDE_M = 200.0  # cells of a bundle that has none and names no cell_side_m


def cells_from_districts(districts: pd.DataFrame, outlines: gpd.GeoSeries, *, side_m: float) -> pd.DataFrame:
    """Squares of a regular grid with their centre in a district, its residents spread evenly over them. Synthetic.

    districts : district_id, residents; outlines : polygons in the same order [m]
    Dwellings are 0: their number by size of house is not known. A district too narrow to hold a centre gets one cell at
    a point inside it. Returns cells by `cell_id` as in `City`.
    """
    import shapely

    parts = []
    for district_id, residents, polygon in zip(
        districts["district_id"], districts["residents"], outlines.to_numpy(), strict=True
    ):
        west, south, east, north = polygon.bounds
        columns = np.arange(np.floor(west / side_m), np.ceil(east / side_m))
        rows = np.arange(np.floor(south / side_m), np.ceil(north / side_m))
        column, row = (part.ravel() for part in np.meshgrid(columns, rows))
        x, y = (column + 0.5) * side_m, (row + 0.5) * side_m
        inside = shapely.contains_xy(polygon, x, y)
        names = [f"{district_id}_{c:.0f}_{r:.0f}" for c, r in zip(column[inside], row[inside], strict=True)]
        x, y = x[inside], y[inside]
        if not names:
            point = polygon.representative_point()
            x, y, names = np.array([point.x]), np.array([point.y]), [f"{district_id}_inside"]
        parts.append(
            pd.DataFrame(dict(cell_id=names, district_id=district_id, x_m=x, y_m=y, residents=residents / len(names)))
        )
    cells = pd.concat(parts, ignore_index=True)
    cells.insert(4, "side_m", side_m)
    return cells.assign(**dict.fromkeys(DWELLINGS, 0.0)).set_index("cell_id")


def grid_step_m(cells: pd.DataFrame) -> float:
    """Usual distance from a cell to the nearest other: the edge length of a gapless grid; rounded. [m]"""
    import shapely

    if len(cells) < 2:
        return CELL_SIDE_M
    points = shapely.points(cells["x_m"].to_numpy(), cells["y_m"].to_numpy())
    _, distance = shapely.STRtree(points).query_nearest(points, exclusive=True, return_distance=True, all_matches=False)
    return float(np.round(np.median(distance)))
