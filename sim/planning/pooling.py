"""What a crowd of drivers can make of pooled charge points: cars plugged in hour by hour, and points to hold them.

Nobody holds a point who would not hold one if there were points for all. So of N cars that would be plugged in, no
more than min(N, points) are: at every moment, and whatever decides who gets a point. The mean of that is the carried
curve. It lies above Erlang's formula, which holds for a load that stays the same all week and may therefore be beaten
by a load that does not; it may not be beaten by anything, unless cars queue and come later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.planning.problem import Problem

Floats = NDArray[np.float64]
HEURISTIC = "heuristic"
CROWD = ["phase", "district_id", "class_name", "use_case"]


@dataclass(frozen=True, eq=False)
class Crowds:
    """All drivers of a use case from one district in one phase, one row each.

    table    : phase, district_id, class_name, use_case, requests [1/week], energy_kwh [kWh/week]
    load     : rows x 168, cars plugged in during each hour of the week if all are served at once, at the fastest points
               that may stand [erlang]
    queueing : currents at which some drivers wait for a point
    """

    table: pd.DataFrame
    load: Floats
    queueing: frozenset[str]


@dataclass(frozen=True)
class StreetBound:
    """Most that any plan could be worth on the street, in expectation.

    bound    : sum of all phases [units of the objective]
    by_phase : the same by phase, weighted as in the whole
    rows     : pooling rows that were violated and added
    kind     : "heuristic", as `milp/street.py` says; never "proved"
    """

    bound: float
    by_phase: tuple[float, ...]
    rows: int
    kind: str = HEURISTIC


def street_bound(problem: Problem, crowds: Crowds, *, rounds: int) -> StreetBound:
    """Most that any plan could serve on the street, see `milp/street.py`; the solver is loaded only here.

    rounds : most rounds of pooling rows
    """
    from sim.planning.milp.street import bound_street

    return bound_street(problem, crowds, rounds=rounds)


def hours_of_each_point(load: Floats, points: int) -> Floats:
    """Hours a week that the first, second, ... of pooled points is held at most; falling. [h/week], one entry a point

    load : mean number of cars that would be plugged in during each hour, Poisson [erlang]. The point number k is held
    in an hour with the chance that k cars or more are there. Numbers that spread more than Poisson carry less.

    >>> hours_of_each_point(np.array([1.0]), 2).round(4).tolist()
    [0.6321, 0.2642]
    """
    cars = np.arange(points)
    log_load = np.log(np.maximum(load, np.finfo(float).tiny))[:, None]
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.maximum(cars[1:], 1)))])[:points]
    exactly = np.exp(cars * log_load - load[:, None] - log_factorial)
    return np.asarray(np.clip(1.0 - np.cumsum(exactly, axis=1), 0.0, 1.0).sum(axis=0))


def tangent(each: Sequence[float] | Floats, points: float) -> tuple[float, float]:
    """Straight line on or above the carried curve that touches it at `points`: value at 0 points, rise. [h, h/point]

    each : as of `hours_of_each_point`; beyond its end the curve is flat
    """
    whole = min(int(points + 1e-9), len(each))
    rise = float(each[whole]) if whole < len(each) else 0.0
    return float(np.sum(each[:whole])) - rise * whole, rise
