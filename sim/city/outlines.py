"""District polygons: read, checked, and asked which district a place lies in.

The file is read as plain JSON, so that each fault can be named by feature; shapely judges the polygons, geopandas turns
longitude and latitude into metres.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.schema import DISTRICTS
from sim.tables import as_text

if TYPE_CHECKING:
    import geopandas as gpd

CRS = "EPSG:25832"
LON, LAT = (0.0, 18.0), (36.0, 72.0)  # where EPSG:25832 is a fair measure of metres
NEAR_M = 500.0  # how far outside its district a cell or station may lie; outlines are often simplified
SLIVER_SHARE = 0.01  # overlaps below this share of the smaller district are drawing inaccuracy
AREA_TOLERANCE = 0.2  # a stated area may differ from the polygon by this share

WGS84 = ("CRS84", "4326")


def read_districts(path: Path) -> tuple[pd.DataFrame, gpd.GeoSeries, list[str]]:
    """Districts (DISTRICTS, by row), their polygons in metres, and every problem of the file."""
    import geopandas as gpd

    source = path.name
    features, problems = _features(path)
    if problems:
        return pd.DataFrame(), gpd.GeoSeries(), problems
    labels = [f"feature {n}" for n in range(1, len(features) + 1)]
    properties = [f.get("properties") if isinstance(f, dict) else None for f in features]
    for label, facts in zip(labels, properties, strict=True):
        if not isinstance(facts, dict):
            problems.append(f"{source}: {label}: properties are missing; give district_id, name and residents")
    if problems:
        return pd.DataFrame(), gpd.GeoSeries(), problems
    raw = pd.DataFrame(properties, index=labels, dtype=object)
    districts, problems = DISTRICTS.check(raw, source)
    geometries = []
    for n, (label, feature) in enumerate(zip(labels, features, strict=True)):
        district_id = as_text(properties[n].get("district_id"))  # type: ignore[union-attr]
        geometry, fault = _polygon(feature.get("geometry"))
        geometries.append(geometry)
        if fault:
            problems.append(f"{source}: {label}{district_id and f' ({district_id})'}: geometry: {fault}")
    if problems:
        return districts, gpd.GeoSeries(), problems
    outlines = gpd.GeoSeries(geometries, index=districts["district_id"], crs="EPSG:4326").to_crs(CRS)
    area_km2 = outlines.area.to_numpy() / 1e6
    if "area_km2" not in districts:
        districts["area_km2"] = area_km2
    if "priority_area" not in districts:
        districts["priority_area"] = False
    problems += [f"{source}: {sentence}" for sentence in _area_faults(districts, area_km2)]
    problems += [f"{source}: {sentence}" for sentence in _overlaps(outlines)]
    if not problems and districts["residents"].sum() == 0:
        problems.append(f"{source}: residents: nobody lives in the city (0); give the residents of each district")
    return districts, outlines, problems


def district_of(
    x_m: NDArray[np.float64], y_m: NDArray[np.float64], outlines: gpd.GeoSeries
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Row of the district each place lies in, or of the nearest within `NEAR_M`, else -1; and the way to it. [m]"""
    import shapely

    points = shapely.points(x_m, y_m)
    tree = shapely.STRtree(outlines.to_numpy())
    (point, district), distance = tree.query_nearest(points, max_distance=NEAR_M, return_distance=True)
    order = np.lexsort((district, point))[::-1]  # on a shared border the first district is written last and stays
    rows, way = np.full(len(points), -1, dtype=np.int64), np.full(len(points), np.inf)
    rows[point[order]], way[point[order]] = district[order], distance[order]
    return rows, way


def away_from_m(x_m: NDArray[np.float64], y_m: NDArray[np.float64], polygons: Any) -> NDArray[np.float64]:
    """Distance of each place to a polygon, or to its own polygon of an array; 0 inside. [m]"""
    import shapely

    return np.asarray(shapely.distance(shapely.points(x_m, y_m), polygons))


