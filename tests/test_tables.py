"""Tables check what enters, name every fault, and repair nothing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.tables import NAMED_ROWS, Column, Table, describe, read_csv

TREES = Table(
    "trees",
    ("tree_id",),
    (
        Column("tree_id", "text", "", "id of the tree"),
        Column("kind", "text", "", "kind of tree", choices=("oak", "lime")),
        Column("height_m", "number", "m", "height", above=0, at_most=60),
        Column("age", "integer", "a", "age", at_least=0),
        Column("protected", "flag", "", "may not be felled", required=False),
    ),
)


def write(folder: Path, text: str) -> Path:
    path = folder / "trees.csv"
    path.write_text(text, encoding="utf-8")
    return path


def problem_of(value: str, column: str, others: tuple[str, ...] = ()) -> str:
    """The one sentence about a value in a column of else sound rows."""
    good = dict(tree_id="t", kind="oak", height_m="7", age="3")
    rows = [good | {"tree_id": f"t{n}", column: v} for n, v in enumerate((value, *others))]
    _, problems = TREES.check(pd.DataFrame(rows), "trees.csv")
    assert len(problems) == 1, problems
    return problems[0]


def test_sound_rows_come_back_in_the_dtypes_of_the_table_without_other_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "age,note,tree_id,kind,height_m,protected\n3,x, 01 ,oak,7.5,TRUE\n4,y,02,lime,8e0,0\n")
    trees, problems = TREES.read(path)
    assert problems == []
    assert list(trees.columns) == ["tree_id", "kind", "height_m", "age", "protected"]
    assert trees["tree_id"].tolist() == ["01", "02"]
    assert trees["height_m"].tolist() == [7.5, 8.0]
    assert trees["age"].dtype == "int64"
    assert trees["protected"].tolist() == [True, False]


def test_rows_are_named_by_their_line_in_the_file_whatever_comes_before(tmp_path: Path) -> None:
    # line 3 is blank, the note on lines 4-5 holds a line break, so the tree without an age stands on line 6
    path = write(tmp_path, 'tree_id,kind,height_m,age,note\na,oak,1,1,\n\nb,oak,1,1,"two\nlines"\nc,oak,1,,\n')
    _, problems = TREES.read(path)
    assert problems == ["trees.csv: row 6 (c): age: is empty; give a whole number [a]"]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("12,5", "uses a decimal comma ('12,5'); write 12.5"),
        ("1.234,5", "uses a decimal comma ('1.234,5'); write 1234.5"),
        ("5,000", "uses a decimal comma or a comma between thousands ('5,000'); write 5.000 or 5000"),
        ("5.000", "is ambiguous ('5.000'), with a decimal point or a point between thousands; write 5000 or 5.0"),
        ("1.234.567", "has points between thousands ('1.234.567'); write 1234567"),
        ("tall", "is not a number ('tall'); give a number [m]"),
        ("inf", "is not a number ('inf'); give a number [m]"),
        ("nan", "is not a number ('nan'); give a number [m]"),
        ("1e999", "is not a number ('1e999'); give a number [m]"),
        ("", "is empty; give a number [m]"),
        ("0", "is out of bounds (0); must be more than 0, 60 or less [m]"),
        ("60.1", "is out of bounds (60.1); must be more than 0, 60 or less [m]"),
    ],
)
def test_a_number_that_is_none_is_named_with_what_to_write(value: str, what: str) -> None:
    assert problem_of(value, "height_m") == f"trees.csv: row 1 (t0): height_m: {what}"


def test_a_point_with_three_decimals_is_believed_where_another_value_shows_it_is_decimal() -> None:
    rows = [dict(tree_id=n, kind="oak", height_m=h, age=1) for n, h in (("a", "5.125"), ("b", "0.5"))]
    trees, problems = TREES.check(pd.DataFrame(rows), "trees.csv")
    assert problems == []
    assert trees["height_m"].tolist() == [5.125, 0.5]


def test_numbers_that_are_not_text_are_never_ambiguous() -> None:
    frame = pd.DataFrame(dict(tree_id=["a"], kind=["oak"], height_m=[5.125], age=[1.0]))
    trees, problems = TREES.check(frame, "trees")
    assert problems == []
    assert trees["height_m"].tolist() == [5.125]
    assert trees["age"].tolist() == [1]


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("age", "2.5", "is not a whole number (2.5); give one [a]"),
        ("age", "5.000", "is ambiguous"),
        ("age", "1e300", "is not a whole number (1e300)"),
        ("age", "-1", "is out of bounds (-1); must be 0 or more [a]"),
        ("kind", "elm", "is not known ('elm'); must be one of oak, lime"),
        ("kind", "", "is empty; give the kind of tree"),
    ],
)
def test_other_faults_are_named_too(column: str, value: str, what: str) -> None:
    assert problem_of(value, column, others=(("1",) if column == "age" else ("oak",))).startswith(
        f"trees.csv: row 1 (t0): {column}: {what}"
    )


def test_a_missing_column_says_what_was_found_and_offers_the_near_name(tmp_path: Path) -> None:
    _, problems = TREES.read(write(tmp_path, "tree_id,kind,hight_m,age\na,oak,1,1\n"))
    found = "(found: tree_id, kind, hight_m, age)"
    assert problems == [f"trees.csv: height_m: column is missing, did you mean 'hight_m'? {found}; add it: height [m]"]


def test_an_optional_column_that_is_misspelt_is_not_passed_over() -> None:
    frame = pd.DataFrame(dict(tree_id=["a"], kind=["oak"], height_m=[1], age=[1], protectd=[True]))
    _, problems = TREES.check(frame, "trees.csv")
    assert problems == ["trees.csv: protectd: unknown column, did you mean 'protected'? rename it or take it out"]


def test_all_rows_of_a_double_key_are_named(tmp_path: Path) -> None:
    rows = "".join(f"{i},oak,1,1\n" for i in ("a", "b", "a", "c", "a"))
    _, problems = TREES.read(write(tmp_path, "tree_id,kind,height_m,age\n" + rows))
    assert problems == ["trees.csv: row 2, row 4, row 6: tree_id: 'a' is given 3 times; give each row its own"]


def test_all_faults_are_told_together_and_long_lists_are_counted() -> None:
    n = NAMED_ROWS + 5
    frame = pd.DataFrame(dict(tree_id=range(n), kind="elm", height_m=["1,5"] * n, age=1))
    _, problems = TREES.check(frame, "trees.csv")
    assert len(problems) == 2 * (NAMED_ROWS + 1)
    assert problems[NAMED_ROWS] == f"trees.csv: kind: 5 more rows are at fault, up to row {n}; correct them as well"


def test_a_file_with_other_separators_or_bytes_is_refused_before_its_columns_are_judged(tmp_path: Path) -> None:
    assert "separated by semicolons" in TREES.read(write(tmp_path, "tree_id;kind\na;oak\n"))[1][0]
    (tmp_path / "trees.csv").write_bytes("tree_id,kind\na,Läufer\n".encode("latin-1"))
    assert read_csv(tmp_path / "trees.csv")[1] == [
        "trees.csv: row 2: the file is not UTF-8 (byte 0xe4); save it as 'CSV UTF-8'"
    ]


def test_a_table_describes_itself() -> None:
    facts = describe(TREES).set_index("column")
    assert facts.loc["height_m"].tolist() == ["number", "m", "height", "more than 0, 60 or less", True]
    assert facts.loc["kind", "allowed"] == "one of oak, lime"
    assert not facts.loc["protected", "required"]
