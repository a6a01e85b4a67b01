"""Outages: the share of time of the long run, from minute 0 on; the same luck in every city; failures as changes."""

from __future__ import annotations

import dataclasses
from functools import partial

import numpy as np
import pytest

from sim.clock import Horizon
from sim.rng import stream
from sim.simulation.conditions import changes_of, draw_conditions
from sim.simulation.events import FAIL, LIMIT, REPAIR
from sim.simulation.outages import Outages, draw_outages
from sim.simulation.run import simulate
from tests.simulation.small_city import city_of, operation, station
from tests.simulation.test_workload import ranked_of, requests_of

MTBF_H, MTTR_H = 1552.0, 48.0
SHARE = MTBF_H / (MTBF_H + MTTR_H)  # 0.97
STREAMS = partial(stream, 1, "search", 0)


@pytest.fixture
def failing(technologies):
    """The shipped technologies, AC points with outages."""
    ac = dataclasses.replace(technologies["ac_22"], mtbf_h=MTBF_H, mttr_h=MTTR_H)
    return {**technologies, "ac_22": ac}


def outages_of(city, technologies, *, until_h=10_000.0, streams=STREAMS):
    return draw_outages(city.stations, technologies, until_min=until_h * 60, streams=streams)


def test_in_the_long_run_points_work_mtbf_of_mtbf_and_mttr(failing):
    # 400 points for ten years; each point is one sample, so the interval needs no theory of renewals.
    until_min = 10 * 8760 * 60.0
    city = city_of(*[station(f"s{n}", f"p{n}", points=4) for n in range(100)])
    outages = outages_of(city, failing, until_h=until_min / 60)
    point = outages.station * 4 + outages.point
    down = np.bincount(point, np.minimum(outages.repair_min, until_min) - outages.fail_min, minlength=400) / until_min
    half = 1.96 * down.std(ddof=1) / 20
    assert half < 0.001
    assert abs(1 - down.mean() - SHARE) <= half


def test_at_minute_0_as_many_points_are_out_of_order_as_ever(failing):
    # 40,000 points: share out of order at minute 0, after 100 h and after 300 h, each with its 95 % interval.
    city = city_of(*[station(f"s{n}", f"p{n}", points=1000) for n in range(40)])
    outages = outages_of(city, failing, until_h=384)
    for minute in (0.0, 6_000.0, 18_000.0):
        down = ((outages.fail_min <= minute) & (minute < outages.repair_min)).sum() / 40_000
        assert abs(down - (1 - SHARE)) <= 1.96 * np.sqrt(SHARE * (1 - SHARE) / 40_000)


def test_times_to_failure_and_to_repair_have_their_means(failing):
    city = city_of(station("s", "p", points=2000))
    outages = outages_of(city, failing, until_h=10_000)
    repairs_h = (outages.repair_min - outages.fail_min)[outages.fail_min > 0] / 60
    assert abs(repairs_h.mean() - MTTR_H) <= 1.96 * repairs_h.std() / np.sqrt(len(repairs_h))
    failures = (outages.fail_min > 0).sum() / (2000 * 10_000 * SHARE)  # by hour of a working point
    assert failures * MTBF_H == pytest.approx(1, abs=1.96 / np.sqrt((outages.fail_min > 0).sum()))


def test_outages_of_a_point_follow_each_other_and_end_after_they_begin(failing):
    outages = outages_of(city_of(station("s", "p", points=300)), failing, until_h=20_000)
    assert (outages.repair_min > outages.fail_min).all() and (outages.fail_min < 20_000 * 60).all()
    same = np.diff(outages.point) == 0
    assert same.sum() > 1000
    assert (outages.fail_min[1:][same] > outages.repair_min[:-1][same]).all()


def test_a_station_has_the_same_outages_in_every_city_and_more_points_change_none(failing):
    as_is = city_of(station("a", "p"), station("b", "q"))
    planned = city_of(station("z", "r"), station("b", "q", points=6), station("a", "p"))
    before, after = outages_of(as_is, failing), outages_of(planned, failing)

    def of(city, outages, station_id, points):
        rows = (outages.station == city.stations.index.get_loc(station_id)) & (outages.point < points)
        return np.column_stack([outages.point, outages.fail_min, outages.repair_min])[rows].tolist()

    for station_id in ("a", "b"):
        assert of(as_is, before, station_id, 2) == of(planned, after, station_id, 2) != []
    assert of(planned, after, "a", 2) != of(planned, after, "b", 2)
    other = outages_of(as_is, failing, streams=partial(stream, 1, "search", 1))
    assert of(as_is, other, "a", 2) != of(as_is, before, "a", 2)


