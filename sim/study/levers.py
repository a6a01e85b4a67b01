"""Levers side by side: the same money spent on other kinds of charge points, and the same weeks lived through."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from sim.city.city import City
from sim.city.parking import parking_pressure
from sim.city.sites import Sites
from sim.planning.plan import Plan
from sim.planning.planner import evaluate, find_plan, no_plan
from sim.planning.problem import Problem
from sim.scoring.interval import mean_interval, paired_difference
from sim.scoring.service import verdict_by_demand
from sim.study.phases import city_by
from sim.study.quarter import Quarter
from sim.study.replicate import Experiment, replicate

AS_IS = "as_is"
"""Name of the row of the quarter as it is."""

COLUMNS = (
    "lever", "technologies", "points", "bays_lost", "capex_eur", "promise_kwh", "verdict_kwh", "served_share",
    "served_low", "served_high", "difference", "difference_low", "difference_high", "eur_per_kwh_week", "gap",
)  # fmt: skip


def compare_levers(
    city: City,
    quarter: Quarter,
    problem: Problem,
    *,
    year: int,
    experiment: Experiment,
    progress: Callable[[str], None],
    done: Callable[[], None],
) -> pd.DataFrame:
    """One row for the city as it is and one a lever; columns as `StudyResult.levers`. Empty where none is named.

    problem    : of the study; each lever may build its own technologies with the same money, rules and sites
    year       : phase that is judged
    experiment : demand of that phase and engine; draws are those of the verdict, on which nothing is chosen
    """
    if not quarter.levers:
        return pd.DataFrame(columns=list(COLUMNS))
    plans = {AS_IS: evaluate(problem, no_plan(problem))}
    for lever, names in quarter.levers.items():
        progress(f"lever {lever}: planning")
        settings = dataclasses.replace(problem.settings, technologies=names)
        plans[lever] = find_plan(dataclasses.replace(problem, settings=settings))
    progress("levers: simulating")
    cities = [
        city_by(
            city, plan.table, year, technologies=experiment.technologies,
            connection_share=experiment.operation.connection_share,
        )
        for plan in plans.values()
    ]  # fmt: skip
    weeks = replicate(
        cities, experiment, stage="verdict", numbers=range(quarter.replications), measure=verdict_by_demand, done=done
    )
    served = {
        name: np.array([float(week["energy_kwh"].sum()) for week in column])
        for name, column in zip(plans, weeks, strict=True)
    }
    need_kwh = float(problem.need.loc[problem.need["phase"] == year, "energy_kwh"].sum())
    return levers_table(plans, served, quarter.levers, need_kwh=need_kwh, year=year)


def levers_table(
    plans: Mapping[str, Plan],
    served_kwh: Mapping[str, np.ndarray],
    levers: Mapping[str, Sequence[str]],
    *,
    need_kwh: float,
    year: int,
) -> pd.DataFrame:
    """The table, from plans and the energy that each serves in the same weeks. [kWh/week by replication]

    Differences are against the first lever, paired by replication, those of the city as it is as well. Shares
    are of the energy that is expected to be wanted.
    """
    base = next(iter(levers))
    rows = []
    for name, plan in plans.items():
        table = plan.table[plan.table["phase"] <= year]
        promise = plan.promise.loc[plan.promise["phase"] == year, "energy_kwh"].sum()
        share = served_kwh[name] / need_kwh
        level = mean_interval(share[:, None])
        change = paired_difference(served_kwh[base][:, None] / need_kwh, share[:, None])
        gained = float(served_kwh[name].mean() - served_kwh[AS_IS].mean())
        capex_eur = float(table["capex_eur"].sum())
        rows.append(
            (
                name, " ".join(levers.get(name, ())), int(table["points_added"].sum()), float(table["bays_lost"].sum()),
                capex_eur, float(promise), float(served_kwh[name].mean()), level.mean[0], level.low[0], level.high[0],
                change.mean[0], change.low[0], change.high[0], capex_eur / gained if gained > 0 else np.nan,
                plan.certificate.gap if np.isfinite(plan.certificate.gap) else np.nan,
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def parking_table(city: City, whole: City, sites: Sites) -> pd.DataFrame:
    """Parking pressure of every cell; columns as `StudyResult.parking`.

    whole : the city that a quarter is cut out of; who lives just outside looks for a bay inside as well
    """
    pressure = parking_pressure(whole.cells, city.cells, settings=sites)
    return city.cells[["district_id", "x_m", "y_m", "side_m"]].join(pressure).reset_index()
