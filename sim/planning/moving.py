"""Who is served, one move at a time: plain Python on flat arrays that numba can compile, see `kernel.py`.

All load is counted in the capacity that it takes, so that moving a driver from one place to another takes as much
there as it frees here. A *stand* is a place in one phase. Willingness is a chain as in `serve_within_need`: all flows
of a need up to one of them take no more than its limit, so what a flow could still take is the least slack from it
to the end of its need.

Load is moved along short paths: a driver served elsewhere comes here, someone who is not served yet takes the place.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SMALL = 1e-4  # load too small to be worth a move [erlang]
NOTHING = 1e-9
DEPTH = 4  # places on a path
PATHS = 40  # most paths for one filling

SERVED, SLACK, OPEN = 0, 1, 2  # columns of `flow`
SPARE, ASKED, ASKED_WORTH = 0, 1, 2  # columns of `stand`
REACHED, WEIGHT = 0, 1  # columns of `group`
FLOOR, GIVEN, MISSED = 0, 1, 2  # columns of `floor`
CHANGED, LOST = 1, 2  # values of `mark`
QUEUE, SEEN, BEFORE, TO, FROM = 0, 1, 2, 3, 4  # columns of `way`


class Load(NamedTuple):
    """F flows by need and ascending limit, N needs, S stands, G groups, E floors.

    first    : N + 1, first flow of each need
    need_of, stand_of : F
    at, flows_at : S + 1, F, the flows of each stand, those worth most first
    worth    : N, of one erlang of capacity
    group_of : N
    needs_at, needs_in : G + 1, N, the needs of each group
    floors_at, floors_in : G + 1, and the floors that each group counts for
    member   : E x G, 1 where a group counts for a floor
    bonus    : what worth below a floor counts more
    flow     : F x (served, slack, open), see above [erlang]
    stand    : S x (spare, asked for by flows that are open, worth of what is asked for)
    group    : G x (worth reached, weight of its worth)
    floor    : E x (worth that should be served, that is, 1 where it is missed)
    touched  : N + 1, needs that have changed, their number last
    mark     : N, CHANGED where a need has, LOST where some of it is served no more
    way      : S x (queue, seen, before, to, from), for paths
    """

    first: Ints
    need_of: Ints
    stand_of: Ints
    at: Ints
    flows_at: Ints
    worth: Floats
    group_of: Ints
    needs_at: Ints
    needs_in: Ints
    floors_at: Ints
    floors_in: Ints
    member: Floats
    bonus: float
    flow: Floats
    stand: Floats
    group: Floats
    floor: Floats
    touched: Ints
    mark: Ints
    way: Ints


def book(m: Load, f: int, amount: float) -> None:
    """Serve so much more of a flow, or less where negative. [erlang]"""
    i = m.need_of[f]
    if m.mark[i] == 0:
        m.mark[i] = CHANGED
        m.touched[m.touched[-1]] = i
        m.touched[-1] += 1
    g = m.group_of[i]
    weighted = m.worth[i] * m.group[g, WEIGHT]
    m.flow[f, SERVED] += amount
    m.stand[m.stand_of[f], SPARE] -= amount
    least = np.inf
    for e in range(m.first[i + 1] - 1, m.first[i] - 1, -1):
        if e >= f:
            m.flow[e, SLACK] = max(m.flow[e, SLACK] - amount, 0.0)
        least = min(least, m.flow[e, SLACK])
        change = least - m.flow[e, OPEN]
        if change != 0.0:
            m.flow[e, OPEN] = least
            m.stand[m.stand_of[e], ASKED] += change
            m.stand[m.stand_of[e], ASKED_WORTH] += change * weighted
    credit(m, g, amount * m.worth[i])


def credit(m: Load, g: int, worth: float) -> None:
    """Count worth for a group and its floors; below a floor it counts more."""
    m.group[g, REACHED] += worth
    for n in range(m.floors_at[g], m.floors_at[g + 1]):
        k = m.floors_in[n]
        m.floor[k, GIVEN] += worth
        missed = 1.0 if m.floor[k, GIVEN] < m.floor[k, FLOOR] - NOTHING else 0.0
        if missed != m.floor[k, MISSED]:
            more = m.bonus * (missed - m.floor[k, MISSED])
            m.floor[k, MISSED] = missed
            for h in range(len(m.group)):
                if m.member[k, h] > 0:
                    weigh(m, h, more)


def weigh(m: Load, g: int, more: float) -> None:
    """Let the worth of a group count more, or less where negative."""
    m.group[g, WEIGHT] += more
    for n in range(m.needs_at[g], m.needs_at[g + 1]):
        i = m.needs_in[n]
        for e in range(m.first[i], m.first[i + 1]):
            m.stand[m.stand_of[e], ASKED_WORTH] += m.flow[e, OPEN] * m.worth[i] * more


def weight_of(m: Load, f: int) -> float:
    """What one erlang of a flow counts now."""
    i = m.need_of[f]
    return float(m.worth[i] * m.group[m.group_of[i], WEIGHT])


def movable(m: Load, source: int, target: int) -> float:
    """Most that can be moved from one flow to another of the same need. [erlang]"""
    most = m.flow[source, SERVED]
    for e in range(target, source):  # to a place that fewer accept: these few must not be taken yet
        most = min(most, m.flow[e, SLACK])
    return float(most)


def move(m: Load, source: int, target: int, amount: float) -> None:
    """Serve drivers of a need at another place. [erlang]"""
    book(m, source, -amount)
    book(m, target, amount)


def fill(m: Load, s: int) -> None:
    """Hand the spare capacity of a stand to those who ask, districts below their floor first; then along paths."""
    for weight in (1.0, 0.0):
        for n in range(m.at[s], m.at[s + 1]):
            if m.stand[s, SPARE] <= NOTHING:
                break
            f = m.flows_at[n]
            if m.group[m.group_of[m.need_of[f]], WEIGHT] > weight:
                amount = min(m.stand[s, SPARE], m.flow[f, OPEN])
                if amount > NOTHING:
                    book(m, f, amount)
    paths = 0
    while m.stand[s, SPARE] > SMALL and paths < PATHS:
        end = find_way(m, s)
        if end < 0 or not go_way(m, s, end):
            return
        paths += 1


def find_way(m: Load, s: int) -> int:
    """A stand where somebody asks, to which drivers who leave for this one would make way; -1 where there is none."""
    way = m.way
    way[0, QUEUE], way[s, SEEN] = s, 1
    length, head, depth, last, end = 1, 0, 0, 1, -1
    while head < length and end < 0:
        if head == last:
            depth += 1
            last = length
            if depth == DEPTH:
                break
        u = way[head, QUEUE]
        head += 1
        for n in range(m.at[u], m.at[u + 1]):
            target = m.flows_at[n]
            i = m.need_of[target]
            for source in range(m.first[i], m.first[i + 1]):
                v = m.stand_of[source]
                if way[v, SEEN] == 0 and m.flow[source, SERVED] > SMALL and movable(m, source, target) > SMALL:
                    way[v, SEEN], way[v, BEFORE], way[v, TO], way[v, FROM] = 1, u, target, source
                    way[length, QUEUE] = v
                    length += 1
                    if m.stand[v, ASKED] > SMALL:
                        end = v
                        break
            if end >= 0:
                break
    for n in range(length):
        way[way[n, QUEUE], SEEN] = 0
    return int(end)


def go_way(m: Load, s: int, end: int) -> bool:
    """Move drivers along the way to a stand, and serve there who asks; False where nothing could be moved."""
    way = m.way
    length, v = 0, end
    while v != s:
        way[length, QUEUE] = v
        v = way[v, BEFORE]
        length += 1
    amount = min(m.stand[s, SPARE], m.stand[end, ASKED])
    for n in range(length - 1, -1, -1):
        v = way[n, QUEUE]
        amount = min(amount, movable(m, way[v, FROM], way[v, TO]))
        if amount <= SMALL:
            return False
        move(m, way[v, FROM], way[v, TO], amount)
    for n in range(m.at[end], m.at[end + 1]):
        f = m.flows_at[n]
        amount = min(m.stand[end, SPARE], m.flow[f, OPEN])
        if amount > NOTHING:
            book(m, f, amount)
    return True


def prefer(m: Load, s: int) -> None:
    """Serve those who are worth more at a stand in place of those who are worth least."""
    for _ in range(PATHS):
        best, worst = -1, -1
        most, least = 0.0, np.inf
        for n in range(m.at[s], m.at[s + 1]):
            f = m.flows_at[n]
            weight = weight_of(m, f)
            if m.flow[f, OPEN] > SMALL and weight > most:
                best, most = f, weight
            if m.flow[f, SERVED] > SMALL and weight < least:
                worst, least = f, weight
        if best < 0 or worst < 0 or most <= least * 1.001 or m.need_of[best] == m.need_of[worst]:
            return
        amount = min(m.flow[best, OPEN], m.flow[worst, SERVED])
        g = m.group_of[m.need_of[best]]
        for n in range(m.floors_at[g], m.floors_at[g + 1]):  # no further than to the floor: then it counts less again
            short = m.floor[m.floors_in[n], FLOOR] - m.floor[m.floors_in[n], GIVEN]
            if short > NOTHING:
                amount = min(amount, short / m.worth[m.need_of[best]] + SMALL)
        book(m, worst, -amount)
        m.mark[m.need_of[worst]] = LOST
        book(m, best, amount)


def release(m: Load, s: int) -> None:
    """Serve no more at a stand than it has capacity for; who is worth least goes first."""
    for n in range(m.at[s + 1] - 1, m.at[s] - 1, -1):
        if m.stand[s, SPARE] >= 0.0:
            return
        f = m.flows_at[n]
        amount = min(m.flow[f, SERVED], -m.stand[s, SPARE])
        if amount > 0.0:
            book(m, f, -amount)
            m.mark[m.need_of[f]] = LOST


def settle_need(m: Load, i: int) -> None:
    """Serve what is open of a need: where there is room, or where somebody else can make room."""
    begin, end = m.first[i], m.first[i + 1]
    for f in range(begin, end):
        amount = min(m.stand[m.stand_of[f], SPARE], m.flow[f, OPEN])
        if amount > NOTHING:
            book(m, f, amount)
    for f in range(begin, end):
        s = m.stand_of[f]
        for n in range(m.at[s], m.at[s + 1]):
            if m.flow[f, OPEN] <= SMALL:
                break
            source = m.flows_at[n]
            k = m.need_of[source]
            if k == i or m.flow[source, SERVED] <= SMALL:
                continue
            for target in range(m.first[k], m.first[k + 1]):
                room = m.stand[m.stand_of[target], SPARE]
                if target != source and room > SMALL:
                    amount = min(min(room, m.flow[f, OPEN]), movable(m, source, target))
                    if amount > SMALL:
                        move(m, source, target, amount)
                        book(m, f, amount)
