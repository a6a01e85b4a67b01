from __future__ import annotations

import dataclasses
import math

import pytest

from sim.economics.appraisal import appraise
from sim.economics.break_even import LEVERS, NEVER, OUTSIDE, TARGETS, WITHIN, break_even, with_value
from sim.economics.project import Project
from sim.economics.settings import VIEWS, Economics
from sim.errors import UnknownName


@pytest.mark.parametrize("view", ["public", "operator"])
def test_each_value_put_back_gives_the_target(two_sites: Project, economics: Economics, view: str) -> None:
    names = [*LEVERS[view], f"{view}_rate"]  # a rate is no straight line
    table = break_even(two_sites, economics, view=view, parameters=names)
    assert len(table) == len(names) * len(TARGETS)
    found = table[table["verdict"] != NEVER]
    assert len(found) >= 5
    for row in found.itertuples():
        turned = with_value(economics, row.parameter, row.value_needed)
        assert appraise(two_sites, turned, view=view).benefit_cost_ratio == pytest.approx(row.target, abs=1e-9)


def test_the_climate_cost_of_the_two_sites_is_the_one_worked_by_hand(
    two_sites: Project, round_economics: Economics
) -> None:
    # all but climate: gained 72,723.69792 - 7,484.544 = 65,239.15392; spent 150,740.3264 (test_appraisal).
    # Climate brings 37.42272 EUR per EUR/t, so 1:1 needs (150,740.3264 - 65,239.15392) / 37.42272 = 2,284.739 EUR/t
    row = break_even(two_sites, round_economics, view="public", parameters=["climate_eur_per_t"], targets=[1]).iloc[0]
    assert row["value_needed"] == pytest.approx(85501.17248 / 37.42272, rel=1e-9)
    assert row["ratio_now"] == pytest.approx(72723.69792 / 150740.3264, rel=1e-9)
    assert row["verdict"] == OUTSIDE  # UBA: 60 to 1,000


def test_the_tariff_an_operator_needs_for_one_to_one_is_found_within_its_range(
    two_sites: Project, round_economics: Economics
) -> None:
    # 67,205.696 EUR are missing; AC sells 36,500 kWh x 2.3616: 0.77966 EUR/kWh more, net; 0.92780 more, gross
    table = break_even(
        two_sites, round_economics, view="operator", parameters=["tariff_gross_eur_per_kwh.AC"], targets=[1]
    )
    assert table["value_needed"].iloc[0] == pytest.approx(0.595 + 67205.696 / 86198.4 * 1.19, rel=1e-9)
    cheap = dataclasses.replace(round_economics, tariff_gross_eur_per_kwh={"AC": 1.5, "DC": 0.714})
    again = break_even(two_sites, cheap, view="operator", parameters=["tariff_gross_eur_per_kwh.AC"], targets=[1])
    assert again["verdict"].iloc[0] == WITHIN  # 1.2 to 1.8


def test_what_no_allowed_value_reaches_is_said_to_be_out_of_reach(
    two_sites: Project, round_economics: Economics
) -> None:
    # a share of 1 is the most there is
    table = break_even(two_sites, round_economics, view="public", parameters=["additionality_share"], targets=[20])
    assert table["verdict"].tolist() == [NEVER]
    assert math.isnan(table["value_needed"].iloc[0])
    # electricity costs 0.20 of every 0.50 sold: no amount of it gives 20 for 1
    table = break_even(two_sites, round_economics, view="operator", parameters=["energy_factor"], targets=[20])
    assert table["verdict"].tolist() == [NEVER]


def test_a_target_that_holds_today_needs_no_change(two_sites: Project, round_economics: Economics) -> None:
    now = appraise(two_sites, round_economics, view="operator").benefit_cost_ratio
    row = break_even(two_sites, round_economics, view="operator", parameters=["capex_factor"], targets=[now]).iloc[0]
    assert row["value_needed"] == pytest.approx(1.0, abs=1e-9)
    assert row["verdict"] == WITHIN


def test_the_plan_in_the_ledger_is_untouched_by_the_search(two_sites: Project, round_economics: Economics) -> None:
    before = appraise(two_sites, round_economics, view="public").npv_eur
    break_even(two_sites, round_economics, view="public", parameters=["energy_factor"])
    assert appraise(two_sites, round_economics, view="public").npv_eur == before


def test_the_levers_exist_in_every_view(economics: Economics) -> None:
    assert set(LEVERS) == set(VIEWS)
    for names in LEVERS.values():
        for name in names:
            assert with_value(economics, name, 0.5) is not None


@pytest.mark.parametrize("name", ["additionality", "residual_rule", "tariff_gross_eur_per_kwh", "benchmarks"])
def test_a_name_that_cannot_be_turned_is_refused(two_sites: Project, economics: Economics, name: str) -> None:
    with pytest.raises(UnknownName, match=f"unknown parameter to break even with '{name}'"):
        break_even(two_sites, economics, view="public", parameters=[name])
    with pytest.raises(UnknownName, match="unknown view"):
        break_even(two_sites, economics, view="city")
