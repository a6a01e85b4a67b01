"""Tries are read back from choices and sessions."""

import pytest

from sim.simulation.sessions import Outcome

INF = float("inf")


def tries_of(run):
    return [(int(request), int(station), bool(blocked)) for request, station, blocked in zip(*run.tries, strict=True)]


def test_all_choices_before_the_last_one_tried_were_blocked(run_of):
    run = run_of([dict(choices=(2, 0, 1), choice=1, start=1500, end=1600)])
    assert tries_of(run) == [(0, 2, True), (0, 0, False)]  # the third choice was never needed


def test_a_driver_without_choice_tries_nothing(run_of):
    run = run_of([dict(choices=(), outcome=Outcome.NO_CHOICE), dict(start=1500, end=1600)])
    assert tries_of(run) == [(1, 0, False)]


@pytest.mark.parametrize(
    ("driver", "blocked"),
    [
        (dict(start=1500, end=1600), False),
        (dict(start=1504, end=1600, wait=4), True),  # served, but after a wait
        (dict(outcome=Outcome.BALKED), True),
        (dict(outcome=Outcome.RENEGED, wait=15), True),
        (dict(outcome=Outcome.OUT_OF_ORDER), True),
        (dict(outcome=Outcome.START_FAILED), False),  # had a point
        (dict(outcome=Outcome.UNFINISHED), True),  # waits for ever
        (dict(outcome=Outcome.UNFINISHED, start=1500), False),  # plugged in for ever
    ],
)
def test_whether_the_last_try_was_blocked(run_of, driver, blocked):
    assert tries_of(run_of([driver])) == [(0, 0, blocked)]


@pytest.mark.parametrize(
    ("wait", "patience", "blocked"),
    [
        (0, 15, False),  # drove on at once, then found a free point
        (4, 15, True),  # drove on at once, then waited 4
        (15, 15, False),  # gave up at the first, then found a free point
        (15 + 2**-20, 15, False),  # the same, on the ticks of the engine
        (19, 15, True),  # gave up at the first, then waited 4
        (19, INF, True),  # never gives up, so this is the second queue
        (0, 0, False),
    ],
)
def test_a_wait_at_an_earlier_station_is_not_held_against_the_last(run_of, wait, patience, blocked):
    driver = dict(choices=(0, 1), choice=1, wait=wait, patience=patience, start=1540, end=1600)
    assert tries_of(run_of([driver])) == [(0, 0, True), (0, 1, blocked)]
