"""The rival: the network as a SimPy textbook writes it, one process for each driver on a `PriorityResource`.

It has the contract of an engine for workloads without the features that an idiom has no words for (informed drivers,
shared sites, failures, failed starts), and leaves points unnumbered. At one instant it follows the order of scheduling,
so it gives the same sessions where no two things happen at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, nan
from typing import Any

import simpy

from sim.simulation.sessions import Notes, Outcome, Sessions, make_sessions
from sim.simulation.workload import Workload


def run(w: Workload) -> Sessions:
    """Simulate a workload."""
    assert not w.informed.any() and (w.site < 0).all() and not len(w.change_min) and not w.failed_starts.any()
    n = len(w)
    env = simpy.Environment()
    pools = [simpy.PriorityResource(env, capacity=points) for points in w.points.tolist()]
    patience_min = w.patience_min.tolist()
    choices, detour_min, balk_at = w.choices.tolist(), w.detour_min.tolist(), w.balk_at.tolist()
    queue_key, held_min = w.queue_key.tolist(), w.held_min.tolist()
    outcome, tries, chosen, wait_min = [int(Outcome.NO_CHOICE)] * n, [0] * n, [0] * n, [0.0] * n
    start_min, end_min = [nan] * n, [nan] * n

    def driver(i: int) -> Iterator[Any]:
        for choice, station in enumerate(choices[i]):
            if station < 0:
                break
            if choice:
                yield env.timeout(detour_min[i][choice])
            pool, joined = pools[station], env.now
            tries[i], chosen[i] = tries[i] + 1, choice
            if pool.count == pool.capacity and len(pool.queue) >= balk_at[i][choice]:
                outcome[i] = Outcome.BALKED
                continue
            with pool.request(priority=queue_key[i][choice]) as request:
                if patience_min[i] < inf:
                    yield request | env.timeout(patience_min[i])
                else:
                    yield request
                wait_min[i] += env.now - joined
                if request.triggered:
                    outcome[i], start_min[i] = Outcome.SERVED, env.now
                    yield env.timeout(held_min[i][choice])
                    break
                outcome[i] = Outcome.RENEGED
        end_min[i] = env.now

    def arrivals() -> Iterator[Any]:
        for i, arrival_min in enumerate(w.arrival_min.tolist()):
            yield env.timeout(arrival_min - env.now)
            env.process(driver(i))

    env.process(arrivals())
    env.run()
    nowhere, never = [-1] * n, [nan] * n
    return make_sessions(
        w, Notes(outcome, tries, chosen, nowhere, wait_min, start_min, end_min, full_min=never, missing_kwh=never)
    )