def _features(path: Path) -> tuple[list[Any], list[str]]:
    source = path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return [], [f"{source}: cannot be read ({error.strerror}); a city needs this file with its districts"]
    except UnicodeDecodeError as error:
        return [], [f"{source}: the file is not UTF-8 (byte {error.start + 1}); save it as UTF-8"]
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        return [], [f"{source}: row {error.lineno}: is not GeoJSON ({error.msg}); export the districts as GeoJSON"]
    except RecursionError:
        return [], [f"{source}: is not GeoJSON (nested too deeply); export the districts as GeoJSON"]
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        return [], [f"{source}: has no list of features; export the districts as a GeoJSON FeatureCollection"]
    if not features:
        return [], [f"{source}: has no districts (0 features); give at least one"]
    crs = data.get("crs")
    name = as_text(crs.get("properties", {}).get("name")) if isinstance(crs, dict) else ""
    if crs is not None and not name.endswith(WGS84):
        return features, [
            f"{source}: crs: the coordinate system is '{name or crs}'; export longitude and latitude, EPSG:4326"
        ]
    return features, []


def _polygon(geometry: Any) -> tuple[Any, str]:
    """The polygon of a GeoJSON geometry in degrees, and what is wrong with it."""
    import shapely
    import shapely.geometry

    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        return None, f"is not a polygon ({kind}); a district is a Polygon or MultiPolygon"
    numbers = list(_numbers(geometry.get("coordinates")))
    if not numbers:
        return None, "is an empty polygon; draw the district"
    if not all(isinstance(n, int | float) and not isinstance(n, bool) and math.isfinite(n) for n in numbers):
        return None, "has coordinates that are not numbers; give longitude and latitude"
    try:
        polygon = shapely.force_2d(shapely.geometry.shape(geometry))
    except Exception as error:  # shapely and numpy raise many kinds for rings of a wrong shape
        return None, f"cannot be read ({type(error).__name__}: {error}); give closed rings of longitude and latitude"
    west, south, east, north = polygon.bounds
    if polygon.is_empty:
        return None, "is an empty polygon; draw the district"
    if not (LON[0] <= west and east <= LON[1] and LAT[0] <= south and north <= LAT[1]):
        return None, _wrong_degrees(west, south)
    if not polygon.is_valid:
        return None, f"is not a valid polygon ({shapely.is_valid_reason(polygon)}); repair the outline"
    if polygon.area == 0:
        return None, "has no area; draw the district"
    return polygon, ""


def _numbers(nested: Any) -> Iterator[Any]:
    if isinstance(nested, list):
        for item in nested:
            yield from _numbers(item)
    else:
        yield nested


def _wrong_degrees(x: float, y: float) -> str:
    where = f"coordinates ({x:.10g}, {y:.10g}) are not longitude and latitude of a place EPSG:25832 can measure"
    if LAT[0] <= x <= LAT[1] and LON[0] <= y <= LON[1]:
        return f"{where}; latitude and longitude look swapped, write longitude first"
    if abs(x) > 360 or abs(y) > 360:
        return f"{where}; they look like metres, export EPSG:4326"
    return f"{where}; longitude must be {LON[0]:g} to {LON[1]:g}, latitude {LAT[0]:g} to {LAT[1]:g}"


def _area_faults(districts: pd.DataFrame, polygon_km2: NDArray[np.float64]) -> Iterator[str]:
    stated = districts["area_km2"].to_numpy()
    for n in np.flatnonzero(np.abs(stated - polygon_km2) > AREA_TOLERANCE * polygon_km2):
        yield (
            f"{districts.index[n]} ({districts['district_id'].iloc[n]}): area_km2: is {stated[n]:g} but the polygon "
            f"has {polygon_km2[n]:.3f} km2; correct one, or leave area_km2 out"
        )


def _overlaps(outlines: gpd.GeoSeries) -> Iterator[str]:
    import shapely

    polygons = outlines.to_numpy()
    for i, j in shapely.STRtree(polygons).query(polygons, predicate="intersects").T:
        if i >= j:
            continue
        overlap_m2 = polygons[i].intersection(polygons[j]).area
        if overlap_m2 > SLIVER_SHARE * min(polygons[i].area, polygons[j].area):
            yield (
                f"feature {i + 1} ({outlines.index[i]}) and feature {j + 1} ({outlines.index[j]}): geometry: the "
                f"districts overlap ({overlap_m2:,.0f} m2); a place must lie in one district only"
            )
