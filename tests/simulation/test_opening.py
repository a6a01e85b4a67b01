"""Points that are open in given hours only, by hand and in every engine. Hours are told as of the week."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from sim.clock import MIN_PER_H, Horizon
from sim.simulation.conditions import Conditions, changes_of, draw_conditions
from sim.simulation.events import TICKS
from sim.simulation.opening import closures, open_for_min
from sim.simulation.operation import WEEKDAYS
from sim.simulation.outages import Outages, joined
from sim.simulation.run import simulate
from tests.simulation.small_city import city_of, operation, station
from tests.simulation.test_workload import ranked_of, requests_of

WEEK = Horizon(warm_up_days=0, days=7)  # minute 0 is Monday 0 h
TUE, SUN = (24 * WEEKDAYS.index(day) for day in ("tue", "sun"))


def open_at(technologies, from_h, to_h, days=WEEKDAYS):
    """The shipped technologies, the column with opening hours."""
    hours = dict(open_from_h=from_h, open_to_h=to_h, open_days=list(days))
    return technologies | {"ac_22": dataclasses.replace(technologies["ac_22"], **hours)}


def test_hours_of_the_week_with_a_night_over_midnight(technologies):
    night = open_at(technologies, 18, 8, ["sun"])["ac_22"].open_hours()
    assert np.flatnonzero(night).tolist() == [*range(8), *range(SUN + 18, 168)]  # from Sunday into Monday
    day = open_at(technologies, 8, 18, ["mon", "tue"])["ac_22"].open_hours()
    assert np.flatnonzero(day).tolist() == [*range(8, 18), *range(TUE + 8, TUE + 18)]
    assert technologies["ac_22"].always_open


def test_every_point_closes_and_opens_and_the_last_closure_ends(technologies):
    city = city_of(station("a", "p", points=2), station("b", "q", "dc_150"))
    closed = closures(city.stations, open_at(technologies, 8, 18), horizon=WEEK, until_min=25 * 60.0)
    # closed from the start until 8 h, from 18 h to 8 h next day; the same for both points, none for the fast charger
    assert closed.station.tolist() == [0, 0, 0, 0]
    assert closed.point.tolist() == [0, 0, 1, 1]
    assert (closed.fail_min / 60).tolist() == [0, 18, 0, 18]
    assert (closed.repair_min / 60).tolist() == [8, 32, 8, 32]


def test_a_warm_up_shifts_the_hours(technologies):
    city = city_of(station("a", "p", points=1))
    two_days = Horizon(warm_up_days=2, days=7)  # minute 0 is Saturday 0 h
    closed = closures(city.stations, open_at(technologies, 8, 18, ["mon"]), horizon=two_days, until_min=60 * 60.0)
    assert (closed.fail_min / 60).tolist() == [0.0]  # 60 h are Monday noon: Saturday and Sunday closed
    assert (closed.repair_min / 60).tolist() == [56.0]  # Monday 8 h


def test_the_time_until_closing(technologies):
    city = city_of(station("a", "p"), station("b", "q", "dc_150"))
    at = np.array([[TUE + 8.0, TUE + 8], [TUE + 17.5, 0], [TUE + 18, 0], [167.5, 0]]) * MIN_PER_H
    left = open_for_min(
        at, ranked_of([[0, 1], [0, -1], [0, -1], [0, -1]]), stations=city.stations,
        technologies=open_at(technologies, 22, 18), horizon=WEEK,
    )  # fmt: skip
    # open from 22 to 18 h: closed at 18 h; on Sunday at 23:30 it is open until Monday 18 h
    assert left[:, 0].tolist() == [600.0, 30.0, np.inf, 18.5 * 60]
    assert np.isinf(left[:, 1]).all()
    assert open_for_min(at, ranked_of([[0]]), stations=city.stations, technologies=technologies, horizon=WEEK) == np.inf


def test_cars_come_and_go_with_the_hours(demand, behaviour, simulation, technologies, engine):
    # One point, open from 18 to 8 h. A comes at 17:59: nothing else is near, lost. B comes at 18 h sharp and finds it
    # open, parks 2 h and takes 11 kWh in one hour. C comes at 7:30 for 2 h: leaves at 8 h with half of its 11 kWh.
    # D comes at 8 h sharp: closed. E comes one tick before closing: served, next to nothing.
    city, hours = city_of(station("a", "p", points=1)), open_at(technologies, 18, 8)
    requests = requests_of(*["kerbside"] * 5, stay_min=120.0)
    tick = 1 / TICKS
    at = np.array([TUE + 17 + 59 / 60, TUE + 18, TUE + 31.5, TUE + 32, TUE + 56]) * 60.0
    requests.arrival_min[:] = np.rint(at) - np.array([0, 0, 0, 0, tick])
    ranked = ranked_of([[0]] * 5)
    conditions = draw_conditions(
        city, requests, ranked, technologies=hours, operation=operation(), horizon=WEEK, seed=1, stage="search",
        replication=0,
    )  # fmt: skip
    _, sessions = simulate(
        requests, ranked, stations=city.stations, demand=demand, behaviour=behaviour, technologies=hours,
        simulation=dataclasses.replace(simulation, engine=engine), conditions=conditions,
    )  # fmt: skip
    frame = sessions.frame()
    assert frame["outcome"].tolist() == ["out_of_order", "served", "served", "out_of_order", "served"]
    assert (sessions.end_min[[1, 2, 4]] / 60).tolist() == [TUE + 20, TUE + 32, TUE + 56]
    assert frame["energy_kwh"].tolist()[1:3] == pytest.approx([11.0, 5.5], abs=1e-4)
    assert len(conditions.outages) == 0  # closed hours are none of the failures that KPIs count


def test_a_point_that_fails_while_closed_stays_closed_until_both_are_over(
    technologies, demand, behaviour, simulation, engine
):
    # Faults add up: closed until 8 h and repaired at 10 h, it takes nobody at 9 h.
    city, hours = city_of(station("a", "p", points=1)), open_at(technologies, 8, 18)
    failed = Outages(np.array([0]), np.array([0]), np.array([60.0]), np.array([600.0]))
    closed = closures(city.stations, hours, horizon=WEEK, until_min=24 * 60.0)
    requests = requests_of("kerbside", "kerbside", stay_min=60.0)
    requests.arrival_min[:] = [9 * 60.0, 11 * 60.0]
    _, sessions = simulate(
        requests, ranked_of([[0], [0]]), stations=city.stations, demand=demand, behaviour=behaviour,
        simulation=dataclasses.replace(simulation, engine=engine),
        conditions=Conditions(changes=changes_of(city.stations, None, joined([failed, closed]))),
    )  # fmt: skip
    assert sessions.frame()["outcome"].tolist() == ["out_of_order", "served"]
