"""Tables that say what their columns are: name, dtype, unit, meaning, bounds.

Data is checked once, where it enters; inside it is trusted. Nothing is repaired: a value that cannot be meant as it
stands is named by file, row and column, and all of them are named together.
"""

from __future__ import annotations

import csv
import difflib
import io
import math
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.errors import did_you_mean

DTYPES = ("text", "integer", "number", "flag")

FLAGS = {"true": True, "false": False, "1": True, "0": False}
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
WITH_COMMA = re.compile(r"[+-]?[\d.' ]*,\d*")
POINT_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")
COMMA_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")
LARGEST_INTEGER = 2**53  # beyond it floats skip whole numbers
Reader = Callable[[Any], tuple[Any, str]]  # a raw value to its value, and what is wrong with it ("" if nothing)
NAMED_ROWS = 20  # rows at fault named one by one for each column; the rest is counted


@dataclass(frozen=True)
class Column:
    """One column. `unit` is "" for text; bounds are inclusive; `choices` lists the values allowed."""

    name: str
    dtype: str
    unit: str
    meaning: str
    at_least: float | None = None
    at_most: float | None = None
    above: float | None = None
    choices: tuple[str, ...] | None = None
    required: bool = True

    @property
    def bounds(self) -> str:
        """The values allowed, in words; "" if there is no bound.

        >>> Column("residents", "number", "persons", "people", at_least=0, at_most=9).bounds
        '0 or more, 9 or less'
        """
        if self.choices:
            return "one of " + ", ".join(self.choices)
        limits = ((self.above, "more than {:g}"), (self.at_least, "{:g} or more"), (self.at_most, "{:g} or less"))
        return ", ".join(words.format(limit) for limit, words in limits if limit is not None)


