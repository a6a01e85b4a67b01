"""The settings as shipped, and a project of two sites that can be worked by hand."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from sim.economics.benchmarks import Benchmarks, Place
from sim.economics.project import Project
from sim.economics.settings import Economics
from tests.conftest import read_config

ROOT = Path(__file__).resolve().parents[2]


def read_economics(text: str) -> Economics:
    values: dict[str, Any] = yaml.safe_load(text)
    values["kwh_per_km"] = read_config("demand/default")["energy"]["kwh_per_km"]  # one value, at home there
    benchmarks = values.pop("benchmarks")
    places = {name: Place(**facts) for name, facts in benchmarks.pop("places").items()}
    return Economics(benchmarks=Benchmarks(places=places, **benchmarks), **values)


@pytest.fixture(scope="session")
def economics() -> Economics:
    """The values of `configs/economics/default.yaml`."""
    return read_economics((ROOT / "configs" / "economics" / "default.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def round_economics(economics: Economics) -> Economics:
    """Numbers that are easy by hand: at 25 % a year, a euro is worth 0.8, 0.64, 0.512, 0.4096 after 1 to 4 years."""
    return dataclasses.replace(
        economics,
        base_year=2026, horizon_years=4, public_rate=0.25, municipal_rate=0.0, operator_rate=0.25,
        residual_rule="straight_line", connection_lifetime_years=20.0, capex_factor=1.0, opex_factor=1.0,
        energy_factor=1.0, energy_price_eur_per_kwh={"AC": 0.20, "DC": 0.18},
        demand_charge_eur_per_kw_a={"AC": 0.0, "DC": 100.0}, peak_share={"AC": 0.3, "DC": 0.8},
        tariff_gross_eur_per_kwh={"AC": 0.595, "DC": 0.714}, vat_share=0.19, consumer_surplus_eur_per_kwh=0.0,
        additionality_share=0.4, value_of_time_eur_per_h=12.0, walking_weight=2.0, waiting_weight=1.5,
        elsewhere_min=20.0, kerb_bay_eur_a=100.0, climate_eur_per_t=200.0, mix_g_per_kwh={2026: 300.0},
        replaced_car_g_per_km=160.0, kwh_per_km=0.2, fuel_tax_eur_per_km=0.05,
    )  # fmt: skip


TECHNOLOGIES = pd.DataFrame(
    dict(
        technology=["ac_22", "dc_150"],
        current=["AC", "DC"],
        power_kw=[22.0, 150.0],
        opex_eur=[500.0, 3000.0],
        lifetime_years=[3.0, 10.0],
    )
)

SERVICE_COLUMNS = [
    "year", "use_case", "current", "energy_kwh_as_is", "energy_kwh_plan", "served_as_is", "served_plan",
    "walk_min_as_is", "walk_min_plan", "wait_min_as_is", "wait_min_plan",
]  # fmt: skip


def service_table(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=SERVICE_COLUMNS)


@pytest.fixture(scope="session")
def two_sites() -> Project:
    """Four AC points stand from 2026, two DC points from 2028. A week of 7 kWh is a year of 365 kWh."""
    plan = pd.DataFrame(
        dict(
            site_id=["a", "b"],
            technology=["ac_22", "dc_150"],
            phase=[2026, 2028],
            points_added=[4, 2],
            points_eur=[30000.0, 120000.0],
            connection_eur=[10000.0, 80000.0],
        )
    )
    nan = float("nan")  # nobody is served at hubs as the city is
    service = service_table(
        (2026, "kerbside", "AC", 700.0, 1400.0, 70.0, 140.0, 12.0, 6.0, 0.0, 0.0),
        (2028, "kerbside", "AC", 700.0, 1400.0, 70.0, 140.0, 12.0, 6.0, 0.0, 0.0),
        (2028, "hub", "DC", 0.0, 2100.0, 0.0, 70.0, nan, 0.0, nan, 4.0),
    )
    return Project(plan, TECHNOLOGIES, service)
