"""Parking pressure by hand: given first, then that of the cell, else made from residents and houses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.city.city import City
from sim.city.parking import parking_pressure, synthetic_pressure
from sim.city.schema import DWELLINGS
from sim.city.sites import propose_shared
from tests.city.test_sites import SETTINGS

# 0.5 cars a resident; 0.2 of those in small houses and 0.6 of those in large ones park in the street; 3,000 bays/km2


def cells(**columns):
    """Two cells of 200 m, 200 m apart: 400 residents in large houses, and 100 in small ones; a third is empty."""
    table = pd.DataFrame(dict(x_m=[0.0, 200.0, 5000.0], y_m=0.0, side_m=200.0, residents=[400.0, 100.0, 0.0]))
    houses = pd.DataFrame(0.0, index=table.index, columns=list(DWELLINGS))
    houses["dwellings_13_plus"] = [200.0, 0.0, 0.0]
    houses["dwellings_1_2"] = [0.0, 40.0, 0.0]
    return table.join(houses).assign(district_id="A", **columns).set_index(pd.Index(["a", "b", "c"], name="cell_id"))


def place(x_m, **columns):
    return pd.DataFrame(dict(x_m=[x_m], y_m=[0.0], **columns), index=pd.Index(["s"], name="site_id"))


def test_cars_in_the_street_over_bays_by_hand():
    # within 250 m of x = 0 are both cells: 400 x 0.5 x 0.6 + 100 x 0.5 x 0.2 = 130 cars, 2 x 0.04 km2 x 3,000 = 240
    assert synthetic_pressure(cells(), place(0.0), settings=SETTINGS) == pytest.approx([130 / 240])
    near = replace(SETTINGS, pressure_radius_m=100)
    assert synthetic_pressure(cells(), place(0.0), settings=near) == pytest.approx([120 / 120])


def test_where_nobody_lives_nobody_looks_for_a_bay():
    assert synthetic_pressure(cells(), place(5000.0), settings=SETTINGS).tolist() == [0.0]


def test_what_is_given_for_the_site_counts_before_the_cell_and_that_before_the_formula():
    def of(table, where):
        return parking_pressure(table, where, settings=SETTINGS).iloc[0].tolist()

    given = cells(parking_pressure=[1.5, np.nan, np.nan])
    assert of(given, place(10.0, parking_pressure=[0.7])) == [0.7, "given"]
    assert of(given, place(10.0, parking_pressure=[np.nan])) == [1.5, "given"]
    assert of(given, place(190.0)) == [pytest.approx(130 / 240), "synthetic"]


def test_every_site_of_a_city_has_a_pressure_and_says_whose_it_is(dortmund: City):
    assert (dortmund.sites["parking_pressure"] >= 0).all()
    assert set(dortmund.sites["pressure_origin"]) == {"synthetic"}
    assert set(dortmund.sites["kind"]) == {"kerb"}
    assert any(sentence.startswith("parking pressure: ") for sentence in dortmund.synthetic)
    # the inner city has more cars for a bay than the outskirts
    by_district = dortmund.sites.groupby("district_id")["parking_pressure"].mean()
    assert by_district["01"] > 2 * by_district["10"]


def test_lanterns_and_car_parks_are_proposed_where_people_live_and_only_if_asked_for():
    assert propose_shared(cells(), settings=SETTINGS).empty
    some = propose_shared(cells(), settings=replace(SETTINGS, lantern_spacing_m=200, private_spacing_m=300))
    assert some[["kind", "bays", "hosts_dc"]].to_numpy().tolist() == [
        ["lantern", 4, False], ["lantern", 4, False], ["private", 12, False]
    ]  # fmt: skip
    assert some.index.tolist() == ["lantern_a", "lantern_b", "private_a"]
