"""Exact answers of queueing theory for one station. Any text on queueing has them (Erlang 1917, Palm 1957)."""

from __future__ import annotations

from math import exp, inf, log

import numpy as np
from numpy.typing import NDArray

from sim.planning.capacity import erlang_b, erlang_c


def loss(points: int, load: float) -> dict[str, float]:
    """M/G/c/c: share blocked, for every law of stays (Erlang B)."""
    return {"blocked": erlang_b(points, load)}


def endless_queue(points: int, per_h: float, stay_min: float) -> dict[str, float]:
    """M/M/c: share that waits, mean wait, share that waits longer than 15 min (Erlang C)."""
    p_wait = erlang_c(points, per_h * stay_min / 60)
    spare_per_min = points / stay_min - per_h / 60
    return {"p_wait": p_wait, "wait_min": p_wait / spare_per_min, "p_wait_15": p_wait * exp(-15 * spare_per_min)}


def finite_queue(points: int, room: int, per_h: float, stay_min: float) -> dict[str, float]:
    """M/M/c/K: share that finds the station and its queue full, mean wait of the others.

    room : drivers plugged in and queueing together, at most
    """
    share = birth_and_death(points, per_h, stay_min, room=room)
    queueing = share @ np.maximum(np.arange(room + 1) - points, 0)
    return {"blocked": float(share[-1]), "wait_min": float(queueing / (per_h / 60 * (1 - share[-1])))}


def impatient_queue(points: int, per_h: float, stay_min: float, patience_min: float) -> dict[str, float]:
    """M/M/c+M: share that waits, share that gives up, mean time in the queue of all (Erlang A)."""
    room = 50 * points
    share = birth_and_death(points, per_h, stay_min, room=room, patience_min=patience_min)
    queueing = float(share @ np.maximum(np.arange(room + 1) - points, 0))
    in_queue_min = queueing / (per_h / 60)
    return {"p_wait": float(share[points:].sum()), "abandoned": in_queue_min / patience_min, "wait_min": in_queue_min}


def one_point(per_h: float, stay_min: float, spread: float) -> dict[str, float]:
    """M/G/1: mean wait at one point (Pollaczek and Khinchine).

    spread : squared coefficient of variation of the stays [-]
    """
    load = per_h * stay_min / 60
    return {"wait_min": load / (1 - load) * stay_min * (1 + spread) / 2}


def birth_and_death(
    points: int, per_h: float, stay_min: float, *, room: int, patience_min: float = inf
) -> NDArray[np.float64]:
    """Long-run shares of time with 0 .. `room` drivers at a station with exponential times. [share]"""
    weights = [1.0]
    for n in range(1, room + 1):
        leaving = min(n, points) / stay_min + max(n - points, 0) / patience_min
        weights.append(weights[-1] * per_h / 60 / leaving)
    return np.asarray(np.array(weights) / sum(weights))


def charging_min(curve: list[float], *, battery_kwh: float, peak_kw: float, start: float, end: float) -> float:
    """Time to charge along a curve that is linear between its knots, in closed form. [min]

    curve : power over `peak_kw` at equal steps of the state of charge from 0 to 1
    """
    knots = np.linspace(0, 1, len(curve))
    cuts = np.unique(np.concatenate([knots[(knots > start) & (knots < end)], [start, end]]))
    power = np.interp(cuts, knots, curve)
    hours = 0.0
    for width, first, last in zip(np.diff(cuts), power[:-1], power[1:], strict=True):
        hours += width / first if first == last else width * log(last / first) / (last - first)
    return 60 * hours * battery_kwh / peak_kw
