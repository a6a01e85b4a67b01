"""Streams of random numbers, and rows drawn in proportion to weights."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sim.rng import STAGES, STEPS, pick, stream


@pytest.mark.parametrize("rows", [1, 2, 24, 168, 5_000, 50_000])
@pytest.mark.parametrize("numbers", [0, 1, 100, STEPS - 1, STEPS, 30_000])
def test_each_number_falls_into_the_row_in_which_its_share_of_the_total_lies(rows, numbers):
    rng = np.random.default_rng([rows, numbers])
    weight = rng.gamma(0.3, 1.0, rows) * (rng.random(rows) < 0.7)
    weight[rng.integers(rows)] += 1.0
    uniform = rng.random(numbers)
    uniform[: numbers // 10] = np.round(uniform[: numbers // 10] * 64) / 65  # also where steps begin
    reached = np.cumsum(weight)
    searched = np.searchsorted(reached, uniform * reached[-1], side="right")
    np.testing.assert_array_equal(pick(weight, uniform), searched)
    assert (weight[pick(weight, uniform)] > 0).all()


@pytest.mark.parametrize("numbers", [1, STEPS])
def test_rounding_never_leads_to_a_row_without_weight(numbers):
    # 0.1 + 0.2 + ... sum to a little less than the share that the largest number below 1 asks for
    weight = np.array([0.0, 0.1, 0.2, 0.3, 0.0, 0.0])
    uniform = np.full(numbers, np.nextafter(1.0, 0.0))
    assert (pick(weight, uniform) == 3).all()


def test_every_purpose_stage_and_replication_has_a_stream_of_its_own() -> None:
    first = {
        (seed, stage, replication, purpose): stream(seed, stage, replication, purpose).random()
        for seed, stage, replication, purpose in itertools.product((1, 2), STAGES, range(20), ("arrival", "stay"))
    }
    assert len(set(first.values())) == len(first)
    again = [stream(*key).random() for key in reversed(first)]
    assert again == list(reversed(first.values()))


def test_streams_of_two_purposes_or_replications_are_not_correlated() -> None:
    # 10,000 pairs: the correlation of independent numbers is within 4 / sqrt(10,000) = 0.04
    def numbers(replication: int, purpose: str) -> np.ndarray:
        return stream(7, "verdict", replication, purpose).random(10_000)

    base = numbers(0, "stay")
    for other in (numbers(1, "stay"), numbers(0, "arrival"), numbers(19, "stay")):
        assert abs(np.corrcoef(base, other)[0, 1]) < 0.04
