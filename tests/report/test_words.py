"""Two languages: the same keys, the same placeholders, the same numbers; short sentences in both."""

import dataclasses
import re
import statistics
from collections import Counter
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.errors import UnknownName
from sim.parameter import provenance
from sim.report.answer import answer, way_of
from sim.report.figures import offered
from sim.report.page import write_report
from sim.report.words import ENGLISH, GERMAN, LANGUAGES, words_of
from sim.study.study import StudyResult
from tests.report.test_page import with_figures

EN_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
DE_NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
LONGEST_MEDIAN = 15  # words a sentence

PIXELS = re.compile(r"data:image/png;base64,[^\"]*")


def numbers(text: str, language: str) -> Counter[str]:
    """Every number of a text, with the marks of the language taken out, and how often it occurs."""
    if language == "en":
        return Counter(token.replace(",", "") for token in EN_NUMBER.findall(text))
    return Counter(token.replace(".", "").replace(",", ".") for token in DE_NUMBER.findall(text))


class Spoken(HTMLParser):
    """Text of a page, apart from what is marked as not translated; pictures' alternative texts belong to it."""

    def __init__(self, page: str):
        super().__init__()
        self.kept: list[bool] = []
        self.texts: dict[bool, list[str]] = {True: [], False: []}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.texts[True].append(given.get("alt") or "")
        if tag not in ("meta", "img", "br", "wbr"):
            self.kept.append(given.get("translate") != "no" and tag != "style")

    def handle_endtag(self, tag):
        self.kept.pop()

    def handle_data(self, data):
        self.texts[all(self.kept)].append(data)

    def numbers(self, language: str) -> Counter[str]:
        translated, as_it_is = (" | ".join(self.texts[kept]) for kept in (True, False))
        return numbers(translated, language) + numbers(as_it_is, "en")


def placeholders(text: str) -> Counter[str]:
    return Counter(re.findall(r"{(\w*)}", text))


def sentences(paragraphs: list[str]) -> list[str]:
    return [s for paragraph in paragraphs for s in re.split(r"(?<=[.!?])\s+", paragraph)]


def median_length(paragraphs: list[str]) -> float:
    said = sentences(paragraphs)
    assert len(said) > 8
    return statistics.median(len([w for w in s.split() if re.search(r"\w", w)]) for s in said)


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)
def test_every_language_has_every_text_with_the_same_placeholders(words):
    assert list(words.texts) == list(ENGLISH.texts)
    assert list(words.kpis) == list(ENGLISH.kpis)
    for key, text in ENGLISH.texts.items():
        assert placeholders(words.texts[key]) == placeholders(text), key


def test_numbers_inside_texts_are_the_same():
    for key, text in ENGLISH.texts.items():
        assert numbers(GERMAN.texts[key], "de") == numbers(text, "en"), key


def test_phrases_keep_their_open_numbers():
    for english, german in GERMAN.phrases.items():
        assert placeholders(english) == placeholders(german), english


def test_german_texts_are_translated():
    """Texts that are the same in both languages are names, symbols or units."""
    same = {key for key, text in ENGLISH.texts.items() if text and GERMAN.texts[key] == text}
    assert {key.split(".")[0] for key in same} <= {"answer", "subtitle", "glossary", "column"}
    assert same <= {"answer.mix", "subtitle", "glossary.kw", "glossary.ac", "glossary.eur", "glossary.eur.means",
                    "glossary.co2",
                    "glossary.afir", "glossary.epsg", "column.plan"}  # fmt: skip


def test_the_two_pages_say_the_same_numbers(toy_result, tmp_path):
    result = with_figures(toy_result, ["rounds_chart", "fairness", "plan_by_technology"])
    write_report(result, tmp_path, provenance(result.study))
    english = Spoken((tmp_path / "report.html").read_text("utf-8")).numbers("en")
    german = Spoken((tmp_path / "report.de.html").read_text("utf-8")).numbers("de")
    assert sum(english.values()) > 300
    assert german == english


