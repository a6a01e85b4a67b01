"""Every numbered rule of docs/semantics.md, and every rank, on a case worked by hand; the same in every engine.

60 kW, so that 1 kWh takes 1 minute, one station of one point and no limit unless a case says otherwise. Drivers A, B,
C, D come in this order. Expected for each: outcome, station, wait, plug-in, full, plug-out [min], energy [kWh].
"""

from __future__ import annotations

import ast
import re
from math import inf, nan
from pathlib import Path

import pytest

from sim.simulation.events import FAIL, LIMIT, REPAIR
from tests.simulation.by_hand import (
    BALKED,
    CUT_SHORT,
    OUT_OF_ORDER,
    RENEGED,
    SERVED,
    START_FAILED,
    UNFINISHED,
    check,
    sessions_of,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "semantics.md"
TICK = 2.0**-20

rule, rank = pytest.mark.rule, pytest.mark.rank


def test_every_rule_and_every_rank_of_the_page_has_a_case_here_that_runs_in_every_engine():
    page = PAGE.read_text(encoding="utf-8")
    rules = {int(number) for number in re.findall(r"^(\d+)\. ", page, re.MULTILINE)}
    ranks = {int(number) for number in re.findall(r"^\| (\d) \| [a-z]", page, re.MULTILINE)} & set(range(1, 7))
    assert rules == set(range(1, 28)) and ranks == set(range(1, 7))
    tested: dict[str, set[int]] = {"rule": set(), "rank": set()}
    for function in ast.parse(Path(__file__).read_text(encoding="utf-8")).body:
        if isinstance(function, ast.FunctionDef) and "run" in [argument.arg for argument in function.args.args]:
            for mark in function.decorator_list:
                if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name):
                    tested[mark.func.id] |= {ast.literal_eval(number) for number in mark.args}
    assert tested == {"rule": rules, "rank": ranks}


@rule(1)
def test_a_driver_comes_at_the_arrival_and_to_a_later_choice_a_detour_after_moving_on(run):
    # A holds station 0 until 60. B finds it taken at 4, gives up at 9, drives 7 min.
    found = sessions_of(
        run, [0, 4], choices=[[0, -1], [0, 1]], detour_min=[[99, 0], [99, 7]], energy_kwh=[60, 5], patience_min=5,
        points=[1, 1],
    )  # fmt: skip
    s = check(found, (SERVED, 0, 0, 0, 60, 60, 60), (SERVED, 1, 5, 16, 21, 21, 5))
    assert s.tries.tolist() == [1, 2] and s.choice.tolist() == [0, 1]


@rule(2)
def test_an_informed_driver_goes_past_taken_and_broken_stations_without_a_detour(run):
    # Station 0 is taken, the point of station 1 broken, station 2 free.
    found = sessions_of(
        run, [0, 2], choices=[[0, -1, -1], [0, 1, 2]], detour_min=7, informed=True, energy_kwh=[60, 5],
        points=[1, 1, 1], change_min=[1], change_kind=[FAIL], change_of=[1],
    )  # fmt: skip
    s = check(found, (SERVED, 0, 0, 0, 60, 60, 60), (SERVED, 2, 0, 2, 7, 7, 5))
    assert s.tries.tolist() == [1, 1] and s.choice.tolist() == [0, 2]


@rule(2)
def test_an_informed_driver_looks_again_at_every_arrival_but_never_goes_back(run):
    # Stations 0, 1, 2 are taken until 6, 60 and 3. D comes at 2, finds all taken and station 0 not to be queued for,
    # drives 5 min. At 7 station 1 is taken; station 0 is free but passed; so D goes to station 2 at once.
    found = sessions_of(
        run, [0, 0, 0, 2], choices=[[0, -1, -1], [1, -1, -1], [2, -1, -1], [0, 1, 2]], detour_min=5, balk_at=0,
        informed=True, energy_kwh=[6, 60, 3, 4], points=[1, 1, 1],
    )  # fmt: skip
    s = check(
        found,
        (SERVED, 0, 0, 0, 6, 6, 6),
        (SERVED, 1, 0, 0, 60, 60, 60),
        (SERVED, 2, 0, 0, 3, 3, 3),
        (SERVED, 2, 0, 7, 11, 11, 4),
    )
    assert s.tries.tolist() == [1, 1, 1, 2]


