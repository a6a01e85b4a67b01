"""How much a station can carry: Erlang's formulas and the design rule that sizes a station.

A station is sized by its *Erlang capacity*: the largest offered load [erlang] at which the design rule still holds. The
capacity is convex in the points: a large station carries more per point than several small ones.
"""

from __future__ import annotations

from functools import cache


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
