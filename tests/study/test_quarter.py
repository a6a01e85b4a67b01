"""A quarter cut out of a city: its own people, sites and demand, and nothing else."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.city.city import City
from sim.demand.expected import expected_demand
from sim.demand.settings import Demand
from sim.errors import DataError
from sim.planning.plan import Certificate, Plan
from sim.study.levers import levers_table
from sim.study.quarter import Quarter, cut_out, quarter_problems
from tests.demand.conftest import read_settings


def quarter(**changes):
    values = dict(levers={}, title="Kreuzviertel", x_m=392_800.0, y_m=5_706_950.0, radius_m=700.0, replications=2)
    return Quarter(**(values | changes))


@pytest.fixture(scope="module")
def cut(dortmund: City):
    told = {2030: expected_demand(dortmund, read_settings(Demand, "demand/default.yaml"), year=2030, path="mid")}
    return told, *cut_out(quarter(), dortmund, told)


def test_a_quarter_keeps_the_demand_that_the_city_says_it_has(cut, dortmund: City):
    told, city, demand_of = cut
    rows = dortmund.cells.index.get_indexer(city.cells.index)
    assert len(rows) == len(city.cells) > 30  # some 38 cells of 200 m fit into a circle of 700 m
    assert demand_of[2030].cells.equals(told[2030].cells.iloc[rows])
    assert demand_of[2030].requests_per_day.sum() == pytest.approx(told[2030].requests_per_day[rows].sum())


def test_a_quarter_has_its_own_residents_sites_and_stations_and_says_so(cut, dortmund: City):
    _, city, _ = cut
    assert city.title == "Kreuzviertel"
    assert city.districts["residents"].sum() == pytest.approx(city.cells["residents"].sum())
    assert set(city.districts.index) == set(city.cells["district_id"])
    for table in (city.sites, city.stations):
        assert (np.hypot(table["x_m"] - 392_800, table["y_m"] - 5_706_950) <= 700).all()
        assert set(table["district_id"]) <= set(city.districts.index)
    assert set(city.stations["site_id"]) <= set(city.sites.index)
    assert 0 < len(city.stations) < len(dortmund.stations)
    assert city.synthetic[-1].startswith("quarter: only the cells within 700 m")
    assert list(city.outlines.index) == list(city.districts.index)


def test_without_a_radius_it_is_the_whole_city(dortmund: City):
    city, demand_of = cut_out(quarter(radius_m=0.0), dortmund, {})
    assert city is dortmund
    assert demand_of == {}


def test_a_quarter_where_nobody_lives_is_refused(dortmund: City):
    with pytest.raises(
        DataError, match=r"quarter\.x_m, quarter\.y_m: nobody lives within 700 m of \(0, 0\) in Dortmund"
    ):
        cut_out(quarter(x_m=0.0, y_m=0.0), dortmund, {})


def test_levers_name_technologies_that_there_are(technologies):
    found = list(quarter_problems(quarter(levers={"lamps": ["lantern11"], "none": []}), technologies))
    assert found[0].startswith("quarter.levers.lamps: unknown technology 'lantern11', did you mean 'lantern_11'")
    assert found[1] == "quarter.levers.none is empty; name at least one technology"


def plan_of(points, bays_lost, capex_eur):
    table = pd.DataFrame(
        dict(site_id=["s"], phase=[2030], points_added=[points], bays_lost=[bays_lost], capex_eur=[capex_eur])
    )
    promise = pd.DataFrame(dict(phase=[2030], energy_kwh=[500.0]))
    return Plan(table.iloc[: 1 if points else 0], promise, Certificate(1.0, 1.0, 0.0, "", "optimal", True))


def test_levers_are_measured_against_the_first_week_by_week():
    plans = {"as_is": plan_of(0, 0, 0), "columns": plan_of(4, 4.0, 30_000.0), "lanterns": plan_of(6, 0.0, 24_000.0)}
    served = {"as_is": np.array([100.0, 200]), "columns": np.array([400.0, 500]), "lanterns": np.array([450.0, 550])}
    levers = {"columns": ["ac_22"], "lanterns": ["ac_22", "lantern_11"]}
    rows = levers_table(plans, served, levers, need_kwh=1000.0, year=2030).set_index("lever")
    assert rows["served_share"].tolist() == pytest.approx([0.15, 0.45, 0.5])
    # week by week the same 50 kWh more: the interval has no width although the weeks differ by 100 kWh
    assert rows.loc["lanterns", ["difference", "difference_low", "difference_high"]].tolist() == pytest.approx(
        [0.05] * 3
    )
    assert rows.loc["columns", "difference"] == 0
    # 30,000 EUR for 300 kWh a week more than as it is, 24,000 for 350
    assert rows["eur_per_kwh_week"].tolist()[1:] == pytest.approx([100.0, 24_000 / 350])
    assert rows["bays_lost"].tolist() == [0.0, 4.0, 0.0]


def test_without_levers_there_is_nothing_to_compare(dortmund: City):
    from sim.study.levers import compare_levers

    nothing = SimpleNamespace()
    table = compare_levers(
        dortmund, quarter(), nothing, year=2030, experiment=nothing, progress=lambda text: None, done=lambda: None
    )
    assert table.empty
