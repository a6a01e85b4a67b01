"""`ladeplan parameters`: every parameter, where its value comes from, and who changed it."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from sim.app.config import load_study, read_order
from sim.app.overrides import group_names
from sim.app.tables import csv_text
from sim.parameter import provenance

COLUMNS = ["key", "value", "unit", "confidence", "low", "high", "changed_by", "source"]
MOST_WIDE = {"key": 42, "value": 18, "unit": 11, "low": 9, "high": 9, "changed_by": 21}


def parameters_table(overrides: list[str]) -> pd.DataFrame:
    """Every parameter: key, value, unit, meaning, source, confidence, low, high, changed_by ("" = as in configs/)."""
    table = provenance(read_order(overrides).study)
    scenarios = [word for word in overrides if word.startswith("scenarios=")]
    files = [word for word in overrides if word.startswith("scenario_file=")]
    names = ", ".join(word.partition("=")[2].strip("[]") for word in scenarios)
    groups = [word for word in overrides if word.partition("=")[0] in set(group_names()) - {"scenarios"}]
    layers = [("", list[str]())]
    layers += [(word, groups[: number + 1]) for number, word in enumerate(groups)]
    layers += [(f"scenario {names}", groups + scenarios), ("scenario file", groups + scenarios + files)]
    known = _by_key(provenance(load_study([])))
    changed = dict.fromkeys(table["key"], "")
    asked: list[str] = []
    for who, words in [*layers[1:], ("command line", overrides)]:
        if words == asked:
            continue
        now = _by_key(table if words == overrides else provenance(load_study(words)))
        changed |= {key: who for key in changed if key in now and (key not in known or known[key] != now[key])}
        known, asked = now, words
    table["changed_by"] = table["key"].map(changed)
    return table


def as_csv(table: pd.DataFrame) -> str:
    """The table for other programs."""
    return csv_text(table)


def as_text(table: pd.DataFrame, width: int) -> str:
    """The table for a terminal of `width` characters: one line a parameter; what does not fit ends in '…'."""
    rows = [[column.replace("_", " ") for column in COLUMNS]]
    rows += [[shown(value) for value in row] for row in table[COLUMNS].itertuples(index=False)]
    lines = []
    widths = [
        min(max(len(row[n]) for row in rows), MOST_WIDE.get(column, max(width, 20))) for n, column in enumerate(COLUMNS)
    ]
    for row in rows:
        cells = [_cut(cell, size).ljust(size) for cell, size in zip(row, widths, strict=True)]
        lines.append(_cut("  ".join(cells).rstrip(), width))
    words = "confidence: A official or computed, B press, C one old source, M assumption, - a choice"
    return "\n".join([*lines, "", words, "`ladeplan explain KEY` says more about one of them."]) + "\n"


def shown(value: Any) -> str:
    """A value as it is written in a file.

    >>> shown(20000000.0), shown(0.25), shown([1.0, 2.5]), shown(None)
    ('20000000', '0.25', '[1, 2.5]', '')
    """
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}" if abs(value) < 1e15 else repr(value)
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {shown(item)}' for key, item in value.items())}}}"
    return str(value) if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)


def _by_key(table: pd.DataFrame) -> dict[str, Any]:
    return dict(zip(table["key"], table["value"], strict=True))


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: max(width - 1, 0)]}…"
