"""The city as it is: districts, cells, stations and the sites where stations may stand.

A `City` is read-only data. A plan turns it into a new `City` (`with_plan`); nothing changes in place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sim.city.bundle import read_bundle
from sim.city.outlines import CRS
from sim.city.parking import SYNTHETIC, parking_pressure
from sim.city.schema import LIMITS
from sim.city.sites import Sites, join_sites, propose_shared, propose_sites
from sim.city.stock import STOCKS, Stock
from sim.city.technology import KERB, Technology
from sim.errors import DataError, did_you_mean

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["CRS", "City", "read_city", "technology_of", "with_plan"]

STATION_COLUMNS = ["site_id", "district_id", "x_m", "y_m", "technology", "power_kw", "points", "origin"]
OPTIONAL_COLUMNS = ["limit_kw"]


@dataclass(frozen=True)
class City:
    """Tables of one city. Coordinates are metres in EPSG:25832; ids are text.

    districts : by `district_id`: name, residents [persons], area_km2 [km2], priority_area [bool]
    cells     : by `cell_id`: district_id, x_m, y_m (centre), side_m (edge length of the square) [m], residents
                [persons], dwellings_1_2, dwellings_3_6, dwellings_7_12, dwellings_13_plus, dwellings_other [dwellings],
                and where the bundle gives them visit_weight or visit_weight_<use case> [-]
    sites     : by `site_id`, places with bays: district_id, x_m, y_m, bays [bays], hosts_dc (fast charging may stand
                there) [bool], origin ("station" = a station of the stock stands there, "given" = from the bundle,
                "synthetic" = proposed by `propose_sites` or `propose_shared`), kind (kerb, lantern, private),
                parking_pressure [cars/bay], pressure_origin (given, synthetic); where the bundle gives it
                limit_kw, most the grid can give [kW]
    stations  : by `station_id`, equal charge points sharing one queue: site_id, district_id, x_m, y_m, technology
                (a name in configs/technology), power_kw [kW], points, origin ("register", "synthetic", "plan"); where
                the bundle gives it limit_kw, power of the station's grid connection, NaN = not given [kW]
    limits    : station_id, from_hour [hour of the week], limit_share: what a station may draw of its connection from an
                hour on until the next row; no rows where the bundle gives none
    outlines  : district polygons by `district_id` (None in worker processes, which need no geometry)
    synthetic : one sentence for each table or column that was made by a named function instead of being given
    sources   : credit lines to be shown wherever the data is shown
    """

    name: str
    title: str
    stock: str
    districts: pd.DataFrame
    cells: pd.DataFrame
    sites: pd.DataFrame
    stations: pd.DataFrame
    outlines: gpd.GeoSeries | None
    synthetic: tuple[str, ...]
    sources: tuple[str, ...]
    limits: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=LIMITS.column_names))


def read_city(folder: Path, *, stock: Stock, sites: Sites, technologies: Mapping[str, Technology]) -> City:
    """The city of a bundle folder (see `sim.city.schema`) with the stock chosen.

    Where the bundle gives no sites.csv they are proposed from the cells. Raises DataError with every problem of every
    file, each with file, row and what to do; nothing is repaired.
    """
    model = STOCKS[stock.name]
    name, bundle = Path(folder).resolve().name, read_bundle(Path(folder))
    standing, made = model(name, _with_technology(bundle.stations, technologies), bundle.cells, stock, technologies)
    places, standing = join_sites(standing, bundle.sites, settings=sites)
    has_dc = standing["technology"].map({name: t.current == "DC" for name, t in technologies.items()}).astype(bool)
    places["hosts_dc"] |= places.index.isin(standing.loc[has_dc, "site_id"])
    if bundle.sites is None:
        proposed = propose_sites(bundle.cells, places, settings=sites)
        places = pd.concat([places, proposed])
        sentence = (
            f"sites: {len(proposed)} of {len(places)} are proposed at cells where people live, {sites.spacing_m:g} m "
            "apart (propose_sites); bays and room for fast charging are assumed"
        )
        made += (sentence,)
        shared = propose_shared(bundle.cells, settings=sites)
        if len(shared):
            places = pd.concat([places, shared])
            made += tuple(
                f"sites: {n} of the kind {kind} are proposed at cells where people live (propose_shared); assumed"
                for kind, n in shared["kind"].value_counts().sort_index().items()
            )
    places["kind"] = places["kind"].fillna(KERB) if "kind" in places else KERB
    pressure = parking_pressure(bundle.cells, places, settings=sites)
    places[list(pressure.columns)] = pressure
    if (pressure["pressure_origin"] == SYNTHETIC).any():
        made += ("parking pressure: from residents, their houses and an even density of bays (synthetic_pressure)",)
    problems = [
        f"{folder}: {kind} id '{name}' is given in the bundle and to a {kind} that is made; rename it in the bundle"
        for kind, index in (("station", standing.index), ("site", places.index))
        for name in sorted(set(index[index.duplicated()]))
    ]
    if problems:
        raise DataError(problems)
    return City(
        name=name,
        title=bundle.title,
        stock=stock.name,
        districts=bundle.districts,
        cells=bundle.cells,
        sites=places,
        stations=standing[[*STATION_COLUMNS, *(name for name in OPTIONAL_COLUMNS if name in standing)]],
        outlines=bundle.outlines,
        synthetic=bundle.synthetic + made,
        sources=bundle.sources,
        limits=bundle.limits,
    )


def with_plan(
    city: City, plan_table: pd.DataFrame, *, technologies: Mapping[str, Technology], connection_share: float = 1.0
) -> City:
    """The city with a plan built: a new `City`; the old one stays as it is.

    plan_table : PLAN, of which site_id, technology and points_added are read; phases are built together
    connection_share : power that the grid connection grows by / power of the points added, at stations whose
        connection the city gives; those of new stations are not given
    Points go to the first station of that technology at the site, or to a new station (origin "plan", id
    `<site_id>__<technology>`). Stations of the city keep their rows; new ones follow in order of sites and names.
    """
    problems = []
    for n, (site_id, technology, points) in enumerate(_plan_rows(plan_table), start=1):
        if site_id not in city.sites.index:
            problems.append(
                f"plan: row {n}: site_id: unknown site '{site_id}'{did_you_mean(site_id, city.sites.index)}"
            )
        if technology not in technologies:
            problems.append(
                f"plan: row {n}: technology: unknown technology '{technology}'{did_you_mean(technology, technologies)}"
            )
        if not points >= 1 or points != int(points):
            problems.append(f"plan: row {n}: points_added: is not a number of points ({points}); give 1 or more")
    if problems:
        raise DataError(problems)

    stations = city.stations.copy()
    row_of: dict[tuple[str, str], int] = {}
    for n, key in enumerate(zip(stations["site_id"], stations["technology"], strict=True)):
        row_of.setdefault(key, n)
    points = stations["points"].to_numpy(copy=True)
    added: dict[tuple[str, str], int] = {}
    for site_id, technology, more in _plan_rows(plan_table):
        if (site_id, technology) in row_of:
            points[row_of[site_id, technology]] += int(more)
        else:
            added[site_id, technology] = added.get((site_id, technology), 0) + int(more)
    if "limit_kw" in stations:
        more_kw = (points - stations["points"]) * stations["power_kw"] * connection_share
        stations["limit_kw"] += more_kw
    stations["points"] = points
    if added:
        order = {site_id: n for n, site_id in enumerate(city.sites.index)}
        keys = sorted(added, key=lambda key: (order[key[0]], key[1]))
        places = city.sites.loc[[site_id for site_id, _ in keys]]
        new = pd.DataFrame(
            dict(
                site_id=pd.array([site_id for site_id, _ in keys], dtype="str"),
                district_id=places["district_id"].array,
                x_m=places["x_m"].array,
                y_m=places["y_m"].array,
                technology=pd.array([technology for _, technology in keys], dtype="str"),
                power_kw=[float(technologies[technology].power_kw) for _, technology in keys],
                points=[added[key] for key in keys],
                origin="plan",
            ),
            index=pd.Index([f"{site_id}__{technology}" for site_id, technology in keys], dtype="str"),
        )
        stations = pd.concat([stations, new]).rename_axis("station_id")
    return replace(city, stations=stations)


def technology_of(current: str, power_kw: float, technologies: Mapping[str, Technology]) -> str:
    """Name of the technology of that current whose power is nearest, measured as a ratio; of equals the weaker.

    Those that close at times are left out. 75 kW DC counts as 50 (1.5 times), not 150 (twice). Raises DataError if
    there is none of that current.
    """
    same = [
        (abs(math.log(power_kw / t.power_kw)), t.power_kw, name)
        for name, t in technologies.items()
        if t.current == current and t.always_open
    ]
    if not same:
        raise DataError([f"technologies: none is {current}, but a station of {power_kw:g} kW is; add one"])
    return min(same)[2]


def _with_technology(stations: pd.DataFrame, technologies: Mapping[str, Technology]) -> pd.DataFrame:
    kinds = {
        (current, power): technology_of(current, power, technologies)
        for current, power in stations[["current", "power_kw"]].drop_duplicates().itertuples(index=False)
    }
    names = [kinds[key] for key in zip(stations["current"], stations["power_kw"], strict=True)]
    return stations.drop(columns="current").assign(technology=pd.array(names, dtype="str"), origin="register")


def _plan_rows(plan_table: pd.DataFrame) -> list[tuple[str, str, float]]:
    return list(plan_table[["site_id", "technology", "points_added"]].itertuples(index=False, name=None))
