"""Laws drawn from are found again: fixed seeds, and how far off a fit may be is stated."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from sim.demand.fits.beta import beta_cdf, fit_beta
from sim.demand.fits.goodness import judged, ks_distance
from sim.demand.fits.lognormals import LEAST_SIGMA, Mixture, fit_lognormals
from sim.demand.fits.week import day_factors, hour_rows

EVENING = [[0.7, 2.0, 1.1], [0.3, 14.3, 0.14]]
NIGHT = [[0.4, 2.6, 1.2], [0.6, 11.4, 0.22]]


def drawn(rows: list[list[float]], n: int, seed: int) -> np.ndarray:
    """Stays below 48 h from a mixture; what lies beyond is drawn again, as the importer's filter would have it."""
    rng = np.random.default_rng(seed)
    weight, median, sigma = np.array(rows).T
    part = rng.choice(len(rows), 2 * n, p=weight)
    stays = median[part] * np.exp(sigma[part] * rng.standard_normal(2 * n))
    return stays[stays < 48][:n]


@pytest.mark.parametrize("rows", [EVENING, NIGHT], ids=["evening", "night"])
@pytest.mark.parametrize("seed", range(5))
def test_a_mixture_is_found_again(rows: list[list[float]], seed: int) -> None:
    # n 3,000; four standard errors of complete data: weight 4 sqrt(w (1 - w) / n) < 0.036, median of the narrow part
    # 4 sigma / sqrt(w n) < 0.019, sigma 4 sigma / sqrt(2 w n) < 0.021. Parts overlap and the cut at 48 h takes a little
    # of the wide part, so twice that for the narrow part and its weight, three times for the wide one.
    law = fit_lognormals(drawn(rows, 3000, seed))
    wide, narrow = law.rows
    assert law.converged
    assert wide[0] == pytest.approx(rows[0][0], abs=0.072)
    assert narrow[1] == pytest.approx(rows[1][1], rel=0.04)
    assert narrow[2] == pytest.approx(rows[1][2], abs=0.042)
    assert wide[1] == pytest.approx(rows[0][1], rel=0.35)
    assert wide[2] == pytest.approx(rows[0][2], abs=0.2)


def test_a_fit_lies_closer_to_its_own_stays_than_chance_allows() -> None:
    stays = drawn(NIGHT, 3000, 7)
    ks = ks_distance(stays, fit_lognormals(stays).cdf)
    assert ks < 1.36 / math.sqrt(3000)
    assert judged(ks, 3000) == "good, within chance"


def test_the_same_stays_in_any_order_give_the_same_rows() -> None:
    stays = drawn(EVENING, 500, 3)
    assert fit_lognormals(stays).rows == fit_lognormals(stays[::-1].copy()).rows


def test_weights_of_a_fit_sum_to_one_as_they_are_written() -> None:
    for seed in range(5):
        weights = [row[0] for row in fit_lognormals(drawn(EVENING, 200, seed)).rows]
        assert abs(sum(weights) - 1) < 1e-9
        assert min(weights) > 0


def test_equal_stays_become_a_narrow_part_that_is_told() -> None:
    rng = np.random.default_rng(0)
    signed = 2 * np.exp(0.01 * rng.standard_normal(600))  # a sign that allows 2 h
    law = fit_lognormals(np.concatenate([signed, drawn([[1.0, 3.0, 0.9]], 400, 0)]))
    assert law.heaped
    assert min(row[2] for row in law.rows) == LEAST_SIGMA
    assert not fit_lognormals(drawn(EVENING, 500, 3)).heaped


def test_mean_median_and_long_stays_of_a_law_by_hand() -> None:
    # one lognormal, median 4 h, sigma 0.25: mean 4 exp(0.03125) = 4.127; over 8 h 1 - Phi(ln 2 / 0.25 = 2.773)
    law = Mixture([[0.5, 4.0, 0.25], [0.5, 4.0, 0.25]], converged=True)
    assert law.mean_h() == pytest.approx(4.127, abs=0.001)
    assert law.median_h() == pytest.approx(4.0, abs=0.001)
    assert law.over_share(8.0) == pytest.approx(0.00278, abs=2e-5)


