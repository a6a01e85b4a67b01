"""How many electric cars the city has, and in which cells they are kept (E1 to E6)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.city import City
from sim.demand.settings import Demand
from sim.demand.vocabulary import BUILDING_SIZES, PATHS
from sim.errors import DataError, UnknownName

MOST_EV_SHARE = 0.95  # of the cars of a cell; beyond it electric cars go to cells that have room
LEAST_NEAR = 50  # residents within 500 m that the density of a cell is reckoned with at least


def cells_with_cars(city: City, demand: Demand) -> pd.DataFrame:
    """Cars of every cell and the share of their owners without own parking; by cell_id (E1 to E4).

    Columns: district_id, residents [persons], cars [cars], no_parking_share [share]. The city's cars are those counted
    (`stock.cars_city`) or, for a city not listed there, `stock.cars_per_resident` of its residents.
    """
    cells = city.cells
    residents = cells["residents"].to_numpy(float)
    if not residents.sum() > 0:
        raise DataError([f"cells.csv of {city.name}: residents: no cell has any; a demand needs residents"])
    cars_by_size = residents_by_size(cells, demand) * np.array(demand.cars.per_resident)
    cars_by_size *= cars_of_city(city, demand) / cars_by_size.sum()  # (E2)
    near = residents_within(cells, 500.0)
    density = np.log(np.maximum(near, LEAST_NEAR) / np.average(near, weights=residents))
    base = np.array(demand.parking.no_private_base)
    logit = np.log(base / (1 - base)) + demand.parking.density_effect * density[:, None]
    shift = calibrated_shift(logit, cars_by_size, demand.parking.city_mean)
    cars = cars_by_size.sum(axis=1)
    without = (logistic(logit + shift) * cars_by_size).sum(axis=1)  # (E3)
    share = np.divide(without, cars, out=np.zeros_like(cars), where=cars > 0)
    return pd.DataFrame(
        dict(district_id=cells["district_id"], residents=residents, cars=cars, no_parking_share=share),
        index=cells.index,
    )


def cars_of_city(city: City, demand: Demand) -> float:
    """All cars of the city: counted where listed by name, else by residents. [cars]"""
    counted = demand.stock.cars_city.get(city.name)
    return counted if counted is not None else demand.stock.cars_per_resident * float(city.cells["residents"].sum())


def commuters_of_city(city: City, demand: Demand) -> float:
    """People who commute into the city: counted where listed by name, else by residents. [persons]"""
    counted = demand.inbound.commuters.get(city.name)
    if counted is not None:
        return counted
    return demand.inbound.commuters_per_resident * float(city.cells["residents"].sum())


def residents_by_size(cells: pd.DataFrame, demand: Demand) -> NDArray[np.float64]:
    """Residents of each cell by building size, cells x 5 (E1). [persons]

    A cell without dwellings takes the city's mix; a city without any takes buildings of the size "other".
    """
    dwellings = cells[list(BUILDING_SIZES)].to_numpy(float, copy=True)
    dwellings[:, 0] *= demand.cars.detached_factor
    mix = dwellings.sum(axis=0)
    dwellings[dwellings.sum(axis=1) == 0] = mix if mix.sum() > 0 else np.eye(len(mix))[-1]
    people = dwellings * np.array(demand.cars.persons_per_dwelling)
    return np.asarray(cells["residents"].to_numpy(float)[:, None] * people / people.sum(axis=1, keepdims=True))


def residents_within(cells: pd.DataFrame, radius_m: float) -> NDArray[np.float64]:
    """Residents of the cells whose centres lie within a radius of each cell's centre. [persons]"""
    x, y, residents = (cells[name].to_numpy(float) for name in ("x_m", "y_m", "residents"))
    order = np.argsort(x, kind="stable")
    x, y, residents = x[order], y[order], residents[order]
    near = np.empty(len(x))
    for first in range(0, len(x), 128):  # only cells in the same north-south strip can be near
        block = slice(first, first + 128)
        low = np.searchsorted(x, x[block][0] - radius_m, "left")
        high = np.searchsorted(x, x[block][-1] + radius_m, "right")
        strip = slice(low, high)
        distance2 = (x[block, None] - x[strip]) ** 2 + (y[block, None] - y[strip]) ** 2
        near[order[block]] = np.where(distance2 <= radius_m**2, residents[strip], 0.0).sum(axis=1)
    return near


def logistic(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + exp(-value)); a share from a logit."""
    return np.asarray(1 / (1 + np.exp(-value)))


def calibrated_shift(logit: NDArray[np.float64], weight: NDArray[np.float64], mean: float) -> float:
    """What to add to all logits so that the weighted mean share is `mean`; by bisection (E4)."""
    low, high = -30.0, 30.0
    for _ in range(80):
        shift = (low + high) / 2
        if np.sum(logistic(logit + shift) * weight) < mean * weight.sum():
            low = shift
        else:
            high = shift
    return (low + high) / 2


def in_year(table: dict[int, float], year: int) -> float:
    """A value by year, linear between the years given. The year must lie within them (`check_year`)."""
    years = sorted(table)
    return float(np.interp(year, years, [table[y] for y in years]))


def check_year(demand: Demand, year: int) -> None:
    """Refuse a year that the tables by year do not reach."""
    stock = demand.stock
    tables = (stock.bev_germany, stock.local_factor, stock.phev_per_bev, stock.nopark_uptake)
    first, last = max(min(table) for table in tables), min(max(table) for table in tables)
    if not first <= year <= last:
        raise DataError(
            [f"year ({year}) must be within {first}-{last}; or add a row for it to the tables in demand.stock"]
        )


def ev_stock(city: City, demand: Demand, *, year: int, path: str) -> tuple[float, float]:
    """Battery cars and plug-in hybrids of the city, mean of the year (E5). [BEV], [PHEV]"""
    check_year(demand, year)
    if path not in PATHS:
        raise UnknownName("path", path, PATHS)
    stock = demand.stock
    national = in_year({y: values[PATHS.index(path)] for y, values in stock.bev_germany.items()}, year)
    bev = national * cars_of_city(city, demand) / stock.cars_germany * in_year(stock.local_factor, year)
    return bev, bev * in_year(stock.phev_per_bev, year)


def ev_by_cell(
    cars: NDArray[np.float64], no_parking_share: NDArray[np.float64], *, bev: float, nopark_uptake: float
) -> NDArray[np.float64]:
    """Battery cars of each cell, cells x (own parking, none), summing to `bev` (E6). [BEV]

    No cell gets more than 0.95 of its cars; what is over goes to the other cells in proportion.
    """
    if bev > MOST_EV_SHARE * cars.sum():
        raise DataError([f"demand.stock: {bev:,.0f} BEV for {cars.sum():,.0f} cars; lower bev_germany or local_factor"])
    owners = np.column_stack([cars * (1 - no_parking_share), cars * no_parking_share * nopark_uptake])
    wish, room = owners.sum(axis=1), MOST_EV_SHARE * cars
    full = np.zeros(len(cars), dtype=bool)
    while True:
        rate = (bev - room[full].sum()) / max(wish[~full].sum(), 1e-300)
        over = ~full & (rate * wish > room)
        if not over.any():
            break
        full |= over
    total = np.where(full, room, rate * wish)
    return np.asarray(owners * np.divide(total, wish, out=np.zeros_like(wish), where=wish > 0)[:, None])
