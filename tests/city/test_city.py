"""A city read from its folder, and the city after a plan."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.city.city import City, read_city, technology_of, with_plan
from sim.city.sites import Sites
from sim.city.stock import Stock, TopUp
from sim.city.technology import Technology
from sim.errors import DataError, UnknownName
from sim.parameter import bounds_broken

CITIES = Path(__file__).resolve().parents[2] / "scenarios" / "cities"
AS_GIVEN = Stock(top_up=None, name="as_given")


def test_toy_is_read_as_its_files_say(toy_city: City) -> None:
    assert (toy_city.name, toy_city.title, toy_city.stock) == ("toy", "Toy town", "as_given")
    assert toy_city.districts["residents"].to_dict() == {"W": 3000, "M": 1800, "O": 600}
    assert toy_city.districts["priority_area"].to_dict() == {"W": True, "M": False, "O": False}
    assert toy_city.cells.groupby("district_id")["residents"].sum().to_dict() == {"W": 3000, "M": 1800, "O": 600}
    assert set(toy_city.cells["side_m"]) == {400.0}
    assert toy_city.cells.loc["1_1", ["x_m", "y_m"]].tolist() == [390_600.0, 5_705_600.0]
    assert toy_city.stations["district_id"].to_dict() == {"T1": "W", "T2": "M", "T3": "O"}
    assert toy_city.stations["technology"].to_dict() == {"T1": "ac_22", "T2": "ac_22", "T3": "dc_150"}
    assert toy_city.stations["site_id"].tolist() == ["at_T1", "at_T2", "at_T3"]
    assert toy_city.outlines is not None
    # 800 x 1200 m; degrees in the file are rounded to about a centimetre
    assert toy_city.outlines.area.to_numpy() == pytest.approx([960_000] * 3, abs=30)


def test_dortmund_is_complete(dortmund: City) -> None:
    assert len(dortmund.districts) == 12
    assert dortmund.districts["residents"].sum() == 612_065
    assert dortmund.districts.loc[dortmund.districts["priority_area"], "name"].tolist() == [
        "Innenstadt-Nord", "Eving", "Scharnhorst", "Huckarde", "Mengede",
    ]  # fmt: skip
    assert len(dortmund.cells) == 3681
    assert abs(dortmund.cells["residents"].sum() - 612_065) < 50  # cells are rounded to a tenth of a person
    assert set(dortmund.cells["side_m"]) == {200.0}
    assert any("reconstructed" in sentence for sentence in dortmund.synthetic)
    assert len(dortmund.sources) == 5
    assert set(dortmund.stations["site_id"]) == set(dortmund.sites.index[dortmund.sites["origin"] == "station"])
    points = dortmund.stations.groupby("site_id")["points"].sum()
    assert (dortmund.sites.loc[points.index, "bays"] >= points).all()


def test_districts_with_residents_are_enough(
    tmp_path: Path, technologies: dict[str, Technology], sites_settings: Sites
) -> None:
    shutil.copy(CITIES / "toy" / "districts.geojson", tmp_path)
    city = read_city(tmp_path, stock=AS_GIVEN, sites=sites_settings, technologies=technologies)
    # 800 x 1200 m hold 4 x 6 cells of 200 m, each with an equal part of the district's residents
    assert city.cells.groupby("district_id").size().to_dict() == {"W": 24, "M": 24, "O": 24}
    assert city.cells.groupby("district_id")["residents"].max().to_dict() == {"W": 125, "M": 75, "O": 25}
    assert city.cells["residents"].sum() == 5400
    assert city.cells.filter(like="dwellings").to_numpy().sum() == 0
    assert city.cells["x_m"].min() == 390_100
    assert city.cells.index.is_unique
    assert len(city.stations) == 0
    assert set(city.sites["origin"]) == {"synthetic"}
    assert any("cells_from_districts" in sentence for sentence in city.synthetic)


def test_a_city_may_have_no_stations_yet(
    tmp_path: Path, technologies: dict[str, Technology], sites_settings: Sites
) -> None:
    folder = Path(shutil.copytree(CITIES / "toy", tmp_path / "toy"))
    header = (folder / "stations.csv").read_text(encoding="utf-8").splitlines()[0]
    (folder / "stations.csv").write_text(header + "\n", encoding="utf-8")
    none = read_city(folder, stock=AS_GIVEN, sites=sites_settings, technologies=technologies)
    assert len(none.stations) == 0
    assert len(none.sites) == 18  # every cell of 400 m
    first = with_plan(none, plan(("in_0_0", "ac_22", 2)), technologies=technologies)
    assert first.stations["points"].to_dict() == {"in_0_0__ac_22": 2}
    top_up = TopUp({"toy": 439}, 0.75, "lantern_11", "ac_22", 200, 500)
    reported = Stock(top_up, "reported_2023")
    city = read_city(folder, stock=reported, sites=sites_settings, technologies=technologies)
    assert city.stations["points"].sum() == 439
    assert set(city.stations["origin"]) == {"synthetic"}


def test_cells_without_a_district_are_put_where_they_lie(
    tmp_path: Path, toy_city: City, technologies: dict[str, Technology], sites_settings: Sites
) -> None:
    folder = Path(shutil.copytree(CITIES / "toy", tmp_path / "toy"))
    cells = pd.read_csv(folder / "cells.csv").drop(columns="district_id")
    cells.to_csv(folder / "cells.csv", index=False)
    (folder / "bundle.json").unlink()  # then the edge length is the step of the grid, the title the folder's name
    city = read_city(folder, stock=AS_GIVEN, sites=sites_settings, technologies=technologies)
    pd.testing.assert_frame_equal(city.cells, toy_city.cells)
    assert city.title == "Toy"


def test_a_station_just_outside_belongs_to_the_nearest_district(
    tmp_path: Path, technologies: dict[str, Technology], sites_settings: Sites
) -> None:
    folder = Path(shutil.copytree(CITIES / "toy", tmp_path / "toy"))
    # East ends at x = 392400; 499 m beyond is near, 501 m is not
    (folder / "stations.csv").write_text(
        "station_id,x_m,y_m,current,power_kw,points\nT1,392899,5705600,AC,22,2\n", encoding="utf-8"
    )
    city = read_city(folder, stock=AS_GIVEN, sites=sites_settings, technologies=technologies)
    assert city.stations.loc["T1", "district_id"] == "O"
    (folder / "stations.csv").write_text(
        "station_id,x_m,y_m,current,power_kw,points\nT1,392901,5705600,AC,22,2\n", encoding="utf-8"
    )
    with pytest.raises(DataError, match=r"row 2 \(T1\): x_m, y_m: .* lies 0.5 km outside the city"):
        read_city(folder, stock=AS_GIVEN, sites=sites_settings, technologies=technologies)


def test_problems_of_all_files_are_told_together(
    tmp_path: Path, technologies: dict[str, Technology], sites_settings: Sites
) -> None:
    folder = Path(shutil.copytree(CITIES / "toy", tmp_path / "toy"))
    for file, old, new in (
        ("districts.geojson", '"residents": 3000', '"residents": -3000'),
        ("cells.csv", "450", '"450,5"'),
        ("stations.csv", "DC,150", "DC,fast"),
    ):
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_city(folder, stock=AS_GIVEN, sites=sites_settings, technologies=technologies)
    bounds = "must be 0 or more, 2e+07 or less [persons]"
    assert caught.value.problems == [
        f"districts.geojson: feature 1 (W): residents: is out of bounds (-3000); {bounds}",
        "cells.csv: row 2 (0_0): residents: uses a decimal comma ('450,5'); write 450.5",
        "stations.csv: row 4 (T3): power_kw: is not a number ('fast'); give a number [kW]",
    ]


def test_small_slivers_between_districts_are_tolerated(
    tmp_path: Path, technologies: dict[str, Technology], sites_settings: Sites
) -> None:
    folder = Path(shutil.copytree(CITIES / "toy", tmp_path / "toy"))
    text = (folder / "districts.geojson").read_text(encoding="utf-8")
    # Mitte is pushed 0.0001 degrees, 7 m of its 800 m, into West: 0.9 %
    longitudes = sorted(
        {p.split(",")[0] for p in text.split('"name": "Mitte"')[1].split("[[[")[1].split("]]]")[0].split("[") if p}
    )
    moved = text.split('{"type": "Feature"')
    for degree in longitudes:
        moved[2] = moved[2].replace(degree, f"{float(degree) - 0.0001:.7f}")
    (folder / "districts.geojson").write_text('{"type": "Feature"'.join(moved), encoding="utf-8")
    city = read_city(folder, stock=AS_GIVEN, sites=sites_settings, technologies=technologies)
    assert city.outlines is not None
    west, middle = city.outlines.loc["W"], city.outlines.loc["M"]
    assert 0.005 < west.intersection(middle).area / west.area < 0.01


def test_a_missing_folder_and_an_unknown_stock_are_named(
    tmp_path: Path, technologies: dict[str, Technology], sites_settings: Sites
) -> None:
    with pytest.raises(DataError, match="no such folder"):
        read_city(tmp_path / "atlantis", stock=AS_GIVEN, sites=sites_settings, technologies=technologies)
    with pytest.raises(UnknownName, match="did you mean 'register_2019'"):
        read_city(CITIES / "toy", stock=Stock(None, "register_2018"), sites=sites_settings, technologies=technologies)


def test_ids_of_the_bundle_may_not_be_those_of_things_that_are_made(
    tmp_path: Path, technologies: dict[str, Technology], sites_settings: Sites
) -> None:
    folder = Path(shutil.copytree(CITIES / "toy", tmp_path / "toy"))
    (folder / "sites.csv").write_text("site_id,x_m,y_m,bays\nat_T3,390200,5705200,5\n", encoding="utf-8")
    with pytest.raises(DataError, match="site id 'at_T3' is given in the bundle and to a site that is made"):
        read_city(folder, stock=AS_GIVEN, sites=sites_settings, technologies=technologies)


def test_connections_and_their_hours_are_read_where_the_bundle_gives_them(
    tmp_path: Path, technologies: dict[str, Technology], sites_settings: Sites
) -> None:
    folder = Path(shutil.copytree(CITIES / "toy", tmp_path / "toy"))
    with_limits = [line + f",{kw}" for line, kw in zip(
        (folder / "stations.csv").read_text(encoding="utf-8").split(), ("limit_kw", 30, 44, 100), strict=True
    )]  # fmt: skip
    (folder / "stations.csv").write_text("\n".join(with_limits), encoding="utf-8")
    (folder / "sites.csv").write_text("site_id,x_m,y_m,bays,limit_kw\nS,391000,5705600,5,250\n", encoding="utf-8")
    (folder / "limits.csv").write_text("station_id,from_hour,limit_share\nT3,17,0.5\nT3,21,1\n", encoding="utf-8")
    city = read_city(folder, stock=AS_GIVEN, sites=sites_settings, technologies=technologies)
    assert city.stations["limit_kw"].to_dict() == {"T1": 30, "T2": 44, "T3": 100}
    assert city.sites["limit_kw"].to_dict() == {"S": 250, "at_T1": np.inf, "at_T3": np.inf}
    assert city.limits.to_numpy().tolist() == [["T3", 17, 0.5], ["T3", 21, 1.0]]
    # points that are added bring a share of their power, new stations have no connection of their own given
    planned = with_plan(
        city, plan(("at_T1", "ac_22", 2), ("S", "dc_150", 1)), technologies=technologies, connection_share=0.5
    )
    assert planned.stations["limit_kw"].iloc[:3].tolist() == [30 + 22, 44, 100]
    assert np.isnan(planned.stations.loc["S__dc_150", "limit_kw"])
    assert city.stations["limit_kw"].tolist() == [30, 44, 100]  # the old city stays as it is
    assert planned.limits is city.limits


def test_stations_that_are_made_have_no_connection_given(
    tmp_path: Path, technologies: dict[str, Technology], sites_settings: Sites
) -> None:
    folder = Path(shutil.copytree(CITIES / "toy", tmp_path / "toy"))
    rows = (folder / "stations.csv").read_text(encoding="utf-8").split()
    (folder / "stations.csv").write_text("\n".join([rows[0] + ",limit_kw", *(f"{row},30" for row in rows[1:])]))
    top_up = TopUp({"toy": 9}, 0.5, "lantern_11", "ac_22", 200.0, 500.0)
    city = read_city(
        folder, stock=Stock(top_up, "reported_2023"), sites=sites_settings, technologies=technologies
    )  # fmt: skip
    made = city.stations["origin"] == "synthetic"
    assert made.sum() == 3
    assert city.stations.loc[made, "limit_kw"].isna().all() and (city.stations.loc[~made, "limit_kw"] == 30).all()


def test_a_city_without_connections_has_no_column_of_them(toy_city: City) -> None:
    assert "limit_kw" not in toy_city.stations and "limit_kw" not in toy_city.sites and toy_city.limits.empty


def plan(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["site_id", "technology", "points_added"])


def test_a_plan_adds_points_to_a_station_or_builds_a_new_one(
    toy_city: City, technologies: dict[str, Technology]
) -> None:
    before = toy_city.stations.copy()
    table = plan(
        ("in_3_2", "lantern_11", 1), ("at_T1", "ac_22", 4), ("at_T1", "dc_150", 2), ("in_3_2", "lantern_11", 1)
    )
    planned = with_plan(toy_city, table, technologies=technologies)
    assert planned.stations["points"].to_dict() == {
        "T1": 6, "T2": 2, "T3": 1, "at_T1__dc_150": 2, "in_3_2__lantern_11": 2,
    }  # fmt: skip
    new = planned.stations.loc["in_3_2__lantern_11"]
    assert new.tolist() == ["in_3_2", "M", 391_400.0, 5_706_000.0, "lantern_11", 11.0, 2, "plan"]
    assert planned.stations["origin"].tolist() == ["register"] * 3 + ["plan"] * 2
    pd.testing.assert_frame_equal(toy_city.stations, before)  # the old city stays as it is
    assert planned.stations.dtypes.equals(before.dtypes)


def test_a_second_plan_extends_the_stations_of_the_first(toy_city: City, technologies: dict[str, Technology]) -> None:
    once = with_plan(toy_city, plan(("in_0_2", "ac_22", 2)), technologies=technologies)
    twice = with_plan(once, plan(("in_0_2", "ac_22", 2)), technologies=technologies)
    assert twice.stations.index.tolist() == ["T1", "T2", "T3", "in_0_2__ac_22"]
    assert twice.stations.loc["in_0_2__ac_22", "points"] == 4


def test_an_empty_plan_changes_nothing(toy_city: City, technologies: dict[str, Technology]) -> None:
    same = with_plan(toy_city, plan(), technologies=technologies)
    pd.testing.assert_frame_equal(same.stations, toy_city.stations)


def test_a_plan_for_nowhere_is_refused_with_all_its_faults(toy_city: City, technologies: dict[str, Technology]) -> None:
    with pytest.raises(DataError) as caught:
        with_plan(toy_city, plan(("at_T9", "ac_22", 2), ("at_T1", "ac_23", 0)), technologies=technologies)
    where = [problem.split(": ")[1:3] for problem in caught.value.problems]
    assert where == [["row 1", "site_id"], ["row 2", "technology"], ["row 2", "points_added"]]


@pytest.mark.parametrize(
    ("current", "power_kw", "name"),
    [
        ("AC", 3.7, "lantern_11"),
        ("AC", 15.5, "lantern_11"),  # sqrt(11 x 22) = 15.6 kW parts the two
        ("AC", 15.6, "ac_22"),
        ("AC", 43.0, "ac_22"),
        ("DC", 86.0, "dc_50"),  # sqrt(50 x 150) = 86.6 kW
        ("DC", 87.0, "dc_150"),
        ("DC", 400.0, "hpc_300"),
    ],
)
def test_a_station_gets_the_technology_of_its_current_that_is_nearest_in_power(
    technologies: dict[str, Technology], current: str, power_kw: float, name: str
) -> None:
    assert technology_of(current, power_kw, technologies) == name


def test_a_current_without_any_technology_is_named(technologies: dict[str, Technology]) -> None:
    slow = {name: kind for name, kind in technologies.items() if kind.current == "AC"}
    with pytest.raises(DataError, match="none is DC, but a station of 50 kW is"):
        technology_of("DC", 50.0, slow)


def test_values_in_configs_keep_their_bounds(technologies: dict[str, Technology], sites_settings: Sites) -> None:
    assert set(technologies) == {
        "lantern_11",
        "ac_22",
        "dc_50",
        "dc_150",
        "hpc_300",
        "shared_night_11",
        "time_shared_22",
    }
    assert [p for kind in technologies.values() for p in bounds_broken(kind)] == []
    assert all(kind.sizes == sorted(kind.sizes) for kind in technologies.values())
    assert bounds_broken(sites_settings) == []


def test_importing_the_city_loads_no_geometry() -> None:
    code = (
        "import sys, sim.city.city, sim.city.generated as g; print({'geopandas', 'shapely', 'pyproj'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_generated_city_has_the_size_asked_for_and_repeats_with_its_seed(
    generated_city: City, generated_bundle: Path, tmp_path: Path
) -> None:
    from sim.city.generated import generate_bundle

    assert (len(generated_city.cells), len(generated_city.districts), len(generated_city.stations)) == (100, 4, 8)
    again = generate_bundle(tmp_path / "again", cells=100, districts=4, stations=8, seed=1)
    other = generate_bundle(tmp_path / "other", cells=100, districts=4, stations=8, seed=2)
    for path in generated_bundle.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes()
    assert (other / "cells.csv").read_bytes() != (again / "cells.csv").read_bytes()


@pytest.mark.parametrize(("cells", "districts", "stations"), [(1, 1, 0), (7, 3, 2), (650, 12, 40)])
def test_generated_cities_of_any_size_can_be_read(
    tmp_path: Path,
    technologies: dict[str, Technology],
    sites_settings: Sites,
    cells: int,
    districts: int,
    stations: int,
) -> None:
    from sim.city.generated import generate_bundle

    folder = generate_bundle(tmp_path / "town", cells=cells, districts=districts, stations=stations, seed=3)
    city = read_city(folder, stock=AS_GIVEN, sites=sites_settings, technologies=technologies)
    assert (len(city.cells), len(city.districts), len(city.stations)) == (cells, districts, stations)
    np.testing.assert_allclose(
        city.cells.groupby("district_id")["residents"].sum(), city.districts["residents"], atol=0.06 * cells
    )
