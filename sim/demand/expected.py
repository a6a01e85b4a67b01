"""What the city asks for on average: requests, energy and load by cell, use case and hour of the week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.city import City
from sim.demand.energy import energy_per_request_kwh, public_energy_kwh
from sim.demand.fleet import cars_of_city, cells_with_cars, commuters_of_city, ev_by_cell, ev_stock, in_year
from sim.demand.load import hub_stays_longer_share, stays_longer_by_hour, weekly_load
from sim.demand.origin import origin_weights
from sim.demand.profile import weekly_rate
from sim.demand.requests import USE_CASES
from sim.demand.settings import Demand


@dataclass(frozen=True)
class ExpectedDemand:
    """Expected demand of one city, year and path; deterministic. u use cases in the order of `USE_CASES`.

    cells        : by `cell_id`: district_id, residents [persons], cars [cars], no_parking_share [share], bev, phev
                   [cars], bev_no_parking (battery cars without own parking) [BEV]
    requests_bev, requests_phev : cells x u, expected requests of a mean day [1/d]
    energy_kwh   : cells x u, energy of these requests that their stay allows, if every one is served [kWh/d]
    rate_profile : u x 168, requests in each hour of the week from Monday 0 h, for one a day on average [1/h]
    load_profile : u x 168, cars plugged in during each hour, if all are served at once, for one request a day [erlang]
    synthetic    : one sentence for everything that named functions made up for want of data
    """

    year: int
    path: str
    cells: pd.DataFrame
    requests_bev: NDArray[np.float64]
    requests_phev: NDArray[np.float64]
    energy_kwh: NDArray[np.float64]
    rate_profile: NDArray[np.float64]
    load_profile: NDArray[np.float64]
    synthetic: tuple[str, ...]

    @property
    def requests_per_day(self) -> NDArray[np.float64]:
        """BEV and PHEV together, cells x u. [1/d]"""
        return self.requests_bev + self.requests_phev

    @property
    def districts(self) -> pd.DataFrame:
        """Cells summed by `district_id`, with the share of car owners without own parking."""
        without = self.cells["cars"] * self.cells["no_parking_share"]
        sums = self.cells.drop(columns="no_parking_share").assign(no_parking_share=without).groupby("district_id").sum()
        sums["no_parking_share"] = (sums["no_parking_share"] / sums["cars"]).where(sums["cars"] > 0, 0.0)
        return sums[["residents", "cars", "no_parking_share", "bev", "phev", "bev_no_parking"]]

    def phev_share(self, use_case: int) -> float:
        """PHEV among the requests of a use case (index into USE_CASES); the same in every cell. [share]"""
        total = self.requests_per_day[:, use_case].sum()
        return float(self.requests_phev[:, use_case].sum() / total) if total > 0 else 0.0

    def offered_load(self, use_cases: Sequence[str]) -> NDArray[np.float64]:
        """Cars plugged in from each cell in each hour of the week if all are served at once, cells x 168. [erlang]"""
        columns = [USE_CASES.index(use_case) for use_case in use_cases]
        # einsum, not @: the last bit of a BLAS sum depends on machine and threads
        return np.asarray(np.einsum("cu,uh->ch", self.requests_per_day[:, columns], self.load_profile[columns]))


def expected_demand(city: City, demand: Demand, *, year: int, path: str) -> ExpectedDemand:
    """Requests, energy and load that the city's electric cars ask of public points on average (E1 to E12).

    year : within the years of `demand.stock`; between two of them everything by year is linear
    path : low, mid or high path of the national stock
    """
    bev, phev = ev_stock(city, demand, year=year, path=path)
    cells = cells_with_cars(city, demand)
    ev = ev_by_cell(
        cells["cars"].to_numpy(),
        cells["no_parking_share"].to_numpy(),
        bev=bev,
        nopark_uptake=in_year(demand.stock.nopark_uptake, year),
    )
    cells["bev"] = ev.sum(axis=1)
    cells["phev"] = ev.sum(axis=1) * (phev / bev if bev > 0 else 0.0)
    cells["bev_no_parking"] = ev[:, 1]
    energy_bev, energy_phev = public_energy_kwh(
        demand,
        ev=ev.sum(axis=0),
        cars=cars_of_city(city, demand),
        commuters=commuters_of_city(city, demand),
        phev_per_bev=phev / bev if bev > 0 else 0.0,
    )
    weights, synthetic = origin_weights(city, demand, ev)
    rate = np.array([weekly_rate(demand, use_case) for use_case in USE_CASES])
    n_bev, n_phev, load = np.zeros(len(USE_CASES)), np.zeros(len(USE_CASES)), np.zeros(rate.shape)
    for number, use_case in enumerate(USE_CASES):
        kwh_bev, kwh_phev = energy_per_request_kwh(demand, use_case, year=year, rate=rate[number])
        n_bev[number] = energy_bev[number] / kwh_bev
        n_phev[number] = energy_phev[number] / kwh_phev if kwh_phev > 0 else 0.0
        if use_case == "hub":
            longer = np.tile(hub_stays_longer_share(demand, year=year), (24, 1))
        else:
            longer = stays_longer_by_hour(getattr(demand.stay_h, use_case))
        load[number] = weekly_load(rate[number], longer)
    return ExpectedDemand(
        year=year,
        path=path,
        cells=cells,
        requests_bev=weights * n_bev,
        requests_phev=weights * n_phev,
        energy_kwh=weights * (energy_bev + energy_phev),
        rate_profile=rate,
        load_profile=load,
        synthetic=synthetic,
    )
