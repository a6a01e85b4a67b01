"""The semantics of the simulation: what happens, in which order, and on which grid of time.

Every engine does what is written here; `docs/semantics.md` says the same with examples worked by hand. All chance is
drawn before a simulation, so an engine is a function of a `Workload` and every sentence can be tested.

Arriving
    A driver comes to the first choice at `arrival_min`, to a later one `detour_min` after moving on. An informed
    driver, at each arrival, goes at once to the best-ranked choice from here on that has a free working point; if none
    has, the driver does what everybody does. Nobody returns to a choice passed.
    A free working point is taken at once, the lowest number first. Otherwise, if no point of the station works, the
    driver moves on (OUT_OF_ORDER); else, if `balk_at` drivers or more are queueing, moves on (BALKED); else joins the
    queue, which is in order of `queue_key`, then of joining.

Waiting
    A working point without a car never stands beside a queue: it goes to the first in line at once. Who has waited
    `patience_min` in this queue moves on (RENEGED). Moving on is driving to the next choice; without one the driver is
    lost, with the reason of the last try.

Plugged in
    A car that shares no power leaves after the shorter of `longest_min` and failed starts x `restart_min` +
    `charging_min` + `overstay_min`. Who fails to start twice holds the point for two `restart_min`, unplugs and moves
    on (START_FAILED); that hold is no session. A car that is full at the moment it leaves counts as full.

Sharing a site
    A car draws from its begin (plug-in and failed starts) until it is full or gone. Whenever a car begins, is full or
    goes, and whenever the limit changes, the limit is shared anew: from the smallest cap (then the lowest driver
    number) to the largest, each car gets its cap or an equal share of what is left. In between, power is constant.

Failures
    A failure adds a fault to a point, a repair takes one away; a point works while it has none. A car at a failing
    point goes at once with the energy it has (CUT_SHORT). Drivers in the queue stay, and keep their patience. A
    repaired point serves the first in line or stands free.

At one instant, lower ranks come first, then lower numbers (of the driver, the site or the row of the change):
    BEGIN   a car begins to draw: what begins and ends in one instant has begun
    FULL    the next car of a site is full: who leaves or is cut as it gets full is full
    LEAVE   a car goes, its point serves the next in line: before patience ends and before a newcomer looks
    CHANGE  repairs, then failures, then limits: back-to-back outages do not overlap
    RENEGE  patience ends: who gives up is not counted by the next who looks
    ARRIVE  last, so that a newcomer sees everything settled; among equals the earlier request
What a handler causes at the same instant takes its place in this order. Rank and number order everything that can have
an effect, so no engine depends on the order in which it schedules. Everything runs until nothing more can happen; who
then still waits or is plugged in is UNFINISHED.

Time is counted in whole ticks of 2^-20 minutes (57 microseconds), energy in whole ticks of 2^-20 kWh (3.4 J). Sums and
differences of such numbers are exact in float64, in any order, so a tie is a tie and `now + (then - now)` is `then`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

TICKS = 2.0**20
LATEST = 2.0**32  # minutes (8,000 years) and kWh: sums of two such numbers are still exact
SLACK = 2.0**-14  # of a tick: what rounding may add to a charging time before it counts as another tick
ENOUGH_KWH = 2.0**-29  # a car that misses less is full
STARTS = 2  # a start is tried twice at a station, then the driver moves on

# A rank plus the number of a driver, site or row is the priority of an event among those of its instant.
BEGIN, FULL, LEAVE, CHANGE, RENEGE, ARRIVE = (rank << 40 for rank in range(1, 7))

REPAIR, FAIL, LIMIT = range(3)  # kinds of change, in their order at one instant


def on_grid(values: Any) -> NDArray[np.float64]:
    """Times or energies rounded to whole ticks; infinity stays."""
    ticks = np.multiply(values, TICKS, dtype=np.float64)
    return np.asarray(np.rint(ticks) * (1.0 / TICKS))  # a power of two: multiplying by 1/x is dividing by x


def charged_kwh(power_kw: float, minutes: float) -> float:
    """Energy that flows at constant power. [kWh]"""
    return power_kw * minutes / 60.0


def minutes_to_charge(energy_kwh: float, power_kw: float) -> float:
    """Whole ticks until a car is full, at least one if it wants anything; infinity without power. [min]

    Charging times are the only times that come from a division. They are rounded up, so that a car is full at the end.

    >>> minutes_to_charge(11.0, 22.0)
    30.0
    """
    if energy_kwh < ENOUGH_KWH:
        return 0.0
    if power_kw <= 0.0:
        return math.inf
    ticks = energy_kwh * 60.0 / power_kw * TICKS
    if ticks > LATEST * TICKS:
        return math.inf
    return max(math.ceil(ticks - SLACK), 1) / TICKS


def fair_share(power_kw: float, left_kw: float, cars: int) -> float:
    """Power of the next car, smallest cap first: an equal share of what is left, or its cap. [kW]"""
    return min(power_kw, left_kw / cars)
