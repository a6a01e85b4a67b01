"""Which car comes, with how much charge, and how much it wants (E11)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.demand.requests import VEHICLES
from sim.demand.settings import Demand
from sim.demand.vocabulary import AC_USE_CASES, BATTERY_YEAR

PHEV = VEHICLES.index("phev")


def battery_by_class(demand: Demand, year: int) -> NDArray[np.float64]:
    """Usable battery by class in a year; BEV grow from 2025, PHEV do not. [kWh]"""
    battery = np.array(demand.fleet.battery_kwh, float)
    battery[:PHEV] *= (1 + demand.fleet.battery_growth) ** (year - BATTERY_YEAR)
    return battery


def efficiency(demand: Demand, use_case: str) -> float:
    """Energy into the battery over energy at the meter. [-]"""
    return demand.fleet.ac_efficiency if use_case in AC_USE_CASES else demand.fleet.dc_efficiency


def draw_vehicle(
    demand: Demand, n: int, *, year: int, phev_share: float, streams: Callable[[str], np.random.Generator]
) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Class of each car (index into VEHICLES) and its battery. [-], [kWh]"""
    vehicle = np.searchsorted(np.cumsum(demand.fleet.share)[:-1], streams("vehicle").random(n), side="right")
    vehicle[streams("phev").random(n) < phev_share] = PHEV
    return vehicle.astype(np.int8), battery_by_class(demand, year)[vehicle]


def draw_charge(
    demand: Demand, n: int, *, use_case: str, streams: Callable[[str], np.random.Generator]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """State of charge on arrival and wanted on departure. [share], [share]"""
    charge = demand.charge

    def beta(purpose: str, law: list[float]) -> NDArray[np.float64]:
        return streams(purpose).beta(law[0], law[1], n)

    if use_case in AC_USE_CASES:
        return charge.ac_target * beta("soc", charge.ac_arrival), np.full(n, charge.ac_target)
    arrival = beta("soc", charge.dc_arrival)
    return arrival, arrival + beta("filled", charge.dc_filled) * (1 - arrival)
