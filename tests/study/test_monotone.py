"""One more point never serves less? It nearly never does; where it can fail, no bound from the street is a proof."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim import City
from sim.simulation.run import ENGINES
from sim.simulation.sessions import Outcome
from sim.simulation.workload import make_workload
from sim.study.street import Street, stations_by
from tests.study.test_polish import YEARS, Town

TRIES = 12
SEED = 7


def served(points: list[int]) -> int:
    """Requests 1 to 6 at stations X and Y: the first holds Y for long, then see the test."""
    x, y, none = 0, 1, -1
    workload = make_workload(
        arrival_min=[0, 1, 2, 6, 8, 10],
        choices=[[y, none], [y, x], [x, none], [x, none], [x, none], [x, none]],
        longest_min=[100, 4, 100, 1, 1, 1],
        overstay_min=np.inf,
        energy_kwh=0.1,
        power_kw=11.0,
        balk_at=0,
        points=points,
    )
    return int((ENGINES["simpy"](workload).outcome <= Outcome.CUT_SHORT).sum())


def test_a_point_more_can_serve_fewer() -> None:
    # Y has one point, taken until minute 100. The second driver finds Y full and holds X from 1 to 5, so the third,
    # who would stay at X for 100 minutes, is lost; the three after it find X free in turn: 5 of 6 are served.
    assert served([1, 1]) == 5
    # With a second point the second driver stays at Y, the third holds X, and the three after it are lost: 3 of 6.
    assert served([1, 2]) == 3


def test_one_more_point_in_a_town_serves_no_less_but_for_a_trifle(city: City) -> None:
    """Common random numbers: the same weeks with and without one more point somewhere, in plans thinned by chance.

    36 pairs here; 240 such pairs showed no loss. A single loss of more than 1 % would make the polish, whose
    leads take for granted that points only add, a poor guide.
    """
    town = Town(city)
    street, chance = town.street(), np.random.default_rng(SEED)
    gains, shares = [], []
    for _ in range(TRIES):
        plan = town.plan.table[chance.random(len(town.plan.table)) < chance.random()]
        row = {
            "site_id": city.sites.index[chance.integers(len(city.sites))],
            "technology": ("ac_22", "dc_150")[chance.integers(2)], "phase": YEARS[-1], "points_added": 1,
        }  # fmt: skip
        more = pd.concat([plan, pd.DataFrame([{**town.plan.table.iloc[0].to_dict(), **row}])], ignore_index=True)
        before, after = (_served_in_last_phase(street, table) for table in (plan, more))
        gains.append((after - before).sum())
        shares += ((after - before) / before).tolist()
    assert sum(gains) > 0
    assert min(shares) >= -0.01


def _served_in_last_phase(street: Street, table: pd.DataFrame) -> np.ndarray:
    street.live(table)
    weeks = street.memory[YEARS[-1], stations_by(table, YEARS[-1])]
    return np.array([week["requests"].sum() for week in weeks])
