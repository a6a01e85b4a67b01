"""The compiled engine gives what the SimPy engine gives: the same bytes in every column."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from sim.simulation.engines import compiled_engine, kernel
from sim.simulation.events import FAIL, LIMIT, REPAIR
from sim.simulation.run import ENGINES
from sim.simulation.sessions import Sessions
from sim.simulation.workload import Workload, change_workload, make_workload
from tests.benchmarks.engine_workloads import everything_on, impatient_week
from tests.simulation.random_workloads import FEATURES, random_workload, some_features

CONTINUOUS = tuple(feature for feature in FEATURES if feature != "ties")


@pytest.fixture
def compiled():
    pytest.importorskip("numba")
    return ENGINES["compiled"]


@pytest.fixture(params=["compiled", "as it stands"])
def either(request):
    """The kernel as machine code and as Python."""
    if request.param == "compiled":
        pytest.importorskip("numba")
        return ENGINES["compiled"]
    return lambda workload: compiled_engine.run_loop(kernel.simulate, workload)


def differing(workload: Workload, engine) -> list[str]:
    """Names of the columns that differ from the SimPy engine's in any bit."""
    ours, theirs = engine(workload), ENGINES["simpy"](workload)
    return [
        field.name
        for field in dataclasses.fields(Sessions)
        if (a := getattr(ours, field.name)).dtype != (b := getattr(theirs, field.name)).dtype
        or a.tobytes() != b.tobytes()
    ]


@pytest.mark.parametrize("first", range(0, 200, 50))
@pytest.mark.parametrize("features", [FEATURES, CONTINUOUS, ()], ids=["whole minutes", "continuous", "all off"])
def test_every_column_is_the_same_in_every_bit(compiled, features, first):
    wrong = {s: found for s in range(first, first + 50) if (found := differing(random_workload(s, features), compiled))}
    assert wrong == {}


@pytest.mark.parametrize("first", range(1000, 1400, 50))
def test_any_half_of_the_features_gives_the_same(compiled, first):
    seeds = range(first, first + 50)
    wrong = {s: found for s in seeds if (found := differing(random_workload(s, some_features(s)), compiled))}
    assert wrong == {}


@pytest.mark.parametrize("feature", FEATURES)
def test_each_feature_alone_and_all_without_it_give_the_same(either, feature):
    for seed in range(2000, 2006):
        assert differing(random_workload(seed, (feature,)), either) == []
        assert differing(random_workload(seed, tuple(f for f in FEATURES if f != feature)), either) == []


def test_the_kernel_as_it_stands_gives_the_same():
    as_it_stands = lambda workload: compiled_engine.run_loop(kernel.simulate, workload)  # noqa: E731
    for seed in range(3000, 3040):
        assert differing(random_workload(seed), as_it_stands) == []


@pytest.mark.parametrize("detour_min", [0.0, 4.0])
def test_a_busy_week_gives_the_same(compiled, detour_min):
    assert differing(impatient_week(8_000, detour_min=detour_min), compiled) == []


def test_a_week_with_everything_on_gives_the_same(compiled):
    assert differing(everything_on(6_000), compiled) == []


@pytest.mark.slow
@pytest.mark.parametrize("make", [impatient_week, everything_on])
def test_an_overloaded_week_gives_the_same(compiled, make):
    assert differing(make(100_000), compiled) == []


@pytest.mark.slow
@pytest.mark.parametrize("first", range(10_000, 20_000, 1_000))
def test_ten_thousand_more_workloads_give_the_same(compiled, first):
    seeds = range(first, first + 1_000)
    kinds = (FEATURES, CONTINUOUS, None, None)
    wrong = {
        s: found for s in seeds if (found := differing(random_workload(s, kinds[s % 4] or some_features(s)), compiled))
    }
    assert wrong == {}


ODD = {
    "no requests": dict(arrival_min=[], choices=np.zeros((0, 2), int), energy_kwh=[], power_kw=[]),
    "no stations": dict(choices=[-1, -1, -1], points=[]),
    "no points": dict(points=[0, 0]),
    "no choice": dict(choices=[-1, 0, -1]),
    "no energy wanted": dict(energy_kwh=0.0),
    "no power": dict(power_kw=0.0),
    "no power and a longest stay": dict(power_kw=0.0, longest_min=30.0),
    "a stay of 0": dict(longest_min=0.0),
    "all at once": dict(arrival_min=[7, 7, 7], patience_min=[0, 0, 0]),
    "endless stay and patience": dict(longest_min=np.inf, overstay_min=np.inf, patience_min=np.inf),
    "a limit of 0": dict(site=[0, 0], limit_kw=[0.0]),
    "a limit of 0 and a longest stay": dict(site=[0, -1], limit_kw=[0.0], longest_min=30.0),
    "an endless limit": dict(site=[0, 0], limit_kw=[np.inf]),
    "a site without stations": dict(site=[1, 1], limit_kw=[5.0, 7.0, 9.0]),
    "a third of a kilowatt": dict(site=[0, 0], limit_kw=[1 / 3], energy_kwh=1 / 3, power_kw=1 / 7),
    "a repair without a failure": dict(change_min=[1], change_kind=[REPAIR], change_of=[0]),
    "an outage of no length": dict(change_min=[5, 5], change_kind=[FAIL, REPAIR], change_of=[0, 0]),
    "changes after the last driver": dict(
        site=[0, 0], limit_kw=[9.0], change_min=[9e3, 9e3], change_kind=[FAIL, LIMIT], change_of=[0, 0], change_kw=1.0
    ),
    "starts that fail at no cost": dict(failed_starts=2, choices=[[0, 1]] * 3, restart_min=0.0),
    "huge keys": dict(queue_key=[3.0, -1e300, -np.inf]),
    "late": dict(arrival_min=np.array([0.1, 0.2, 0.3]) + 2.0**31),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_workloads_give_the_same(either, name):
    plain = dict(arrival_min=[0, 1, 2], choices=[0, 0, 1], energy_kwh=10.0, power_kw=11.0, points=[1, 1])
    assert differing(make_workload(**{**plain, **ODD[name]}), either) == []


def test_a_workload_is_left_as_it_was(either):
    w = random_workload(1)
    before = {field.name: np.copy(getattr(w, field.name)) for field in dataclasses.fields(w)}
    either(w)
    either(change_workload(w, patience_min=1.0))
    for name, column in before.items():
        np.testing.assert_array_equal(getattr(w, name), column)


def test_all_workloads_run_through_one_compilation(compiled):
    for workload in (random_workload(0), random_workload(1, ()), make_workload(**dict(ODD["no requests"], points=[1]))):
        compiled(workload)
    assert len(compiled_engine.compiled().signatures) == 1
