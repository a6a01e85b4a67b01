"""The simulated Hamburg: wishes, the coin between two free points, and that a wrong model would be noticed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest

from sim.demand.requests import USE_CASES
from sim.validity import hamburg
from sim.validity.case import Bench
from sim.validity.observed import read_observed
from sim.validity.occupancy import SiteSessions, busy_share, daily_counts


@pytest.fixture(scope="module")
def short() -> Iterator[None]:
    """Three replications instead of twenty."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hamburg, "REPLICATIONS", 3)
        yield


@pytest.fixture(scope="module")
def weeks(short: None, bench: Bench) -> tuple[SiteSessions, ...]:
    return hamburg.simulated(dataclasses.replace(bench))


def verdicts(bench: Bench) -> dict[str, str]:
    return {row.what: row.verdict for row in hamburg.hamburg(bench).rows}


def test_wishes_exceed_plug_ins_most_at_busy_sites(bench: Bench):
    carried = hamburg.carried_per_day(bench, USE_CASES.index("kerbside"))
    lost = 1 - carried[1:] / hamburg.TRIED_PER_DAY[1:]
    assert carried[0] == 0
    assert np.all(np.diff(carried) > 0)
    assert lost[0] < 0.03 and lost[-1] > 0.4


def test_wishes_are_for_each_site_and_more_than_what_was_seen(bench: Bench):
    loads = read_observed("hamburg_site_loads")
    seen = (loads["plug_ins"] * loads["sites"]).sum() / 21
    wished = hamburg.wishes_per_day(bench)
    assert wished.shape == (389, len(USE_CASES))
    assert 1.05 * seen < wished.sum() < 1.25 * seen


def test_a_coin_says_which_of_two_free_points_is_taken(weeks: tuple[SiteSessions, ...]):
    week = weeks[0]
    # no car comes to a point that is taken
    order = np.lexsort((week.start_min, week.charger))
    charger, start, end = week.charger[order], week.start_min[order], week.end_min[order]
    assert np.all((start[1:] >= end[:-1]) | (charger[1:] != charger[:-1]))
    first, second = daily_counts(week).sum(axis=1).reshape(-1, 2).T
    assert first.sum() == pytest.approx(second.sum(), rel=0.03)


def test_both_points_are_taken_as_often_as_in_hamburg(weeks: tuple[SiteSessions, ...]):
    both = np.mean([busy_share(week)[:, 2].mean() for week in weeks])
    assert both == pytest.approx(0.0717, abs=0.01)


@pytest.mark.usefixtures("short")
def test_stays_half_as_long_would_fail(bench: Bench):
    settings = bench.study.demand
    halved = {
        use_case: {
            band: [[weight, median / 2, sigma] for weight, median, sigma in rows]
            for band, rows in getattr(settings.stay_h, use_case).items()
        }
        for use_case in ("kerbside", "destination")
    }
    shorter = dataclasses.replace(settings, stay_h=dataclasses.replace(settings.stay_h, **halved))
    wrong = verdicts(dataclasses.replace(bench, study=dataclasses.replace(bench.study, demand=shorter)))
    assert wrong["share of time with 2 of 2 points taken"] == "fail"
    assert wrong["mean occupancy"] == "fail"
    assert wrong["weekday curve, root mean square error of 24 hours"] == "fail"
