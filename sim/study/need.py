"""What the planner is told of demand: NEED and the pairs of demand point and site within reach (ARCS).

Walking drivers are counted by cell, drivers who come by car for a fast charge by zone; a zone ends at the border of its
district, so that the district stays an attribute of the point.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import erfc, sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.city import City
from sim.demand.behaviour import Behaviour
from sim.demand.expected import ExpectedDemand
from sim.demand.requests import USE_CASES
from sim.parameter import parameter
from sim.planning.problem import ARCS, NEED

CLASSES = {"slow": ("kerbside", "destination", "work"), "retail": ("retail",), "hub": ("hub",)}
CLASS_OF = {use_case: name for name, use_cases in CLASSES.items() for use_case in use_cases}
DAYS_PER_WEEK = 7.0


@dataclass(frozen=True)
class Reach:
    """How demand points and their sites are laid out for the planner; values in `configs/reach/`."""

    zone_m: float = parameter(
        unit="m", meaning="edge of the zones that gather drivers who come by car", source="assumption: 500-1,000 m",
        confidence="M", low=500, high=2000, above=0,
    )  # fmt: skip
    least_willing_share: float = parameter(
        unit="share", meaning="a site is in reach of a demand point if this share of its drivers accepts the way",
        source="assumption", confidence="M", low=0.1, high=0.5, above=0, at_most=1,
    )  # fmt: skip
    sites_per_cell: int = parameter(
        unit="sites", meaning="nearest sites a cell may be served from", source="assumption: 5-12",
        confidence="M", low=4, high=12, at_least=1,
    )  # fmt: skip
    sites_per_zone: int = parameter(
        unit="sites", meaning="nearest sites a zone may be served from", source="assumption: 5-12",
        confidence="M", low=6, high=20, at_least=1,
    )  # fmt: skip


@dataclass(frozen=True)
class DemandPoints:
    """NEED and ARCS of all phases; ARCS with a column `phase` where there are several.

    point_of_cell : by cell, in the order of `city.cells`: the demand point of each class, one column a class
    """

    need: pd.DataFrame
    arcs: pd.DataFrame
    point_of_cell: pd.DataFrame


def demand_points(
    city: City, expected: Mapping[int, ExpectedDemand], *, behaviour: Behaviour, reach: Reach
) -> DemandPoints:
    """NEED and ARCS of all demand classes in every phase.

    expected : by building phase, the demand of its year
    """
    by_phase = {phase: _in_one_phase(city, demand, behaviour, reach) for phase, demand in expected.items()}
    need = pd.concat([points.need.assign(phase=phase) for phase, points in by_phase.items()], ignore_index=True)
    need["phase"] = need["phase"].astype(np.int64)
    zones = zone_of_cell(city.cells, reach)
    point_of_cell = pd.DataFrame({name: zones if name == "hub" else city.cells.index for name in CLASSES})
    if len(by_phase) == 1:
        [points] = by_phase.values()
        return DemandPoints(need[NEED.column_names], points.arcs, point_of_cell)
    # whom a way suits hangs on the mix of use cases, which shifts from phase to phase
    arcs = pd.concat([points.arcs.assign(phase=phase) for phase, points in by_phase.items()], ignore_index=True)
    return DemandPoints(need[NEED.column_names], arcs, point_of_cell)


def zone_of_cell(cells: pd.DataFrame, reach: Reach) -> list[str]:
    """The zone of each cell, where drivers who come by car are counted; it ends at the border of the district."""
    zone = (cells[["x_m", "y_m"]] // reach.zone_m).astype(int)
    return [f"{x}_{y}_{d}" for x, y, d in zip(zone["x_m"], zone["y_m"], cells["district_id"], strict=True)]


class _Points(NamedTuple):
    """NEED without its phase, and ARCS, of one phase."""

    need: pd.DataFrame
    arcs: pd.DataFrame


def _in_one_phase(city: City, expected: ExpectedDemand, behaviour: Behaviour, reach: Reach) -> _Points:
    tables = [
        _walking(city, expected, "slow", behaviour, reach, city.sites),
        _walking(city, expected, "retail", behaviour, reach, city.sites[city.sites["hosts_dc"]]),
        _driving(city, expected, "hub", behaviour, reach, city.sites[city.sites["hosts_dc"]]),
    ]
    arcs = pd.concat([arcs for _, arcs in tables], ignore_index=True)
    return _Points(pd.concat([need for need, _ in tables], ignore_index=True), arcs[ARCS.column_names])


def _walking(
    city: City, expected: ExpectedDemand, class_name: str, behaviour: Behaviour, reach: Reach, sites: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Demand points that are cells, and the sites their drivers would walk from."""
    uses = [USE_CASES.index(use_case) for use_case in CLASSES[class_name]]
    cells = city.cells
    need = _need(expected, uses, np.arange(len(cells)), cells["district_id"].to_numpy(), class_name)
    need["point_id"] = cells.index.to_numpy()
    way_m = behaviour.walk_detour_factor * _distances(cells, sites, cells["side_m"].to_numpy())
    point, site = _nearest(need, way_m, reach.sites_per_cell)
    requests = expected.requests_per_day[:, uses][point]
    willing = np.column_stack([_willing_to_walk(way_m[point, site], USE_CASES[use], behaviour) for use in uses])
    share = (requests * willing).sum(1) / requests.sum(1)
    return need, _arcs(need, sites, point, site, way_m, share, reach)