def test_the_distance_of_two_distributions_by_hand() -> None:
    # seen 1, 1, 3, 4 against a law even on [0, 4]: before 1 the law has 0.25 and 0 is seen; at 1 0.5 is seen
    seen = np.array([1.0, 1.0, 3.0, 4.0])
    assert ks_distance(seen, lambda x: x / 4) == pytest.approx(0.25)


@pytest.mark.parametrize(("a", "b", "least"), [(1.7, 3.3, 0.0), (1.7, 0.74, 0.01), (2.5, 2.5, 0.0), (8.0, 2.0, 0.0)])
def test_a_beta_law_is_found_again(a: float, b: float, least: float) -> None:
    # n 20,000: the standard error of a and b is below 1.5 % of the value; five of them allowed. Where b < 1 many shares
    # lie within 0.005 of 1 and are moved there, which costs up to 0.01 of KS
    shares = np.random.default_rng(11).beta(a, b, 20_000)
    found = fit_beta(shares)
    assert found == pytest.approx((a, b), rel=0.075)
    assert ks_distance(shares, lambda x: beta_cdf(*found, x)) < least + 1.36 / math.sqrt(20_000)


def test_equal_shares_end_in_a_narrow_law() -> None:
    a, b = fit_beta(np.full(200, 0.3))
    assert a / (a + b) == pytest.approx(0.3, abs=0.001)
    assert 1e3 < a + b <= 1e4


def test_the_beta_distribution_by_hand() -> None:
    # Beta(2, 1): x^2; Beta(1, 2): 1 - (1 - x)^2
    x = np.array([0.1, 0.5, 0.9])
    assert beta_cdf(2.0, 1.0, x) == pytest.approx(x**2, abs=1e-6)
    assert beta_cdf(1.0, 2.0, x) == pytest.approx(1 - (1 - x) ** 2, abs=1e-6)


def starts(*days: tuple[str, int]) -> pd.Series:
    """So many sessions at 9 h of each date."""
    return pd.Series([pd.Timestamp(f"{day} 09:00") for day, n in days for _ in range(n)])


def test_days_of_a_broken_week_are_divided_by_how_often_they_occur() -> None:
    # Monday 4 to Monday 18 March 2024: three Mondays, two of all others. 10 sessions on every day: all days alike
    days = pd.date_range("2024-03-04", "2024-03-18").strftime("%Y-%m-%d")
    factors, error = day_factors(starts(*((day, 10) for day in days)))
    assert factors == [1.0] * 7
    assert error == pytest.approx(1 / math.sqrt(20))


def test_a_file_of_less_than_two_weeks_says_nothing_about_days() -> None:
    assert day_factors(starts(("2024-03-04", 50), ("2024-03-16", 50))) is None


def test_hours_are_counted_by_kind_of_day_with_their_error() -> None:
    weekday, saturday, sunday = hour_rows(starts(("2024-03-04", 150), ("2024-03-09", 120), ("2024-03-10", 110)), 100)
    assert weekday is not None and saturday is not None and sunday is not None
    assert (weekday.n, saturday.n, sunday.n) == (150, 120, 110)
    assert weekday.percent == [0.0] * 9 + [100.0] + [0.0] * 14
    assert weekday.error_pp == 0


def test_a_thin_sunday_is_taken_together_with_saturday_and_a_missing_weekend_is_none() -> None:
    _, saturday, sunday = hour_rows(starts(("2024-03-04", 150), ("2024-03-09", 120), ("2024-03-10", 20)), 100)
    assert saturday is not None and sunday is not None
    assert (saturday.days, saturday.n, sunday.days, sunday.n) == ("Sat+Sun", 140, "Sat+Sun", 140)
    assert hour_rows(starts(("2024-03-04", 150), ("2024-03-09", 20)), 100)[1:] == [None, None]
