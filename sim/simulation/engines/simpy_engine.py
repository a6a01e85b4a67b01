"""The charging network as SimPy events: the model to read, and the reference for every other engine.

Drivers come to charging stations. Each has a ranked list of stations to try; where no point is free, the driver queues
or drives on. All chance is drawn before (when drivers come, what they want, how long they wait, which points fail
when), so this is bookkeeping. Numbers in brackets are rules of docs/semantics.md.

    a driver   arrive [1-6] -> a point is free: `plug_in`
                            -> the queue is short enough: wait; `renege` when patience ends [8]
                            -> else, and after giving up: `move_on` to the next choice, or be lost [9]
    a car      plug_in [10-12] -> leave [13]: served, or on to the next choice if charging did not start
    a point    release [7]: to the first in line, or it stands free; fail [20], repair [22]
    a site     stations that share one grid connection: begin [15] -> share [16] whenever something changes -> next_full

The queue of a station goes by `queue_key`, smallest first, then by who joined first. An informed driver sees on arrival
which stations have a free point, and is there at once. `held_min` is how long a car holds its point: until it is full
and has overstayed, or its stay ends; at a site, where nobody knows yet when it is full, until its stay ends; and for
who fails to start `STARTS` times, as long as that takes. A site shares its limit from the smallest car to the largest:
each gets what it can take, or an equal part of what is left (`site_power`).

At one instant come, in this order: cars that begin to draw, the next full car of a site, cars that leave (so their
points are free), repairs, failures and new limits, drivers whose patience ends, and last arrivals, who see all that
settled. Among equals the lower number comes first, of driver, site or row.

One process lets drivers come, another changes the network; all else is an event with one callback, because a process
for each driver costs five times as much. Events are not withdrawn: one that is no longer awaited is void and ignored.
Times are whole ticks (`events`), so delays and sums are exact and an instant is the same instant however reached.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Generator
from heapq import heapify, heappop, heappush
from itertools import count
from math import inf, nan
from typing import Any

import simpy

from sim.simulation.engines.site_power import Car, Site
from sim.simulation.events import ARRIVE, BEGIN, CHANGE, FAIL, FULL, LEAVE, RENEGE, REPAIR, STARTS
from sim.simulation.sessions import Notes, Outcome, Sessions, make_sessions
from sim.simulation.workload import Workload

SERVED, CUT_SHORT, BALKED, OUT_OF_ORDER, RENEGED, START_FAILED, NO_CHOICE, UNFINISHED = (int(o) for o in Outcome)


class Moment(simpy.Event):
    """Something that will happen to driver, site or row `number`; made and scheduled by `after`.

    Leaner than a `simpy.Timeout`: made as one that has been triggered and cannot fail (all that SimPy asks of it), so
    SimPy only calls it back when its time has come.
    """

    __slots__ = ("callbacks", "number")
    _ok, _value = True, None

    def __init__(self, callbacks: Any, number: int):
        self.callbacks, self.number = callbacks, number


class Station:
    """Equal charge points with one queue. `free` are the points that work and have no car."""

    __slots__ = ("free", "queue", "site", "working")

    def __init__(self, points: range, site: Site | None):
        self.site, self.working = site, len(points)
        self.free = list(points)  # a heap: the lowest number first
        self.queue: list[tuple[float, int, int]] = []  # (key, ticket, driver), next in line first


def run(workload: Workload) -> Sessions:
    """Simulate a workload: the state of the network, what can happen to it, and at the end the start of it all."""
    w = workload
    n, k = w.choices.shape
    env = simpy.Environment()
    schedule = env.schedule

    sites = [Site(number, limit_kw) for number, limit_kw in enumerate(w.limit_kw.tolist())]
    cars_share = bool(sites)
    stations: list[Station] = []
    station_of: list[Station] = []  # by point
    for points, site in zip(w.points.tolist(), w.site.tolist(), strict=True):
        numbers = range(len(station_of), len(station_of) + points)
        stations.append(Station(numbers, sites[site] if site >= 0 else None))
        station_of += [stations[-1]] * points
    driver_at: list[int] = [-1] * len(station_of)  # by point; -1 = nobody
    faults = [0] * len(station_of)  # by point; it works while it has none

    # The workload as lists, by driver and by visit: driver i at choice j is visit i * k + j
    patience_min, informed = w.patience_min.tolist(), w.informed.tolist()
    station_at = [stations[station] if station >= 0 else None for station in w.choices.ravel().tolist()]
    detour_min, balk_at, queue_key = (column.ravel().tolist() for column in (w.detour_min, w.balk_at, w.queue_key))
    held_min, failed_starts = w.held_min.ravel().tolist(), w.failed_starts.ravel().tolist()
    power_kw, energy_kwh, overstay_min = (
        column.ravel().tolist() if cars_share else [] for column in (w.power_kw, w.energy_kwh, w.overstay_min)
    )

    # How far each driver has got
    visit_of = list(range(0, n * k, k))  # the choice that each driver tries
    place_in_line: list[Any] = [None] * n  # an entry of `Station.queue`
    end_of_wait: list[Moment | None] = [None] * n  # when patience ends; None = in no queue
    end_of_stay: list[Moment | None] = [None] * n  # when the car leaves; None = not plugged in
    joined_min, tickets = [nan] * n, count()  # since when in this queue; tickets tell who joined first
    cars: dict[int, Car] = {}  # that have drawn from a site, by driver

    # What is noted down
    outcome, tries, point_of, wait_min = [UNFINISHED] * n, [0] * n, [-1] * n, [0.0] * n
    start_min, end_min, full_min = [nan] * n, [nan] * n, [nan] * n

    def after(delay_min: float, rank: int, number: int, action: Callable[[Moment], None]) -> Moment:
        """An event some minutes from now that calls `action`; one that is infinitely far off never happens."""
        moment = Moment((action,), number)
        if delay_min < inf:
            schedule(moment, rank + number, delay_min)  # type: ignore[arg-type]  # ranks lie farther apart than numbers
        return moment

    def until(time_min: float, rank: int, number: int) -> Moment:
        """An event for a process to wait for; SimPy adds the process to the callbacks."""
        moment = Moment([], number)
        schedule(moment, rank + number, time_min - env.now)  # type: ignore[arg-type]
        return moment

    def arrivals() -> Generator[Moment, Any, None]:
        """Process: drivers come to their first choice, one after the other."""
        for driver, arrival_min in enumerate(w.arrival_min.tolist()):
            yield until(arrival_min, ARRIVE, driver)
            arrive(driver)

    def changes() -> Generator[Moment, Any, None]:
        """Process: points fail and are repaired, sites get another limit."""
        rows = zip(
            w.change_min.tolist(), w.change_kind.tolist(), w.change_of.tolist(), w.change_kw.tolist(), strict=True
        )
        for row, (time_min, kind, number, limit_kw) in enumerate(rows):
            yield until(time_min, CHANGE, row)
            if kind == FAIL:
                fail(number)
            elif kind == REPAIR:
                repair(number)
            else:  # LIMIT
                sites[number].settle(env.now)
                sites[number].limit_kw = limit_kw
                share(sites[number])

    # Drivers

    def arrive(driver: int) -> None:
        """A driver comes to a station (an informed one to the best with a free point): takes a free point, moves on, or
        joins the queue. [2-6]"""
        visit = visit_of[driver]
        if informed[driver]:
            visit = visit_of[driver] = first_free(visit)
        station = station_at[visit]
        if station is None:
            lose(driver, NO_CHOICE)
            return
        tries[driver] += 1
        if station.free:
            plug_in(driver, heappop(station.free))
        elif station.working == 0:
            move_on(driver, OUT_OF_ORDER)
        elif len(station.queue) >= balk_at[visit]:
            move_on(driver, BALKED)
        else:
            joined_min[driver] = env.now
            place_in_line[driver] = (queue_key[visit], next(tickets), driver)
            insort(station.queue, place_in_line[driver])
            end_of_wait[driver] = after(patience_min[driver], RENEGE, driver, renege)

    def arrive_again(moment: Moment) -> None:
        arrive(moment.number)

    def first_free(visit: int) -> int:
        """Where an informed driver goes: the best choice from here on with a free point; if none has, this one. [2]"""
        for later in range(visit, (visit // k + 1) * k):
            station = station_at[later]
            if station is not None and station.free:
                return later
        return visit

    def renege(moment: Moment) -> None:
        """A driver's patience ends; void if that wait is over. [8]"""
        driver = moment.number
        if end_of_wait[driver] is moment:
            station = station_at[visit_of[driver]]
            assert station is not None
            del station.queue[bisect_left(station.queue, place_in_line[driver])]
            end_wait(driver)
            move_on(driver, RENEGED)

    def end_wait(driver: int) -> None:
        end_of_wait[driver] = None
        wait_min[driver] += env.now - joined_min[driver]

    def move_on(driver: int, reason: int) -> None:
        """Drive to the next choice; without one the driver is lost, for the reason of this last try. [9]"""
        visit = visit_of[driver] + 1
        if visit % k == 0 or station_at[visit] is None:
            lose(driver, reason)
        else:
            visit_of[driver] = visit
            after(detour_min[visit], ARRIVE, driver, arrive_again)

    def lose(driver: int, reason: int) -> None:
        outcome[driver], end_min[driver] = reason, env.now

    # Charge points

    def plug_in(driver: int, point: int) -> None:
        """A car takes a point. When it leaves is known at once, unless it shares power and leaves when full. [10-12]"""
        visit, now = visit_of[driver], env.now
        held = held_min[visit]
        driver_at[point], point_of[driver] = driver, point
        start_min[driver], end_min[driver] = now, now + held  # the planned end, until the car has left
        end_of_stay[driver] = after(held, LEAVE, driver, leave)
        if cars_share and station_of[point].site is not None and starts(visit):
            after(failed_starts[visit] * w.restart_min, BEGIN, driver, begin)

    def starts(visit: int) -> bool:
        """Whether one of the attempts to start charging works."""
        return failed_starts[visit] < STARTS

    def leave(moment: Moment) -> None:
        """A car leaves, and its point goes to the next in line; void if it leaves at another time. [12-13]"""
        driver = moment.number
        if end_of_stay[driver] is moment:
            point = point_of[driver]
            if starts(visit_of[driver]):
                end_session(driver, SERVED)
            else:  # that hold was no session
                end_of_stay[driver], point_of[driver] = None, -1
                start_min[driver] = end_min[driver] = nan
                move_on(driver, START_FAILED)
            release(point)

    def release(point: int) -> None:
        """A working point without a car serves the first in line, or stands free. [7]"""
        driver_at[point] = -1
        station = station_of[point]
        if station.queue:
            driver = station.queue.pop(0)[2]
            end_wait(driver)
            plug_in(driver, point)
        else:
            heappush(station.free, point)

    def end_session(driver: int, reason: int) -> None:
        """A car goes for good."""
        outcome[driver], end_min[driver], end_of_stay[driver] = reason, env.now, None
        if cars_share:
            site = station_of[point_of[driver]].site
            if site is not None and driver in cars and cars[driver] in site.drawing:
                site.settle(env.now)
                site.drawing.remove(cars[driver])
                share(site)

    def fail(point: int) -> None:
        """A point goes out of order. The car at it goes with what it has, for good; the queue stays. [19-21]"""
        faults[point] += 1
        if faults[point] == 1:
            station = station_of[point]
            station.working -= 1
            if driver_at[point] >= 0:
                end_session(driver_at[point], CUT_SHORT)
                driver_at[point] = -1
            else:
                station.free.remove(point)
                heapify(station.free)

    def repair(point: int) -> None:
        """A point works again once its last fault is mended. [19, 22]"""
        faults[point] -= 1
        if faults[point] == 0:
            station_of[point].working += 1
            release(point)

    # Sites

    def begin(moment: Moment) -> None:
        """A car begins to draw; void if it has gone. [15]"""
        driver = moment.number
        if end_of_stay[driver] is None:
            return
        site, visit = station_of[point_of[driver]].site, visit_of[driver]
        assert site is not None
        site.settle(env.now)
        cars[driver] = Car(driver, power_kw[visit], energy_kwh[visit])
        site.add(cars[driver])
        share(site)

    def next_full(moment: Moment) -> None:
        """The next car of a site is full; void if power was shared anew since. [16]"""
        site = sites[moment.number]
        if site.next_full is moment:
            site.settle(env.now)
            share(site)

    def share(site: Site) -> None:
        """Full cars stop drawing, and leave after their overstay if not before; the others share the power. [13, 16]"""
        for car in site.remove_full():
            driver = car.driver
            over_min = overstay_min[visit_of[driver]]
            full_min[driver] = env.now
            if env.now + over_min < end_min[driver]:
                end_min[driver] = env.now + over_min
                end_of_stay[driver] = after(over_min, LEAVE, driver, leave)
        minutes = site.share()
        site.next_full = after(minutes, FULL, site.number, next_full)

    env.process(arrivals())
    env.process(changes())
    env.run()

    # Who shares no site was full, and drew, as the time held says: `make_sessions` reckons it for all of them at once.
    choice = [visit % k for visit in visit_of]
    missing_kwh = [cars[driver].missing_kwh if driver in cars else nan for driver in range(n)]
    return make_sessions(
        w, Notes(outcome, tries, choice, point_of, wait_min, start_min, end_min, full_min, missing_kwh)
    )
