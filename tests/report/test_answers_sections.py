"""The planner's answers on the page: said only where they are, in words that keep to what is proved."""

from dataclasses import replace

import pandas as pd
import pytest

from sim.report.answers_sections import answers_sections
from sim.report.words import ENGLISH, LANGUAGES


def text_of(result, words=ENGLISH):
    return " ".join(str(part) for part in answers_sections(result, words)["answers"])


def test_a_price_within_what_is_not_proved_may_be_nothing(toy_result):
    assert "The floors cost 1,250 kWh a week, 0.3 % of what is served without them. That is within" in text_of(
        toy_result
    )
    sure = toy_result.price_of_fairness.assign(certain=True, price_low=200.0)
    assert "(200 to 9,000 as far as is proved)" in text_of(replace(toy_result, price_of_fairness=sure))


def test_dominated_points_and_sure_sites_are_named(toy_result):
    text = text_of(toy_result)
    assert text.count("another is better") == 1
    assert "2 sites are in all 4 plans" in text
    assert "a1, b2" in text


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)
def test_without_answers_there_is_no_section_and_with_one_only_that(toy_result, words):
    nothing = {name: pd.DataFrame() for name in ("next_money", "price_of_fairness", "fronts", "alternatives")}
    assert answers_sections(replace(toy_result, **nothing), words) == {}
    one = replace(toy_result, **(nothing | {"next_money": toy_result.next_money}))
    assert len(answers_sections(one, words)["answers"]) == 2
