"""A part of the city looked at alone: its cells, sites and stations, with the demand that the whole city says it has.

Demand is worked out for the whole city first, so a quarter keeps its own mix of houses, cars and visitors; what lies
outside is cut away. Drivers who would come in from outside or go out are not there: the smaller the quarter, the more
this matters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.city.city import City
from sim.city.technology import Technology
from sim.demand.expected import ExpectedDemand
from sim.errors import DataError, did_you_mean
from sim.parameter import parameter


@dataclass(frozen=True)
class Quarter:
    """A quarter, and the levers that are compared in it; values in `configs/quarter/`.

    levers : technologies that may be built, by name of the lever; the first is what the others are measured against
    """

    levers: dict[str, list[str]]
    title: str = parameter(unit="", meaning="name of the quarter, for headings", source="choice", confidence="-")
    x_m: float = parameter(unit="m", meaning="EPSG:25832 easting of its middle", source="choice", confidence="-")
    y_m: float = parameter(unit="m", meaning="EPSG:25832 northing of its middle", source="choice", confidence="-")
    radius_m: float = parameter(
        unit="m", meaning="cells whose centres lie within it belong to the quarter; 0 = the whole city",
        source="choice", confidence="-", at_least=0,
    )  # fmt: skip
    replications: int = parameter(
        unit="runs", meaning="fresh replications that judge the levers side by side", source="choice", confidence="-",
        at_least=2,
    )  # fmt: skip


def quarter_problems(quarter: Quarter, technologies: Mapping[str, Technology]) -> Iterator[str]:
    """What is wrong with the settings of a quarter, one sentence each."""
    for lever, names in quarter.levers.items():
        if not names:
            yield f"quarter.levers.{lever} is empty; name at least one technology"
        for name in names:
            if name not in technologies:
                yield f"quarter.levers.{lever}: unknown technology '{name}'{did_you_mean(name, technologies)}"


def cut_out(
    quarter: Quarter, city: City, demand_of: Mapping[int, ExpectedDemand]
) -> tuple[City, dict[int, ExpectedDemand]]:
    """The quarter as a city of its own, and its demand by phase; both as they are where the radius is 0.

    Raises DataError where no cell with residents lies within.
    """
    if quarter.radius_m == 0:
        return city, dict(demand_of)
    away_m = np.hypot(city.cells["x_m"] - quarter.x_m, city.cells["y_m"] - quarter.y_m)
    rows = np.flatnonzero(away_m <= quarter.radius_m)
    cells = city.cells.iloc[rows]
    residents = cells.groupby("district_id")["residents"].sum()
    if not residents.sum() > 0:
        where = f"({quarter.x_m:g}, {quarter.y_m:g})"
        raise DataError(
            [
                (
                    f"quarter.x_m, quarter.y_m: nobody lives within {quarter.radius_m:g} m of {where} in {city.title}; "
                    "give a place in the city [m, EPSG:25832] or a larger radius"
                )
            ]
        )
    districts = city.districts.loc[[d for d in city.districts.index if d in residents.index]]
    area_km2 = (cells["side_m"] ** 2).groupby(cells["district_id"]).sum() / 1e6
    districts = districts.assign(
        residents=residents.reindex(districts.index).astype(float), area_km2=area_km2.reindex(districts.index)
    )
    within = [
        np.hypot(table["x_m"] - quarter.x_m, table["y_m"] - quarter.y_m) <= quarter.radius_m
        for table in (city.sites, city.stations)
    ]
    stations = city.stations[within[1] & city.stations["site_id"].isin(city.sites.index[within[0]])]
    outlines = city.outlines
    if outlines is not None:
        from shapely import Point

        outlines = outlines.loc[districts.index].intersection(Point(quarter.x_m, quarter.y_m).buffer(quarter.radius_m))
    # a site just outside its district's part of the circle counts for the district that has most of the quarter
    largest = str(residents.idxmax())
    sites = city.sites[within[0]]
    sites = sites.assign(district_id=sites["district_id"].where(sites["district_id"].isin(districts.index), largest))
    stations = stations.assign(
        district_id=stations["district_id"].where(stations["district_id"].isin(districts.index), largest)
    )
    alone = replace(
        city,
        title=quarter.title,
        districts=districts,
        cells=cells,
        sites=sites,
        stations=stations,
        outlines=outlines,
        limits=city.limits[city.limits["station_id"].isin(stations.index)] if len(city.limits) else city.limits,
        synthetic=(
            *city.synthetic,
            f"quarter: only the cells within {quarter.radius_m:g} m; nobody comes in or goes out (cut_out)",
        ),
    )
    return alone, {phase: _demand_within(demand, rows) for phase, demand in demand_of.items()}


def _demand_within(demand: ExpectedDemand, rows: np.ndarray) -> ExpectedDemand:
    return replace(
        demand,
        cells=demand.cells.iloc[rows],
        requests_bev=demand.requests_bev[rows],
        requests_phev=demand.requests_phev[rows],
        energy_kwh=demand.energy_kwh[rows],
    )
