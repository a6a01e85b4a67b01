"""The stock: which stations stand today. One function for each model, by name in STOCKS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.city.schema import LARGER_HOUSES
from sim.city.sites import take_spaced
from sim.city.technology import Technology
from sim.errors import DataError, UnknownName
from sim.parameter import parameter
from sim.registry import Registry


@dataclass(frozen=True)
class TopUp:
    """How a dated register is brought up to a reported total: lanterns and kerbside stations at larger houses."""

    points_total: dict[str, int] = parameter(
        unit="points", meaning="public points by city after topping up; one not listed keeps its stations",
        source="S84-S86: Dortmund 2022-23", confidence="B", low="x 0.8", high="x 1.2", at_least=0,
    )  # fmt: skip
    lantern_share: float = parameter(
        unit="share", meaning="share of the added points that are lantern points; rounded, and an odd point left over "
        "is a lantern", source="S85: some 320 lantern points were announced, not all of them public by 2023",
        confidence="M", low=0.5, high=1, at_least=0, at_most=1,
    )  # fmt: skip
    lantern_technology: str = parameter(
        unit="", meaning="technology of a lantern point, a station of 1 point", source="S85", confidence="B"
    )
    kerbside_technology: str = parameter(
        unit="", meaning="technology of an added kerbside station of 2 points", source="register 2019",
        confidence="A",
    )  # fmt: skip
    lantern_spacing_m: float = parameter(
        unit="m", meaning="least distance from a lantern to other stations, while there is room", source="assumption",
        confidence="M", low=100, high=400, above=0,
    )  # fmt: skip
    kerbside_spacing_m: float = parameter(
        unit="m", meaning="least distance from an added kerbside station to other stations, while there is room",
        source="assumption", confidence="M", low=300, high=1000, above=0,
    )  # fmt: skip


@dataclass(frozen=True)
class Stock:
    """Settings of the stock; values in `configs/stock/`.

    top_up : for models that add stations to those of the bundle, else None
    """

    top_up: TopUp | None
    name: str = parameter(unit="", meaning="name in STOCKS", source="choice", confidence="-")


# (city, stations, cells, settings, technologies) -> stations, and a sentence for each thing that was made. `city` is
# the name of the bundle; stations are by `station_id`: district_id, x_m, y_m, technology, power_kw, points, origin.
StockModel = Callable[
    [str, pd.DataFrame, pd.DataFrame, Stock, Mapping[str, Technology]], tuple[pd.DataFrame, tuple[str, ...]]
]
STOCKS: Registry[StockModel] = Registry("stock")

KERBSIDE_POINTS = 2


@STOCKS.register()
def as_given(
    city: str, stations: pd.DataFrame, cells: pd.DataFrame, settings: Stock, technologies: Mapping[str, Technology]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The stations of the bundle, as they are."""
    return stations, ()


@STOCKS.register()
def register_2019(
    city: str, stations: pd.DataFrame, cells: pd.DataFrame, settings: Stock, technologies: Mapping[str, Technology]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The stations of the Dortmund bundle, as they are: the federal register of July 2019, 131 points."""
    return as_given(city, stations, cells, settings, technologies)


@STOCKS.register()
def reported_2023(
    city: str, stations: pd.DataFrame, cells: pd.DataFrame, settings: Stock, technologies: Mapping[str, Technology]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The stations of the bundle, topped up to a reported total. What is added is synthetic.

    Only the total is reported. Lantern points and two-point kerbside stations are put at cells of larger houses (7 and
    more dwellings; residents where a city has none), the densest first and spread by a least distance. A city without
    a reported total keeps the stations of its bundle.
    """
    top_up = settings.top_up
    if top_up is None:
        raise DataError(["stock.top_up: is not given; stock reported_2023 needs points_total and how to add points"])
    if city not in top_up.points_total:
        return stations, ()
    total, there = top_up.points_total[city], int(stations["points"].sum())
    added = total - there
    if added < 0:
        problem = (
            f"stock.top_up.points_total.{city} ({total}) is less than the {there} points in stations.csv; "
            "give a larger total, or choose stock=as_given to keep the stations as they are"
        )
        raise DataError([problem])
    kerbside_stations = (added - round(added * top_up.lantern_share)) // KERBSIDE_POINTS
    lanterns = added - KERBSIDE_POINTS * kerbside_stations
    occupied = stations[["x_m", "y_m"]].to_numpy(dtype=float)
    weight = _larger_houses(cells)
    xy_m = cells[["x_m", "y_m"]].to_numpy()
    kerbside = _spread(xy_m, weight, kerbside_stations, spacing_m=top_up.kerbside_spacing_m, occupied=occupied)
    occupied = np.vstack([occupied, xy_m[kerbside]])
    lantern = _spread(xy_m, weight, lanterns, spacing_m=top_up.lantern_spacing_m, occupied=occupied)
    stock = pd.concat(
        [
            stations,
            _stations_at(cells.iloc[kerbside], top_up.kerbside_technology, KERBSIDE_POINTS, "kerbside", technologies),
            _stations_at(cells.iloc[lantern], top_up.lantern_technology, 1, "lantern", technologies),
        ]
    )
    sentence = (
        f"stations: {added} of {total} points were added to reach the reported total: {lanterns} lantern "
        f"points and {kerbside_stations} kerbside stations of {KERBSIDE_POINTS} at cells of larger houses "
        "(reported_2023)"
    )
    return stock.rename_axis("station_id"), (sentence,) if added else ()


def _larger_houses(cells: pd.DataFrame) -> np.ndarray:
    """Dwellings in larger houses per m2 of each cell, or residents where a city has no larger houses."""
    dwellings = cells[list(LARGER_HOUSES)].sum(axis=1)
    number = dwellings if dwellings.sum() > 0 else cells["residents"]
    return np.asarray(number / cells["side_m"] ** 2)


def _spread(xy_m: np.ndarray, weight: np.ndarray, count: int, *, spacing_m: float, occupied: np.ndarray) -> np.ndarray:
    """`count` rows by weight, spread by a least distance; when no room is left, once more over all rows, and so on."""
    taken: list[np.ndarray] = []
    missing = count
    while missing > 0:
        more = take_spaced(xy_m, weight, spacing_m=spacing_m, occupied=occupied, most=missing)
        occupied = np.empty((0, 2))
        taken.append(more)
        missing -= len(more)
    return np.concatenate(taken) if taken else np.empty(0, dtype=np.int64)


def _stations_at(
    cells: pd.DataFrame, technology: str, points: int, kind: str, technologies: Mapping[str, Technology]
) -> pd.DataFrame:
    if technology not in technologies:
        raise UnknownName("technology", technology, technologies)
    ids = pd.Index([f"{kind}_{n:03d}" for n in range(1, len(cells) + 1)], dtype="str")
    return (
        cells[["district_id", "x_m", "y_m"]]
        .set_axis(ids, axis=0)
        .assign(technology=technology, power_kw=technologies[technology].power_kw, points=points, origin="synthetic")
    )
