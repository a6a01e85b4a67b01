"""Erlang's formulas against published and closed-form values."""

import math
from itertools import pairwise

import pytest

from sim.planning.capacity import (
    design_load,
    erlang_b,
    erlang_c,
    erlang_capacity,
    load_at_blocking,
    waiting_capacity,
    waiting_tail,
)
from tests.planning.cities import CLASSES, QUEUEING


@pytest.mark.parametrize(
    ("points", "load", "expected"),
    [(1, 1, 0.5), (2, 1, 0.2), (4, 2, 0.09524), (5, 3, 0.11005), (8, 5, 0.07005), (10, 7, 0.07874), (16, 12, 0.06041)],
)
def test_erlang_b_gives_the_values_of_the_tables(points, load, expected):
    assert erlang_b(points, load) == pytest.approx(expected, abs=5e-6)


def test_erlang_b_equals_its_closed_form():
    terms = [6.5**k / math.factorial(k) for k in range(10)]
    assert erlang_b(9, 6.5) == pytest.approx(terms[9] / sum(terms), rel=1e-12)


@pytest.mark.parametrize(
    ("points", "per_h", "service_min", "expected"),
    [
        (1, 1, 30, 0.5), (2, 2, 30, 0.3333), (2, 3, 30, 0.6429), (4, 6, 30, 0.5094), (4, 7, 30, 0.7379),
        (6, 10, 30, 0.5875), (8, 14, 30, 0.6353), (10, 6, 48, 0.0282), (12, 20, 30, 0.4494),
    ],
)  # fmt: skip
def test_erlang_c_gives_the_waiting_shares_of_the_tables(points, per_h, service_min, expected):
    assert erlang_c(points, per_h * service_min / 60) == pytest.approx(expected, abs=5e-5)


def test_everybody_waits_where_the_load_is_as_large_as_the_points():
    assert erlang_c(3, 3.0) == 1.0


@pytest.mark.parametrize(("points", "expected"), [(10, 4.461), (20, 12.031)])
def test_one_per_cent_blocking_gives_the_classic_loads(points, expected):
    assert load_at_blocking(points, 0.01) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("points", [1, 2, 7, 40])
def test_inverting_erlang_b_gives_back_the_blocking(points):
    assert erlang_b(points, load_at_blocking(points, 0.2236)) == pytest.approx(0.2236, rel=1e-9)


def test_one_point_with_two_tries_by_hand():
    # b = sqrt(0.05) = 0.223607; one point blocks a/(1+a) = b at a = 0.288; fresh load 0.288 / 1.223607 = 0.235370
    blocking = math.sqrt(0.05)
    assert erlang_capacity(1, 0.05, 2) == pytest.approx(blocking / (1 - blocking) / (1 + blocking), rel=1e-12)


def test_capacity_is_convex_in_the_points():
    capacity = [erlang_capacity(n, 0.05, 1) for n in range(13)]
    steps = [b - a for a, b in pairwise(capacity)]
    assert all(later > earlier for earlier, later in pairwise(steps))


def test_the_tail_of_the_wait_at_one_point_by_hand():
    # M/M/1: P(W > w) = rho exp(-(1 - rho) w / stay); 0.6 exp(-0.4 x 0.5) = 0.491239
    assert waiting_tail(1, 0.6, 0.5) == pytest.approx(0.491239, abs=1e-6)


def test_the_tail_of_the_wait_in_an_office_with_four_clerks():
    # 7 an hour and 30 min each are 3.5 erlang; C(4, 3.5) = 0.7379 (table above), and half a stay of 30 min is 15 min:
    # 0.7379 exp(-0.5 x 0.5) = 0.57468
    assert waiting_tail(4, 3.5, 0.5) == pytest.approx(0.57468, abs=1e-4)
    assert waiting_tail(4, 4.0, 9.0) == 1.0


def test_two_points_sized_by_waiting_by_hand():
    # C(2, a) = a^2 / (2 + a); with no wait accepted a third wait at a = 1
    assert waiting_capacity(2, 1 / 3, 0.0) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("points", [1, 3, 8, 20])
def test_inverting_the_tail_gives_back_the_share(points):
    assert waiting_tail(points, waiting_capacity(points, 0.2, 0.3), 0.3) == pytest.approx(0.2, rel=1e-9)


def test_capacity_for_waiting_grows_with_points_share_and_wait_and_stays_below_the_points():
    capacity = [waiting_capacity(n, 0.2, 0.3) for n in range(13)]
    assert capacity[0] == 0.0
    assert all(later > earlier for earlier, later in pairwise(capacity))
    assert all(load < points for points, load in enumerate(capacity) if points)
    assert waiting_capacity(4, 0.3, 0.3) > capacity[4]
    assert waiting_capacity(4, 0.2, 0.5) > capacity[4]


def test_a_class_is_sized_by_waiting_where_its_rule_says_so():
    assert design_load(4, CLASSES["hub"]) == erlang_capacity(4, 0.05, 1)
    assert design_load(4, QUEUEING["hub"]) == waiting_capacity(4, 0.2, 10 / 33)
