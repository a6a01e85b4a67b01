from __future__ import annotations

import math

import pandas as pd
import pytest

from sim.economics.benchmarks import afir_power, north_south, plug_ins_per_point, points_per_10k
from sim.economics.settings import Economics
from sim.errors import DataError


def test_the_eu_yardstick_for_dortmund_in_2030_is_the_domain_papers(economics: Economics) -> None:
    # 46,000 x 1.3 + 14,000 x 0.8 = 59,800 + 11,200 = 71,000 kW, "70 MW"; 84 MW would be 1.18 times that
    row = afir_power(economics.benchmarks, bev=46000, phev=14000, installed_kw=84000).iloc[0]
    assert row["required_bev_kw"] == pytest.approx(59800)
    assert row["required_phev_kw"] == pytest.approx(11200)
    assert row["required_kw"] == pytest.approx(71000)
    assert row["ratio"] == pytest.approx(84 / 71)


def test_without_cars_nothing_is_required(economics: Economics) -> None:
    assert math.isnan(afir_power(economics.benchmarks, bev=0, phev=0, installed_kw=100)["ratio"].iloc[0])


@pytest.mark.parametrize(
    ("points", "value", "reading"),
    [
        (2564, 21.72, "below the band"),  # the demand paper's 2030 points for 43.5 + 12.2 thousand cars
        (2228, 25.0, "within the band"),
        (1000, 55.7, "above the band"),
        (0, math.nan, "no points"),
    ],
)
def test_cars_per_point_are_read_against_the_national_study(
    economics: Economics, points: int, value: float, reading: str
) -> None:
    row = plug_ins_per_point(economics.benchmarks, plug_ins=55700, points=points).iloc[0]
    assert row["cars_per_point"] == pytest.approx(value, abs=0.005, nan_ok=True)
    assert row["reading"] == reading
    assert row["study_cars_per_point"] == pytest.approx(31.92, abs=0.005)  # 16.6 M / 520,000


def test_points_per_resident_stand_beside_other_places(economics: Economics) -> None:
    own = pd.DataFrame(
        dict(title=["as it is", "plan"], points=[439, 2900], residents=[612065, 612065], stock=["2023", "plan"])
    )
    table = points_per_10k(economics.benchmarks, own)
    per_10k = table.set_index("title")["per_10k"]
    assert per_10k["as it is"] == pytest.approx(7.17, abs=0.005)
    assert per_10k["Germany"] == pytest.approx(19.36, abs=0.005)  # 161,686 / 83.5 M
    assert per_10k["Berlin"] == pytest.approx(18.29, abs=0.005)  # 6,895 / 3,769,962
    assert per_10k["Dortmund 2019"] == pytest.approx(2.23, abs=0.005)  # 131 / 587,000
    assert table["stock"].str.len().gt(0).all()


@pytest.mark.parametrize(
    ("residents", "priority", "elsewhere"),
    [
        # register of July 2019: 18 points in the north, 113 elsewhere
        ([185749.0, 385624.0], 0.97, 2.93),  # by postcodes, census 2011; domain paper, section 3
        ([223537.0, 388528.0], 0.81, 2.91),  # by the flags of the city bundle, residents 2023
    ],
)
def test_the_north_south_ratio_hangs_on_the_border_that_is_drawn(
    residents: list[float], priority: float, elsewhere: float
) -> None:
    districts = pd.DataFrame(
        dict(district_id=["north", "south"], points=[18, 113], residents=residents, priority_area=[True, False])
    )
    row = north_south(districts).iloc[0]
    assert row["priority_per_10k"] == pytest.approx(priority, abs=0.005)
    assert row["elsewhere_per_10k"] == pytest.approx(elsewhere, abs=0.005)
    assert row["ratio"] == pytest.approx(priority / elsewhere, abs=0.002)
    assert row["definition"].endswith("flagged: north")


def test_a_city_without_a_priority_area_has_no_ratio() -> None:
    districts = pd.DataFrame(
        dict(district_id=["a", "b"], points=[1, 2], residents=[1000.0, 1000.0], priority_area=[False, False])
    )
    row = north_south(districts).iloc[0]
    assert math.isnan(row["ratio"])
    assert row["elsewhere_per_10k"] == pytest.approx(15.0)
    assert row["definition"].endswith("flagged: none")


def test_negative_figures_are_refused_by_name(economics: Economics) -> None:
    with pytest.raises(DataError) as error:
        afir_power(economics.benchmarks, bev=-1, phev=1, installed_kw=math.nan)
    assert error.value.problems == [
        "afir_power: bev (-1) must be 0 or more",
        "afir_power: installed_kw (nan) must be 0 or more",
    ]