@dataclass(frozen=True)
class Table:
    """A table by name; `key` names the columns that identify a row."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    def read(self, path: Path) -> tuple[pd.DataFrame, list[str]]:
        """Read and check a CSV file (UTF-8, comma between values, point as decimal mark): rows and problems."""
        frame, problems = read_csv(path)
        if problems:
            return frame, problems
        return self.check(frame, path.name)

    def check(self, frame: pd.DataFrame, source: str) -> tuple[pd.DataFrame, list[str]]:
        """The columns of this table in its own dtypes, and every problem found on the way, one sentence each.

        frame  : values of any type, text for example; an index of text is taken as labels of the rows ("row 7")
        source : file name that opens each sentence
        Other columns are left out. Values at fault are NaN (numbers) or "" (text) in the result.
        """
        labels = [i if isinstance(i, str) else f"row {n}" for n, i in enumerate(frame.index, start=1)]
        ids = _ids(frame, self.key)
        problems = [f"{source}: {sentence}" for sentence in _missing_columns(self, list(frame.columns))]
        columns = {}
        for column in self.columns:
            if column.name not in frame:
                continue
            columns[column.name], faults = _convert(frame[column.name].tolist(), column)
            named = dict(list(faults.items())[:NAMED_ROWS])
            problems += [
                f"{source}: {labels[i]}{ids[i] and f' ({ids[i]})'}: {column.name}: {fault}"
                for i, fault in named.items()
            ]
            if len(faults) > len(named):
                more, last = len(faults) - len(named), labels[max(faults)]
                problems.append(
                    f"{source}: {column.name}: {more:,} more rows are at fault, up to {last}; correct them as well"
                )
        clean = pd.DataFrame(columns, index=pd.Index(labels, dtype="str", name="row"))
        return clean, problems + [f"{source}: {sentence}" for sentence in _double_keys(clean, self.key)]


def read_csv(path: Path) -> tuple[pd.DataFrame, list[str]]:
    """All values of a CSV file as text, labelled by line of the file ("row 2"), and what is wrong with its form."""
    source, nothing = path.name, pd.DataFrame()
    try:
        raw = path.read_bytes()
    except OSError as error:
        return nothing, [f"{source}: cannot be read ({error.strerror}); check that the file is there and may be read"]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return nothing, [
            f"{source}: row {line}: the file is not UTF-8 (byte 0x{raw[error.start]:02x}); save it as 'CSV UTF-8'"
        ]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    rows: list[list[str]] = []
    labels: list[str] = []
    problems: list[str] = []
    try:
        for values in reader:
            if not any(value.strip() for value in values):
                continue
            if not header:
                header = [name.strip() for name in values]
                problems += _bad_header(header, source)
                if problems:
                    return nothing, problems
            elif len(values) != len(header):
                problems.append(
                    f"{source}: row {reader.line_num}: has {len(values)} values, the header has {len(header)}; "
                    "look for a decimal comma, a comma in a text without quotes, or a value left out"
                )
            else:
                rows.append(values)
                labels.append(f"row {reader.line_num}")
    except csv.Error as error:
        problems.append(f"{source}: row {reader.line_num}: is not CSV ({error}); look for a quote that is not closed")
    if not header:
        problems.append(f"{source}: the file is empty; give a header line and a row for each entry")
    if len(problems) > NAMED_ROWS:
        problems[NAMED_ROWS:] = [
            f"{source}: {len(problems) - NAMED_ROWS:,} more rows do not fit the header; correct them as well"
        ]
    return pd.DataFrame(rows, columns=header, index=pd.Index(labels, dtype="str"), dtype="str"), problems


def describe(table: Table) -> pd.DataFrame:
    """What each column of a table is, for the documentation: column, dtype, unit, meaning, allowed, required."""
    facts = [(c.name, c.dtype, c.unit, c.meaning, c.bounds, c.required) for c in table.columns]
    return pd.DataFrame(facts, columns=["column", "dtype", "unit", "meaning", "allowed", "required"])


def _bad_header(header: list[str], source: str) -> list[str]:
    for mark, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and mark in header[0]:
            return [f"{source}: row 1: values are separated by {name}; save it with commas and decimal points"]
    if sum(bool(NUMBER.fullmatch(name)) for name in header) > len(header) / 2:
        return [f"{source}: row 1: the header is missing ('{', '.join(header)}'); put the names of the columns first"]
    return [
        f"{source}: row 1: {name}: column is given {header.count(name)} times; keep one"
        for name in sorted(set(header))
        if header.count(name) > 1
    ]


def _missing_columns(table: Table, found: list[str]) -> list[str]:
    unknown = [name for name in found if name not in table.column_names]
    sentences = []
    for column in table.columns:
        if column.name in found:
            continue
        if column.required:
            near = did_you_mean(column.name, unknown) if unknown else ""
            hint = near if near.startswith(",") else ""
            sentences.append(
                f"{column.name}: column is missing{hint} (found: {', '.join(found) or 'none'}); "
                f"add it: {column.meaning}{column.unit and f' [{column.unit}]'}"
            )
        elif misspelt := difflib.get_close_matches(column.name, unknown, n=1, cutoff=0.85):
            sentences.append(f"{misspelt[0]}: unknown column, did you mean '{column.name}'? rename it or take it out")
    return sentences


def _double_keys(clean: pd.DataFrame, key: tuple[str, ...]) -> list[str]:
    if not all(name in clean for name in key):
        return []
    rows = defaultdict(list)
    for label, *values in clean[list(key)].itertuples(name=None):
        if all(value != "" for value in values):
            rows[tuple(values)].append(label)
    return [
        f"{', '.join(labels)}: {', '.join(key)}: '{', '.join(map(str, values))}' is given {len(labels)} times; "
        "give each row its own"
        for values, labels in rows.items()
        if len(labels) > 1
    ]


def _ids(frame: pd.DataFrame, key: tuple[str, ...]) -> list[str]:
    """What identifies each row, for messages; "" where it is not known."""
    known = [frame[name].tolist() for name in key if name in frame]
    return [", ".join(filter(None, (as_text(values[i]) for values in known))) for i in range(len(frame))]


def as_text(value: Any) -> str:
    """A value as it would be written in a CSV file; "" for a missing one."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST_INTEGER:
        return str(int(value))
    return str(value).strip()


