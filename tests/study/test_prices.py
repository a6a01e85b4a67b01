"""What drivers pay on average, and whether money counts the same."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from sim.app.config import load_study
from sim.study.prices import price_checks

STATIONS = pd.DataFrame(
    dict(technology=["lantern_11", "ac_22", "dc_150"], points=[10, 20, 4], kwh_per_point_day=[20.0, 30.0, 100.0])
)


@pytest.fixture(scope="module")
def study():
    return load_study(["city=toy"])


def priced(study, **eur_per_kwh):
    return {n: dataclasses.replace(t, tariff_eur_per_kwh=eur_per_kwh.get(n, t.tariff_eur_per_kwh))
            for n, t in study.technology.items()}  # fmt: skip


def test_where_a_current_has_one_price_there_is_nothing_to_check(study):
    assert len(price_checks(STATIONS, study.technology, study.economics)) == 0


def test_the_mean_price_paid_weighs_technologies_by_the_energy_they_sell(study):
    """200 kWh at 0.45 and 600 at 0.57: 0.54 of 0.55, which is near enough; DC has one price."""
    found = price_checks(STATIONS, priced(study, lantern_11=0.45, ac_22=0.57), study.economics)
    assert found["check"].tolist() == ["mean price paid, AC"]
    assert found["value"].item() == pytest.approx((200 * 0.45 + 600 * 0.57) / 800)
    assert found["low"].item() == pytest.approx(0.5225) and found["high"].item() == pytest.approx(0.5775)
    assert found["passed"].all()


def test_a_mean_that_drivers_do_not_pay_fails_and_says_what_to_set(study):
    """200 kWh at 0.55 and 600 at 0.65: 0.625 instead of 0.55."""
    found = price_checks(STATIONS, priced(study, ac_22=0.65), study.economics)
    assert not found["passed"].any()
    assert found["note"].item().endswith("set economics.tariff_gross_eur_per_kwh.AC to it")


def test_prices_by_the_hour_count_with_their_mean_over_the_day(study):
    """Half the day at 0.66, half at twice that: 0.99."""
    by_hour = [1.0] * 12 + [2.0] * 12
    technologies = {n: dataclasses.replace(t, tariff_hour_factor=by_hour) for n, t in study.technology.items()}
    found = price_checks(STATIONS, technologies, study.economics).set_index("check")
    assert found.loc["mean price paid, DC", "value"] == pytest.approx(0.99)


def test_a_network_that_sells_nothing_has_no_price_to_check(study):
    idle = STATIONS.assign(kwh_per_point_day=0.0)
    assert len(price_checks(idle, priced(study, ac_22=0.65), study.economics)) == 0