@rule(3)
def test_a_free_working_point_is_taken_at_once_the_lowest_number_first(run):
    # A, B, C take points 0, 1, 2 and leave at 5, 6, 3. D, E come at 7: points 0 and 1, though 2 was free first.
    found = sessions_of(run, [0, 0, 0, 7, 7], energy_kwh=[5, 6, 3, 9, 9], points=[3])
    assert found[1].point.tolist() == [0, 1, 2, 0, 1]
    assert (found[1].wait_min == 0).all() and found[1].start_min.tolist() == [0, 0, 0, 7, 7]


@rule(4)
def test_a_driver_moves_on_from_a_station_of_which_no_point_works(run):
    # Also where nobody may queue: the reason is the broken point. A goes on to station 1, B has no other choice.
    found = sessions_of(
        run, [5, 6], choices=[[0, 1], [0, -1]], detour_min=2, balk_at=0, energy_kwh=3, points=[1, 1], change_min=[1],
        change_kind=[FAIL], change_of=[0],
    )  # fmt: skip
    check(found, (SERVED, 1, 0, 7, 10, 10, 3), (OUT_OF_ORDER, 0, 0, nan, nan, 6, 0))


@rule(5)
def test_a_driver_moves_on_where_as_many_queue_as_scare_off(run):
    # B finds nobody queueing, C one, D two.
    found = sessions_of(run, [0, 1, 2, 3], energy_kwh=[20, 5, 5, 5], balk_at=2)
    check(
        found,
        (SERVED, 0, 0, 0, 20, 20, 20),
        (SERVED, 0, 19, 20, 25, 25, 5),
        (SERVED, 0, 23, 25, 30, 30, 5),
        (BALKED, 0, 0, nan, nan, 3, 0),
    )


@rule(6)
def test_a_queue_is_in_order_of_keys_then_of_joining(run):
    # B, C, D join with keys 5, 3, 5: C, then B before D.
    found = sessions_of(run, [0, 1, 2, 3], energy_kwh=[10, 2, 2, 2], queue_key=[9, 5, 3, 5])
    check(
        found,
        (SERVED, 0, 0, 0, 10, 10, 10),
        (SERVED, 0, 11, 12, 14, 14, 2),
        (SERVED, 0, 8, 10, 12, 12, 2),
        (SERVED, 0, 11, 14, 16, 16, 2),
    )


@rule(7)
def test_a_point_that_becomes_free_goes_to_the_first_in_line_at_once(run):
    # A leaves point 0 at 10, B point 1 at 20; C waits for the first, D for the second.
    found = sessions_of(run, [0, 0, 5, 6], energy_kwh=[10, 20, 30, 3], points=[2])
    s = check(
        found,
        (SERVED, 0, 0, 0, 10, 10, 10),
        (SERVED, 0, 0, 0, 20, 20, 20),
        (SERVED, 0, 5, 10, 40, 40, 30),
        (SERVED, 0, 14, 20, 23, 23, 3),
    )
    assert s.point.tolist() == [0, 1, 0, 1]


@rule(8)
def test_patience_is_for_each_queue_anew(run):
    # Both stations are taken until 30. C waits 0-4 at station 0, drives 2 min, waits 6-10 at station 1.
    found = sessions_of(
        run, [0, 0, 0], choices=[[0, -1], [1, -1], [0, 1]], detour_min=2, energy_kwh=[30, 30, 5], patience_min=4,
        points=[1, 1],
    )  # fmt: skip
    check(found, (SERVED, 0, 0, 0, 30, 30, 30), (SERVED, 1, 0, 0, 30, 30, 30), (RENEGED, 1, 8, nan, nan, 10, 0))


@rule(9)
def test_a_driver_without_a_next_choice_is_lost_with_the_reason_of_the_last_try(run):
    # Station 0 is taken, station 1 has no points: B balks at 2, comes to station 1 at 5, and is lost there.
    found = sessions_of(
        run, [0, 2], choices=[[0, -1], [0, 1]], detour_min=3, balk_at=0, energy_kwh=[60, 1], points=[1, 0]
    )
    s = check(found, (SERVED, 0, 0, 0, 60, 60, 60), (OUT_OF_ORDER, 1, 0, nan, nan, 5, 0))
    assert s.tries.tolist() == [1, 2]


