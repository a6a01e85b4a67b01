"""docs/validity.md says what the cases find today, and no row is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.validity.case import CASES, NONE, Bench, Finding, Row
from sim.validity.cases import EXACT_SEEDS
from sim.validity.page import row_line, summary, validity_page

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "validity.md").read_text(encoding="utf-8")
CHEAP = ("conservation", "charging_curve", "stays", "hours", "energy", "dortmund_2030")


def section(name: str) -> str:
    """The page's section of a case."""
    return PAGE.split(f"\n## {CASES.facts[name]['title']}\n")[1].split("\n## ")[0]


def rows_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if re.match(r"\| [VDE]\d", line)]


def a_row(verdict: str, *, number: str = "E1", unit: str = "share", note: str = "") -> Row:
    return Row(number, "what", "where", 0.2, 0.25, 0.24, 0.26, unit, "± 1 pp", verdict, note)  # type: ignore[arg-type]


def test_every_target_has_a_case_and_no_target_two():
    numbers = [number for name in CASES for number in CASES.facts[name]["ids"]]
    wanted = [f"V{i}" for i in range(1, 10)] + [f"D{i}" for i in range(1, 4)] + [f"E{i}" for i in range(1, 17)]
    assert len(set(numbers)) == len(numbers)
    assert set(wanted) <= set(numbers)


def test_the_page_has_a_section_for_each_case_with_rows_of_its_numbers_only():
    for name in CASES:
        found = {row.split("|")[1].strip() for row in rows_of(section(name))}
        assert found == set(CASES.facts[name]["ids"]), name


def test_the_summary_counts_the_rows_of_the_page():
    cells = [[cell.strip() for cell in row.split(" | ")] for row in rows_of(PAGE)]
    rows = [a_row(line[-2].strip("*"), number=line[0].strip("| ")) for line in cells]
    assert summary(rows) in PAGE
    assert len(rows) > 100


def test_every_row_that_fails_or_is_not_judged_says_why():
    bare = [row for row in rows_of(PAGE) if re.search(r"\| (\*\*fail\*\*|info) \|\s*\|$", row)]
    assert bare == []


@pytest.mark.parametrize("name", CHEAP)
def test_the_page_says_what_the_cheap_cases_find(bench: Bench, name: str):
    assert rows_of(section(name)) == [row_line(row).strip() for row in CASES[name](bench).rows]


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CASES if name not in CHEAP])
def test_the_page_says_what_the_other_cases_find(bench: Bench, name: str):
    assert rows_of(section(name)) == [row_line(row).strip() for row in CASES[name](bench).rows]


def test_the_page_states_the_seeds_it_was_made_with():
    assert f"seeds {EXACT_SEEDS[0]} to {EXACT_SEEDS[-1]}," in PAGE


def test_a_row_is_one_line_with_target_ours_interval_and_verdict():
    assert row_line(a_row("pass")) == "| E1 | what | where | 20.00 % | 25.00 % | 24.00 to 26.00 | ± 1 pp | pass |  |\n"
    failing = row_line(a_row("fail", unit="min", note="a | b"))
    assert failing == "| E1 | what | where | 0.2000 min | 0.2500 min | 0.2400 to 0.2600 | ± 1 pp | **fail** | a / b |\n"


def test_a_row_without_target_or_interval_leaves_them_empty():
    row = Row("E16", "what", "where", NONE, 1234.5, NONE, NONE, "-", "", "info", "why")
    assert row_line(row) == "| E16 | what | where |  | 1,234 |  |  | info | why |\n"


def test_a_failing_row_is_told_on_top_of_the_page():
    findings = {name: Finding([]) for name in CASES} | {"hamburg": Finding([a_row("fail"), a_row("pass")])}
    page = validity_page(findings, {})
    assert "Hamburg, and figures from outside (E1 to E16): 1 pass, 1 fail**, 0 not judged" in page
    assert "Rows that fail are in E1;" in page
    assert "No row fails." in validity_page({name: Finding([]) for name in CASES}, {})
