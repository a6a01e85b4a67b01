"""The page: loads nothing, hides nothing, agrees with the tables to the digit."""

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.clock import Horizon
from sim.errors import UnknownName
from sim.parameter import provenance
from sim.report.answer import alarms, answer
from sim.report.display import display_table, format_number
from sim.report.figures import figure_data, offered
from sim.report.page import chosen_figures, write_report
from sim.report.words import ENGLISH, GERMAN
from sim.simulation.run import Precision
from sim.simulation.twin import Engines
from sim.study.precision import CAP, NARROW, Reached, precision_checks
from sim.study.study import StudyResult, Trust
from sim.study.warm_up import warm_up_checks
from tests.report.fake_result import fake_result, toy_city

FEW = ["rounds_chart", "plan_by_technology", "as_is_network"]


class Reader(HTMLParser):
    """Tags with their attributes, text, and whether tags close in order."""

    VOID = ("meta", "img", "br", "wbr")

    def __init__(self, page: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def with_figures(result: StudyResult, figures: list[str]) -> StudyResult:
    return dataclasses.replace(result, study=dataclasses.replace(result.study, figures=figures))


def write(result: StudyResult, folder: Path) -> str:
    return write_report(result, folder, provenance(result.study)).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def small(toy_result) -> StudyResult:
    return with_figures(toy_result, FEW)


@pytest.fixture(scope="module")
def folder(small, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    write(small, folder)
    return folder


@pytest.fixture(scope="module")
def page(folder) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def read(page) -> Reader:
    return Reader(page)


def test_the_page_asks_nothing_from_anywhere(page, read):
    assert not re.search(r"(src|href|srcset|action)=\"(https?:)?//", page)
    assert "url(" not in page and "@import" not in page
    assert all(attributes["src"].startswith("data:image/png;base64,") for attributes in read.all("img"))
    assert not read.all("script") and not read.all("link") and not read.all("iframe")
    assert not [key for _, attributes in read.tags for key in attributes if key.startswith("on")]


def test_a_strict_policy_forbids_what_the_page_does_not_need(read):
    (policy,) = [a["content"] for a in read.all("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "script" not in policy and "http" not in policy


def test_the_page_is_well_formed_with_one_title_and_a_language(read):
    assert read.open == []
    assert len(read.all("h1")) == 1
    assert read.all("html")[0]["lang"] == "en"
    ids = [a["id"] for _, a in read.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for a in read.all("a") if a["href"].startswith("#")} <= set(ids)


def test_every_picture_has_an_alternative_text_and_its_own_file(read, folder):
    assert len(read.all("img")) == len(FEW)
    assert all(len(attributes["alt"]) > 30 for attributes in read.all("img"))
    assert {path.name for path in (folder / "figures").iterdir()} == {f"{n}.{e}" for n in FEW for e in ("png", "csv")}


def test_every_table_has_a_caption_and_every_heading_a_scope(read):
    assert len(read.all("table")) == len(read.all("caption")) >= 8
    assert {attributes.get("scope") for attributes in read.all("th")} == {"col", "row"}


def test_numbers_on_the_page_are_those_of_the_table_on_disk(read, small, tmp_path):
    # as the command writes it: rounded, to text, and read back
    display_table(small.kpis).to_csv(tmp_path / "kpis.csv", index=False)
    table = pd.read_csv(tmp_path / "kpis.csv")
    city = table[table["scope"] == "city"]
    assert len(city) >= 5
    for row in city.to_dict("records"):
        for side in ("as_is", "plan"):
            assert format_number(row[side], row["unit"]) in read.text
    served = city[city["kpi"] == "served_share"].iloc[0]
    shown = f"{served['plan'] * 100:.1f} % ({served['plan_low'] * 100:.1f} % to {served['plan_high'] * 100:.1f} %)"
    assert read.text.count(shown) >= 2  # in the summary and in the table


def test_the_answer_comes_first_and_in_five_paragraphs(read, small):
    said = answer(small, ENGLISH)
    assert len(said) == 5
    positions = [read.text.index(sentence) for sentence in said]
    assert positions == sorted(positions)
    assert positions[-1] < read.text.index("Figure 1")


def test_the_answer_names_points_sites_and_cost_of_the_plan(small):
    plan = small.plan.table
    text = " ".join(answer(small, ENGLISH))
    assert f"adds {plan['points_added'].sum():,} charge points at {plan['site_id'].nunique():,} sites" in text
    assert f"costs {plan['capex_eur'].sum():,.0f} EUR" in text


def test_the_worst_district_is_the_one_of_the_table(small):
    served = small.kpis.query("kpi == 'served_share' and scope == 'district'").set_index("id")["plan"]
    worst = small.city.districts["name"][served.idxmin()]
    assert f"The least served district is {worst} with {served.min() * 100:.1f} %" in " ".join(answer(small, ENGLISH))


def test_a_city_without_a_priority_area_is_not_told_about_one(small):
    kpis = small.kpis[~((small.kpis["scope"] == "priority") & (small.kpis["id"] == "priority"))]
    text = " ".join(answer(dataclasses.replace(small, kpis=kpis), ENGLISH))
    assert "priority" not in text and "least served district" in text


def test_a_heuristic_plan_claims_no_proof(small):
    certificate = dataclasses.replace(small.plan.certificate, bound=float("inf"), gap=float("inf"))
    result = dataclasses.replace(small, plan=dataclasses.replace(small.plan, certificate=certificate))
    assert "Nothing is proved" in answer(result, ENGLISH)[-1]


def test_a_plan_that_builds_nothing_promises_nothing(small):
    result = dataclasses.replace(small, plan=dataclasses.replace(small.plan, table=small.plan.table.iloc[:0]))
    said = answer(result, ENGLISH)
    assert said[0] == ENGLISH("answer.plan_none")
    assert "promised" not in said[-1] and "no promise" in said[-1]


def test_all_is_well_rings_no_alarm(small, page):
    assert alarms(small, ENGLISH) == []
    assert 'role="alert"' not in page


def test_a_failed_check_is_said_before_the_answer(small, tmp_path):
    checks = small.checks.copy()
    checks.loc[0, "value"], checks.loc[0, "passed"] = 6200.0, False
    text = Reader(write(with_figures(dataclasses.replace(small, checks=checks), ["rounds_chart"]), tmp_path)).text
    said = "points of the planned network: 6,200 points, expected 1,500 to 5,000"
    assert text.index(said) < text.index(answer(small, ENGLISH)[0])
    assert "FAILED" in text


def test_the_page_says_how_many_engines_judged_and_over_how_many_weeks(small, page, tmp_path):
    assert ENGLISH("page.one_engine") in Reader(page).text
    trust = Trust(Engines("compiled", "simpy", "compiled"), 12_345, Reached(30, 0.01, 0.01, 0.01, NARROW))
    text = Reader(write(with_figures(dataclasses.replace(small, trust=trust), ["rounds_chart"]), tmp_path)).text
    assert "simulated all 12,345 requests of the verdict. Their sessions agree to the last bit." in text
    assert "over 30 fresh simulated weeks" in text
    german = Reader((tmp_path / "report.de.html").read_text("utf-8")).text
    assert "haben alle 12.345 Ladewünsche des Urteils simuliert" in german


def test_checks_of_the_statistics_are_said_in_german():
    precision = Precision("served_share", "absolute", 0.02, 0.02, 10, 100)
    load = [np.array([1.0, 2.0])] * 3
    for reached in (Reached(30, 0.01, 0.01, 0.01, NARROW), Reached(100, 0.03, 0.01, 0.01, CAP)):
        warm_up = warm_up_checks(load, load, horizon=Horizon(2, 7), tolerance=0.02)
        short = warm_up_checks(load, load, horizon=Horizon(2, 3), tolerance=0.02)
        for row in pd.concat([precision_checks(reached, precision), warm_up, short]).itertuples():
            assert GERMAN.has_phrase(row.check) and GERMAN.has_phrase(row.note)
            assert GERMAN.unit(row.unit) != "cars"


def test_a_plan_that_cannot_be_reproduced_rings_the_alarm(small):
    certificate = dataclasses.replace(small.plan.certificate, reproducible=False)
    result = dataclasses.replace(small, plan=dataclasses.replace(small.plan, certificate=certificate))
    assert alarms(result, ENGLISH) == [ENGLISH("page.alarm_reproducible")]


def test_names_from_the_data_are_text_and_never_markup(tmp_path):
    nasty = "<b>Nord</b><script>alert(1)</script>"
    result = fake_result(toy_city(("Altstadt & Söhne", nasty, '"Quote"')), plan_rows=10, figures=["fairness"])
    page = write(result, tmp_path)
    read = Reader(page)
    assert not read.all("script") and not read.all("b")
    assert nasty in read.text


def test_a_figure_that_does_not_exist_is_told_before_anything_is_written(small, tmp_path):
    with pytest.raises(UnknownName, match="did you mean 'occupancy'"):
        write_report(with_figures(small, ["ocupancy"]), tmp_path, provenance(small.study))
    assert list(tmp_path.iterdir()) == []


def test_the_same_result_gives_the_same_page(small, page, tmp_path):
    assert write(small, tmp_path) == page


def test_figures_are_numbered_in_the_order_of_the_page(read):
    assert re.findall(r"Figure (\d+):", read.text) == ["1", "2", "3"]


def test_no_figure_named_means_all_that_the_result_has_tables_for(toy_result):
    assert sorted(chosen_figures(with_figures(toy_result, []))) == sorted(offered(toy_result))


def test_assumptions_are_listed_and_counted(read, small):
    table = provenance(small.study)
    assumed = table[table["confidence"] == "M"]
    assert len(assumed) > 0
    assert f"{len(assumed)} of {len(table)} parameters are assumptions" in read.text
    for key in table["key"]:
        assert key in read.text


def test_what_is_synthetic_is_said_and_drivers_always_are(read, small):
    assert ENGLISH("page.synthetic_drivers") in read.text
    for sentence in (*small.city.synthetic, *small.city.sources):
        assert sentence in read.text


def test_a_kpi_without_a_text_shows_under_its_own_name(read):
    assert "moonlight factor lux 1.23" in read.text


def test_the_whole_page_of_a_big_city_stays_small(big_result, tmp_path):
    few = with_figures(big_result, FEW)
    size = len(write(few, tmp_path).encode())
    # thirteen figures of this kind stay below 6 MB
    assert size < 6e6 * len(FEW) / 13


def test_an_unknown_text_is_told():
    with pytest.raises(UnknownName, match=r"did you mean 'page\.summary'"):
        ENGLISH("page.sumary")


def test_every_figure_has_its_data_beside_it_and_a_link_to_it(read, small, folder):
    for name in FEW:
        table = pd.read_csv(folder / "figures" / f"{name}.csv")
        expected = figure_data(name, small)
        assert list(table.columns) == list(expected.columns)
        pd.testing.assert_frame_equal(table, expected, check_dtype=False, rtol=1e-9)
        assert f"figures/{name}.csv" in {a["href"] for a in read.all("a")}


def test_a_name_that_looks_like_a_formula_is_text_in_the_data_of_a_figure(tmp_path):
    result = fake_result(toy_city(("=1+1", "@home", "Nord")), plan_rows=10, figures=["fairness"])
    write(result, tmp_path)
    text = (tmp_path / "figures" / "fairness.csv").read_text("utf-8")
    assert "'=1+1" in text and "'@home" in text and ",=1+1" not in text
