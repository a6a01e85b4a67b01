"""Intervals: against printed t tables, by hand, and by their coverage."""

import numpy as np
import pytest

from sim.scoring.interval import mean_interval, paired_difference, t_probability, t_quantile

NAN = float("nan")


@pytest.mark.parametrize(
    ("degrees", "printed"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (9, 2.262), (10, 2.228), (19, 2.093), (20, 2.086),
     (30, 2.042), (60, 2.000), (120, 1.980), (10_000, 1.960)],
)  # fmt: skip
def test_two_sided_95_percent_quantiles_are_those_of_printed_tables(degrees, printed):
    assert t_quantile(degrees) == pytest.approx(printed, abs=5.1e-4)


@pytest.mark.parametrize(("degrees", "printed"), [(1, 63.657), (2, 9.925), (5, 4.032), (19, 2.861)])
def test_other_levels_agree_with_printed_tables_too(degrees, printed):
    assert t_quantile(degrees, 0.99) == pytest.approx(printed, abs=5.1e-4)


@pytest.mark.parametrize(("t", "degrees", "expected"), [(1, 1, 0.5), (2**0.5, 2, 0.5**0.5), (3**0.5, 3, None)])
def test_t_probability_in_closed_form(t, degrees, expected):
    # 1 degree: 2 / pi x atan t. 2: t / sqrt(2 + t^2). 3, t = sqrt 3: 2 / pi x (pi / 4 + 1 / 2)
    expected = 0.5 + 1 / np.pi if expected is None else expected
    assert t_probability(t, degrees) == pytest.approx(expected, abs=1e-12)


def test_mean_and_interval_by_hand():
    # 1, 2, 3: mean 2, standard deviation 1, half width 4.303 / sqrt 3 = 2.484
    interval = mean_interval(np.array([[1.0], [2.0], [3.0]]))
    assert interval.mean.tolist() == [2]
    assert interval.low == pytest.approx([2 - 2.4841], abs=1e-4)
    assert interval.high == pytest.approx([2 + 2.4841], abs=1e-4)
    assert interval.count.tolist() == [3]


def test_replications_without_value_are_left_out():
    interval = mean_interval(np.array([[1.0, NAN, NAN], [NAN, NAN, 7.0], [3.0, NAN, NAN]]))
    assert interval.mean == pytest.approx([2, NAN, 7], nan_ok=True)
    # 1 and 3: standard deviation sqrt 2, standard error 1, half width 12.706
    assert interval.high == pytest.approx([2 + 12.706, NAN, NAN], abs=1e-3, nan_ok=True)
    assert interval.count.tolist() == [2, 0, 1]


def test_equal_replications_have_an_interval_without_width():
    interval = mean_interval(np.full((5, 1), 0.25))
    assert (interval.low, interval.mean, interval.high) == (0.25, 0.25, 0.25)


def test_one_replication_has_a_mean_and_no_interval():
    interval = mean_interval(np.array([[4.0]]))
    assert interval.mean.tolist() == [4]
    assert np.isnan([interval.low, interval.high]).all()


def test_the_interval_covers_the_true_mean_in_95_of_100_samples():
    # 20,000 samples of 20 normal draws: the share covered has a standard error of 0.0015; four of them
    samples = np.random.default_rng(2024).normal(3, 2, (20, 20_000))
    interval = mean_interval(samples)
    covered = ((interval.low <= 3) & (interval.high >= 3)).mean()
    assert covered == pytest.approx(0.95, abs=4 * 0.0015)


def test_pairing_on_the_same_draws_narrows_the_interval_and_still_covers_the_truth():
    # luck of both: standard deviation 10; noise of each alone: 1; the plan is truly better by 5
    rng, shape = np.random.default_rng(7), (20, 5_000)
    luck = rng.normal(100, 10, shape)
    as_is, plan = luck + rng.normal(0, 1, shape), luck + 5 + rng.normal(0, 1, shape)
    paired, unpaired = paired_difference(as_is, plan), paired_difference(as_is, np.roll(plan, 1, axis=0))
    # 5,000 samples: the share covered has a standard error of 0.0031; four of them
    assert ((paired.low <= 5) & (paired.high >= 5)).mean() == pytest.approx(0.95, abs=4 * 0.0031)
    # in pairs the difference has a standard deviation of sqrt 2, otherwise of sqrt 202: a tenth
    ratio = np.median(paired.high - paired.low) / np.median(unpaired.high - unpaired.low)
    assert ratio == pytest.approx((2 / 202) ** 0.5, rel=0.05)


def test_a_pair_with_one_value_missing_is_left_out():
    difference = paired_difference(np.array([[1.0], [NAN], [4.0]]), np.array([[2.0], [9.0], [7.0]]))
    assert difference.mean.tolist() == [2]  # 1 and 3
    assert difference.count.tolist() == [2]
