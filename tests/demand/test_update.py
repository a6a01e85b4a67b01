"""What counted sessions teach: conjugate updates by hand, pooling over districts, honest intervals."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from sim.city.city import City
from sim.demand.expected import expected_demand
from sim.demand.requests import USE_CASES
from sim.demand.settings import Demand
from sim.demand.update import learnt_factors, rescaled, updated

CLASSES = {"slow": ("kerbside", "destination", "work"), "retail": ("retail",), "hub": ("hub",)}


def counts(*rows: tuple[str, int, float]) -> pd.DataFrame:
    """Rows of district, sessions, expected; slow charging."""
    return pd.DataFrame([("slow", *row) for row in rows], columns=["class_name", "district_id", "sessions", "expected"])


def test_counts_are_added_to_the_shape_and_the_exposure_to_the_rate() -> None:
    # coefficient of variation 0.5: shape and rate 4; 30 counted where 20 were expected: (4 + 30) / (4 + 20)
    assert updated(4.0, 4.0, counted=30, expected=20.0) == (34.0, 24.0)


def test_one_district_of_a_city_that_is_known_follows_the_conjugate_law() -> None:
    # city factor as good as 1, shape 1 (cv 1): 0 counted, 1 expected leaves an exponential law of rate 2,
    # mean 1/2, 5 % below -ln(0.95) / 2 = 0.025647, 95 % below -ln(0.05) / 2 = 1.497866
    row = learnt_factors(counts(("a", 0, 1.0)), districts=["a"], city_cv=0.001, district_cv=1.0).iloc[0]
    assert row["factor"] == pytest.approx(0.5, rel=1e-3)
    assert row["factor_low"] == pytest.approx(0.025647, rel=0.01)
    assert row["factor_high"] == pytest.approx(1.497866, rel=0.01)
    assert row["own_share"] == pytest.approx(0.5, rel=1e-3)  # rate 1 before, 1 expected


def test_many_counts_in_a_district_speak_for_themselves() -> None:
    row = learnt_factors(counts(("a", 13_000, 10_000.0)), districts=["a"], city_cv=0.3, district_cv=0.3).iloc[0]
    # 1.3 +- 1.645 x sqrt(13,000) / 10,000 = 1.3 +- 0.0188, drawn towards 1 by a tenth of a per cent at most
    assert row["factor"] == pytest.approx(1.3, abs=0.002)
    assert row["factor_low"] == pytest.approx(1.3 - 0.0188, abs=0.002)
    assert row["factor_high"] == pytest.approx(1.3 + 0.0188, abs=0.002)
    assert row["own_share"] > 0.998


def test_a_district_with_few_counts_leans_on_the_others_and_says_how_little_it_knows() -> None:
    rich = [(f"r{n}", 1500, 1000.0) for n in range(8)]
    table = learnt_factors(
        counts(*rich, ("poor", 1, 2.0)), districts=[*(r[0] for r in rich), "poor", "unseen"], city_cv=0.3,
        district_cv=0.2,
    ).set_index("district_id")  # fmt: skip
    # shape 25; with a city factor near 1.45 it is (25 + 1) / (25 / 1.45 + 2) = 1.35, not the 0.5 of its one session
    assert table.loc["poor", "city_factor"] == pytest.approx(1.45, abs=0.05)
    assert table.loc["poor", "factor"] == pytest.approx(1.35, abs=0.03)
    assert table.loc["poor", "own_share"] < 0.15
    assert table.loc["unseen", "factor"] == pytest.approx(table.loc["unseen", "city_factor"])
    assert table.loc["unseen", ["sessions", "expected", "own_share"]].tolist() == [0, 0, 0]
    width = table["factor_high"] - table["factor_low"]
    assert width["unseen"] > width["poor"] > 3 * width["r0"]


def test_without_any_counts_the_model_stays_as_it_is() -> None:
    table = learnt_factors(counts(("a", 0, 0.0)), districts=["a", "b"], city_cv=0.3, district_cv=0.3)
    assert table["factor"].to_numpy() == pytest.approx(1.0, abs=1e-6)
    # log-normal-like width of sqrt(0.3^2 + 0.3^2) = 0.42: 5 % to 95 % some 0.43 to 1.8
    assert table["factor_low"].between(0.4, 0.5).all()
    assert table["factor_high"].between(1.6, 1.9).all()


def test_classes_are_learnt_apart() -> None:
    both = pd.concat([counts(("a", 200, 100.0)), counts(("a", 50, 100.0)).assign(class_name="hub")])
    table = learnt_factors(both, districts=["a"], city_cv=0.3, district_cv=0.3).set_index("class_name")
    assert table.loc["slow", "factor"] > 1.5
    assert table.loc["hub", "factor"] < 0.7


def test_nine_of_ten_intervals_hold_the_factor_that_made_the_counts() -> None:
    """60 cities of 8 districts, drawn as the law says: 480 intervals of 90 %.

    Districts of a city share its factor, so counts of hits are taken to vary as 4 in a city would at worst alone:
    0.9 +- 3 x sqrt(0.09 / 240) = 0.842 to 0.958. Seed fixed.
    """
    chance, hits = np.random.default_rng(20261123), 0
    names = [f"d{n}" for n in range(8)]
    for _ in range(60):
        city = chance.gamma(1 / 0.3**2, 0.3**2)
        true = chance.gamma(1 / 0.25**2, city * 0.25**2, size=8)
        expected = np.exp(chance.uniform(math.log(0.5), math.log(500.0), size=8))
        drawn = chance.poisson(true * expected)
        table = learnt_factors(
            counts(*zip(names, drawn.tolist(), expected.tolist(), strict=True)), districts=names, city_cv=0.3,
            district_cv=0.25,
        )  # fmt: skip
        hits += int(((table["factor_low"] <= true) & (true <= table["factor_high"])).sum())
    assert 0.842 <= hits / 480 <= 0.958


def test_factors_scale_requests_and_energy_of_their_class_and_district_only(toy_city: City, demand: Demand) -> None:
    toy_expected = expected_demand(toy_city, demand, year=2030, path="mid")
    district = toy_city.districts.index[0]
    factors = pd.DataFrame([("slow", district, 1.5)], columns=["class_name", "district_id", "factor"])
    scaled = rescaled(toy_expected, toy_city, factors, classes=CLASSES)
    inside = (toy_city.cells["district_id"] == district).to_numpy()
    slow = [USE_CASES.index(use_case) for use_case in CLASSES["slow"]]
    wanted = np.ones((len(inside), len(USE_CASES)))
    wanted[np.ix_(inside, slow)] = 1.5
    for name in ("requests_bev", "requests_phev", "energy_kwh"):
        np.testing.assert_allclose(getattr(scaled, name), getattr(toy_expected, name) * wanted)
    assert scaled.load_profile is toy_expected.load_profile
