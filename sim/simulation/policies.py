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
def most_urgent(requests: Requests, workload: Workload) -> NDArray[np.float64]:
    """Who can wait least goes first: the key is the last moment at which plug-in is still in time. [min]

    In time is who can still be charged fully before the parking time ends, reckoned from the arrival at the station,
    and who has not lost patience: arrival + min(parking time - charging time, patience). A car in a queue does not
    charge, so all laxities shrink alike while it waits and their order is the order of these moments: least laxity
    first (Dertouzos and Mok 1989), shortest time to extinction in queueing (Panwar, Towsley and Wolf 1988).
    The plain earliest departure would put a car that is nearly full before one that needs all of its time.
    Waits at stations tried before are not known here; the arrival is that of a driver who met no queue on the way.
    """
    detours_min = np.cumsum(np.where(np.arange(workload.choices.shape[1]) > 0, workload.detour_min, 0.0), axis=1)
    full_min = np.where(np.isfinite(workload.charging_min), workload.charging_min, 0.0)  # never full: only leaves
    latest_min = np.minimum(workload.longest_min - full_min, workload.patience_min[:, None])
    return np.asarray(workload.arrival_min[:, None] + detours_min + latest_min)


@QUEUE_POLICIES.register()
def by_class(requests: Requests, workload: Workload) -> NDArray[np.float64]:
    """In order of use case, as listed in `USE_CASES`: those who charge where they live first, hub users last."""
    return np.broadcast_to(requests.use_case[:, None].astype(np.float64), workload.choices.shape)
