"""All tables in one workbook for German office software: numbers stay numbers, nothing runs, same bytes every time."""

from __future__ import annotations

import io
import math
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sim.report.display import display_table
from sim.report.facts import has, table_of
from sim.report.spreadsheet import DIGITS, neutral
from sim.report.words import GERMAN
from sim.report.words.columns import DICTIONARY, DICTIONARY_HEAD, SHEETS, column
from sim.study.phases import plan_with_verdict
from sim.study.study import StudyResult

NARROWEST, WIDEST = 9, 60  # characters
STAMP = b"2000-01-01T00:00:00Z"
ZIP_DATE = (2000, 1, 1, 0, 0, 0)
SCOPES = ("city", "district", "use_case", "priority", "station")


def write_workbook(result: StudyResult, folder: Path, provenance: pd.DataFrame) -> Path:
    """Write `tables.xlsx`: one sheet a table with German headings, and a dictionary of all columns.

    Values are those of the CSV files. Missing values are empty cells.

    provenance : every parameter of the study, see `sim.parameter.provenance`
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    words: list[tuple[str, ...]] = []
    for name, table in workbook_tables(result, provenance).items():
        columns = [column(name, str(c)) for c in table.columns]
        _write_sheet(book.create_sheet(SHEETS[name]), [c.heading for c in columns], table)
        words += [
            (SHEETS[name], c.heading, str(in_csv), c.unit, c.german, c.english)
            for c, in_csv in zip(columns, table.columns, strict=True)
        ]
    dictionary = pd.DataFrame(words, columns=list(DICTIONARY_HEAD))
    _write_sheet(book.create_sheet(DICTIONARY), list(DICTIONARY_HEAD), dictionary)
    path = folder / "tables.xlsx"
    path.write_bytes(_same_bytes(book))
    return path


def workbook_tables(result: StudyResult, provenance: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables of the workbook by name, KPIs split by scope and with their German names; those the result has."""
    kpis = display_table(result.kpis)
    kpis.insert(1, "label", [GERMAN.kpi(kpi) for kpi in kpis["kpi"]])
    tables = {f"kpis_{scope}": kpis[kpis["scope"] == scope] for scope in SCOPES}
    tables |= {"plan": plan_with_verdict(result), "parameters": provenance}
    tables |= {name: table_of(result, name) for name in SHEETS if name not in tables and has(result, name)}
    return {name: _plain(tables[name]) for name in SHEETS if name in tables}


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    named = table.index.name is not None and table.index.name not in table.columns
    return table.reset_index(drop=not named)


def _write_sheet(sheet: Worksheet, head: list[str], table: pd.DataFrame) -> None:
    sheet.append([neutral(text) for text in head])
    for row in table.itertuples(index=False, name=None):
        sheet.append([_cell(value) for value in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    for number, cells in enumerate(sheet.iter_cols(values_only=True), start=1):
        longest = max(len(str(value)) for value in cells if value is not None)
        sheet.column_dimensions[get_column_letter(number)].width = min(max(longest + 2, NARROWEST), WIDEST)


def _cell(value: Any) -> Any:
    """A value as a cell: numbers as numbers with the digits of the CSV, text that cannot run, nothing for missing.

    >>> _cell(0.1 + 0.2), _cell(float("nan")), _cell("=1+1"), _cell(True), _cell(float("inf"))
    (0.3, None, "'=1+1", True, 'inf')
    """
    if value is None or value is pd.NA:
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        if math.isnan(value):
            return None
        return float(DIGITS % value) if math.isfinite(value) else str(float(value))
    return neutral(value)


def _same_bytes(book: Workbook) -> bytes:
    """The workbook as bytes without the time it was made at: neither in its properties nor in the archive."""
    made, fixed = io.BytesIO(), io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            data = old.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z", STAMP, data)
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, data)
    return fixed.getvalue()
