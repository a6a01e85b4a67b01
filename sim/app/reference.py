"""docs/configuration.md, written from the dataclasses and the files of configs/: `make docs`."""

from __future__ import annotations

from pathlib import Path

from sim.app.config import load_study
from sim.app.explain import all_keys
from sim.app.parameters import shown
from sim.app.paths import home
from sim.app.schema import facts_of
from sim.app.where import comment_at, holding_file
from sim.parameter import CONFIDENCE, allowed, provenance

PAGE = Path("docs") / "configuration.md"
HEAD = """\
# Settings

Every setting with its usual value. Written by `make docs` from the dataclasses and the files in `configs/`; edit those.
Change a setting on the command line (`ladeplan planning.budget_eur=5e6`), in a scenario, or in its file.
`ladeplan explain KEY` says more, with the sources behind the keys; [sources.md](sources.md) lists those.

Confidence: {confidence}.
Range: values for trying how much it matters; "x 0.7" multiplies. Allowed: what is accepted at all.
"""
COLUMNS = ("setting", "value", "unit", "meaning", "source", "confidence", "range", "allowed")
LONGEST_VALUE = 60


def configuration_page() -> str:
    """The page as Markdown: one section for each file, one row for each setting."""
    study = load_study()
    values = {row.key: row.value for row in provenance(study).itertuples()}
    sections: dict[str, list[str]] = {}
    for key in all_keys(study):
        file, line = holding_file(key, {})
        name = file.relative_to(home()).as_posix()
        sections.setdefault(name, []).append(_row(key, values.get(key), study, file, line))
    confidence = ", ".join(f"{letter} {meaning}" for letter, meaning in CONFIDENCE.items())
    return HEAD.format(confidence=confidence) + "".join(_section(name, rows) for name, rows in sections.items())


def _section(name: str, rows: list[str]) -> str:
    head = f"| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}\n"
    return f"\n## {name}\n\n{head}" + "".join(rows)


def _row(key: str, value: object, study: object, file: Path, line: int) -> str:
    facts = facts_of(key)
    if not facts:
        for part in key.split("."):
            study = study[part] if isinstance(study, dict) else getattr(study, part)
        cells = [f"`{key}`", _short(study), "", comment_at(file, line), "", "", "", ""]
    else:
        limits = allowed(facts).removesuffix(f" [{facts['unit']}]")
        low, high = shown(facts["low"]), shown(facts["high"])
        ends = f"{low} to {high}" if low and high else low or high
        cells = [
            f"`{key}`", _short(value), facts["unit"], facts["meaning"],
            facts["source"], facts["confidence"], ends, limits,
        ]  # fmt: skip
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |\n"


def _short(value: object) -> str:
    text = shown(value)
    return text if len(text) <= LONGEST_VALUE else "see the file"


def main() -> None:
    """Write the page into the checkout."""
    (home() / PAGE).write_text(configuration_page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
