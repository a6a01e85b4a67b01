"""How coverage is counted."""

from __future__ import annotations

import numpy as np
import pytest

from sim.validity.station import coverage


def test_a_seed_covers_if_the_exact_value_is_in_its_interval():
    # mean 2, standard deviation 1, n 3: half width 4.303 / sqrt(3) = 2.48; second seed 12 +- 2.48
    found = coverage(4.0, [np.array([1.0, 2.0, 3.0]), np.array([11.0, 12.0, 13.0])])
    assert (found.covered, found.of) == (1, 2)
    assert found.mean == pytest.approx(7.0)


@pytest.mark.parametrize(("covered", "verdict"), [(42, "pass"), (41, "fail")])
def test_42_of_50_seeds_are_enough_and_41_are_not(covered, verdict):
    near, far = np.array([0.9, 1.0, 1.1]), np.array([8.9, 9.0, 9.1])
    row = coverage(1.0, [near] * covered + [far] * (50 - covered)).row("V1", "what", "share")
    assert row.verdict == verdict
    assert row.note == f"{covered} of 50 cover"
