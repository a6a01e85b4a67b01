from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import yaml

from sim.economics.settings import Economics, plausible_range
from sim.errors import DataError
from sim.parameter import CONFIDENCE, provenance

CONFIG = Path(__file__).resolve().parents[2] / "configs" / "economics" / "default.yaml"


def test_the_file_and_the_settings_hold_the_same_keys() -> None:
    written = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    assert list(written) == [*(f.name for f in dataclasses.fields(Economics) if f.name != "benchmarks"), "benchmarks"]


def test_every_value_has_unit_source_and_confidence(economics: Economics) -> None:
    table = provenance(economics)
    assert {"public_rate", "climate_eur_per_t", "benchmarks.afir_kw_per_bev"} <= set(table["key"])
    assert table["source"].str.len().gt(0).all()
    assert set(table["confidence"]) <= set(CONFIDENCE)


def test_every_assumption_has_a_range_that_holds_its_value(economics: Economics) -> None:
    for field in dataclasses.fields(economics):
        value = getattr(economics, field.name)
        if field.metadata.get("confidence") != "M":
            continue
        names = [f"{field.name}.{key}" for key in value] if isinstance(value, dict) else [field.name]
        if field.name == "mix_g_per_kwh":
            assert (field.metadata["low"], field.metadata["high"]) == ("x 0.5", "x 1.5")
            continue
        for name in names:
            low, high = plausible_range(economics, name)
            key = name.partition(".")[2]
            assert low <= (value[key] if key else value) <= high, name


def test_a_range_given_as_a_factor_is_turned_into_numbers(economics: Economics) -> None:
    # tariff AC 0.55, "x 0.8" to "x 1.2"
    assert plausible_range(economics, "tariff_gross_eur_per_kwh.AC") == pytest.approx((0.44, 0.66))
    assert plausible_range(economics, "climate_eur_per_t") == (60.0, 1000.0)


def test_all_that_is_wrong_is_said_at_once(economics: Economics) -> None:
    with pytest.raises(DataError) as error:
        dataclasses.replace(
            economics,
            public_rate=-1.0,
            horizon_years=0,
            connection_lifetime_years=0.0,
            tariff_gross_eur_per_kwh={"AC": 0.55},
            energy_price_eur_per_kwh={"AC": 0.2, "DC": 0.2, "CHAdeMO": 0.2},
            mix_g_per_kwh={},
            residual_rule="straight",
            climate_eur_per_t=float("inf"),
            value_of_time_eur_per_h=float("nan"),
        )
    assert sorted(error.value.problems) == [
        "economics.climate_eur_per_t: an infinite value; give a finite number",
        "economics.connection_lifetime_years (0) must be 1 or more [a]",
        "economics.energy_price_eur_per_kwh: 'CHAdeMO' is no current; take AC or DC",
        "economics.horizon_years (0) must be 1 or more and 100 or less [a]",
        "economics.mix_g_per_kwh: no year; give at least one [g/kWh]",
        "economics.public_rate (-1) must be more than -1 and 1 or less [1/a]",
        "economics.residual_rule ('straight') is not a rule, did you mean 'straight_line'?",
        "economics.tariff_gross_eur_per_kwh: DC is missing; give a value for it [EUR/kWh]",
        "economics.value_of_time_eur_per_h is not a number; give one in EUR/h",
    ]
