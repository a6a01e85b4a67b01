"""Replications: the same weeks, drawn once, lived through by one or several cities.

Every replication draws its own requests and lets each city serve them, so that cities are compared on common random
numbers. Replications run side by side in worker processes; what comes back depends on the seed only, never on the
number of workers or their order.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.city import City
from sim.city.technology import Technology
from sim.demand.behaviour import Behaviour
from sim.demand.choice import rank_stations
from sim.demand.expected import ExpectedDemand
from sim.demand.requests import USE_CASES, draw_requests
from sim.demand.settings import Demand
from sim.scoring.kpi import Run, score
from sim.simulation.run import Simulation, simulate
from sim.simulation.sessions import Outcome


@dataclass(frozen=True)
class Experiment:
    """All that a replication needs besides a city and its number."""

    expected: ExpectedDemand
    demand: Demand
    behaviour: Behaviour
    technologies: Mapping[str, Technology]
    simulation: Simulation
    seed: int


@dataclass(frozen=True)
class Outcomes:
    """What one replication gave for one city.

    scores   : kpi, scope, id, value
    served   : use_case, district_id, requests [1/week], energy_kwh [kWh/week], of requests of the measured days
    lost_kwh : by cell, energy of lost requests [kWh/day]
    """

    scores: pd.DataFrame
    served: pd.DataFrame
    lost_kwh: NDArray[np.float64]


def replicate(
    cities: Sequence[City], experiment: Experiment, *, stage: str, replications: int, done: Callable[[], None]
) -> list[list[Outcomes]]:
    """Let each city live through the same drawn weeks; one list per city, one entry per replication.

    stage : "search" or "verdict"; each has draws of its own
    done  : called whenever a replication is finished
    """
    from joblib import Parallel, delayed

    light = [dataclasses.replace(city, outlines=None) for city in cities]  # polygons are no use to a worker
    workers = experiment.simulation.workers or os.cpu_count() or 1
    tasks = (delayed(_replication)(light, experiment, stage, number) for number in range(replications))
    rows = []
    for row in Parallel(n_jobs=min(workers, replications), return_as="generator")(tasks):
        rows.append(row)
        done()
    return [list(column) for column in zip(*rows, strict=True)]


def _replication(cities: list[City], experiment: Experiment, stage: str, number: int) -> list[Outcomes]:
    e = experiment
    requests = draw_requests(
        cities[0], e.expected, e.demand, e.behaviour, horizon=e.simulation.horizon, seed=e.seed, stage=stage,
        replication=number,
    )  # fmt: skip
    outcomes = []
    for city in cities:
        ranked = rank_stations(requests, city.stations, e.technologies, e.behaviour)
        sessions = simulate(requests, ranked, city.stations, e.technologies, e.behaviour, e.simulation)
        run = Run(city, requests, ranked, sessions, e.simulation.horizon)
        outcomes.append(Outcomes(score(run), served(run), lost_kwh_by_cell(run)))
    return outcomes


def served(run: Run) -> pd.DataFrame:
    """Requests and energy served a week, by use case and district of the demand."""
    r, s, horizon = run.requests, run.sessions, run.horizon
    measured = (r.arrival_min >= horizon.start_min) & (r.arrival_min < horizon.end_min)
    mine = measured & (s.outcome <= Outcome.CUT_SHORT)
    frame = pd.DataFrame(
        {
            "use_case": np.array(USE_CASES)[r.use_case[mine]],
            "district_id": run.city.cells["district_id"].to_numpy()[r.cell[mine]],
            "requests": 1.0,
            "energy_kwh": s.energy_kwh[mine],
        }
    )
    table = frame.groupby(["use_case", "district_id"])[["requests", "energy_kwh"]].sum() / horizon.weeks
    every = pd.MultiIndex.from_product([USE_CASES, run.city.districts.index], names=table.index.names)
    return table.reindex(every, fill_value=0.0).reset_index()


def lost_kwh_by_cell(run: Run) -> NDArray[np.float64]:
    """Energy wanted by drivers who were lost, by cell. [kWh/day]"""
    r, horizon = run.requests, run.horizon
    measured = (r.arrival_min >= horizon.start_min) & (r.arrival_min < horizon.end_min)
    lost = measured & (run.sessions.outcome > Outcome.CUT_SHORT)
    cells = len(run.city.cells)
    return np.bincount(r.cell[lost], weights=r.need_kwh[lost], minlength=cells) / horizon.days
