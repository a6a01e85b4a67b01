"""Invented cities of any size, for tests and for measuring speed."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd

from sim.city.outlines import CRS
from sim.rng import stream

SIDE_M = 200.0
WEST_M, SOUTH_M = 390_000.0, 5_700_000.0  # south-west corner, somewhere EPSG:25832 measures well
CENTRE_RESIDENTS = 600.0  # of the cell in the middle; density falls to a seventh at the edge


def generate_bundle(folder: Path, *, cells: int, districts: int, stations: int, seed: int) -> Path:
    """Write the bundle of an invented city and return its folder; the same arguments give the same bytes.

    A square of 200 m cells, cut into rectangular districts; residents and size of houses fall from the middle outwards
    with chance in each cell; stations stand where people live, nine of ten are AC; every other district has priority.
    """
    rng = stream(seed, "expected", 0, "generated city")
    columns = math.ceil(math.sqrt(cells))
    number = np.arange(cells)
    column, row = number % columns, number // columns
    rows = int(row.max()) + 1
    across = max(n for n in range(1, math.isqrt(districts) + 1) if districts % n == 0)
    cuts_x = np.linspace(0, columns, districts // across + 1).round().astype(int)
    cuts_y = np.linspace(0, rows, across + 1).round().astype(int)
    if len(set(cuts_x)) < len(cuts_x) or len(set(cuts_y)) < len(cuts_y):
        raise ValueError(
            f"{cells} cells are too few for {districts} districts; each needs a column and a row of its own"
        )
    block = np.searchsorted(cuts_y, row, side="right") - 1
    district = block * (len(cuts_x) - 1) + np.searchsorted(cuts_x, column, side="right") - 1

    from_centre = np.hypot((column + 0.5) / columns - 0.5, (row + 0.5) / rows - 0.5) / math.hypot(0.5, 0.5)
    residents = np.round(CENTRE_RESIDENTS * np.exp(-2 * from_centre) * rng.lognormal(-0.08, 0.4, cells), 1)
    larger = np.clip(1 - from_centre + rng.normal(0, 0.1, cells), 0, 1)  # share of dwellings in larger houses
    dwellings = residents / 2
    table = pd.DataFrame(
        dict(
            cell_id=[f"{c}_{r}" for c, r in zip(column, row, strict=True)],
            district_id=[f"{d + 1:02d}" for d in district],
            x_m=WEST_M + (column + 0.5) * SIDE_M,
            y_m=SOUTH_M + (row + 0.5) * SIDE_M,
            residents=residents,
            dwellings_1_2=np.round(dwellings * (1 - larger) * 0.6),
            dwellings_3_6=np.round(dwellings * (1 - larger) * 0.4),
            dwellings_7_12=np.round(dwellings * larger * 0.7),
            dwellings_13_plus=np.round(dwellings * larger * 0.3),
            dwellings_other=0,
        )
    )
    at = rng.choice(cells, size=stations, p=residents / residents.sum())
    fast = rng.random(stations) < 0.1
    placed = pd.DataFrame(
        dict(
            station_id=[f"G{n:04d}" for n in range(1, stations + 1)],
            x_m=np.round(table["x_m"].to_numpy()[at] + rng.uniform(-80, 80, stations), 1),
            y_m=np.round(table["y_m"].to_numpy()[at] + rng.uniform(-80, 80, stations), 1),
            current=np.where(fast, "DC", "AC"),
            power_kw=np.where(fast, 50, 22),
            points=2,
        )
    )
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / "cells.csv", index=False, lineterminator="\n")
    placed.to_csv(folder / "stations.csv", index=False, lineterminator="\n")
    about = dict(title=f"Generated city {seed}", cell_side_m=SIDE_M, sources=["generated; no real place"])
    (folder / "bundle.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    totals = np.round(np.bincount(district, weights=residents, minlength=districts), 1)
    features = _features(cuts_x, cuts_y, totals)
    (folder / "districts.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features}, indent=1) + "\n", encoding="utf-8"
    )
    return folder


def _features(cuts_x: np.ndarray, cuts_y: np.ndarray, residents: np.ndarray) -> list[dict[str, object]]:
    import geopandas as gpd
    from shapely.geometry import box

    blocks = [
        box(WEST_M + w * SIDE_M, SOUTH_M + s * SIDE_M, WEST_M + e * SIDE_M, SOUTH_M + n * SIDE_M)
        for s, n in itertools.pairwise(cuts_y)
        for w, e in itertools.pairwise(cuts_x)
    ]
    degrees = gpd.GeoSeries(blocks, crs=CRS).to_crs("EPSG:4326")
    return [
        {
            "type": "Feature",
            "properties": {
                "district_id": f"{n:02d}",
                "name": f"District {n}",
                "residents": float(total),
                "area_km2": round(block.area / 1e6, 4),
                "priority_area": n % 2 == 0,
            },
            "geometry": {"type": "Polygon", "coordinates": [[[round(x, 7), round(y, 7)] for x, y in ring.coords]]},
        }
        for n, (total, block, ring) in enumerate(zip(residents, blocks, degrees.exterior, strict=True), start=1)
    ]
