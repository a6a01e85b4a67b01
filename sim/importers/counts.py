"""Counted sessions of a pilot: how many there were by demand class and district, and in how many weeks.

Only sums are read: a file that still holds single sessions, and with them perhaps card numbers, is none of these.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from sim.errors import DataError, did_you_mean
from sim.tables import Column, Table

COUNTS = Table(
    "counts",
    ("class_name", "district_id"),
    (
        Column("class_name", "text", "", "demand class: slow (AC points), retail or hub (DC points at shops, others)"),
        Column("district_id", "text", "", "district where the stations stand; an id of districts.geojson"),
        Column("sessions", "integer", "sessions", "sessions counted at all stations of the district", at_least=0),
        Column("weeks", "number", "weeks", "time in which they were counted", above=0, at_most=520),
    ),
)


def read_counts(path: Path | str, *, classes: Collection[str], districts: Collection[str]) -> pd.DataFrame:
    """COUNTS of a CSV file; raises DataError with every problem of it."""
    path = Path(path)
    frame, problems = COUNTS.read(path)
    source = path.name
    if not problems and not len(frame):
        problems.append(f"{source}: has no rows below the header; give one row for each class and district")
    for name, known in (("class_name", classes), ("district_id", districts)):
        values = frame[name] if name in frame else pd.Series(dtype="str")
        problems += [
            f"{source}: {row}: {name}: unknown '{value}'{did_you_mean(value, known)}"
            for row, value in values.items()
            if value and value not in known
        ]
    if problems:
        raise DataError(problems)
    return frame.reset_index(drop=True)
