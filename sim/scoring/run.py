"""What is scored: a surveyed city and what one replication made of it.

A `Survey` holds what is the same in every replication of one city and is made once (`survey_city`); a `Run` adds the
requests and sessions of one replication. Rows are put into groups by scope:

    scope      ids                     a request belongs to            a station belongs to
    city       "city"                  all                             all
    district   district_id             the district of its cell        its district
    station    station_id              the last station it tried       itself
    use_case   names of USE_CASES      its use case                    none (points are shared)
    priority   "priority" and "rest"   as its district                 as its district

Request KPIs count the requests that arrive in the measured days, whatever happens to them later; KPIs of points count
the minutes inside the measured days, whenever the session began.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from sim.city.city import City
from sim.city.technology import Technology
from sim.clock import Horizon
from sim.demand.requests import USE_CASES, Requests
from sim.scoring.groups import Codes, Flags, Floats, group_count, group_sum
from sim.scoring.tries import Tries, read_tries
from sim.simulation.outages import Outages
from sim.simulation.sessions import Outcome, Sessions
from sim.simulation.undelivered import Undelivered

SCOPES = ("city", "district", "station", "use_case", "priority")
PRIORITY_IDS = ("priority", "rest")


@dataclass(frozen=True)
class Survey:
    """What is the same in every replication of one city.

    horizon   : warm-up and measured days
    way_ac_m  : by cell, way on foot from its centre to the nearest station with AC points; inf without any [m]
    ev_without_private_parking : by district; NaN where unknown [EVs]
    """

    city: City
    horizon: Horizon
    way_ac_m: Floats
    ev_without_private_parking: Floats

    @cached_property
    def ids(self) -> Mapping[str, list[str]]:
        """Ids of each scope, in the order of the codes."""
        return {
            "city": ["city"],
            "district": self.city.districts.index.to_list(),
            "station": self.city.stations.index.to_list(),
            "use_case": list(USE_CASES),
            "priority": list(PRIORITY_IDS),
        }

    def size(self, scope: str) -> int:
        """Number of ids of a scope."""
        return len(self.ids[scope])

    @cached_property
    def district_codes(self) -> Mapping[str, Codes]:
        """Group of each district by scope."""
        priority = self.city.districts["priority_area"].to_numpy(bool)
        count = len(priority)
        return {
            "city": np.zeros(count, np.intp),
            "district": np.arange(count),
            "priority": np.where(priority, 0, 1),
        }

    @cached_property
    def cell_codes(self) -> Mapping[str, Codes]:
        """Group of each cell by scope."""
        return self._through_district(self.city.cells["district_id"])

    @cached_property
    def station_codes(self) -> Mapping[str, Codes]:
        """Group of each station by scope."""
        itself = np.arange(len(self.city.stations))
        return {**self._through_district(self.city.stations["district_id"]), "station": itself}

    def _through_district(self, district_ids: pd.Series) -> dict[str, Codes]:
        district = self.city.districts.index.get_indexer(district_ids)
        return {scope: look_up(codes, district) for scope, codes in self.district_codes.items()}

    def points(self, scope: str) -> Floats:
        """Charge points of each group. [points]"""
        points = self.city.stations["points"].to_numpy(np.float64)
        return group_sum(points, self.station_codes[scope], self.size(scope))


@dataclass(frozen=True)
class Run:
    """One replication: n requests, ranked choices and what became of them.

    choices : n,k i4, stations in order of rank as the engine got them; -1 = no further choice
    way_m   : n f8, way from the request to the station of its session; NaN without one [m]
    undelivered : energy that sessions miss because of the network; None = nothing was missed
    outages : when points were out of order
    """

    survey: Survey
    requests: Requests
    choices: np.ndarray
    sessions: Sessions
    way_m: Floats
    undelivered: Undelivered | None = None
    outages: Outages = field(default_factory=Outages)

    @cached_property
    def measured(self) -> Flags:
        """The requests that arrive in the measured days."""
        arrival, horizon = self.requests.arrival_min, self.survey.horizon
        return np.asarray((arrival >= horizon.start_min) & (arrival < horizon.end_min))

    @cached_property
    def served(self) -> Flags:
        """The requests that ended in a session; one that a failure cut short is served too."""
        return np.asarray(self.sessions.outcome <= Outcome.CUT_SHORT)

    @cached_property
    def request_codes(self) -> Mapping[str, Codes]:
        """Group of each request by scope; -1 outside the measured days."""
        by_cell = {scope: look_up(codes, self.requests.cell) for scope, codes in self.survey.cell_codes.items()}
        use_case, station = self.requests.use_case.astype(np.intp), self.sessions.station.astype(np.intp)
        codes = {**by_cell, "use_case": use_case, "station": station}
        return {scope: np.where(self.measured, group, -1) for scope, group in codes.items()}

    @cached_property
    def session_codes(self) -> Mapping[str, Codes]:
        """Group of the last station each request tried, by scope, whenever that was; -1 without one.

        Lost requests need no sorting out: they have neither minutes at a point nor energy.
        """
        station = self.sessions.station
        return {scope: look_up(codes, station) for scope, codes in self.survey.station_codes.items()}

    @cached_property
    def tries(self) -> Tries:
        """Every try of the requests that arrive in the measured days."""
        return read_tries(self.requests, self.choices, self.sessions, chosen=self.measured)

    @cached_property
    def full_or_end_min(self) -> Floats:
        """When energy stops to flow: full or plug-out; inf while neither is known. [min]"""
        sessions = self.sessions
        stop = np.where(np.isnan(sessions.full_min), sessions.end_min, sessions.full_min)
        return np.where(np.isnan(stop), np.inf, stop)

    def count(self, chosen: Flags, scope: str) -> Floats:
        """Chosen requests of each group. [requests/week]"""
        codes = self.request_codes[scope]
        return group_count(codes[chosen], self.survey.size(scope)) / self.survey.horizon.weeks

    def total(self, values: Floats, chosen: Flags, scope: str) -> Floats:
        """Sum of a column over the chosen requests of each group. [unit/week]"""
        codes = self.request_codes[scope]
        return group_sum(values[chosen], codes[chosen], self.survey.size(scope)) / self.survey.horizon.weeks


def look_up(codes: Codes, rows: np.ndarray) -> Codes:
    """Codes of the rows; -1 for row -1.

    >>> look_up(np.array([5, 6]), np.array([1, -1, 0]))
    array([ 6, -1,  5])
    """
    return np.asarray(np.append(codes, -1)[rows])


def walk_to_ac_m(
    city: City, technologies: Mapping[str, Technology], *, walk_detour_factor: float, block: int = 500
) -> Floats:
    """Way on foot from the centre of each cell to the nearest station with AC points. [m]

    Straight line times `walk_detour_factor` [-]; inf in a city without AC points. Whole cells count by their centre, so
    a limit near the edge length of the cells is coarse. `block` cells are worked on at a time, to spare memory.
    """
    stations = city.stations
    is_ac = np.array([technologies[name].current == "AC" for name in stations["technology"]], dtype=bool)
    ac = stations[is_ac & (stations["points"] > 0).to_numpy()]
    ac_x, ac_y = ac["x_m"].to_numpy(np.float64), ac["y_m"].to_numpy(np.float64)
    x, y = city.cells["x_m"].to_numpy(np.float64), city.cells["y_m"].to_numpy(np.float64)
    nearest = np.full(len(x), np.inf)
    for first in range(0, len(x), block):
        rows = slice(first, first + block)
        square = (x[rows, None] - ac_x) ** 2 + (y[rows, None] - ac_y) ** 2
        nearest[rows] = np.sqrt(square.min(axis=1, initial=np.inf))
    return nearest * walk_detour_factor


def survey_city(
    city: City,
    horizon: Horizon,
    *,
    technologies: Mapping[str, Technology],
    walk_detour_factor: float,
    ev_without_private_parking: pd.Series,
) -> Survey:
    """Measure once what every replication of a city shares.

    technologies : by name, all that `city.stations` mentions
    walk_detour_factor : way on foot over straight line, the one the drivers use [-]
    ev_without_private_parking : by district_id [EVs]; districts it does not name are unknown (NaN)
    """
    return Survey(
        city=city,
        horizon=horizon,
        way_ac_m=walk_to_ac_m(city, technologies, walk_detour_factor=walk_detour_factor),
        ev_without_private_parking=ev_without_private_parking.reindex(city.districts.index).to_numpy(np.float64),
    )
