"""What is counted before each later phase, and the thresholds that tell which path the uptake takes.

The stations that stand when it is decided, and the demand that each path would bring by then, are simulated: sessions
are counted at stations, so full ones hide part of what is asked for.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.city.city import City
from sim.planning.plan import Plan
from sim.registry import Registry
from sim.scoring.service import verdict_by_demand
from sim.study.need import DAYS_PER_WEEK
from sim.study.phases import city_by
from sim.study.replicate import Experiment, replicate
from sim.study.staging import Staged, Staging
from sim.study.triggers import by_uptake, taken_for, threshold_between

ANY = "any"
ExperimentOf = Callable[[str, int], Experiment]
"""How the city is simulated on a path of uptake in a year."""


@dataclass(frozen=True)
class Look:
    """What stands, and the demand of one path, when it is counted."""

    city: City
    experiment: Experiment
    staging: Staging


SIGNALS: Registry[Callable[[Look], float]] = Registry("signal of staging")


@SIGNALS.register(unit="sessions/point/day")
def sessions(look: Look) -> float:
    """Sessions at all public points of the city in the weeks of the count."""
    [weeks] = replicate(
        [look.city], look.experiment, stage="search", numbers=range(look.staging.replications),
        measure=verdict_by_demand, done=lambda: None,
    )  # fmt: skip
    return float(np.mean([week["requests"].sum() for week in weeks])) * look.staging.signal_weeks


@SIGNALS.register(unit="cars")
def battery_cars(look: Look) -> float:
    """Battery cars that are registered in the city."""
    return float(look.experiment.expected.cells["bev"].sum())


@dataclass(frozen=True)
class Triggers:
    """What to look at, and how surely it tells.

    table     : one row a later phase, network and pair of neighbouring paths: phase, decided_in [year], network (path
                whose roll-out stands by then, "any" after the pilot), signal, unit, weeks, lower, upper (paths),
                lower_value, threshold, upper_value [unit], missed_share, false_share (errors with the spread of the
                model), missed_share_poisson, false_share_poisson (errors of counting alone)
    taken_for : chance that the path of the row is taken for that of the column, at the first trigger
    """

    table: pd.DataFrame
    taken_for: pd.DataFrame


def find_triggers(
    city: City,
    staged: Staged,
    *,
    phases: Sequence[int],
    experiment_of: ExperimentOf,
    staging: Staging,
    progress: Callable[[str], None],
) -> Triggers:
    """Thresholds before every phase but the first."""
    rows: list[dict[str, object]] = []
    chances = pd.DataFrame()
    for before, phase in itertools.pairwise(phases):
        year = max(before, phase - staging.lead_years)
        for network, plan in _networks(staged, before):
            progress(f"stages: what tells the paths apart in {year}")
            built = standing(city, plan, before, experiment_of(staged.pilot, year))
            means = {
                path: SIGNALS[staging.signal](Look(built, experiment_of(path, year), staging))
                for path in staged.rollouts
            }
            found = list(_rows(means, built, staging))
            rows += [{"phase": phase, "decided_in": year, "network": network, **row} for row in found]
            if chances.empty:
                order = by_uptake(means)
                counts = [float(row["count"]) for row in found]  # type: ignore[arg-type]
                table = taken_for([means[path] for path in order], counts, cv=staging.signal_cv)
                chances = pd.DataFrame(table, index=order, columns=order)
    return Triggers(pd.DataFrame(rows).drop(columns="count"), chances)


def standing(city: City, plan: Plan, phase: int, experiment: Experiment) -> City:
    """The city with all of a plan that stands by a phase."""
    share = experiment.operation.connection_share
    return city_by(city, plan.table, phase, technologies=experiment.technologies, connection_share=share)


def _networks(staged: Staged, before: int) -> Iterator[tuple[str, Plan]]:
    """What may stand when it is decided: after the pilot one network, later that of each roll-out."""
    if before == staged.phase:
        yield ANY, staged.rollouts[staged.pilot]
    else:
        yield from staged.rollouts.items()


def _rows(means: Mapping[str, float], built: City, staging: Staging) -> Iterator[dict[str, object]]:
    """One row for each pair of neighbouring paths."""
    unit = SIGNALS.facts[staging.signal]["unit"]
    points = float(built.stations["points"].sum())
    per = points * DAYS_PER_WEEK * staging.signal_weeks if unit == "sessions/point/day" else 1.0
    order = by_uptake(means)
    for lower, upper in itertools.pairwise(order):
        found = threshold_between(means[lower], means[upper], cv=staging.signal_cv)
        counted = threshold_between(means[lower], means[upper], cv=0.0)
        yield {
            "signal": staging.signal,
            "unit": unit,
            "weeks": staging.signal_weeks if per != 1.0 else np.nan,
            "lower": lower,
            "upper": upper,
            "lower_value": means[lower] / per,
            "threshold": found.count / per,
            "upper_value": means[upper] / per,
            "missed_share": found.missed_share,
            "false_share": found.false_share,
            "missed_share_poisson": counted.missed_share,
            "false_share_poisson": counted.false_share,
            "count": found.count,
        }
