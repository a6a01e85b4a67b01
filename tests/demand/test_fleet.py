"""Cars, parking and electric cars by cell, worked by hand for a few cells."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from sim.city.city import City
from sim.demand.expected import expected_demand
from sim.demand.fleet import (
    calibrated_shift,
    cells_with_cars,
    ev_by_cell,
    in_year,
    logistic,
    residents_by_size,
    residents_within,
)
from sim.demand.vocabulary import BUILDING_SIZES
from sim.errors import DataError


def small_city(residents, dwellings, x_m=None, name="hamlet"):
    """One district of cells in a row, 1 km apart unless placed otherwise."""
    n = len(residents)
    cells = pd.DataFrame(dwellings, columns=list(BUILDING_SIZES)).assign(
        district_id="1", x_m=x_m or [1000.0 * i for i in range(n)], y_m=0.0, side_m=200.0, residents=residents
    )
    cells.index = pd.Index([f"c{i}" for i in range(n)], name="cell_id")
    districts = pd.DataFrame(dict(name=["one"], residents=[sum(residents)]), index=["1"])
    return City(name, name, "none", districts, cells, pd.DataFrame(), pd.DataFrame(), None, (), ())


def test_residents_are_shared_out_by_dwellings_times_persons(demand):
    """10 x 1.29 x 2.5 = 32.25 and 20 x 1.85 = 37 persons: 100 residents split 46.570 to 53.430."""
    city = small_city([100.0], [[10, 0, 20, 0, 0]])
    assert residents_by_size(city.cells, demand)[0] == pytest.approx([46.5704, 0, 53.4296, 0, 0], abs=1e-4)


def test_a_cell_without_dwellings_takes_the_mix_of_the_city(demand):
    city = small_city([100.0, 50.0], [[10, 0, 20, 0, 0], [0, 0, 0, 0, 0]])
    first, second = residents_by_size(city.cells, demand)
    assert second == pytest.approx(first / 2)


def test_a_city_without_any_dwellings_lives_in_other_buildings(demand):
    city = small_city([100.0], [[0, 0, 0, 0, 0]])
    assert residents_by_size(city.cells, demand)[0] == pytest.approx([0, 0, 0, 0, 100])


def test_residents_within_a_radius_agree_with_looking_at_every_pair():
    rng = np.random.default_rng(3)
    cells = pd.DataFrame(dict(x_m=rng.random(700) * 5000, y_m=rng.random(700) * 5000, residents=rng.random(700)))
    xy, people = cells[["x_m", "y_m"]].to_numpy(), cells["residents"].to_numpy()
    pairs = ((xy[:, None] - xy) ** 2).sum(axis=2) <= 600.0**2
    assert residents_within(cells, 600.0) == pytest.approx(pairs @ people)


def test_the_share_without_own_parking_meets_the_city_mean(demand, dortmund):
    table = cells_with_cars(dortmund, demand)
    mean = (table["cars"] * table["no_parking_share"]).sum() / table["cars"].sum()
    assert mean == pytest.approx(demand.parking.city_mean, abs=1e-9)
    assert table["cars"].sum() == pytest.approx(298_000)


def test_denser_cells_have_fewer_own_places_by_the_logit_given(demand):
    """Two cells of one kind, 400 and 100 residents: logits differ by 0.6 ln 4 wherever the calibration shifts them."""
    table = cells_with_cars(small_city([400.0, 100.0], [[0, 10, 0, 0, 0]] * 2), demand)
    dense, sparse = (math.log(share / (1 - share)) for share in table["no_parking_share"])
    assert dense - sparse == pytest.approx(0.6 * math.log(4))


def test_the_shift_makes_the_weighted_mean():
    logit, weight = np.array([-2.0, 0.0, 1.0]), np.array([1.0, 2.0, 3.0])
    shift = calibrated_shift(logit, weight, 0.3)
    assert (logistic(logit + shift) @ weight) / 6 == pytest.approx(0.3)


def test_a_city_not_listed_has_cars_and_commuters_by_its_residents(demand, changed):
    city = small_city([2000.0], [[0, 100, 0, 0, 0]])
    assert cells_with_cars(city, demand)["cars"].sum() == pytest.approx(0.487 * 2000)
    without = changed(demand, {"inbound.commuters_per_resident": 0.0})
    some, none = (expected_demand(city, d, year=2030, path="mid").energy_kwh.sum() for d in (demand, without))
    assert some > none


def test_the_toy_city_does_not_get_the_cars_of_dortmund(toy_city, demand):
    expected = expected_demand(toy_city, demand, year=2030, path="mid")
    residents = toy_city.cells["residents"].sum()
    assert expected.cells["cars"].sum() == pytest.approx(0.487 * residents)
    assert 5 < expected.requests_per_day.sum() / residents * 1000 < 15  # Dortmund: 9.7 per 1,000 residents


def test_a_city_without_residents_is_refused(demand):
    with pytest.raises(DataError, match="residents: no cell has any"):
        cells_with_cars(small_city([0.0], [[1, 0, 0, 0, 0]]), demand)


def test_electric_cars_go_where_the_owners_are():
    """100 cars all with own parking, 100 all without at uptake 0.5: 30 BEV split 20 to 10."""
    ev = ev_by_cell(np.array([100.0, 100.0]), np.array([0.0, 1.0]), bev=30, nopark_uptake=0.5)
    assert ev == pytest.approx(np.array([[20.0, 0.0], [0.0, 10.0]]))


def test_no_cell_passes_95_percent_and_the_rest_goes_elsewhere():
    """150 BEV would be 100 and 50; the first cell is full at 95, the second takes 55."""
    ev = ev_by_cell(np.array([100.0, 100.0]), np.array([0.0, 1.0]), bev=150, nopark_uptake=0.5)
    assert ev.sum(axis=1) == pytest.approx([95.0, 55.0])


def test_more_electric_cars_than_cars_are_refused():
    with pytest.raises(DataError, match="96 BEV for 100 cars"):
        ev_by_cell(np.array([100.0]), np.array([0.5]), bev=96, nopark_uptake=0.5)


def test_a_cell_without_residents_has_no_cars(demand):
    table = cells_with_cars(small_city([100.0, 0.0], [[1, 0, 0, 0, 0]] * 2), demand)
    assert table["cars"].tolist()[1] == 0 and table["no_parking_share"].tolist()[1] == 0


def test_values_between_two_years_are_linear():
    assert in_year({2025: 1.0, 2030: 2.0}, 2027) == pytest.approx(1.4)
    assert in_year({2030: 2.0, 2025: 1.0}, 2030) == 2.0


def test_other_residents_move_requests(dortmund, demand):
    cells = dortmund.cells.copy()
    inner = cells["district_id"] == "01"
    cells.loc[inner, "residents"] *= 2
    grown = dataclasses.replace(dortmund, cells=cells)
    before, after = (expected_demand(c, demand, year=2030, path="mid") for c in (dortmund, grown))
    mine = inner.to_numpy()
    share = [e.requests_per_day[mine, 0].sum() / e.requests_per_day[:, 0].sum() for e in (before, after)]
    assert share[1] > 1.5 * share[0]
