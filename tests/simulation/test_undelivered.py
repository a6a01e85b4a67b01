"""Energy not delivered: possible = delivered + what the limit kept back + what the failure kept back."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from sim.simulation.events import FAIL, TICKS
from sim.simulation.sessions import Outcome
from sim.simulation.undelivered import undelivered
from sim.simulation.workload import make_workload
from tests.simulation.random_workloads import random_workload

# 60 kW: a kWh takes a minute
SHARED = dict(choices=[[0], [0]], power_kw=60, points=[2], site=[0], limit_kw=[60])


def missed(run, **columns):
    workload = make_workload(**columns)
    found = undelivered(workload, run(workload))
    return found.limit_kwh.tolist(), found.failure_kwh.tolist()


def test_a_parked_car_misses_what_full_power_would_have_added_by_the_end_of_its_stay(run):
    # Both from 0 on at 30 kW. A wants 60 kWh and parks 40 min: full power gives 40 kWh. B wants 15 and has them at 30;
    # A has 15 by then and 10 more at 60 kW until 40, so 25 of 40.
    limit_kwh, failure_kwh = missed(
        run, arrival_min=[0, 0], energy_kwh=[60, 15], longest_min=[40, 60], overstay_min=inf, **SHARED
    )
    assert limit_kwh == [15, 0] and failure_kwh == [0, 0]


def test_a_car_never_misses_more_than_it_wanted(run):
    # 30 kW each for 20 min, 10 kWh. A wanted 12 and would have them at full power, B would have 20 of 60.
    limit_kwh, _ = missed(
        run, arrival_min=[0, 0], energy_kwh=[12, 60], longest_min=20, overstay_min=inf, **SHARED
    )  # fmt: skip
    assert limit_kwh == [2, 10]


def test_a_car_that_stays_until_it_is_full_misses_nothing(run):
    limit_kwh, _ = missed(run, arrival_min=[0, 0], energy_kwh=[60, 60], **SHARED)
    assert limit_kwh == [0, 0]


def test_what_a_failure_cuts_off_is_what_the_rest_of_the_stay_would_have_given(run):
    # Alone at full power, cut at 20 min with 20 kWh. Parked for 30 min: 10 more. Parked for 90: all 60 it wanted, so 40
    # more. At a hub it would have stayed until full: 40 more. Without a failure nothing is missed.
    single = dict(arrival_min=[0], choices=[[0]], energy_kwh=60, power_kw=60, points=[1])
    fails = dict(change_min=[20], change_kind=[FAIL], change_of=[0])
    for stay, failure in (
        (dict(longest_min=30, overstay_min=inf), 10),
        (dict(longest_min=90, overstay_min=inf), 40),
        (dict(longest_min=inf, overstay_min=5), 40),
        (dict(longest_min=20, overstay_min=inf), 0),  # leaves as the point fails: served
    ):
        assert missed(run, **single, **stay, **fails) == ([0], [failure])


def test_limit_and_failure_are_told_apart(run):
    # 30 kW each. A is cut at 30 min with 15 kWh: full power would have given 30 by then (15 missed for the limit), and
    # 50 by the end of its 50 min (20 for the failure). B has 60 kW from 30 on: 15 + 20 = 35 of 50 at 50.
    columns = dict(SHARED, arrival_min=[0, 0], energy_kwh=[60, 60], longest_min=50, overstay_min=inf)
    limit_kwh, failure_kwh = missed(run, **columns, change_min=[30], change_kind=[FAIL], change_of=[0])
    assert limit_kwh == [15, 15] and failure_kwh == [20, 0]


def test_failed_starts_are_time_without_energy_and_no_fault_of_the_network(run):
    # Two minutes for a failed start: of 30 min parked 28 count. Cut at 20: 18 kWh, 10 more until 30.
    columns = dict(
        arrival_min=[0], choices=[[0]], energy_kwh=60, power_kw=60, points=[1], failed_starts=1, restart_min=2
    )
    stay = dict(longest_min=30, overstay_min=inf)
    assert missed(run, **columns, **stay, change_min=[20], change_kind=[FAIL], change_of=[0]) == ([0], [10])
    # both starts fail: it would never have got anything
    never = dict(columns, failed_starts=2)
    assert missed(run, **never, **stay, change_min=[1], change_kind=[FAIL], change_of=[0]) == ([0], [0])


def test_where_nothing_is_shared_and_nothing_fails_there_is_nothing_to_reckon(run):
    workload = make_workload(arrival_min=[0], choices=[[0]], energy_kwh=60, power_kw=60, points=[1], longest_min=30)
    assert undelivered(workload, run(workload)) is None


def test_a_site_that_never_binds_keeps_nothing_back_but_ticks(run):
    limit_kwh, _ = missed(
        run,
        **{**SHARED, "limit_kw": [1e6]},
        arrival_min=[0, 7],
        energy_kwh=60,
        longest_min=[33.3, 21.7],
        overstay_min=inf,
    )
    assert max(limit_kwh) <= 2 / TICKS


@pytest.mark.parametrize("seed", range(40))
def test_energy_is_conserved_and_nothing_is_missed_twice(run, seed):
    workload = random_workload(seed)
    sessions = run(workload)
    found = undelivered(workload, sessions)
    if found is None:
        assert not len(workload.change_min) and not (workload.site >= 0).any()
        return
    over = sessions.outcome <= Outcome.CUT_SHORT
    visit = np.arange(len(workload)), sessions.choice.astype(int)
    assert (found.limit_kwh >= 0).all() and (found.failure_kwh >= 0).all()
    assert not found.limit_kwh[~over].any() and not found.failure_kwh[~over].any()
    assert not found.failure_kwh[sessions.outcome != Outcome.CUT_SHORT].any()
    full = over & ~np.isnan(sessions.full_min)
    assert not found.limit_kwh[full].any() and not found.failure_kwh[full].any()
    possible = (sessions.energy_kwh + found.limit_kwh + found.failure_kwh)[over]
    assert (possible <= workload.energy_kwh[visit][over]).all()
    allowed_min = np.where(
        sessions.outcome == Outcome.CUT_SHORT, workload.longest_min[visit], sessions.end_min - sessions.start_min
    )
    begin_min = np.minimum(workload.failed_starts[visit] * workload.restart_min, allowed_min)
    with np.errstate(invalid="ignore"):
        most = np.nan_to_num(workload.power_kw[visit] * (allowed_min - begin_min) / 60, nan=0.0)
    assert (possible <= most[over] + 2 / TICKS).all()
