"""Which sites share power, how much, and when it changes."""

from __future__ import annotations

import dataclasses
from math import inf

import numpy as np
import pandas as pd
import pytest

from sim.city.city import with_plan
from sim.clock import Horizon
from sim.simulation.conditions import draw_conditions
from sim.simulation.run import simulate
from sim.simulation.site_limits import limits_by_hour, site_limits
from tests.simulation.small_city import city_of, operation, station
from tests.simulation.test_workload import ranked_of, requests_of

WEEK = Horizon(warm_up_days=0, days=7)


def fixed(city, rules):
    """Site of each station, and the one limit that each site has in all hours."""
    site, by_hour = limits_by_hour(city, rules)
    assert (by_hour == by_hour[:, :1]).all()
    return site.tolist(), by_hour[:, 0].tolist()


def test_stations_of_a_site_share_what_their_connections_carry_together():
    # p: 4 points of 22 kW and 2 of 150: half of 88 + 300. q: half of 2 x 22.
    city = city_of(station("a", "p", points=4), station("b", "q"), station("c", "p", "dc_150"))
    assert fixed(city, operation(connection_share=0.5)) == ([0, 1, 0], [194, 22])


def test_a_connection_carries_at_least_one_of_its_points():
    # a third of 44 kW would not even charge one car; a site of one point is never short
    city = city_of(station("a", "p"), station("b", "q", points=1))
    assert fixed(city, operation(connection_share=1 / 3)) == ([0, -1], [22])


@pytest.mark.parametrize("share", [1.0, 1.5, inf])
def test_a_connection_that_carries_all_points_is_no_limit(share):
    city = city_of(station("a", "p"), station("b", "q", points=7))
    assert site_limits(city, operation(connection_share=share), horizon=WEEK, until_min=1e4) is None


def test_a_limit_of_the_city_counts_instead_of_the_share_and_binds_only_below_all_points():
    city = city_of(
        station("a", "p", limit_kw=30.0), station("b", "q", limit_kw=44.0), station("c", "r", limit_kw=np.nan)
    )
    assert fixed(city, operation()) == ([0, -1, -1], [30])
    assert fixed(city, operation(connection_share=0.5)) == ([0, -1, 1], [30, 22])


def test_a_site_draws_no_more_than_the_grid_gives_there():
    sites = pd.DataFrame({"limit_kw": [50.0, inf]}, index=pd.Index(["p", "q"], name="site_id"))
    city = city_of(station("a", "p", points=4), station("b", "q", points=4), sites=sites)
    assert fixed(city, operation()) == ([0, -1], [50])
    assert fixed(city, operation(connection_share=0.5)) == ([0, 1], [44, 44])


def test_planned_points_bring_their_share_and_a_planned_site_has_a_limit(technologies):
    sites = pd.DataFrame(
        {"district_id": "D", "x_m": 0.0, "y_m": 0.0}, index=pd.Index(["p", "q"], name="site_id")
    )  # fmt: skip
    city = city_of(station("a", "p", limit_kw=30.0, district_id="D"), sites=sites)
    plan = pd.DataFrame({"site_id": ["p", "q"], "technology": ["ac_22", "dc_150"], "points_added": [2, 4]})
    rules = operation(connection_share=0.5)
    planned = with_plan(city, plan, technologies=technologies, connection_share=rules.connection_share)
    # at p 30 kW as given and half of 2 x 22 more; at q half of 4 x 150
    assert fixed(planned, rules) == ([0, 1], [52, 300])
    assert fixed(with_plan(city, plan, technologies=technologies), operation()) == ([0, -1], [74])


