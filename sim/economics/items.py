"""The items of an appraisal: every euro that goes in and every euro that comes out, each with its accounting.

An item is a function of a schedule and the settings that returns payments: what is spent for items of side "in", what
is gained for items of side "out". Who counts it says `views`; `parameters` names the settings it hangs
on, for the reader.

The public view counts what society uses up and gains. Prices paid inside society (tariff, VAT) are transfers: they
appear once, as the least that charging is worth to those who pay for it, and not again as revenue. Energy that would
have been charged elsewhere uses up the same electricity there and is worth the same there: only the time it saves
counts. The operator view counts cash, net of VAT; the municipal view is the same cash at the city's interest rate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.economics.climate import avoided_t
from sim.economics.cost import by_current, demand_charge_eur, investments, opex_eur, standing_points
from sim.economics.project import Project, yearly_service
from sim.economics.settings import VIEWS, Economics
from sim.errors import UnknownName
from sim.registry import Registry

MIN_PER_H = 60.0


Columns = Mapping[str, NDArray[Any]]
"""A table by columns: items are worked out thousands of times in a search, and arrays are quicker than frames."""


@dataclass(frozen=True)
class Schedule:
    """What happens in which year: the columns of `investments`, `standing_points` and `yearly_service`."""

    investments: Columns
    points: Columns
    service: Columns


SCHEDULED = (
    "base_year", "horizon_years", "residual_rule", "connection_lifetime_years", "capex_factor", "energy_factor",
)  # fmt: skip
"""The settings that a schedule hangs on; with all others turned it stays as it is."""


def draw_up(project: Project, economics: Economics) -> Schedule:
    """The schedule of a project."""
    tables = investments(project, economics), standing_points(project, economics), yearly_service(project, economics)
    return Schedule(*({str(name): column.to_numpy() for name, column in table.items()} for table in tables))


class Payments(NamedTuple):
    """Calendar year, years from the start of the base year when they fall due, and amount [EUR] of payments."""

    year: NDArray[np.int64]
    paid_a: NDArray[np.float64]
    eur: NDArray[np.float64]


ITEMS: Registry[Callable[[Schedule, Economics], Payments]] = Registry("appraisal item")

EVERYONE = VIEWS
CASH = ("municipal", "operator")
PUBLIC = ("public",)


def payments_of(view: str, schedule: Schedule, economics: Economics) -> dict[str, Payments]:
    """The payments of every item that a view counts, by its name in ITEMS.

    schedule : drawn up with settings that agree with `economics` in all that is SCHEDULED
    """
    if view not in VIEWS:
        raise UnknownName("view", view, VIEWS)
    return {name: ITEMS[name](schedule, economics) for name in ITEMS if view in ITEMS.facts[name]["views"]}


def _invested(schedule: Schedule, kinds: tuple[str, ...]) -> Payments:
    paid = schedule.investments
    chosen = np.isin(paid["kind"].astype(str), kinds)
    return Payments(paid["year"][chosen], paid["paid_a"][chosen], paid["eur"][chosen])


def _during(year: NDArray[np.int64], eur: ArrayLike, economics: Economics) -> Payments:
    """Payments over a year, due at its end."""
    return Payments(year, np.asarray(year + 1.0 - economics.base_year, float), np.asarray(eur, float))


@ITEMS.register(side="in", views=EVERYONE, parameters=("capex_factor",))
def building(schedule: Schedule, economics: Economics) -> Payments:
    """First building of points and grid connections. [EUR]"""
    return _invested(schedule, ("points", "connection"))


@ITEMS.register(side="in", views=EVERYONE, parameters=("capex_factor", "horizon_years"))
def replacement(schedule: Schedule, economics: Economics) -> Payments:
    """Building again what reaches the end of its life within the horizon. [EUR]"""
    return _invested(schedule, ("replacement",))


@ITEMS.register(
    side="in",
    views=EVERYONE,
    parameters=("capex_factor", "residual_rule", "connection_lifetime_years", "horizon_years"),
)
def residual_value(schedule: Schedule, economics: Economics) -> Payments:
    """Worth left at the end of the horizon; negative, since it lowers what was spent. [EUR]"""
    return _invested(schedule, ("residual_value",))


@ITEMS.register(side="in", views=EVERYONE, parameters=("opex_factor",))
def running(schedule: Schedule, economics: Economics) -> Payments:
    """Maintenance and backend. [EUR]"""
    return _during(schedule.points["year"], opex_eur(schedule.points, economics), economics)


@ITEMS.register(side="in", views=EVERYONE, parameters=("demand_charge_eur_per_kw_a", "peak_share"))
def demand_charge(schedule: Schedule, economics: Economics) -> Payments:
    """Price of peak power; in the public view it stands for the grid capacity that is used up. [EUR]"""
    return _during(schedule.points["year"], demand_charge_eur(schedule.points, economics), economics)


@ITEMS.register(side="in", views=CASH, parameters=("energy_price_eur_per_kwh", "energy_factor"))
def energy_bought(schedule: Schedule, economics: Economics) -> Payments:
    """Electricity bought for all energy the plan adds. [EUR]"""
    service = schedule.service
    price = by_current(service["current"], economics.energy_price_eur_per_kwh)
    return _during(service["year"], service["energy_kwh"] * price, economics)


@ITEMS.register(
    side="in", views=PUBLIC, parameters=("energy_price_eur_per_kwh", "additionality_share", "energy_factor")
)
def additional_energy_bought(schedule: Schedule, economics: Economics) -> Payments:
    """Electricity used up for kilometres that were not electric before. [EUR]"""
    bought = energy_bought(schedule, economics)
    return bought._replace(eur=bought.eur * economics.additionality_share)


@ITEMS.register(side="in", views=PUBLIC, parameters=("kerb_bay_eur_a",))
def parking_bays(schedule: Schedule, economics: Economics) -> Payments:
    """Parking bays that other cars can no longer use. [EUR]"""
    points = schedule.points
    return _during(points["year"], points["points"] * economics.kerb_bay_eur_a, economics)


@ITEMS.register(side="out", views=CASH, parameters=("tariff_gross_eur_per_kwh", "vat_share", "energy_factor"))
def energy_sold(schedule: Schedule, economics: Economics) -> Payments:
    """Tariff net of VAT for all energy the plan adds. [EUR]"""
    service = schedule.service
    tariff = by_current(service["current"], economics.tariff_gross_eur_per_kwh) / (1 + economics.vat_share)
    return _during(service["year"], service["energy_kwh"] * tariff, economics)


@ITEMS.register(
    side="out", views=PUBLIC,
    parameters=("tariff_gross_eur_per_kwh", "consumer_surplus_eur_per_kwh", "additionality_share", "energy_factor"),
)  # fmt: skip
def energy_served(schedule: Schedule, economics: Economics) -> Payments:
    """What additional charging is worth to drivers: at least the price they pay, VAT inside. [EUR]"""
    service = schedule.service
    tariff = by_current(service["current"], economics.tariff_gross_eur_per_kwh)
    worth = (tariff + economics.consumer_surplus_eur_per_kwh) * economics.additionality_share
    return _during(service["year"], service["energy_kwh"] * worth, economics)


@ITEMS.register(
    side="out", views=PUBLIC,
    parameters=("value_of_time_eur_per_h", "walking_weight", "additionality_share", "energy_factor"),
)  # fmt: skip
def walking_time(schedule: Schedule, economics: Economics) -> Payments:
    """Walking saved by drivers served either way, less the walks of those who charged elsewhere before. [EUR]"""
    return _time_worth(schedule, economics, "walk", economics.walking_weight)


@ITEMS.register(
    side="out", views=PUBLIC,
    parameters=("value_of_time_eur_per_h", "waiting_weight", "additionality_share", "energy_factor"),
)  # fmt: skip
def waiting_time(schedule: Schedule, economics: Economics) -> Payments:
    """Queueing saved by drivers served either way, less the waits of those who charged elsewhere before. [EUR]"""
    return _time_worth(schedule, economics, "wait", economics.waiting_weight)


@ITEMS.register(
    side="out", views=PUBLIC,
    parameters=("value_of_time_eur_per_h", "elsewhere_min", "additionality_share", "energy_factor"),
)  # fmt: skip
def detours_avoided(schedule: Schedule, economics: Economics) -> Payments:
    """Time of drivers who no longer have to charge outside the city's public network. [EUR]"""
    service = schedule.service
    moved = service["gained"] * (1 - economics.additionality_share)
    eur = moved * economics.elsewhere_min / MIN_PER_H * economics.value_of_time_eur_per_h
    return _during(service["year"], eur, economics)


