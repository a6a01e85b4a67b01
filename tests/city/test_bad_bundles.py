"""Bundles spoilt in every way we could think of: each is refused, and the message names the file and the row or id."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.city.city import read_city
from sim.city.schema import CELLS, SITES, STATIONS
from sim.city.sites import Sites
from sim.city.stock import Stock
from sim.city.technology import Technology
from sim.errors import DataError

CITIES = Path(__file__).resolve().parents[2] / "scenarios" / "cities"
LINE = 3  # the line of the file that is spoilt: the second row of values
TABLES = {"cells.csv": CELLS, "stations.csv": STATIONS, "sites.csv": SITES}

# A case: a name, what spoils the folder, the file to be named, and words of which one must be named with it.
Case = tuple[str, Callable[[Path], None], str, tuple[str, ...]]


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write_rows(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def set_value(file: str, column: str, value: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        rows = rows_of(folder / file)
        rows[LINE - 1][rows[0].index(column)] = value
        write_rows(folder / file, rows)

    return spoil


def change_rows(file: str, change: Callable[[list[list[str]]], Any]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        rows = rows_of(folder / file)
        change(rows)
        write_rows(folder / file, rows)

    return spoil


def change_text(file: str, change: Callable[[str], str], encoding: str = "utf-8") -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_text(change(text), encoding=encoding)

    return spoil


def change_districts(change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        data = json.loads((folder / "districts.geojson").read_text(encoding="utf-8"))
        change(data)
        (folder / "districts.geojson").write_text(json.dumps(data), encoding="utf-8")

    return spoil


def set_property(name: str, value: Any) -> Callable[[Path], None]:
    return change_districts(lambda data: data["features"][1]["properties"].__setitem__(name, value))


def set_geometry(geometry: Any) -> Callable[[Path], None]:
    return change_districts(lambda data: data["features"][1].__setitem__("geometry", geometry))


def change_ring(change: Callable[[list[list[float]]], Any]) -> Callable[[Path], None]:
    def spoil(data: dict[str, Any]) -> None:
        ring = data["features"][1]["geometry"]["coordinates"]
        ring[0] = change(ring[0])

    return change_districts(spoil)


def drop_column(file: str, column: str) -> Callable[[Path], None]:
    def drop(rows: list[list[str]]) -> None:
        at = rows[0].index(column)
        for row in rows:
            del row[at]

    return change_rows(file, drop)


def in_columns(file: str, change: Callable[[float, float], tuple[float, float]]) -> Callable[[Path], None]:
    """Spoil x_m and y_m of all rows."""

    def move(rows: list[list[str]]) -> None:
        x, y = rows[0].index("x_m"), rows[0].index("y_m")
        for row in rows[1:]:
            row[x], row[y] = map(str, change(float(row[x]), float(row[y])))

    return change_rows(file, move)


def table_cases() -> Iterator[Case]:
    here = (f"row {LINE}",)
    for file, table in TABLES.items():
        key = table.key[0]
        for column in table.columns:
            if column.required:
                yield f"{file} without {column.name}", drop_column(file, column.name), file, (column.name,)
                yield f"{file} {column.name} empty", set_value(file, column.name, ""), file, here
            if column.dtype in ("number", "integer") and column.required:
                for value in ("many", "-7", "1,5", "1.234,5", "1,234", "nan", "inf", "1e999", "--3", "1_000", "12 m"):
                    yield f"{file} {column.name} {value}", set_value(file, column.name, value), file, here
        yield f"{file} id twice", change_rows(file, lambda rows: rows.append(list(rows[2]))), file, here
        yield f"{file} id blank", set_value(file, key, "   "), file, here
        yield f"{file} semicolons", change_text(file, lambda t: t.replace(",", ";")), file, ("semicolons",)
        yield f"{file} tabs", change_text(file, lambda t: t.replace(",", "\t")), file, ("tabs",)
        yield f"{file} UTF-16", change_text(file, str, encoding="utf-16"), file, ("UTF-8",)
        yield f"{file} Latin-1", change_text(file, lambda t: t + "ä", encoding="latin-1"), file, ("UTF-8",)
        yield f"{file} empty file", change_text(file, lambda t: ""), file, ("empty",)
        yield f"{file} open quote", change_text(file, lambda t: t + '"'), file, ("row",)
        yield f"{file} unquoted comma", change_rows(file, lambda rows: rows[LINE - 1].append("5")), file, here
        yield f"{file} short row", change_rows(file, lambda rows: rows[LINE - 1].pop()), file, here
        yield f"{file} column twice", change_rows(file, lambda rows: [r.append(r[0]) for r in rows]), file, (key,)
        yield f"{file} no header", change_rows(file, lambda rows: rows.pop(0)), file, ("header",)
        yield f"{file} a folder", folder_instead(file), file, ("cannot be read",)
        yield f"{file} in degrees", in_columns(file, lambda x, y: (7.4, 51.5)), file, ("degrees",)
        yield f"{file} swapped", in_columns(file, lambda x, y: (y, x)), file, ("swapped",)
        yield f"{file} zone in easting", in_columns(file, lambda x, y: (x + 32e6, y)), file, here
        yield f"{file} false easting", in_columns(file, lambda x, y: (x + 2.5e6, y)), file, here
        yield f"{file} one row far", set_value(file, "x_m", "399999"), file, here


def folder_instead(file: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).mkdir()

    return spoil


def more_cases() -> Iterator[Case]:
    here = (f"row {LINE}",)
    yield "unknown district", set_value("cells.csv", "district_id", "Mite"), "cells.csv", here
    yield "no district", set_value("cells.csv", "district_id", ""), "cells.csv", here
    yield (
        "cells header only",
        change_rows("cells.csv", lambda rows: rows.__delitem__(slice(1, None))),
        "cells.csv",
        ("no rows",),
    )
    yield (
        "sites header only",
        change_rows("sites.csv", lambda rows: rows.__delitem__(slice(1, None))),
        "sites.csv",
        ("no rows",),
    )
    yield "current three-phase", set_value("stations.csv", "current", "3AC"), "stations.csv", here
    yield "current lower case", set_value("stations.csv", "current", "ac"), "stations.csv", here
    yield "half a point", set_value("stations.csv", "points", "1.5"), "stations.csv", here
    yield "no point", set_value("stations.csv", "points", "0"), "stations.csv", here
    yield "no power", set_value("stations.csv", "power_kw", "0"), "stations.csv", here
    yield "power in watts", set_value("stations.csv", "power_kw", "22000"), "stations.csv", here
    yield "ambiguous points", set_value("stations.csv", "points", "5.000"), "stations.csv", here
    yield "no bays", set_value("sites.csv", "bays", "0"), "sites.csv", here
    yield "cells at one place", change_rows("cells.csv", same_place), "cells.csv", here
    yield "a cell's residents times 1000", change_rows("cells.csv", times_thousand), "cells.csv", ("district",)
    yield "weights all zero", change_rows("cells.csv", zero_weights), "cells.csv", ("visit_weight",)
    yield "weight negative", change_rows("cells.csv", negative_weight), "cells.csv", here
    yield "weight misspelt", change_rows("cells.csv", misspelt_weight), "cells.csv", ("visit_wieght",)
    yield "file misspelt", lambda f: shutil.move(f / "cells.csv", f / "cell.csv"), "cell.csv", ("cells.csv",)
    yield (
        "file in capitals",
        lambda f: shutil.move(f / "stations.csv", f / "Stations.CSV"),
        "Stations.CSV",
        ("stations.csv",),
    )
    for key, value in (("titel", "x"), ("title", 5), ("title", ""), ("cell_side_m", "200"), ("cell_side_m", -1),
                       ("cell_side_m", 2000), ("sources", "me"), ("synthetic", [1])):  # fmt: skip
        file = "cells.csv" if value == 2000 else "bundle.json"
        yield f"bundle.json {key} {value}", set_about(key, value), file, (key,)
    yield "bundle.json broken", change_text("bundle.json", lambda t: t[:-4]), "bundle.json", ("JSON",)
    yield "bundle.json a list", change_text("bundle.json", lambda t: "[]"), "bundle.json", ("object",)


def limit_cases() -> Iterator[Case]:
    here, file = (f"row {LINE}",), "limits.csv"
    for column in ("station_id", "from_hour", "limit_share"):
        yield f"{file} without {column}", drop_column(file, column), file, (column,)
        yield f"{file} {column} empty", set_value(file, column, ""), file, here
    for column, value in (("from_hour", "168"), ("from_hour", "-1"), ("from_hour", "7.5"), ("from_hour", "noon"),
                          ("limit_share", "1.5"), ("limit_share", "-0.1"), ("limit_share", "nan"),
                          ("limit_share", "50 %"), ("limit_share", "0,5")):  # fmt: skip
        yield f"{file} {column} {value}", set_value(file, column, value), file, here
    yield f"{file} unknown station", set_value(file, "station_id", "T99"), file, here
    yield f"{file} hour twice", change_rows(file, lambda rows: rows.append(list(rows[2]))), file, here
    yield f"{file} never any power", change_rows(file, no_power), file, ("0 in every row",)
    yield f"{file} without stations", lambda folder: (folder / "stations.csv").unlink(), file, ("unknown station",)
    yield f"{file} misspelt", lambda f: shutil.move(f / file, f / "limit.csv"), "limit.csv", (file,)
    for table in ("stations.csv", "sites.csv"):
        for value in ("", "0", "-22", "ample", "nan", "22,5"):
            yield f"{table} limit_kw {value}", change_rows(table, limits_of(value)), table, here
        yield f"{table} limit_kw misspelt", change_rows(table, limits_of("50", "limit_kv")), table, ("limit_kw",)


def no_power(rows: list[list[str]]) -> None:
    at = rows[0].index("limit_share")
    for row in rows[1:]:
        row[at] = "0"


def limits_of(value: str, name: str = "limit_kw") -> Callable[[list[list[str]]], None]:
    def add(rows: list[list[str]]) -> None:
        for n, row in enumerate(rows):
            row.append((value if n == LINE - 1 else "44") if n else name)

    return add


def same_place(rows: list[list[str]]) -> None:
    for name in ("x_m", "y_m"):
        at = rows[0].index(name)
        rows[LINE - 1][at] = rows[LINE - 2][at]


def times_thousand(rows: list[list[str]]) -> None:
    at = rows[0].index("residents")
    rows[LINE - 1][at] = str(float(rows[LINE - 1][at]) * 1000)


def zero_weights(rows: list[list[str]]) -> None:
    for n, row in enumerate(rows):
        row.append("0" if n else "visit_weight")


def negative_weight(rows: list[list[str]]) -> None:
    for n, row in enumerate(rows):
        row.append(("-1" if n == LINE - 1 else "1") if n else "visit_weight_retail")


def misspelt_weight(rows: list[list[str]]) -> None:
    for n, row in enumerate(rows):
        row.append("1" if n else "visit_wieght")


def set_about(key: str, value: Any) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        about = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
        (folder / "bundle.json").write_text(json.dumps(about | {key: value}), encoding="utf-8")

    return spoil


def district_cases() -> Iterator[Case]:
    file, here = "districts.geojson", ("feature 2",)
    yield "no districts file", lambda folder: (folder / file).unlink(), file, ("cannot be read",)
    yield "districts a folder", folder_instead(file), file, ("cannot be read",)
    yield "districts empty file", change_text(file, lambda t: ""), file, ("row 1",)
    yield "districts not JSON", change_text(file, lambda t: "hello"), file, ("row 1",)
    yield "districts cut off", change_text(file, lambda t: t[: len(t) // 2]), file, ("row",)
    yield "districts UTF-16", change_text(file, str, encoding="utf-16"), file, ("UTF-8",)
    yield "districts a list", change_text(file, lambda t: "[]"), file, ("features",)
    yield "districts nested without end", change_text(file, lambda t: "[" * 100_000), file, ("GeoJSON",)
    yield "no features", change_districts(lambda d: d.__setitem__("features", [])), file, ("no districts",)
    yield "features missing", change_districts(lambda d: d.pop("features")), file, ("features",)
    yield "feature is a number", change_districts(lambda d: d["features"].__setitem__(1, 5)), file, here
    yield "no properties", change_districts(lambda d: d["features"][1].pop("properties")), file, here
    for name in ("district_id", "name", "residents"):
        yield (
            f"district without {name}",
            change_districts(lambda d, name=name: d["features"][1]["properties"].pop(name)),
            file,
            here,
        )
        yield (
            f"all districts without {name}",
            change_districts(lambda d, name=name: [f["properties"].pop(name) for f in d["features"]]),
            file,
            (name,),
        )
        yield f"district {name} null", set_property(name, None), file, here
        yield f"district {name} a list", set_property(name, [1]), file, here
    for value in (-1, "many", "5,5", "5.000", "5.000,5", True, float("nan"), float("inf"), 1e12):
        yield f"district residents {value}", set_property("residents", value), file, here
    for value in (0, -1, "", "a lot", "13,76", 1e4, 1e-4):
        yield f"district area {value}", set_property("area_km2", value), file, here
    for value in ("maybe", 2, None, "ja"):
        yield f"priority area {value}", set_property("priority_area", value), file, here
    yield (
        "district id twice",
        change_districts(
            lambda d: d["features"][1]["properties"].__setitem__(
                "district_id", d["features"][0]["properties"]["district_id"]
            )
        ),
        file,
        here,
    )
    yield (
        "nobody lives there",
        change_districts(lambda d: [f["properties"].__setitem__("residents", 0) for f in d["features"]]),
        file,
        ("residents",),
    )
    yield "district residents not those of its cells", set_property("residents", 9e6), "cells.csv", ("district",)

    yield (
        "crs metres",
        change_districts(
            lambda d: d.__setitem__("crs", {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}})
        ),
        file,
        ("crs",),
    )
    yield "crs not an object", change_districts(lambda d: d.__setitem__("crs", "EPSG:3857")), file, ("crs",)
    yield "swapped degrees", change_ring(lambda ring: [[y, x] for x, y in ring]), file, here
    yield "metres for degrees", change_ring(lambda ring: [[x * 5e4, y * 1e5] for x, y in ring]), file, here
    yield "other continent", change_ring(lambda ring: [[x - 90, y] for x, y in ring]), file, here
    yield "bow tie", change_ring(lambda ring: [ring[0], ring[2], ring[1], ring[3], ring[0]]), file, here
    yield "two corners", change_ring(lambda ring: ring[:2]), file, here
    yield "one corner", change_ring(lambda ring: ring[:1]), file, here
    yield "no corner", change_ring(lambda ring: []), file, here
    yield "a line", change_ring(lambda ring: [ring[0], ring[1], ring[0], ring[0]]), file, here
    yield "texts as coordinates", change_ring(lambda ring: [["7.4", "51.5"]] * 4), file, here
    yield "null coordinates", change_ring(lambda ring: [[None, 51.5]] * 4), file, here
    yield "NaN coordinates", change_ring(lambda ring: [[float("nan"), 51.5], *ring[1:]]), file, here
    yield "uneven coordinates", change_ring(lambda ring: [[7.4], *ring[1:]]), file, here
    yield "flat coordinates", change_ring(lambda ring: [7.4, 51.5, 7.5]), file, here
    yield "coordinates a number", set_geometry({"type": "Polygon", "coordinates": 5}), file, here
    yield "no coordinates", set_geometry({"type": "Polygon"}), file, here
    yield "no geometry", set_geometry(None), file, here
    yield "a point", set_geometry({"type": "Point", "coordinates": [7.4, 51.5]}), file, here
    yield "a line string", set_geometry({"type": "LineString", "coordinates": [[7.4, 51.5], [7.5, 51.5]]}), file, here
    yield "unknown geometry", set_geometry({"type": "Circle", "coordinates": [7.4, 51.5]}), file, here
    yield "geometry a text", set_geometry("POLYGON ((0 0, 1 0, 1 1, 0 0))"), file, here
    yield (
        "overlap: same polygon",
        change_districts(lambda d: d["features"][1].__setitem__("geometry", d["features"][0]["geometry"])),
        file,
        ("overlap",),
    )
    yield "overlap: shifted east", change_ring(lambda ring: [[x - 0.003, y] for x, y in ring]), file, ("overlap",)


CASES = [*table_cases(), *limit_cases(), *more_cases(), *district_cases()]
# a third of them on a generated city, where numbers are not whole and rows are many; all on the toy, through the
# command, in tests/app/test_bad_cities.py
SPOILT = [("generated", *case) for case in CASES[::3]]


@pytest.fixture
def bundle(request: pytest.FixtureRequest, tmp_path: Path, generated_bundle: Path) -> Path:
    """A sound bundle with all its files, to be spoilt."""
    return with_every_file(CITIES / "toy" if request.param == "toy" else generated_bundle, tmp_path / "town")


def with_every_file(source: Path, folder: Path) -> Path:
    """A copy of a bundle, with sites at four of its cells, and limits of its first station by hour."""
    shutil.copytree(source, folder)
    rows = rows_of(folder / "cells.csv")
    x, y = rows[0].index("x_m"), rows[0].index("y_m")
    sites = [[f"S{n}", row[x], row[y], "8"] for n, row in enumerate(rows[1:5], start=1)]
    write_rows(folder / "sites.csv", [["site_id", "x_m", "y_m", "bays"], *sites])
    stations = rows_of(folder / "stations.csv")
    first = stations[1][stations[0].index("station_id")]
    limits = [[first, "17", "0.5"], [first, "21", "1"]]
    write_rows(folder / "limits.csv", [["station_id", "from_hour", "limit_share"], *limits])
    return folder


def test_there_are_at_least_140_ways_each_with_a_name_of_its_own() -> None:
    names = [name for name, *_ in CASES]
    assert len(names) == len(set(names)) >= 140


@pytest.mark.parametrize("bundle", ["toy", "generated"], indirect=True)
def test_the_bundle_is_sound_before_it_is_spoilt(
    bundle: Path, technologies: dict[str, Technology], sites_settings: Sites
) -> None:
    city = read_city(bundle, stock=Stock(top_up=None, name="as_given"), sites=sites_settings, technologies=technologies)
    assert set(city.sites["origin"]) == {"given", "station"}


@pytest.mark.parametrize(
    ("bundle", "spoil", "file", "words"),
    [(town, *case) for town, _, *case in SPOILT],
    ids=[f"{town}: {name}" for town, name, *_ in SPOILT],
    indirect=["bundle"],
)
def test_a_spoilt_bundle_is_refused_with_file_and_row(
    bundle: Path,
    spoil: Callable[[Path], None],
    file: str,
    words: tuple[str, ...],
    technologies: dict[str, Technology],
    sites_settings: Sites,
) -> None:
    spoil(bundle)
    with pytest.raises(DataError) as caught:
        read_city(bundle, stock=Stock(top_up=None, name="as_given"), sites=sites_settings, technologies=technologies)
    problems = caught.value.problems
    assert any(p.startswith(f"{file}: ") and any(word in p for word in words) for p in problems), problems
    assert all(";" in p or "did you mean" in p or "known are" in p for p in problems), problems  # says what to do
