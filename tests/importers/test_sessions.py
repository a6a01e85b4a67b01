"""Session files of others become one table: only what is needed is read, and what is dropped is counted."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from sim.errors import DataError, UnknownName
from sim.importers.csv_file import read_needed
from sim.importers.layout import Layout, layout_names, read_layout
from sim.importers.sessions import SESSIONS, read_observed, read_sessions

PLAIN = Layout(
    name="plain",
    title="plain",
    columns={"charger": ("station",), "start": ("start",), "end": ("end",), "energy_kwh": ("kwh",)},
)
HEAD = "station,start,end,kwh\n"
ROW = "A,2024-05-13 08:00:00,2024-05-13 10:30:00,7.5\n"


def written(folder: Path, text: str, name: str = "ours.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path, layout: Layout = PLAIN) -> list[str]:
    with pytest.raises(DataError) as error:
        read_sessions(path, layout)
    return error.value.problems


def test_a_file_becomes_the_columns_of_the_table(tmp_path: Path) -> None:
    sessions = read_sessions(written(tmp_path, HEAD + ROW), PLAIN)
    assert list(sessions) == SESSIONS.column_names
    row = sessions.iloc[0]
    assert (row["charger"], row["energy_kwh"], row["group"]) == ("A", 7.5, "")
    assert row["end"] - row["start"] == pd.Timedelta(hours=2.5)
    assert pd.isna(row["soc_arrival"])


def test_a_packed_file_reads_like_a_plain_one(tmp_path: Path) -> None:
    packed = tmp_path / "ours.csv.gz"
    packed.write_bytes(gzip.compress((HEAD + ROW).encode()))
    pd.testing.assert_frame_equal(read_sessions(packed, PLAIN), read_sessions(written(tmp_path, HEAD + ROW), PLAIN))


def test_other_columns_never_leave_the_parser(tmp_path: Path) -> None:
    secret = "DE-8AA-C12345"
    text = f"card,driver,{HEAD}{secret},Erika Muster,{ROW}{secret},Erika Muster,B,2024-05-13 09:00:00,,3\n"
    path = written(tmp_path, text)
    raw = read_needed(path, PLAIN)
    assert list(raw) == ["station", "start", "end", "kwh"]
    observed = read_observed(path, PLAIN)
    for said in (raw.to_csv(), observed.sessions.to_csv(), observed.told(), repr(observed)):
        assert secret not in said
        assert "Erika" not in said


def test_a_file_without_a_header_is_refused_without_quoting_anybody(tmp_path: Path) -> None:
    for row in (
        "Erika Muster,A,2024-05-13 08:00:00,2024-05-13 10:30:00,7.5\n",
        "Erika Muster,A,13.5.24 8 h,13.5.24 9 h\n",
    ):
        said = problems(written(tmp_path, row))
        assert said == [
            "ours.csv: row 1: holds values and no names of columns; put the names first (station, start, end, kwh)"
        ]


def test_every_row_that_is_dropped_is_counted_once_with_its_reason(tmp_path: Path) -> None:
    rows = [
        ROW,
        ",2024-05-13 08:00:00,2024-05-13 10:30:00,7.5\n",  # no charger
        "A,,2024-05-13 10:30:00,7.5\n",  # no start
        "A,2024-05-13 08:00:00,,7.5\n",  # no end
        "A,2024-05-13 08:00:00,2024-05-13 08:00:00,7.5\n",  # no time passes
        "A,2024-05-13 08:00:00,2024-05-12 08:00:00,0\n",  # backwards, and no energy: counted once
        "A,2024-05-13 08:00:00,2024-05-15 08:00:00,7.5\n",  # 48 h
        "A,2024-05-13 08:00:00,2024-05-13 10:30:00,0.1\n",  # no more than 0.1 kWh
        "A,2024-05-13 08:00:00,2024-05-13 10:30:00,\n",  # energy not known: kept
        "\n",
    ]
    observed = read_observed(written(tmp_path, HEAD + "".join(rows)), PLAIN)
    assert observed.told() == (
        "ours.csv: 9 rows read; 1 dropped: no charger; 1 dropped: no start; 1 dropped: no end; "
        "2 dropped: end not after start; 1 dropped: 48 h or longer; 1 dropped: 0.1 kWh or less; 2 sessions kept"
    )
    assert observed.sessions["energy_kwh"].isna().tolist() == [False, True]


def test_a_layout_tells_separator_decimal_mark_units_duration_and_clock(tmp_path: Path) -> None:
    layout = replace(
        PLAIN,
        columns={
            "charger": ("Ort", "Stecker"),
            "start": ("Beginn",),
            "duration": ("Dauer",),
            "energy_kwh": ("Wh",),
            "soc_arrival": ("SoC",),
            "group": ("Typ",),
        },
        separator=";", decimal=",", date_format="%d.%m.%Y %H:%M", shift_h=1,
        units={"duration": "min", "energy_kwh": "Wh", "soc_arrival": "percent"},
        group_names={"fast": ("DC", "HPC"), "slow": ("AC",)},
    )  # fmt: skip
    text = "Ort;Stecker;Beginn;Dauer;Wh;SoC;Typ\nMarkt;1;31.12.2023 23:30;90,5;12500,0;35,5;AC 22\n"
    row = read_sessions(written(tmp_path, text), layout).iloc[0]
    assert row["charger"] == "Markt/1"
    assert row["start"] == pd.Timestamp("2024-01-01 00:30")
    assert row["end"] == pd.Timestamp("2024-01-01 02:00:30")
    assert (row["energy_kwh"], row["soc_arrival"], row["group"]) == (12.5, 0.355, "slow")


def test_utc_becomes_local_time_in_summer_and_winter(tmp_path: Path) -> None:
    text = HEAD + "A,2024-01-15 08:00:00,2024-01-15 09:00:00,5\nA,2024-07-15 08:00:00,2024-07-15 09:00:00,5\n"
    sessions = read_sessions(written(tmp_path, text), replace(PLAIN, local_zone="Europe/Berlin"))
    assert sessions["start"].dt.hour.tolist() == [9, 10]


def test_rows_that_are_left_out_name_their_reason(tmp_path: Path) -> None:
    layout = replace(read_layout("perth"), swapped_days=False)
    head = "station,connector,start,end,energy_kwh,site,model,kind\n"
    text = head + "".join(
        f"1,2,2017-05-09 0{hour}:00:00,2017-05-09 0{hour}:30:00,4,{site},x,rapid\n"
        for hour, site in enumerate(["Car Park", "Friarton Depot", "***TEST SITE***"])
    )
    told = read_observed(written(tmp_path, text), layout).told()
    assert told == "ours.csv: 3 rows read; 1 dropped: depot; 1 dropped: test site; 1 sessions kept"


def test_all_unreadable_values_are_told_at_once_with_row_and_remedy(tmp_path: Path) -> None:
    text = HEAD + ROW + 'A,2024-02-30 08:00:00,tomorrow,"7,5"\n'
    no_date = "is not a date such as '2020-02-28 09:34:25'"
    remedy = "correct it, or give date_format in the layout"
    assert problems(written(tmp_path, text)) == [
        "ours.csv: row 3: kwh: is not a number ('7,5'); put 'decimal: \",\"' into the layout",
        f"ours.csv: row 3: start: {no_date} ('2024-02-30 08:00:00'); {remedy}",
        f"ours.csv: row 3: end: {no_date} ('tomorrow'); {remedy}",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        (HEAD, "has no rows below the header"),
        ("station\tstart\tend\tkwh\nA\t1\t2\t3\n", "put 'separator: \"\\t\"' into the layout"),
        ("station;start;end;kwh\nA;1;2;3\n", "put 'separator: \";\"' into the layout"),
        ("station,strat,end,kwh\nA,1,2,3\n", "start: column is missing, did you mean 'strat'"),
        ("station,start,start,end,kwh\n" + ROW, "start: column is given 2 times"),
        (HEAD + ROW.replace("\n", ",9\n"), "row 2: has 5 values, the header has 4"),
        (HEAD + ROW.replace("7.5", "7500"), "put 'units: {energy_kwh: Wh}' into the layout"),
        (HEAD + ROW.replace("7.5", "0"), "1 dropped: 0.1 kWh or less; 0 sessions kept; look at the layout"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_what_to_do(tmp_path: Path, text: str, said: str) -> None:
    assert said in problems(written(tmp_path, text))[0]


def test_files_that_cannot_be_read_are_told_by_name(tmp_path: Path) -> None:
    assert "gone.csv: cannot be read (No such file" in problems(tmp_path / "gone.csv")[0]
    (tmp_path / "ours.csv.gz").write_bytes(b"not packed at all")
    assert "ours.csv.gz: cannot be read" in problems(tmp_path / "ours.csv.gz")[0]
    (tmp_path / "old.csv").write_bytes("Säule,start,end,kwh\n".encode("latin-1"))
    assert "put 'encoding: latin-1' into the layout" in problems(tmp_path / "old.csv")[0]


def test_a_charge_in_percent_under_the_name_of_a_share_is_told(tmp_path: Path) -> None:
    layout = replace(PLAIN, columns={**PLAIN.columns, "soc_arrival": ("soc",)})
    text = HEAD.replace("kwh", "kwh,soc") + ROW.replace("7.5", "7.5,35")
    assert "put 'units: {soc_arrival: percent}' into the layout" in problems(written(tmp_path, text), layout)[0]


def test_a_shipped_layout_is_found_by_name_and_a_wrong_name_offers_the_near_one() -> None:
    assert {"hamburg", "epfl", "perth", "trondheim"} <= set(layout_names())
    for name in layout_names():
        assert read_layout(name).columns["start"]
    with pytest.raises(UnknownName, match="unknown layout 'hamberg', did you mean 'hamburg'"):
        read_layout("hamberg")


def test_every_mistake_in_a_layout_is_told_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "columns: {charger: id, strat: begin, energy_kwh: [a, b]}\nseperator: ';'\nshift_h: one\n"
        "units: {energy_kwh: MWh, start: h}\nlocal_zone: Europe/Dortmund\nleave_out: [{column: site}]\n"
        "use_cases: {hub: {group: x}}\n",
        "mine.yaml",
    )
    with pytest.raises(DataError) as error:
        read_layout(str(path))
    said = error.value.problems
    for what in (
        "mine.yaml: seperator: unknown key, did you mean 'separator'?",
        "mine.yaml: shift_h: not a number ('one')",
        "mine.yaml: columns: strat: unknown name, did you mean 'start'?",
        "mine.yaml: columns: energy_kwh: several columns (a, b)",
        "mine.yaml: columns: start: is missing",
        "mine.yaml: columns: give one of end and duration",
        "mine.yaml: units: energy_kwh: unknown unit 'MWh'; must be one of kWh, Wh",
        "mine.yaml: units: start: has no unit",
        "mine.yaml: leave_out: entry 1: not {column",
        "mine.yaml: use_cases: hub: not {groups",
        "mine.yaml: local_zone: unknown time zone 'Europe/Dortmund'",
    ):
        assert any(problem.startswith(what) for problem in said), (what, said)
    assert len(said) == 11


def test_signs_dates_and_use_cases_that_cannot_be_are_told(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "columns: {charger: id, start: begin, end: end}\nseparator: ';;'\ndecimal: x\ndate_format: '%Y-%Q %z'\n"
        "use_cases: {kerbsde: {}}\n",
        "mine.yaml",
    )
    with pytest.raises(DataError) as error:
        read_layout(str(path))
    use_case, separator, decimal, form, zone = error.value.problems
    assert "use_cases: kerbsde: unknown use case, did you mean 'kerbside'?" in use_case
    assert "separator: not one sign (';;')" in separator
    assert "decimal: not a decimal mark ('x')" in decimal
    assert "date_format: not a form of dates ('%Y-%Q %z')" in form
    assert "name the zone to bring the times to" in zone


def test_times_with_an_offset_become_local(tmp_path: Path) -> None:
    layout = replace(PLAIN, date_format="%Y-%m-%dT%H:%M:%S%z", local_zone="Europe/Berlin")
    text = HEAD + "A,2024-07-15T08:00:00+0000,2024-07-15T11:30:00+0200,5\n"
    row = read_sessions(written(tmp_path, text), layout).iloc[0]
    assert row["start"] == pd.Timestamp("2024-07-15 10:00")
    assert row["end"] == pd.Timestamp("2024-07-15 11:30")


def test_a_duration_beyond_all_time_is_dropped_like_a_long_one(tmp_path: Path) -> None:
    layout = replace(PLAIN, columns={"charger": ("station",), "start": ("start",), "duration": ("h",)})
    text = "station,start,h\nA,2024-05-13 08:00:00,1e30\nA,2024-05-13 08:00:00,2\n"
    assert "1 dropped: 48 h or longer; 1 sessions kept" in read_observed(written(tmp_path, text), layout).told()


def test_a_workbook_is_to_be_saved_as_csv(tmp_path: Path) -> None:
    said = problems(written(tmp_path, "PK", "ours.xlsx"))[0]
    assert said.startswith("ours.xlsx: is no CSV file; save the table as 'CSV UTF-8'")


def test_a_layout_that_is_no_yaml_is_told(tmp_path: Path) -> None:
    for text, said in (("columns: [", "line 1: not valid YAML"), ("- a", "holds no settings")):
        with pytest.raises(DataError, match=said):
            read_layout(str(written(tmp_path, text, "mine.yaml")))
    with pytest.raises(DataError, match="cannot be read"):
        read_layout(str(tmp_path / "none.yaml"))
