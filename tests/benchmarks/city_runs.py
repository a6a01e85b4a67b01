"""Weeks and years of Dortmund in 2030, from the draw of the requests to the scorecard, through the public functions."""

from __future__ import annotations

import dataclasses
import sys
import time
from pathlib import Path

import numpy as np

from sim.app.config import load_study
from sim.city.city import City, read_city, with_plan
from sim.demand.choice import rank_stations
from sim.demand.draw import draw_requests
from sim.demand.expected import ExpectedDemand, expected_demand
from sim.planning.frame import frame_problem
from sim.planning.planner import find_plan
from sim.scoring.run import Run, survey_city
from sim.scoring.scorecard import score, summarise
from sim.simulation.run import ENGINES, simulate
from sim.simulation.workload import make_workload
from sim.study.need import demand_points
from sim.study.study import Study

FOLDER = Path(__file__).resolve().parents[2] / "scenarios" / "cities" / "dortmund"
YEAR_DAYS = 364  # 52 whole weeks


def dortmund(engine: str, days: int) -> tuple[Study, City, ExpectedDemand]:
    """The shipped study of Dortmund in 2030 with the network as it is."""
    study = load_study([f"simulation.engine={engine}", f"simulation.days={days}"])
    city = read_city(FOLDER, stock=study.stock, sites=study.sites, technologies=study.technology)
    return study, city, expected_demand(city, study.demand, year=study.year, path=study.path)


def planned(study: Study, city: City, expected: ExpectedDemand) -> City:
    """The city with the greedy plan for the budget of the study."""
    points = demand_points(city, {study.year: expected}, behaviour=study.behaviour, reach=study.reach)
    problem = frame_problem(
        phases=(study.year,), need=points.need, arcs=points.arcs, sites=city.sites,
        stock=city.stations.groupby(["site_id", "technology"], as_index=False, sort=False)["points"].sum(),
        technologies=study.technology, settings=dataclasses.replace(study.planning, planner="greedy"),
    )  # fmt: skip
    return with_plan(city, find_plan(problem).table, technologies=study.technology)


def load_engine(engine: str) -> None:
    """Let an engine compile or load what it needs."""
    ENGINES[engine](make_workload(arrival_min=[0], choices=[0], energy_kwh=10, power_kw=60, points=[1]))


def scorecard(study: Study, city: City, expected: ExpectedDemand, *, replications: int) -> tuple[float, int, float]:
    """Draw, rank, simulate and score each replication, then all intervals: CPU seconds, requests, share served."""
    start, scores, requests_of_all = time.process_time(), [], 0
    survey = survey_city(
        city, study.simulation.horizon, technologies=study.technology,
        walk_detour_factor=study.behaviour.walk_detour_factor,
        ev_without_private_parking=expected.districts["bev_no_parking"],
    )  # fmt: skip
    for replication in range(replications):
        requests = draw_requests(
            city, expected, study.demand, study.behaviour, horizon=study.simulation.horizon, seed=study.seed,
            stage="verdict", replication=replication, technologies=study.technology,
        )  # fmt: skip
        ranked = rank_stations(requests, city.stations, study.technology, study.behaviour)
        sessions = simulate(
            requests, ranked, stations=city.stations, demand=study.demand, behaviour=study.behaviour,
            simulation=study.simulation, technologies=study.technology,
        )[1]  # fmt: skip
        used = np.arange(len(requests)), sessions.choice.astype(np.intp)
        way_m = np.where(np.isnan(sessions.start_min), np.nan, ranked.way_m[used])
        choices = ranked.choices
        del ranked, used
        scores.append(score(Run(survey, requests, choices, sessions, way_m)))
        requests_of_all += len(requests)
    card = summarise(scores)
    spent_s = time.process_time() - start
    row = card[(card["kpi"] == "served_share") & (card["scope"] == "city")].iloc[0]
    return spent_s, requests_of_all, float(row["value"])


def peak_mb() -> float:
    """Largest memory this process has had. [MB]"""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6


def one_year(network: str) -> None:
    """Run as a process of its own: print CPU seconds of the run, requests, share served, peak memory [MB].

    network : "as_is" or "planned"
    """
    load_engine("compiled")
    study, city, expected = dortmund("compiled", YEAR_DAYS)
    if network == "planned":
        city = planned(study, city, expected)
    print(*scorecard(study, city, expected, replications=1), peak_mb())


if __name__ == "__main__":
    one_year(sys.argv[1])
