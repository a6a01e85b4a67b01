"""Thresholds tell paths apart as well as counts can; their errors are those of the Poisson law, worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.study.triggers import by_uptake, share_below, taken_for, threshold_between


def poisson_below(threshold: int, mean: float) -> float:
    return sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(threshold))


def test_the_threshold_makes_the_larger_error_as_small_as_it_can_be() -> None:
    # means 2 and 6: believe 6 from 4 on. P(N6 < 4) = 0.1512, P(N2 >= 4) = 0.1429; from 3: P(N2 >= 3) = 0.3233
    found = threshold_between(2.0, 6.0, cv=0.0)
    assert found.count == 4
    assert found.missed_share == pytest.approx(0.15120, abs=1e-5)
    assert found.false_share == pytest.approx(0.14288, abs=1e-5)
    worst = [max(poisson_below(t, 6.0), 1 - poisson_below(t, 2.0)) for t in range(20)]
    assert max(found.missed_share, found.false_share) == pytest.approx(min(worst))


def test_errors_are_those_of_drawn_counts() -> None:
    # 200,000 draws: standard error at most 0.0007; means that vary by 10 %
    chance, cv = np.random.default_rng(1), 0.1
    found = threshold_between(1000.0, 1200.0, cv=cv)
    for mean, error in ((1200.0, found.missed_share), (1000.0, 1.0 - found.false_share)):
        counts = chance.poisson(mean * chance.gamma(1 / cv**2, cv**2, size=200_000))
        assert (counts < found.count).mean() == pytest.approx(error, abs=0.003)
    assert found.missed_share > 0.1  # 18 % apart, 10 % of spread each
    assert threshold_between(1000.0, 1200.0, cv=0.0).missed_share < 0.002


def test_counts_in_the_millions_are_no_harder() -> None:
    sharp = threshold_between(9e6, 10e6, cv=0.0)
    assert 9e6 < sharp.count < 10e6
    assert max(sharp.missed_share, sharp.false_share) < 1e-6
    vague = threshold_between(9e6, 10e6, cv=0.1)
    # logarithms 0.105 apart with a spread of 0.1 each: near P(Z > 0.053 / 0.1) = 0.30
    assert vague.missed_share == pytest.approx(0.30, abs=0.02)


def test_paths_that_look_the_same_cannot_be_told_apart() -> None:
    same = threshold_between(100.0, 100.0, cv=0.0)
    assert (same.missed_share, same.false_share) == (0.5, 0.5)


def test_a_path_is_taken_for_its_neighbours_with_the_chances_of_the_law() -> None:
    means, thresholds = [2.0, 6.0, 14.0], [4.0, 10.0]
    table = taken_for(means, thresholds, cv=0.0)
    assert table.sum(axis=1) == pytest.approx([1.0, 1.0, 1.0])
    assert table[1, 0] == pytest.approx(poisson_below(4, 6.0))
    assert table[1, 2] == pytest.approx(1 - poisson_below(10, 6.0))
    assert table[0, 0] == pytest.approx(share_below(4.0, 2.0, cv=0.0))


def test_paths_are_ordered_by_what_is_expected_of_them() -> None:
    assert by_uptake({"high": 9.0, "low": 1.0, "mid": 4.0}) == ["low", "mid", "high"]
