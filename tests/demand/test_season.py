"""The month of the simulated week: in what cars need, in expected requests and in those drawn."""

import numpy as np
import pytest

from sim.clock import Horizon
from sim.demand.draw import draw_requests
from sim.demand.energy import public_energy_kwh, season_factor
from sim.demand.expected import expected_demand
from sim.errors import DataError

MONTHS = range(1, 13)


@pytest.fixture(scope="module")
def in_month(demand, changed):
    return lambda month: changed(demand, {"energy.month": month})


def test_a_mean_week_is_usual_winter_takes_a_quarter_more_and_summer_less(demand, in_month):
    assert demand.energy.month is None and season_factor(demand.energy) == 1
    assert [season_factor(in_month(month).energy) for month in (12, 1, 2)] == [1.25] * 3
    assert [season_factor(in_month(month).energy) for month in (6, 7, 8)] == [0.93] * 3


def test_the_months_add_up_to_the_year(in_month):
    assert sum(season_factor(in_month(month).energy) for month in MONTHS) == pytest.approx(12)


def test_what_residents_need_follows_the_month_and_what_commuters_take_here_does_not(in_month):
    """100 BEV without own parking, no commuters: 100 x 37 km x 0.184 kWh/km x 0.36 at the kerb x 1.05 with visitors."""
    alone = dict(ev=np.array([0.0, 100.0]), cars=1000.0, phev_per_bev=0.0)
    mean, winter = (public_energy_kwh(in_month(m), commuters=0.0, **alone)[0] for m in (None, 1))
    assert mean[0] == pytest.approx(100 * 37 * 0.184 * 0.36 * 1.05)
    assert winter == pytest.approx(1.25 * mean)
    with_them = [public_energy_kwh(in_month(m), commuters=5000.0, **alone)[0] for m in (None, 1)]
    assert with_them[1] - winter == pytest.approx(with_them[0] - mean)


def test_expected_and_drawn_requests_follow_the_month_alike(toy_city, in_month, behaviour):
    """Poisson numbers of 20 weeks within 4 standard deviations of what is expected (seed 1; false alarm 0.02 %)."""
    long = Horizon(warm_up_days=0, days=140)
    per_day, kwh_a_request = {}, {}
    for month in (None, 1, 7):
        expected = expected_demand(toy_city, in_month(month), year=2030, path="mid")
        per_day[month] = expected.requests_per_day.sum()
        drawn = draw_requests(
            toy_city, expected, in_month(month), behaviour, horizon=long, seed=1, stage="search", replication=0
        )
        assert abs(len(drawn) - 140 * per_day[month]) < 4 * np.sqrt(140 * per_day[month])
        kwh_a_request[month] = expected.energy_kwh.sum(0) / expected.requests_per_day.sum(0)
    # a cold week brings more requests, not larger ones
    assert kwh_a_request[1] == pytest.approx(kwh_a_request[None])
    assert 1.2 < per_day[1] / per_day[None] < 1.25
    assert 0.93 < per_day[7] / per_day[None] < 0.95


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"energy.month": 13}, r"demand.energy.month \(13\) must be 12 or less"),
        ({"energy.month": 0}, r"demand.energy.month \(0\) must be 1 or more"),
        (
            {"energy.month_factor": [1.0] * 11},
            r"demand.energy.month_factor: 11 values; give 12 \(January to December\)",
        ),
        ({"energy.month_factor": [1.25] * 3 + [1.0] * 9}, r"demand.energy.month_factor: the mean is 1.062; make it 1"),
        ({"energy.month_factor": [1.0] * 11 + [0.0]}, r"demand.energy.month_factor \(0\) must be more than 0"),
    ],
)
def test_a_month_there_is_none_of_and_a_year_that_does_not_add_up_are_refused(demand, changed, values, said):
    with pytest.raises(DataError, match=said):
        changed(demand, values)
