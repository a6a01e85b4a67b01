"""How fast a car charges at a point: AC limit, DC curve, mean power while parked at a shop (E11)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.demand.behaviour import Behaviour
from sim.demand.requests import USE_CASES, Requests
from sim.demand.settings import Demand

CURVE_STEPS = 1000  # of the state of charge when the charging curve is integrated
HUB = USE_CASES.index("hub")


def hub_charging_h(
    demand: Demand,
    *,
    battery_kwh: NDArray[np.float64],
    soc_arrival: NDArray[np.float64],
    soc_target: NDArray[np.float64],
    dc_kw: NDArray[np.float64],
    power_kw: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Time to charge along the DC curve at the smaller of the car's and the point's power. [h]

    The curve is power at the meter. Inf for cars without DC. All arguments broadcast against each other.
    """
    battery, start, end, peak, power = np.broadcast_arrays(battery_kwh, soc_arrival, soc_target, dc_kw, power_kw)
    soc = np.linspace(0, 1, CURVE_STEPS + 1)
    curve = np.interp(soc, np.linspace(0, 1, len(demand.fleet.dc_curve)), demand.fleet.dc_curve)
    hours = np.full(battery.shape, np.inf)
    # few kinds of car meet few kinds of point: one table of time over charge for each pair
    ratio = np.divide(power, peak, out=np.zeros(battery.shape), where=peak > 0)
    for value in np.unique(ratio[ratio > 0]):
        at = ratio == value
        pace = 1 / np.minimum(value, curve)
        passed = np.concatenate([[0.0], np.cumsum((pace[1:] + pace[:-1]) / 2 / CURVE_STEPS)])
        span = np.interp(end[at], soc, passed) - np.interp(start[at], soc, passed)
        hours[at] = battery[at] / demand.fleet.dc_efficiency / peak[at] * span
    return hours


def charging_power_kw(
    requests: Requests, power_kw: NDArray[np.float64], demand: Demand, behaviour: Behaviour
) -> NDArray[np.float64]:
    """Power that car and point reach together, mean over the time they charge. [kW]

    AC: the smaller of both limits. DC where the car is parked (retail): `retail_power_share` of the smaller of both
    peaks. DC at a hub: energy wanted over the time the charging curve takes, so a session at full power lasts exactly
    as the curve says. 0 where the car has no DC.

    power_kw : of the point; n, or n x k to resolve several choices at once [kW]
    """
    power = np.asarray(power_kw, float)

    def column(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return values.reshape(-1, *[1] * (power.ndim - 1))

    currents = np.array([behaviour.current[use_case] for use_case in USE_CASES])
    direct = currents[requests.use_case] == "DC"
    along_curve = direct & (requests.use_case == HUB)
    parked = demand.charge.retail_power_share * np.minimum(column(requests.dc_kw), power)
    mean = np.where(column(direct), parked, np.minimum(column(requests.ac_kw), power))
    at = np.flatnonzero(along_curve)
    if len(at):
        hours = hub_charging_h(
            demand,
            battery_kwh=column(requests.battery_kwh)[at],
            soc_arrival=column(requests.soc_arrival)[at],
            soc_target=column(requests.soc_target)[at],
            dc_kw=column(requests.dc_kw)[at],
            power_kw=power[at],
        )
        # who wants nothing is full at once; any power does
        mean[at] = np.where(hours > 0, column(requests.need_kwh)[at] / np.where(hours > 0, hours, 1), power[at])
    return np.asarray(mean)
