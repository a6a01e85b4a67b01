"""Counted sessions of a pilot come in as sums, and everything wrong with the file is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import DataError
from sim.importers.counts import COUNTS, read_counts

CLASSES, DISTRICTS = ("slow", "retail", "hub"), ("01", "02")
HEAD = "class_name,district_id,sessions,weeks\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "pilot.csv"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(DataError) as error:
        read_counts(written(folder, text), classes=CLASSES, districts=DISTRICTS)
    return error.value.problems


def test_counts_become_the_columns_of_the_table(tmp_path: Path) -> None:
    text = "district_id,class_name,card,sessions,weeks\n01,slow,DE-8AA-C12345,120,26\n02,hub,,0,4.5\n"
    counts = read_counts(written(tmp_path, text), classes=CLASSES, districts=DISTRICTS)
    assert list(counts) == COUNTS.column_names
    assert counts.to_numpy().tolist() == [["slow", "01", 120, 26.0], ["hub", "02", 0, 4.5]]


def test_every_problem_of_the_rows_is_named_with_row_and_value(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        HEAD + "slwo,01,3,1\nslow,1,3,1\nslow,02,-3,1\nhub,02,2.5,1\nretail,02,3,0\nhub,01,,1\nhub,01,1,1\n",
    )
    wanted = [
        ("row 2", "class_name", "'slwo'", "did you mean 'slow'"),
        ("row 3", "district_id", "'1'"),
        ("row 4", "sessions", "out of bounds (-3)"),
        ("row 5", "sessions", "not a whole number (2.5)"),
        ("row 6", "weeks", "out of bounds (0)"),
        ("row 7", "sessions", "is empty"),
        ("row 8", "hub"),
    ]
    assert len(told) == len(wanted)
    for parts in wanted:
        assert [all(part in sentence for part in parts) for sentence in told].count(True) == 1, parts
    assert all(sentence.startswith("pilot.csv") for sentence in told)


@pytest.mark.parametrize(
    ("text", "part"),
    [("", "the file is empty"), (HEAD, "has no rows below the header"), ("class_name,sessions\nslow,3\n", "weeks")],
)
def test_a_file_without_content_is_refused(tmp_path: Path, text: str, part: str) -> None:
    assert part in "\n".join(problems(tmp_path, text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_counts(tmp_path / "nothing.csv", classes=CLASSES, districts=DISTRICTS)
