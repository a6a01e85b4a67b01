"""`ladeplan why-not`: sentences in both languages, and what it refuses."""

import string

import pytest

from sim.app.cli import main
from sim.app.why_not import in_sentences
from sim.app.why_not_words import TEXTS
from sim.planning.why_not import why_not
from tests.planning.test_why_not import EFFORT, PLACES, row, short_of_money


def told(problem, site, language="en"):
    return " ".join(in_sentences(why_not(problem, site, EFFORT), problem, language).split())


def test_of_a_site_that_lacks_money_it_is_told_what_would_change_that():
    problem, answer = short_of_money()
    text = " ".join(in_sentences(answer, problem, "en").split())
    assert text.startswith(
        "s2 is not in the plan. A plan that has to build there (4 points ac_22 by 2030) is worth 900"
    )
    assert "In reach of it drivers want 900 kWh a week who accept the way" in text
    # 1,800 kWh for 32,500 EUR against 900 for as much, or 809 kWh for 20,500
    assert "s1, brings 55 kWh a week for each 1,000 EUR" in text
    assert "EUR instead of 33,000 EUR (less was tried and is not enough)" in text
    assert "need worth at least 900 kWh a week that no other site reaches" in text
    assert "proved within 0.0 % of the best" in text


def test_the_same_is_told_in_german():
    problem, answer = short_of_money()
    text = " ".join(in_sentences(answer, problem, "de").split())
    assert text.startswith("s2 ist nicht im Plan. Ein Plan, der dort bauen muss (4 Punkte ac_22 bis 2030), ist 900 kWh")
    assert "EUR statt 33.000 EUR" in text


def test_what_bars_a_site_is_told_with_what_it_would_bring():
    text = told(row(bays=PLACES | {"s1": 1}, excluded_sites=["s1"]), "s1")
    assert "nothing can be built there: - it is on the list planning.excluded_sites; take it off" in text
    assert "its 1 bays hold nothing that may be built; 2 would" in text
    assert "Without that the plan builds there (2 points ac_22 by 2030) and is worth 1,079 kWh a week more" in text


def test_of_a_site_in_the_plan_it_is_told_what_it_earns():
    text = told(row(), "s1")
    assert text.startswith("s1 is in the plan: 4 points ac_22 by 2030, 32,500 EUR. Without it the best plan would be")
    assert "worth 1,800 kWh a week less." in text


def test_both_languages_have_the_same_sentences_and_placeholders():
    def placeholders(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert TEXTS["en"].keys() == TEXTS["de"].keys()
    for key, text in TEXTS["en"].items():
        assert placeholders(text) == placeholders(TEXTS["de"][key]), key


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["in_2_3", "city=toy"], "unknown site 'in_2_3', did you mean"),
        (["nowhere", "city=toy"], "unknown site 'nowhere'; there are 18, for example at_T1"),
        (["city=toy"], "why-not: give one site"),
        (["in_2_2", "in_2_0", "city=toy"], "why-not: give one site"),
        (["in_2_2", "city=toy", "answers.effort.gap=0"], "answers.effort.gap"),
        (["in_2_2", "city=toy", "answers.plans=0"], "answers.plans"),
        (["in_2_2", "city=toy", "answers.different_share=1.5"], "answers.different_share"),
        (["in_2_2", "city=toy", "answers.front_points=1"], "answers.front_points"),
        (["in_2_2", "city=toy", "answers.step_eur=0"], "answers.step_eur"),
        (["in_2_2", "city=toy", "answers.fronts=[walk]"], "answers.fronts: unknown name 'walk'"),
        (["in_2_2", "city=toy", "answers.tables=[front]"], "unknown name 'front', did you mean 'fronts'?"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_what_to_do(words, said, capsys):
    assert main(["why-not", *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.slow
def test_the_command_answers_for_a_site_of_the_toy_town(capsys):
    words = ["in_2_2", "city=toy", "phases=[2030]", "planning.budget_eur=150e3", "planning.excluded_sites=[in_2_2]"]
    assert main(["why-not", *words]) == 0
    assert "planning.excluded_sites" in capsys.readouterr().out
