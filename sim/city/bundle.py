"""The files of a city bundle, read and checked, all problems of all files together."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.city.cells import CELL_SIDE_M, cells_from_districts, grid_step_m
from sim.city.outlines import NEAR_M, away_from_m, district_of, read_districts
from sim.city.schema import CELLS, LIMITS, SITES, STATIONS, VISIT_WEIGHTS
from sim.errors import DataError, did_you_mean
from sim.tables import NAMED_ROWS, Table

if TYPE_CHECKING:
    import geopandas as gpd

FILES = ("districts.geojson", "cells.csv", "stations.csv", "sites.csv", "limits.csv", "bundle.json")
ABOUT = {"title": str, "cell_side_m": float, "sources": list, "synthetic": list}
RESIDENTS_TOLERANCE = 0.2  # residents of a district's cells may differ from the district's by this share


@dataclass(frozen=True)
class Bundle:
    """What a bundle folder says: tables by their ids, polygons in metres, and the words that go with them.

    sites is None where the bundle gives none; stations have no technology yet; limits has no rows where none are given.
    """

    title: str
    districts: pd.DataFrame
    outlines: gpd.GeoSeries
    cells: pd.DataFrame
    stations: pd.DataFrame
    sites: pd.DataFrame | None
    limits: pd.DataFrame
    synthetic: tuple[str, ...]
    sources: tuple[str, ...]


def read_bundle(folder: Path) -> Bundle:
    """Read and check a bundle folder; raises DataError with every problem of every file."""
    if not folder.is_dir():
        raise DataError([f"{folder}: there is no such folder; give the folder of a city bundle"])
    about, problems = _read_about(folder / "bundle.json")
    problems += _misspelt_files(folder)
    districts, outlines, found = read_districts(folder / "districts.geojson")
    problems += found
    tables: dict[str, pd.DataFrame] = {}
    for table in (CELLS, STATIONS, SITES):
        path = folder / f"{table.name}.csv"
        if path.exists():
            tables[table.name], found = table.read(path)
            # the places can only be judged against sound outlines
            sound = not found and not outlines.empty
            problems += found + (
                _place_faults(tables[table.name], path.name, table, districts, outlines) if sound else []
            )
    limits, found = _read_limits(folder / "limits.csv", tables.get("stations"))
    problems += found
    if problems:
        raise DataError(problems)

    synthetic = tuple(about.get("synthetic", ()))
    side_m = float(about.get("cell_side_m", 0))
    if "cells" in tables:
        cells = tables["cells"]
        if "district_id" not in cells:
            cells.insert(1, "district_id", _district_ids(cells, districts, outlines))
        side_m = side_m or grid_step_m(cells)
        problems += [f"cells.csv: {sentence}" for sentence in _cell_faults(cells, districts, side_m)]
        cells.insert(4, "side_m", side_m)
        cells = cells.set_index("cell_id")
    else:
        cells = cells_from_districts(districts, outlines, side_m=side_m or CELL_SIDE_M)
        synthetic += ("cells: residents spread evenly over each district (cells_from_districts)",)
    required = [column.name for column in STATIONS.columns if column.required]
    stations = tables.get("stations", pd.DataFrame({name: [] for name in required}))
    sites = tables.get("sites")
    if sites is not None and sites.empty:
        problems.append("sites.csv: has no rows; give sites or take the file away to have them proposed")
    if problems:
        raise DataError(problems)
    stations.insert(1, "district_id", _district_ids(stations, districts, outlines))
    if sites is not None:
        sites.insert(1, "district_id", _district_ids(sites, districts, outlines))
        sites = sites.set_index("site_id")
    return Bundle(
        title=about.get("title", folder.resolve().name.replace("_", " ").title()),
        districts=districts.set_index("district_id")[["name", "residents", "area_km2", "priority_area"]],
        outlines=outlines,
        cells=cells,
        stations=stations.set_index("station_id"),
        sites=sites,
        limits=limits,
        synthetic=synthetic,
        sources=tuple(about.get("sources", ())),
    )


def _read_about(path: Path) -> tuple[dict[str, Any], list[str]]:
    """The keys of bundle.json (all optional) and what is wrong with them."""
    if not path.exists():
        return {}, []
    try:
        about = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        return {}, [f"{path.name}: cannot be read as JSON ({error}); correct it or take it away"]
    if not isinstance(about, dict):
        return {}, [f"{path.name}: is not a JSON object; give {', '.join(ABOUT)}"]
    problems = []
    for key, value in about.items():
        if key not in ABOUT:
            problems.append(f"{path.name}: {key}: unknown key{did_you_mean(key, ABOUT)}")
        elif ABOUT[key] is str and not (isinstance(value, str) and value.strip()):
            problems.append(f"{path.name}: {key}: is not a text ({value!r}); give a text in quotes")
        elif ABOUT[key] is float and not (isinstance(value, int | float) and 10 <= value <= 5000):
            problems.append(f"{path.name}: {key}: is not a length ({value!r}); give a number of 10 to 5000 [m]")
        elif ABOUT[key] is list and not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
            problems.append(f'{path.name}: {key}: is not a list of texts ({value!r}); give ["...", "..."]')
    return about, problems


def _read_limits(path: Path, stations: pd.DataFrame | None) -> tuple[pd.DataFrame, list[str]]:
    """The rows of limits.csv and what is wrong with them, beside the stations they are about."""
    if not path.exists():
        return pd.DataFrame(columns=LIMITS.column_names), []
    limits, problems = LIMITS.read(path)
    if "station_id" not in limits:
        return limits, problems
    known = [] if stations is None or "station_id" not in stations else list(stations["station_id"])
    unknown = limits[~limits["station_id"].isin(["", *known])]
    problems += [
        f"{path.name}: {label}: station_id: unknown station '{name}'{did_you_mean(name, known)}"
        for label, name in unknown["station_id"].head(NAMED_ROWS).items()
    ]
    if len(unknown) > NAMED_ROWS:
        problems.append(f"{path.name}: {len(unknown) - NAMED_ROWS:,} more rows name unknown stations; correct them")
    if not problems:
        dead = limits.groupby("station_id", sort=False)["limit_share"].max()
        problems += [
            f"{path.name}: station {name}: limit_share: is 0 in every row; give it some power or take the station out"
            for name in dead.index[dead == 0]
        ]
    return limits, problems


def _misspelt_files(folder: Path) -> list[str]:
    """A file that is nearly called like one of the bundle would otherwise be passed over in silence."""
    there = [path.name for path in folder.iterdir()]
    problems = []
    for name in FILES:
        near = [n for n in there if n not in FILES and n.lower() == name]
        near += [n for n in difflib.get_close_matches(name, there, cutoff=0.85) if n not in FILES and n not in near]
        if name not in there and near:
            problems.append(f"{near[0]}: unknown file, did you mean '{name}'? rename it or take it away")
    return problems


def _district_ids(places: pd.DataFrame, districts: pd.DataFrame, outlines: gpd.GeoSeries) -> Any:
    rows, _ = district_of(places["x_m"].to_numpy(float), places["y_m"].to_numpy(float), outlines)
    return districts["district_id"].to_numpy()[rows]


def _place_faults(
    places: pd.DataFrame, source: str, table: Table, districts: pd.DataFrame, outlines: gpd.GeoSeries
) -> list[str]:
    """Rows of a table that lie outside the city, or far from the district they name."""
    ids, id_name = districts["district_id"], table.key[0]
    x, y = places["x_m"].to_numpy(), places["y_m"].to_numpy()
    problems = []
    if "district_id" in places:
        unknown = ~places["district_id"].isin(ids)
        for label, row in places[unknown].iterrows():
            problems.append(
                f"{source}: {label} ({row[id_name]}): district_id: unknown district '{row['district_id']}'"
                f"{did_you_mean(row['district_id'], ids)}"
            )
        known = np.flatnonzero(~unknown)
        own = outlines.to_numpy()[pd.Index(ids).get_indexer(places["district_id"].iloc[known])]
        away = np.zeros(len(places))
        away[known] = away_from_m(x[known], y[known], own)
        towards = "district " + places["district_id"]
    else:
        away = away_from_m(x, y, outlines.union_all())
        towards = pd.Series("city", index=places.index)
    far = np.flatnonzero(away > NEAR_M)
    west, south, east, north = (round(float(v)) for v in outlines.total_bounds)
    hint = _wrong_metres(x[far], y[far], (west, south, east, north))
    problems += [
        f"{source}: {places.index[n]} ({places[id_name].iloc[n]}): x_m, y_m: ({x[n]:.10g}, {y[n]:.10g}) lies "
        f"{away[n] / 1000:,.1f} km outside the {towards.iloc[n]}; {hint}"
        for n in far
    ]
    if len(problems) > NAMED_ROWS:
        more = len(problems) - NAMED_ROWS
        problems[NAMED_ROWS:] = [f"{source}: {more:,} more rows do not fit the city; correct them as well"]
    return problems


def _wrong_metres(x: Any, y: Any, bounds: tuple[int, int, int, int]) -> str:
    """What seems to be wrong with places outside the city."""
    west, south, east, north = bounds
    if len(x) and np.all(np.abs(x) <= 180) and np.all(np.abs(y) <= 180):
        return "these look like degrees; convert them to EPSG:25832 [m]"
    if np.all((south <= x) & (x <= north) & (west <= y) & (y <= east)):
        return "x_m and y_m look swapped; x_m is the easting"
    return f"give EPSG:25832 [m]; the city reaches from ({west}, {south}) to ({east}, {north})"


def _cell_faults(cells: pd.DataFrame, districts: pd.DataFrame, side_m: float) -> Iterator[str]:
    """What does not fit between cells and districts."""
    if cells.empty:
        yield "has no rows; give cells or take the file away to have them made from the districts"
        return
    doubles = cells[cells.duplicated(["x_m", "y_m"], keep=False)]
    for _, same in doubles.groupby(["x_m", "y_m"], sort=False):
        yield f"{', '.join(same.index)}: x_m, y_m: {len(same)} cells lie at the same place; keep one"
    if (step_m := grid_step_m(cells)) < 0.75 * side_m:
        yield f"x_m, y_m: cells lie {step_m:g} m apart but cell_side_m of bundle.json is {side_m:g} m; correct one"
    for name in VISIT_WEIGHTS:
        if name in cells and cells[name].sum() == 0:
            yield f"{name}: all weights are 0; give some cell a weight or take the column out"
    in_cells = cells.groupby("district_id")["residents"].sum()
    for district_id, residents in zip(districts["district_id"], districts["residents"], strict=True):
        there = float(in_cells.get(district_id, 0.0))
        if abs(there - residents) > RESIDENTS_TOLERANCE * max(residents, 1.0):
            yield (
                f"residents: the cells of district {district_id} have {there:,.0f} residents, districts.geojson says "
                f"{residents:,.0f}; correct one"
            )