def test_points_that_fail_often_fail_to_the_end_of_the_run(failing):
    often = {**failing, "ac_22": dataclasses.replace(failing["ac_22"], mtbf_h=1.0, mttr_h=1.0)}
    outages = outages_of(city_of(station("s", "p", points=50)), often, until_h=400)
    last = np.array([outages.repair_min[outages.point == p].max() for p in range(50)])
    assert (last > 380 * 60).all() and outages.fail_min.max() < 400 * 60


def test_more_is_drawn_where_the_first_draws_do_not_reach_the_end(failing):
    # A stream whose first draws are a hundredth of the mean and all later ones the mean: after the first turn, which
    # ends long before the run does, the point works 1,552 h and stands still 48 h in turn.
    class Unlucky:
        def __init__(self, purpose):
            self.draw = 0.01 if purpose.endswith(", 0") else 1.0

        def standard_exponential(self, shape):
            return np.full(shape, self.draw)

    outages = outages_of(city_of(station("s", "p", points=1)), failing, until_h=10_000, streams=Unlucky)
    lasts_h = (outages.repair_min - outages.fail_min) / 60
    works_h = np.diff(outages.fail_min) / 60 - lasts_h[:-1]
    first = 4 + int(np.ceil(2 * 10_000 / 1600))  # failures that are drawn at once
    assert lasts_h == pytest.approx([0.48] * first + [48.0] * (len(outages) - first))
    assert works_h == pytest.approx([15.52] * (first - 1) + [1552.0] * (len(outages) - first))
    assert len(outages) == first + 6  # 17 x 16 h, then at 1,824, 3,424, 5,024, 6,624, 8,224 and 9,824 h


@pytest.mark.parametrize("mtbf_h", [None, float("inf")])
def test_what_never_fails_has_no_outages_and_draws_nothing(technologies, mtbf_h):
    never = {**technologies, "ac_22": dataclasses.replace(technologies["ac_22"], mtbf_h=mtbf_h)}

    def no_stream(purpose):
        raise AssertionError(purpose)

    assert len(outages_of(city_of(station("s", "p")), never, streams=no_stream)) == 0


def test_minutes_out_of_order_are_those_inside_the_interval():
    outages = Outages(
        station=np.array([0, 0, 2, 2]), point=np.array([0, 1, 0, 0]), fail_min=np.array([0.0, 50, 90, 210]),
        repair_min=np.array([120.0, 60, 300, 400]),
    )  # fmt: skip
    # from 100 to 200: 20 of the first, none of the second, 100 of the third
    assert outages.down_min(3, start_min=100, end_min=200).tolist() == [20, 0, 100]


def test_points_are_numbered_through_and_limits_follow():
    city = city_of(station("a", "p", points=2), station("b", "q", points=3), station("c", "q"))
    outages = Outages(np.array([1, 2]), np.array([2, 0]), np.array([10.0, 0.0]), np.array([30.0, 5.0]))
    changes = changes_of(city.stations, None, outages)
    rows = sorted(zip(changes.minute.tolist(), changes.kind.tolist(), changes.of.tolist(), strict=True))
    assert rows == [(0, FAIL, 5), (5, REPAIR, 5), (10, FAIL, 4), (30, REPAIR, 4)]
    assert LIMIT not in changes.kind


def test_a_failing_point_cuts_a_session_and_turns_drivers_away(demand, behaviour, simulation, technologies, engine):
    # One point that is out of order from minute 30 to 90. A, plugged in at 0, is cut at 30 with 5.5 kWh of 11 at 11 kW;
    # B comes at 60 and finds nothing that works; C comes at 90, as it is repaired, and stays its two hours.
    city = city_of(station("a", "p", points=1))
    outages = Outages(np.array([0]), np.array([0]), np.array([30.0]), np.array([90.0]))
    requests = requests_of("kerbside", "kerbside", "kerbside")
    requests.arrival_min[:] = [0, 60, 90]
    conditions = draw_conditions(
        city, requests, ranked_of([[0]] * 3), technologies=technologies, operation=operation(), horizon=Horizon(0, 7),
        seed=1, stage="search", replication=0,
    )  # fmt: skip
    conditions = dataclasses.replace(conditions, outages=outages, changes=changes_of(city.stations, None, outages))
    _, sessions = simulate(
        requests, ranked_of([[0]] * 3), stations=city.stations, demand=demand, behaviour=behaviour,
        simulation=dataclasses.replace(simulation, engine=engine), conditions=conditions,
    )  # fmt: skip
    assert sessions.frame()["outcome"].tolist() == ["cut_short", "out_of_order", "served"]
    assert sessions.energy_kwh.tolist() == [5.5, 0, 11]
    assert sessions.end_min.tolist() == [30, 60, 210]
