"""Group sums, means and quantiles against plain numpy, one group at a time."""

import numpy as np
import pytest

from sim.scoring.groups import group_count, group_mean, group_quantile, group_sum


@pytest.mark.parametrize("seed", range(3))
def test_groups_agree_with_numpy_one_by_one(seed):
    rng = np.random.default_rng(seed)
    values, codes = rng.exponential(5, 300), rng.integers(-1, 9, 300)
    codes[codes == 4] = -1  # group 4 stays empty
    for group in set(range(9)) - {4}:
        inside = values[codes == group]
        assert group_count(codes, 9)[group] == len(inside)
        assert group_sum(values, codes, 9)[group] == pytest.approx(inside.sum())
        assert group_mean(values, codes, 9)[group] == pytest.approx(inside.mean())
        assert group_quantile(values, codes, 9, level=0.95)[group] == pytest.approx(np.quantile(inside, 0.95))


def test_an_empty_group_has_a_sum_and_no_mean_or_quantile():
    values, codes = np.array([1.0]), np.array([0])
    assert group_sum(values, codes, 2).tolist() == [1, 0]
    assert np.isnan(group_mean(values, codes, 2)[1])
    assert np.isnan(group_quantile(values, codes, 2, level=0.5)[1])


def test_no_rows_and_no_groups_are_no_trouble():
    nothing, none = np.empty(0), np.empty(0, np.intp)
    assert group_sum(nothing, none, 2).tolist() == [0, 0]
    assert np.isnan(group_quantile(nothing, none, 2, level=0.95)).all()
    assert group_quantile(nothing, none, 0, level=0.95).shape == (0,)
