"""A study: all settings of one run, and what it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from sim.city.city import City
from sim.city.technology import Technology
from sim.parameter import parameter
from sim.planning.plan import Plan
from sim.planning.problem import Planning
from sim.simulation.run import Simulation

# Demand and Behaviour are added to Study in demand/ (see below)


@dataclass(frozen=True)
class Coupling:
    """How the loop of planning and simulating runs; values in `configs/coupling/`."""

    max_rounds: int = parameter(
        unit="rounds", meaning="most rounds of planning after round 0, the city as it is", source="choice",
        confidence="-", at_least=1,
    )  # fmt: skip
    damping: float = parameter(
        unit="-", meaning="exponent of verdict / promise in the correction; 1 = undamped", source="formulation.md 5",
        confidence="M", low=0.5, high=1, above=0, at_most=1,
    )  # fmt: skip
    least_factor: float = parameter(
        unit="-", meaning="smallest correction factor", source="assumption", confidence="M", low=0.1, high=0.5, above=0
    )  # fmt: skip
    largest_factor: float = parameter(
        unit="-", meaning="largest correction factor", source="assumption", confidence="M", low=1.5, high=10, above=0
    )  # fmt: skip


@dataclass(frozen=True)
class StudyResult:
    """What a study found.

    study    : the settings (`sim.study.study.Study`)
    city     : the city as it is
    planned  : the city with the kept plan
    plan     : the kept plan
    need     : NEED of the study
    rounds   : one row a round, 0 = the city as it is: round, factor_mean, capex_eur, points_added, sites, objective,
               bound, gap, promise_kwh, verdict_kwh, promise_requests, verdict_requests [per week], gain_kwh, gain_low,
               gain_high (paired 95 % interval against round 0, search draws), value (planner's own objective,
               simulated), kept [flag], note
    promises : round, class_name, district_id, promise_requests, verdict_requests, promise_kwh, verdict_kwh [per week]
    kpis     : the verdict on fresh draws, one row per KPI, scope and id: kpi, scope (city, district, station, use_case,
               priority), id, unit, better (higher, lower, ""), as_is, as_is_low, as_is_high, plan, plan_low, plan_high,
               difference, difference_low, difference_high (paired); intervals are 95 % and NaN where not simulated
    checks   : printed checks: check, value, unit, low, high, passed [flag], note
    stations : one row per station of the planned city, verdict means: station_id, site_id, district_id, x_m, y_m,
               technology, origin, points, points_before, occupied_share, charging_share, kwh_per_point_day, blocking
    cells    : one row per cell of the city: requests_per_km2_day, lost_kwh_per_km2_day_as_is,
               lost_kwh_per_km2_day_plan, reach_300_as_is, reach_300_plan, reach_500_as_is, reach_500_plan [flags]
    timings  : seconds by step; only for run.json and logs
    """

    study: object
    city: City
    planned: City
    plan: Plan
    need: pd.DataFrame
    rounds: pd.DataFrame
    promises: pd.DataFrame
    kpis: pd.DataFrame
    checks: pd.DataFrame
    stations: pd.DataFrame
    cells: pd.DataFrame
    timings: Mapping[str, float]


__all__ = ["City", "Coupling", "Plan", "Planning", "Simulation", "StudyResult", "Technology"]