def test_limits_change_only_where_the_value_changes_and_repeat_every_week():
    # 22 kW of two points, half of it from 17 to 21 h: two changes a day. The run begins on Saturday at 0 h.
    profile = [1.0] * 17 + [0.5] * 4 + [1.0] * 3
    city = city_of(station("a", "p"), station("b", "q"))
    limits = site_limits(
        city, operation(connection_profile=profile), horizon=Horizon(2, 7), until_min=(2 + 7) * 1440.0
    )  # fmt: skip
    assert limits.limit_kw.tolist() == [44, 44]
    at = [(limits.change_min[n] / 60, limits.change_kw[n]) for n in np.flatnonzero(limits.change_of == 1)]
    assert sorted(at) == [(24 * day + hour, kw) for day in range(9) for hour, kw in ((17, 22.0), (21, 44.0))]


def test_a_week_s_profile_is_read_from_monday_and_the_run_may_begin_on_another_day():
    # half power from Saturday 12 h to Sunday 12 h (hours 132 to 155 of the week); warm-up of one day: Sunday 0 h
    profile = [0.5 if 132 <= hour < 156 else 1.0 for hour in range(168)]
    limits = site_limits(
        city_of(station("a", "p")), operation(connection_profile=profile), horizon=Horizon(1, 7), until_min=8 * 1440.0
    )
    assert limits.limit_kw.tolist() == [22]
    assert sorted(zip(limits.change_min / 60, limits.change_kw, strict=True)) == [(12, 44), (156, 22), (180, 44)]


def test_hours_of_a_station_hold_until_its_next_row_and_on_into_monday():
    # a may draw all from Monday 6 h, half from Friday 18 h (hour 114) on, through the weekend until Monday 6 h
    city = city_of(station("a", "p"), station("b", "p", "dc_150"), limits=[("a", 114, 0.5), ("a", 6, 1.0)])
    site, by_hour = limits_by_hour(city, operation())
    assert site.tolist() == [0, 0]
    np.testing.assert_array_equal(by_hour[0, [0, 5, 6, 113, 114, 167]], [322, 322, 344, 344, 322, 322])


def test_two_cars_share_half_the_power(demand, behaviour, simulation, technologies, engine):
    # 2 points of 22 kW on 22 kW, cars of 22 kW, from Monday 0 h. A wants 33 kWh and stays 2 h, B comes at 30 min, wants
    # 11 kWh and stays an hour. A has 22 kW until 30 (11 kWh), then both 11 kW: B is full at 90, as it leaves; A has
    # 22 kWh then, 22 kW again, and is full at 120.
    # With 11 kW from 1 h on: at 60 A has 16.5 kWh and B 5.5; until 90 both get 2.75 more, so B leaves with 8.25; A has
    # 19.25 and gets 5.5 more until 120.
    city = city_of(station("a", "p"))
    requests = requests_of("kerbside", "kerbside")
    requests.arrival_min[:], requests.ac_kw[:] = [0, 30], 22.0
    requests.need_kwh[:], requests.stay_min[:] = [33, 11], [120, 60]
    tired = [1.0] + [0.5] * 23
    for profile, energy in (([1.0], [33, 11]), (tired, [24.75, 8.25])):
        rules = operation(connection_share=0.5, connection_profile=profile)
        workload, sessions = run_in(city, requests, rules, technologies, demand, behaviour, simulation, engine)
        assert sessions.energy_kwh.tolist() == energy
        assert workload.site.tolist() == [0] and workload.limit_kw.tolist() == [22]
    _, alone = run_in(city, requests, operation(), technologies, demand, behaviour, simulation, engine)
    assert alone.full_min.tolist() == [90, 60]


def run_in(city, requests, rules, technologies, demand, behaviour, simulation, engine):
    ranked = ranked_of([[0]] * len(requests))
    conditions = draw_conditions(
        city, requests, ranked, technologies=technologies, operation=rules, horizon=WEEK, seed=1, stage="search",
        replication=0,
    )  # fmt: skip
    return simulate(
        requests, ranked, stations=city.stations, demand=demand, behaviour=behaviour,
        simulation=dataclasses.replace(simulation, engine=engine), conditions=conditions,
    )  # fmt: skip
