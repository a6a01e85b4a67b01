"""Distances between laws and observed distributions."""

from __future__ import annotations

import numpy as np
import pytest

from sim.validity.laws import allowed_ks, ks_at


def test_ks_is_the_largest_distance_at_the_percentiles():
    exact = np.arange(1, 100) / 100
    assert ks_at(exact) == 0
    off = exact.copy()
    off[49] += 0.07
    off[60] -= 0.09
    assert ks_at(off) == pytest.approx(0.09)


def test_few_observations_are_allowed_what_chance_alone_does():
    assert allowed_ks(10_000) == 0.06
    assert allowed_ks(100) == pytest.approx(0.136)
