"""The stock: as given, or topped up to a reported total."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.city.city import City, read_city
from sim.city.sites import Sites
from sim.city.stock import STOCKS, Stock, TopUp, _spread
from sim.city.technology import Technology
from sim.errors import DataError, UnknownName
from sim.parameter import bounds_broken

CITIES = Path(__file__).resolve().parents[2] / "scenarios" / "cities"
TOP_UP = TopUp(
    points_total={"toy": 12},
    lantern_share=0.75,
    lantern_technology="lantern_11",
    kerbside_technology="ac_22",
    lantern_spacing_m=200,
    kerbside_spacing_m=500,
)


def topped_up(city: City, technologies: dict[str, Technology], **changes: object) -> pd.DataFrame:
    """What `reported_2023` makes of the stations of a city."""
    settings = Stock(top_up=dataclasses.replace(TOP_UP, **changes), name="reported_2023")  # type: ignore[arg-type]
    return STOCKS["reported_2023"]("toy", city.stations, city.cells, settings, technologies)[0]


def test_toy_is_topped_up_as_worked_by_hand(toy_city: City, technologies: dict[str, Technology]) -> None:
    # 5 points stand there, 7 are added: 75 % are 5.25, so 5 lanterns, and 1 kerbside station of 2 points.
    # Dwellings in larger houses: 1_1 240, 0_1 220, 1_0 and 1_2 200 each, 0_0 180, 0_2 160, column 2 and 3 60 each.
    # Kerbside, 500 m from all stations (cells are 400 m wide): 1_1 is beside T2, 0_1 and 1_0 beside T1; 1_2 is free.
    # Lanterns, 200 m from all: the other cells in order of weight, without 0_0, where T1 stands.
    stock = topped_up(toy_city, technologies)
    added = stock[stock["origin"] == "synthetic"]
    cells = toy_city.cells.reset_index().set_index(["x_m", "y_m"])["cell_id"]
    at = [cells[place] for place in zip(added["x_m"], added["y_m"], strict=True)]
    assert list(zip(added.index, at, strict=True)) == [
        ("kerbside_001", "1_2"),
        ("lantern_001", "1_1"),
        ("lantern_002", "0_1"),
        ("lantern_003", "1_0"),
        ("lantern_004", "0_2"),
        ("lantern_005", "2_0"),
    ]
    assert added["points"].tolist() == [2, 1, 1, 1, 1, 1]
    assert added["technology"].tolist() == ["ac_22"] + ["lantern_11"] * 5
    assert added["power_kw"].tolist() == [22.0] + [11.0] * 5
    assert stock["points"].sum() == 12


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("total", [5, 6, 40])
def test_the_reported_total_is_met_exactly(
    toy_city: City, technologies: dict[str, Technology], share: float, total: int
) -> None:
    stock = topped_up(toy_city, technologies, points_total={"toy": total}, lantern_share=share)
    assert stock["points"].sum() == total
    assert stock.index.is_unique


def test_when_no_room_is_left_the_cells_are_used_again() -> None:
    xy, weight = np.array([[0.0, 0.0], [500.0, 0.0], [600.0, 0.0]]), np.array([1.0, 3.0, 2.0])
    # first pass: row 2 is occupied and row 1 within 200 m of it, so only row 0; then from the start: 1, 0; again: 1
    rows = _spread(xy, weight, 4, spacing_m=200, occupied=np.array([[600.0, 0.0]]))
    assert rows.tolist() == [0, 1, 0, 1]


def test_residents_stand_in_where_no_larger_houses_are_known(
    toy_city: City, technologies: dict[str, Technology]
) -> None:
    unknown = dataclasses.replace(toy_city, cells=toy_city.cells.assign(dwellings_7_12=0.0, dwellings_13_plus=0.0))
    stock = topped_up(unknown, technologies, lantern_share=1.0, points_total={"toy": 6})
    # 1_1 has the most residents, 600, and is at (390600, 5705600)
    assert stock.loc["lantern_001", ["x_m", "y_m"]].tolist() == [390_600.0, 5_705_600.0]


def test_a_total_below_the_register_is_refused(toy_city: City, technologies: dict[str, Technology]) -> None:
    with pytest.raises(DataError, match=r"points_total.toy \(4\) is less than the 5 points"):
        topped_up(toy_city, technologies, points_total={"toy": 4})


def test_a_city_without_a_reported_total_keeps_its_stations(
    toy_city: City, technologies: dict[str, Technology]
) -> None:
    stock = topped_up(toy_city, technologies, points_total={"dortmund": 439})
    pd.testing.assert_frame_equal(stock, toy_city.stations)


def test_topping_up_needs_its_settings_and_a_known_technology(
    toy_city: City, technologies: dict[str, Technology]
) -> None:
    with pytest.raises(DataError, match="top_up: is not given"):
        STOCKS["reported_2023"]("toy", toy_city.stations, toy_city.cells, Stock(None, "reported_2023"), technologies)
    with pytest.raises(UnknownName, match="did you mean 'lantern_11'"):
        topped_up(toy_city, technologies, lantern_technology="lantern_12")


def test_dortmund_has_131_points_in_the_register_and_439_reported(
    dortmund: City, technologies: dict[str, Technology], sites_settings: Sites
) -> None:
    register = read_city(
        CITIES / "dortmund",
        stock=Stock(top_up=None, name="register_2019"),
        sites=sites_settings,
        technologies=technologies,
    )
    assert len(register.stations) == 68
    assert register.stations["points"].sum() == 131
    assert register.stations.groupby("technology")["points"].sum().to_dict() == {"ac_22": 123, "dc_50": 8}
    by_origin = dortmund.stations.groupby(["origin", "technology"])["points"].sum().to_dict()
    # 308 added: 75 % are 231 lanterns; 77 are left: 38 kerbside stations of 2 and one more lantern
    assert by_origin == {
        ("register", "ac_22"): 123,
        ("register", "dc_50"): 8,
        ("synthetic", "ac_22"): 76,
        ("synthetic", "lantern_11"): 232,
    }
    assert any("308 of 439 points" in sentence for sentence in dortmund.synthetic)
    assert not any("points were added" in sentence for sentence in register.synthetic)


def test_added_points_in_dortmund_stand_at_larger_houses_and_keep_their_distance(dortmund: City) -> None:
    houses = dortmund.cells.set_index(["x_m", "y_m"])[["dwellings_7_12", "dwellings_13_plus"]].sum(axis=1)
    added = dortmund.stations[dortmund.stations["origin"] == "synthetic"]
    assert (houses.loc[list(zip(added["x_m"], added["y_m"], strict=True))] > 0).all()
    x, y = dortmund.stations["x_m"].to_numpy(), dortmund.stations["y_m"].to_numpy()
    lantern = (dortmund.stations["technology"] == "lantern_11").to_numpy()
    away = np.hypot(x[lantern][:, None] - x, y[lantern][:, None] - y)
    away[np.arange(lantern.sum()), np.flatnonzero(lantern)] = np.inf
    assert away.min() >= 199.9  # 200 m grid, metric to a decimetre


def test_bounds_of_a_top_up_are_checked() -> None:
    bad = Stock(top_up=dataclasses.replace(TOP_UP, lantern_share=1.5, points_total={"toy": -1}), name="reported_2023")
    assert [p.split(" ")[0] for p in bounds_broken(bad)] == ["top_up.points_total", "top_up.lantern_share"]
