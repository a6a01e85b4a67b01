"""States of charge at a hub, the time cars stay on after charging, and what energy says about AC."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.demand.charging import hub_charging_h
from sim.demand.energy import wanted_nodes
from sim.demand.fits.beta import beta_cdf
from sim.demand.fits.goodness import ks_distance
from sim.demand.settings import Demand
from sim.demand.vehicles import PHEV, battery_by_class, efficiency

PLAUSIBLE_KWH = (20.0, 110.0)  # of a battery; energy over a small gain of charge gives wild ones
LEAST_IDLE_MIN = 0.5  # below, the clock of the file does not tell idle from charging
BATTERY_FACTORS = (0.8, 1.0, 1.25)
CERTAINTY = 5.0  # a + b of the Beta laws tried, that of the shipped one


def idle_min(sessions: pd.DataFrame, demand: Demand, *, point_kw: float) -> NDArray[np.float64]:
    """Time from full to plug-out at a hub, for the sessions with all that is needed. [min]

    Stay less the time along the charging curve, whose height follows from the power seen. Below 0 where a car charged
    faster than the curve. Empty without power and battery in the file.
    """
    at = sessions[["soc_arrival", "soc_departure", "battery_kwh", "peak_kw"]].notna().all(axis=1)
    at &= sessions["battery_kwh"].between(*PLAUSIBLE_KWH) & (sessions["soc_departure"] > sessions["soc_arrival"])
    cars = sessions[at & (sessions["peak_kw"] > 0)]
    grid = np.linspace(0, 1, len(demand.fleet.dc_curve))
    height = np.interp(cars["soc_arrival"], grid, demand.fleet.dc_curve)  # most power is seen at plug-in
    charging_h = hub_charging_h(
        demand,
        battery_kwh=cars["battery_kwh"].to_numpy() * demand.fleet.dc_efficiency,  # seen at the meter already
        soc_arrival=cars["soc_arrival"].to_numpy(),
        soc_target=cars["soc_departure"].to_numpy(),
        dc_kw=cars["peak_kw"].to_numpy() / height,
        power_kw=np.array(point_kw),
    )
    stay_min = (cars["end"] - cars["start"]).dt.total_seconds().to_numpy() / 60
    return np.asarray(stay_min - 60 * charging_h)


def idle_law(idle: NDArray[np.float64]) -> list[float]:
    """Median of all and sigma of those that stay on, as a lognormal. [min], [-]

    What is below 0 is error of the curve: it counts for the median only.
    """
    return [round(float(np.median(idle)), 2), round(float(np.log(idle[idle > LEAST_IDLE_MIN]).std()), 3)]


def hub_energy_ks(energy_kwh: NDArray[np.float64], demand: Demand, year: int) -> tuple[float, float]:
    """Mean energy of a hub session under these settings, and its distance from what was seen. [kWh], [share]"""
    gap, chance = wanted_nodes(demand, "hub")
    battery = battery_by_class(demand, year)[:PHEV, None] / efficiency(demand, "hub")
    energy, weight = (battery * gap).ravel(), (np.array(demand.fleet.share)[:, None] * chance).ravel()
    order = np.argsort(energy)
    upto = np.cumsum(weight[order])
    return float(energy @ weight), ks_distance(energy_kwh, lambda x: np.asarray(np.interp(x, energy[order], upto)))


def ac_arrival_tried(
    stay_h: NDArray[np.float64], energy_kwh: NDArray[np.float64], demand: Demand, year: int, use_case: str
) -> list[tuple[float, float, float]]:
    """Mean state of charge on arrival that fits the energies best, for smaller, equal and larger batteries.

    Rows (factor on batteries, mean state of charge / target, KS). Energy is the smaller of what the battery lacks and
    what the stay lets through (E11); where the rows differ in state and not in KS, energy does not tell it.
    """
    stays = np.sort(stay_h)
    seen = np.unique(energy_kwh)
    share = np.array(demand.fleet.share)
    power = np.array(demand.fleet.ac_kw[:PHEV], float)
    longer = 1 - np.searchsorted(stays, seen / power[:, None], side="right") / len(stays)  # classes x energies
    rows = []
    for factor in BATTERY_FACTORS:
        full = factor * battery_by_class(demand, year)[:PHEV] * demand.charge.ac_target / efficiency(demand, use_case)
        lacking = np.clip(1 - seen / full[:, None], 0, 1)
        best = (np.inf, 0.0)
        for mean in np.arange(0.05, 0.96, 0.05):
            wants_more = beta_cdf(CERTAINTY * mean, CERTAINTY * (1 - mean), lacking)
            upto = 1 - share @ (wants_more * longer)
            best = min(best, (ks_distance(energy_kwh, lambda _, upto=upto: upto), float(mean)))  # type: ignore[misc]
        rows.append((factor, round(best[1], 2), best[0]))
    return rows
