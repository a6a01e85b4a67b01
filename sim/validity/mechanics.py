"""V7 to V9: the week of many points, what must hold to the last bit, and the charging curve."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clock import MIN_PER_H, Horizon
from sim.demand.choice import Ranked
from sim.demand.expected import ExpectedDemand
from sim.demand.requests import USE_CASES, VEHICLES, Requests
from sim.demand.vocabulary import PARKED_USE_CASES
from sim.scoring.grid import mean_in_bins
from sim.simulation.run import simulate
from sim.simulation.sessions import Outcome, Sessions
from sim.simulation.workload import Workload, make_workload
from sim.validity import theory
from sim.validity.case import CASES, NONE, Bench, Finding, Row, within
from sim.validity.sites import expected_at_sites, sessions_at_sites
from sim.validity.station import REPLICATIONS, Coverage, coverage

WEEK = Horizon(warm_up_days=2, days=7)  # stays are cut at two days, so the measured week is that of an endless run
PLENTY = 10_000  # points, more than ever taken
PER_DAY = 200.0  # requests of each use case
HOURS = {"Tuesday 10 to 11 h": 34, "Thursday 19 to 20 h": 91, "Saturday 13 to 14 h": 133}


@CASES.register(ids=("V7",), title="Our own hours and stays at points that never run out: M(t)/G/∞")
def infinite_points(bench: Bench) -> Finding:
    """Cars plugged in by hour of the week against the integral of arrivals and stays."""
    rows = []
    for (use_case, when), found in week_coverage(bench).items():
        rows.append(found.row("V7", f"{use_case}, {when}: cars plugged in", "cars"))
    return Finding(rows)


def week_coverage(bench: Bench) -> dict[tuple[str, str], Coverage]:
    """Coverage of the exact mean of the week and of three hours, by use case in which cars park."""
    parked = [USE_CASES.index(use_case) for use_case in PARKED_USE_CASES]
    expected = expected_at_sites(bench.study.demand, np.eye(len(USE_CASES))[parked] * PER_DAY)
    exact = expected.load_profile[parked] * PER_DAY  # site k is that of parked use case k
    weeks = np.array([[_week(bench, expected, seed, r) for r in range(REPLICATIONS)] for seed in bench.seeds])
    found = {}
    for site, use_case in enumerate(PARKED_USE_CASES):
        found[use_case, "mean of the week"] = coverage(exact[site].mean(), list(weeks[:, :, site].mean(axis=2)))
        for when, hour in HOURS.items():
            found[use_case, when] = coverage(exact[site, hour], list(weeks[:, :, site, hour]))
    return found


def _week(bench: Bench, expected: ExpectedDemand, seed: int, replication: int) -> NDArray[np.float64]:
    """Cars plugged in by site and hour of the week, one replication."""
    requests, sessions = sessions_at_sites(
        bench, expected, points=PLENTY, horizon=WEEK, seed=seed, replication=replication
    )  # fmt: skip
    return mean_in_bins(
        sessions.start_min, sessions.end_min, np.ones(len(requests)), requests.cell.astype(np.intp),
        len(PARKED_USE_CASES), horizon=WEEK, bin_min=MIN_PER_H,
    )  # fmt: skip


@CASES.register(ids=("V8",), title="Little's law and conservation, to the last bit")
def conservation(bench: Bench) -> Finding:
    """Identities that hold for every sample path, so every seed must keep them without tolerance."""
    wrong = np.array([list(broken_identities(bench, seed).values()) for seed in bench.seeds])
    names = broken_identities(bench, bench.seeds[0]).keys()
    return Finding(
        [
            Row(
                id="V8", what=name, source="identity", target=0.0, ours=worst, low=NONE, high=NONE, unit=unit,
                tolerance="exact in all seeds", verdict="pass" if worst == 0 else "fail",
                note=f"{(values == 0).sum()} of {len(values)} exact",
            )
            for (name, unit), values in zip(names, wrong.T, strict=True)
            for worst in [float(np.abs(values).max())]
        ]
    )  # fmt: skip


def broken_identities(bench: Bench, seed: int) -> dict[tuple[str, str], float]:
    """By how much each identity is broken, by (words, unit): three points of a site with a power limit, a short queue
    and impatient drivers."""
    rng, n = np.random.default_rng(seed), 2_000
    w = make_workload(
        arrival_min=np.cumsum(rng.exponential(6, n)), choices=np.zeros(n, int), energy_kwh=rng.exponential(20, n),
        power_kw=60.0, points=[3], patience_min=rng.exponential(15, n), balk_at=5, longest_min=90.0,
        site=[0], limit_kw=[120.0],
    )  # fmt: skip
    s = bench.run(w)
    plugged, lost = ~np.isnan(s.start_min), np.isin(s.outcome, (Outcome.BALKED, Outcome.RENEGED))
    ended = np.sort(s.end_min[plugged])
    taken = np.arange(1, plugged.sum() + 1) - np.searchsorted(ended, np.sort(s.start_min[plugged]), "right")
    return {
        ("drivers queueing over time less sum of waits", "min"): _queue_area_min(w, s) - float(s.wait_min.sum()),
        ("requests less plugged in, balked and reneged", "requests"): float(n - plugged.sum() - lost.sum()),
        ("plugged in beyond the points", "cars"): max(0.0, float(taken.max()) - 3),
        ("energy of full cars less energy they wanted", "kWh"): _full_error_kwh(w, s),
        ("energy beyond the limit of the site", "kWh"): max(
            0.0, float(s.energy_kwh.sum() - 120.0 / 60 * (ended.max() - s.start_min[plugged].min()))
        ),
    }


def _queue_area_min(w: Workload, s: Sessions) -> float:
    """Area under the number of drivers queueing, counted from outside. [driver-minutes]"""
    joins = w.arrival_min[s.wait_min > 0]
    leaves = np.sort((w.arrival_min + s.wait_min)[s.wait_min > 0])
    moments = np.sort(np.concatenate([joins, leaves]))
    queueing = np.searchsorted(joins, moments, "right") - np.searchsorted(leaves, moments, "right")
    return float((queueing[:-1] * np.diff(moments)).sum())


def _full_error_kwh(w: Workload, s: Sessions) -> float:
    full = ~np.isnan(s.full_min)
    return float(np.abs(s.energy_kwh[full] - w.energy_kwh[full, 0]).max())


@CASES.register(ids=("V9",), title="The charging curve")
def charging_curve(bench: Bench) -> Finding:
    """10 to 80 % of a 63 kWh car with 100 kW peak, energy counted at the battery, through the engine."""
    study = bench.study
    fleet = dataclasses.replace(study.demand.fleet, dc_efficiency=1.0)
    demand = dataclasses.replace(study.demand, fleet=fleet)
    exact = theory.charging_min(list(fleet.dc_curve), battery_kwh=63.0, peak_kw=100.0, start=0.1, end=0.8)
    car = dict(
        arrival_min=0.0, use_case=USE_CASES.index("hub"), cell=0, x_m=0.0, y_m=0.0, vehicle=VEHICLES.index("medium"),
        battery_kwh=63.0, soc_arrival=0.1, soc_target=0.8, need_kwh=63.0 * 0.7, ac_kw=11.0, dc_kw=100.0,
        stay_min=np.inf, idle_min=5.0, patience_min=15.0, reach_m=4000.0,
    )  # fmt: skip
    requests = Requests(**{name: np.array([value]) for name, value in car.items()})
    here = Ranked(np.zeros((1, 1), np.int32), np.zeros((1, 1)), np.zeros((1, 1)))
    stations = pd.DataFrame(dict(points=[1], power_kw=[1000.0]))
    _, sessions = simulate(
        requests, here, stations=stations, demand=demand, behaviour=study.behaviour, simulation=bench.simulation
    )
    ours = float(sessions.full_min[0] - sessions.start_min[0])
    return Finding(
        [
            Row(
                id="V9", what="10 to 80 % of 63 kWh at 100 kW peak: time to full", source="exact", target=exact,
                ours=ours, low=NONE, high=NONE, unit="min", tolerance="± 0.01 min",
                verdict=within(exact, ours, 0.01), note="closed-form integral of the curve; through the engine",
            )
        ]
    )  # fmt: skip
