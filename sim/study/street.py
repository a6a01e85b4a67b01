"""The street: what the simulation says of plans, on the draws of the search.

The weeks are drawn once and every plan lives through the same ones, so that plans are compared on common random
numbers. What a phase's stations gave is remembered by those stations: no plan is simulated twice, and a plan that
differs from another in its last phase only costs the simulation of that phase.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.city import City
from sim.demand.requests import Requests
from sim.planning.bays import bays_worth
from sim.planning.cost import present_value_eur, upgrades_of
from sim.planning.network import build_network
from sim.planning.objectives import OBJECTIVES
from sim.planning.phases import phase_weights
from sim.planning.problem import Problem
from sim.planning.promise import reach_of, value_of
from sim.scoring.run import Run
from sim.scoring.service import verdict_by_demand
from sim.study.clues import Clues, mean_clues, read_clues
from sim.study.need import CLASS_OF
from sim.study.phases import built_by, city_by
from sim.study.replicate import Experiment, draw_week, live_week, survey_for

PAIR = ["class_name", "district_id"]
PART = ["phase", *PAIR]
UNITS = ["requests", "energy_kwh"]
CLUES_KEPT = 3  # plans
CLUES_FROM = 2  # replications

Measured = TypeVar("Measured")
Stations = tuple[tuple[str, str, int], ...]
"""What a plan has added by a phase: site, technology, points; in order."""


@dataclass(frozen=True)
class Lived:
    """What a plan gives on the street.

    served     : mean over replications: phase, class_name, district_id, requests [1/week], energy_kwh [kWh/week]
    served_kwh : by replication, the whole city in the mean week of all phases [kWh/week]
    value      : by replication, the planner's objective with the service that was simulated
    """

    served: pd.DataFrame
    served_kwh: NDArray[np.float64]
    value: NDArray[np.float64]


@dataclass(eq=False)
class Street:
    """The city's weeks of every phase, drawn once, and what plans made of them.

    problem     : without corrections; it values what is served
    experiments : by phase
    done        : called whenever a replication of a phase is finished
    stage       : "search" or "verdict"; each has draws of its own
    simulated   : weeks lived through so far
    """

    city: City
    problem: Problem
    experiments: Mapping[int, Experiment]
    done: Callable[[], None]
    stage: str = "search"
    weeks: dict[tuple[int, int], Requests] = field(default_factory=dict)
    memory: dict[tuple[int, Stations], list[pd.DataFrame]] = field(default_factory=dict)
    shown: dict[tuple[int, Stations], tuple[Clues, pd.DataFrame]] = field(default_factory=dict)
    simulated: int = 0

    def __post_init__(self) -> None:
        self.network = build_network(self.problem)
        self.reach = reach_of(self.problem, self.network)
        weights = phase_weights(self.problem.phases, self.problem.settings)
        self.weight_of = pd.Series(weights, index=list(self.problem.phases))

    @property
    def replications(self) -> int:
        """Weeks of each phase."""
        return self.experiments[self.problem.phases[0]].simulation.search_replications

    def live(self, table: pd.DataFrame) -> Lived:
        """Let the city with a plan (PLAN) live through all weeks of all phases."""
        keys = [(phase, stations_by(table, phase)) for phase in self.problem.phases]
        new = [key for key in keys if key not in self.memory]
        self._simulate(table, new)
        horizons = [
            pd.concat(parts, ignore_index=True) for parts in zip(*(self.memory[key] for key in keys), strict=True)
        ]
        cost_eur = present_value_eur(self.problem, table, upgrades_of(self.problem, table))
        lost_bays = bays_worth(self.problem, table)
        return Lived(
            served=pd.concat(horizons).groupby(PART, as_index=False)[UNITS].mean(),
            served_kwh=np.array([self.mean_week(served)["energy_kwh"] for served in horizons]),
            value=np.array([value_of(self.problem, served, cost_eur, self.reach, lost_bays) for served in horizons]),
        )

    def clues(self, table: pd.DataFrame) -> tuple[dict[int, Clues], dict[int, pd.DataFrame]]:
        """What the weeks of a plan showed, by phase, and the stations that stood."""
        keys = [(phase, stations_by(table, phase)) for phase in self.problem.phases]
        for key in keys:
            if key in self.shown:
                self.shown[key] = self.shown.pop(key)  # what is asked for is not forgotten next
        self._simulate(table, [key for key in keys if key not in self.shown])
        return {key[0]: self.shown[key][0] for key in keys}, {key[0]: self.shown[key][1] for key in keys}

    def _simulate(self, table: pd.DataFrame, keys: Sequence[tuple[int, Stations]]) -> None:
        """Simulate phases of a plan and remember what was served; clues only of the last few plans, being large."""

        def judge(run: Run, number: int) -> tuple[pd.DataFrame, Clues | None]:
            return verdict_by_demand(run), read_clues(run) if number < CLUES_FROM else None

        found = self.measure(table, [phase for phase, _ in keys], judge)
        for key in keys:
            phase, weeks = key[0], found[key[0]]
            self.memory[key] = [by_class(served).assign(phase=phase) for served, _ in weeks]
            self.shown[key] = mean_clues([clues for _, clues in weeks if clues]), self._standing(table, phase).stations
        while len(self.shown) > CLUES_KEPT * len(self.problem.phases):
            self.shown.pop(next(iter(self.shown)))

    def short(self, lived: Lived) -> dict[int, set[str]]:
        """Districts below the equity floor, by phase; none where there is no floor."""
        settings = self.problem.settings
        floor = settings.equity_floor if "equity_floor" in settings.rules else 0.0
        served = lived.served.assign(worth=OBJECTIVES[settings.objective](lived.served))
        worth = served.groupby(["district_id", "phase"])["worth"].sum()
        below: dict[int, set[str]] = {phase: set() for phase in self.problem.phases}
        for (district, phase), reach in self.reach.items():
            if float(worth.get((district, phase), 0.0)) * self.weight_of[phase] < floor * reach:
                below[phase].add(district)
        return below

    def _standing(self, table: pd.DataFrame, phase: int) -> City:
        e = self.experiments[phase]
        share = e.operation.connection_share
        return city_by(self.city, table, phase, technologies=e.technologies, connection_share=share)

    def knows(self, table: pd.DataFrame) -> bool:
        """The stations of this plan were simulated before, in every phase."""
        return all((phase, stations_by(table, phase)) in self.memory for phase in self.problem.phases)

    def mean_week(self, served: pd.DataFrame) -> pd.Series:
        """Service by phase as one week, phases weighted as in the objective: requests, energy_kwh."""
        return served.groupby("phase")[UNITS].sum().mul(self.weight_of, axis=0).sum()

    def measure(
        self, table: pd.DataFrame, phases: Sequence[int], measure: Callable[[Run, int], Measured]
    ) -> dict[int, list[Measured]]:
        """What a plan's weeks give by some measure, by phase, one entry a replication; nothing is remembered.

        Weeks run side by side in threads, which share the drawn requests; most of a week is spent in numpy, which lets
        other threads run.
        """
        tasks = [(phase, number) for phase in phases for number in range(self.replications)]
        for task in tasks:
            if task not in self.weeks:
                phase, number = task
                self.weeks[task] = draw_week(self.city, self.experiments[phase], stage=self.stage, number=number)
        surveys = {phase: survey_for(self._standing(table, phase), self.experiments[phase]) for phase in phases}

        def one(task: tuple[int, int]) -> Measured:
            phase, number = task
            where = f"{self.stage}, phase {phase}, replication {number}"
            run = live_week(
                self.weeks[task], surveys[phase], self.experiments[phase], stage=self.stage, number=number, where=where
            )
            measured = measure(run, number)
            self.done()
            return measured

        self.simulated += len(tasks)
        workers = self._workers(len(tasks))
        if workers <= 1:
            results = [one(task) for task in tasks]
        else:
            with ThreadPoolExecutor(workers) as pool:
                results = list(pool.map(one, tasks))
        return {
            phase: [result for task, result in zip(tasks, results, strict=True) if task[0] == phase] for phase in phases
        }

    def _workers(self, tasks: int) -> int:
        wanted = self.experiments[self.problem.phases[0]].simulation.workers
        return min(wanted or os.cpu_count() or 1, tasks)


def stations_by(table: pd.DataFrame, phase: int) -> Stations:
    """All that a plan (PLAN) has added by a phase, whatever the order of its rows."""
    added = built_by(table, phase).groupby(["site_id", "technology"])["points_added"].sum()
    return tuple((str(site), str(technology), int(points)) for (site, technology), points in added.items())


def by_class(served: pd.DataFrame) -> pd.DataFrame:
    """Service by use case and district, gathered by demand class."""
    return served.assign(class_name=served["use_case"].map(CLASS_OF)).groupby(PAIR, as_index=False)[UNITS].sum()
