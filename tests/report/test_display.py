"""Numbers: one rounding for tables and page."""

import math

import pandas as pd
import pytest

from sim.report.display import (
    display_table,
    format_change,
    format_change_interval,
    format_interval,
    format_number,
    round_columns,
    rounded,
)


def kpis(value: float, unit: str) -> pd.DataFrame:
    numbers = {f"{side}{end}": value for side in ("as_is", "plan", "difference") for end in ("", "_low", "_high")}
    return pd.DataFrame([dict(kpi="x", scope="city", id="city", unit=unit, better="", **numbers)])


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.87349, "share", "87.3 %"),
        (0.0, "share", "0.0 %"),
        (1234567.4, "EUR", "1,234,567"),
        (-0.4, "EUR", "0"),
        (12.345, "kWh/point/day", "12.3"),
        (1.005, "a unit nobody listed", "1.00"),
        (-3.21, "min", "−3.2"),
        (math.nan, "min", "–"),
        (math.inf, "kWh", "∞"),
    ],
)
def test_a_number_has_the_digits_of_its_unit(value, unit, text):
    assert format_number(value, unit) == text


def test_german_numbers_swap_the_marks_and_nothing_else():
    assert format_number(1234567.891, "kWh/point/day", language="de") == "1.234.567,9"


def test_the_table_holds_exactly_the_value_that_the_page_shows():
    # 0.87349 is 87.3 % on the page, so the table must say 0.873 and the page must not change when read from it
    shown = display_table(kpis(0.87349, "share"))
    assert shown["plan"].item() == 0.873
    assert format_number(shown["plan"].item(), "share") == format_number(0.87349, "share")


def test_rounding_twice_changes_nothing():
    once = display_table(kpis(1234.56789, "kWh/point/day"))
    pd.testing.assert_frame_equal(display_table(once), once)


def test_the_kpi_table_handed_in_stays_as_it_is():
    table = kpis(0.87349, "share")
    display_table(table)
    assert table["plan"].item() == 0.87349


def test_minus_zero_never_shows():
    assert math.copysign(1, rounded(-0.0001, "share")) == 1


def test_columns_are_rounded_by_their_own_unit_and_others_left_alone():
    frame = pd.DataFrame(dict(capex_eur=[10.6], gap=[0.12345], note=["kept"]))
    shown = round_columns(frame, {"capex_eur": "EUR", "gap": "share"})
    assert shown.to_dict("records") == [{"capex_eur": 11.0, "gap": 0.123, "note": "kept"}]


def test_an_interval_is_left_out_where_nothing_was_simulated():
    assert format_interval(12.3, math.nan, math.nan, "min") == "12.3"
    assert format_interval(12.3, 11.9, 12.7, "min") == "12.3 (11.9 to 12.7)"


def test_a_change_shows_its_sign_and_shares_change_in_percentage_points():
    assert format_change(12.0, "min") == "+12.0"
    assert format_change_interval(-0.02, -0.031, -0.009, "share") == "−2.0 pp (−3.1 pp to −0.9 pp)"


def test_a_change_too_small_to_show_has_no_sign():
    assert format_change(0.0001, "share") == "0.0 pp"
