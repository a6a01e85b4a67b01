"""Checks on demand settings that bounds cannot express: lengths, sums, years, hours."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sim.demand.requests import VEHICLES
from sim.demand.vocabulary import BUILDING_SIZES, PATHS, PLACES, SURFACES, VISIT_USE_CASES

if TYPE_CHECKING:
    from sim.demand.settings import Demand

SUM_TOLERANCE = 1e-6
MEAN_TOLERANCE = 0.005  # of month factors: they are given to two digits


def shape_problems(demand: Demand) -> list[str]:
    """Every list of the wrong length, share that does not sum to 1, and table with a hole; one sentence each."""
    return [
        *infinite_values(demand, "demand."),
        *_stock(demand),
        *_lists(demand),
        *_shares(demand),
        *_months(demand),
        *_week(demand),
        *(problem for use, bands in vars(demand.stay_h).items() for problem in _stays(f"demand.stay_h.{use}", bands)),
    ]


def infinite_values(settings: Any, prefix: str) -> Iterator[str]:
    """Every value that is not finite; nested settings included. (Bounds alone let +inf pass.)"""
    for field in dataclasses.fields(settings):
        value, key = getattr(settings, field.name), f"{prefix}{field.name}"
        if dataclasses.is_dataclass(value):
            yield from infinite_values(value, f"{key}.")
        elif any(math.isinf(number) for number in _numbers(value)):
            yield f"{key}: an infinite value; give a finite number"


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for item in value.values() for number in _numbers(item)]
    if isinstance(value, list):
        return [number for item in value for number in _numbers(item)]
    return [value] if isinstance(value, int | float) else []


def _length(key: str, value: Sequence[float], wanted: int, order: str) -> Iterator[str]:
    if len(value) != wanted:
        yield f"{key}: {len(value)} values; give {wanted} ({order})"


def _stock(demand: Demand) -> Iterator[str]:
    stock = demand.stock
    for field in dataclasses.fields(stock):
        table = getattr(stock, field.name)
        if isinstance(table, dict) and field.name != "cars_city" and not table:
            yield f"demand.stock.{field.name}: no year; give at least one"
    for year, values in stock.bev_germany.items():
        yield from _length(f"demand.stock.bev_germany.{year}", values, len(PATHS), ", ".join(PATHS))
        if values != sorted(values):
            yield f"demand.stock.bev_germany.{year}: {values} does not ascend; give low, mid, high"
    tables = (stock.bev_germany, stock.local_factor, stock.phev_per_bev, stock.nopark_uptake)
    if all(tables) and max(min(t) for t in tables) > min(max(t) for t in tables):
        yield "demand.stock: the tables by year have no year in common; extend the shorter ones"


def _lists(demand: Demand) -> Iterator[str]:
    sizes, places, surfaces = ", ".join(BUILDING_SIZES), ", ".join(PLACES), ", ".join(SURFACES)
    for key, value, wanted, order in (
        ("energy.month_factor", demand.energy.month_factor, 12, "January to December"),
        ("cars.persons_per_dwelling", demand.cars.persons_per_dwelling, len(BUILDING_SIZES), sizes),
        ("cars.per_resident", demand.cars.per_resident, len(BUILDING_SIZES), sizes),
        ("parking.no_private_base", demand.parking.no_private_base, len(BUILDING_SIZES), sizes),
        ("split.private", demand.split.private, len(PLACES), places),
        ("split.none", demand.split.none, len(PLACES), places),
        ("split.in_city", demand.split.in_city, len(PLACES), places),
        ("inbound.kwh_per_day", demand.inbound.kwh_per_day, len(PLACES), places),
        ("inbound.visitors", demand.inbound.visitors, len(PLACES), places),
        ("origin.work", demand.origin.work, len(SURFACES), surfaces),
        ("origin.destination", demand.origin.destination, len(SURFACES), surfaces),
        ("origin.retail", demand.origin.retail, len(SURFACES), surfaces),
        ("origin.hub", demand.origin.hub, len(SURFACES), surfaces),
        ("fleet.share", demand.fleet.share, len(VEHICLES) - 1, ", ".join(VEHICLES[:-1])),
        ("fleet.battery_kwh", demand.fleet.battery_kwh, len(VEHICLES), ", ".join(VEHICLES)),
        ("fleet.ac_kw", demand.fleet.ac_kw, len(VEHICLES), ", ".join(VEHICLES)),
        ("fleet.dc_kw", demand.fleet.dc_kw, len(VEHICLES), ", ".join(VEHICLES)),
        ("charge.ac_arrival", demand.charge.ac_arrival, 2, "a and b of a Beta law"),
        ("charge.dc_arrival", demand.charge.dc_arrival, 2, "a and b of a Beta law"),
        ("charge.dc_filled", demand.charge.dc_filled, 2, "a and b of a Beta law"),
        ("charge.hub_idle_min", demand.charge.hub_idle_min, 2, "median and sigma"),
    ):
        yield from _length(f"demand.{key}", value, wanted, order)
    for city, centre in demand.origin.centre_m.items():
        yield from _length(f"demand.origin.centre_m.{city}", centre, 2, "x and y in EPSG:25832")
    if len(demand.fleet.dc_curve) < 2:
        yield "demand.fleet.dc_curve: fewer than 2 values; give the power from 0 to 100 % charge"
    if any(kw <= 0 for kw in demand.fleet.dc_kw[:-1]):
        yield f"demand.fleet.dc_kw: {demand.fleet.dc_kw}; every BEV class needs more than 0 kW (hubs serve BEV)"
    for use in VISIT_USE_CASES:
        if sum(getattr(demand.origin, use)) <= 0:
            yield f"demand.origin.{use}: all weights are 0; give at least one surface a weight"


def _shares(demand: Demand) -> Iterator[str]:
    for key, value in (
        ("split.private", demand.split.private),
        ("split.none", demand.split.none),
        ("fleet.share", demand.fleet.share),
    ):
        if abs(sum(value) - 1) > SUM_TOLERANCE:
            yield f"demand.{key}: the shares sum to {sum(value):g}; make them sum to 1"


def _months(demand: Demand) -> Iterator[str]:
    factors = demand.energy.month_factor
    mean = sum(factors) / max(len(factors), 1)
    if len(factors) == 12 and not abs(mean - 1) <= MEAN_TOLERANCE:
        yield (
            f"demand.energy.month_factor: the mean is {mean:.4g}; make it 1, so that the months add up to the year of "
            "kwh_per_km"
        )


def _week(demand: Demand) -> Iterator[str]:
    for use, factors in vars(demand.day_factor).items():
        yield from _length(f"demand.day_factor.{use}", factors, 7, "Monday to Sunday")
        if sum(factors) <= 0:
            yield f"demand.day_factor.{use}: all days are 0; give at least one day requests"
    for use, rows in vars(demand.hour_share).items():
        key = f"demand.hour_share.{use}"
        if len(rows) != 3:
            yield f"{key}: {len(rows)} rows; give 3 (Monday to Friday, Saturday, Sunday)"
        for number, row in enumerate(rows):
            yield from _length(f"{key}[{number}]", row, 24, "0 to 23 h")
            if sum(row) <= 0:
                yield f"{key}[{number}]: all hours are 0; give at least one hour requests"


def _stays(key: str, bands: dict[str, list[list[float]]]) -> Iterator[str]:
    spans = []
    for band, rows in bands.items():
        ends = band.split("-")
        if len(ends) == 2 and all(end.isdigit() for end in ends):
            spans.append((int(ends[0]), int(ends[1])))
        else:
            yield f"{key}: band '{band}'; write it as from-to in whole hours, such as 6-11"
        if not rows:
            yield f"{key}.{band}: no rows; give at least one [weight, median h, sigma]"
        bad = [row for row in rows if len(row) != 3]
        if bad:
            yield f"{key}.{band}: row {bad[0]}; write rows as [weight, median h, sigma]"
        elif rows and abs(sum(row[0] for row in rows) - 1) > SUM_TOLERANCE:
            yield f"{key}.{band}: the weights sum to {sum(row[0] for row in rows):g}; make them sum to 1"
    spans.sort()
    edges = [0, *(edge for span in spans for edge in span), 24]
    gaps = edges[0::2] != edges[1::2]
    if len(spans) == len(bands) and (gaps or any(first >= last for first, last in spans)):
        yield f"{key}: the bands {', '.join(bands)} do not cover 0-24 h once; close gaps and overlaps"
