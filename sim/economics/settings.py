"""What an appraisal assumes: prices, values of time and carbon, interest rates; values in `configs/economics/`.

All money is in real terms of the base year (no inflation) and net of VAT unless a name says gross.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.economics.benchmarks import Benchmarks
from sim.economics.residual import RESIDUAL_RULES
from sim.errors import DataError, did_you_mean
from sim.parameter import bounds_broken, parameter

CURRENTS = ("AC", "DC")
VIEWS = ("public", "municipal", "operator")


@dataclass(frozen=True)
class Economics:
    """Prices and values of an appraisal.

    Tables by current need AC and DC. `energy_factor` and `capex_factor` are 1 in the study itself; sensitivity runs and
    the break-even search turn them.
    """

    benchmarks: Benchmarks
    base_year: int = parameter(
        unit="a", meaning="year whose start all money is discounted to, and of the price level", source="choice",
        confidence="-", at_least=2000, at_most=2100,
    )  # fmt: skip
    horizon_years: int = parameter(
        unit="a", meaning="years appraised, from the first year of building",
        source="tenders run 8-10 years (S26, S27, S28)", confidence="B", low=8, high=15, at_least=1, at_most=100,
    )  # fmt: skip
    public_rate: float = parameter(
        unit="1/a", meaning="social discount rate, public view", source="federal transport plan 2030, from memory",
        confidence="M", low=0.007, high=0.03, above=-1, at_most=1,
    )  # fmt: skip
    municipal_rate: float = parameter(
        unit="1/a", meaning="interest the city pays, municipal view", source="assumption", confidence="M", low=0.02,
        high=0.04, above=-1, at_most=1,
    )  # fmt: skip
    operator_rate: float = parameter(
        unit="1/a", meaning="return an operator asks for, operator view", source="assumption", confidence="M",
        low=0.06, high=0.08, above=-1, at_most=1,
    )  # fmt: skip
    residual_rule: str = parameter(
        unit="", meaning="what equipment is worth at the end of the horizon: straight_line or nothing",
        source="choice", confidence="-",
    )  # fmt: skip
    connection_lifetime_years: float = parameter(
        unit="a", meaning="lifetime of a grid connection", source="assumption", confidence="M", low=10, high=40,
        at_least=1,
    )  # fmt: skip
    capex_factor: float = parameter(
        unit="-", meaning="capital cost, times this", source="assumption: +-30 %", confidence="M",
        low=0.7, high=1.3, at_least=0,
    )  # fmt: skip
    opex_factor: float = parameter(
        unit="-", meaning="maintenance and backend, times this", source="assumption: +-30 %",
        confidence="M", low=0.7, high=1.3, at_least=0,
    )  # fmt: skip
    energy_factor: float = parameter(
        unit="-", meaning="energy and requests that the plan adds, times this",
        source="uptake paths low and high against mid (2030: 6.15 and 9 of 7.5 M cars)", confidence="B", low=0.82,
        high=1.2, at_least=0,
    )  # fmt: skip
    energy_price_eur_per_kwh: dict[str, float] = parameter(
        unit="EUR/kWh", meaning="electricity bought, with energy part of the grid fee, net, by current",
        source="assumption", confidence="M", low="x 0.75", high="x 1.25", at_least=0,
    )  # fmt: skip
    demand_charge_eur_per_kw_a: dict[str, float] = parameter(
        unit="EUR/kW/a", meaning="yearly price of a metered kW of peak demand, by current", source="assumption",
        confidence="M", low="x 0.8", high="x 1.2", at_least=0,
    )  # fmt: skip
    peak_share: dict[str, float] = parameter(
        unit="share", meaning="metered peak / installed power, by current", source="S69: 0.8 at a fast hub in 2018",
        confidence="M", low="x 0.5", high="x 1.25", at_least=0, at_most=1,
    )  # fmt: skip
    tariff_gross_eur_per_kwh: dict[str, float] = parameter(
        unit="EUR/kWh", meaning="mean price drivers pay, VAT inside, by current", source="S70, S71", confidence="B",
        low="x 0.8", high="x 1.2", at_least=0,
    )  # fmt: skip
    vat_share: float = parameter(
        unit="share", meaning="value-added tax on the net price", source="law", confidence="A", at_least=0, at_most=1
    )  # fmt: skip
    consumer_surplus_eur_per_kwh: float = parameter(
        unit="EUR/kWh", meaning="worth of public charging to drivers beyond the price they pay", source="assumption",
        confidence="M", low=0, high=0.2, at_least=0,
    )  # fmt: skip
    additionality_share: float = parameter(
        unit="share", meaning="part of the added energy that replaces combustion kilometres; the rest would have been "
        "charged elsewhere", source="assumption", confidence="M", low=0.1, high=0.5, at_least=0,
        at_most=1,
    )  # fmt: skip
    value_of_time_eur_per_h: float = parameter(
        unit="EUR/h", meaning="an hour of private time", source="assumption", confidence="M", low=6, high=14,
        at_least=0,
    )  # fmt: skip
    walking_weight: float = parameter(
        unit="-", meaning="a minute walked / a minute", source="assumption", confidence="M", low=1.5, high=2,
        at_least=0,
    )  # fmt: skip
    waiting_weight: float = parameter(
        unit="-", meaning="a minute queued / a minute", source="assumption", confidence="M", low=1.5, high=2,
        at_least=0,
    )  # fmt: skip
    elsewhere_min: float = parameter(
        unit="min", meaning="time a driver who finds no point in the city loses by charging elsewhere",
        source="assumption", confidence="M", low=5, high=30, at_least=0,
    )  # fmt: skip
    kerb_bay_eur_a: float = parameter(
        unit="EUR/point/a", meaning="worth of the parking bay that a point takes from other cars", source="assumption",
        confidence="M", low=0, high=1500, at_least=0,
    )  # fmt: skip
    climate_eur_per_t: float = parameter(
        unit="EUR/t", meaning="damage of a tonne of CO2", source="S73, S74: 60 market, 180-300 older convention, "
        "1,000 equal weight on generations", confidence="B", low=60, high=1000, at_least=0,
    )  # fmt: skip
    mix_g_per_kwh: dict[int, float] = parameter(
        unit="g/kWh", meaning="CO2 of the grid mix by year, interpolated, constant outside", source="2024 S72; later "
        "years assumption", confidence="M", low="x 0.5", high="x 1.5", at_least=0,
    )  # fmt: skip
    replaced_car_g_per_km: float = parameter(
        unit="g/km", meaning="CO2 of the combustion car replaced, tailpipe, real driving", source="assumption",
        confidence="M", low=150, high=170, at_least=0,
    )  # fmt: skip
    kwh_per_km: float = parameter(
        unit="kWh/km", meaning="electric car, at the meter", source="S45, S46", confidence="A", low=0.16, high=0.216,
        above=0,
    )  # fmt: skip
    fuel_tax_eur_per_km: float = parameter(
        unit="EUR/km", meaning="fuel duty and CO2 price the state no longer gets for a replaced kilometre",
        source="energy tax law: 65 ct/l petrol, 47 ct/l diesel, from memory", confidence="M", low=0.03, high=0.055,
        at_least=0,
    )  # fmt: skip

    def __post_init__(self) -> None:
        problems = [
            *(f"economics.{p}" for p in bounds_broken(self)),
            *_infinite(self),
            *_holes(self),
        ]
        if self.residual_rule not in RESIDUAL_RULES:
            known = did_you_mean(self.residual_rule, RESIDUAL_RULES)
            problems.append(f"economics.residual_rule ('{self.residual_rule}') is not a rule{known}")
        if problems:
            raise DataError(problems)

    def rate(self, view: str) -> float:
        """Discount rate of a view. [1/a]"""
        return {"public": self.public_rate, "municipal": self.municipal_rate, "operator": self.operator_rate}[view]


def plausible_range(settings: Any, name: str) -> tuple[float, float]:
    """The low and high of a parameter as numbers, `table.AC` for an entry of a table; NaN where none is given."""
    field, _, key = name.partition(".")
    value = getattr(settings, field)[key] if key else getattr(settings, field)
    metadata = next(f.metadata for f in dataclasses.fields(settings) if f.name == field)

    def number(end: float | str | None) -> float:
        if isinstance(end, str):
            return float(end.removeprefix("x")) * float(value)
        return math.nan if end is None else float(end)

    return number(metadata["low"]), number(metadata["high"])


def _infinite(economics: Economics) -> Iterator[str]:
    for field in dataclasses.fields(economics):
        value = getattr(economics, field.name)
        numbers = value.values() if isinstance(value, dict) else [value]
        if any(isinstance(number, float) and math.isinf(number) for number in numbers):
            yield f"economics.{field.name}: an infinite value; give a finite number"


def _holes(economics: Economics) -> Iterator[str]:
    for field in dataclasses.fields(economics):
        table = getattr(economics, field.name)
        if not isinstance(table, dict):
            continue
        unit = field.metadata["unit"]
        if field.name == "mix_g_per_kwh":
            if not table:
                yield f"economics.mix_g_per_kwh: no year; give at least one [{unit}]"
            continue
        for current in CURRENTS:
            if current not in table:
                yield f"economics.{field.name}: {current} is missing; give a value for it [{unit}]"
        for current in table:
            if current not in CURRENTS:
                yield f"economics.{field.name}: '{current}' is no current; take {' or '.join(CURRENTS)}"