@rule(10)
def test_a_car_leaves_after_start_charging_and_overstay_or_its_longest_stay(run):
    # 2 + 10 + 5 = 17; the longest stay of 14 is shorter, of 30 longer.
    found = sessions_of(
        run, [0, 0, 0], energy_kwh=10, failed_starts=1, restart_min=2, overstay_min=5, longest_min=[inf, 14, 30],
        points=[3],
    )  # fmt: skip
    check(found, (SERVED, 0, 0, 0, 12, 17, 10), (SERVED, 0, 0, 0, 12, 14, 10), (SERVED, 0, 0, 0, 12, 17, 10))


@rule(11)
def test_a_failed_start_delays_charging_and_does_not_prolong_the_longest_stay(run):
    # A parks for 11 min, 2 of them lost: 9 kWh of 10. B without a failed start is full.
    found = sessions_of(
        run, [0, 0], energy_kwh=10, failed_starts=[1, 0], restart_min=2, overstay_min=inf, longest_min=11, points=[2]
    )
    check(found, (SERVED, 0, 0, 0, nan, 11, 9), (SERVED, 0, 0, 0, 10, 11, 10))


@rule(12)
def test_who_fails_to_start_twice_holds_the_point_for_both_and_moves_on_without_a_session(run):
    # A holds the point 0-4, whatever its longest stay; B waits for it; A has no other choice.
    found = sessions_of(
        run, [0, 1], energy_kwh=10, failed_starts=[2, 0], restart_min=2, longest_min=[1, inf]
    )  # fmt: skip
    s = check(found, (START_FAILED, 0, 0, nan, nan, 4, 0), (SERVED, 0, 3, 4, 14, 14, 10))
    assert s.point.tolist() == [-1, 0]


@rule(13)
def test_a_car_leaves_when_full_and_overstayed_or_at_its_longest_stay_whichever_is_first(run):
    # At a site that never binds, where the engine itself must find out: full at 10; 10 + 20 against 25 and 40.
    found = sessions_of(
        run, [0, 0], energy_kwh=10, overstay_min=20, longest_min=[25, 40], points=[2], site=[0], limit_kw=[inf]
    )
    check(found, (SERVED, 0, 0, 0, 10, 25, 10), (SERVED, 0, 0, 0, 10, 30, 10))


@rule(14)
def test_a_car_that_is_full_at_the_moment_it_leaves_counts_as_full(run):
    # A and B are full at 10: A's parking ends then, B's point fails then. C and D the same at a site.
    found = sessions_of(
        run, [0, 0, 0, 0], choices=[0, 0, 1, 1], energy_kwh=10, overstay_min=inf, longest_min=[10, 30, 10, 30],
        points=[2, 2], site=[-1, 0], limit_kw=[120], change_min=[10, 10], change_kind=[FAIL, FAIL], change_of=[1, 3],
    )  # fmt: skip
    ended_full = (0, 0, 10, 10, 10)
    check(
        found,
        (SERVED, 0, *ended_full),
        (CUT_SHORT, 0, *ended_full),
        (SERVED, 1, *ended_full),
        (CUT_SHORT, 1, *ended_full),
    )


@rule(15)
def test_a_car_draws_from_its_begin_until_it_is_full_or_gone(run):
    # A's first start fails: B has all 60 kW until 2. Then 30 each: A is full at 22 and parks on without drawing; B has
    # 2 + 10 kWh by then, and the other 18 at 60 kW: full at 40.
    found = sessions_of(
        run, [0, 0], energy_kwh=[10, 30], failed_starts=[1, 0], restart_min=2, overstay_min=[inf, 0],
        longest_min=[100, inf], points=[2], site=[0], limit_kw=[60],
    )  # fmt: skip
    check(found, (SERVED, 0, 0, 0, 22, 100, 10), (SERVED, 0, 0, 0, 40, 40, 30))


