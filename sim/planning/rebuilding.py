"""What is built, one path at a time: plain Python that numba can compile, see `kernel.py`.

The money, bays, distances and grid of `State`, as loops over single numbers. A *path* is the level of a ladder in every
phase; it never falls.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.planning.moving import (
    ASKED,
    ASKED_WORTH,
    FLOOR,
    GIVEN,
    NOTHING,
    REACHED,
    SMALL,
    SPARE,
    Floats,
    Ints,
    Load,
    release,
)

KW_TOLERANCE = 1e-6

EUR, KW, POINTS = 0, 1, 2  # columns of `rung`
ROOM, STOCK_KW, CLOSED, FORCED = 0, 1, 2, 3  # columns of `site`
ADDED, NEAR = 0, 1  # columns of `standing`
HEADROOM_KW, UPGRADE_KW, UPGRADE_EUR = 0, 1, 2  # columns of `area`
SPENT, BUDGET, OWN_BUDGET, PRICE, BAYS = 0, 1, 2, 3, 4  # columns of `money`
LOW_EUR, MEDIUM_EUR, LIMIT_KW, SIMULTANEOUS, TIE_BREAK = 0, 1, 2, 3, 4  # of `price`


class Builds(NamedTuple):
    """Q ladders, K rungs, T phases, J sites, H grid areas.

    first    : Q + 1, first rung of each ladder
    place, site_of : Q, the stand of a place in phase t is place x T + t
    rung     : K x (EUR, kW, points), against no points added
    gain     : K x T [erlang]
    bays     : K x T, what the bays taken are worth [units of the objective]
    site     : J x (room, stock_kw, closed, forced)
    area_of  : J, -1 where none is known
    area     : H x (headroom_kw, upgrade_kw, upgrade_eur)
    apart_at, apart : J + 1, sites that must not be built together with each one
    price    : low_eur, medium_eur, limit_kw, simultaneous share, worth of a EUR
    level    : Q x T, -1 nothing added
    kw, connected_eur : J x T
    standing : J x (points added by the last phase, built sites that must not be near)
    load_kw  : H x T
    money    : T x (spent by then, budget by then, own budget, weight of cost, worth of the bays taken) [EUR]
    cost     : T, of the jump that was asked for last [EUR]
    settled  : number of first phases in which nothing may change any more
    """

    first: Ints
    place: Ints
    site_of: Ints
    rung: Floats
    gain: Floats
    bays: Floats
    site: Floats
    area_of: Ints
    area: Floats
    apart_at: Ints
    apart: Ints
    price: Floats
    level: Ints
    kw: Floats
    connected_eur: Floats
    standing: Ints
    load_kw: Floats
    money: Floats
    cost: Floats
    settled: int


def at_level(values: Floats, first: int, level: int, column: int) -> float:
    """A column of `rung` or `gain` at a level of the ladder that begins at a row."""
    return float(values[first + level, column]) if level >= 0 else 0.0


def fits(b: Builds, q: int, level: int, t: int) -> bool:
    """Whether a ladder may stand at a level or higher from phase t on; leaves the cost by phase in `cost`. [EUR]"""
    j, k, phases = b.site_of[q], b.first[q], len(b.cost)
    more = at_level(b.rung, k, level, POINTS) - at_level(b.rung, k, b.level[q, phases - 1], POINTS)
    if b.site[j, CLOSED] > 0 or more > b.site[j, ROOM] - b.standing[j, ADDED]:
        return False
    if b.standing[j, NEAR] > 0 and b.standing[j, ADDED] == 0:
        return False
    new, low, h = b.site[j, STOCK_KW] == 0, False, b.area_of[j]
    earlier = 0.0
    for s in range(phases):
        more_kw = more_eur = 0.0
        if s >= t:
            more_kw = max(at_level(b.rung, k, level, KW) - at_level(b.rung, k, b.level[q, s], KW), 0.0)
            more_eur = max(at_level(b.rung, k, level, EUR) - at_level(b.rung, k, b.level[q, s], EUR), 0.0)
        kw = b.kw[j, s] + more_kw
        medium = kw > b.price[LIMIT_KW] >= b.site[j, STOCK_KW]
        low = low or (kw > 0 and new and not medium)
        b.cost[s] = 0.0
        if s >= t:
            connected = (b.price[MEDIUM_EUR] if medium else 0.0) + (b.price[LOW_EUR] if low else 0.0)
            b.cost[s] = more_eur + connected - b.connected_eur[j, s]
            if h >= 0:
                load = b.load_kw[h, s] + b.price[SIMULTANEOUS] * more_kw
                if load > b.area[h, HEADROOM_KW] + b.area[h, UPGRADE_KW] + KW_TOLERANCE:
                    return False
                limit = b.area[h, HEADROOM_KW] + KW_TOLERANCE
                if load > limit and b.load_kw[h, s] <= limit:
                    b.cost[s] += b.area[h, UPGRADE_EUR]
        spent = b.money[s, SPENT] + b.cost[s]
        if s >= t and (spent > b.money[s, BUDGET] or spent - earlier > b.money[s, OWN_BUDGET]):
            return False
        earlier = spent
    return True


def set_path(m: Load, b: Builds, q: int, path: Ints) -> None:
    """Put a ladder onto another path; who no longer finds room is not served any more."""
    j, k, phases = b.site_of[q], b.first[q], len(b.cost)
    last = phases - 1
    opened = b.standing[j, ADDED] > 0
    b.standing[j, ADDED] += round(
        at_level(b.rung, k, path[last], POINTS) - at_level(b.rung, k, b.level[q, last], POINTS)
    )
    if opened != (b.standing[j, ADDED] > 0):
        for n in range(b.apart_at[j], b.apart_at[j + 1]):
            b.standing[b.apart[n], NEAR] += -1 if opened else 1
    new, low, h = b.site[j, STOCK_KW] == 0, False, b.area_of[j]
    for s in range(phases):
        old, level = b.level[q, s], path[s]
        more_kw = at_level(b.rung, k, level, KW) - at_level(b.rung, k, old, KW)
        b.kw[j, s] += more_kw
        medium = b.kw[j, s] > b.price[LIMIT_KW] >= b.site[j, STOCK_KW]
        low = low or (b.kw[j, s] > 0 and new and not medium)
        connected = (b.price[MEDIUM_EUR] if medium else 0.0) + (b.price[LOW_EUR] if low else 0.0)
        spent = at_level(b.rung, k, level, EUR) - at_level(b.rung, k, old, EUR) + connected - b.connected_eur[j, s]
        b.connected_eur[j, s] = connected
        if h >= 0:
            limit = b.area[h, HEADROOM_KW] + KW_TOLERANCE
            before = b.load_kw[h, s] > limit
            b.load_kw[h, s] += b.price[SIMULTANEOUS] * more_kw
            spent += b.area[h, UPGRADE_EUR] * (int(b.load_kw[h, s] > limit) - int(before))
        b.money[s, SPENT] += spent
        if level != old:
            b.level[q, s] = level
            b.money[s, BAYS] += at_level(b.bays, k, level, s) - at_level(b.bays, k, old, s)
            stand = b.place[q] * phases + s
            m.stand[stand, SPARE] += at_level(b.gain, k, level, s) - at_level(b.gain, k, old, s)
            release(m, stand)


def affordable(b: Builds) -> bool:
    """Whether the money lasts: what is delayed may cost more in a later phase than that phase has left."""
    earlier = 0.0
    for t in range(len(b.money)):
        spent = b.money[t, SPENT]
        over = spent > b.money[t, BUDGET] * (1.0 + NOTHING) or spent - earlier > b.money[t, OWN_BUDGET] * (
            1.0 + NOTHING
        )
        if over and t >= b.settled:
            return False
        earlier = spent
    return True


def worth_of(m: Load, b: Builds, q: int, level: int, t: int, later: float) -> float:
    """What a ladder could serve more if it stood at a level from phase t on, the bays it takes deducted.

    later : how much the phases after t count [share]
    """
    k, phases, worth = b.first[q], len(b.cost), 0.0
    for s in range(t, phases):
        if b.level[q, s] < level:
            stand, counts = b.place[q] * phases + s, later if s > t else 1.0
            asked = m.stand[stand, ASKED]
            if asked > SMALL:
                more = at_level(b.gain, k, level, s) - at_level(b.gain, k, b.level[q, s], s)
                worth += counts * min(m.stand[stand, SPARE] + more, asked) * m.stand[stand, ASKED_WORTH] / asked
            worth -= counts * (at_level(b.bays, k, level, s) - at_level(b.bays, k, b.level[q, s], s))
    return worth


def value(m: Load, b: Builds) -> float:
    """Worth served, less shortfalls and the tie-break on cost, as `State.value`. [units of the objective]"""
    worth = 0.0
    for g in range(len(m.group)):
        worth += m.group[g, REACHED]
    for k in range(len(m.floor)):
        worth -= m.bonus * max(m.floor[k, FLOOR] - m.floor[k, GIVEN], 0.0)
    for t in range(len(b.money)):
        worth -= b.price[TIE_BREAK] * b.money[t, PRICE] * b.money[t, SPENT] + b.money[t, BAYS]
    return worth
