"""Who is informed and whose start fails: by hand, by chance, and without touching any other draw."""

import dataclasses

import numpy as np
import pytest

from sim.clock import Horizon
from sim.demand.draw import draw_requests
from sim.demand.luck import failed_starts
from sim.demand.requests import USE_CASES
from tests.demand.test_draw import same

WEEK = Horizon(warm_up_days=2, days=7)
EVERYWHERE = {"kerbside": 0.3, "destination": 0.3, "work": 0.3, "retail": 0.3, "hub": 0.3}


@pytest.fixture(scope="module")
def draw(dortmund, expect, demand, behaviour, technologies):
    def of(failed_start_share=0.0, **changes):
        return draw_requests(
            dortmund, expect(2030), demand, dataclasses.replace(behaviour, **changes), horizon=WEEK, seed=1,
            stage="search", replication=0,
            technologies={
                name: dataclasses.replace(technology, failed_start_share=failed_start_share)
                for name, technology in technologies.items()
            },
        )  # fmt: skip

    return of


def test_one_number_says_whether_no_start_one_or_both_fail():
    """At 0.2: below 0.04 both fail, below 0.2 the first; at 0 none ever, at 1 both always."""
    luck = np.array([0.0, 0.039, 0.041, 0.199, 0.2, 0.99])
    assert failed_starts(luck, np.full(6, 0.2)).tolist() == [2, 2, 1, 1, 0, 0]
    assert failed_starts(luck, np.zeros(6)).tolist() == [0] * 6
    assert failed_starts(luck, np.ones(6)).tolist() == [2] * 6


def test_without_informed_drivers_and_failing_starts_nothing_is_drawn(draw):
    plain = draw()
    assert not plain.informed.any() and plain.informed.shape == (len(plain),)
    assert plain.start_luck.shape == (len(plain), 0)


def test_a_share_of_one_use_case_is_informed_and_nothing_else_changes(draw):
    """Binomial: within 4 standard deviations of half of the hub drivers (seed 1; false alarm below 0.01 %)."""
    plain, half = draw(), draw(informed_share={**dict.fromkeys(USE_CASES, 0.0), "hub": 0.5})
    assert same(plain, half) == ["informed"]
    hub = half.use_case == USE_CASES.index("hub")
    assert not half.informed[~hub].any()
    assert abs(half.informed[hub].sum() - hub.sum() / 2) < 4 * np.sqrt(hub.sum() / 4)


def test_a_larger_share_adds_informed_drivers_to_those_of_the_smaller(draw):
    some, more = draw(informed_share=EVERYWHERE), draw(informed_share=dict.fromkeys(USE_CASES, 0.6))
    assert same(some, more) == ["informed"]
    assert not (some.informed & ~more.informed).any() and more.informed.sum() > 1.8 * some.informed.sum()
    assert draw(informed_share=dict.fromkeys(USE_CASES, 1.0)).informed.all()


def test_luck_of_starts_is_drawn_for_the_tries_of_each_use_case_and_nothing_else_changes(draw, behaviour):
    plain, failing = draw(), draw(failed_start_share=0.1)
    assert same(plain, failing) == ["start_luck"]
    assert failing.start_luck.shape == (len(plain), 3)
    for number, use_case in enumerate(USE_CASES):
        luck, tries = failing.start_luck[failing.use_case == number], behaviour.tries[use_case]
        assert (luck[:, tries:] == 1).all() and (luck[:, :tries] < 1).all()
        # mean of uniform numbers within 4 standard errors (seed 1; false alarm of five below 0.04 %)
        assert abs(luck[:, :tries].mean() - 0.5) < 4 / np.sqrt(12 * luck[:, :tries].size)


def test_the_same_luck_meets_every_share_and_more_tries(draw, behaviour):
    at_10, at_15 = draw(failed_start_share=0.10), draw(failed_start_share=0.15)
    assert same(at_10, at_15) == []
    more = draw(failed_start_share=0.10, tries={**behaviour.tries, "kerbside": 4})
    kerbside = more.use_case == USE_CASES.index("kerbside")
    assert (more.start_luck[:, :3] == at_10.start_luck).all()
    assert (more.start_luck[kerbside, 3] < 1).all() and (more.start_luck[~kerbside, 3] == 1).all()


def test_one_visit_in_a_hundred_fails_twice_at_a_tenth(draw):
    """Binomial: 1 % and 9 % of first tries within 4 standard deviations (seed 1; false alarm below 0.02 %)."""
    luck = draw(failed_start_share=0.1).start_luck[:, 0]
    fails = np.bincount(failed_starts(luck, np.full(len(luck), 0.1)), minlength=3) / len(luck)
    for found, chance in zip(fails, (0.90, 0.09, 0.01), strict=True):
        assert abs(found - chance) < 4 * np.sqrt(chance * (1 - chance) / len(luck))
