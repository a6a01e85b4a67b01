"""Workloads to measure engines on: a week in a network of 200 stations of 4 points."""

from __future__ import annotations

import numpy as np

from sim.clock import MIN_PER_H
from sim.simulation.workload import Workload, make_workload

STATIONS, POINTS, DAYS = 200, 4, 7


def impatient_week(requests: int, seed: int = 1, detour_min: float = 0.0) -> Workload:
    """Workload B: commuting peaks, unequal stations, patience of 22 min on average, two near stations to try next.

    Stays are lognormal, 56 min on average. At 20,000 requests nearly nobody is lost; at 100,000 the network is
    overloaded, half of all arrivals queue and every sixth request is lost.
    """
    rng = np.random.default_rng(seed)
    hour = np.arange(24)
    profile = 0.15 + np.exp(-((hour - 8.5) ** 2) / 8) + 1.4 * np.exp(-((hour - 17.5) ** 2) / 10)
    hour_of_week = rng.choice(24 * DAYS, size=requests, p=np.tile(profile / profile.sum(), DAYS) / DAYS)
    arrival_min = np.sort((hour_of_week + rng.random(requests)) * MIN_PER_H)
    weight = rng.gamma(4.0, 1.0, STATIONS)
    station = rng.choice(STATIONS, size=requests, p=weight / weight.sum())
    stay_min = np.clip(rng.lognormal(np.log(50.0), 0.5, requests), 5.0, 300.0)
    patience_min = rng.exponential(20.0, requests) + 2.0
    place = rng.random((STATIONS, 2))
    apart = ((place[:, None] - place[None]) ** 2).sum(-1)
    np.fill_diagonal(apart, np.inf)
    near = np.argsort(apart, axis=1)[:, :2]
    return make_workload(
        arrival_min=arrival_min,
        patience_min=patience_min,
        choices=np.column_stack([station, near[station]]),
        detour_min=detour_min,
        energy_kwh=stay_min,  # at 60 kW, so that 1 kWh takes 1 minute
        power_kw=60.0,
        points=np.full(STATIONS, POINTS),
    )
