"""Settings of money that cannot be meant: said before the run, with the key, the value and what to do; exit 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.app.cli import PUT_RIGHT, main
from sim.app.config import load_study
from sim.errors import DataError


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("economics.public_rate=-1", "economics.public_rate (-1) must be more than -1 and 1 or less [1/a]"),
        ("economics.horizon_years=0", "economics.horizon_years (0) must be 1 or more and 100 or less [a]"),
        ("technology.ac_22.lifetime_years=0", "technology.ac_22.lifetime_years (0) must be 1 or more [a]"),
        ("technology.ac_22.lifetime_years=0.5", "technology.ac_22.lifetime_years (0.5) must be 1 or more [a]"),
        ("economics.tariff_gross_eur_per_kwh.DC=null", "economics.tariff_gross_eur_per_kwh.DC: not a number"),
        ("~economics.tariff_gross_eur_per_kwh.DC", "give economics.tariff_gross_eur_per_kwh.DC a value"),
        ("economics.base_year=2031", "give economics.base_year=2027 or an earlier year"),
        (
            "technology.hpc_300.tariff_hour_factor=[1,2]",
            "technology.hpc_300.tariff_hour_factor: 2 values; give 24, for 0 to 23 h, or none for the same price",
        ),
        ("technology.ac_22.tariff_eur_per_kwh=-0.1", "technology.ac_22.tariff_eur_per_kwh (-0.1) must be 0 or more"),
        ("economics.kwh_per_km=0.2", "economics.kwh_per_km (0.2) is that of demand.energy.kwh_per_km (0.184)"),
        ("economics.residual_rule=strait_line", "did you mean 'straight_line'"),
        ("curve.budget_shares=[-1]", "curve.budget_shares (-1) must be 0 or more and 10 or less [share]"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_before_the_run(
    word: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["city=toy", f"output={tmp_path}", word]) == PUT_RIGHT
    assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_file_of_settings_is_named_with_what_is_wrong_in_it(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.yaml"
    theirs.write_text("economics:\n  tariff_gross_eur_per_kwh: {AC: , DC: 0.6}\n  public_rate: -1\n")
    with pytest.raises(DataError) as caught:
        load_study(["city=toy", f"scenario_file={theirs}"])
    told = "\n".join(caught.value.problems)
    assert "theirs.yaml: economics.tariff_gross_eur_per_kwh.AC" in told


def test_consumption_has_one_home() -> None:
    study = load_study(["city=toy", "demand.energy.kwh_per_km=0.2"])
    assert study.economics.kwh_per_km == 0.2


def test_a_price_by_current_has_one_home_and_technologies_follow() -> None:
    study = load_study(["city=toy", "economics.tariff_gross_eur_per_kwh.DC=0.8"])
    assert {name: t.tariff_eur_per_kwh for name, t in study.technology.items()} == {
        "lantern_11": 0.55, "ac_22": 0.55, "shared_night_11": 0.55, "time_shared_22": 0.55, "dc_50": 0.8, "dc_150": 0.8,
        "hpc_300": 0.8,
    }  # fmt: skip


def test_the_mean_price_must_lie_among_those_of_the_technologies() -> None:
    given = {"lantern_11": 0.4, "ac_22": 0.5, "shared_night_11": 0.45, "time_shared_22": 0.45}
    prices = [f"technology.{name}.tariff_eur_per_kwh={price}" for name, price in given.items()]
    with pytest.raises(DataError) as caught:
        load_study(["city=toy", *prices])
    assert (
        "economics.tariff_gross_eur_per_kwh.AC (0.55) must lie among the mean prices of the AC technologies "
        "(lantern_11 0.4, ac_22 0.5, shared_night_11 0.45, time_shared_22 0.45); revenue counts it as the mean of what "
        "drivers pay" in str(caught.value) in str(caught.value)
    )
    assert load_study(["city=toy", *prices, "economics.tariff_gross_eur_per_kwh.AC=0.45"])