@ITEMS.register(
    side="out", views=PUBLIC,
    parameters=(
        "climate_eur_per_t", "additionality_share", "mix_g_per_kwh", "replaced_car_g_per_km", "kwh_per_km",
        "energy_factor",
    ),
)  # fmt: skip
def climate(schedule: Schedule, economics: Economics) -> Payments:
    """Damage of the CO2 avoided. [EUR]"""
    service = schedule.service
    tonnes = avoided_t(
        economics, service["energy_kwh"], service["year"], additionality_share=economics.additionality_share
    )
    return _during(service["year"], tonnes * economics.climate_eur_per_t, economics)


@ITEMS.register(
    side="out", views=PUBLIC, parameters=("fuel_tax_eur_per_km", "kwh_per_km", "additionality_share", "energy_factor")
)
def fuel_tax_forgone(schedule: Schedule, economics: Economics) -> Payments:
    """Fuel duty and CO2 price that the state loses; negative. [EUR]

    Drivers weigh the price of charging against the price of fuel, tax inside; society saves only the fuel. So the tax
    has to come off what charging is worth. The CO2 in that tax is counted in `climate` instead.
    """
    service = schedule.service
    km = service["energy_kwh"] * economics.additionality_share / economics.kwh_per_km
    return _during(service["year"], -km * economics.fuel_tax_eur_per_km, economics)


def _time_worth(schedule: Schedule, economics: Economics, what: str, weight: float) -> Payments:
    service = schedule.service
    as_is, plan = service[f"{what}_min_as_is"], service[f"{what}_min_plan"]
    # a request gained takes its minutes with the plan, one that is lost spares those of the city as it is
    taken = np.where(service["gained"] >= 0, plan, as_is)
    moved = service["gained"] * (1 - economics.additionality_share)
    saved_min = service["kept"] * (as_is - plan) - moved * taken
    eur = saved_min / MIN_PER_H * weight * economics.value_of_time_eur_per_h
    return _during(service["year"], eur, economics)
