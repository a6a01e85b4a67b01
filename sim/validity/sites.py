"""Stations that stand alone, each with drivers of its own, who come by the demand model and go if it is full.

The whole chain of the product runs: `draw_requests` (number, hour, stay), the workload, the engine. Only the geography
is left out: a site is a cell, and its station the only choice of its drivers.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.city import City
from sim.clock import Horizon
from sim.demand.choice import Ranked
from sim.demand.draw import draw_requests
from sim.demand.expected import ExpectedDemand
from sim.demand.load import stays_longer_by_hour, weekly_load
from sim.demand.profile import weekly_rate
from sim.demand.requests import USE_CASES, Requests
from sim.demand.settings import Demand
from sim.demand.vocabulary import PARKED_USE_CASES
from sim.simulation.run import simulate
from sim.simulation.sessions import Sessions
from sim.validity.case import Bench

POWER_KW = 22.0
YEAR = 2025  # of the batteries, which do not matter where cars park


def expected_at_sites(demand: Demand, requests_per_day: NDArray[np.float64]) -> ExpectedDemand:
    """What drivers of the sites ask for.

    requests_per_day : sites x u, use cases in the order of USE_CASES; hubs, where cars do not park, have none [1/d]
    """
    rate = np.array([weekly_rate(demand, use_case) for use_case in USE_CASES])
    load = np.zeros(rate.shape)
    for number, use_case in enumerate(USE_CASES):
        if use_case in PARKED_USE_CASES:
            load[number] = weekly_load(rate[number], stays_longer_by_hour(getattr(demand.stay_h, use_case)))
    nothing = np.zeros(requests_per_day.shape)
    return ExpectedDemand(
        year=YEAR, path="mid", cells=pd.DataFrame(index=range(len(nothing))), requests_bev=requests_per_day,
        requests_phev=nothing, energy_kwh=nothing, rate_profile=rate, load_profile=load, synthetic=(),
    )  # fmt: skip


def sessions_at_sites(
    bench: Bench, expected: ExpectedDemand, *, points: int, horizon: Horizon, seed: int, replication: int
) -> tuple[Requests, Sessions]:
    """One replication: drawn requests and what became of them.

    points : of each station
    """
    sites = len(expected.requests_per_day)
    study = bench.study
    requests = draw_requests(
        _city_of(sites), expected, study.demand, study.behaviour, horizon=horizon, seed=seed, stage="verdict",
        replication=replication,
    )  # fmt: skip
    stations = pd.DataFrame(dict(points=np.full(sites, points), power_kw=POWER_KW))
    only = requests.cell[:, None].astype(np.int32)
    ranked = Ranked(choices=only, way_m=np.zeros(only.shape), detour_min=np.zeros(only.shape))
    simulation = dataclasses.replace(bench.simulation, warm_up_days=horizon.warm_up_days, days=horizon.days)
    _, sessions = simulate(
        requests, ranked, stations=stations, demand=study.demand, behaviour=study.behaviour, simulation=simulation
    )
    return requests, sessions


def _city_of(sites: int) -> City:
    """Sites as cells without an extent; nothing else of a city is needed."""
    cells = pd.DataFrame(dict(x_m=np.zeros(sites), y_m=np.zeros(sites), side_m=np.zeros(sites)))
    none = pd.DataFrame()
    return City(
        name="sites", title="", stock="", districts=none, cells=cells, sites=none, stations=none, outlines=None,
        synthetic=(), sources=(),
    )  # fmt: skip
