"""Dates of a session file as local times, and the two ways in which day and month get mixed up.

Either the whole file has them the other way round than the layout says, or a program has swapped them wherever that
gives a date, which is where the day is 12 or less. Both are found and told, never put right in silence.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from sim.importers.layout import Layout
from sim.tables import NAMED_ROWS

LAST_MONTH = 12
SAMPLE = pd.Timestamp("2020-02-28 09:34:25")
IN_ORDER_SHARE = 0.99  # of neighbouring rows, in a file that is sorted by time
CLEARLY = 0.01  # so much more in order after swapping than before
REPAIRED = 5  # sessions that get a sound length by swapping, at least
LONGEST = pd.Timedelta(hours=48)


def read_dates(texts: pd.Series, layout: Layout, *, source: str, column: str) -> tuple[pd.Series, list[str]]:
    """Times as they stand in the file, NaT where there is none, and what cannot be read.

    texts : labelled by row ("row 2"); "" where the file has none
    """
    given = texts[texts != ""]
    times = pd.to_datetime(given, format=layout.date_format, errors="coerce", utc=layout.local_zone is not None)
    bad = given[times.isna()]
    problems = []
    if len(bad):
        problems = _unreadable(given, bad, layout.date_format, source=source, column=column)
    return times.reindex(texts.index), problems


def to_local(times: pd.Series, layout: Layout) -> pd.Series:
    """Local times, without a zone."""
    if layout.local_zone is not None:
        times = times.dt.tz_convert(layout.local_zone).dt.tz_localize(None)
    return times + pd.Timedelta(hours=layout.shift_h)


def swapped_back(times: pd.Series) -> pd.Series:
    """Day and month swapped in every date whose day is 12 or less; the others as they are.

    >>> swapped_back(pd.Series(pd.to_datetime(["2017-05-09 08:00", "2017-05-31 08:00"]))).dt.date.astype(str).tolist()
    ['2017-09-05', '2017-05-31']
    """
    at = times.notna() & (times.dt.day <= LAST_MONTH)
    clock = times[at] - times[at].dt.normalize()
    parts = {"year": times[at].dt.year, "month": times[at].dt.day, "day": times[at].dt.month}
    days = pd.to_datetime(pd.DataFrame(parts), utc=times.dt.tz is not None)
    return times.mask(at, (days + clock).reindex(times.index))


def swapped_problem(start: pd.Series, end: pd.Series, *, source: str) -> list[str]:
    """A sentence where dates look as if day and month were swapped in those whose day is 12 or less.

    Two signs: the rows are in order of time only after swapping, or sessions have a sound length only then.
    """
    if not (start.dt.day <= LAST_MONTH).any():
        return []
    start_back, end_back = swapped_back(start), swapped_back(end)
    before, after = _in_order_share(start), _in_order_share(start_back)
    signs = []
    if after >= IN_ORDER_SHARE and after > before + CLEARLY:
        signs.append(
            f"{100 * after:.1f} % of the rows are in order of time after swapping, {100 * before:.1f} % before"
        )
    sound, sound_back = _sound(start, end), _sound(start_back, end_back)
    repaired, broken = int((sound_back & ~sound).sum()), int((sound & ~sound_back).sum())
    if repaired >= REPAIRED and broken == 0:
        signs.append(f"{repaired:,} sessions end before they start or last days, and do not after swapping")
    if not signs:
        return []
    problem = (
        f"{source}: day and month look swapped in the dates whose day is {LAST_MONTH} or less ({'; '.join(signs)}); "
        "put 'swapped_days: true' into the layout, or 'swapped_days: false' if the dates are right"
    )
    return [problem]


def _in_order_share(times: pd.Series) -> float:
    """Share of neighbouring rows in order of time, forwards or backwards."""
    steps = np.diff(times.dropna().astype("int64").to_numpy())
    return float(max(np.mean(steps >= 0), np.mean(steps <= 0))) if len(steps) else 1.0


def _sound(start: pd.Series, end: pd.Series) -> pd.Series:
    lasts = end - start
    return (lasts > pd.Timedelta(0)) & (lasts < LONGEST)


def _unreadable(given: pd.Series, bad: pd.Series, form: str, *, source: str, column: str) -> list[str]:
    other = re.sub("%[dm]", lambda found: "%m" if found[0] == "%d" else "%d", form)
    if pd.to_datetime(given, format=other, errors="coerce").notna().all():
        problem = (
            f"{source}: {column}: {len(bad):,} dates cannot be read with date_format '{form}' (first: {bad.index[0]}, "
            f"'{bad.iloc[0]}'), all can with day and month the other way round; put 'date_format: \"{other}\"' into "
            "the layout"
        )
        return [problem]
    named = [
        f"{source}: {label}: {column}: is not a date such as '{SAMPLE.strftime(form)}' ('{text}'); correct it, or give "
        "date_format in the layout"
        for label, text in bad.iloc[:NAMED_ROWS].items()
    ]
    if len(bad) > NAMED_ROWS:
        more = len(bad) - NAMED_ROWS
        named.append(
            f"{source}: {column}: {more:,} more rows are no dates, up to {bad.index[-1]}; correct them as well"
        )
    return named
