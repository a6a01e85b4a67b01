"""How long one plan of Dortmund takes, and how good it is proved to be."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from sim.app.config import load_study
from sim.city.city import read_city
from sim.demand.expected import expected_demand
from sim.planning.frame import frame_problem
from sim.planning.planner import evaluate, find_plan, no_plan
from sim.study.need import demand_points

FOLDER = Path(__file__).parents[2] / "scenarios" / "cities" / "dortmund"
OBJECTIVE = 784_671  # measured once: HiGHS 1.15.1, 15,000 search steps; proved within 1.93 %
GREEDY_OBJECTIVE = 728_733  # of its own promise: load handed out place after place, not by a linear program
BOUND = 795_558  # proved once, in 60 s at the root
MOST_S = 40.0
PHASES = {2027: 8e6, 2030: 12e6, 2035: 20e6}  # budgets [EUR]
PHASES_OBJECTIVE = 1_068_333  # measured once: 15,000 search steps; after 100,000 it was 1,071,906
PHASES_BOUND = 1_091_559  # proved once, phase by phase with root_work 600e3


@pytest.fixture(scope="module")
def problem():
    study = load_study([])
    city = read_city(FOLDER, stock=study.stock, sites=study.sites, technologies=study.technology)
    expected = expected_demand(city, study.demand, year=2030, path="mid")
    points = demand_points(city, {2030: expected}, behaviour=study.behaviour, reach=study.reach)
    return frame_problem(
        phases=(2030,), need=points.need, arcs=points.arcs, sites=city.sites,
        stock=city.stations.groupby(["site_id", "technology"], as_index=False, sort=False)["points"].sum(),
        technologies=study.technology, settings=study.planning,
    )  # fmt: skip


@pytest.mark.benchmark
@pytest.mark.parametrize(
    ("name", "measured", "worst_gap"), [("greedy", GREEDY_OBJECTIVE, float("inf")), ("milp", OBJECTIVE, 0.05)]
)
def test_one_plan_of_a_city_of_600_000(record, problem, name, measured, worst_gap):
    began = time.process_time()
    certificate = find_plan(replace(problem, settings=replace(problem.settings, planner=name))).certificate
    spent_s = time.process_time() - began
    proved = "" if worst_gap == float("inf") else f", proved within {certificate.gap:.1%}"
    record(
        f"one plan of Dortmund 2030, {name} planner",
        target=f"at most {MOST_S:g} CPU s",
        measured=f"{spent_s:.1f} CPU s; objective {certificate.objective:,.0f}{proved}",
        rival=f"bound proved once {BOUND:,}",
        met=spent_s <= MOST_S,
    )
    assert certificate.reproducible
    assert 0.98 * measured < certificate.objective <= BOUND
    assert certificate.gap <= worst_gap


@pytest.mark.benchmark
def test_the_city_as_it_is_is_appraised_at_once(record, problem):
    began = time.process_time()
    plan = evaluate(problem, no_plan(problem))
    assert 0 < plan.promise["energy_kwh"].sum() < OBJECTIVE
    assert plan.certificate.objective < OBJECTIVE
    spent_s = time.process_time() - began
    record(
        "appraisal of Dortmund as it is", target="at most 3 CPU s", measured=f"{spent_s:.1f} CPU s", met=spent_s <= 3
    )


@pytest.mark.benchmark
def test_a_plan_of_a_city_of_600_000_over_three_phases():
    study = load_study([])
    city = read_city(FOLDER, stock=study.stock, sites=study.sites, technologies=study.technology)
    expected = {year: expected_demand(city, study.demand, year=year, path="mid") for year in PHASES}
    points = demand_points(city, expected, behaviour=study.behaviour, reach=study.reach)
    phased = frame_problem(
        phases=tuple(PHASES), need=points.need, arcs=points.arcs, sites=city.sites,
        stock=city.stations.groupby(["site_id", "technology"], as_index=False, sort=False)["points"].sum(),
        technologies=study.technology,
        settings=replace(study.planning, budget_eur=40e6, budget_split=PHASES, root_work=600e3),
    )  # fmt: skip
    began = time.perf_counter()
    plan = find_plan(phased)
    certificate = plan.certificate
    print(f"three phases: {time.perf_counter() - began:.0f} s, {certificate.objective:.0f}, gap {certificate.gap:.2%}")
    assert certificate.reproducible
    assert 0.98 * PHASES_OBJECTIVE < certificate.objective <= PHASES_BOUND
    assert certificate.gap < 0.032
