"""Cars plugged in by hour of the week: M(t)/G/infinity, the exact mean (E12)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.clock import H_PER_WEEK
from sim.demand.charging import hub_charging_h
from sim.demand.settings import Demand
from sim.demand.stays import Bands, band_hours, stays_longer_share
from sim.demand.vehicles import draw_charge, draw_vehicle
from sim.demand.vocabulary import LONGEST_STAY_H
from sim.rng import stream

STEPS_PER_H = 128
GRID_H = np.arange(LONGEST_STAY_H * STEPS_PER_H + 1) / STEPS_PER_H
HUB_DRAWS = 200_000  # cars whose stay at a hub is drawn; the mean stay is then off by about 0.1 %


def stays_longer_by_hour(bands: Bands) -> NDArray[np.float64]:
    """Share of cars still parked after each time of `GRID_H`, by hour of arrival, 24 x grid. [share]"""
    longer = np.empty((24, len(GRID_H)))
    for band, rows in bands.items():
        longer[list(band_hours(band))] = stays_longer_share(rows, GRID_H)
    return longer


def hub_stays_longer_share(demand: Demand, *, year: int) -> NDArray[np.float64]:
    """Share of cars still at a hub point after each time of `GRID_H`; charging along the curve, then idle. [share]"""

    def streams(purpose: str) -> np.random.Generator:
        return stream(0, "expected", 0, f"hub {purpose}")

    vehicle, battery = draw_vehicle(demand, HUB_DRAWS, year=year, phev_share=0.0, streams=streams)
    arrival, target = draw_charge(demand, HUB_DRAWS, use_case="hub", streams=streams)
    charging = hub_charging_h(
        demand,
        battery_kwh=battery,
        soc_arrival=arrival,
        soc_target=target,
        dc_kw=np.array(demand.fleet.dc_kw, float)[vehicle],
        power_kw=np.array(demand.charge.hub_kw),
    )
    median, sigma = demand.charge.hub_idle_min
    stay = np.sort(charging + median / 60 * np.exp(sigma * streams("idle").standard_normal(HUB_DRAWS)))
    return np.asarray(1 - np.searchsorted(stay, GRID_H, side="right") / HUB_DRAWS)


def weekly_load(rate: NDArray[np.float64], longer: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean number of cars plugged in during each hour of the week. [erlang]

    Arrivals of an hour come uniformly within it. Those of the hour j hours ago weigh the integral over the stay x of
    P(stay > x) times the overlap of two hours that lie x apart, a triangle over j - 1 to j + 1.

    rate : 168 requests by hour; longer : 24 x grid, P(stay > x) by hour of the day
    """
    inside = np.linspace(0, 1, STEPS_PER_H + 1)  # of one hour of stay
    step = np.full(len(inside), 1 / STEPS_PER_H)
    step[[0, -1]] /= 2  # trapezoid rule
    by_hour = longer[:, np.arange(LONGEST_STAY_H)[:, None] * STEPS_PER_H + np.arange(STEPS_PER_H + 1)]
    present = np.zeros((24, LONGEST_STAY_H + 1))  # hours of the day x lags
    present[:, :-1] += (by_hour * ((1 - inside) * step)).sum(axis=2)
    present[:, 1:] += (by_hour * (inside * step)).sum(axis=2)
    load = np.zeros(H_PER_WEEK)
    for hour in range(H_PER_WEEK):
        load[(hour + np.arange(LONGEST_STAY_H + 1)) % H_PER_WEEK] += rate[hour] * present[hour % 24]
    return load
