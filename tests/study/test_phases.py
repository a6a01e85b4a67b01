"""The phases of a study: each is judged in the city that stands by then, under the demand of its own year."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from sim import StudyResult
from sim.demand.expected import expected_demand
from sim.errors import DataError
from sim.planning.phases import phase_weights
from sim.study.phases import built_by, plan_with_verdict
from tests.study.conftest import city_of, city_value, run_quick

PHASES = [2027, 2030, 2035]
SETTINGS = ["phases=[2027,2030,2035]", "planning.budget_eur=600e3", "coupling.max_rounds=1"]


@pytest.fixture(scope="module")
def phased() -> StudyResult:
    """The toy city planned over three phases with little money."""
    return run_quick(*SETTINGS)


def test_every_phase_has_its_row_and_they_add_up_to_the_plan(phased: StudyResult) -> None:
    phases, table = phased.phases, phased.plan.table
    assert phases["phase"].tolist() == PHASES
    assert phases["points_added"].sum() == table["points_added"].sum() > 0
    assert phases["capex_eur"].sum() == pytest.approx(phased.plan.capex_eur)
    assert phases["promise_kwh"].sum() == pytest.approx(phased.plan.promise["energy_kwh"].sum())
    stock = int(phased.city.stations["points"].sum())
    assert phases["points"].tolist() == (stock + phases["points_added"].cumsum()).tolist()


def test_money_is_spent_no_earlier_than_it_is_there(phased: StudyResult) -> None:
    by_then = phased.phases["capex_eur"].cumsum()
    assert (by_then <= pd.Series([120e3, 300e3, 600e3]) * (1 + 1e-9)).all()  # 2 : 3 : 5 of 600,000 EUR


def test_the_judged_year_is_a_phase_like_the_others(phased: StudyResult) -> None:
    row = phased.phases.set_index("phase").loc[2030]
    served, sold = city_value(phased, "served_share"), city_value(phased, "energy_sold_kwh")
    for state in ("as_is", "plan", "difference"):
        for end in ("", "_low", "_high"):
            assert row[f"served_share_{state}{end}"] == pytest.approx(served[f"{state}{end}"])
    assert row["kwh_plan"] == pytest.approx(sold["plan"])
    assert phased.planned.stations["points"].sum() == row["points"]


def test_a_phase_alone_in_a_study_gives_the_same_street_as_among_others(phased: StudyResult) -> None:
    """As it is, the city of 2027 does not know of later phases."""
    alone = run_quick("phases=[2027]", "year=2027", "planning.budget_eur=0", "coupling.max_rounds=1")
    columns = [f"kwh_as_is{end}" for end in ("", "_low", "_high")]
    assert phased.phases.loc[0, columns].tolist() == pytest.approx(alone.phases.loc[0, columns].tolist())


def test_each_phase_asks_for_the_energy_of_its_own_year(phased: StudyResult) -> None:
    need = phased.need.groupby("phase")["energy_kwh"].sum()
    city = city_of(phased.study)
    for phase in PHASES:
        expected = expected_demand(city, phased.study.demand, year=phase, path="mid")
        assert need[phase] == pytest.approx(7 * expected.energy_kwh.sum())
    assert need.is_monotonic_increasing
    assert (phased.phases["promise_kwh"] <= need.to_numpy() * (1 + 1e-9)).all()


def test_every_phase_is_proved_and_the_bounds_bound_the_whole(phased: StudyResult) -> None:
    phases, certificate = phased.phases, phased.plan.certificate
    assert (phases["kind"] == "proved").all()
    assert (phases["objective"] <= phases["bound"]).all()
    assert phases["objective"].sum() == pytest.approx(certificate.objective)
    assert phases["bound"].sum() >= certificate.bound * (1 - 1e-9)
    weights = phase_weights(PHASES, phased.study.planning)
    worth = (phases["promise_kwh"] * weights).to_numpy()  # less shortfalls and the tie-break
    assert (phases["objective"].to_numpy() <= worth + 1e-6).all()


def test_without_a_proof_a_phase_says_that_there_is_none() -> None:
    result = run_quick(*SETTINGS, "planning.planner=greedy")
    assert (result.phases["kind"] == "none").all()
    assert result.phases["bound"].map(math.isinf).all()


def test_every_row_of_the_plan_carries_what_is_known_of_its_phase(phased: StudyResult) -> None:
    table = plan_with_verdict(phased)
    assert len(table) == len(phased.plan.table)
    of_phase = phased.phases.set_index("phase")
    for row in table.to_dict("records"):
        phase = of_phase.loc[row["phase"]]
        assert row["phase_promise_kwh"] == phase["promise_kwh"]
        assert row["phase_verdict_kwh_low"] == phase["kwh_plan_low"] < phase["kwh_plan_high"]
        assert row["phase_gap"] == phase["gap"]
        assert row["phase_certificate_kind"] == "proved"


def test_service_of_every_phase_is_appraised(phased: StudyResult) -> None:
    assert sorted(set(phased.service["year"])) == PHASES
    plan = phased.service.groupby("year")["energy_kwh_plan"].sum()
    assert plan.tolist() == pytest.approx(phased.phases["kwh_plan"].tolist())
    paid = phased.cash_flow[phased.cash_flow["view"] == "public"].set_index("year")
    assert -paid.loc[2035, "building"] >= phased.phases["capex_eur"].iloc[2] * 0.99
    assert phased.climate["year"].min() == 2027


def test_what_stands_in_a_phase_is_what_was_built_by_then(phased: StudyResult) -> None:
    table = phased.plan.table
    assert len(built_by(table, 2026)) == 0
    assert built_by(table, 2035)["points_added"].sum() == table["points_added"].sum()
    assert set(built_by(table, 2030)["phase"]) <= {2027, 2030}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["year=2031"], r"year \(2031\) must be one of the phases \(2030\); give phases=\[2031\] or a year of them"),
        (["phases=[]"], r"phases \(\) must be years in ascending order, each once, at least one"),
        (["phases=[2030,2027]"], r"phases \(2030, 2027\) must be years in ascending order"),
        (["phases=[2030,2030]"], r"phases \(2030, 2030\) must be years in ascending order, each once"),
        (["phases=[2030,2099]"], r"phases \(2099\) must be in"),
        (["phases=[2029,2030]"], r"planning\.budget_split: no part for 2029; give one \(0 = no new money\)"),
        (["phases=[2025,2030]", "planning.budget_split={}"], r"economics\.base_year \(2026\) must not be later than"),
    ],
)
def test_phases_that_cannot_be_meant_are_refused_before_the_run(words: list[str], told: str) -> None:
    with pytest.raises(DataError, match=told):
        run_quick(*words)
