"""Columns in, checked and derived; requests resolved against stations."""

from __future__ import annotations

import dataclasses
from math import inf, nan

import numpy as np
import pandas as pd
import pytest

from sim.demand.choice import Ranked
from sim.demand.requests import USE_CASES, Requests
from sim.errors import DataError, UnknownName
from sim.simulation.columns import NEVER_BALK, RULES
from sim.simulation.events import FAIL, LIMIT, REPAIR, TICKS, minutes_to_charge
from sim.simulation.policies import QUEUE_POLICIES
from sim.simulation.workload import Workload, build_workload, make_workload

PLAIN = dict(arrival_min=[0, 5], choices=[[0, 1], [1, -1]], energy_kwh=10, power_kw=20, points=[1, 2])


def test_defaults_switch_every_later_feature_off():
    w = make_workload(**PLAIN)
    assert (w.patience_min == inf).all() and not w.informed.any() and (w.balk_at == NEVER_BALK).all()
    assert (w.queue_key == 0).all() and (w.overstay_min == 0).all() and (w.longest_min == inf).all()
    assert (w.failed_starts == 0).all() and (w.site == -1).all() and w.restart_min == 0
    assert len(w.limit_kw) == len(w.change_min) == len(w.change_kind) == len(w.change_of) == len(w.change_kw) == 0
    assert (w.charging_min == 30).all() and (w.held_min == 30).all()


def test_columns_are_read_only_in_row_order_and_of_the_documented_types():
    w = make_workload(**PLAIN)
    for name, rule in RULES.items():
        if name != "restart_min":
            column = getattr(w, name)
            assert column.dtype == rule.dtype and column.flags.c_contiguous, name
            with pytest.raises(ValueError, match="read-only"):
                column[...] = 0
    assert {field.name for field in dataclasses.fields(Workload)} == {*RULES, "charging_min", "held_min"}


def test_times_and_energies_are_rounded_to_whole_ticks_and_powers_are_not():
    w = make_workload(**{**PLAIN, "arrival_min": [0.1, 0.2], "energy_kwh": 1 / 3, "power_kw": 3.7})
    for column in (w.arrival_min, w.energy_kwh, w.charging_min):
        assert (column * TICKS == np.round(column * TICKS)).all()
    assert np.abs(w.arrival_min - [0.1, 0.2]).max() <= 0.5 / TICKS
    assert (w.power_kw == 3.7).all()


@pytest.mark.parametrize("power_kw", [0.0, 1e-9, 3.7, 11.0, 22.0, 60.0, 149.999])
@pytest.mark.parametrize("energy_kwh", [0.0, 2.0**-20, 0.1, 1 / 3, 11.0, 77.7])
def test_charging_time_is_the_same_by_column_and_by_car(energy_kwh, power_kw):
    w = make_workload(arrival_min=[0], choices=[0], energy_kwh=energy_kwh, power_kw=power_kw, points=[1])
    assert w.charging_min.item() == minutes_to_charge(w.energy_kwh.item(), power_kw)


def test_a_point_is_held_until_full_and_overstayed_or_for_the_longest_stay():
    w = make_workload(
        arrival_min=[0] * 5, choices=[0, 0, 0, 0, 1], energy_kwh=10, power_kw=60, points=[1, 1], restart_min=2,
        longest_min=[inf, 25, 45, inf, 99], overstay_min=[20, 20, inf, 0, 0], failed_starts=[0, 1, 0, 2, 0],
        site=[-1, 0], limit_kw=[50],
    )  # fmt: skip
    # 10 + 20; 2 + 10 + 20 is cut at 25; parked for 45; two failed starts of 2; shares power, so only the longest stay
    assert w.held_min[:, 0].tolist() == [30, 25, 45, 4, 99]


def test_changes_are_put_in_order_of_time_then_repairs_failures_limits():
    w = make_workload(
        **PLAIN, limit_kw=[5], site=[0, -1], change_min=[9, 3, 3, 3], change_kind=[FAIL, LIMIT, FAIL, REPAIR],
        change_of=[1, 0, 2, 2], change_kw=[0, 7, 0, 0],
    )  # fmt: skip
    assert w.change_min.tolist() == [3, 3, 3, 9]
    assert w.change_kind.tolist() == [REPAIR, FAIL, LIMIT, FAIL]
    assert w.change_of.tolist() == [2, 2, 0, 1] and w.change_kw.tolist() == [0, 0, 7, 0]


