"""Which stations a driver tries, in which order: those within reach that have the current the use case needs.

The nearest come first; where the price counts (`behaviour.way_m_per_eur`), those best by way and price: the way, and
what the energy wanted costs there in metres. The price changes the order only; how far a driver goes at most is a
matter of the way alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.technology import Technology
from sim.clock import H_PER_WEEK, MIN_PER_H, Horizon, weekly_minute
from sim.demand.behaviour import Behaviour
from sim.demand.requests import USE_CASES, Requests
from sim.errors import UnknownName

BLOCK = 256  # cells worked on at once, and
MOST_PAIRS = 1_000_000  # pairs of request and station worked on at once; both bound memory
ROUNDING_M = 1e-6
MONDAY_FIRST = Horizon(warm_up_days=0, days=7)
HUB = USE_CASES.index("hub")


@dataclass(frozen=True)
class Ranked:
    """The stations each driver tries, best first; n requests, k = most tries of any use case.

    choices    : n x k i4, row of city.stations; -1 = no further choice, only at the end
    way_m      : n x k f8, from the request to the station, detours included; NaN without a choice [m]
    detour_min : n x k f8, search and drive from the choice before; 0 in the first column and without a choice [min]
    """

    choices: NDArray[np.int32]
    way_m: NDArray[np.float64]
    detour_min: NDArray[np.float64]


def rank_stations(
    requests: Requests,
    stations: pd.DataFrame,
    technologies: Mapping[str, Technology],
    behaviour: Behaviour,
    *,
    horizon: Horizon = MONDAY_FIRST,
) -> Ranked:
    """Best stations within each driver's reach, at most as many as the use case tries; ties by station row.

    A way is the straight line times a detour factor: on foot where cars park to charge, by car to a hub. The nearest is
    best, or where the price counts the one with the least way + `way_m_per_eur` x price x energy wanted, at the price
    of the hour in which the driver begins to look. Stations that are closed in that hour are left out: the hours are on
    the sign.

    stations : city.stations
    horizon  : says which hour of the week minute 0 is; matters where points close
    """
    most = max(behaviour.tries.values())
    choices = np.full((len(requests), most), -1, np.int32)
    way = np.full((len(requests), most), np.nan)
    xy = stations[["x_m", "y_m"]].to_numpy(float).reshape(-1, 2)
    standing = set(stations["technology"])
    unknown = sorted(standing - set(technologies))
    if unknown:
        raise UnknownName("technology", unknown[0], technologies)
    currents = stations["technology"].map({name: t.current for name, t in technologies.items()}).to_numpy(str)
    named = stations["technology"].map({name: row for row, name in enumerate(technologies)}).to_numpy(int)
    factor = np.full(len(USE_CASES), behaviour.walk_detour_factor)
    factor[HUB] = behaviour.drive_detour_factor
    tries = np.array([behaviour.tries[use_case] for use_case in USE_CASES])
    way_m_per_eur = np.array([behaviour.way_m_per_eur[use_case] for use_case in USE_CASES])
    price = np.array([technology.price_eur_per_kwh for technology in technologies.values()])
    kinds = [(behaviour.current[use_case], behaviour.way_m_per_eur[use_case] > 0) for use_case in USE_CASES]
    for current, by_price in sorted(set(kinds)):
        served = [number for number, kind in enumerate(kinds) if kind == (current, by_price)]
        k = int(tries[served].max())
        for rows, is_open in who_finds_open(
            requests, np.flatnonzero(np.isin(requests.use_case, served)), technologies, standing, horizon
        ):
            usable = np.flatnonzero((currents == current) & is_open[named])
            if not len(rows) or not len(usable):
                continue
            use_case = requests.use_case[rows]
            if by_price:
                near, distance = cheapest_stations(
                    requests, rows, xy[usable], k, price_eur_per_kwh=price, technology=named[usable],
                    detour_factor=factor[use_case], way_m_per_eur=way_m_per_eur[use_case],
                )  # fmt: skip
            else:
                near, distance = nearest_stations(requests, rows, xy[usable], k)
            line = distance * factor[use_case][:, None]
            allowed = (line <= requests.reach_m[rows][:, None]) & (np.arange(near.shape[1]) < tries[use_case][:, None])
            choices[rows, : near.shape[1]] = np.where(allowed, usable[near], -1)
            way[rows, : near.shape[1]] = np.where(allowed, line, np.nan)
    return Ranked(choices, way, detours_min(choices, xy, behaviour))


def who_finds_open(
    requests: Requests,
    rows: NDArray[np.intp],
    technologies: Mapping[str, Technology],
    standing: Collection[str],
    horizon: Horizon,
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.bool_]]]:
    """Requests (of `rows`) that find the same technologies open as they begin to look, and flags of these, by
    technology.

    standing : technologies that stand at all; the others count as open
    """
    hours = np.array(
        [technology.open_hours() | (name not in standing) for name, technology in technologies.items()]
    ).reshape(-1, H_PER_WEEK)
    if hours.all():
        yield rows, np.ones(len(hours), bool)
        return
    patterns, pattern_of = np.unique(hours, axis=1, return_inverse=True)
    hour = (weekly_minute(requests.arrival_min[rows], horizon) // MIN_PER_H).astype(np.intp)
    found = pattern_of.ravel()[hour]
    for number in np.unique(found):
        yield rows[found == number], patterns[:, number]


def detours_min(
    choices: NDArray[np.int32], stations_m: NDArray[np.float64], behaviour: Behaviour
) -> NDArray[np.float64]:
    """Time from finding one choice full to arriving at the next: search, then the drive between them. [min]"""
    detour = np.zeros(choices.shape)
    if len(stations_m):
        row, before = np.nonzero(choices[:, 1:] >= 0)
        step = stations_m[choices[row, before + 1]] - stations_m[choices[row, before]]
        drive_km = np.hypot(step[:, 0], step[:, 1]) / 1000 * behaviour.drive_detour_factor
        detour[row, before + 1] = behaviour.search_min + drive_km / behaviour.drive_speed_kmh * 60
    return detour


def cheapest_stations(
    requests: Requests,
    rows: NDArray[np.intp],
    stations_m: NDArray[np.float64],
    k: int,
    *,
    technology: NDArray[np.intp],
    price_eur_per_kwh: NDArray[np.float64],
    detour_factor: NDArray[np.float64],
    way_m_per_eur: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The k stations within reach that are best by way and price, best first, and their distances; exact. [-], [m]

    Ties go to the shorter way, then to the station named first; stations beyond reach come last. Stations of one
    technology cost the same at one time, so the k best of all are among the k nearest of each technology.

    technology : of each station, a row of price_eur_per_kwh, which has 24 columns; detour_factor [-] and way_m_per_eur
    [m/EUR] : of each of the rows
    """
    hour = (requests.arrival_min[rows] // MIN_PER_H).astype(np.intp) % 24
    near, distance, metres = [], [], []
    for number in np.unique(technology):
        mine = np.flatnonzero(technology == number)
        found, away = nearest_stations(requests, rows, stations_m[mine], k)
        way = away * detour_factor[:, None]
        cost_m = way_m_per_eur * requests.need_kwh[rows] * price_eur_per_kwh[number, hour]
        near.append(mine[found])
        distance.append(away)
        metres.append(np.where(way <= requests.reach_m[rows][:, None], way + cost_m[:, None], np.inf))
    stations, away, worth = (np.concatenate(part, axis=1) for part in (near, distance, metres))
    best = np.lexsort((stations, away, worth), axis=1)[:, :k]
    return np.take_along_axis(stations, best, axis=1), np.take_along_axis(away, best, axis=1)


def nearest_stations(
    requests: Requests, rows: NDArray[np.intp], stations_m: NDArray[np.float64], k: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The k nearest stations of each request, nearest first, ties by station, and their distances; exact. [-], [m]

    Requests of one cell share a short list: all stations no farther from the middle of their points than the k-th
    nearest station plus twice the radius of the points. None of the k nearest of any point can lie beyond that.
    """
    k = min(k, len(stations_m))
    by_cell = np.argsort(requests.cell[rows], kind="stable")
    order = rows[by_cell]
    x, y = requests.x_m[order], requests.y_m[order]
    first = np.flatnonzero(np.diff(requests.cell[order], prepend=-1))
    count = np.diff(first, append=len(order))
    place = np.repeat(np.arange(len(first)), count)
    middle = np.column_stack([np.add.reduceat(x, first), np.add.reduceat(y, first)]) / count[:, None]
    radius = np.maximum.reduceat(np.hypot(x - middle[place, 0], y - middle[place, 1]), first)
    chosen, distance = np.empty((len(rows), k), np.intp), np.empty((len(rows), k))
    for start in range(0, len(first), BLOCK):
        block = slice(start, start + BLOCK)
        listed = _listed(middle[block], radius[block], stations_m, k)
        end = first[start] + count[block].sum()
        step = max(1, MOST_PAIRS // listed.shape[1])
        for low in range(first[start], end, step):
            at = slice(low, min(low + step, end))
            near = listed[place[at] - start]
            exact = np.hypot(x[at, None] - stations_m[near, 0], y[at, None] - stations_m[near, 1])
            exact[near < 0] = np.inf
            row = np.arange(len(exact))
            for rank in range(k):
                best = exact.argmin(axis=1)  # the first of equals, which is the lowest station
                chosen[by_cell[at], rank] = near[row, best]
                distance[by_cell[at], rank] = exact[row, best]
                exact[row, best] = np.inf
    return chosen, distance


def _listed(
    middle: NDArray[np.float64], radius: NDArray[np.float64], stations_m: NDArray[np.float64], k: int
) -> NDArray[np.intp]:
    """Stations that may be among the k nearest of any point around each middle, ascending, filled up with -1."""
    square, north = middle[:, 0, None] - stations_m[:, 0], middle[:, 1, None] - stations_m[:, 1]
    square *= square
    north *= north
    square += north
    limit = np.sqrt(np.partition(square, k - 1, axis=1)[:, k - 1]) + 2 * radius + ROUNDING_M
    place, station = np.nonzero(square <= (limit**2)[:, None])
    size = np.bincount(place, minlength=len(square))
    column = np.arange(size.max())
    begin = (np.cumsum(size) - size)[:, None]
    return np.where(column < size[:, None], station[np.minimum(begin + column, len(station) - 1)], -1)
