"""Replications: the same weeks, drawn once, lived through by one or several cities.

Every replication draws its own requests and lets each city serve them, so that cities are compared on common random
numbers. Replications run side by side in worker processes; what comes back depends on the seed only, never on the
number of workers or their order.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.city import City
from sim.city.technology import Technology
from sim.demand.behaviour import Behaviour
from sim.demand.choice import rank_stations
from sim.demand.draw import draw_requests
from sim.demand.expected import ExpectedDemand
from sim.demand.settings import Demand
from sim.scoring.run import Run, Survey, survey_city
from sim.scoring.scorecard import score
from sim.scoring.service import lost_kwh_by_cell, verdict_by_demand
from sim.simulation.run import Simulation, simulate


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

    scores   : kpi, scope, id, value; empty where only service was asked for
    served   : use_case, district_id, requests [1/week], energy_kwh [kWh/week]
    lost_kwh : by cell, energy wanted by requests that were lost [kWh/week]
    """

    scores: pd.DataFrame
    served: pd.DataFrame
    lost_kwh: NDArray[np.float64]


Measure = Callable[[Run], Outcomes]


def service_only(run: Run) -> Outcomes:
    """What the search for a plan asks of a replication."""
    return Outcomes(pd.DataFrame(), verdict_by_demand(run), lost_kwh_by_cell(run))


def every_kpi(run: Run) -> Outcomes:
    """What the verdict asks of a replication."""
    return Outcomes(score(run), verdict_by_demand(run), lost_kwh_by_cell(run))


def replicate(
    cities: Sequence[City],
    experiment: Experiment,
    *,
    stage: str,
    replications: int,
    measure: Measure,
    done: Callable[[], None],
) -> list[list[Outcomes]]:
    """Let each city live through the same drawn weeks; one list per city, one entry per replication.

    stage : "search" or "verdict"; each has draws of its own
    done  : called whenever a replication is finished
    """
    e = experiment
    without_parking = e.expected.districts["bev_no_parking"]
    surveys = [
        survey_city(
            dataclasses.replace(city, outlines=None),  # polygons are no use to a worker
            e.simulation.horizon,
            technologies=e.technologies,
            walk_detour_factor=e.behaviour.walk_detour_factor,
            ev_without_private_parking=without_parking,
        )
        for city in cities
    ]
    rows = []
    for row in _side_by_side(surveys, experiment, stage, range(replications), measure):
        rows.append(row)
        done()
    return [list(column) for column in zip(*rows, strict=True)]


def _side_by_side(
    surveys: list[Survey], experiment: Experiment, stage: str, numbers: range, measure: Measure
) -> Iterable[list[Outcomes]]:
    workers = min(experiment.simulation.workers or os.cpu_count() or 1, len(numbers))
    if workers == 1:
        return (_replication(surveys, experiment, stage, number, measure) for number in numbers)
    from joblib import Parallel, delayed

    tasks = (delayed(_replication)(surveys, experiment, stage, number, measure) for number in numbers)
    in_order: Iterable[list[Outcomes]] = Parallel(n_jobs=workers, return_as="generator")(tasks)
    return in_order


def _replication(
    surveys: list[Survey], experiment: Experiment, stage: str, number: int, measure: Measure
) -> list[Outcomes]:
    e = experiment
    requests = draw_requests(
        surveys[0].city, e.expected, e.demand, e.behaviour, horizon=e.simulation.horizon, seed=e.seed, stage=stage,
        replication=number,
    )  # fmt: skip
    outcomes = []
    for survey in surveys:
        stations = survey.city.stations
        ranked = rank_stations(requests, stations, e.technologies, e.behaviour)
        _, sessions = simulate(
            requests, ranked, stations=stations, demand=e.demand, behaviour=e.behaviour, simulation=e.simulation
        )
        used = np.arange(len(requests)), sessions.choice.astype(np.intp)
        way_m = np.where(np.isnan(sessions.start_min), np.nan, ranked.way_m[used])
        outcomes.append(measure(Run(survey, requests, ranked.choices, sessions, way_m)))
    return outcomes
