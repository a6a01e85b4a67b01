from __future__ import annotations

import pytest

from sim.economics.appraisal import appraise
from sim.economics.break_even import with_value
from sim.economics.project import Project
from sim.economics.sensitivity import sensitivity
from sim.economics.settings import Economics


def test_the_climate_cost_swings_the_two_sites_as_worked_by_hand(
    two_sites: Project, round_economics: Economics
) -> None:
    # 7,484.544 EUR at 200 EUR/t is 37.42272 EUR per EUR/t (test_appraisal); from 60 to 1,000 EUR/t
    row = sensitivity(two_sites, round_economics, view="public").set_index("parameter").loc["climate_eur_per_t"]
    assert (row["low"], row["high"]) == (60, 1000)
    assert row["swing_eur"] == pytest.approx(37.42272 * 940, rel=1e-9)
    assert row["npv_high_eur"] == pytest.approx(-78016.62848 + 37.42272 * 800, rel=1e-9)


def test_each_end_is_what_an_appraisal_says(two_sites: Project, economics: Economics) -> None:
    table = sensitivity(two_sites, economics, view="operator")
    for row in table.itertuples():
        at_high = appraise(two_sites, with_value(economics, row.parameter, row.high), view="operator")
        assert at_high.npv_eur == pytest.approx(row.npv_high_eur, rel=1e-9), row.parameter
        assert at_high.benefit_cost_ratio == pytest.approx(row.ratio_high, rel=1e-9), row.parameter
    assert table["swing_eur"].is_monotonic_decreasing


def test_what_a_view_does_not_count_does_not_move_it(two_sites: Project, economics: Economics) -> None:
    moved = set(sensitivity(two_sites, economics, view="operator")["parameter"])
    assert {"capex_factor", "operator_rate", "tariff_gross_eur_per_kwh.AC"} <= moved
    assert not moved & {"climate_eur_per_t", "value_of_time_eur_per_h", "public_rate", "additionality_share"}
