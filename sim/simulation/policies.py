"""Queue policies: who goes first when a point becomes free.

A policy is one function from requests and their workload to sort keys by visit; the smallest goes first, equal keys in
order of joining. Register another with `@QUEUE_POLICIES.register()` and name it in `simulation.queue_policy`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.demand.requests import Requests
from sim.registry import Registry
from sim.simulation.workload import Workload

QueuePolicy = Callable[[Requests, Workload], NDArray[np.float64]]
QUEUE_POLICIES: Registry[QueuePolicy] = Registry("queue policy")


@QUEUE_POLICIES.register()
def first_come(requests: Requests, workload: Workload) -> NDArray[np.float64]:
    """In order of joining the queue."""
    return np.zeros(workload.choices.shape)


@QUEUE_POLICIES.register()
def shortest_stay(requests: Requests, workload: Workload) -> NDArray[np.float64]:
    """Who will hold the point for the shortest time goes first. [min]"""
    return workload.held_min


@QUEUE_POLICIES.register()
def by_class(requests: Requests, workload: Workload) -> NDArray[np.float64]:
    """In order of use case, as listed in `USE_CASES`: those who charge where they live first, hub users last."""
    return np.broadcast_to(requests.use_case[:, None].astype(np.float64), workload.choices.shape)