@rule(16)
def test_the_limit_is_shared_from_the_smallest_cap_to_the_largest(run):
    # 60 kW for caps of 60, 6 and 20: 6 (of 60 / 3), 20 (of 54 / 2), 34 (all that is left). All are full after an hour.
    found = sessions_of(
        run, [0, 0, 0], energy_kwh=[34, 6, 20], power_kw=[60, 6, 20], points=[3], site=[0], limit_kw=[60]
    )
    check(found, *((SERVED, 0, 0, 0, 60, 60, kwh) for kwh in (34, 6, 20)))


@rule(16)
def test_the_limit_is_shared_anew_when_a_car_comes_leaves_is_cut_or_the_limit_changes(run):
    # 60 kW. A alone until 10: 10 kWh. Then 30 each: A leaves at 30 with 10 + 10. B has 10 kWh, 60 kW until C comes at
    # 40: 20 kWh. Then 30 each until B's point fails at 50: B has 25, C 5. C has 60 kW until the limit falls to 30 at
    # 60: 15 kWh; the last 10 take 20 min: 80.
    found = sessions_of(
        run, [0, 10, 40], energy_kwh=[90, 90, 25], longest_min=[30, inf, inf], points=[2], site=[0], limit_kw=[60],
        change_min=[50, 60], change_kind=[FAIL, LIMIT], change_of=[1, 0], change_kw=[0, 30],
    )  # fmt: skip
    check(found, (SERVED, 0, 0, 0, nan, 30, 20), (CUT_SHORT, 0, 0, 10, nan, 50, 25), (SERVED, 0, 0, 40, 80, 80, 25))


@rule(17)
def test_energy_is_power_times_minutes_over_60(run):
    # 45 kW for 20 min are 15 kWh, alone or at a limit.
    found = sessions_of(
        run, [0, 0], choices=[0, 1], energy_kwh=60, power_kw=[45, 60], longest_min=20, points=[1, 1], site=[-1, 0],
        limit_kw=[45],
    )  # fmt: skip
    check(found, (SERVED, 0, 0, 0, nan, 20, 15), (SERVED, 1, 0, 0, nan, 20, 15))


@rule(18)
def test_at_a_limit_of_zero_cars_keep_their_points_and_all_clocks_run(run):
    # A has 10 kWh when the limit falls to 0 at 10; it leaves at its longest stay. B's patience ends meanwhile. C takes
    # the freed point, has no power until 50, and is full at 55.
    found = sessions_of(
        run, [0, 12, 29], energy_kwh=[60, 5, 5], longest_min=[30, inf, inf], patience_min=[inf, 5, inf], site=[0],
        limit_kw=[60], change_min=[10, 50], change_kind=[LIMIT, LIMIT], change_of=[0, 0], change_kw=[0, 60],
    )  # fmt: skip
    check(found, (SERVED, 0, 0, 0, nan, 30, 10), (RENEGED, 0, 5, nan, nan, 17, 0), (SERVED, 0, 1, 30, 55, 55, 5))


@rule(19)
def test_a_point_with_two_faults_works_after_the_second_repair(run):
    # Faults at 1 and 5, repairs at 10 and 20: A is turned away at 15, B served at 20.
    found = sessions_of(
        run, [15, 20], energy_kwh=5, change_min=[1, 5, 10, 20], change_kind=[FAIL, FAIL, REPAIR, REPAIR],
        change_of=[0, 0, 0, 0],
    )  # fmt: skip
    check(found, (OUT_OF_ORDER, 0, 0, nan, nan, 15, 0), (SERVED, 0, 0, 20, 25, 25, 5))


@rule(20)
def test_a_car_at_a_failing_point_goes_with_what_it_has_and_does_not_try_elsewhere(run):
    # A has 7 kWh at 7, B is still in its second start; station 2 stays empty.
    found = sessions_of(
        run, [0, 4], choices=[[0, 2], [1, 2]], energy_kwh=10, failed_starts=[0, 2], restart_min=2, points=[1, 1, 1],
        change_min=[7, 7], change_kind=[FAIL, FAIL], change_of=[0, 1],
    )  # fmt: skip
    s = check(found, (CUT_SHORT, 0, 0, 0, nan, 7, 7), (CUT_SHORT, 1, 0, 4, nan, 7, 0))
    assert s.tries.tolist() == [1, 1]


