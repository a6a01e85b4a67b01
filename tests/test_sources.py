"""Every source that a parameter names is in docs/sources.md, and no parameter names a paper that is not handed out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from sim.app.where import source_keys, source_texts

ROOT = Path(__file__).resolve().parents[1]
NOT_FROM_OUTSIDE = re.compile(r"^(assumption|choice|definition)\b")


def sources() -> Iterator[tuple[str, str]]:
    """Where each `source=` of a parameter stands, and what it says."""
    for path in sorted((ROOT / "sim").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "parameter":
                said = {keyword.arg: keyword.value for keyword in node.keywords}
                place = f"{path.relative_to(ROOT).as_posix()}:{said['source'].lineno}"
                yield place, str(ast.literal_eval(said["source"]))


def named_in_full() -> list[str]:
    table = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8").split("| name | source |")[1]
    cells = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("|") and "---" not in line]
    return [name for cell in cells for name in cell.split("; ")]


def test_there_are_sources_to_look_at() -> None:
    assert len(list(sources())) > 100
    assert len(source_texts()) > 30
    assert "EPFL" in named_in_full()


def test_every_key_is_in_the_list_of_sources() -> None:
    known = source_texts()
    assert [(place, key) for place, said in sources() for key in source_keys(said) if key not in known] == []


def validity_sources() -> list[str]:
    """Where the targets of docs/validity.md are from."""
    page = (ROOT / "docs" / "validity.md").read_text(encoding="utf-8")
    cells = [[cell.strip() for cell in line.split(" | ")] for line in page.splitlines() if line.startswith("| ")]
    return [row[2] for row in cells if re.fullmatch(r"\| [VDE]\d+", row[0])]


def test_every_source_of_the_validity_page_is_listed() -> None:
    known, names = source_texts(), [name for name in named_in_full() if name != "Hamburg"]
    bare = {
        said
        for said in validity_sources()
        if said not in ("exact", "identity")
        and not any(key in known for key in source_keys(said))
        and not any(name in said for name in names)
    }
    assert bare == set()


def test_every_listed_source_is_used() -> None:
    used = {key for _, said in sources() for key in source_keys(said)}
    used |= {key for said in validity_sources() for key in source_keys(said)}
    assert set(source_texts()) - used == set()


def test_what_is_no_assumption_names_a_key_or_a_source_that_is_listed() -> None:
    names = named_in_full()
    bare = [
        (place, said)
        for place, said in sources()
        if not NOT_FROM_OUTSIDE.match(said) and not source_keys(said) and not any(name in said for name in names)
    ]
    assert bare == []


def test_no_source_is_a_paper_that_is_not_handed_out() -> None:
    papers = re.compile(r"\w+\.md|\bR\d+\b|\bE\d+\b|paper|section \d")
    assert [(place, said) for place, said in sources() if papers.search(said)] == []
