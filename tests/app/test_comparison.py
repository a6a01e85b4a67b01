"""Studies beside each other: which differences are paired, and their intervals worked by hand."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.app.comparison import (
    ITSELF,
    OTHER_CITY,
    SAME_REQUESTS,
    SAME_SEED,
    UNPAIRED,
    comparison_table,
    pairing_of,
    unpaired_difference,
)
from sim.app.config import Order, Place
from sim.app.tables import write_csv
from sim.report.comparison import draw_comparison, study_names
from sim.study.study import Study
from tests.app.fake_result import toy_study
from tests.app.shipped import shipped_studies

PLACE = Place(output="outputs", sweep_name=None, scenario_file=None)


def job(folder: Path, name: str, plan: list[float], study: Study) -> Order:
    """Leaves the results of a job whose plan served these shares, and its order."""
    (folder / name).mkdir()
    mean = float(np.mean(plan))
    kpi = dict(kpi="served_share", scope="city", id="city", unit="share", better="higher")
    sides = {f"{side}{end}": mean for side in ("as_is", "plan", "difference") for end in ("", "_low", "_high")}
    counted = kpi | sides | dict(kpi="points_per_10k", plan=mean * 10, plan_low=np.nan, plan_high=np.nan)
    write_csv(pd.DataFrame([kpi | sides, counted]), folder / name / "kpis.csv")
    weeks = [dict(kpi="served_share", replication=n, as_is=0.0, plan=value) for n, value in enumerate(plan)]
    weeks += [dict(kpi="points_per_10k", replication=n, as_is=0.0, plan=mean * 10) for n in range(len(plan))]
    write_csv(pd.DataFrame(weeks), folder / name / "replications.csv")
    write_csv(pd.DataFrame(dict(capex_eur=[1e6, 2e6])), folder / name / "plan.csv")
    return Order(study, PLACE, (f"seed={study.seed}", "city=toy", "output=somewhere"))


def changed(study: Study, **values: Any) -> Study:
    return dataclasses.replace(study, **values)


def test_a_study_is_compared_replication_by_replication_with_the_one_called_baseline(tmp_path: Path) -> None:
    # own less baseline: 0.2, 0.3, 0.4: mean 0.3, deviation 0.1, t of 2 degrees 4.303: 0.3 -+ 4.303 x 0.1 / 3^0.5
    jobs = {
        "00_more": job(tmp_path, "00_more", [0.3, 0.5, 0.7], changed(toy_study(), name="more")),
        "01_baseline": job(tmp_path, "01_baseline", [0.1, 0.2, 0.3], toy_study()),
    }
    table = comparison_table(jobs, tmp_path).set_index(["job", "kpi"])
    more = table.loc[("00_more", "served_share")]
    assert (more["against"], more["pairing"], more["capex_eur"]) == ("01_baseline", SAME_REQUESTS, 3e6)
    assert more["against_baseline"] == pytest.approx(0.3)
    assert (more["against_baseline_low"], more["against_baseline_high"]) == (0.052, 0.548)
    assert table.loc[("01_baseline", "served_share"), "pairing"] == ITSELF
    assert pd.isna(table.loc[("01_baseline", "served_share"), "against_baseline"])
    counted = table.loc[("00_more", "points_per_10k")]
    assert counted["against_baseline"] == 3.0
    assert pd.isna(counted["against_baseline_low"])  # what is counted and not simulated has no interval


def test_without_a_baseline_the_first_study_is_compared_with_on_the_replications_both_have(tmp_path: Path) -> None:
    jobs = {
        name: job(tmp_path, name, plan, changed(toy_study(), name=name[3:]))
        for name, plan in (("00_a", [0.1, 0.2]), ("01_b", [0.3, 0.4, 0.9]))
    }
    table = comparison_table(jobs, tmp_path).set_index(["job", "kpi"])
    assert table.loc[("01_b", "served_share"), "against"] == "00_a"
    assert table.loc[("01_b", "served_share"), "against_baseline"] == pytest.approx(0.2)


def test_independent_replications_are_compared_by_welch() -> None:
    # variances of the means 1/3 and 20/12: together 2; degrees 2^2 / ((1/3)^2/2 + (5/3)^2/3) = 4.08, down to 4; t 2.776
    own, other = np.array([[1.0], [2.0], [3.0]]), np.array([[10.0], [12.0], [14.0], [16.0]])
    found = unpaired_difference(other, own)
    assert found.mean[0] == pytest.approx(-11.0)
    assert found.high[0] - found.mean[0] == pytest.approx(2.7764 * 2**0.5, rel=1e-4)


def test_what_is_paired_and_what_is_not() -> None:
    base = toy_study()
    richer = dataclasses.replace(base.planning, budget_eur=1.0)
    longer = dataclasses.replace(base.simulation, days=base.simulation.days + 7)
    more = dataclasses.replace(base.simulation, verdict_replications=99)
    cases: list[tuple[Study, str]] = [
        (changed(base, planning=richer), SAME_REQUESTS),
        (changed(base, simulation=more), SAME_REQUESTS),
        (changed(base, path="high"), SAME_SEED),
        (changed(base, year=2035), SAME_SEED),
        (changed(base, simulation=longer), SAME_SEED),
        (changed(base, seed=base.seed + 1), UNPAIRED),
        (changed(base, city="dortmund"), OTHER_CITY),
    ]
    assert [pairing_of(study, base) for study, _ in cases] == [expected for _, expected in cases]


def test_shipped_scenarios_that_change_no_demand_meet_the_requests_of_the_baseline() -> None:
    studies = shipped_studies()
    same = {name for name, study in studies.items() if pairing_of(study, studies["baseline"]) == SAME_REQUESTS}
    of_the_plan, of_the_network = {"tight_budget", "ample_budget", "equity_first", "lanterns"}, {"weak_grid", "outages"}
    assert same == {"baseline", "short_stays"} | of_the_plan | of_the_network


def test_the_chart_names_the_studies_and_says_the_range_served(tmp_path: Path) -> None:
    jobs = {
        "00_baseline": job(tmp_path, "00_baseline", [0.5, 0.6], toy_study()),
        "01_baseline": job(tmp_path, "01_baseline", [0.7, 0.8], changed(toy_study(), seed=7)),
    }
    table = comparison_table(jobs, tmp_path)
    assert study_names(table) == {"00_baseline": f"seed {toy_study().seed}", "01_baseline": "seed 7"}
    figure = draw_comparison(table)
    assert (
        figure.get_label()
        == f"With the plans 55.0 % (seed {toy_study().seed}) to 75.0 % (seed 7) of requests are served"
    )
    cost, served = figure.axes
    assert [bar.get_width() for bar in cost.patches] == [3.0, 3.0]
    assert list(served.lines[-1].get_xdata()) == [0.55, 0.75]