@rule(21)
def test_who_queues_stays_and_keeps_the_patience_while_nothing_works(run):
    # The point fails at 10. B, queueing since 5, gives up at 15; C, since 6, is served after the repair at 20.
    found = sessions_of(
        run, [0, 5, 6], energy_kwh=[60, 5, 5], patience_min=[inf, 10, inf], change_min=[10, 20],
        change_kind=[FAIL, REPAIR], change_of=[0, 0],
    )  # fmt: skip
    check(found, (CUT_SHORT, 0, 0, 0, nan, 10, 10), (RENEGED, 0, 10, nan, nan, 15, 0), (SERVED, 0, 14, 20, 25, 25, 5))


@rule(22)
def test_a_repaired_point_serves_the_first_in_line_or_stands_free(run):
    # The point fails at 10 and 30. Repaired at 20 it serves B, who waits; repaired at 40 it stands free until C comes.
    found = sessions_of(
        run, [0, 5, 45], energy_kwh=[60, 5, 5], change_min=[10, 20, 30, 40], change_kind=[FAIL, REPAIR, FAIL, REPAIR],
        change_of=[0, 0, 0, 0],
    )  # fmt: skip
    check(found, (CUT_SHORT, 0, 0, 0, nan, 10, 10), (SERVED, 0, 15, 20, 25, 25, 5), (SERVED, 0, 0, 45, 50, 50, 5))


@rule(23)
def test_who_still_waits_or_is_plugged_in_at_the_end_is_unfinished(run):
    # A stays for ever, B waits for ever; C gives up.
    found = sessions_of(run, [0, 1, 2], energy_kwh=5, overstay_min=inf, patience_min=[inf, inf, 9])
    check(
        found,
        (UNFINISHED, 0, 0, 0, 5, nan, 0),
        (UNFINISHED, 0, 0, nan, nan, nan, 0),
        (RENEGED, 0, 9, nan, nan, 11, 0),
    )


@rank(1)
def test_a_car_that_begins_and_leaves_in_one_instant_has_begun(run):
    # It wants nothing and may stay for no time: at a site it is full at 5, as it is without a site.
    found = sessions_of(
        run, [5, 5], choices=[0, 1], energy_kwh=0, longest_min=0, points=[1, 1], site=[0, -1], limit_kw=[60]
    )
    check(found, (SERVED, 0, 0, 5, 5, 5, 0), (SERVED, 1, 0, 5, 5, 5, 0))


@rank(2)
def test_a_car_that_gets_full_in_the_instant_it_leaves_is_full_and_overstays_no_more(run):
    # 30 kW each: A is full at 20, when its parking ends; B at 20, when its point fails.
    found = sessions_of(
        run, [0, 0], energy_kwh=10, longest_min=[20, inf], overstay_min=inf, points=[2], site=[0], limit_kw=[60],
        change_min=[20], change_kind=[FAIL], change_of=[1],
    )  # fmt: skip
    check(found, (SERVED, 0, 0, 0, 20, 20, 10), (CUT_SHORT, 0, 0, 0, 20, 20, 10))


@rank(3)
def test_a_car_leaves_before_its_point_fails_before_patience_ends_and_before_a_newcomer_looks(run):
    # A leaves point 0 at 10, when it fails: served. B leaves point 1 at 10: C, whose patience ends then, plugs in; D
    # comes then, finds no point and may not queue.
    found = sessions_of(
        run, [0, 0, 4, 10], energy_kwh=[10, 10, 5, 5], patience_min=6, balk_at=1, points=[2], change_min=[10],
        change_kind=[FAIL], change_of=[0],
    )  # fmt: skip
    s = check(
        found,
        (SERVED, 0, 0, 0, 10, 10, 10),
        (SERVED, 0, 0, 0, 10, 10, 10),
        (CUT_SHORT, 0, 6, 10, nan, 10, 0),
        (SERVED, 0, 0, 10, 15, 15, 5),
    )
    assert s.point.tolist() == [0, 1, 0, 1]


