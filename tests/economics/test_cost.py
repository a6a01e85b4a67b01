from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.economics.annuity import present_value
from sim.economics.cost import cost_by_year, investments, standing_points
from sim.economics.project import Project
from sim.economics.residual import RESIDUAL_RULES, straight_line
from sim.economics.settings import Economics


def test_two_sites_cost_by_year_as_worked_by_hand(two_sites: Project, round_economics: Economics) -> None:
    # see test_appraisal for the same money, discounted
    expected = pd.DataFrame(
        dict(
            year=[2026, 2027, 2028, 2029],
            points_eur=[30000.0, 0.0, 120000.0, 0.0],
            connection_eur=[10000.0, 0.0, 80000.0, 0.0],
            replacement_eur=[0.0, 0.0, 0.0, 30000.0],
            residual_value_eur=[0.0, 0.0, 0.0, -196000.0],
            opex_eur=[2000.0, 2000.0, 8000.0, 8000.0],
            demand_charge_eur=[0.0, 0.0, 24000.0, 24000.0],
        )
    )
    pd.testing.assert_frame_equal(cost_by_year(two_sites, round_economics), expected)


def test_points_stand_from_their_phase_on(two_sites: Project, round_economics: Economics) -> None:
    points = standing_points(two_sites, round_economics).set_index(["technology", "year"])["points"]
    assert points["ac_22"].tolist() == [4, 4, 4, 4]
    assert points["dc_150"].to_dict() == {2028: 2, 2029: 2}


def with_lifetime(two_sites: Project, years: float) -> Project:
    site = two_sites.plan.iloc[:1].assign(connection_eur=0.0)
    return Project(site, two_sites.technologies.assign(lifetime_years=years), two_sites.service.iloc[:1])


@pytest.mark.parametrize(
    ("lifetime", "times", "residual"),
    [
        (4.0, [0], 0.0),  # ends with the horizon: not replaced
        (2.0, [0, 2], 0.0),
        (1.5, [0, 1.5, 3], -10000.0),  # third set is 1 of 1.5 years old: a third of 30,000 is left
        (8.0, [0], -15000.0),
    ],
)
def test_what_wears_out_is_replaced_and_the_rest_of_its_life_is_worth_something(
    two_sites: Project, round_economics: Economics, lifetime: float, times: list[float], residual: float
) -> None:
    paid = investments(with_lifetime(two_sites, lifetime), round_economics)
    assert paid.query("eur > 0")["paid_a"].tolist() == times
    assert paid.query("kind == 'residual_value'")["eur"].sum() == pytest.approx(residual)


def test_without_residual_value_nothing_is_left(two_sites: Project, round_economics: Economics) -> None:
    rule = dataclasses.replace(round_economics, residual_rule="nothing")
    assert cost_by_year(two_sites, rule)["residual_value_eur"].eq(0).all()


@settings(deadline=None, max_examples=25)
@given(lifetime=st.floats(1, 40), horizon=st.integers(1, 30))
def test_without_interest_every_year_of_use_costs_the_same(
    two_sites: Project, round_economics: Economics, lifetime: float, horizon: int
) -> None:
    # straight-line: whatever the lifetime and the horizon, use costs price / lifetime a year
    settings_ = dataclasses.replace(round_economics, horizon_years=horizon)
    paid = investments(with_lifetime(two_sites, lifetime), settings_)
    assert present_value(paid["eur"], paid["paid_a"], 0.0) == pytest.approx(30000 * horizon / lifetime, rel=1e-6)


def test_straight_line_goes_from_all_to_nothing_and_stays_there() -> None:
    assert [straight_line(age, 10) for age in (0, 5, 10, 12)] == [1, 0.5, 0, 0]
    assert RESIDUAL_RULES.names() == ["straight_line", "nothing"]
