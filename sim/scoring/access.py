"""Access and fairness: how far it is, how many points there are for whom, and how evenly that is spread."""

from __future__ import annotations

import numpy as np

from sim.demand.requests import USE_CASES
from sim.scoring.groups import Flags, Floats, group_mean, group_quantile, group_sum, share
from sim.scoring.kpi import KPIS
from sim.scoring.run import SCOPES, Run, Survey
from sim.scoring.service import requests, served_share
from sim.scoring.use import STANDING

LIVING = ("city", "district", "priority")
WALKS = np.array([use_case != "hub" for use_case in USE_CASES])  # to a hub one drives and stays with the car


@KPIS.register(unit="m", scopes=SCOPES, better="lower", simulated=True)
def mean_walk_m(run: Run, scope: str) -> Floats:
    """Mean way on foot of served drivers between station and destination; drivers to a hub do not walk. [m]"""
    walks = _walks(run)
    return group_mean(run.way_m[walks], run.request_codes[scope][walks], run.survey.size(scope))


@KPIS.register(unit="m", scopes=SCOPES, better="lower", simulated=True)
def p95_walk_m(run: Run, scope: str) -> Floats:
    """Way on foot that 95 % of served drivers do not exceed; drivers to a hub do not walk. [m]"""
    walks = _walks(run)
    codes, size = run.request_codes[scope][walks], run.survey.size(scope)
    return group_quantile(run.way_m[walks], codes, size, level=0.95)


def _walks(run: Run) -> Flags:
    return np.asarray(run.served & WALKS[run.requests.use_case])


@KPIS.register(unit="share", scopes=LIVING, better="higher", simulated=False)
def reach_300_share(run: Run, scope: str) -> Floats:
    """Residents with an AC point within 300 m on foot. [share]"""
    return _reach_share(run.survey, 300, scope)


@KPIS.register(unit="share", scopes=LIVING, better="higher", simulated=False)
def reach_400_share(run: Run, scope: str) -> Floats:
    """Residents with an AC point within 400 m on foot. [share]"""
    return _reach_share(run.survey, 400, scope)


@KPIS.register(unit="share", scopes=LIVING, better="higher", simulated=False)
def reach_500_share(run: Run, scope: str) -> Floats:
    """Residents with an AC point within 500 m on foot. [share]"""
    return _reach_share(run.survey, 500, scope)


def cells_in_reach(survey: Survey, limit_m: float) -> Flags:
    """The cells whose centre has an AC point within `limit_m` on foot, in the order of `city.cells`."""
    return np.asarray(survey.way_ac_m <= limit_m)


def _reach_share(survey: Survey, limit_m: float, scope: str) -> Floats:
    residents, codes = survey.city.cells["residents"].to_numpy(np.float64), survey.cell_codes[scope]
    in_reach, size = cells_in_reach(survey, limit_m), survey.size(scope)
    return share(group_sum(residents * in_reach, codes, size), group_sum(residents, codes, size))


@KPIS.register(unit="points", scopes=STANDING, better="", simulated=False)
def points(run: Run, scope: str) -> Floats:
    """Charge points. [points]"""
    return run.survey.points(scope)


@KPIS.register(unit="points/10,000 residents", scopes=LIVING, better="higher", simulated=False)
def points_per_10k(run: Run, scope: str) -> Floats:
    """Charge points for every 10,000 residents. [points/10,000 residents]"""
    return share(run.survey.points(scope) * 10_000, _residents(run.survey, scope))


@KPIS.register(unit="points/EV", scopes=LIVING, better="higher", simulated=False)
def points_per_ev_without_private_parking(run: Run, scope: str) -> Floats:
    """Charge points for every EV whose owner has no private parking and so depends on them. [points/EV]

    NaN for an area with a district whose number of such EVs is unknown.
    """
    survey = run.survey
    vehicles = group_sum(survey.ev_without_private_parking, survey.district_codes[scope], survey.size(scope))
    return share(survey.points(scope), vehicles)


@KPIS.register(unit="Gini", scopes=("city",), better="lower", simulated=False)
def gini_points(run: Run, scope: str) -> Floats:
    """Gini coefficient of points per 10,000 residents over the districts, weighted with residents. [0-1]

    0: every resident lives in a district with the same rate; towards 1: all points stand where few live.
    """
    return np.array([gini(points_per_10k(run, "district"), _residents(run.survey, "district"))])


@KPIS.register(unit="Gini", scopes=("city",), better="lower", simulated=True)
def gini_served_share(run: Run, scope: str) -> Floats:
    """Gini coefficient of the served share over the districts, weighted with requests. [0-1]"""
    return np.array([gini(served_share(run, "district"), requests(run, "district"))])


@KPIS.register(unit="points/10,000 residents", scopes=("city",), better="higher", simulated=False)
def worst_district_points_per_10k(run: Run, scope: str) -> Floats:
    """Points for every 10,000 residents where they are fewest, out of the districts with residents."""
    return np.array([_least(points_per_10k(run, "district"))])


@KPIS.register(unit="share", scopes=("city",), better="higher", simulated=True)
def worst_district_served_share(run: Run, scope: str) -> Floats:
    """Served share where it is lowest, out of the districts with requests. [share]

    The worst district may be another in each replication, so with few requests a district this is lower than the
    lowest mean.
    """
    return np.array([_least(served_share(run, "district"))])


@KPIS.register(unit="ratio", scopes=("city",), better="higher", simulated=False)
def priority_points_ratio(run: Run, scope: str) -> Floats:
    """Points per resident in the priority area over those in the rest of the city; 1 = equal, NaN without one."""
    inside, outside = points_per_10k(run, "priority")
    return share(np.array([inside]), np.array([outside]))


@KPIS.register(unit="share", scopes=("city",), better="higher", simulated=True)
def priority_served_gap(run: Run, scope: str) -> Floats:
    """Served share of the priority area less that of the rest of the city; below 0 = worse served. [share]"""
    inside, outside = served_share(run, "priority")
    return np.array([inside - outside])


def gini(values: Floats, weights: Floats) -> float:
    """Gini coefficient of values that are 0 or more, each as often as its weight. [0-1]

    Twice the area between the Lorenz curve and the diagonal. Rows without weight are left out (their value may be NaN);
    NaN where nothing is left or all values are 0.

    >>> gini(np.array([0.0, 0.0, 0.0, 1.0]), np.ones(4))
    0.75
    """
    values, weights = values[weights > 0], weights[weights > 0]
    order = np.argsort(values, kind="stable")
    amount = np.concatenate([[0.0], np.cumsum(values[order] * weights[order])])
    if not amount[-1] > 0:
        return float("nan")
    under_lorenz = (weights[order] * (amount[1:] + amount[:-1])).sum()
    return float(1 - under_lorenz / (amount[-1] * weights.sum()))


def _residents(survey: Survey, scope: str) -> Floats:
    residents = survey.city.districts["residents"].to_numpy(np.float64)
    return group_sum(residents, survey.district_codes[scope], survey.size(scope))


def _least(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.min()) if len(known) else float("nan")
