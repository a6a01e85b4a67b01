"""Two sites, worked by hand to the cent.

Money is discounted with 25 %: 1, 0.8, 0.64, 0.512, 0.4096 after 0 to 4 years. Payments of all four years, due at their
ends, sum to 2.3616; those of the last two (2028, 2029) to 0.9216; those of the first two to 1.44.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.economics.annuity import annualise
from sim.economics.appraisal import (
    appraise,
    benefit_cost_ratio,
    cash_flow,
    component_parameters,
    headline,
    net_present_value,
    payback_year,
    summary,
)
from sim.economics.items import ITEMS, SCHEDULED, draw_up
from sim.economics.project import Project
from sim.economics.settings import VIEWS, Economics
from sim.errors import UnknownName

CENT = 0.005  # to the cent: half a cent either way

INVESTED = {
    # A 40,000 at once; B 200,000 in two years x 0.64
    "building": -(40000.00 + 128000.00),
    # A's points live three years: 30,000 again after three years x 0.512
    "replacement": -15360.00,
    # after four years: A's points 2/3 x 30,000, its connection 16/20 x 10,000,
    # B's points 8/10 x 120,000, its connection 18/20 x 80,000 = 196,000 x 0.4096
    "residual_value": 80281.60,
    # 4 x 500 a year, from 2028 with 2 x 3,000: 2,000 x 1.44 + 8,000 x 0.9216
    "running": -(2880.00 + 7372.80),
    # 300 kW x 0.8 x 100 EUR = 24,000 x 0.9216
    "demand_charge": -22118.40,
}  # fmt: skip

OPERATOR = INVESTED | {
    # AC 36,500 kWh x 0.20 = 7,300 x 2.3616; DC 109,500 kWh x 0.18 = 19,710 x 0.9216
    "energy_bought": -(17239.68 + 18164.736),
    # net tariffs 0.595 / 1.19 = 0.50 and 0.714 / 1.19 = 0.60: 18,250 x 2.3616; 65,700 x 0.9216
    "energy_sold": 43099.20 + 60549.12,
}

PUBLIC = INVESTED | {
    # four tenths of the electricity of the operator
    "additional_energy_bought": -(6895.872 + 7265.8944),
    # 4 bays x 100 x 1.44; 6 bays x 100 x 0.9216
    "parking_bays": -(576.00 + 552.96),
    # gross: 36,500 x 0.595 x 0.4 = 8,687 x 2.3616; 109,500 x 0.714 x 0.4 = 31,273.20 x 0.9216
    "energy_served": 20515.2192 + 28821.38112,
    # kerbside, a year: 3,650 kept x 6 min saved - 0.6 x 3,650 moved here x 6 min walked = 8,760 min = 146 h,
    # x 2 x 12 EUR = 3,504 x 2.3616
    "walking_time": 8275.0464,
    # hub: 0.6 x 3,650 moved here x 4 min queued = 146 h x 1.5 x 12 EUR = 2,628 x 0.9216, lost
    "waiting_time": -2421.9648,
    # kerbside and hub: 0.6 x 3,650 x 20 min = 730 h x 12 EUR = 8,760 x 2.3616; x 0.9216
    "detours_avoided": 20687.616 + 8073.216,
    # 160 / 0.2 - 300 = 500 g a kWh: 14,600 kWh = 7.3 t = 1,460 EUR x 2.3616; 43,800 kWh = 4,380 EUR x 0.9216
    "climate": 3447.936 + 4036.608,
    # 73,000 km x 0.05 = 3,650 x 2.3616; 219,000 km = 10,950 x 0.9216
    "fuel_tax_forgone": -(8619.84 + 10091.52),
}


@pytest.mark.parametrize(
    ("view", "expected", "spent", "gained", "npv"),
    [("operator", OPERATOR, 170854.02, 103648.32, -67205.70), ("public", PUBLIC, 150740.33, 72723.70, -78016.63)],
)
def test_two_sites_come_out_as_worked_by_hand_to_the_cent(
    two_sites: Project,
    round_economics: Economics,
    view: str,
    expected: dict[str, float],
    spent: float,
    gained: float,
    npv: float,
) -> None:
    appraisal = appraise(two_sites, round_economics, view=view)
    found = appraisal.components.set_index("item")["present_eur"].to_dict()
    assert set(found) == set(expected)
    for item, eur in expected.items():
        assert found[item] == pytest.approx(eur, abs=CENT), item
    assert appraisal.in_eur == pytest.approx(spent, abs=CENT)
    assert appraisal.out_eur == pytest.approx(gained, abs=CENT)
    assert appraisal.npv_eur == pytest.approx(npv, abs=CENT)
    assert appraisal.subsidy_need_eur == pytest.approx(-npv, abs=CENT)
    assert appraisal.benefit_cost_ratio == pytest.approx(gained / spent, abs=1e-6)


def test_the_municipal_view_is_the_operators_cash_at_the_citys_rate(
    two_sites: Project, round_economics: Economics
) -> None:
    # undiscounted (municipal rate 0): sold 4 x 18,250 + 2 x 65,700 = 204,400; bought 4 x 7,300 + 2 x 19,710 = 68,620;
    # running 2 x 2,000 + 2 x 8,000 = 20,000; demand charge 48,000; built 240,000 + 30,000 - 196,000 = 74,000
    municipal = appraise(two_sites, round_economics, view="municipal")
    assert municipal.npv_eur == pytest.approx(204400 - 68620 - 20000 - 48000 - 74000, abs=CENT)
    pd.testing.assert_frame_equal(municipal.flows, cash_flow(two_sites, round_economics, view="operator"))


def test_the_levelised_cost_is_the_price_at_which_the_operator_breaks_even(
    two_sites: Project, round_economics: Economics
) -> None:
    # energy 36,500 x 2.3616 + 109,500 x 0.9216 = 187,113.6 kWh; 170,854.016 EUR / 187,113.6 kWh
    appraisal = appraise(two_sites, round_economics, view="operator")
    assert appraisal.levelised_eur_per_kwh == pytest.approx(170854.016 / 187113.6, rel=1e-12)
    gross = appraisal.levelised_eur_per_kwh * 1.19
    at_cost = dataclasses.replace(round_economics, tariff_gross_eur_per_kwh={"AC": gross, "DC": gross})
    assert appraise(two_sites, at_cost, view="operator").npv_eur == pytest.approx(0.0, abs=1e-6)


def test_a_later_base_year_does_not_change_a_ratio_and_an_earlier_one_shrinks_the_value(
    two_sites: Project, round_economics: Economics
) -> None:
    now = appraise(two_sites, round_economics, view="public")
    earlier = appraise(two_sites, dataclasses.replace(round_economics, base_year=2025), view="public")
    assert earlier.benefit_cost_ratio == pytest.approx(now.benefit_cost_ratio, rel=1e-12)
    assert earlier.npv_eur == pytest.approx(0.8 * now.npv_eur, rel=1e-12)


def test_the_same_money_in_and_out_gives_exactly_one() -> None:
    spent = pd.DataFrame(dict(year=[2026, 2027], paid_a=[0.0, 1.0], item="any", side="in", eur=[-100.0, -30.0]))
    gained = spent.assign(side="out", eur=-spent["eur"])
    flows = pd.concat([spent, gained])
    assert benefit_cost_ratio(flows, 0.07) == 1.0
    assert net_present_value(flows, 0.07) == 0.0


def test_revenue_equal_to_the_annuity_of_the_capital_gives_one(two_sites: Project, economics: Economics) -> None:
    # one AC site of 40,000 EUR and nothing else to pay; a year sells 36,500 kWh at the annuity / 36,500
    site = Project(
        two_sites.plan.iloc[:1], two_sites.technologies.assign(opex_eur=0.0, lifetime_years=10), two_sites.service
    )
    price = annualise(40000.0, rate=0.07, years=10) / 36500
    free = dict(AC=0.0, DC=0.0)
    assumed = dataclasses.replace(
        economics, horizon_years=10, residual_rule="nothing", operator_rate=0.07, vat_share=0.0,
        energy_price_eur_per_kwh=free, demand_charge_eur_per_kw_a=free,
        tariff_gross_eur_per_kwh=dict(AC=price, DC=0.0),
    )  # fmt: skip
    appraisal = appraise(site, assumed, view="operator")
    assert appraisal.benefit_cost_ratio == pytest.approx(1.0, abs=1e-12)
    assert appraisal.npv_eur == pytest.approx(0.0, abs=1e-8)


@pytest.mark.parametrize("view", VIEWS)
def test_the_components_sum_to_the_total(two_sites: Project, economics: Economics, view: str) -> None:
    appraisal = appraise(two_sites, economics, view=view)
    parts = appraisal.components
    assert math.fsum(parts["present_eur"]) == pytest.approx(appraisal.npv_eur, abs=1e-6)
    assert math.fsum(parts["eur"]) == pytest.approx(math.fsum(appraisal.flows["eur"]), abs=1e-6)
    assert appraisal.out_eur - appraisal.in_eur == pytest.approx(appraisal.npv_eur, abs=1e-6)
    by_side = parts.groupby("side")["present_eur"].sum()
    assert by_side["out"] == pytest.approx(appraisal.out_eur, abs=1e-6)
    assert -by_side["in"] == pytest.approx(appraisal.in_eur, abs=1e-6)


def test_a_tariff_change_moves_money_inside_society_only_once(two_sites: Project, round_economics: Economics) -> None:
    """VAT and who gets it change nothing for the public; they do for the operator."""
    taxed = dataclasses.replace(round_economics, vat_share=0.07)
    assert (
        appraise(two_sites, taxed, view="public").npv_eur == appraise(two_sites, round_economics, view="public").npv_eur
    )
    assert (
        appraise(two_sites, taxed, view="operator").npv_eur
        > appraise(two_sites, round_economics, view="operator").npv_eur
    )


def test_energy_that_only_moves_here_brings_the_public_nothing_but_time(
    two_sites: Project, round_economics: Economics
) -> None:
    moved = dataclasses.replace(round_economics, additionality_share=0.0)
    parts = appraise(two_sites, moved, view="public").components.set_index("item")["present_eur"]
    for item in ("energy_served", "climate", "fuel_tax_forgone", "additional_energy_bought"):
        assert parts[item] == 0.0
    assert parts["detours_avoided"] > 0


def test_a_plan_that_serves_fewer_requests_is_charged_for_their_detours(
    two_sites: Project, round_economics: Economics
) -> None:
    # 70 of 140 served are lost: 0.6 x 3,650 a year drive 20 min (730 h) and no longer walk 12 min (438 h x 2)
    service = two_sites.service.iloc[:1].assign(
        energy_kwh_as_is=1400.0, energy_kwh_plan=700.0, served_as_is=140.0, served_plan=70.0, walk_min_plan=12.0
    )
    worse = Project(two_sites.plan.iloc[:1], two_sites.technologies, service)
    flows = cash_flow(worse, round_economics, view="public").query("year == 2026").set_index("item")["eur"]
    assert flows["detours_avoided"] == pytest.approx(-730 * 12)
    assert flows["walking_time"] == pytest.approx(438 * 2 * 12)


def flows_of(*yearly: float) -> pd.DataFrame:
    return pd.DataFrame(
        dict(year=range(2026, 2026 + len(yearly)), item="any", side="in", eur=yearly, paid_a=range(len(yearly)))
    )


def test_payback_is_the_year_by_whose_end_the_money_is_back() -> None:
    assert payback_year(flows_of(-100.0, 40.0, 60.0, 10.0)) == 2028  # -100, -60, 0, 10
    assert payback_year(flows_of(-100.0, 40.0, 59.0)) is None
    assert payback_year(flows_of(5.0, 1.0)) == 2026
    assert payback_year(flows_of()) is None
    assert payback_year(flows_of(0.0, 0.0)) is None  # no plan: nothing to pay back


def test_payback_that_a_replacement_undoes_does_not_count() -> None:
    assert payback_year(flows_of(-100.0, 110.0, -50.0, 45.0)) == 2029  # -100, 10, -40, 5


def test_payback_does_not_count_the_residual_value() -> None:
    flows = flows_of(-100.0, 50.0, 60.0).assign(item=["building", "energy_sold", "residual_value"])
    assert payback_year(flows) is None


def test_no_plan_costs_nothing_and_has_no_ratio(two_sites: Project, economics: Economics) -> None:
    service = two_sites.service.iloc[:2]
    unchanged = service.assign(
        energy_kwh_plan=service["energy_kwh_as_is"], served_plan=service["served_as_is"], walk_min_plan=12.0
    )
    nothing = Project(two_sites.plan.iloc[:0], two_sites.technologies, unchanged)
    appraisal = appraise(nothing, economics, view="public")
    assert appraisal.npv_eur == 0.0
    assert math.isnan(appraisal.benefit_cost_ratio)
    assert math.isnan(appraisal.levelised_eur_per_kwh)
    assert appraisal.subsidy_need_eur == 0.0


def test_an_unknown_view_offers_the_known_ones(two_sites: Project, economics: Economics) -> None:
    with pytest.raises(UnknownName, match="unknown view 'operater', did you mean 'operator'"):
        appraise(two_sites, economics, view="operater")


def test_every_item_names_the_settings_that_move_it_and_no_other(
    two_sites: Project, round_economics: Economics
) -> None:
    """Shift every number in turn and see which items change; horizon, rule and rates are no amounts of an item."""
    start = dataclasses.replace(round_economics, consumer_surplus_eur_per_kwh=0.1)
    apart = {"base_year", "horizon_years", "residual_rule", "benchmarks", "public_rate", "municipal_rate"}
    keys = {field.name for field in dataclasses.fields(start)} - apart - {"operator_rate"}
    schedule = draw_up(two_sites, start)
    before = {item: ITEMS[item](schedule, start).eur.sum() for item in ITEMS}
    moved = set()
    for key in keys:
        value = getattr(start, key)
        shifted = {k: v * 0.9 for k, v in value.items()} if isinstance(value, dict) else value * 0.9
        changed = dataclasses.replace(start, **{key: shifted})
        schedule = draw_up(two_sites, changed)
        moved |= {(item, key) for item in ITEMS if ITEMS[item](schedule, changed).eur.sum() != before[item]}
    table = component_parameters(start)
    declared = set(zip(table["item"], table["key"], strict=True))
    assert {(item, key) for item, key in declared if key not in apart} == moved
    assert table["source"].notna().all()


def test_the_summary_has_each_figure_of_each_view(two_sites: Project, economics: Economics) -> None:
    views = [appraise(two_sites, economics, view=view) for view in VIEWS]
    table = summary(views)
    ratio = table.query("figure == 'benefit_cost_ratio'").set_index("view")["value"]
    assert ratio.to_dict() == {a.view: a.benefit_cost_ratio for a in views}
    assert len(table) == 3 * 8


def test_the_headline_says_the_same_as_the_appraisals(two_sites: Project, economics: Economics) -> None:
    found = headline(two_sites, economics)
    for view in VIEWS:
        appraisal = appraise(two_sites, economics, view=view)
        for name in ("in_eur", "out_eur", "npv_eur", "benefit_cost_ratio", "levelised_eur_per_kwh", "subsidy_need_eur"):
            assert found[view, name] == pytest.approx(getattr(appraisal, name), rel=1e-12), (view, name)


def test_only_the_settings_named_change_the_schedule(two_sites: Project, round_economics: Economics) -> None:
    before = draw_up(two_sites, round_economics)
    for key in {field.name for field in dataclasses.fields(round_economics)} - {"benchmarks", "residual_rule"}:
        value = getattr(round_economics, key)
        if isinstance(value, dict):
            other: object = {k: v * 0.9 for k, v in value.items()}
        else:  # years by one, later horizons and earlier bases; all else by a tenth
            other = value + (1 if key == "horizon_years" else -1) if isinstance(value, int) else value * 0.9
        after = draw_up(two_sites, dataclasses.replace(round_economics, **{key: other}))
        same = all(
            np.array_equal(column, getattr(after, table)[name])
            for table in ("investments", "points", "service")
            for name, column in getattr(before, table).items()
        )
        assert same != (key in SCHEDULED), key


FEW = settings(deadline=None, max_examples=10)


@FEW
@given(factor=st.floats(0.1, 3), more=st.floats(1.01, 3))
@pytest.mark.parametrize(
    ("name", "view", "direction"),
    [
        ("capex_factor", "public", -1),
        ("opex_factor", "operator", -1),
        ("climate_eur_per_t", "public", 1),
        ("energy_factor", "operator", 1),  # tariffs here are above the price of electricity
        ("elsewhere_min", "public", 1),
        ("kerb_bay_eur_a", "public", -1),
    ],
)
def test_the_value_of_a_plan_moves_with_a_setting_in_the_right_direction(
    two_sites: Project, round_economics: Economics, factor: float, more: float, name: str, view: str, direction: int
) -> None:
    def npv(times: float) -> float:
        changed = dataclasses.replace(round_economics, **{name: getattr(round_economics, name) * times})
        return appraise(two_sites, changed, view=view).npv_eur

    assert direction * (npv(factor * more) - npv(factor)) > 0


@FEW
@given(scale=st.floats(0.01, 100))
def test_a_network_many_times_as_large_has_the_same_ratio(
    two_sites: Project, economics: Economics, scale: float
) -> None:
    plan, service = two_sites.plan, two_sites.service
    amounts = ["energy_kwh_as_is", "energy_kwh_plan", "served_as_is", "served_plan"]
    larger = Project(
        plan.assign(points_eur=plan["points_eur"] * scale, connection_eur=plan["connection_eur"] * scale),
        # points are whole numbers, so what hangs on their number is scaled instead
        two_sites.technologies.assign(
            opex_eur=two_sites.technologies["opex_eur"] * scale, power_kw=two_sites.technologies["power_kw"] * scale
        ),
        service.assign(**{name: service[name] * scale for name in amounts}),
    )
    ratio = appraise(two_sites, economics, view="operator").benefit_cost_ratio
    assert appraise(larger, economics, view="operator").benefit_cost_ratio == pytest.approx(ratio, rel=1e-9)
