"""What the planner knows of opening hours: the share of the need that falls into them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim.demand.requests import USE_CASES
from sim.planning.network import standing_capacity
from sim.study.opening import open_shares
from tests.planning.cities import two_sites


def told(rate, load):
    """Expected demand of which only the hours are asked: rate and load from 18 to 24 h, elsewhere 1."""
    evening = np.arange(24) >= 18
    profiles = (np.tile(np.where(evening, level, 1.0), (len(USE_CASES), 7)) for level in (rate, load))
    rate_profile, load_profile = profiles
    return SimpleNamespace(
        requests_per_day=np.ones((2, len(USE_CASES))), rate_profile=rate_profile, load_profile=load_profile
    )


BEHAVIOUR = SimpleNamespace(current=dict(kerbside="AC", destination="AC", work="AC", retail="DC", hub="DC"))


def test_only_technologies_that_close_have_a_share_the_smaller_of_arrivals_and_plugged_in_time(technologies):
    # a day is 18 + 6 x level: at level 3 it is 36, from 18 to 8 h 26 of it, from 8 to 18 h 10; at level 1 24, 14, 10
    by_load = open_shares(told(1.0, 3.0), technologies, BEHAVIOUR)
    assert by_load == pytest.approx({"shared_night_11": 14 / 24, "time_shared_22": 10 / 36})
    by_arrivals = open_shares(told(3.0, 1.0), technologies, BEHAVIOUR)
    assert by_arrivals == pytest.approx({"shared_night_11": 14 / 24, "time_shared_22": 10 / 36})
    evenings = open_shares(told(3.0, 3.0), technologies, BEHAVIOUR)
    assert evenings == pytest.approx({"shared_night_11": 26 / 36, "time_shared_22": 10 / 36})


def test_a_point_counts_for_the_share_of_its_capacity():
    problem = two_sites()
    half = replace(problem, open_share={"ac_22": 0.5})
    assert standing_capacity(4, "ac_22", half) == pytest.approx(0.5 * standing_capacity(4, "ac_22", problem))
    assert standing_capacity(2, "dc_150", half) == standing_capacity(2, "dc_150", problem)
