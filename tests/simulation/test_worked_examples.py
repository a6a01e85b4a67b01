"""The semantics on cases worked by hand; the same fifteen stand in docs/semantics.md.

60 kW, so that 1 kWh takes 1 minute, one station of one point and no limit unless a case says otherwise. Drivers A, B,
C, D come in this order. Expected for each: outcome, station, wait, plug-in, full, plug-out [min], energy [kWh].
"""

from __future__ import annotations

from math import inf, nan

import numpy as np

from sim.simulation.events import FAIL, LIMIT, REPAIR
from sim.simulation.workload import make_workload
from tests.simulation.by_hand import (
    BALKED,
    CUT_SHORT,
    NO_CHOICE,
    OUT_OF_ORDER,
    RENEGED,
    SERVED,
    UNFINISHED,
    check,
    sessions_of,
)


def test_a_leaving_car_frees_its_point_before_the_next_driver_looks(run):
    found = sessions_of(run, [0, 10], energy_kwh=[10, 5], balk_at=0)
    check(found, (SERVED, 0, 0, 0, 10, 10, 10), (SERVED, 0, 0, 10, 15, 15, 5))


def test_service_beats_giving_up(run):
    found = sessions_of(run, [0, 4], energy_kwh=[10, 3], patience_min=6)
    check(found, (SERVED, 0, 0, 0, 10, 10, 10), (SERVED, 0, 6, 10, 13, 13, 3))


def test_the_smallest_key_goes_first_then_who_joined_first(run):
    found = sessions_of(run, [0, 1, 2, 3], energy_kwh=[10, 5, 2, 3], queue_key=[0, 2, 1, 1])
    check(
        found,
        (SERVED, 0, 0, 0, 10, 10, 10),
        (SERVED, 0, 14, 15, 20, 20, 5),
        (SERVED, 0, 8, 10, 12, 12, 2),
        (SERVED, 0, 9, 12, 15, 15, 3),
    )


def test_who_balks_drives_on_and_is_lost_after_the_last_choice(run):
    found = sessions_of(
        run, [0, 2, 3], choices=[[0, -1], [0, 1], [0, -1]], detour_min=[[0, 0], [0, 3], [0, 0]], energy_kwh=[10, 4, 4],
        balk_at=0, points=[1, 1],
    )  # fmt: skip
    s = check(found, (SERVED, 0, 0, 0, 10, 10, 10), (SERVED, 1, 0, 5, 9, 9, 4), (BALKED, 0, 0, nan, nan, 3, 0))
    assert s.tries.tolist() == [1, 2, 1]


def test_who_gives_up_leaves_the_queue_before_the_next_driver_counts_it(run):
    found = sessions_of(run, [0, 5, 10], energy_kwh=[20, 5, 5], patience_min=[inf, 5, inf], balk_at=1)
    check(found, (SERVED, 0, 0, 0, 20, 20, 20), (RENEGED, 0, 5, nan, nan, 10, 0), (SERVED, 0, 10, 20, 25, 25, 5))


def test_an_informed_driver_goes_straight_to_a_free_point_or_queues_at_the_best_choice(run):
    found = sessions_of(
        run, [0, 2, 2, 3], choices=[[0, 1], [0, 1], [0, 1], [1, 0]], informed=[0, 1, 0, 1], energy_kwh=[10, 3, 2, 1],
        detour_min=7, points=[1, 1],
    )  # fmt: skip
    s = check(
        found,
        (SERVED, 0, 0, 0, 10, 10, 10),
        (SERVED, 1, 0, 2, 5, 5, 3),
        (SERVED, 0, 8, 10, 12, 12, 2),
        (SERVED, 1, 2, 5, 6, 6, 1),
    )
    assert s.tries.tolist() == [1, 1, 1, 1]


def test_two_cars_share_60_kw_equally(run):
    found = sessions_of(run, [0, 30], energy_kwh=[60, 15], points=[2], site=[0], limit_kw=[60])
    check(found, (SERVED, 0, 0, 0, 75, 75, 60), (SERVED, 0, 0, 30, 60, 60, 15))


