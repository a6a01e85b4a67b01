"""From runs to scorecards and comparisons."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from sim.errors import UnknownName
from sim.scoring.run import SCOPES
from sim.scoring.scorecard import KPIS, compare, score, summarise


def pick(table, kpi, scope="city", id="city"):
    rows = table[(table["kpi"] == kpi) & (table["scope"] == scope) & (table["id"] == id)]
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.fixture
def three_runs(run_of):
    """One, two and four drivers, all served, the last two after a wait of 6 min."""
    calm, waits = dict(start=1500, end=1600), dict(wait=6, start=1506, end=1600)
    return [run_of([calm]), run_of([calm, waits]), run_of([calm, calm, waits, waits])]


@pytest.fixture
def larger_town(town):
    new = town.stations.iloc[[0]].assign(site_id="p3", x_m=3000.0, district_id="B", points=4, origin="plan")
    stations = pd.concat([town.stations, new.rename(index={"s0": "s3"})])
    return dataclasses.replace(town, stations=stations)


def test_a_score_has_one_row_for_each_kpi_scope_and_id(six_drivers):
    table = score(six_drivers)
    assert table.columns.tolist() == ["kpi", "scope", "id", "value"]
    assert not table.duplicated(["kpi", "scope", "id"]).any()
    expected = sum(six_drivers.survey.size(scope) for kpi in KPIS for scope in KPIS.facts[kpi]["scopes"])
    assert len(table) == expected
    assert pick(table, "served")["value"] == 3
    assert pick(table, "occupied_share", "station", "s2")["value"] == pytest.approx(30 / 20160)


def test_every_kpi_states_its_facts_and_gives_one_number_for_each_id(six_drivers):
    for kpi in KPIS:
        facts = KPIS.facts[kpi]
        assert set(facts) == {"unit", "scopes", "better", "simulated"}
        assert facts["better"] in ("higher", "lower", "")
        assert set(facts["scopes"]) <= set(SCOPES)
        for scope in facts["scopes"]:
            assert KPIS[kpi](six_drivers, scope).shape == (six_drivers.survey.size(scope),)


def test_only_the_named_kpis_are_scored(six_drivers):
    assert score(six_drivers, ["served", "peak_kw"])["kpi"].unique().tolist() == ["served", "peak_kw"]
    with pytest.raises(UnknownName, match="did you mean 'served'"):
        score(six_drivers, ["severed"])


def test_no_kpi_is_called_utilisation():
    assert not [kpi for kpi in KPIS if "utili" in kpi]


def test_a_scorecard_holds_mean_and_interval_over_replications(three_runs):
    table = summarise([score(run) for run in three_runs])
    assert table.columns.tolist() == ["kpi", "scope", "id", "unit", "better", "value", "low", "high", "replications"]
    served = pick(table, "served")
    # 1, 2, 4: mean 7/3, standard deviation sqrt(7/3) = 1.5275, half width 4.3027 x 1.5275 / sqrt 3 = 3.7946
    assert served["value"] == pytest.approx(7 / 3)
    assert (served["low"], served["high"]) == pytest.approx((7 / 3 - 3.7946, 7 / 3 + 3.7946), abs=1e-4)
    assert (served["unit"], served["better"], served["replications"]) == ("1/week", "higher", 3)


def test_a_ratio_is_formed_in_each_replication_and_then_averaged(three_runs):
    table = summarise([score(run) for run in three_runs])
    # waits 0; 0, 6; 0, 0, 6, 6: means 0, 3, 3. All seven drivers together would give 18 / 7
    assert pick(table, "mean_wait_min")["value"] == 2


def test_a_replication_without_a_value_is_left_out_and_not_counted(run_of, three_runs):
    table = summarise([score(run) for run in (run_of([]), *three_runs)])
    wait = pick(table, "mean_wait_min")
    assert (wait["value"], wait["replications"]) == (2, 3)
    assert pick(table, "served")["replications"] == 4
    nowhere = pick(table, "mean_wait_min", "district", "B")
    assert nowhere["replications"] == 0
    assert np.isnan([nowhere["value"], nowhere["low"], nowhere["high"]]).all()


def test_what_follows_from_the_city_has_no_interval(three_runs):
    points = pick(summarise([score(run) for run in three_runs]), "points")
    assert points["value"] == 5
    assert np.isnan([points["low"], points["high"]]).all()


def test_scores_of_different_cities_are_not_averaged(three_runs, run_of, survey, larger_town):
    other = run_of([dict(start=1500, end=1600)], on=survey(larger_town))
    with pytest.raises(ValueError, match="their rows differ"):
        summarise([score(three_runs[0]), score(other)])
    with pytest.raises(ValueError, match="no replication"):
        summarise([])


def test_a_comparison_is_paired_by_replication(run_of, survey, larger_town):
    served, lost = dict(start=1500, end=1600), dict(outcome=2)
    planned = survey(larger_town)
    as_is = [score(run_of([served] * n + [lost] * 3)) for n in (10, 20, 40)]
    plan = [score(run_of([served] * (n + 2) + [lost], on=planned)) for n in (10, 20, 40)]
    table = compare(as_is, plan)
    assert table.columns.tolist() == [
        "kpi", "scope", "id", "unit", "better", "as_is", "as_is_low", "as_is_high", "plan", "plan_low", "plan_high",
        "difference", "difference_low", "difference_high",
    ]  # fmt: skip
    row = pick(table, "served")
    assert row["as_is"] == pytest.approx(70 / 3)
    assert row["plan"] == pytest.approx(70 / 3 + 2)
    # two more in every pair: nothing left to chance, while each side varies between 10 and 42
    assert row[["difference", "difference_low", "difference_high"]].tolist() == [2, 2, 2]
    assert row["as_is_high"] - row["as_is_low"] > 50
    assert (row["unit"], row["better"]) == ("1/week", "higher")


def test_a_comparison_keeps_stations_that_only_one_city_has(run_of, survey, larger_town):
    as_is = [score(run_of([dict(start=1500, end=1600)]))] * 2
    plan = [score(run_of([dict(start=1500, end=1600)], on=survey(larger_town)))] * 2
    new = pick(compare(as_is, plan), "points", "station", "s3")
    assert new["plan"] == 4
    assert np.isnan([new["as_is"], new["difference"]]).all()
    gone = pick(compare(plan, as_is), "points", "station", "s3")
    assert gone["as_is"] == 4
    assert np.isnan([gone["plan"], gone["difference"]]).all()


def test_a_comparison_shows_the_change_of_static_kpis_without_interval(run_of, survey, larger_town):
    as_is = [score(run_of([]))] * 3
    plan = [score(run_of([], on=survey(larger_town)))] * 3
    row = pick(compare(as_is, plan), "points")
    assert row[["as_is", "plan", "difference"]].tolist() == [5, 9, 4]
    assert row[["as_is_low", "plan_high", "difference_low", "difference_high"]].isna().all()


def test_unequal_numbers_of_replications_cannot_be_paired(six_drivers):
    with pytest.raises(ValueError, match="2 scores as is, 1 with the plan"):
        compare([score(six_drivers)] * 2, [score(six_drivers)])


def test_the_same_runs_give_the_same_table_twice(random_run):
    tables = [summarise([score(random_run(seed)) for seed in (1, 2)]) for _ in range(2)]
    pd.testing.assert_frame_equal(*tables, check_exact=True)
