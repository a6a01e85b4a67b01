"""A pilot that was counted changes the demand of the model: by how much, how surely, and where it cannot tell."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from sim.city.city import City
from sim.city.generated import generate_bundle
from sim.demand.expected import expected_demand
from sim.demand.update import rescaled
from sim.errors import DataError
from sim.scoring.ways import ways_between_districts
from sim.simulation.twin import ready_engines
from sim.study.learning import LEAST_ANSWER, Learning, Learnt, _information, learn
from sim.study.need import CLASSES
from sim.study.replicate import Experiment, replicate
from tests.study.conftest import city_of, quick_study

QUICK = Learning(city_cv=0.3, district_cv=0.3, rounds=4, replications=4)


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> tuple[City, Experiment]:
    """An invented city of 100 cells and four districts with 24 stations, in 2027."""
    folder = generate_bundle(tmp_path_factory.mktemp("pilot") / "g", cells=100, districts=4, stations=24, seed=1)
    s = quick_study()
    city = city_of(s, folder)
    expected = expected_demand(city, s.demand, year=2027, path="mid")
    simulation = ready_engines(s.simulation, lambda text: None).for_search(s.simulation)
    return city, Experiment(expected, s.demand, s.behaviour, s.technology, s.operation, simulation, s.seed)


def counted(city: City, experiment: Experiment, true: dict[str, float], *, weeks: int, seed: int) -> pd.DataFrame:
    """COUNTS of slow charging, in weeks lived through by `true` times the drivers of the model."""
    factors = pd.DataFrame(
        [("slow", district, factor) for district, factor in true.items()],
        columns=["class_name", "district_id", "factor"],
    )
    real = dataclasses.replace(
        experiment, expected=rescaled(experiment.expected, city, factors, classes=CLASSES), seed=seed
    )
    [ways] = replicate(
        [city], real, stage="verdict", numbers=range(weeks), measure=ways_between_districts, done=lambda: None
    )
    sessions = np.sum([w.sessions[:3].sum(axis=(0, 1)) for w in ways], axis=0)  # kerbside, destination, work
    return pd.DataFrame(
        {"class_name": "slow", "district_id": list(true), "sessions": sessions.astype(int), "weeks": float(weeks)}
    )


def learnt_from(city: City, counts: pd.DataFrame, experiment: Experiment, learning: Learning = QUICK) -> Learnt:
    return learn(city, counts, experiment, learning=learning, progress=lambda text: None, done=lambda: None)


def test_districts_with_more_drivers_than_the_model_has_are_found(pilot: tuple[City, Experiment]) -> None:
    city, experiment = pilot
    true = dict(zip(city.districts.index, (1.6, 1.0, 0.7, 1.3), strict=True))
    counts = counted(city, experiment, true, weeks=12, seed=7)
    table = learnt_from(city, counts, experiment).table.set_index("district_id")
    for district, factor in true.items():
        row = table.loc[district]
        assert row["factor_low"] < factor < row["factor_high"]
        assert row["factor_high"] - row["factor_low"] < 0.5
    # full stations serve a smaller share of more drivers: taken at face value, counts would tell of too few
    naive = table.loc["01", "sessions"] / table.loc["01", "modelled"]
    assert abs(table.loc["01", "factor"] - 1.6) < abs(naive - 1.6)


def test_demand_that_agrees_with_the_counts_stays_nearly_as_it_is(pilot: tuple[City, Experiment]) -> None:
    city, experiment = pilot
    counts = counted(city, experiment, dict.fromkeys(city.districts.index, 1.0), weeks=12, seed=8)
    learnt = learnt_from(city, counts, experiment)
    # four weeks simulated: standard errors are near 0.1
    assert learnt.table["factor"].between(0.8, 1.2).all()
    after = learnt.applied(experiment.expected, city)
    assert after.requests_per_day[:, 3:] == pytest.approx(experiment.expected.requests_per_day[:, 3:])  # not counted


@pytest.mark.slow
def test_nine_of_ten_intervals_of_simulated_pilots_hold_the_truth(pilot: tuple[City, Experiment]) -> None:
    """20 pilots of four districts with factors drawn as the settings say: 80 intervals of 90 %.

    0.9 +- 3 x sqrt(0.09 / 80) = 0.80 to 1; fixed seeds.
    """
    city, experiment = pilot
    hits = 0
    for seed in range(20):
        chance = np.random.default_rng([seed, 20261123])
        level = chance.gamma(1 / 0.3**2, 0.3**2)
        true = dict(zip(city.districts.index, chance.gamma(1 / 0.3**2, level * 0.3**2, size=4), strict=True))
        counts = counted(city, experiment, true, weeks=8, seed=100 + seed)
        table = learnt_from(city, counts, experiment).table.set_index("district_id")
        truth = pd.Series(true)
        hits += int(((table["factor_low"] <= truth) & (truth <= table["factor_high"])).sum())
    assert hits >= 64


def test_counts_of_full_stations_tell_little_of_demand() -> None:
    # 26 weeks counted, 26 simulated: half the counts. Sessions grow by 10 % with the demand, by half, and not at all
    sessions, weeks = np.array([100.0, 100.0, 100.0]), np.full(3, 26.0)
    more = np.array([110.0, 100.0 * 1.1**0.5, 100.0])
    told = _information(sessions, more, weeks, 26.0)
    assert told == pytest.approx([0.5, 0.5 * 0.25, 0.5 * LEAST_ANSWER**2])


def test_sessions_where_no_station_serves_the_class_are_refused_all_at_once(pilot: tuple[City, Experiment]) -> None:
    city, experiment = pilot
    bare = dataclasses.replace(city, stations=city.stations[city.stations["district_id"] == "03"])
    counts = pd.DataFrame(
        {"class_name": "slow", "district_id": ["01", "02", "03", "04"], "sessions": [5, 6, 7, 0], "weeks": 1.0}
    )
    with pytest.raises(DataError) as error:
        learnt_from(bare, counts, experiment)
    assert [p.split(":")[1].strip() for p in error.value.problems] == ["slow/01", "slow/02"]


def test_the_same_pilot_teaches_the_same(pilot: tuple[City, Experiment]) -> None:
    city, experiment = pilot
    counts = counted(city, experiment, dict.fromkeys(city.districts.index, 1.2), weeks=2, seed=9)
    short = dataclasses.replace(QUICK, rounds=1, replications=2)
    first, second = (learnt_from(city, counts, experiment, short).table for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
