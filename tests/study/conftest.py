"""Small studies that run in seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim import City, Study, StudyResult, load_study, read_city, run_study
from sim.demand.expected import expected_demand
from sim.study.replicate import Experiment

CITIES = Path(__file__).resolve().parents[2] / "scenarios" / "cities"
QUICK = [
    "city=toy",
    "phases=[2030]",
    "simulation.search_replications=3",
    "simulation.verdict_replications=4",
    "simulation.precision.most_replications=4",
    "simulation.workers=1",
    "planning.search_steps=20",
    "coupling.max_rounds=2",
    "coupling.design_blockings=[]",
    "coupling.polish_trials=0",
    "curve.budget_shares=[]",
]


def quick_study(*overrides: str) -> Study:
    return load_study([*QUICK, *overrides])


def city_of(study: Study, folder: Path | None = None) -> City:
    return read_city(folder or CITIES / study.city, stock=study.stock, sites=study.sites, technologies=study.technology)


def silence(text: str, share: float) -> None:
    """Nobody watches the progress of a test."""


def run_quick(*overrides: str, folder: Path | None = None) -> StudyResult:
    study = quick_study(*overrides)
    return run_study(study, city_of(study, folder), progress=silence)


@pytest.fixture(scope="session")
def toy_result() -> StudyResult:
    """The toy city with money for a few stations."""
    return run_quick("planning.budget_eur=200e3", "curve.budget_shares=[1,0,0.5]")


@pytest.fixture(scope="session")
def city() -> City:
    """The toy city as it is."""
    return city_of(quick_study())


@pytest.fixture(scope="session")
def experiment(city: City) -> Experiment:
    """Replications of the toy city by the quick study."""
    s = quick_study()
    expected = expected_demand(city, s.demand, year=s.year, path=s.path)
    return Experiment(expected, s.demand, s.behaviour, s.technology, s.operation, s.simulation, s.seed)


def city_value(result: StudyResult, kpi: str) -> Any:
    """Row of a KPI of the whole city."""
    rows = result.kpis[(result.kpis["kpi"] == kpi) & (result.kpis["scope"] == "city")]
    return rows.iloc[0]
