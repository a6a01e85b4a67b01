"""Charging technologies: current, power and cost of one charge point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.parameter import parameter

HOURS, DAYS = 24, 7
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SITE_KINDS = KERB, LANTERN, PRIVATE = "kerb", "lantern", "private"


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

    bays_per_point: float = parameter(
        unit="bays/point", meaning="parking bays that cars without a plug lose; 0 = the bay stays one for everybody",
        source="assumption: 1 where bays are reserved, 0 at lanterns and on private ground, else the share of the week "
        "in which the bay is reserved", confidence="M", low=0, high=1, at_least=0, at_most=4,
    )  # fmt: skip
    site_kinds: list[str] = parameter(
        unit="", meaning="kinds of sites where it may be built", source="definition", confidence="-",
        choices=SITE_KINDS,
    )  # fmt: skip
    open_from_h: int = parameter(
        unit="h", meaning="hour of the day from which cars may plug in; later than open_to_h = over midnight",
        source="choice", confidence="-", at_least=0, at_most=23,
    )  # fmt: skip
    open_to_h: int = parameter(
        unit="h", meaning="hour of the day by which cars must be gone; 24 with open_from_h 0 = always open",
        source="choice", confidence="-", at_least=1, at_most=24,
    )  # fmt: skip
    open_days: list[str] = parameter(
        unit="", meaning="days on which it opens; a night over midnight belongs to the day on which it begins",
        source="choice", confidence="-", choices=WEEKDAYS,
    )  # fmt: skip

    def open_hours(self) -> NDArray[np.bool_]:
        """Whether cars may stand there, in each hour of the week from Monday 0 h."""
        hour = np.arange(DAYS * HOURS)
        day, of_day = hour // HOURS, hour % HOURS
        opens = np.isin(np.arange(DAYS), [WEEKDAYS.index(name) for name in self.open_days])
        if self.open_from_h < self.open_to_h:
            return np.asarray(opens[day] & (of_day >= self.open_from_h) & (of_day < self.open_to_h))
        evening, morning = opens[day] & (of_day >= self.open_from_h), opens[day - 1] & (of_day < self.open_to_h)
        return np.asarray(evening | morning)

    @property
    def always_open(self) -> bool:
        """Whether it never closes."""
        return bool(self.open_hours().all())

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