def _driving(
    city: City, expected: ExpectedDemand, class_name: str, behaviour: Behaviour, reach: Reach, sites: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Demand points that are zones within districts, and the sites their drivers would drive to."""
    uses = [USE_CASES.index(use_case) for use_case in CLASSES[class_name]]
    cells = city.cells
    number, zones = pd.factorize(pd.Series(zone_of_cell(cells, reach)), sort=True)
    first = pd.Series(np.arange(len(cells))).groupby(number).first().to_numpy()
    need = _need(expected, uses, number, cells["district_id"].to_numpy()[first], class_name)
    need["point_id"] = np.asarray(zones)
    middle = cells[["x_m", "y_m"]].groupby(number).mean()
    way_m = behaviour.drive_detour_factor * _distances(middle, sites, np.full(len(middle), reach.zone_m))
    point, site = _nearest(need, way_m, reach.sites_per_zone)
    share = (way_m[point, site] <= behaviour.drive_reach_km * 1000.0).astype(float)
    return need, _arcs(need, sites, point, site, way_m, share, reach)


def _need(
    expected: ExpectedDemand, uses: list[int], number: NDArray[np.int64], district: NDArray[np.object_], class_name: str
) -> pd.DataFrame:
    """Weekly requests, energy and peak load of points that gather cells; `number` is the point of each cell."""
    by_point = np.zeros((len(district), len(uses)))
    np.add.at(by_point, number, expected.requests_per_day[:, uses])
    energy_kwh = np.bincount(number, weights=expected.energy_kwh[:, uses].sum(1), minlength=len(district))
    return pd.DataFrame(
        {
            "class_name": class_name,
            "district_id": district,
            "load_erlang": (by_point @ expected.load_profile[uses]).max(1),
            "requests": by_point.sum(1) * DAYS_PER_WEEK,
            "energy_kwh": energy_kwh * DAYS_PER_WEEK,
        }
    )


def _distances(points: pd.DataFrame, sites: pd.DataFrame, side_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Root mean square straight-line distance from anywhere in the square of a point to a site. [m, points x sites]"""
    dx = points["x_m"].to_numpy()[:, None] - sites["x_m"].to_numpy()[None, :]
    dy = points["y_m"].to_numpy()[:, None] - sites["y_m"].to_numpy()[None, :]
    return np.asarray(np.sqrt(dx**2 + dy**2 + side_m[:, None] ** 2 / 6))


def _nearest(
    need: pd.DataFrame, way_m: NDArray[np.float64], most_sites: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of point and site for the nearest sites of each point that needs anything."""
    nearest = np.argsort(way_m, axis=1, kind="stable")[:, :most_sites]
    point = np.repeat(np.arange(len(need)), nearest.shape[1])
    needs = need["load_erlang"].to_numpy()[point] > 0
    return point[needs], nearest.ravel()[needs]


def _willing_to_walk(way_m: NDArray[np.float64], use_case: str, behaviour: Behaviour) -> NDArray[np.float64]:
    """Share of drivers who accept a walk, by the lognormal law of their longest walk. [share]"""
    if behaviour.walk_sigma == 0:
        return (way_m <= behaviour.walk_median_m[use_case]).astype(float)
    z = np.log(way_m / behaviour.walk_median_m[use_case]) / behaviour.walk_sigma
    return np.array([0.5 * erfc(x / sqrt(2.0)) for x in z.tolist()])


def _arcs(
    need: pd.DataFrame,
    sites: pd.DataFrame,
    point: NDArray[np.int64],
    site: NDArray[np.int64],
    way_m: NDArray[np.float64],
    share: NDArray[np.float64],
    reach: Reach,
) -> pd.DataFrame:
    """The pairs that enough drivers accept."""
    wanted = share >= reach.least_willing_share
    point, site = point[wanted], site[wanted]
    return pd.DataFrame(
        {
            "point_id": need["point_id"].to_numpy()[point],
            "class_name": need["class_name"].to_numpy()[point],
            "site_id": sites.index.to_numpy()[site],
            "way_m": way_m[point, site],
            "willing_share": share[wanted],
        }
    )
