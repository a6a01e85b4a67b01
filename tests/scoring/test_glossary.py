"""The glossary names every KPI as the code does."""

import re
from pathlib import Path

from sim.scoring.scorecard import KPIS

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| (.+) \|$", re.MULTILINE)


def test_the_glossary_has_every_kpi_with_its_unit():
    written = {name: unit for name, unit, _ in ROW.findall(GLOSSARY.read_text(encoding="utf-8"))}
    assert written == {name: KPIS.facts[name]["unit"] for name in KPIS}


def test_the_glossary_says_which_kpis_follow_from_the_city_alone():
    meanings = {name: meaning for name, _, meaning in ROW.findall(GLOSSARY.read_text(encoding="utf-8"))}
    static = {name for name, meaning in meanings.items() if meaning.startswith("city:")}
    assert static == {name for name in KPIS if not KPIS.facts[name]["simulated"]}
