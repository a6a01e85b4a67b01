"""The workbook: opens, holds the values of the CSV files, runs nothing, has the same bytes every time."""

import dataclasses
import io
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest

from sim.parameter import provenance
from sim.report.spreadsheet import csv_text
from sim.report.words.columns import COLUMNS, DICTIONARY, SHEETS, column
from sim.report.workbook import workbook_tables, write_workbook


@pytest.fixture(scope="module")
def path(toy_result, tmp_path_factory):
    return write_workbook(toy_result, tmp_path_factory.mktemp("book"), provenance(toy_result.study))


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def tables(toy_result):
    return workbook_tables(toy_result, provenance(toy_result.study))


def test_there_is_one_sheet_a_table_and_a_dictionary(book, tables):
    assert book.sheetnames == [*(SHEETS[name] for name in tables), DICTIONARY]
    assert {"kpis_city", "kpis_district", "plan", "rounds", "checks", "parameters"} <= set(tables)


def test_every_cell_holds_the_value_of_the_csv_file(book, tables):
    for name, table in tables.items():
        rows = [list(row) for row in book[SHEETS[name]].iter_rows(min_row=2, values_only=True)]
        on_disk = pd.read_csv(io.StringIO(csv_text(table)), dtype=str, keep_default_na=False)
        assert len(rows) == len(on_disk)
        for row, expected in zip(rows, on_disk.to_numpy().tolist(), strict=True):
            for cell, text in zip(row, expected, strict=True):
                if isinstance(cell, int | float) and not isinstance(cell, bool):
                    assert cell == float(text)
                else:
                    assert ("" if cell is None else str(cell)) == text


def test_numbers_are_numbers(book, tables):
    for name, table in tables.items():
        cells = list(book[SHEETS[name]].iter_cols(min_row=2, values_only=True))
        for values, column_name in zip(cells, table.columns, strict=True):
            if pd.api.types.is_numeric_dtype(table[column_name]):
                assert all(v is None or isinstance(v, int | float) or v == "inf" for v in values), column_name


def test_headings_are_german_frozen_and_fit(book):
    sheet = book[SHEETS["plan"]]
    head = [cell.value for cell in sheet[1]]
    assert {"Standort", "Bezirk", "neue Ladepunkte", "Netzanschluss", "Baukosten"} <= set(head)
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert all(9 <= sheet.column_dimensions[c.column_letter].width <= 60 for c in sheet[1])


def test_the_dictionary_explains_every_column_in_both_languages(book, tables):
    rows = list(book[DICTIONARY].iter_rows(min_row=2, values_only=True))
    assert [(sheet, in_csv) for sheet, _, in_csv, *_ in rows] == [
        (SHEETS[name], c) for name, table in tables.items() for c in table.columns
    ]
    assert all(heading and german and english for _, heading, _, _, german, english in rows)


def test_a_column_without_a_text_shows_under_its_own_name():
    assert column("plan", "moonlight").heading == "moonlight"
    assert len({c.heading for c in COLUMNS.values()}) > 60


def test_nothing_in_the_workbook_runs(toy_result, tmp_path):
    plan = toy_result.plan.table.copy()
    plan["site_id"] = plan["site_id"].astype(object)
    plan.loc[plan.index[:3], "site_id"] = ["=1+1", "@SUM(A1)", "+49 231"]
    result = dataclasses.replace(toy_result, plan=dataclasses.replace(toy_result.plan, table=plan))
    book = openpyxl.load_workbook(write_workbook(result, tmp_path, provenance(result.study)))
    shown = [cell.value for cell in book[SHEETS["plan"]]["A"][1:4]]
    assert shown == ["'=1+1", "'@SUM(A1)", "'+49 231"]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_same_result_gives_the_same_bytes_and_no_date(toy_result, path, tmp_path):
    again = write_workbook(toy_result, tmp_path, provenance(toy_result.study))
    assert again.read_bytes() == path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2000-01-01T00:00:00Z") == 2 and "202" not in core


def test_missing_and_infinite_values_do_not_break_the_file(toy_result, tmp_path):
    rounds = toy_result.rounds.assign(bound=np.inf, gap=np.nan)
    result = dataclasses.replace(toy_result, rounds=rounds)
    sheet = openpyxl.load_workbook(write_workbook(result, tmp_path, provenance(result.study)))[SHEETS["rounds"]]
    head = [cell.value for cell in sheet[1]]
    row = [cell.value for cell in sheet[2]]
    assert row[head.index("Schranke")] == "inf" and row[head.index("bewiesener Abstand")] is None
