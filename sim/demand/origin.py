"""Where requests start: kerbside at the parked cars, visits by weights of the bundle or by synthetic surfaces."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.city import City
from sim.demand.fleet import residents_within
from sim.demand.requests import USE_CASES
from sim.demand.settings import Demand
from sim.demand.vocabulary import PLACES, VISIT_USE_CASES
from sim.errors import DataError

NEAR_M = 600.0  # a centre is the place with most residents so near


def origin_weights(city: City, demand: Demand, ev: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Share of each use case's requests that starts in each cell, cells x use cases, columns sum to 1.

    Also one sentence for everything that is synthetic here.

    ev : BEV by cell with and without own parking, cells x 2 [BEV]
    """
    surfaces = synthetic_surfaces(city, demand, ev.sum(axis=1))
    weights, made = np.empty((len(city.cells), len(USE_CASES))), []
    for number, use_case in enumerate(USE_CASES):
        if use_case not in VISIT_USE_CASES:
            place = PLACES.index(use_case)
            weight = ev @ np.array([demand.split.private[place], demand.split.none[place]])
            weight = weight if weight.sum() > 0 else ev.sum(axis=1)
        elif (column := visit_column(city.cells, use_case)) is not None:
            weight = given_weight(city, column)
        else:
            weight = surfaces @ np.array(getattr(demand.origin, use_case), float)
            made.append(use_case)
        weights[:, number] = weight / weight.sum()
    sentences = []
    if made:
        sentences.append(
            f"where {', '.join(made)} requests start: made by synthetic_surfaces from residents, cars and distance to "
            "centres; the city gives no visit weights"
        )
        if city.name not in demand.origin.centre_m:
            sentences.append("the city centre: the cell with most residents within 600 m, for want of a given one")
    return weights, tuple(sentences)


def visit_column(cells: pd.DataFrame, use_case: str) -> str | None:
    """The column of given visit weights for a use case, its own before the common one."""
    return next((name for name in (f"visit_weight_{use_case}", "visit_weight") if name in cells), None)


def given_weight(city: City, column: str) -> NDArray[np.float64]:
    """Visit weights of the bundle, checked."""
    weight: NDArray[np.float64] = city.cells[column].to_numpy(float)
    if not (np.isfinite(weight).all() and weight.min() >= 0 and weight.sum() > 0):
        raise DataError(
            [f"cells.csv of {city.name}: {column}: weights must be 0 or more and not all 0; correct them or drop them"]
        )
    return weight


def synthetic_surfaces(city: City, demand: Demand, ev: NDArray[np.float64]) -> NDArray[np.float64]:
    """Five surfaces that stand in for jobs, shops and roads, cells x 5, each summing to 1 (section 3, assumption).

    Residents; electric cars; pull of the city centre, exp(-distance / decay); pull of the district centres, each
    the cell of the district with most residents within 600 m, sized by the district's residents; all cells alike.
    """
    cells = city.cells
    x, y, residents = (cells[name].to_numpy(float) for name in ("x_m", "y_m", "residents"))
    near = residents_within(cells, NEAR_M)
    centre = demand.origin.centre_m.get(city.name) or [x[near.argmax()], y[near.argmax()]]
    pull = np.exp(-np.hypot(x - centre[0], y - centre[1]) / 1000 / demand.origin.centre_decay_km)
    local = np.zeros(len(cells))
    for rows in cells.groupby("district_id", sort=False).indices.values():
        middle = rows[near[rows].argmax()]
        away_km = np.hypot(x[rows] - x[middle], y[rows] - y[middle]) / 1000
        near_middle = np.exp(-away_km / demand.origin.district_decay_km)
        local[rows] = near_middle / near_middle.sum() * residents[rows].sum()
    if not pull.sum() > 0:
        raise DataError(
            [f"demand.origin.centre_m.{city.name} ({centre}) is far from every cell; give x and y in EPSG:25832"]
        )
    return np.column_stack([s / s.sum() for s in (residents, ev, pull, local, np.ones(len(cells)))])
