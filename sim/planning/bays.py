"""What charge points take from parking, and what that is worth: the price of a lost bay.

A point may take its bay away from cars that do not charge (a reserved bay at a column), leave it as it is (a lantern),
or take it for a part of the week. Where cars find bays anyway a lost one hurts nobody; the fuller the streets, the more
service a lost bay must bring to be worth it. The one place that turns parking pressure into prices; every planner, the
model and the appraisal of a plan ask here.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.planning.phases import phase_weights
from sim.planning.problem import Problem

Floats = NDArray[np.float64]


def bay_prices(problem: Problem) -> Floats:
    """Price of one lost bay at each site: full where the pressure is, nothing where there are bays enough, linear in
    between. [units of the objective per bay]

    Sites without a parking pressure have none; without the rule `lost_bays` nothing has a price.
    """
    settings, sites = problem.settings, problem.sites
    if "lost_bays" not in settings.rules or "parking_pressure" not in sites:
        return np.zeros(len(sites))
    pressure = sites["parking_pressure"].fillna(0.0).to_numpy(float)
    scarce = (pressure - settings.bays_free_pressure) / (settings.bays_full_pressure - settings.bays_free_pressure)
    return np.asarray(settings.lost_bay_kwh * np.clip(scarce, 0.0, 1.0))


def bays_worth(problem: Problem, table: pd.DataFrame) -> float:
    """What the bays that a plan (PLAN) takes are worth in all phases. [units of the objective]"""
    return float(bays_by_phase(problem, table).sum())


def bays_by_phase(problem: Problem, table: pd.DataFrame) -> Floats:
    """What the bays that a plan (PLAN) takes are worth in each phase: their price while they are lost, weighted as the
    service of the phase is. [units of the objective]
    """
    price = bay_prices(problem)[problem.sites.index.get_indexer(table["site_id"])]
    lost = table["technology"].map({name: t.bays_per_point for name, t in problem.technologies.items()})
    worth = price * lost.to_numpy(float) * table["points_added"].to_numpy(float)
    from_phase = np.searchsorted(problem.phases, table["phase"].to_numpy(np.int64))
    standing = np.bincount(from_phase, worth, len(problem.phases)).cumsum()
    return np.asarray(standing * phase_weights(problem.phases, problem.settings))
