"""Stages and pilots of a study: what a run works out of them where it is asked to."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import pandas as pd

from sim.city.city import City, with_plan
from sim.demand.expected import ExpectedDemand, expected_demand
from sim.demand.vocabulary import PATHS
from sim.planning.planner import propose
from sim.planning.problem import Problem
from sim.study.learning import Learnt, learn
from sim.study.need import DemandPoints, demand_points
from sim.study.regret import regret_in_model, regret_simulated
from sim.study.replicate import Experiment
from sim.study.signals import find_triggers
from sim.study.staging import WORKS_OUT, stage, stages_table
from sim.study.study import Study

NOTHING, MODEL, SIMULATED = WORKS_OUT


class Stages(NamedTuple):
    """Tables as of `StudyResult`; without rows where nothing is worked out."""

    pilots: pd.DataFrame
    stages: pd.DataFrame
    triggers: pd.DataFrame
    regret: pd.DataFrame


@dataclass(frozen=True)
class Pilot:
    """Stations that were built and counted.

    counts : COUNTS
    year   : in which was counted
    built  : PLAN of the first phase, which stands already; None = only the stock of the city stands
    """

    counts: pd.DataFrame
    year: int
    built: pd.DataFrame | None = None


def learn_from(
    pilot: Pilot,
    study: Study,
    city: City,
    experiment: Experiment,
    *,
    progress: Callable[[str], None],
    done: Callable[[], None],
) -> Learnt:
    """What the counts of a pilot say about the demand of the study."""
    built = city
    if pilot.built is not None:
        built = with_plan(
            city, pilot.built, technologies=study.technology, connection_share=study.operation.connection_share
        )
    expected = expected_demand(city, study.demand, year=pilot.year, path=study.path)
    return learn(
        built, pilot.counts, dataclasses.replace(experiment, expected=expected), learning=study.learning,
        progress=progress, done=done,
    )  # fmt: skip


def work_out_stages(
    study: Study,
    city: City,
    *,
    problem: Problem,
    experiment: Experiment,
    learnt: Learnt,
    progress: Callable[[str], None],
) -> Stages:
    """Pilot, triggers, roll-outs and regret over all paths of uptake, as far as the settings ask for them.

    problem    : the one of the study's own path, with all corrections; only demand differs on the others
    experiment : how to simulate; its demand is replaced
    """
    staging = study.staging
    if staging.works_out == NOTHING:
        return Stages(*(pd.DataFrame() for _ in Stages._fields))

    @cache
    def demand(path: str, year: int) -> ExpectedDemand:
        return learnt.applied(expected_demand(city, study.demand, year=year, path=path), city)

    def experiment_of(path: str, year: int) -> Experiment:
        return dataclasses.replace(experiment, expected=demand(path, year))

    def problem_of(path: str) -> Problem:
        by_phase = {phase: demand(path, phase) for phase in study.phases}
        points = demand_points(city, by_phase, behaviour=study.behaviour, reach=study.reach)
        return dataclasses.replace(problem, need=points.need, arcs=points.arcs)

    problems = {path: problem if path == study.path else problem_of(path) for path in PATHS}
    staged = stage(problems, staging, progress=progress)
    triggers = find_triggers(
        city, staged, phases=study.phases, experiment_of=experiment_of, staging=staging, progress=progress
    )
    regret = [regret_in_model(problems, staged, taken_for=triggers.taken_for)]
    if staging.works_out == SIMULATED:
        regret.append(
            regret_simulated(
                city, problems, staged, experiment_of=experiment_of, replications=staging.replications,
                progress=progress,
            )
        )  # fmt: skip
    return Stages(staged.pilots, stages_table(staged), triggers.table, pd.concat(regret, ignore_index=True))


def settled_by(pilot: Pilot | None, study: Study) -> dict[int, pd.DataFrame]:
    """What is built already, as `Problem.settled`."""
    return {} if pilot is None or pilot.built is None else {study.phases[0]: pilot.built}


def replanned_table(city: City, *, problem: Problem, model: DemandPoints) -> pd.DataFrame:
    """Points by district that the same planner builds for the demand of the model and for the one that was learnt.

    problem : of the demand that was learnt
    model   : demand of the model
    Columns: district_id, points_model, points_learnt, change [points]
    """
    before = dataclasses.replace(problem, need=model.need, arcs=model.arcs)
    tables = {name: propose(p).table for name, p in (("model", before), ("learnt", problem))}
    points = pd.DataFrame(
        {
            f"points_{name}": table.groupby("district_id")["points_added"].sum().reindex(city.districts.index)
            for name, table in tables.items()
        }
    )
    points = points.fillna(0).astype("int64").rename_axis("district_id").reset_index()
    return points.assign(change=points["points_learnt"] - points["points_model"])
