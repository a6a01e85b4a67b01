"""Observed charging sessions, for calibrating and for checking: a file of any layout in, one table out.

Only the columns that the layout names are ever kept (`sim.importers.csv_file`). What is dropped is dropped by a named
step that counts its rows, and nothing is repaired.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.errors import DataError
from sim.importers.csv_file import read_needed
from sim.importers.dates import read_dates, swapped_back, swapped_problem, to_local
from sim.importers.layout import TO_OURS, Layout, read_layout
from sim.tables import NAMED_ROWS, Column, Table

LONGEST_H = 48.0
MOST_H = 1e5  # of a duration, which is dropped later; a time can hold no more than some centuries
LEAST_KWH = 0.1
UNLIKELY_KWH = 500.0  # no car took that much; as a median it shows the wrong unit

SESSIONS = Table(
    "observed_sessions",
    key=(),
    columns=(
        Column("charger", "text", "", "what served the session: a connector, or a station where it has one"),
        Column("start", "text", "local time", "plug-in"),
        Column("end", "text", "local time", "plug-out"),
        Column("energy_kwh", "number", "kWh", "energy at the meter; NaN where not known", above=LEAST_KWH),
        Column("group", "text", "", "kind of point or of place, as the file has it; empty where it has none"),
        Column("soc_arrival", "number", "share", "state of charge at plug-in; NaN where not known", 0, 1),
        Column("soc_departure", "number", "share", "state of charge at plug-out; NaN where not known", 0, 1),
        Column("battery_kwh", "number", "kWh", "usable battery, seen at the meter; NaN where not known", above=0),
        Column("peak_kw", "number", "kW", "most power of the session; NaN where not known", above=0),
    ),
)


@dataclass(frozen=True)
class Step:
    """A step of cleaning: why rows were dropped, and how many."""

    reason: str
    dropped: int


@dataclass(frozen=True)
class Observed:
    """Sessions of a file, and what became of its rows.

    sessions : columns of `SESSIONS`, in the order of the file
    """

    sessions: pd.DataFrame
    source: str
    layout: Layout
    rows_read: int
    steps: tuple[Step, ...]

    def told(self) -> str:
        """What was read and dropped, in a sentence."""
        dropped = [f"{step.dropped:,} dropped: {step.reason}" for step in self.steps if step.dropped]
        kept = f"{len(self.sessions):,} sessions kept"
        return f"{self.source}: " + "; ".join([f"{self.rows_read:,} rows read", *dropped, kept])


def read_sessions(path: Path | str, layout: Layout | str) -> pd.DataFrame:
    """Sessions of a file as a table of the columns of `SESSIONS`; `read_observed` tells what was dropped as well."""
    return read_observed(path, layout).sessions


def read_observed(path: Path | str, layout: Layout | str) -> Observed:
    """Sessions of a CSV file (plain or .gz), cleaned in counted steps.

    layout : name of one that is shipped, path of a YAML file, or a `Layout`
    Raises DataError with every problem of the file; all rows dropped is one.
    """
    path = Path(path)
    layout = layout if isinstance(layout, Layout) else read_layout(layout)
    raw = read_needed(path, layout)
    frame = _in_our_words(raw, layout, path.name)
    sessions, steps = _cleaned(frame, raw, layout)
    observed = Observed(sessions, path.name, layout, len(raw), tuple(steps))
    if sessions.empty:
        raise DataError([f"{observed.told()}; look at the layout (units, date_format, first_day, leave_out)"])
    return observed


def _in_our_words(raw: pd.DataFrame, layout: Layout, source: str) -> pd.DataFrame:
    """Columns of `SESSIONS` for every row, nothing dropped yet; raises DataError with all that cannot be read."""
    problems: list[str] = []
    frame = pd.DataFrame(index=raw.index)
    for ours in ("charger", "group"):
        frame[ours] = _joined(raw, layout.columns.get(ours, ()), "/")
    if layout.group_names:
        frame["group"] = _renamed(frame["group"], layout)
    for ours in TO_OURS:
        if ours in layout.columns:
            theirs = layout.columns[ours][0]
            frame[ours], faults = _numbers(raw[theirs], layout, ours, source=source, column=theirs)
            problems += faults
        else:
            frame[ours] = np.nan
    for ours in ("start", "end"):
        if ours in layout.columns:
            theirs = " ".join(layout.columns[ours])
            frame[ours], faults = read_dates(
                _joined(raw, layout.columns[ours], " "), layout, source=source, column=theirs
            )
            problems += faults
    if problems:
        raise DataError(problems)
    if "end" not in frame:
        frame["end"] = frame["start"] + pd.to_timedelta(
            (frame["duration"].clip(-MOST_H, MOST_H) * 3600).round(), unit="s"
        )
    if layout.swapped_days is None:
        problems = swapped_problem(frame["start"], frame["end"], source=source)
        if problems:
            raise DataError(problems)
    for ours in ("start", "end"):
        frame[ours] = to_local(swapped_back(frame[ours]) if layout.swapped_days else frame[ours], layout)
    return frame[SESSIONS.column_names]


def _joined(raw: pd.DataFrame, theirs: tuple[str, ...], mark: str) -> pd.Series:
    """Columns of the file as one text; "" where one of them is empty."""
    if not theirs:
        return pd.Series("", index=raw.index, dtype="str")
    whole = (raw[list(theirs)] != "").all(axis=1)
    joined = raw[theirs[0]]
    for name in theirs[1:]:
        joined = joined + mark + raw[name]
    return joined.where(whole, "")


def _renamed(groups: pd.Series, layout: Layout) -> pd.Series:
    named = pd.Series("other", index=groups.index, dtype="str")
    for ours, texts in reversed(list(layout.group_names.items())):
        for text in texts:
            named = named.mask(groups.str.contains(text, regex=False), ours)
    return named


def _numbers(texts: pd.Series, layout: Layout, ours: str, *, source: str, column: str) -> tuple[pd.Series, list[str]]:
    """Numbers in our unit, NaN where the file has none, and what is no number."""
    plain = texts.str.replace(",", ".", regex=False) if layout.decimal == "," else texts
    numbers = pd.to_numeric(plain.where(plain != ""), errors="coerce") * layout.factor(ours)
    bad = texts[(texts != "") & ~np.isfinite(numbers)]
    hint = "put 'decimal: \",\"' into the layout" if layout.decimal == "." and bad.str.contains(",").any() else ""
    problems = [
        f"{source}: {label}: {column}: is not a number ('{text}'); {hint or 'correct it'}"
        for label, text in bad.iloc[:NAMED_ROWS].items()
    ]
    if len(bad) > NAMED_ROWS:
        more = len(bad) - NAMED_ROWS
        problems.append(f"{source}: {column}: {more:,} more rows are no numbers, up to {bad.index[-1]}")
    if ours == "energy_kwh" and numbers.median() > UNLIKELY_KWH:
        problems.append(
            f"{source}: {column}: half the sessions have more than {UNLIKELY_KWH:g} kWh (median {numbers.median():g}); "
            "put 'units: {energy_kwh: Wh}' into the layout"
        )
    if ours.startswith("soc") and numbers.median() > 1:
        problems.append(
            f"{source}: {column}: half the states of charge are above 1 (median {numbers.median():g}); put "
            f"'units: {{{ours}: percent}}' into the layout"
        )
    return numbers.astype(float), problems


def _cleaned(frame: pd.DataFrame, raw: pd.DataFrame, layout: Layout) -> tuple[pd.DataFrame, list[Step]]:
    """Rows that are whole, public and plausible, and the steps that dropped the others; each row counts once."""
    stay = frame["end"] - frame["start"]
    day = frame["start"].dt.normalize()
    tests = [(rows.reason, raw[rows.column].str.contains(rows.holds, regex=False)) for rows in layout.leave_out]
    tests += [("no charger", frame["charger"] == ""), ("no start", frame["start"].isna())]
    if layout.first_day is not None:
        tests.append((f"start before {layout.first_day}", day < pd.Timestamp(layout.first_day)))
    if layout.last_day is not None:
        tests.append((f"start after {layout.last_day}", day > pd.Timestamp(layout.last_day)))
    outside = [~frame[soc].isna() & ~frame[soc].between(0, 1) for soc in ("soc_arrival", "soc_departure")]
    tests += [
        ("no end", frame["end"].isna()),
        ("end not after start", stay <= pd.Timedelta(0)),
        (f"{LONGEST_H:g} h or longer", stay >= pd.Timedelta(hours=LONGEST_H)),
        (f"{LEAST_KWH:g} kWh or less", frame["energy_kwh"] <= LEAST_KWH),
        ("state of charge below 0 or above 100 %", outside[0] | outside[1]),
    ]
    kept, steps = pd.Series(True, index=frame.index), []
    for reason, fails in tests:
        dropped = kept & fails
        steps.append(Step(reason, int(dropped.sum())))
        kept &= ~fails
    return frame[kept].reset_index(drop=True), steps