def test_what_one_car_cannot_take_goes_to_the_other(run):
    found = sessions_of(run, [0, 0], energy_kwh=[10, 60], power_kw=[10, 60], points=[2], site=[0], limit_kw=[50])
    check(found, (SERVED, 0, 0, 0, 60, 60, 10), (SERVED, 0, 0, 0, 84, 84, 60))


def test_a_limit_of_zero_stops_charging_for_a_quarter_of_an_hour(run):
    found = sessions_of(
        run, [0], energy_kwh=[60], site=[0], limit_kw=[60], change_min=[30, 45], change_kind=[LIMIT, LIMIT],
        change_of=[0, 0], change_kw=[0, 60],
    )  # fmt: skip
    check(found, (SERVED, 0, 0, 0, 75, 75, 60))


def test_parking_ends_before_the_car_is_full(run):
    found = sessions_of(
        run, [0, 0], energy_kwh=[22, 2.75], power_kw=11.0, longest_min=[60, inf], overstay_min=[inf, 0], points=[2],
        site=[0], limit_kw=[11],
    )  # fmt: skip
    check(found, (SERVED, 0, 0, 0, nan, 60, 8.25), (SERVED, 0, 0, 0, 30, 30, 2.75))


def test_overstay_longest_stay_and_parking_to_the_end(run):
    found = sessions_of(
        run, [0, 0, 0, 0], energy_kwh=10, longest_min=[inf, 25, 45, 5], overstay_min=[20, 20, inf, inf], points=[4]
    )
    check(
        found,
        (SERVED, 0, 0, 0, 10, 30, 10),
        (SERVED, 0, 0, 0, 10, 25, 10),
        (SERVED, 0, 0, 0, 10, 45, 10),
        (SERVED, 0, 0, 0, nan, 5, 5),
    )


def test_a_failure_cuts_the_session_and_who_waits_is_served_after_the_repair_before_giving_up(run):
    found = sessions_of(
        run, [0, 10, 30], energy_kwh=[60, 10, 10], patience_min=40, change_min=[20, 50], change_kind=[FAIL, REPAIR],
        change_of=[0, 0],
    )  # fmt: skip
    check(
        found,
        (CUT_SHORT, 0, 0, 0, nan, 20, 20),
        (SERVED, 0, 40, 50, 60, 60, 10),
        (OUT_OF_ORDER, 0, 0, nan, nan, 30, 0),
    )


def test_a_session_that_ends_when_its_point_fails_is_complete_and_two_faults_need_two_repairs(run):
    found = sessions_of(
        run, [0, 25, 30], energy_kwh=[10, 5, 5], change_min=[10, 15, 20, 30], change_kind=[FAIL, FAIL, REPAIR, REPAIR],
        change_of=[0, 0, 0, 0],
    )  # fmt: skip
    check(found, (SERVED, 0, 0, 0, 10, 10, 10), (OUT_OF_ORDER, 0, 0, nan, nan, 25, 0), (SERVED, 0, 0, 30, 35, 35, 5))


def test_a_failed_start_costs_two_minutes_and_after_a_second_one_the_driver_moves_on(run):
    found = sessions_of(
        run, [0, 20, 22], choices=[[0, 1]] * 3, detour_min=3, energy_kwh=10, failed_starts=[[1, 0], [2, 0], [0, 0]],
        restart_min=2, points=[1, 1],
    )  # fmt: skip
    check(found, (SERVED, 0, 0, 0, 12, 12, 10), (SERVED, 1, 0, 27, 37, 37, 10), (SERVED, 0, 2, 24, 34, 34, 10))


def test_the_power_of_a_failed_point_goes_to_the_other_cars(run):
    found = sessions_of(
        run, [0, 0], energy_kwh=[60, 30], points=[2], site=[0], limit_kw=[60], change_min=[30], change_kind=[FAIL],
        change_of=[0],
    )  # fmt: skip
    check(found, (CUT_SHORT, 0, 0, 0, nan, 30, 15), (SERVED, 0, 0, 0, 45, 45, 30))


