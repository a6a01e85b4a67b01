"""V1 to V6: one station against Erlang B, C and A, finite queues, Pollaczek-Khinchine, and the law of stays."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from sim.validity import theory
from sim.validity.case import CASES, Bench, Finding
from sim.validity.station import WORDS, Station, Stays, station_coverage

FAST_MIN, PATIENCE_MIN = 30.0, 15.0


def loss_station(points: int, load: float) -> Station:
    """M/M/c/c: who finds all points taken drives on."""
    name = f"M/M/{points}/{points}, {load:g} erlang"
    return Station(name, points, load, 60.0, theory.loss(points, load), balk_at=0)


def queue_station(points: int, per_h: float, stay_min: float) -> Station:
    """M/M/c: everybody waits."""
    name = f"M/M/{points}, {per_h:g}/h, {stay_min:g} min"
    return Station(name, points, per_h, stay_min, theory.endless_queue(points, per_h, stay_min))


def room_station(points: int, room: int, per_h: float) -> Station:
    """M/M/c/K: who finds the queue full drives on."""
    exact = theory.finite_queue(points, room, per_h, FAST_MIN)
    return Station(f"M/M/{points}/{room}, {per_h:g}/h", points, per_h, FAST_MIN, exact, balk_at=room - points)


def impatient_station(points: int, per_h: float) -> Station:
    """M/M/c+M: who waits too long gives up."""
    exact = theory.impatient_queue(points, per_h, FAST_MIN, PATIENCE_MIN)
    return Station(f"M/M/{points}+M, {per_h:g}/h", points, per_h, FAST_MIN, exact, patience_min=PATIENCE_MIN)


def one_point_station(spread: float) -> Station:
    """M/G/1: one point, stays of any spread: fixed, or gamma. (Squared coefficient of variation `spread`.)"""

    def stays(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
        return rng.gamma(1 / spread, FAST_MIN * spread, n) if spread > 0 else np.full(n, FAST_MIN)

    exact = theory.one_point(1.0, FAST_MIN, spread)
    return Station(f"M/G/1, 1/h, cv² {spread:g}", 1, 1.0, FAST_MIN, exact, stays=stays)


def mixed_stays(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    """Lognormal mixture like evening stays in the street (short visits and whole nights), 60 min on average. [min]"""
    long = rng.random(n) < 0.25
    stay = np.exp(np.where(long, rng.normal(log(14.06), 0.12, n), rng.normal(log(1.81), 1.01, n)))
    mean = 0.75 * 1.81 * exp(1.01**2 / 2) + 0.25 * 14.06 * exp(0.12**2 / 2)
    return np.asarray(stay / mean * 60)


def fixed_stays(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    """All alike. [min]"""
    return np.full(n, 60.0)


def any_law_station(points: int, load: float, law: str, stays: Stays) -> Station:
    """M/G/c/c: blocking hangs on the mean stay only."""
    name = f"M/G/{points}/{points}, {load:g} erlang, {law}"
    return Station(name, points, load, 60.0, theory.loss(points, load), balk_at=0, stays=stays)


LOADS = ((1, 1), (2, 1), (4, 2), (5, 3), (8, 5), (10, 7), (16, 12), (10, 4.461), (20, 12.031))
QUEUES = (
    (1, 1, 30), (2, 2, 30), (2, 3, 30), (4, 6, 30), (4, 7, 30), (6, 10, 30), (8, 14, 30), (10, 6, 48), (12, 20, 30),
)  # fmt: skip
STATIONS: dict[str, list[Station]] = {
    "V1": [loss_station(*key) for key in LOADS],
    "V2": [queue_station(*key) for key in QUEUES],
    "V3": [room_station(2, 4, 3), room_station(4, 8, 7)],
    "V4": [impatient_station(4, 7), impatient_station(8, 14)],
    "V5": [one_point_station(spread) for spread in (0.0, 0.25, 0.5, 1.0, 2.0)],
    "V6": [
        any_law_station(2, 1, "evening mixture", mixed_stays),
        any_law_station(4, 2, "evening mixture", mixed_stays),
        any_law_station(4, 2, "fixed stays", fixed_stays),
    ],
}


def _finding(bench: Bench, number: str, stations: Sequence[Station]) -> Finding:
    rows = []
    for station in stations:
        for quantity, found in station_coverage(bench.run, station, bench.seeds).items():
            words, unit = WORDS[quantity]
            rows.append(found.row(number, f"{station.name}: {words}", unit))
    return Finding(rows)


@CASES.register(ids=("V1",), title="Erlang B: a full kerbside station is left at once")
def erlang_b(bench: Bench) -> Finding:
    """M/M/c/c."""
    return _finding(bench, "V1", STATIONS["V1"])


@CASES.register(ids=("V2",), title="Erlang C: everybody waits")
def erlang_c(bench: Bench) -> Finding:
    """M/M/c."""
    return _finding(bench, "V2", STATIONS["V2"])


@CASES.register(ids=("V3",), title="Queues with an end")
def finite_queue(bench: Bench) -> Finding:
    """M/M/c/K."""
    return _finding(bench, "V3", STATIONS["V3"])


@CASES.register(ids=("V4",), title="Erlang A: drivers give up after 15 min on average")
def erlang_a(bench: Bench) -> Finding:
    """M/M/c+M."""
    return _finding(bench, "V4", STATIONS["V4"])


@CASES.register(ids=("V5",), title="Pollaczek-Khinchine: stays of any spread at one point")
def pollaczek_khinchine(bench: Bench) -> Finding:
    """M/G/1."""
    return _finding(bench, "V5", STATIONS["V5"])


@CASES.register(ids=("V6",), title="Blocking hangs on the mean stay only")
def insensitivity(bench: Bench) -> Finding:
    """M/G/c/c."""
    return _finding(bench, "V6", STATIONS["V6"])
