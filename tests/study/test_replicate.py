"""A replication depends on the seed and its number: not on workers, order, engine or what ran before."""

from __future__ import annotations

import dataclasses
import sys

import pandas as pd
import pytest

from sim import City, StudyResult
from sim.scoring.run import Run
from sim.simulation.engines import compiled_engine
from sim.simulation.run import ENGINES
from sim.simulation.twin import EnginesDisagree
from sim.study.replicate import Experiment, replicate
from sim.study.verdict import Verdict, judge
from tests.simulation.test_twin import changed_sessions
from tests.study.conftest import run_quick
from tests.study.test_precision import assert_same_tables

ORDER = (0, 1, 2, 3)


def lived(
    city: City, experiment: Experiment, numbers: tuple[int, ...] = ORDER, *, engine: str = "simpy", workers: int = 1
) -> dict[int, Verdict]:
    """Verdicts of some replications, by number."""
    simulation = dataclasses.replace(experiment.simulation, engine=engine, workers=workers)
    [verdicts] = replicate(
        [city], dataclasses.replace(experiment, simulation=simulation), stage="verdict", numbers=numbers,
        measure=judge, done=lambda: None,
    )  # fmt: skip
    return dict(zip(numbers, verdicts, strict=True))


def assert_same(one: dict[int, Verdict], other: dict[int, Verdict]) -> None:
    """All that is kept of the replications both have, as bytes."""
    assert one.keys() & other.keys()
    for number in one.keys() & other.keys():
        a, b = one[number], other[number]
        for frames in ((a.scores, b.scores), (a.sums, b.sums)):
            pd.testing.assert_frame_equal(*frames, check_exact=True)
            assert frames[0].to_numpy(object).tolist().__repr__() == frames[1].to_numpy(object).tolist().__repr__()
        for name in ("lost_kwh", "hours", "load"):
            assert getattr(a, name).tobytes() == getattr(b, name).tobytes(), name
        assert all(a.drivers[quantity].tobytes() == b.drivers[quantity].tobytes() for quantity in a.drivers)
        assert a.requests == b.requests


@pytest.fixture(scope="module")
def reference(city: City, experiment: Experiment) -> dict[int, Verdict]:
    return lived(city, experiment)


@pytest.mark.parametrize("workers", [2, 4])
def test_workers_change_nothing(
    city: City, experiment: Experiment, reference: dict[int, Verdict], workers: int
) -> None:
    assert_same(reference, lived(city, experiment, workers=workers))


@pytest.mark.parametrize("numbers", [(3, 1, 0, 2), (2,), (2, 3)])
def test_order_and_what_ran_before_change_nothing(
    city: City, experiment: Experiment, reference: dict[int, Verdict], numbers: tuple[int, ...]
) -> None:
    assert_same(reference, lived(city, experiment, numbers))


def test_the_engine_changes_nothing(city: City, experiment: Experiment, reference: dict[int, Verdict]) -> None:
    pytest.importorskip("numba")
    assert_same(reference, lived(city, experiment, engine="compiled"))


def test_replications_differ_from_each_other(reference: dict[int, Verdict]) -> None:
    assert len({verdict.of_city("energy_wanted_kwh") for verdict in reference.values()}) == len(ORDER)


def test_neither_the_search_engine_nor_the_twin_changes_a_table(
    toy_result: StudyResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numba")
    monkeypatch.setitem(sys.modules, "numba", None)
    without = run_quick("planning.budget_eur=200e3", "curve.budget_shares=[1,0,0.5]")
    assert toy_result.trust is not None and without.trust is not None
    assert (toy_result.trust.engines.search, without.trust.engines.search) == ("compiled", "simpy")
    assert toy_result.trust.engines_agree is True  # both engines ran
    assert without.trust.engines_agree is None  # nothing to agree with
    assert_same_tables(toy_result, without)


def test_the_kernel_is_compiled_for_one_kind_of_columns(toy_result: StudyResult) -> None:
    # columns of another type or order in memory would be compiled again, by every worker
    pytest.importorskip("numba")
    assert toy_result.trust is not None
    assert len(compiled_engine.compiled().signatures) == 1


def test_a_twin_that_differs_ends_the_study(
    city: City, experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ENGINES._functions, "compiled", changed_sessions("energy_kwh", 5, 1.5))
    watched = dataclasses.replace(experiment, twin="compiled")
    said = r"verdict, replication 2, city 1 of 1: .* energy_kwh: 1 of \d+ requests, first request 5 "
    with pytest.raises(EnginesDisagree, match=said):
        lived(city, watched, (2, 3))


def test_a_disagreement_in_a_worker_ends_the_study(city: City, experiment: Experiment) -> None:
    simulation = dataclasses.replace(experiment.simulation, workers=2)
    with pytest.raises(EnginesDisagree, match="replication 7"):
        replicate(
            [city], dataclasses.replace(experiment, simulation=simulation), stage="verdict", numbers=(0, 1),
            measure=disagree, done=lambda: None,
        )  # fmt: skip


def disagree(run: Run) -> None:
    """What a worker does whose engines differ."""
    raise EnginesDisagree("verdict, replication 7, city 1 of 2: energy_kwh")
