"""The charging network once more, as one loop over flat arrays: plain Python that numba can compile.

It does what `simpy_engine` does, with the ranks and the arithmetic of `events`. The state of the network lies in local
arrays and there is one function, because handing so many arrays from one function to the next takes several times as
long as the event itself. So a handler is not a function but a path through steps that every event goes through, in
this order:

    the next event; what happened; who unplugs; who gets the freed point; whose wait is over; where an arriving driver
    goes; who plugs in; who moves on; how the site shares its power from now on.

-1 is nobody, nowhere and nothing. Events are not withdrawn; a void one is ignored.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.simulation.engines.event_heap import earlier, pop, push
from sim.simulation.events import (
    ARRIVE,
    BEGIN,
    CHANGE,
    ENOUGH_KWH,
    FAIL,
    FULL,
    LEAVE,
    RENEGE,
    REPAIR,
    STARTS,
    charged_kwh,
    fair_share,
    minutes_to_charge,
)
from sim.simulation.sessions import Outcome

SERVED, CUT_SHORT, BALKED, OUT_OF_ORDER, RENEGED, START_FAILED, NO_CHOICE, UNFINISHED = (int(o) for o in Outcome)
NOBODY, BROKEN = -1, -2  # at a point, in place of a driver
NUMBER = BEGIN - 1  # the bits of a code that hold the number; the others hold the rank
NEVER = 2 * ARRIVE  # a code after all others

Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]
Links = NDArray[np.int32]
Small = NDArray[np.int8]
Noted = tuple[Small, Small, Small, Links, Numbers, Numbers, Numbers, Numbers, Numbers]  # as in `sessions.Notes`


class Columns(NamedTuple):
    """The columns of a `Workload` that the kernel reads."""

    arrival_min: Numbers
    patience_min: Numbers
    informed: NDArray[np.bool_]
    choices: NDArray[np.int32]
    detour_min: Numbers
    balk_at: NDArray[np.int32]
    queue_key: Numbers
    energy_kwh: Numbers
    power_kw: Numbers
    overstay_min: Numbers
    failed_starts: Small
    held_min: Numbers
    points: NDArray[np.int32]
    site: NDArray[np.int32]
    limit_kw: Numbers
    change_min: Numbers
    change_kind: Small
    change_of: NDArray[np.int32]
    change_kw: Numbers
    restart_min: float


# Queues are linked lists: who stands before and behind whom, and who is first and last at each station.


def join(driver: int, station: int, key: Numbers, first: Indices, last: Indices, ahead: Links, behind: Links) -> None:
    """Stand in a queue behind everyone whose key is not larger."""
    before = last[station]
    while before >= 0 and key[before] > key[driver]:
        before = ahead[before]
    after = behind[before] if before >= 0 else first[station]
    ahead[driver], behind[driver] = before, after
    if before >= 0:
        behind[before] = driver
    else:
        first[station] = driver
    if after >= 0:
        ahead[after] = driver
    else:
        last[station] = driver


def step_out(driver: int, station: int, first: Indices, last: Indices, ahead: Links, behind: Links) -> None:
    """Leave a queue, from the front or from within."""
    before, after = ahead[driver], behind[driver]
    if before >= 0:
        behind[before] = after
    else:
        first[station] = after
    if after >= 0:
        ahead[after] = before
    else:
        last[station] = before


def simulate(w: Columns) -> Noted:
    """What became of each driver: the columns of `sessions.Notes`, in their order."""
    n, k = w.choices.shape
    m, q = w.points.size, w.limit_kw.size

    # By driver: what is noted down; since when in this queue (NaN: in none), and who stands before and behind
    outcome, tries, choice_of = np.full(n, UNFINISHED, np.int8), np.zeros(n, np.int8), np.zeros(n, np.int8)
    point_of, wait_min = np.full(n, NOBODY, np.int32), np.zeros(n)
    start_min, end_min, full_min = np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan)
    missing_kwh, joined_min, key = np.full(n, np.nan), np.full(n, np.nan), np.empty(n)
    ahead, behind = np.empty(n, np.int32), np.empty(n, np.int32)

    # By station; none of its points below `lowest` is free
    free, working, queueing = w.points.astype(np.int64), w.points.astype(np.int64), np.zeros(m, np.int64)
    first, last = np.full(m, NOBODY, np.int64), np.full(m, NOBODY, np.int64)
    lowest = np.cumsum(free) - free

    # By point
    station_of = np.repeat(np.arange(m), free)
    driver_at, faults = np.full(station_of.size, NOBODY, np.int64), np.zeros(station_of.size, np.int64)

    # Numbers that become part of a code must be as wide as a code
    site_of, change_of = w.site.astype(np.int64), w.change_of.astype(np.int64)

    # By site; its drivers that draw, smallest cap first, are drawing[draw_from[site] : draw_to[site]]
    limit_kw, settled_min, full_next_min = w.limit_kw.copy(), np.zeros(q), np.full(q, np.inf)
    points_at, drawing = np.zeros(q, np.int64), np.empty(station_of.size, np.int64)
    for station in range(m):
        if site_of[station] >= 0:
            points_at[site_of[station]] += free[station]
    draw_from = np.cumsum(points_at) - points_at
    draw_to = draw_from.copy()
    draws, cap_kw, rate_kw = np.zeros(n, np.bool_), np.empty(n), np.empty(n)

    times, codes, size = np.empty(1024), np.empty(1024, np.int64), 0
    newcomer = change = 0
    while True:
        # The next event: scheduled, an arrival or a change of the network
        now, code = np.inf, NEVER
        if size > 0:
            now, code = times[0], codes[0]
        if newcomer < n and earlier(w.arrival_min[newcomer], ARRIVE + newcomer, now, code):
            now, code = w.arrival_min[newcomer], ARRIVE + newcomer
        if change < w.change_min.size and earlier(w.change_min[change], CHANGE + change, now, code):
            now, code = w.change_min[change], CHANGE + change
        if code == NEVER:
            break
        rank, number = code & ~NUMBER, code & NUMBER
        if rank == CHANGE:
            change += 1
        elif rank == ARRIVE and number == newcomer:
            newcomer += 1
        else:
            size = pop(times, codes, size)
        # No event causes more others than a full site: all its cars leave, one plugs in, one moves on
        if size + station_of.size + 8 > times.size:
            room = times.size + station_of.size
            times, codes = np.append(times, np.empty(room)), np.append(codes, np.empty(room, np.int64))

        # What happened
        arriving = waiting = leaving = beginning = moving = plugging = point = freed = site = reason = NOBODY
        if rank == ARRIVE:
            arriving = number
        elif rank == RENEGE:
            if joined_min[number] + w.patience_min[number] != now:
                continue
            waiting, moving, reason = number, number, RENEGED
        elif rank == LEAVE:
            if point_of[number] < 0 or outcome[number] != UNFINISHED:
                continue  # the end of a session is only ever moved to an earlier time, so the first to come is valid
            leaving, freed, reason = number, point_of[number], SERVED
        elif rank == BEGIN:
            if point_of[number] < 0 or outcome[number] != UNFINISHED:
                continue
            beginning, site = number, site_of[station_of[point_of[number]]]
        elif rank == FULL:
            if full_next_min[number] != now:
                continue
            site = number
        elif w.change_kind[number] == FAIL:
            point = change_of[number]
            faults[point] += 1
            if faults[point] != 1:
                continue
            working[station_of[point]] -= 1
            if driver_at[point] >= 0:
                leaving, reason = driver_at[point], CUT_SHORT
            else:
                free[station_of[point]] -= 1
            driver_at[point] = BROKEN
        elif w.change_kind[number] == REPAIR:
            point = change_of[number]
            faults[point] -= 1
            if faults[point] != 0:
                continue
            working[station_of[point]] += 1
            freed = point
        else:
            site = change_of[number]
            limit_kw[site] = w.change_kw[number]

        # Who unplugs: for good, or because no start worked
        if leaving >= 0:
            if draws[leaving]:
                site = site_of[station_of[point_of[leaving]]]
            if reason == SERVED and w.failed_starts[leaving, choice_of[leaving]] >= STARTS:
                point_of[leaving], start_min[leaving], end_min[leaving] = NOBODY, np.nan, np.nan
                moving, reason = leaving, START_FAILED
            else:
                outcome[leaving], end_min[leaving] = reason, now

        # Who gets the freed point: the first in line, or it stands free
        if freed >= 0:
            station = station_of[freed]
            plugging = waiting = first[station]
            point = freed
            if plugging < 0:
                driver_at[freed] = NOBODY
                free[station] += 1
                lowest[station] = min(lowest[station], freed)

        # Whose wait is over
        if waiting >= 0:
            station = w.choices[waiting, choice_of[waiting]]
            step_out(waiting, station, first, last, ahead, behind)
            queueing[station] -= 1
            wait_min[waiting] += now - joined_min[waiting]
            joined_min[waiting] = np.nan

        # Where an arriving driver goes: to a free point, on, or into the queue
        if arriving >= 0:
            if w.informed[arriving]:
                for choice in range(choice_of[arriving], k):
                    station = w.choices[arriving, choice]
                    if station >= 0 and free[station] > 0:
                        choice_of[arriving] = choice
                        break
            choice = choice_of[arriving]
            station = w.choices[arriving, choice]
            tries[arriving] += station >= 0
            if station < 0:
                moving, reason = arriving, NO_CHOICE
            elif free[station] > 0:
                plugging, point = arriving, lowest[station]
                while driver_at[point] != NOBODY:
                    point += 1
                free[station] -= 1
                lowest[station] = point + 1
            elif working[station] == 0:
                moving, reason = arriving, OUT_OF_ORDER
            elif queueing[station] >= w.balk_at[arriving, choice]:
                moving, reason = arriving, BALKED
            else:
                joined_min[arriving], key[arriving] = now, w.queue_key[arriving, choice]
                join(arriving, station, key, first, last, ahead, behind)
                queueing[station] += 1
                size = push(times, codes, size, now + w.patience_min[arriving], RENEGE + arriving)

        # Who plugs in: when the car leaves is known at once, unless it shares power and leaves when full
        if plugging >= 0:
            choice = choice_of[plugging]
            driver_at[point], point_of[plugging] = plugging, point
            start_min[plugging], end_min[plugging] = now, now + w.held_min[plugging, choice]
            size = push(times, codes, size, end_min[plugging], LEAVE + plugging)
            failed = w.failed_starts[plugging, choice]
            if site_of[station_of[point]] >= 0 and failed < STARTS:
                size = push(times, codes, size, now + failed * w.restart_min, BEGIN + plugging)

        # Who moves on: to the next choice, or lost without one
        if moving >= 0:
            choice = choice_of[moving] + 1
            if choice < k and w.choices[moving, choice] >= 0:
                choice_of[moving] = choice
                size = push(times, codes, size, now + w.detour_min[moving, choice], ARRIVE + moving)
            else:
                outcome[moving], end_min[moving] = reason, now

        # How the site shares its power from now on
        if site >= 0:
            minutes, settled_min[site] = now - settled_min[site], now
            for i in range(draw_from[site], draw_to[site]):
                missing_kwh[drawing[i]] -= charged_kwh(rate_kw[drawing[i]], minutes)
            if beginning >= 0:
                choice = choice_of[beginning]
                cap_kw[beginning] = w.power_kw[beginning, choice]
                missing_kwh[beginning] = w.energy_kwh[beginning, choice]
                draws[beginning] = True
                i = draw_to[site]
                while i > draw_from[site] and earlier(
                    cap_kw[beginning], beginning, cap_kw[drawing[i - 1]], drawing[i - 1]
                ):
                    drawing[i] = drawing[i - 1]
                    i -= 1
                drawing[i] = beginning
                draw_to[site] += 1
            kept = draw_from[site]
            for i in range(draw_from[site], draw_to[site]):
                driver = drawing[i]
                if driver != leaving and missing_kwh[driver] >= ENOUGH_KWH:
                    drawing[kept] = driver
                    kept += 1
                    continue
                draws[driver] = False
                if driver != leaving:
                    full_min[driver] = now
                    over_min = now + w.overstay_min[driver, choice_of[driver]]
                    if over_min < end_min[driver]:
                        end_min[driver] = over_min
                        size = push(times, codes, size, over_min, LEAVE + driver)
            draw_to[site] = kept
            left_kw, soonest_min = limit_kw[site], np.inf
            for i in range(draw_from[site], kept):
                driver = drawing[i]
                rate_kw[driver] = fair_share(cap_kw[driver], left_kw, kept - i)
                left_kw -= rate_kw[driver]
                soonest_min = min(soonest_min, minutes_to_charge(missing_kwh[driver], rate_kw[driver]))
            full_next_min[site] = now + soonest_min
            size = push(times, codes, size, full_next_min[site], FULL + site)

    return outcome, tries, choice_of, point_of, wait_min, start_min, end_min, full_min, missing_kwh
