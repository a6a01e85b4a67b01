"""The needed columns of a CSV file as text: an allow-list, so that what is personal never gets past the parser."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pandas as pd

from sim.errors import DataError, did_you_mean
from sim.importers.layout import Layout
from sim.tables import NAMED_ROWS

OTHER_FORMS = (".xlsx", ".xls", ".ods", ".json", ".parquet", ".zip")


def read_needed(path: Path, layout: Layout) -> pd.DataFrame:
    """The columns of the layout as text, labelled by line of the file ("row 2"); "" where a value is missing."""
    source, wanted = path.name, layout.columns_read
    if path.suffix.lower() in OTHER_FORMS:
        raise DataError([f"{source}: is no CSV file; save the table as 'CSV UTF-8' (.csv, or packed .csv.gz)"])
    rows: list[list[str]] = []
    labels: list[str] = []
    problems: list[str] = []
    header: list[str] = []
    try:
        with _opened(path, layout) as file:
            reader = csv.reader(file, delimiter=layout.separator, strict=True)
            for values in reader:
                if not any(value.strip() for value in values):
                    continue
                if not header:
                    header = [name.strip() for name in values]
                    problems += _header_problems(header, layout, source)
                    if problems:
                        break
                    at = [header.index(name) for name in wanted]
                elif len(values) != len(header):
                    problems.append(
                        f"{source}: row {reader.line_num}: has {len(values)} values, the header has {len(header)}; "
                        "look for a decimal comma, a separator in a text without quotes, or a value left out"
                    )
                else:
                    rows.append([values[n].strip() for n in at])  # all other values end here
                    labels.append(f"row {reader.line_num}")
    except UnicodeDecodeError as error:
        form = layout.encoding.removesuffix("-sig")
        byte = f"0x{error.object[error.start]:02x}"
        raise DataError(
            [f"{source}: is not {form} (byte {byte}); put 'encoding: latin-1' into the layout, or save it as UTF-8"]
        ) from None
    except LookupError:
        raise DataError([f"{layout.name}: encoding: unknown ('{layout.encoding}'); write utf-8 or latin-1"]) from None
    except csv.Error as error:
        problems.append(f"{source}: row {reader.line_num}: is not CSV ({error}); look for a quote that is not closed")
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError([f"{source}: cannot be read ({reason}); give the path of a CSV file"]) from None
    if not header:
        problems.append(f"{source}: the file is empty; give a header line and a row for each session")
    elif not rows and not problems:
        problems.append(f"{source}: has no rows below the header; give one row for each session")
    if len(problems) > NAMED_ROWS:
        more = len(problems) - NAMED_ROWS
        problems[NAMED_ROWS:] = [f"{source}: {more:,} more rows do not fit the header; correct them as well"]
    if problems:
        raise DataError(problems)
    return pd.DataFrame(rows, columns=wanted, index=pd.Index(labels, dtype="str"), dtype="str")


def _opened(path: Path, layout: Layout) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding=layout.encoding, newline="")
    return path.open(encoding=layout.encoding, newline="")


def _header_problems(header: list[str], layout: Layout, source: str) -> Iterator[str]:
    wanted = layout.columns_read
    if len(header) == 1 and len(wanted) > 1:
        for mark in (";", "\t", "|", ","):
            if mark in header[0]:
                shown = "\\t" if mark == "\t" else mark
                yield f"{source}: row 1: is one column with '{shown}'; put 'separator: \"{shown}\"' into the layout"
                return
    if not set(header) & set(wanted) and any(name[:1].isdigit() for name in header):
        # not quoted: what stands there may be someone's name
        yield f"{source}: row 1: holds values and no names of columns; put the names first ({', '.join(wanted)})"
        return
    for name in wanted:
        if name not in header:
            yield (
                f"{source}: {name}: column is missing{did_you_mean(name, header)} (layout {layout.name}); correct the "
                "layout, or choose another with layout=..."
            )
        elif header.count(name) > 1:
            yield f"{source}: {name}: column is given {header.count(name)} times; keep one"
