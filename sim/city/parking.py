"""Parking pressure: how many cars want a bay in the street for each bay there is.

Given by the bundle for sites or cells where the city has counted, else made from residents, the houses they live in
and an even density of street bays: synthetic, and marked as such.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.schema import DWELLINGS
from sim.city.sites import Sites

Floats = NDArray[np.float64]
GIVEN, SYNTHETIC = "given", "synthetic"
M2_PER_KM2 = 1e6


def parking_pressure(cells: pd.DataFrame, places: pd.DataFrame, *, settings: Sites) -> pd.DataFrame:
    """Cars per street bay at places, and whether that is given or synthetic; by the index of `places`.

    Columns: parking_pressure [cars/bay], pressure_origin ("given", "synthetic").

    places : x_m, y_m, and where the bundle gives it parking_pressure. Else that of the cell whose centre is nearest,
             where the bundle gives it for cells; else `synthetic_pressure`
    """
    own = _column(places)
    of_cell = _column(cells)[nearest_cell(cells, places)]
    known = np.where(np.isnan(own), of_cell, own)
    made = synthetic_pressure(cells, places, settings=settings)
    return pd.DataFrame(
        {
            "parking_pressure": np.where(np.isnan(known), made, known),
            "pressure_origin": pd.array(np.where(np.isnan(known), SYNTHETIC, GIVEN), dtype="str"),
        },
        index=places.index,
    )


def synthetic_pressure(cells: pd.DataFrame, places: pd.DataFrame, *, settings: Sites) -> Floats:
    """Cars of residents that park in the street / street bays, within walking distance of places. [cars/bay]

        cars = sum over cells of residents x cars_per_resident x share without own parking (by the mix of its houses)
        bays = area of these cells x street_bays_per_km2

    over the cells with residents whose centres are within `pressure_radius_m`; 0 where there is none. Visitors, permits
    and garages do not count.
    """
    dwellings = cells[list(DWELLINGS)].to_numpy(float)
    share = np.array(settings.street_share)
    total = dwellings.sum(axis=1)
    mix = np.divide(dwellings @ share, total, out=np.full(len(cells), share[-1]), where=total > 0)
    residents = cells["residents"].to_numpy(float)
    cars = residents * settings.cars_per_resident * mix
    bays = np.where(
        residents > 0, settings.street_bays_per_km2 * cells["side_m"].to_numpy(float) ** 2 / M2_PER_KM2, 0.0
    )
    x, y = cells["x_m"].to_numpy(float), cells["y_m"].to_numpy(float)
    pressure = np.zeros(len(places))
    for row, (px, py) in enumerate(places[["x_m", "y_m"]].to_numpy(float).tolist()):
        near = (x - px) ** 2 + (y - py) ** 2 <= settings.pressure_radius_m**2
        if bays[near].sum() > 0:
            pressure[row] = cars[near].sum() / bays[near].sum()
    return pressure


def nearest_cell(cells: pd.DataFrame, places: pd.DataFrame) -> NDArray[np.intp]:
    """Row of the cell whose centre is nearest to each place."""
    x, y = cells["x_m"].to_numpy(float), cells["y_m"].to_numpy(float)
    return np.array(
        [np.argmin((x - px) ** 2 + (y - py) ** 2) for px, py in places[["x_m", "y_m"]].to_numpy(float).tolist()],
        dtype=np.intp,
    )


def _column(frame: pd.DataFrame) -> Floats:
    if "parking_pressure" not in frame:
        return np.full(len(frame), np.nan)
    return np.asarray(frame["parking_pressure"].to_numpy(float))
