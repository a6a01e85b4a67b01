"""Energy drawn at public points, and how much of it one request carries (E7 to E9, E11)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.demand.requests import USE_CASES
from sim.demand.settings import Demand, Energy
from sim.demand.stays import band_hours, mean_cut_h
from sim.demand.vehicles import PHEV, battery_by_class, efficiency
from sim.demand.vocabulary import AC_USE_CASES, PLACES

NODES = 256  # of a numerical integral over a Beta law


def season_factor(energy: Energy) -> float:
    """Energy a car needs in the month of the simulated week / in a mean month; 1 for a mean week of the year. [-]"""
    return 1.0 if energy.month is None else energy.month_factor[energy.month - 1]


def public_energy_kwh(
    demand: Demand, *, ev: NDArray[np.float64], cars: float, commuters: float, phev_per_bev: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Energy drawn in public in the city by BEV and by PHEV, by use case (E7 to E9). [kWh/d], [kWh/d]

    ev : BEV of the city with and without own parking [BEV]
    """
    energy, split, inbound = demand.energy, demand.split, demand.inbound
    per_car = energy.km_per_day * energy.kwh_per_km * season_factor(energy)
    drawn = ev[0] * np.array(split.private) + ev[1] * np.array(split.none)
    place = per_car * drawn * np.array(split.in_city)  # (E7)
    present = commuters * inbound.car_share * inbound.ev_ratio * ev.sum() / cars * inbound.presence
    place = place * (1 + np.array(inbound.visitors)) + present * np.array(inbound.kwh_per_day)  # (E8)
    place[PLACES.index("hub")] /= 1 - inbound.through  # (E9)
    place[PLACES.index("work")] *= split.public_work
    bev = place[[PLACES.index(use_case) for use_case in USE_CASES]]
    slow = np.isin(USE_CASES, AC_USE_CASES)
    return bev, np.where(slow, bev * phev_per_bev * energy.phev_public, 0.0)


def beta_nodes(a: float, b: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Values of a Beta law and their weights, for numerical integrals.

    Midpoints of x = sin^2(t), which removes the poles that a or b below 1 have at the ends.
    """
    t = (np.arange(NODES) + 0.5) * math.pi / 2 / NODES
    weight = np.sin(t) ** (2 * a - 1) * np.cos(t) ** (2 * b - 1)
    return np.sin(t) ** 2, weight / weight.sum()


def wanted_nodes(demand: Demand, use_case: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """State of charge wanted, less that on arrival, and weights. [share of the battery]"""
    charge = demand.charge
    if use_case in AC_USE_CASES:
        soc, weight = beta_nodes(charge.ac_arrival[0], charge.ac_arrival[1])
        return charge.ac_target * (1 - soc), weight
    soc, soc_weight = beta_nodes(charge.dc_arrival[0], charge.dc_arrival[1])
    filled, filled_weight = beta_nodes(charge.dc_filled[0], charge.dc_filled[1])
    return np.outer(1 - soc, filled).ravel(), np.outer(soc_weight, filled_weight).ravel()


def energy_per_request_kwh(
    demand: Demand, use_case: str, *, year: int, rate: NDArray[np.float64]
) -> tuple[float, float]:
    """Mean energy of a BEV and of a PHEV request that is served, given its stay (E11). [kWh], [kWh]

    Exact up to numerical integration. 0 for PHEV at DC.

    rate : requests by hour of the week (`weekly_rate`); stays, and so energy, depend on the hour of arrival
    """
    gap, weight = wanted_nodes(demand, use_case)
    need = battery_by_class(demand, year)[:, None] * gap / efficiency(demand, use_case)  # classes x nodes
    share = np.array(demand.fleet.share)
    if use_case == "hub":
        return float(share @ need[:PHEV] @ weight), 0.0
    if use_case in AC_USE_CASES:
        power = np.array(demand.fleet.ac_kw, float)
    else:
        power = demand.charge.retail_power_share * np.minimum(demand.fleet.dc_kw, demand.charge.retail_kw)
        need, power = need[:PHEV], power[:PHEV]
    by_hour = rate.reshape(7, 24).sum(axis=0) / rate.sum()
    mean = np.zeros(len(power))
    for band, rows in getattr(demand.stay_h, use_case).items():
        carried = power[:, None] * mean_cut_h(rows, need / power[:, None])
        mean += by_hour[list(band_hours(band))].sum() * (carried @ weight)
    return float(share @ mean[:PHEV]), float(mean[PHEV]) if len(mean) > PHEV else 0.0
