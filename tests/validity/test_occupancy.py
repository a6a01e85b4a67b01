"""What is counted at sites of two points, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.clock import Horizon
from sim.validity.occupancy import (
    SiteSessions,
    arrivals_by_hour,
    busy_share,
    daily_counts,
    dispersion,
    figures,
    gini,
    highest_quarter,
    load_class,
    occupied_by_hour,
    occupied_share,
)  # fmt: skip

DAY = 1440.0
WEEK = Horizon(warm_up_days=1, days=7)


@pytest.fixture
def two_sites() -> SiteSessions:
    """Site 0: point 0 from Monday 0 h to Tuesday 0 h, point 1 from Monday 12 h to Wednesday 12 h; and before Monday
    point 0 until Monday 0 h. Site 1: one car from Sunday 12 h beyond the end."""
    start = DAY + np.array([0.0, 0.5, -0.5, 6.5]) * DAY
    end = DAY + np.array([1.0, 2.5, 0.0, 9.0]) * DAY
    site, point = np.array([0, 0, 0, 1]), np.array([0, 1, 0, 0])
    return SiteSessions(2, WEEK, site, point, start, end)


def test_shares_of_time_with_none_one_and_both_taken(two_sites: SiteSessions):
    # site 0: one from 0 to 0.5 and 1 to 2.5 (2 days), both from 0.5 to 1 (half a day); site 1: one for half a day
    expected = np.array([[4.5, 2.0, 0.5], [6.5, 0.5, 0.0]]) / 7
    assert busy_share(two_sites) == pytest.approx(expected)


def test_the_class_of_a_site_is_that_of_the_load_it_carries(two_sites: SiteSessions):
    # 3 / 7 = 0.43 erlang; 0.5 / 7 = 0.07 erlang
    assert load_class(busy_share(two_sites)).tolist() == [2, 0]


def test_occupancy_by_hour_is_a_share_of_all_points(two_sites: SiteSessions):
    hours = occupied_by_hour(two_sites)
    assert hours[[0, 11, 12, 23, 24, 59, 60, 155, 156, 167]] == pytest.approx(
        np.array([1, 1, 2, 2, 1, 1, 0, 0, 1, 1]) / 4
    )
    assert highest_quarter(two_sites) == pytest.approx(0.5)
    assert occupied_share(two_sites) == pytest.approx(np.array([1.0, 2.0, 0.5, 0.0]) / 7)


def test_plug_ins_before_the_measured_days_do_not_count(two_sites: SiteSessions):
    counts = daily_counts(two_sites)
    assert counts.sum(axis=1).tolist() == [1, 1, 1, 0]
    assert counts[0, 0] == counts[1, 0] == counts[2, 6] == 1
    assert np.flatnonzero(arrivals_by_hour(two_sites)).tolist() == [0, 12, 156]


def test_gini_is_0_if_all_are_alike_and_near_1_if_one_has_all():
    assert gini(np.array([3.0, 3.0, 3.0])) == 0
    assert gini(np.array([0.0, 0.0, 0.0, 8.0])) == pytest.approx(0.75)  # (n - 1) / n


def test_dispersion_is_variance_over_mean_within_points():
    # variances 2 and 0.5, mean 1.25; that points differ does not count
    assert dispersion(np.array([[1.0, 3.0], [0.0, 1.0]])) == pytest.approx(1.25 / 1.25)


def test_figures_of_all_kinds_are_told(two_sites: SiteSessions):
    found = figures(two_sites)
    assert found["busy_2"] == pytest.approx(0.25 / 7)
    assert found["load 0.4 to 0.6"] == pytest.approx(3 / 7)
    assert found["both 0.4 to 0.6"] == pytest.approx(0.5 / 7)
    assert found["sessions_per_point_day"] == pytest.approx(3 / 28)