def _convert(values: list[Any], column: Column) -> tuple[pd.Series, dict[int, str]]:
    """The values in the dtype of the column, and what is wrong with those that are not fit, by position."""
    read = _READERS[column.dtype](column, values)
    converted, faults = [], {}
    for i, value in enumerate(values):
        if isinstance(value, list | dict):
            result, fault = read(None)[0], "is a list; give a single value"
        else:
            result, fault = read(value)
        converted.append(result)
        if fault:
            faults[i] = fault
    dtype = {"text": "str", "number": "float64", "integer": "int64", "flag": "bool"}[column.dtype]
    if faults and dtype == "int64":
        dtype = "float64"  # holds the NaN of a value at fault
    return pd.Series(converted, dtype=dtype).array, faults


def _number_reader(column: Column, values: list[Any]) -> Reader:
    # the text "5.000" is five or five thousand; another value of the column may settle it, such as 96.2 or 0.125
    texts = [value for value in values if isinstance(value, str) and "." in value]
    settled = column.dtype == "number" and any(NUMBER.fullmatch(t) and not POINT_THOUSANDS.fullmatch(t) for t in texts)
    return lambda value: _number(as_text(value), column, point_is_decimal=settled or isinstance(value, float))


def _number(text: str, column: Column, *, point_is_decimal: bool) -> tuple[float, str]:
    unit = f" [{column.unit}]" if column.unit else ""
    what = "whole number" if column.dtype == "integer" else "number"
    if text == "":
        return math.nan, f"is empty; give a {what}{unit}"
    if not NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        return math.nan, _not_a_number(text, what, unit)
    if "." in text and not point_is_decimal and POINT_THOUSANDS.fullmatch(text):
        return math.nan, _ambiguous(text)
    value = float(text)
    if column.dtype == "integer" and (not value.is_integer() or abs(value) > LARGEST_INTEGER):
        return math.nan, f"is not a whole number ({text}); give one{unit}"
    low = (column.at_least is not None and value < column.at_least) or (
        column.above is not None and value <= column.above
    )
    if low or (column.at_most is not None and value > column.at_most):
        return math.nan, f"is out of bounds ({text}); must be {column.bounds}{unit}"
    return value, ""


def _not_a_number(text: str, what: str, unit: str) -> str:
    if COMMA_THOUSANDS.fullmatch(text):
        either, other = text.replace(",", ".", 1), text.replace(",", "")
        return f"uses a decimal comma or a comma between thousands ('{text}'); write {either} or {other}"
    if WITH_COMMA.fullmatch(text):
        return f"uses a decimal comma ('{text}'); write {text.replace('.', '').replace(',', '.')}"
    if POINT_THOUSANDS.fullmatch(text):
        return f"has points between thousands ('{text}'); write {text.replace('.', '')}"
    return f"is not a number ('{text}'); give a {what}{unit}"


def _ambiguous(text: str) -> str:
    whole, decimals = text.split(".")
    return (
        f"is ambiguous ('{text}'), with a decimal point or a point between thousands; write {whole}{decimals} or "
        f"{whole}.{decimals.rstrip('0') or '0'}"
    )


def _text_reader(column: Column, values: list[Any]) -> Reader:
    def read(value: Any) -> tuple[str, str]:
        text = as_text(value)
        if text == "":
            return "", f"is empty; give the {column.meaning}"
        if column.choices and text not in column.choices:
            return "", f"is not known ('{text}'); must be {column.bounds}"
        return text, ""

    return read


def _flag_reader(column: Column, values: list[Any]) -> Reader:
    def read(value: Any) -> tuple[bool, str]:
        text = as_text(value)
        known = text.lower() in FLAGS
        return FLAGS.get(text.lower(), False), "" if known else f"is not a flag ('{text}'); give true or false"

    return read


_READERS: Mapping[str, Callable[[Column, list[Any]], Reader]] = {
    "text": _text_reader,
    "flag": _flag_reader,
    "number": _number_reader,
    "integer": _number_reader,
}
