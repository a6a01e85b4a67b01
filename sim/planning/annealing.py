"""Ruin and recreate as one loop: plain Python that numba can compile, see `kernel.py`.

Source: Schrimpf et al., Record breaking optimization results using the ruin and recreate principle, 2000.
"""

from __future__ import annotations

from sim.planning.moving import CHANGED, LOST, NOTHING, Floats, Ints, Load, fill, prefer, settle_need
from sim.planning.rebuilding import (
    ADDED,
    BUDGET,
    EUR,
    FORCED,
    POINTS,
    SPENT,
    Builds,
    affordable,
    at_level,
    fits,
    set_path,
    value,
    worth_of,
)  # fmt: skip

LEAST_EUR = 1_000.0  # as in `greedy.py`
OVERLOOKED, BLUR = 0.1, 0.2  # most candidates overlooked, and most that scores are blurred [share]
SPARED = 0.3  # neighbours that a ruin passes by [share]
BARRED = 0.3  # of what is ruined, not to be built again in the same step [share]
KINDS = 5  # of ruins: three of them take back, one delays, one makes smaller
MOST_RUINED = 4
ELSEWHERE = 32  # one ladder of so many in the whole city is a candidate as well


def recreate(m: Load, b: Builds, candidates: Ints, number: int, chance: Floats, at: int, path: Ints) -> int:
    """Spend the money of every phase on the best jumps among candidates; returns where in `chance` it came to.

    How much service and savings in later phases count, how many candidates are overlooked and how far scores are
    blurred is left to chance.
    """
    phases = len(b.cost)
    later, refund = chance[at % len(chance)] ** 2, chance[(at + 1) % len(chance)]
    overlooked, blur = OVERLOOKED * chance[(at + 2) % len(chance)], BLUR * chance[(at + 3) % len(chance)]
    at += 4
    for t in range(b.settled, phases):
        while True:
            best, best_q, best_level = 0.0, -1, -1
            for n in range(number):
                q = candidates[n]
                at += 1
                if chance[at % len(chance)] < overlooked:
                    continue
                k = b.first[q]
                left = b.money[t, BUDGET] - b.money[t, SPENT] + at_level(b.rung, k, b.level[q, t], EUR)
                for level in range(b.level[q, t] + 1, b.first[q + 1] - k):
                    if b.rung[k + level, EUR] > left:
                        break
                    worth = worth_of(m, b, q, level, t, later)
                    if worth <= NOTHING:
                        continue
                    if not fits(b, q, level, t):
                        break
                    eur = b.cost[t] + refund * (b.cost[phases - 1] - b.cost[t])
                    at += 1
                    score = worth / max(eur, LEAST_EUR) * (1.0 + blur * (chance[at % len(chance)] - 0.5))
                    if score > best:
                        best, best_q, best_level = score, q, level
            if best_q < 0:
                break
            for s in range(phases):
                path[s] = b.level[best_q, s] if s < t else max(best_level, b.level[best_q, s])
            set_path(m, b, best_q, path)
            for s in range(t, phases):
                fill(m, b.place[best_q] * phases + s)
                prefer(m, b.place[best_q] * phases + s)
    return at


def ruin(m: Load, b: Builds, near: Ints, most: int, chance: Floats, at: int, work: Ints, q: int) -> int:
    """Take back, delay or shrink a few builds near a ladder; returns where in `chance` it came to.

    Some of what is ruined is marked as chosen already, so that it is no candidate.
    """
    chosen, path = work[1], work[2]
    phases, done = len(b.cost), 0
    kind = int(KINDS * chance[at % len(chance)]) if phases > 1 else 0
    at += 1
    for n in range(near.shape[1]):
        victim = near[q, n]
        if b.level[victim, phases - 1] < 0:
            continue
        at += 3
        if n > 0 and chance[at % len(chance)] < SPARED:
            continue
        late = 1 + int((phases - 1) * chance[(at + 1) % len(chance)])
        for t in range(phases):
            level = b.level[victim, t]
            if t >= b.settled:
                level = -1 if kind < 3 or (kind == 3 and t < late) else level if kind == 3 else max(level - 1, -1)
            path[t] = max(level, path[t - 1] if t > 0 else -1)
        j, k = b.site_of[victim], b.first[victim]
        lost = at_level(b.rung, k, b.level[victim, phases - 1], POINTS) - at_level(b.rung, k, path[phases - 1], POINTS)
        if b.site[j, FORCED] > 0 and lost >= b.standing[j, ADDED]:
            continue
        set_path(m, b, victim, path)
        if chance[(at + 2) % len(chance)] < BARRED:
            chosen[victim] = 1
        done += 1
        if done >= most:
            break
    return at