def test_the_study_s_language_opens_first_and_labels_the_pictures(toy_result, tmp_path):
    result = with_figures(toy_result, ["rounds_chart"])
    german = dataclasses.replace(result, study=dataclasses.replace(result.study, language="de"))
    for name, one in (("en", result), ("de", german)):
        (tmp_path / name).mkdir()
        write_report(one, tmp_path / name, provenance(one.study))
    assert (tmp_path / "de/report.html").read_text("utf-8").startswith('<!doctype html>\n<html lang="de">')
    # the page is the same whichever comes first, but for the links between the two and how its pictures were scaled
    swapped = (tmp_path / "de/report.en.html").read_text("utf-8").replace('href="report.html"', 'href="report.de.html"')
    expected = (tmp_path / "en/report.html").read_text("utf-8")
    assert PIXELS.sub("", swapped) == PIXELS.sub("", expected)
    assert len(PIXELS.findall(swapped)) == 1
    assert (tmp_path / "de/figures/rounds_chart.png").read_bytes() != (
        tmp_path / "en/figures/rounds_chart.png"
    ).read_bytes()


def test_a_language_that_does_not_exist_is_answered_with_the_near_ones(toy_result, tmp_path):
    with pytest.raises(UnknownName, match="unknown language 'fr'"):
        words_of("fr")
    unknown = dataclasses.replace(toy_result, study=dataclasses.replace(toy_result.study, language="fr"))
    with pytest.raises(UnknownName, match="unknown language 'fr'"):
        write_report(unknown, tmp_path, provenance(toy_result.study))
    assert list(tmp_path.iterdir()) == []


def test_pictures_say_the_same_numbers_in_both_languages(toy_result, toy_figures):
    for name in offered(toy_result):
        found = [
            numbers(_written(toy_figures(name, words), toy_result), words.language) for words in LANGUAGES.values()
        ]
        assert found[0] == found[1], name
        assert len(found[0]) > 3, name


def _written(figure: Figure, result: StudyResult) -> str:
    """All text of a picture but the credits, which are names."""
    figure.canvas.draw()
    text = " ".join(t.get_text() for t in figure.texts)
    for source in result.city.sources:
        text = text.replace(source, "")
    others = [t.get_text() for t in figure.findobj(Text) if t not in figure.texts]
    return re.sub(r"CC BY 4\.0|by-2-0", "", " | ".join([text, *others]))


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)
def test_the_answer_is_told_in_short_sentences(toy_result, big_result, words):
    for result in (toy_result, big_result):
        assert median_length(answer(result, words)) <= LONGEST_MEDIAN


def test_very_likely_means_that_zero_lies_outside_the_interval():
    def row(low: float, high: float) -> pd.Series:
        return pd.Series(dict(difference_low=low, difference_high=high))

    assert way_of(row(0.01, 0.02)) == "up"
    assert way_of(row(-0.02, -0.01)) == "down"
    assert way_of(row(-0.01, 0.02)) == way_of(row(0.0, 0.02)) == way_of(row(np.nan, np.nan)) == "open"


@pytest.mark.parametrize(("low", "high", "said"), [(0.1, 0.2, "likely that the plan serves more"),
                                                  (-0.1, 0.2, "uncertain whether"),
                                                  (-0.2, -0.1, "likely that the plan serves fewer")])  # fmt: skip
def test_uncertainty_is_said_in_words(toy_result, low, high, said):
    kpis = toy_result.kpis.copy()
    city = (kpis["kpi"] == "served_share") & (kpis["scope"] == "city")
    kpis.loc[city, ["difference_low", "difference_high"]] = low, high
    assert said in answer(dataclasses.replace(toy_result, kpis=kpis), ENGLISH)[2]


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)
@pytest.mark.parametrize("short", ["kWh", "MWh", "AC", "DC", "HPC", "EUR", "AFIR", "EPSG:25832", "CO₂", "Gini"])
def test_every_abbreviation_is_explained(words, short):
    terms = " ".join(v for k, v in words.texts.items() if k.startswith("glossary.") and not k.endswith(".means"))
    assert short in terms


def test_what_the_data_says_in_english_is_marked_on_the_german_page(toy_result, tmp_path):
    result = with_figures(toy_result, ["rounds_chart"])
    write_report(result, tmp_path, provenance(result.study))
    page = (tmp_path / "report.de.html").read_text("utf-8")
    assert '<span lang="en" translate="no">median of the way drivers accept</span>' in page
    assert "Ladepunkte des geplanten Netzes" in page


def test_numbers_in_phrases_get_the_marks_of_the_language():
    said = GERMAN.phrase("2.5 nationally; more in cities, with commuters and through traffic")
    assert said.startswith("2,5 im ganzen Land")
    assert GERMAN.phrase("sites: 1,234 of 5,000 are no phrase") == "sites: 1,234 of 5,000 are no phrase"
