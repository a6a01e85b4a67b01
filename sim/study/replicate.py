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
from typing import TypeVar

import numpy as np

from sim.city.city import City
from sim.city.technology import Technology
from sim.demand.behaviour import Behaviour
from sim.demand.choice import rank_stations
from sim.demand.draw import draw_requests
from sim.demand.expected import ExpectedDemand
from sim.demand.requests import Requests
from sim.demand.settings import Demand
from sim.scoring.run import Run, Survey, survey_city
from sim.simulation.conditions import draw_conditions
from sim.simulation.operation import Operation
from sim.simulation.run import Simulation, simulate
from sim.simulation.twin import check_twin
from sim.simulation.undelivered import undelivered


@dataclass(frozen=True)
class Experiment:
    """All that a replication needs besides a city and its number.

    twin : an engine that must give the same sessions as that of the simulation; None = there is none
    """

    expected: ExpectedDemand
    demand: Demand
    behaviour: Behaviour
    technologies: Mapping[str, Technology]
    operation: Operation
    simulation: Simulation
    seed: int
    twin: str | None = None


Measured = TypeVar("Measured")
"""What is kept of one replication: the requests and sessions themselves stay in the worker."""


def replicate(
    cities: Sequence[City],
    experiment: Experiment,
    *,
    stage: str,
    numbers: Sequence[int],
    measure: Callable[[Run], Measured],
    done: Callable[[], None],
) -> list[list[Measured]]:
    """Let each city live through the same drawn weeks; one list per city, one entry per replication.

    stage   : "search" or "verdict"; each has draws of its own
    numbers : of the replications; what each gives depends on its number, not on the others
    measure : what to keep of a replication
    done    : called whenever a replication is finished
    """
    surveys = [survey_for(city, experiment) for city in cities]
    rows = []
    for row in _side_by_side(surveys, experiment, stage, numbers, measure):
        rows.append(row)
        done()
    return [list(column) for column in zip(*rows, strict=True)]


def survey_for(city: City, experiment: Experiment) -> Survey:
    """What is the same in every replication of a city."""
    e = experiment
    return survey_city(
        dataclasses.replace(city, outlines=None),  # polygons are no use to a worker
        e.simulation.horizon,
        technologies=e.technologies,
        walk_detour_factor=e.behaviour.walk_detour_factor,
        ev_without_private_parking=e.expected.districts["bev_no_parking"],
    )


def _side_by_side(
    surveys: list[Survey],
    experiment: Experiment,
    stage: str,
    numbers: Sequence[int],
    measure: Callable[[Run], Measured],
) -> Iterable[list[Measured]]:
    workers = min(experiment.simulation.workers or os.cpu_count() or 1, len(numbers))
    if workers == 1:
        return (_replication(surveys, experiment, stage, number, measure) for number in numbers)
    from joblib import Parallel, delayed

    tasks = (delayed(_replication)(surveys, experiment, stage, number, measure) for number in numbers)
    in_order: Iterable[list[Measured]] = Parallel(n_jobs=workers, return_as="generator")(tasks)
    return in_order


def _replication(
    surveys: list[Survey], experiment: Experiment, stage: str, number: int, measure: Callable[[Run], Measured]
) -> list[Measured]:
    requests = draw_week(surveys[0].city, experiment, stage=stage, number=number)
    measured = []
    for which, survey in enumerate(surveys, start=1):
        where = f"{stage}, replication {number}, city {which} of {len(surveys)}"
        measured.append(measure(live_week(requests, survey, experiment, stage=stage, number=number, where=where)))
    return measured


def draw_week(city: City, experiment: Experiment, *, stage: str, number: int) -> Requests:
    """The requests of one replication: the same whatever is built in the city."""
    e = experiment
    return draw_requests(
        city, e.expected, e.demand, e.behaviour, horizon=e.simulation.horizon, seed=e.seed, stage=stage,
        replication=number, technologies=e.technologies,
    )  # fmt: skip


def live_week(
    requests: Requests, survey: Survey, experiment: Experiment, *, stage: str, number: int, where: str
) -> Run:
    """Let a city serve the requests of one replication.

    stage, number : those the requests were drawn for; outages and the like are drawn with them
    where         : which week it is, should a second engine disagree
    """
    e, stations = experiment, survey.city.stations
    ranked = rank_stations(requests, stations, e.technologies, e.behaviour, horizon=e.simulation.horizon)
    conditions = draw_conditions(
        survey.city, requests, ranked, technologies=e.technologies, operation=e.operation,
        horizon=e.simulation.horizon, seed=e.seed, stage=stage, replication=number,
    )  # fmt: skip
    workload, sessions = simulate(
        requests, ranked, stations=stations, demand=e.demand, behaviour=e.behaviour, simulation=e.simulation,
        technologies=e.technologies, conditions=conditions,
    )  # fmt: skip
    if e.twin is not None:
        check_twin(workload, sessions, e.twin, where=where)
    used = np.arange(len(requests)), sessions.choice.astype(np.intp)
    way_m = np.where(np.isnan(sessions.start_min), np.nan, ranked.way_m[used])
    return Run(
        survey, requests, ranked.choices, sessions, way_m,
        undelivered=undelivered(workload, sessions), outages=conditions.outages,
    )  # fmt: skip
