"""Erlang's formulas against published and closed-form values."""

import math
from itertools import pairwise

import pytest

from sim.planning.capacity import erlang_b, erlang_c, erlang_capacity, load_at_blocking


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