def repair(m: Load) -> None:
    """Serve again who lost a place, where there is room."""
    for n in range(m.touched[-1]):
        i = m.touched[n]
        if m.mark[i] == LOST:
            m.mark[i] = CHANGED
            settle_need(m, i)


def anneal(
    m: Load,
    b: Builds,
    m_kept: Load,
    b_kept: Builds,
    near: Ints,
    chance: Floats,
    allowance: Floats,
    work: Ints,
    best: float,
    best_level: Ints,
) -> float:
    """Ruin and recreate for as many steps as `allowance` is long; returns the best value, its levels in `best_level`.

    near      : Q x neighbours, the nearest ladders of each, itself first
    chance    : random numbers in [0, 1), used one after the other, over and over
    allowance : by step, how much worse a trial may be to be taken (zero or less)
    work      : three rows to write on
    best      : value to be beaten
    """
    ladders, phases = b.level.shape
    candidates, chosen, path = work[0], work[1], work[2]
    serve_all(m)
    copy_over(m, b, m_kept, b_kept)
    forget(m)
    current = value(m, b)
    if current > best:
        best = current
        copy_numbers(b.level, best_level)
    at, size = 0, len(chance)
    for step in range(len(allowance)):
        number = 0
        groups = 1 + int(2 * chance[at % size])
        at += 1
        for _ in range(groups):
            q = -1
            for _ in range(50):
                at += 1
                q = int(ladders * chance[at % size])
                if b.level[q, phases - 1] >= 0:
                    break
            at += 1
            at = ruin(m, b, near, 1 + int(MOST_RUINED * chance[at % size]), chance, at + 1, work, q)
            for n in range(near.shape[1]):
                if chosen[near[q, n]] == 0:
                    chosen[near[q, n]] = 1
                    candidates[number] = near[q, n]
                    number += 1
        for _ in range(ladders // ELSEWHERE):
            at += 1
            q = int(ladders * chance[at % size])
            if chosen[q] == 0:
                chosen[q] = 1
                candidates[number] = q
                number += 1
        repair(m)
        at = recreate(m, b, candidates, number, chance, at, path)
        repair(m)
        for q in range(ladders):
            chosen[q] = 0
        trial = value(m, b)
        if trial > current + allowance[step] and affordable(b):
            copy_over(m, b, m_kept, b_kept)
            current = trial
            if trial > best:
                best = trial
                copy_numbers(b.level, best_level)
        else:
            copy_over(m_kept, b_kept, m, b)
        forget(m)
    return best


def serve_all(m: Load) -> None:
    """Serve better with what stands, in the whole city."""
    for s in range(len(m.stand)):
        fill(m, s)
        prefer(m, s)
    for i in range(len(m.worth)):
        settle_need(m, i)


def forget(m: Load) -> None:
    """Nothing has changed from here on."""
    for n in range(m.touched[-1]):
        m.mark[m.touched[n]] = 0
    m.touched[-1] = 0


def copy_over(m: Load, b: Builds, m_to: Load, b_to: Builds) -> None:
    """Copy what has changed."""
    for n in range(m.touched[-1]):
        i = m.touched[n]
        for f in range(m.first[i], m.first[i + 1]):
            for column in range(3):
                m_to.flow[f, column] = m.flow[f, column]
    copy_table(m.stand, m_to.stand)
    copy_table(m.group, m_to.group)
    copy_table(m.floor, m_to.floor)
    copy_table(b.kw, b_to.kw)
    copy_table(b.connected_eur, b_to.connected_eur)
    copy_table(b.load_kw, b_to.load_kw)
    copy_table(b.money, b_to.money)
    copy_numbers(b.level, b_to.level)
    copy_numbers(b.standing, b_to.standing)


def copy_table(source: Floats, target: Floats) -> None:
    """Number by number: slices take long to compile."""
    for row in range(source.shape[0]):
        for column in range(source.shape[1]):
            target[row, column] = source[row, column]


def copy_numbers(source: Ints, target: Ints) -> None:
    """The same for whole numbers."""
    for row in range(source.shape[0]):
        for column in range(source.shape[1]):
            target[row, column] = source[row, column]
