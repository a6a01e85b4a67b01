"""Tables as text that spreadsheets read and never run; the one place that makes cells harmless."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

DIGITS = "%.10g"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """A table as a file, see `csv_text`."""
    path.write_text(csv_text(table), encoding="utf-8", newline="\n")


def csv_text(table: pd.DataFrame) -> str:
    """Comma, decimal point, ten digits; text that a spreadsheet would run as a formula is quoted."""
    named = table.index.name is not None and table.index.name not in table.columns
    plain = table.reset_index() if named else table
    cells = plain.apply(lambda column: column if is_numeric(column) else column.map(neutral))
    return str(cells.to_csv(index=False, float_format=DIGITS, lineterminator="\n"))


def is_numeric(column: pd.Series[Any]) -> bool:
    """Whether a column holds only numbers or flags."""
    return bool(pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column))


def neutral(value: Any) -> Any:
    """One cell of a column that may hold text; what a spreadsheet would run as a formula becomes text.

    >>> neutral("=HYPERLINK(1)"), neutral("-"), neutral(0.30000000000000004), neutral([1, 2])
    ("'=HYPERLINK(1)", '-', '0.3', '[1, 2]')
    """
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, float | np.floating):
        return "" if np.isnan(value) else DIGITS % value
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and len(value) > 1 and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