@rank(4)
def test_at_one_instant_repairs_come_before_failures_and_both_before_patience_ends(run):
    # Two outages, 5-20 and 20-30, back to back: at 20 the repaired point serves A, whose patience would end, and fails
    # again. B, queueing since 2, is served after the second repair, at the end of its patience.
    found = sessions_of(
        run, [1, 2, 3], energy_kwh=[9, 5, 5], queue_key=[0, 2, 1], patience_min=[inf, 28, 17],
        change_min=[5, 20, 20, 30], change_kind=[FAIL, FAIL, REPAIR, REPAIR], change_of=[0, 0, 0, 0],
    )  # fmt: skip
    check(
        found,
        (CUT_SHORT, 0, 0, 1, nan, 5, 4),
        (SERVED, 0, 28, 30, 35, 35, 5),
        (CUT_SHORT, 0, 17, 20, nan, 20, 0),
    )


@rank(5)
def test_who_gives_up_is_not_counted_by_who_comes_in_the_same_instant(run):
    # B gives up at 10; C comes at 10 and would not join a queue of one.
    found = sessions_of(run, [0, 5, 10], energy_kwh=[20, 5, 5], patience_min=[inf, 5, inf], balk_at=1)
    check(found, (SERVED, 0, 0, 0, 20, 20, 20), (RENEGED, 0, 5, nan, nan, 10, 0), (SERVED, 0, 10, 20, 25, 25, 5))


@rank(6)
def test_of_drivers_who_come_in_one_instant_the_earlier_request_looks_first(run):
    # B finds station 0 taken at 2, drives 5 min and comes to station 1 at 7, together with C, whose request is later.
    found = sessions_of(
        run, [0, 2, 7], choices=[[0, -1], [0, 1], [1, -1]], detour_min=5, balk_at=0, energy_kwh=[60, 4, 4],
        points=[1, 1],
    )  # fmt: skip
    check(found, (SERVED, 0, 0, 0, 60, 60, 60), (SERVED, 1, 0, 7, 11, 11, 4), (BALKED, 1, 0, nan, nan, 7, 0))


@rule(24)
def test_times_and_energies_are_rounded_to_the_nearest_tick(run):
    # A quarter of a tick vanishes, three quarters become one.
    found = sessions_of(run, [TICK / 4, 1 + TICK * 3 / 4], energy_kwh=[1 + TICK / 4, 1 - TICK / 4], points=[2])
    check(found, (SERVED, 0, 0, 0, 1, 1, 1), (SERVED, 0, 0, 1 + TICK, 2 + TICK, 2 + TICK, 1))


@rule(25)
def test_charging_times_are_rounded_up_and_energies_down(run):
    # 1 kWh at 7 kW takes 60 / 7 min = 8,987,794.3 ticks; 7 kW for a minute are 7 / 60 kWh = 122,333.9 ticks.
    found = sessions_of(run, [0, 0], energy_kwh=1, power_kw=7, longest_min=[inf, 1], points=[2])
    full_min = 8_987_795 * TICK
    check(found, (SERVED, 0, 0, 0, full_min, full_min, 1), (SERVED, 0, 0, 0, nan, 1, 122_333 * TICK))


@rule(26)
def test_a_car_that_wants_anything_charges_for_at_least_one_tick(run):
    # One tick of energy at 4 billion kW takes 15 billionths of a tick, alone and at a site; nothing takes no time.
    found = sessions_of(
        run, [0, 0, 0], choices=[0, 1, 1], energy_kwh=[TICK, TICK, 0], power_kw=4e9, points=[1, 2], site=[-1, 0],
        limit_kw=[inf],
    )  # fmt: skip
    check(
        found,
        (SERVED, 0, 0, 0, TICK, TICK, TICK),
        (SERVED, 1, 0, 0, TICK, TICK, TICK),
        (SERVED, 1, 0, 0, 0, 0, 0),
    )


@rule(27)
def test_a_car_that_misses_next_to_nothing_is_full(run):
    # At 60 / (1 + 2^-36) kW a kWh takes 2^20 + 2^-16 ticks. The rest of a tick is dropped: after a minute the car
    # misses 2^-36 kWh and is full, alone and at a site.
    found = sessions_of(
        run, [0, 0], choices=[0, 1], energy_kwh=1, power_kw=60 / (1 + 2.0**-36), points=[1, 1], site=[-1, 0],
        limit_kw=[inf],
    )  # fmt: skip
    check(found, (SERVED, 0, 0, 0, 1, 1, 1), (SERVED, 1, 0, 0, 1, 1, 1))