def test_no_requests_give_no_sessions(run):
    workload = make_workload(arrival_min=[], choices=np.empty((0, 2), int), energy_kwh=[], power_kw=[], points=[1])
    assert len(run(workload)) == 0


def test_a_driver_without_a_choice_is_lost_at_once(run):
    found = sessions_of(run, [3], choices=[-1], energy_kwh=[1])
    s = check(found, (NO_CHOICE, -1, 0, nan, nan, 3, 0))
    assert s.tries[0] == 0


def test_a_station_without_points_is_out_of_order(run):
    found = sessions_of(run, [3], energy_kwh=[1], points=[0])
    check(found, (OUT_OF_ORDER, 0, 0, nan, nan, 3, 0))


def test_a_car_without_power_leaves_at_its_longest_stay_and_without_one_never(run):
    found = sessions_of(run, [0, 0, 1], energy_kwh=1, power_kw=0, longest_min=[9, inf, inf], points=[2])
    check(
        found,
        (SERVED, 0, 0, 0, nan, 9, 0),
        (UNFINISHED, 0, 0, 0, nan, nan, 0),
        (UNFINISHED, 0, 8, 9, nan, nan, 0),
    )


def test_a_car_that_wants_nothing_is_full_at_once_and_frees_its_point_for_a_newcomer_of_the_same_minute(run):
    found = sessions_of(run, [5, 5], energy_kwh=[0, 1], balk_at=0)
    check(found, (SERVED, 0, 0, 5, 5, 5, 0), (SERVED, 0, 0, 5, 6, 6, 1))


def test_a_driver_who_drives_on_waits_again_with_fresh_patience_and_the_waits_add_up(run):
    # 30 min are busy at both; B waits 0-4 at station 0, drives 2 min, waits 6-10 at station 1, gives up.
    found = sessions_of(
        run, [0, 0, 0], choices=[[0, -1], [1, -1], [0, 1]], detour_min=2, energy_kwh=[30, 30, 5], patience_min=4,
        points=[1, 1],
    )  # fmt: skip
    s = check(
        found,
        (SERVED, 0, 0, 0, 30, 30, 30),
        (SERVED, 1, 0, 0, 30, 30, 30),
        (RENEGED, 1, 8, nan, nan, 10, 0),
    )
    assert s.tries.tolist() == [1, 1, 2]


def test_the_free_working_point_with_the_lowest_number_is_taken(run):
    # A-D take points 0-3. Points 2, 0 and 1 are free again at 3, 5 and 6; 0 fails at 7. E takes 1; 0 is repaired at 9,
    # F takes it, G takes 2.
    found = sessions_of(
        run, [0, 0, 0, 0, 8, 10, 10], energy_kwh=[5, 6, 3, 30, 30, 30, 30], points=[4], change_min=[7, 9],
        change_kind=[FAIL, REPAIR], change_of=[0, 0],
    )  # fmt: skip
    assert found[1].point.tolist() == [0, 1, 2, 3, 1, 0, 2]
    assert (found[1].wait_min == 0).all()


def test_a_point_that_fails_during_failed_starts_cuts_the_driver_short_without_energy(run):
    found = sessions_of(
        run, [0], choices=[[0, 1]], points=[1, 1], energy_kwh=10, failed_starts=2, restart_min=2, change_min=[3],
        change_kind=[FAIL], change_of=[0],
    )  # fmt: skip
    check(found, (CUT_SHORT, 0, 0, 0, nan, 3, 0))


def test_equal_keys_go_in_order_of_joining_not_of_request(run):
    # B finds station 0 without points at 1 and joins station 1 at 6; C joined it at 3.
    found = sessions_of(
        run, [0, 1, 3], choices=[[1, -1], [0, 1], [1, -1]], points=[0, 1], detour_min=5, energy_kwh=[20, 4, 2]
    )
    check(found, (SERVED, 1, 0, 0, 20, 20, 20), (SERVED, 1, 16, 22, 26, 26, 4), (SERVED, 1, 17, 20, 22, 22, 2))
