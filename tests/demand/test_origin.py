"""Where requests start: with the cars, by weights given, or by surfaces made up."""

import dataclasses

import numpy as np
import pytest

from sim.demand.expected import expected_demand
from sim.demand.origin import origin_weights, synthetic_surfaces
from sim.demand.requests import USE_CASES
from sim.errors import DataError

WORK, RETAIL, KERBSIDE = (USE_CASES.index(use_case) for use_case in ("work", "retail", "kerbside"))


@pytest.fixture(scope="module")
def ev(dortmund):
    return np.column_stack([dortmund.cells["residents"], np.zeros(len(dortmund.cells))]).astype(float)


def test_every_column_of_weights_is_a_distribution(dortmund, demand, ev):
    weights, synthetic = origin_weights(dortmund, demand, ev)
    assert weights.sum(axis=0) == pytest.approx(np.ones(len(USE_CASES)))
    assert (weights >= 0).all()
    assert len(synthetic) == 1 and "destination, work, retail, hub" in synthetic[0]


def test_the_inner_districts_get_the_shares_of_the_paper(expect):
    """Section 3: shares of Innenstadt-West, Nord and Ost by use case, given to two places."""
    expected = expect(2030)
    shares = {
        "kerbside": (0.10, 0.13, 0.11),
        "work": (0.19, 0.12, 0.13),
        "destination": (0.24, 0.15, 0.16),
        "retail": (0.12, 0.10, 0.11),
        "hub": (0.11, 0.08, 0.09),
    }
    district = expected.cells["district_id"].to_numpy()
    for use_case, figures in shares.items():
        requests = expected.requests_per_day[:, USE_CASES.index(use_case)]
        for name, figure in zip(("01", "02", "03"), figures, strict=True):
            assert requests[district == name].sum() / requests.sum() == pytest.approx(figure, abs=0.0051)


def with_column(city, name, values):
    return dataclasses.replace(city, cells=city.cells.assign(**{name: values}))


def test_a_visit_weight_of_the_bundle_replaces_the_surfaces(dortmund, demand, ev):
    one = np.zeros(len(dortmund.cells))
    one[5] = 3.0
    weights, synthetic = origin_weights(with_column(dortmund, "visit_weight", one), demand, ev)
    assert weights[5, WORK] == 1 and weights[5, RETAIL] == 1
    assert weights[5, KERBSIDE] < 0.01
    assert synthetic == ()


def test_the_weight_of_a_use_case_goes_before_the_common_one(dortmund, demand, ev):
    common, retail = np.ones(len(dortmund.cells)), np.zeros(len(dortmund.cells))
    retail[7] = 1.0
    city = with_column(with_column(dortmund, "visit_weight", common), "visit_weight_retail", retail)
    weights, _ = origin_weights(city, demand, ev)
    assert weights[7, RETAIL] == 1
    assert weights[7, WORK] == pytest.approx(1 / len(dortmund.cells))


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan])
def test_weights_that_cannot_be_are_refused(dortmund, demand, ev, value):
    with pytest.raises(DataError, match="visit_weight: weights must be 0 or more and not all 0"):
        origin_weights(with_column(dortmund, "visit_weight", value), demand, ev)


def test_a_city_without_a_given_centre_takes_its_densest_place_and_says_so(dortmund, demand, ev):
    elsewhere = dataclasses.replace(dortmund, name="elsewhere")
    expected = expected_demand(elsewhere, demand, year=2030, path="mid")
    assert any("the city centre" in sentence for sentence in expected.synthetic)
    pull = synthetic_surfaces(elsewhere, demand, ev[:, 0])[:, 2]
    densest = elsewhere.cells.iloc[pull.argmax()]
    assert densest["district_id"] == "02"  # Innenstadt-Nord, the densest quarter


def test_a_centre_in_degrees_is_refused(dortmund, demand, ev, changed):
    wrong = changed(demand, {"origin.centre_m": {"dortmund": [7.4653, 51.5139]}})
    with pytest.raises(DataError, match="far from every cell; give x and y in EPSG:25832"):
        origin_weights(dortmund, wrong, ev)
