"""Result tables as files."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import geopandas as gpd
import pandas as pd

from sim.app.tables import csv_text, write_tables
from tests.app.fake_result import fake_result, other_seed


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_result_gives_the_same_bytes_twice(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_tables(fake_result(), tmp_path / name)
    first, second = _bytes(tmp_path / "a"), _bytes(tmp_path / "b")
    assert set(first) == {
        "plan.csv", "kpis.csv", "phases.csv", "money.csv", "components.csv", "cash_flow.csv", "break_even.csv",
        "sensitivity.csv", "climate.csv", "yardsticks.csv", "service.csv", "hours.csv", "spread.csv", "stations.csv",
        "rounds.csv", "promises.csv", "budget_curve.csv", "levers.csv", "parking.csv", "checks.csv", "parameters.csv",
        "replications.csv", "plan.gpkg",
    }  # fmt: skip
    assert first == second


def test_another_result_gives_other_bytes(tmp_path: Path) -> None:
    for name, result in (("a", fake_result()), ("b", other_seed(fake_result()))):
        (tmp_path / name).mkdir()
        write_tables(result, tmp_path / name)
    first, second = _bytes(tmp_path / "a"), _bytes(tmp_path / "b")
    assert first["kpis.csv"] != second["kpis.csv"]
    assert first["plan.gpkg"] != second["plan.gpkg"]
    assert first["plan.csv"] == second["plan.csv"]


def test_numbers_have_a_point_ten_digits_and_missing_ones_are_empty() -> None:
    table = pd.DataFrame(dict(a=[0.1 + 0.2, float("nan")], n=[1, -2], text=["München", "b"]))
    assert csv_text(table) == "a,n,text\n0.3,1,München\n,-2,b\n"


def test_text_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    table = pd.DataFrame(dict(text=["=1+1", "+49", "-x", "@A1", "\tx", "fine", "-"], number=[-1.5] * 7))
    cells = [line.split(",")[0] for line in csv_text(table).splitlines()[1:]]
    assert cells == ["'=1+1", "'+49", "'-x", "'@A1", "'\tx", "fine", "-"]
    assert csv_text(table).count(",-1.5\n") == 7


def test_the_index_is_written_where_it_has_a_name() -> None:
    table = pd.DataFrame(dict(a=[1]), index=pd.Index(["x"], name="site_id"))
    assert csv_text(table) == "site_id,a\nx,1\n"


def test_the_geopackage_holds_districts_with_kpis_stations_and_plan(tmp_path: Path) -> None:
    result = fake_result()
    write_tables(result, tmp_path)
    districts = gpd.read_file(tmp_path / "plan.gpkg", layer="districts")
    assert len(districts) == len(result.city.districts)
    assert districts.crs.to_epsg() == 25832
    kpis = result.kpis.query("scope == 'district' and kpi == 'served'").set_index("id")["plan"]
    assert dict(zip(districts["district_id"], districts["served_plan"], strict=True)) == dict(kpis)
    stations = gpd.read_file(tmp_path / "plan.gpkg", layer="stations")
    assert list(stations["station_id"]) == list(result.stations["station_id"])
    plan = gpd.read_file(tmp_path / "plan.gpkg", layer="plan")
    assert list(plan["points_added"]) == [4]


def test_an_empty_plan_leaves_its_layer_out(tmp_path: Path) -> None:
    result = fake_result()
    plan = type(result.plan)(result.plan.table.iloc[:0], result.plan.promise, result.plan.certificate)
    write_tables(type(result)(**{**vars(result), "plan": plan}), tmp_path)
    with sqlite3.connect(tmp_path / "plan.gpkg") as base:
        layers = {row[0] for row in base.execute("select table_name from gpkg_contents")}
    assert layers == {"districts", "stations"}
    assert (tmp_path / "plan.csv").read_text().count("\n") == 1
