"""Money, climate and yardsticks on the page; figures and sections only where the result has their tables."""

import dataclasses
import re

import pandas as pd
import pytest

from sim.report.answer import answer
from sim.report.figures import FIGURES, figure_data, offered
from sim.report.words import ENGLISH, GERMAN
from sim.report.worth_sections import worth_sections

NEW_TABLES = (
    "hours", "spread", "money", "components", "break_even", "yardsticks", "climate", "budget_curve",
)  # fmt: skip


@pytest.fixture(scope="module")
def without(toy_result):
    """A result as older versions made it: none of the newer tables."""
    return dataclasses.replace(toy_result, **{name: pd.DataFrame() for name in NEW_TABLES})


def test_a_figure_without_its_table_is_not_offered(toy_result, without):
    assert offered(toy_result) == FIGURES.names()
    missing = set(FIGURES.names()) - set(offered(without))
    assert missing == {
        "weekly_load", "occupancy_by_hour", "waiting_times", "walking_ways", "money_waterfall", "budget_curve",
    }  # fmt: skip


def test_a_section_without_its_table_is_left_out(toy_result, without):
    assert set(worth_sections(toy_result, ENGLISH)) == {"money", "break_even", "climate", "yardsticks"}
    assert worth_sections(without, ENGLISH) == {}


def test_the_answer_says_what_the_plan_is_worth_only_where_that_is_known(toy_result, without):
    worth = answer(toy_result, ENGLISH)[1]
    assert "society gains 4,300,000 EUR less than it spends" in worth
    assert "One euro spent brings back 0.75 (0.74 to 0.77) euros" in worth
    assert "a grant of 2,500,000 EUR" in worth
    assert "society" not in answer(without, ENGLISH)[1]


def test_the_waterfall_ends_where_its_parts_sum_to(toy_result):
    # 9.2 + 3.1 - 1.4 + 2.2 - 19.9 - 4.0 + 6.5 = -4.3 million
    data = figure_data("money_waterfall", toy_result)
    rest = data.iloc[-1]
    assert rest["component"] == "rest"
    assert rest["present_value_eur"] == pytest.approx(-4.3e6)
    parts = data.iloc[:-1]
    ends = parts["begins_eur"] + parts["present_value_eur"]
    assert parts["begins_eur"].iloc[0] == 0
    assert parts["begins_eur"].iloc[1:].tolist() == pytest.approx(ends.iloc[:-1].tolist())
    assert ends.iloc[-1] == pytest.approx(rest["present_value_eur"])


def test_shares_up_to_a_value_grow_to_all(toy_result):
    data = figure_data("walking_ways", toy_result)
    for _, one in data.groupby(["use_case", "state"]):
        assert one["share_up_to"].is_monotonic_increasing
        assert one["share_up_to"].iloc[-1] == pytest.approx(1)


def test_years_have_no_thousands_and_missing_values_a_dash(toy_result):
    money = "".join(worth_sections(toy_result, GERMAN)["money"])
    assert ">2041<" in money and "2.041" not in money
    assert re.search(r"Jahr, in dem sich der Plan bezahlt gemacht hat</td><td>–<", money)


def test_values_of_break_even_keep_the_figures_they_need(toy_result):
    shown = "".join(worth_sections(toy_result, GERMAN)["break_even"])
    assert "<td>1,33</td>" in shown and "nicht erreichbar" in shown and "0,5 bis 1,5" in shown
