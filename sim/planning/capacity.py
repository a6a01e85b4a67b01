"""How much a station can carry: Erlang's formulas and the design rule that sizes a station.

A station is sized by its *Erlang capacity*: the largest offered load [erlang] at which the design rule still holds. The
capacity is convex in the points: a large station carries more per point than several small ones.
"""

from __future__ import annotations

from functools import cache
from math import exp

from sim.planning.problem import DemandClass


def erlang_b(points: int, load: float) -> float:
    """Share of arrivals that find all points taken, without a queue. [share]

    load : offered load [erlang]. Recursion of the Erlang B formula, stable for many points; holds for every
    distribution of stays.

    >>> round(erlang_b(2, 1.0), 3)
    0.2
    """
    blocked = 1.0
    for point in range(1, points + 1):
        blocked = load * blocked / (point + load * blocked)
    return blocked


def erlang_c(points: int, load: float) -> float:
    """Share of arrivals that have to wait, with an endless queue and patient drivers. [share]

    load : offered load [erlang]; at `points` erlang and more everybody waits. Exponential stays are assumed.

    >>> round(erlang_c(2, 1.0), 4)
    0.3333
    """
    if load >= points:
        return 1.0
    blocked = erlang_b(points, load)
    return points * blocked / (points - load * (1.0 - blocked))


def load_at_blocking(points: int, blocking: float) -> float:
    """Offered load at which `points` points block that share of arrivals: Erlang B inverted. [erlang]

    Bisection until the interval cannot be halved any more, so the answer is exact to the last digits.

    >>> round(load_at_blocking(10, 0.01), 3)
    4.461
    """
    if points == 0:
        return 0.0
    low, high = 0.0, float(points)
    while erlang_b(points, high) < blocking:
        high *= 2.0
    while True:
        middle = 0.5 * (low + high)
        if middle in (low, high):
            return low
        if erlang_b(points, middle) <= blocking:
            low = middle
        else:
            high = middle


def waiting_tail(points: int, load: float, wait_stays: float) -> float:
    """Share of arrivals that wait longer than so many mean stays, with an endless queue and patient drivers. [share]

    P(W > w) = C(c, a) exp(-(c - a) w / stay) of M/M/c, first come first served. Exponential stays are assumed: with
    stays that spread less, fewer wait that long. load : offered load [erlang]

    >>> round(waiting_tail(2, 1.0, 0.0), 4), round(waiting_tail(2, 1.0, 1.0), 4)
    (0.3333, 0.1226)
    """
    if load >= points:
        return 1.0
    return erlang_c(points, load) * exp(-(points - load) * wait_stays)


@cache
def waiting_capacity(points: int, design_wait_share: float, wait_stays: float) -> float:
    """Erlang capacity of a station where drivers queue: the load at which that share waits too long. [erlang]

    wait_stays : the wait that is still accepted, in mean stays [-]. Bisection as in `load_at_blocking`. Drivers who
    give up leave the queue to others, so with impatient drivers fewer wait that long.

    >>> round(waiting_capacity(1, 0.5, 0.0), 3)
    0.5
    """
    low, high = 0.0, float(points)
    while points:
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if waiting_tail(points, middle, wait_stays) <= design_wait_share:
            low = middle
        else:
            high = middle
    return low


def design_load(points: int, rule: DemandClass) -> float:
    """Erlang capacity of a station under the design rule of a demand class: waiting where it is asked for. [erlang]"""
    if rule.design_wait_share > 0:
        return waiting_capacity(points, rule.design_wait_share, rule.design_wait_min / rule.design_stay_min)
    return erlang_capacity(points, rule.design_blocking, rule.design_tries)


@cache
def erlang_capacity(points: int, design_blocking: float, design_tries: int) -> float:
    """Erlang capacity of a station: the fresh load it can take while the design rule holds. [erlang]

    Drivers try up to n = `design_tries` stations and share `design_blocking` of them find none free. Each station may
    then block b = design_blocking^(1/n), and its load holds first, second, ... tries: a fresh load a arrives as
    a (1 + b + ... + b^(n-1)). Source: demand model paper, equation E13.

    >>> round(erlang_capacity(4, 0.05, 1), 3)
    1.525
    >>> round(erlang_capacity(4, 0.05, 2), 3)
    2.581
    """
    blocking = design_blocking ** (1.0 / design_tries)
    tries = sum(blocking**n for n in range(design_tries))
    return float(load_at_blocking(points, blocking) / tries)
