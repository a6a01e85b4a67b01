"""What the planner knows of opening hours: the share of the need that falls into them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim.planning.network import standing_capacity
from sim.study.opening import open_shares
from tests.planning.cities import two_sites


class Told(SimpleNamespace):
    """Expected demand of which only the load is asked: the same at each hour, but thrice as much from 18 to 24 h."""

    def offered_load(self, uses):
        day = np.where(np.arange(24) >= 18, 3.0, 1.0)
        return np.tile(day, 7)[None] * len(uses)


BEHAVIOUR = SimpleNamespace(current=dict(kerbside="AC", destination="AC", work="AC", retail="DC", hub="DC"))


def test_only_technologies_that_close_have_a_share_and_it_is_that_of_the_load(technologies):
    shares = open_shares(Told(), technologies, BEHAVIOUR)
    # a day is 18 + 6 x 3 = 36: from 18 to 8 h 18 + 8 = 26 of it, from 8 to 18 h 10
    assert shares == pytest.approx({"shared_night_11": 26 / 36, "time_shared_22": 10 / 36})


def test_a_point_counts_for_the_share_of_its_capacity():
    problem = two_sites()
    half = replace(problem, open_share={"ac_22": 0.5})
    assert standing_capacity(4, "ac_22", half) == pytest.approx(0.5 * standing_capacity(4, "ac_22", problem))
    assert standing_capacity(2, "dc_150", half) == standing_capacity(2, "dc_150", problem)