CHANGE = dict(change_min=[1], change_kind=[FAIL], change_of=[0])
REFUSED = [
    (dict(arrival_min=[0, nan]), "request 1: arrival_min: not allowed (nan)"),
    (dict(arrival_min=[-1, 0]), "request 0: arrival_min: not allowed (-1)"),
    (dict(arrival_min=[0, inf]), "request 1: arrival_min: not allowed (inf)"),
    (dict(arrival_min=[5, 0]), "request 1: arrival_min: before the request above it (0)"),
    (dict(arrival_min=[0, 1e15]), "request 1: arrival_min: not allowed (1e+15)"),
    (dict(arrival_min=[0, 1, 2]), "arrival_min: has shape (3,)"),
    (dict(patience_min=[nan, 1]), "request 0: patience_min"),
    (dict(patience_min=-1), "request 0: patience_min: not allowed (-1, and 1 more)"),
    (dict(choices=[[0, 2], [1, -1]]), "request 0: choices: no such station (2)"),
    (dict(choices=[[0, 2**32 - 1], [1, -1]]), "request 0: choice 1: choices: not allowed (4.29497e+09)"),
    (dict(choices=[[0, -2], [1, -1]]), "request 0: choice 1: choices: not allowed (-2)"),
    (dict(choices=[[-1, 0], [1, -1]]), "request 0: choices: a station after a gap (-1)"),
    (dict(choices=[[0.5, 1], [1, -1]]), "request 0: choice 0: choices: not allowed (0.5)"),
    (dict(detour_min=inf), "detour_min: not allowed (inf"),
    (dict(detour_min=-2), "detour_min: not allowed (-2"),
    (dict(balk_at=-1), "balk_at: not allowed (-1"),
    (dict(queue_key=nan), "queue_key: not allowed (nan"),
    (dict(energy_kwh=[-3, 1]), "request 0: choice 0: energy_kwh: not allowed (-3"),
    (dict(energy_kwh=inf), "energy_kwh: not allowed (inf"),
    (dict(power_kw=-11), "power_kw: not allowed (-11"),
    (dict(power_kw=inf), "power_kw: not allowed (inf"),
    (dict(longest_min=-1), "longest_min: not allowed (-1"),
    (dict(overstay_min=nan), "overstay_min: not allowed (nan"),
    (dict(failed_starts=3), "failed_starts: not allowed (3"),
    (dict(points=[1, -1]), "station 1: points: not allowed (-1)"),
    (dict(site=[0, -1]), "station 0: site: no such site (0)"),
    (dict(site=[-2, -1]), "station 0: site: not allowed (-2)"),
    (dict(limit_kw=[-5]), "site 0: limit_kw: not allowed (-5)"),
    (dict(CHANGE, change_min=[-1]), "change 0: change_min: not allowed (-1)"),
    (dict(CHANGE, change_kind=[3]), "change 0: change_kind: not allowed (3)"),
    (dict(CHANGE, change_of=[2**40]), "change 0: change_of: not allowed (1.09951e+12)"),
    (dict(CHANGE, change_of=[3]), "change 0: change_of: no such site or point (3); there are 0 sites and 3 points"),
    (dict(CHANGE, change_kind=[LIMIT]), "change 0: change_of: no such site or point (0)"),
    (dict(CHANGE, change_of=[0, 0]), "change_of: has shape (2,)"),
    (dict(CHANGE, change_kw=[nan]), "change 0: change_kw: not allowed (nan)"),
    (dict(restart_min=-1), "workload: restart_min: not allowed (-1)"),
    (dict(restart_min=[1, 2]), "restart_min: has shape (2,)"),
    (dict(power_kw=None), "power_kw: missing"),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_makes_no_sense_is_refused_before_an_engine_starts(columns, message):
    with pytest.raises(DataError) as refused:
        make_workload(**{**PLAIN, **columns})
    assert len(refused.value.problems) == 1
    assert message in refused.value.problems[0]
    assert ";" in refused.value.problems[0]  # what to do


def test_all_problems_come_at_once():
    with pytest.raises(DataError) as refused:
        make_workload(**{**PLAIN, "energy_kwh": -1, "power_kw": nan, "points": [-1, 1]})
    assert [p.split(": ")[-2] for p in refused.value.problems] == ["energy_kwh", "power_kw", "points"]


def test_an_unknown_column_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownName, match="did you mean 'patience_min'"):
        make_workload(**PLAIN, patience=3)


