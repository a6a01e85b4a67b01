"""Pages that are written from the code are up to date, and what the pages point to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.app.reference import PAGE, configuration_page

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_page_of_settings_is_up_to_date() -> None:
    written = (ROOT / PAGE).read_text(encoding="utf-8")
    assert written == configuration_page(), "run `make docs`"


def test_the_page_of_settings_has_a_row_for_each_setting_with_unit_and_range() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert page.count("\n| `") > 150
    row = [
        "`planning.budget_eur`", "40000000", "EUR", "capital cost of all that is built, over all phases", "choice", "-",
        "", "0 or more",
    ]  # fmt: skip
    assert f"| {' | '.join(row)} |" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_and_pictures_of_a_page_are_there(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8"))
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert missing == []


def test_pictures_stay_small() -> None:
    sizes = [path.stat().st_size for path in (ROOT / "docs" / "figures").iterdir()]
    assert sizes
    assert sum(sizes) < 1_500_000
