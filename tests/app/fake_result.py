"""A small result as a study would find it: every table with a few rows, made up for testing what writes them."""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np
import pandas as pd

from sim.app.config import load_study
from sim.app.paths import city_folder
from sim.city.city import City, read_city
from sim.planning.plan import Certificate, Plan
from sim.study.study import Study, StudyResult

INTERVALS = ["as_is", "as_is_low", "as_is_high", "plan", "plan_low", "plan_high"]
DIFFERENCES = ["difference", "difference_low", "difference_high"]


@cache
def toy_study() -> Study:
    return load_study(["city=toy", "stock=as_given"])


@cache
def toy_city() -> City:
    study = toy_study()
    return read_city(city_folder("toy"), stock=study.stock, sites=study.sites, technologies=study.technology)


def fake_result(study: Study | None = None) -> StudyResult:
    """The toy city with four more points at its first site."""
    city, study = toy_city(), study or toy_study()
    districts = list(city.districts.index)
    site = city.sites.iloc[0]
    plan = pd.DataFrame(
        dict(
            site_id=[city.sites.index[0]], district_id=[site["district_id"]], x_m=[site["x_m"]], y_m=[site["y_m"]],
            technology=["ac_22"], phase=[study.year], points_before=[0], points_added=[4], power_kw=[22.0],
            connection=["low voltage"], points_eur=[30000.0], connection_eur=[5000.0], capex_eur=[35000.0],
            origin=[site["origin"]], bays_lost=[4.0],
        )
    )  # fmt: skip
    scopes = [("city", "city")] + [("district", district) for district in districts]
    kpis = pd.DataFrame(
        [
            dict(kpi=kpi, scope=scope, id=place, unit="share", better="higher")
            for kpi in ("served", "reach_500")
            for scope, place in scopes
        ]
    )
    rng = np.random.default_rng(1)
    for column in (*INTERVALS, *DIFFERENCES):
        kpis[column] = rng.random(len(kpis))
    kpis.loc[kpis["kpi"] == "reach_500", ["as_is_low", "as_is_high"]] = np.nan
    weeks = [dict(kpi=kpi, replication=r) for kpi in ("served", "reach_500") for r in range(4)]
    replications = pd.DataFrame(weeks).assign(as_is=rng.random(8), plan=study.seed + rng.random(8))
    stations = city.stations.reset_index()
    columns = ["station_id", "site_id", "district_id", "x_m", "y_m", "technology", "origin", "points"]
    stations = stations[columns].assign(points_before=stations["points"], occupied_share=1 / 3, blocking=np.nan)
    return StudyResult(
        study=study,
        city=city,
        planned=city,
        plan=Plan(plan, pd.DataFrame(), Certificate(1.0, np.inf, np.inf, "greedy", "heuristic", reproducible=True)),
        need=pd.DataFrame(),
        rounds=pd.DataFrame(dict(round=[0, 1], promise_kwh=[0.1 + 0.2, 2e6], kept=[False, True], note=["", "=1+1"])),
        promises=pd.DataFrame(dict(round=[1], class_name=["slow"], district_id=[districts[0]], promise_kwh=[1.5])),
        kpis=kpis,
        replications=replications,
        checks=pd.DataFrame(
            dict(check=["points"], value=[10.0], unit=["points"], low=[1.0], high=[5.0], passed=[False], note=["many"])
        ),
        stations=stations,
        cells=pd.DataFrame(),
        timings={"verdict": 1.23456},
    )


def other_seed(result: StudyResult) -> StudyResult:
    return dataclasses.replace(result, kpis=result.kpis.assign(plan=result.kpis["plan"] + 1e-3))