def requests_of(*use_cases, stay_min=120.0, idle_min=5.0):
    """One request a minute: battery 60 kWh, from 20 to 80 %, AC 11 kW, DC 100 kW."""
    n = len(use_cases)
    hub = np.array([use_case == "hub" for use_case in use_cases])
    number = dict(zip(USE_CASES, range(len(USE_CASES)), strict=True))
    fixed = dict(x_m=0.0, y_m=0.0, battery_kwh=60.0, soc_arrival=0.2, soc_target=0.8, ac_kw=11.0, dc_kw=100.0)
    return Requests(
        arrival_min=np.arange(n, dtype=float),
        use_case=np.array([number[u] for u in use_cases], np.int8),
        cell=np.zeros(n, np.int32),
        vehicle=np.ones(n, np.int8),
        need_kwh=np.where(hub, 38.0, 11.0),
        stay_min=np.where(hub, np.inf, stay_min),
        idle_min=np.where(hub, idle_min, np.inf),
        patience_min=np.where(hub, 15.0, np.inf),
        reach_m=np.full(n, 1000.0),
        **{name: np.full(n, value) for name, value in fixed.items()},
    )


def ranked_of(choices):
    choices = np.array(choices, np.int32)
    return Ranked(choices, np.where(choices >= 0, 100.0, np.nan), np.where(choices >= 0, 4.0, 0.0))


STATIONS = pd.DataFrame(dict(power_kw=[22.0, 150.0, 150.0], points=[2, 2, 8]), index=["a", "b", "c"])


@pytest.fixture
def build(demand, behaviour):
    def make(requests, ranked, policy="first_come", stations=STATIONS):
        return build_workload(
            requests, ranked, stations=stations, demand=demand, behaviour=behaviour, policy=QUEUE_POLICIES[policy]
        )

    return make


def test_a_parked_car_stays_for_its_parking_time_and_a_hub_car_until_full_and_idle(build):
    w = build(requests_of("kerbside", "hub"), ranked_of([[0, -1], [1, 2]]))
    assert w.held_min[0, 0] == 120 and w.charging_min[0, 0] == 60  # 11 kWh at 11 kW
    np.testing.assert_array_equal(w.held_min[1], w.charging_min[1] + 5)
    # 60 kWh at no more than 100 kW: 38 kWh take more than 22.8 min, and the same at both stations
    assert w.charging_min[1, 0] == w.charging_min[1, 1] > 22.8


def test_who_parks_does_not_queue_and_hub_drivers_join_queues_they_expect_to_be_short(build):
    w = build(requests_of("kerbside", "destination", "work", "hub"), ranked_of([[0, -1], [0, -1], [0, -1], [1, 2]]))
    assert (w.balk_at[:3] == 0).all()
    # 15 min x 2 points / 33 min = 0.9, at least one; 15 x 8 / 33 = 3.6
    assert w.balk_at[3].tolist() == [1, 3]
    assert w.patience_min[3] == 15


def test_a_city_without_stations_loses_every_request(build, run):
    w = build(requests_of("kerbside", "hub"), ranked_of([[-1, -1], [-1, -1]]), stations=STATIONS.iloc[:0])
    assert run(w).frame()["outcome"].tolist() == ["no_choice", "no_choice"]


def test_a_queue_policy_gives_one_key_per_visit(build):
    requests, ranked = requests_of("hub", "kerbside"), ranked_of([[1, 2], [0, -1]])
    assert (build(requests, ranked, "first_come").queue_key == 0).all()
    shortest = build(requests, ranked, "shortest_stay")
    np.testing.assert_array_equal(shortest.queue_key, shortest.held_min)
    assert build(requests, ranked, "by_class").queue_key.tolist() == [[4, 4], [0, 0]]
