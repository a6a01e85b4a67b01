"""Settings of the operation: what they mean, and every mistake told at once."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from sim.errors import DataError
from sim.simulation.operation import Operation
from tests.simulation.small_city import operation


def test_as_shipped_nothing_binds(technologies):
    shipped = operation()
    assert shipped.connection_share == 1 and (shipped.factors() == 1).all()
    assert shipped.longest_stay.technologies == shipped.blocking_fee.technologies == []
    assert all(technology.mtbf_h is None for technology in technologies.values())


def test_a_profile_of_one_day_or_week_or_number_becomes_168_factors():
    day = [n / 24 for n in range(24)]
    week = [n / 168 for n in range(168)]
    assert operation(connection_profile=[0.4]).factors().tolist() == [0.4] * 168
    assert operation(connection_profile=day).factors().tolist() == day * 7
    assert operation(connection_profile=week).factors().tolist() == week


def test_a_rule_is_in_force_on_its_days_between_its_hours():
    in_force = operation().longest_stay.in_force()  # Monday to Saturday, 8 to 20 h
    assert len(in_force) == 168 and in_force.sum() == 6 * 12
    assert np.flatnonzero(in_force)[[0, 11, 12, -1]].tolist() == [8, 19, 24 + 8, 5 * 24 + 19]
    fee = operation().blocking_fee.in_force()  # every day, 6 to 20 h
    assert fee.sum() == 7 * 14


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (dict(connection_share=0.0), ["operation.connection_share (0) must be more than 0 [share]"]),
        (dict(connection_share=float("nan")), ["operation.connection_share is not a number; give one in share"]),
        (dict(connection_profile=[1.2]), ["operation.connection_profile (1.2) must be 1 or less and 0 or more [-]"]),
        (dict(connection_profile=[0.0] * 24), ["operation.connection_profile is 0 in every hour; nobody could ever"]),
        (dict(connection_profile=[]), ["operation.connection_profile has 0 values; give 1 (all hours), 24 (hours"]),
        (dict(connection_profile=[1.0] * 23), ["operation.connection_profile has 23 values; give 1 (all hours)"]),
        (dict(longest_stay=dict(after_h=0.0)), ["operation.longest_stay.after_h (0) must be more than 0"]),
        (dict(longest_stay=dict(after_h=float("inf"))), ["operation.longest_stay.after_h (inf) must be 168 or less"]),
        (dict(longest_stay=dict(from_h=-1)), ["operation.longest_stay.from_h (-1) must be 0 or more"]),
        (dict(blocking_fee=dict(from_h=20)), ["operation.blocking_fee.from_h (20) must be before operation.blocking_"]),
        (dict(blocking_fee=dict(to_h=25)), ["operation.blocking_fee.to_h (25) must be 24 or less"]),
        (dict(blocking_fee=dict(days=[])), ["operation.blocking_fee.days is empty; name days, or switch the rule off"]),
        (dict(blocking_fee=dict(days=["Mo"])), ["operation.blocking_fee.days ('Mo') must be one of mon, tue"]),
        (dict(blocking_fee=dict(heeded_share=1.1)), ["operation.blocking_fee.heeded_share (1.1) must be 1 or less"]),
        (
            dict(connection_share=-1.0, connection_profile=[1.0, 1.0], longest_stay=dict(to_h=30, days=[])),
            [
                "operation.longest_stay.to_h (30)", "operation.connection_share (-1)",
                "operation.connection_profile has 2 values", "operation.longest_stay.days is empty",
            ],
        ),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_all_that_is_wrong(changes, told):
    with pytest.raises(DataError) as refused:
        operation(**changes)
    problems = refused.value.problems
    assert len(problems) == len(told)
    assert all(problem.startswith(begin) for problem, begin in zip(problems, told, strict=True)), problems


def test_settings_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        operation().connection_share = 0.5
    assert isinstance(operation(), Operation)
