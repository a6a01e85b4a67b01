"""A weak grid, outages and rules on stays through whole replications: what adds up, and whose luck is whose."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from sim.city.city import City, with_plan
from sim.demand.expected import expected_demand
from sim.scoring.run import Run
from sim.scoring.scorecard import KPIS
from sim.simulation.sessions import Outcome
from sim.study.replicate import Experiment, replicate
from tests.study.conftest import city_of, quick_study

ALL_ON = [
    "scenarios=[weak_grid,short_stays]",
    *(f"technology.{name}.{key}" for name in ("ac_22", "dc_150") for key in ("mtbf_h=100", "mttr_h=20")),
]


@pytest.fixture(scope="module")
def runs() -> list[list[Run]]:
    """The toy city and a plan, two replications each, with everything of the network on and points that often fail."""
    study = quick_study(*ALL_ON)
    city = city_of(study)
    plan = pd.DataFrame({"site_id": ["at_T1", "in_3_2"], "technology": "ac_22", "points_added": [4, 2]})
    share = study.operation.connection_share
    planned = with_plan(city, plan, technologies=study.technology, connection_share=share)
    return replicate(
        [city, planned], experiment_of(city, *ALL_ON), stage="search", numbers=range(2), measure=lambda run: run,
        done=lambda: None,
    )  # fmt: skip


def experiment_of(city: City, *overrides: str) -> Experiment:
    s = quick_study(*overrides)
    expected = expected_demand(city, s.demand, year=s.year, path=s.path)
    return Experiment(expected, s.demand, s.behaviour, s.technology, s.operation, s.simulation, s.seed)


def test_what_is_wanted_is_sold_lost_undelivered_or_left_behind_by_who_went_early(runs: list[list[Run]]) -> None:
    for run in [run for of_city in runs for run in of_city]:
        sessions, missed = run.sessions, run.undelivered
        assert missed is not None and missed.limit_kwh.sum() > 0
        full = ~np.isnan(sessions.full_min)
        over = sessions.outcome <= Outcome.CUT_SHORT
        left = run.requests.need_kwh - sessions.energy_kwh - missed.limit_kwh - missed.failure_kwh
        assert (left[over] >= -1e-6).all() and np.abs(left[over & full]).max() < 1e-6  # wishes are rounded to ticks
        kwh = {name: KPIS[f"energy_{name}_kwh"](run, "city")[0] for name in
               ("wanted", "sold", "lost", "undelivered_limit", "undelivered_failure")}  # fmt: skip
        left_per_week = left[over & run.measured].sum() / run.survey.horizon.weeks
        assert kwh.pop("wanted") == pytest.approx(sum(kwh.values()) + left_per_week)


def test_the_city_and_its_plan_meet_the_same_outages_and_added_points_have_their_own(runs: list[list[Run]]) -> None:
    for as_is, planned in zip(*runs, strict=True):
        before, after = outages_of(as_is), outages_of(planned)
        assert {"T1", "T2", "T3"} <= {station for station, *_ in before}
        assert before == {row for row in after if row[0] in ("T1", "T2", "T3") and row[1] < 2}
        assert {row[:2] for row in after - before} <= {("T1", 2), ("T1", 3), ("T1", 4), ("T1", 5),
                                                       ("in_3_2__ac_22", 0), ("in_3_2__ac_22", 1)}  # fmt: skip
    first, second = (outages_of(run) for run in runs[0])
    assert not first & second - {row for row in first if row[2] == 0}


def outages_of(run: Run) -> set[tuple[str, int, float, float]]:
    o = run.outages
    stations = run.survey.city.stations.index[o.station]
    return set(zip(stations, o.point.tolist(), o.fail_min.tolist(), o.repair_min.tolist(), strict=True))


def test_no_session_overlaps_an_outage_of_its_point(runs: list[list[Run]]) -> None:
    cut = 0
    for run in runs[1]:
        points = run.survey.city.stations["points"].to_numpy()
        number = (np.cumsum(points) - points)[run.outages.station] + run.outages.point
        for point, fail_min, repair_min in zip(number, run.outages.fail_min, run.outages.repair_min, strict=True):
            there = (run.sessions.point == point) & (run.sessions.outcome <= Outcome.CUT_SHORT)
            before, after = (
                run.sessions.end_min[there] <= fail_min + 1e-6,
                run.sessions.start_min[there] >= repair_min - 1e-6,
            )
            assert (before | after).all()
        cut += int((run.sessions.outcome == Outcome.CUT_SHORT).sum())
    assert cut > 0


def test_both_engines_agree_with_everything_of_the_network_on(runs: list[list[Run]]) -> None:
    pytest.importorskip("numba")
    city = runs[0][0].survey.city
    e = experiment_of(city, *ALL_ON)
    compiled = dataclasses.replace(e, simulation=dataclasses.replace(e.simulation, engine="compiled"))
    [again] = replicate(
        [city], compiled, stage="search", numbers=range(2), measure=lambda run: run, done=lambda: None
    )  # fmt: skip
    for one, other in zip(runs[0], again, strict=True):
        assert one.sessions.frame().equals(other.sessions.frame())
