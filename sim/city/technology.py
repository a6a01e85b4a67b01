"""Charging technologies: current, power and cost of one charge point."""

from __future__ import annotations

from dataclasses import dataclass

from sim.parameter import parameter

HOURS = 24


@dataclass(frozen=True)
class Technology:
    """One kind of charge point; values in `configs/technology/<name>.yaml`."""

    label: str
    current: str = parameter(unit="", meaning="AC or DC", source="definition", confidence="-", choices=("AC", "DC"))
    power_kw: float = parameter(
        unit="kW", meaning="most a point can deliver", source="definition", confidence="-", above=0
    )
    capex_eur: float = parameter(
        unit="EUR/point", meaning="hardware and installation of one point, without the grid connection of the site",
        source="S65-S69 rounded, assumption", confidence="M", low="x 0.7", high="x 1.3", at_least=0,
    )  # fmt: skip
    opex_eur: float = parameter(
        unit="EUR/point/a", meaning="maintenance and backend", source="S66, assumption", confidence="M",
        low="x 0.7", high="x 1.3", at_least=0,
    )  # fmt: skip
    lifetime_years: float = parameter(
        unit="a", meaning="technical lifetime", source="assumption", confidence="M", low="x 0.8",
        high="x 1.2", at_least=1,
    )  # fmt: skip
    sizes: list[int] = parameter(
        unit="points", meaning="numbers of points that may be built at one site, ascending",
        source="assumption: modules that are sold", confidence="M", at_least=1,
    )  # fmt: skip
    mtbf_h: float | None = parameter(
        unit="h", meaning="mean time a point works until it fails; null = never fails",
        source="1,552 h is an availability of 0.97 at 48 h of repair: derived from S18, S19, S64", confidence="M",
        low=432, high=4752, at_least=1,
    )  # fmt: skip
    mttr_h: float = parameter(
        unit="h", meaning="mean time until a failed point works again", source="assumption", confidence="M", low=24,
        high=96, above=0, at_most=8760,
    )  # fmt: skip
    failed_start_share: float = parameter(
        unit="share", meaning="attempts to start that fail; who fails tries once more at the same point; 0 = off",
        source="S4b: 0.10, off unless a scenario says so", confidence="B", low=0.05, high=0.15, at_least=0, at_most=1,
    )  # fmt: skip
    tariff_eur_per_kwh: float = parameter(
        unit="EUR/kWh", meaning="price drivers see when they choose a station, VAT inside",
        source="S70, S71 as the mean of the current; differences between technologies assumption", confidence="M",
        low="x 0.8", high="x 1.2", at_least=0,
    )  # fmt: skip
    tariff_hour_factor: list[float] = parameter(
        unit="-", meaning="factor on the price at 0 .. 23 h of the day; empty = the same price all day",
        source="choice", confidence="-", at_least=0,
    )  # fmt: skip

    @property
    def price_eur_per_kwh(self) -> list[float]:
        """Price at 0 .. 23 h of the day, VAT inside. [EUR/kWh]"""
        return [self.tariff_eur_per_kwh * factor for factor in self.tariff_hour_factor or HOURS * [1.0]]

    @property
    def mean_price_eur_per_kwh(self) -> float:
        """Mean price over the hours of a day. [EUR/kWh]"""
        if not self.tariff_hour_factor:
            return self.tariff_eur_per_kwh
        return sum(self.price_eur_per_kwh) / HOURS
