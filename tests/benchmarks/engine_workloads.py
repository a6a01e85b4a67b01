"""Workloads to measure engines on: a week in a network of 200 stations of 4 points."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.clock import MIN_PER_H
from sim.rng import pick
from sim.simulation.events import FAIL, LIMIT, REPAIR
from sim.simulation.workload import Workload, make_workload

STATIONS, POINTS, DAYS = 200, 4, 7


def impatient_week(requests: int, seed: int = 1, detour_min: float = 0.0) -> Workload:
    """Workload B: commuting peaks, unequal stations, patience of 22 min on average, two near stations to try next.

    Stays are lognormal, 56 min on average. At 20,000 requests nearly nobody is lost; at 100,000 the network is
    overloaded, half of all arrivals queue and every sixth request is lost.
    """
    return make_workload(**_impatient_week(requests, seed), detour_min=detour_min)


def _impatient_week(requests: int, seed: int) -> dict[str, Any]:
    """The drawn columns of workload B."""
    rng = np.random.default_rng(seed)
    hour = np.arange(24)
    profile = 0.15 + np.exp(-((hour - 8.5) ** 2) / 8) + 1.4 * np.exp(-((hour - 17.5) ** 2) / 10)
    hour_of_week = pick(np.tile(profile, DAYS), rng.random(requests))
    arrival_min = hour_of_week + rng.random(requests)
    arrival_min *= MIN_PER_H
    arrival_min.sort()
    weight = rng.gamma(4.0, 1.0, STATIONS)
    station = pick(weight, rng.random(requests))
    stay_min = np.clip(rng.lognormal(np.log(50.0), 0.5, requests), 5.0, 300.0)
    patience_min = rng.exponential(20.0, requests) + 2.0
    place = rng.random((STATIONS, 2))
    apart = ((place[:, None] - place[None]) ** 2).sum(-1)
    np.fill_diagonal(apart, np.inf)
    ranked = np.column_stack([np.arange(STATIONS), np.argsort(apart, axis=1)[:, :2]]).astype(np.int32)
    return dict(
        arrival_min=arrival_min,
        patience_min=patience_min,
        choices=ranked.take(station, axis=0),
        energy_kwh=stay_min,  # at 60 kW, so that 1 kWh takes 1 minute
        power_kw=60.0,
        points=np.full(STATIONS, POINTS),
    )


def everything_on(requests: int, seed: int = 2) -> Workload:
    """Workload B with every feature: the same week, but nothing about a driver or a station is left at its default.

    Half of the drivers see free points, half park; stays are cut, cars overstay, starts fail; queues have keys and
    lengths that scare off. Every two stations share a site whose limit changes every six hours; each point fails every
    tenth day on average, for six hours.
    """
    rng = np.random.default_rng(seed)
    columns = _impatient_week(requests, seed)
    visits, points, sites = columns["choices"].shape, STATIONS * POINTS, STATIONS // 2
    parks = rng.random(requests) < 0.5
    hours = np.arange(0, DAYS * 24, 6)
    at, site = (grid.ravel() for grid in np.meshgrid(hours * float(MIN_PER_H), np.arange(sites), indexing="ij"))
    failures = int(rng.poisson(points * DAYS / 10))
    fail_min, point = rng.uniform(0, DAYS * 24 * MIN_PER_H, failures), rng.integers(0, points, failures)
    repair_min = fail_min + rng.exponential(6 * MIN_PER_H, failures)

    def one_of(values: list[float], weight: list[float]) -> np.ndarray:
        return np.array(values).take(pick(np.array(weight), rng.random(visits).ravel())).reshape(visits)

    def where(which: np.ndarray, minutes: np.ndarray) -> np.ndarray:
        minutes[~which] = np.inf
        return minutes

    columns.update(
        informed=rng.random(requests) < 0.5,
        detour_min=rng.uniform(0, 8, visits),
        balk_at=rng.integers(1, 12, visits),
        queue_key=rng.integers(0, 3, visits),
        power_kw=one_of([11.0, 22.0, 50.0, 150.0], [0.1, 0.2, 0.4, 0.3]),
        longest_min=where(parks, rng.exponential(90.0, visits)),
        overstay_min=where(~parks, rng.exponential(5.0, visits)),
        failed_starts=one_of([0, 1, 2], [0.9, 0.08, 0.02]),
        restart_min=2.0,
        site=np.arange(STATIONS) // 2,
        limit_kw=np.full(sites, 200.0),
        change_min=np.concatenate([at, fail_min, repair_min]),
        change_kind=np.repeat([LIMIT, FAIL, REPAIR], [len(at), failures, failures]),
        change_of=np.concatenate([site, point, point]),
        change_kw=np.concatenate([rng.choice([100.0, 200.0, 300.0], len(at)), np.zeros(2 * failures)]),
    )
    return make_workload(**columns)
