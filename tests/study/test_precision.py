"""Replications are added until the intervals are narrow enough, or a cap: the rule, its coverage, and a whole study."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from sim import City, StudyResult
from sim.scoring.interval import mean_interval, t_quantile
from sim.scoring.run import Run
from sim.simulation.run import Precision
from sim.study.precision import CAP, NARROW, Reached, half_width, precision_checks, reach, until_precise
from sim.study.replicate import Experiment, replicate
from sim.study.verdict import judge
from tests.study.conftest import city_value, run_quick

NAN = float("nan")
Draw = Callable[[np.random.Generator, int], list[list[float]]]


def wanted(
    level: float = 0.1, difference: float = 0.1, *, error: str = "absolute", batch: int = 2, most: int = 10
) -> Precision:
    return Precision("served_share", error, level, difference, batch, most)


def given(as_is: Sequence[float], plan: Sequence[float]) -> Callable[[range], list[list[float]]]:
    """Replications that are known beforehand."""
    return lambda numbers: [[values[number] for number in numbers] for values in (as_is, plan)]


def test_half_widths_by_hand() -> None:
    # 1, 2, 3: mean 2, variance 1, standard error 1 / sqrt 3, t with 2 degrees 4.3027: half-width 2.4842
    interval = mean_interval(np.array([[1.0], [2.0], [3.0]]))
    assert half_width(interval, "absolute") == pytest.approx(4.3027 / 3**0.5, abs=1e-4)
    assert half_width(interval, "relative") == pytest.approx(4.3027 / 3**0.5 / 2, abs=1e-4)


def test_what_never_varies_is_precise_even_around_zero() -> None:
    assert half_width(mean_interval(np.zeros((3, 1))), "relative") == 0


def test_what_varies_around_zero_has_no_relative_precision() -> None:
    assert half_width(mean_interval(np.array([[-1.0], [1.0]])), "relative") == np.inf


def test_pairs_may_be_precise_where_levels_are_not() -> None:
    # both cities share what chance brings: levels vary, the difference is always 1
    found = reach(np.array([1.0, 5.0, 3.0]), np.array([2.0, 6.0, 4.0]), wanted())
    assert found.difference == 0
    assert found.as_is == pytest.approx(t_quantile(2) * 2 / 3**0.5)
    assert found.stopped == CAP
    assert reach(np.array([1.0, 5.0, 3.0]), np.array([2.0, 6.0, 4.0]), wanted(level=10)).stopped == NARROW


def test_the_first_look_that_is_narrow_enough_is_the_last() -> None:
    # looks after 2, 4 and 6; 0 and 1 are wide apart, all later values lie between
    values = [0.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]
    widths = [reach(np.array(values[:n]), np.array(values[:n]), wanted()).as_is for n in (2, 4, 6)]
    assert widths[0] > widths[1] > widths[2]
    cities, reached = until_precise(
        given(values, values), float, least=2, precision=wanted(level=(widths[1] + widths[2]) / 2)
    )
    assert (reached.replications, reached.stopped) == (6, NARROW)
    assert cities == [values[:6]] * 2


def test_the_cap_ends_it_and_is_told_apart() -> None:
    values = [float(number % 2) for number in range(10)]
    _, reached = until_precise(given(values, values), float, least=3, precision=wanted(batch=4, most=10))
    assert (reached.replications, reached.stopped) == (10, CAP)


def test_the_least_number_is_made_whatever_the_cap_and_looked_at_once() -> None:
    values = [float(number % 2) for number in range(20)]
    asked: list[range] = []

    def more(numbers: range) -> list[list[float]]:
        asked.append(numbers)
        return given(values, values)(numbers)

    _, reached = until_precise(more, float, least=20, precision=wanted(most=10))
    assert asked == [range(20)]
    assert (reached.replications, reached.stopped) == (20, CAP)


def test_a_kpi_without_a_value_is_never_precise() -> None:
    assert reach(np.array([NAN, NAN, 1.0]), np.array([1.0, 1.0, 1.0]), wanted()).stopped == CAP


def test_checks_say_what_was_reached_and_fail_at_the_cap() -> None:
    precision = wanted(level=0.1, difference=3.0, most=2)
    checks = precision_checks(reach(np.array([1.0, 1.0]), np.array([1.0, 1.5]), precision), precision)
    # with the plan and in difference: standard error 0.25, t with 1 degree 12.706: 3.18
    assert checks["value"].to_numpy() == pytest.approx([0.0, 3.1766, 3.1766], abs=1e-3)
    assert checks["passed"].tolist() == [True, False, False]
    assert checks["high"].tolist() == [0.1, 0.1, 3.0]
    assert (checks["note"] == "2 replications; the cap on replications was reached first").all()


def test_batches_are_the_replications_of_one_go_whatever_the_number_of_workers(
    city: City, experiment: Experiment
) -> None:
    # the same city twice, so that the pairs never differ; 4 + 3 + 3 replications, in one process and in two
    def batches(workers: int) -> tuple[list[list[float]], Reached]:
        simulation = dataclasses.replace(experiment.simulation, workers=workers)
        return until_precise(
            lambda numbers: replicate(
                [city, city], dataclasses.replace(experiment, simulation=simulation), stage="verdict",
                numbers=numbers, measure=city_served_share, done=lambda: None,
            ),
            float,
            least=4,
            precision=wanted(level=1e-9, batch=3, most=10),
        )  # fmt: skip

    one, two = batches(1), batches(2)
    assert one == two
    assert one[1].replications == 10 and one[1].difference == 0
    [in_one_go] = replicate(
        [city], experiment, stage="verdict", numbers=range(10), measure=city_served_share, done=lambda: None
    )
    assert one[0] == [in_one_go, in_one_go]
    assert len(set(in_one_go)) == 10


def city_served_share(run: Run) -> float:
    return judge(run).of_city("served_share")


def test_a_study_that_reaches_the_cap_says_so_loudly() -> None:
    result = run_quick(
        "planning.budget_eur=200e3", "simulation.verdict_replications=3", "simulation.precision.batch=2",
        "simulation.precision.most_replications=6", "simulation.precision.difference_half_width=1e-6",
    )  # fmt: skip
    assert result.trust is not None and result.trust.reached.stopped == CAP
    assert result.trust.reached.replications == 6
    assert sorted(result.replications["replication"].unique()) == list(range(6))
    check = result.checks.set_index("check").loc["half-width of the interval of served_share, difference"]
    assert not check["passed"]
    assert check["value"] == result.trust.reached.difference > 1e-6
    assert check["note"] == "6 replications; the cap on replications was reached first"
    interval = city_value(result, "served_share")
    assert (interval["difference_high"] - interval["difference_low"]) / 2 == pytest.approx(check["value"])


def covered(draw: Draw, means: tuple[float, float], half: float, seeds: int) -> np.ndarray:
    """Share of studies whose intervals cover the true means of both cities and of the difference."""
    hits = np.zeros(3)
    numbers = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        cities, reached = until_precise(
            lambda numbers, rng=rng: draw(rng, len(numbers)), float, least=20,
            precision=wanted(level=half, difference=half, batch=10, most=300),
        )  # fmt: skip
        as_is, plan = (np.array(city) for city in cities)
        numbers.append(len(as_is))
        missed_by = as_is.mean() - means[0], plan.mean() - means[1], (plan - as_is).mean() - (means[1] - means[0])
        hits += np.abs(missed_by) <= (reached.as_is, reached.plan, reached.difference)
    assert 20 < np.median(numbers) < 300  # neither the first look nor the cap ends the typical study
    return hits / seeds


def normal(rng: np.random.Generator, number: int) -> list[list[float]]:
    """Two cities that share half of what chance brings."""
    common, own, other = rng.normal(size=(3, number))
    return [(common + own).tolist(), (1 + common + other).tolist()]


def shares(rng: np.random.Generator, number: int) -> list[list[float]]:
    """Served share of weeks of some 360 requests, as in a small town: 0.4 and 0.8."""
    requests = rng.poisson(360, number)
    return [(rng.binomial(requests, p) / requests).tolist() for p in (0.4, 0.8)]


@pytest.mark.slow
@pytest.mark.parametrize(("draw", "means", "half"), [(normal, (0.0, 1.0), 0.4), (shares, (0.4, 0.8), 0.008)])
def test_stopping_early_costs_little_coverage(draw: Draw, means: tuple[float, float], half: float) -> None:
    # 3,000 studies, so a true coverage of 0.945 is estimated with a standard error of 0.004; seeds 0 to 2999
    found = covered(draw, means, half, seeds=3000)
    assert (found >= 0.93).all(), found


def assert_same_tables(one: StudyResult, other: StudyResult, apart_from: str = "") -> None:
    tables = [field.name for field in fields(StudyResult) if isinstance(getattr(one, field.name), pd.DataFrame)]
    for name in tables:
        if name != apart_from:
            pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
