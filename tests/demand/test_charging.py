"""Charging times and mean powers, against closed forms and the published curve."""

import math

import numpy as np
import pytest

from sim.demand.charging import charging_power_kw, hub_charging_h
from sim.demand.requests import USE_CASES, VEHICLES, Requests


def one_request(use_case, **columns):
    """A single large BEV; columns change what matters."""
    values = dict(
        arrival_min=0.0, use_case=USE_CASES.index(use_case), cell=0, x_m=0.0, y_m=0.0,
        vehicle=VEHICLES.index("large"), battery_kwh=77.0, soc_arrival=0.1, soc_target=0.8, need_kwh=77.0 * 0.7 / 0.94,
        ac_kw=11.0, dc_kw=160.0, stay_min=60.0, idle_min=0.0, patience_min=15.0, reach_m=4000.0,
    )  # fmt: skip
    return Requests(**{name: np.array([value]) for name, value in (values | columns).items()})


def test_10_to_80_percent_of_63_kwh_at_100_kw_peak_take_34_12_minutes(demand, changed):
    """Validation case V9: the median curve with linear interpolation, energy counted at the battery."""
    hours = hub_charging_h(
        changed(demand, {"fleet.dc_efficiency": 1.0}),
        battery_kwh=np.array([63.0]),
        soc_arrival=np.array([0.1]),
        soc_target=np.array([0.8]),
        dc_kw=np.array([100.0]),
        power_kw=np.array([1000.0]),
    )
    assert hours[0] * 60 == pytest.approx(34.12, abs=0.005)


def test_on_a_flat_stretch_time_is_energy_over_power(demand, changed):
    """A point of 50 kW is below the whole curve up to 50 % of a 160 kW car: 77 x 0.4 / 0.94 / 50 h."""
    hours = hub_charging_h(
        demand,
        battery_kwh=np.array([77.0]),
        soc_arrival=np.array([0.1]),
        soc_target=np.array([0.5]),
        dc_kw=np.array([160.0]),
        power_kw=np.array([50.0]),
    )
    assert hours[0] == pytest.approx(77 * 0.4 / 0.94 / 50)


def test_on_a_falling_stretch_time_follows_the_logarithm(demand):
    """90 to 100 %: 0.30 falls to 0.12 linearly, mean of 1 / c = ln(0.30 / 0.12) / 0.18; 60 kWh, 120 kW peak."""
    hours = hub_charging_h(
        demand,
        battery_kwh=np.array([60.0]),
        soc_arrival=np.array([0.9]),
        soc_target=np.array([1.0]),
        dc_kw=np.array([120.0]),
        power_kw=np.array([150.0]),
    )
    assert hours[0] == pytest.approx(60 / 0.94 / 120 * 0.1 * math.log(0.30 / 0.12) / 0.18, rel=1e-4)


def test_a_hub_session_at_full_power_lasts_as_the_curve_says(demand, behaviour):
    request = one_request("hub")
    power = charging_power_kw(request, np.array([150.0]), demand, behaviour)
    hours = hub_charging_h(
        demand,
        battery_kwh=request.battery_kwh,
        soc_arrival=request.soc_arrival,
        soc_target=request.soc_target,
        dc_kw=request.dc_kw,
        power_kw=np.array([150.0]),
    )
    assert request.need_kwh / power == pytest.approx(hours)
    assert 100 < power[0] < 150


@pytest.mark.parametrize("use_case", ["kerbside", "destination", "work"])
def test_at_ac_the_smaller_limit_rules(demand, behaviour, use_case):
    powers = np.array([[22.0, 3.7]])
    assert charging_power_kw(one_request(use_case), powers, demand, behaviour).tolist() == [[11.0, 3.7]]


def test_at_a_shop_a_share_of_the_smaller_peak_is_the_mean(demand, behaviour):
    """0.7 x min(160, 100 and 300)."""
    powers = np.array([[100.0, 300.0]])
    assert charging_power_kw(one_request("retail"), powers, demand, behaviour)[0] == pytest.approx([70.0, 112.0])


@pytest.mark.parametrize("use_case", ["retail", "hub"])
def test_a_car_without_dc_gets_nothing_there(demand, behaviour, use_case):
    request = one_request(use_case, dc_kw=0.0, vehicle=VEHICLES.index("phev"))
    assert charging_power_kw(request, np.array([150.0]), demand, behaviour).tolist() == [0.0]


def test_who_wants_nothing_has_a_finite_power(demand, behaviour):
    request = one_request("hub", soc_target=0.1, need_kwh=0.0)
    assert charging_power_kw(request, np.array([150.0]), demand, behaviour).tolist() == [150.0]


def test_several_choices_and_requests_are_resolved_at_once(demand, behaviour):
    request = one_request("hub")
    both = charging_power_kw(request, np.array([[150.0, 50.0]]), demand, behaviour)
    for column, power in enumerate((150.0, 50.0)):
        assert both[0, column] == charging_power_kw(request, np.array([power]), demand, behaviour)[0]
