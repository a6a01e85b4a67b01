"""Day and month that were swapped are found, told, and put right only when the layout says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.errors import DataError
from sim.importers.dates import swapped_back, swapped_problem
from sim.importers.layout import Layout
from sim.importers.sessions import read_sessions

LAYOUT = Layout(
    name="plain", title="plain", columns={"charger": ("station",), "start": ("start",), "end": ("end",)}
)  # fmt: skip


def times(n: int, *, seed: int) -> tuple[pd.Series, pd.Series]:
    """Sessions over a year, sorted by start, of 1 to 15 hours."""
    rng = np.random.default_rng(seed)
    start = pd.Series(pd.Timestamp("2016-09-01") + pd.to_timedelta(np.sort(rng.integers(0, 365 * 1440, n)), unit="min"))
    return start, start + pd.to_timedelta(rng.integers(60, 900, n), unit="min")


def file_of(folder: Path, start: pd.Series, end: pd.Series, form: str = "%Y-%m-%d %H:%M:%S") -> Path:
    path = folder / "ours.csv"
    columns = {"station": "A", "start": start.dt.strftime(form), "end": end.dt.strftime(form)}
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


def test_swapping_twice_changes_nothing() -> None:
    start, _ = times(500, seed=1)
    assert not swapped_back(start).equals(start)
    pd.testing.assert_series_equal(swapped_back(swapped_back(start)), start)


def test_a_swapped_file_is_refused_and_reads_right_when_the_layout_says_so(tmp_path: Path) -> None:
    start, end = times(500, seed=2)
    path = file_of(tmp_path, swapped_back(start), swapped_back(end))
    with pytest.raises(DataError, match=r"day and month look swapped .* put 'swapped_days: true' into the layout"):
        read_sessions(path, LAYOUT)
    put_right = read_sessions(path, replace(LAYOUT, swapped_days=True))
    assert put_right["start"].tolist() == start.tolist()
    assert put_right["end"].tolist() == end.tolist()
    assert len(read_sessions(path, replace(LAYOUT, swapped_days=False))) < 500


def test_a_swapped_file_in_no_order_of_time_is_found_by_its_lengths() -> None:
    start, end = times(2000, seed=3)
    mixed = np.random.default_rng(0).permutation(2000)
    said = swapped_problem(swapped_back(start).iloc[mixed], swapped_back(end).iloc[mixed], source="ours.csv")
    assert "sessions end before they start or last days, and do not after swapping" in said[0]
    assert "order of time" not in said[0]


@pytest.mark.parametrize("order", ["sorted", "backwards", "mixed"])
def test_an_honest_file_is_not_suspected(order: str) -> None:
    start, end = times(2000, seed=4)
    rows = {"sorted": np.arange(2000), "backwards": np.arange(2000)[::-1]}
    at = rows.get(order, np.random.default_rng(0).permutation(2000))
    assert swapped_problem(start.iloc[at], end.iloc[at], source="ours.csv") == []


def test_a_date_format_with_day_and_month_the_other_way_round_is_told(tmp_path: Path) -> None:
    start, end = times(100, seed=5)
    path = file_of(tmp_path, start, end, "%d/%m/%Y %H:%M")
    with pytest.raises(DataError) as error:
        read_sessions(path, replace(LAYOUT, date_format="%m/%d/%Y %H:%M"))
    assert len(error.value.problems) == 2  # one for start, one for end
    assert "put 'date_format: \"%d/%m/%Y %H:%M\"' into the layout" in error.value.problems[0]


def test_of_many_bad_dates_twenty_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    path.write_text("station,start,end\n" + "A,soon,2024-05-13 08:00:00\n" * 30)
    with pytest.raises(DataError) as error:
        read_sessions(path, LAYOUT)
    assert len(error.value.problems) == 21
    assert error.value.problems[-1] == "ours.csv: start: 10 more rows are no dates, up to row 31; correct them as well"
