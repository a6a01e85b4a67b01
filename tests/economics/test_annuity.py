from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.economics.annuity import annualise, annuity_factor, present_value
from sim.errors import DataError

RATES = st.floats(-0.2, 0.5)
YEARS = st.integers(1, 60)


def test_the_annuity_factor_of_ten_years_at_seven_per_cent_is_the_table_entry() -> None:
    assert annuity_factor(0.07, 10) == pytest.approx(0.142377503, abs=5e-10)  # any table of annuities


def test_without_interest_an_annuity_is_the_amount_over_the_years() -> None:
    assert annuity_factor(0.0, 8) == 0.125
    assert annualise(40000.0, rate=0.0, years=8) == 5000.0
    assert present_value([1.0, 2.0, 4.0], [0.0, 10.0, 20.0], 0.0) == 7.0


def test_a_tiny_rate_gives_nearly_the_factor_of_no_rate() -> None:
    # a = 1/n (1 + r (n + 1) / 2 + O(r^2)) = 0.1 (1 + 5.5e-12)
    assert annuity_factor(1e-12, 10) == pytest.approx(0.1 * (1 + 5.5e-12), rel=1e-14)


@given(rate=RATES, years=YEARS)
def test_the_present_value_of_an_annuity_is_the_amount(rate: float, years: int) -> None:
    payment = annualise(1000.0, rate=rate, years=years)
    assert present_value([payment] * years, range(1, years + 1), rate) == pytest.approx(1000.0, rel=1e-9)


@given(rate=st.floats(1e-3, 0.5), years=YEARS)
def test_the_annuity_factor_is_the_rate_plus_the_sinking_fund_factor(rate: float, years: int) -> None:
    sinking = rate / ((1 + rate) ** years - 1)
    assert annuity_factor(rate, years) == pytest.approx(rate + sinking, rel=1e-9)


@given(low=RATES, step=st.floats(1e-3, 0.3), amounts=st.lists(st.floats(0.01, 1e6), min_size=1, max_size=20))
def test_a_higher_rate_never_makes_later_gains_worth_more(low: float, step: float, amounts: list[float]) -> None:
    times = range(1, len(amounts) + 1)
    assert present_value(amounts, times, low + step) < present_value(amounts, times, low)


@given(rate=st.floats(0, 0.5), years=st.integers(1, 59))
def test_more_years_make_the_yearly_payment_smaller(rate: float, years: int) -> None:
    assert annuity_factor(rate, years + 1) < annuity_factor(rate, years)


@pytest.mark.parametrize("rate", [-1.0, -1.5, math.nan, math.inf])
def test_a_rate_of_minus_one_or_less_is_refused_with_an_example(rate: float) -> None:
    with pytest.raises(DataError, match=r"interest rate \(.*\) must be more than -1; give a share a year, 0.03 for 3"):
        present_value([1.0], [1.0], rate)
    with pytest.raises(DataError, match="must be more than -1"):
        annuity_factor(rate, 10)


@pytest.mark.parametrize("years", [0, -3, math.nan])
def test_an_annuity_over_no_time_is_refused(years: float) -> None:
    with pytest.raises(DataError, match="must be more than 0"):
        annuity_factor(0.03, years)
