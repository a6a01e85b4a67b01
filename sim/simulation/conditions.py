"""The conditions of one run: what the network allows, whoever comes.

Grid connections, outages and rules on stays are turned into columns of the workload here, before an engine starts; an
engine knows no calendar, no technology and no rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.city import City
from sim.city.technology import Technology
from sim.clock import MIN_PER_WEEK, Horizon
from sim.demand.choice import Ranked
from sim.demand.requests import Requests
from sim.rng import stream
from sim.simulation.events import FAIL, LIMIT, REPAIR
from sim.simulation.opening import closures, open_for_min
from sim.simulation.operation import Operation
from sim.simulation.outages import Outages, draw_outages, joined
from sim.simulation.site_limits import SiteLimits, site_limits
from sim.simulation.stay_rules import allowed_stay_min, arrivals_min

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Changes:
    """Repairs, failures and new limits, in any order (see `Workload`).

    minute : c f8 [min], kind : c, REPAIR, FAIL or LIMIT, of : c, point or site, kw : c f8, of a new limit [kW]
    """

    minute: Floats = field(default_factory=lambda: np.zeros(0))
    kind: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    of: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    kw: Floats = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True)
class Conditions:
    """What the network allows in one run; as by default nothing binds and nothing fails.

    limits      : sites whose stations share power, None where no connection binds
    outages     : when which points are out of order
    changes     : both as changes of the network, and hours in which points are closed
    allowed_min : n,k f8 or one number, longest stay at each choice that rules and opening hours leave a driver; inf =
                  none binds [min]
    """

    limits: SiteLimits | None = None
    outages: Outages = field(default_factory=Outages)
    changes: Changes = field(default_factory=Changes)
    allowed_min: Floats | float = np.inf


NOTHING_BINDS = Conditions()


def draw_conditions(
    city: City,
    requests: Requests,
    ranked: Ranked,
    *,
    technologies: Mapping[str, Technology],
    operation: Operation,
    horizon: Horizon,
    seed: int,
    stage: str,
    replication: int,
) -> Conditions:
    """The conditions of one replication in one city.

    Luck hangs on the request (who heeds a rule) and on the station and point (when it fails), so that a city and its
    plan meet the same. The network goes on changing for a week after the measured days, so that the last cars leave one
    like that of the others; a failure is always repaired.
    """
    until_min = horizon.end_min + MIN_PER_WEEK
    streams = partial(stream, seed, stage, replication)
    limits = site_limits(city, operation, horizon=horizon, until_min=until_min)
    outages = draw_outages(city.stations, technologies, until_min=until_min, streams=streams)
    allowed_min = allowed_stay_min(
        requests, ranked, stations=city.stations, operation=operation, horizon=horizon, streams=streams
    )
    closed = closures(city.stations, technologies, horizon=horizon, until_min=until_min)
    if len(closed):
        open_min = open_for_min(
            arrivals_min(requests, ranked), ranked, stations=city.stations, technologies=technologies, horizon=horizon
        )
        allowed_min = np.minimum(allowed_min, open_min)
    return Conditions(limits, outages, changes_of(city.stations, limits, joined([outages, closed])), allowed_min)


def changes_of(stations: pd.DataFrame, limits: SiteLimits | None, outages: Outages) -> Changes:
    """Outages and limits as changes; points are numbered through, station by station."""
    new_limits = len(limits.change_min) if limits is not None else 0
    if not new_limits and not len(outages):
        return Changes()
    points = stations["points"].to_numpy(np.int64)
    point = (np.cumsum(points) - points)[outages.station] + outages.point
    minute, of, kw = [outages.repair_min, outages.fail_min], [point, point], [np.zeros(2 * len(outages))]
    if limits is not None:
        minute, of, kw = [*minute, limits.change_min], [*of, limits.change_of], [*kw, limits.change_kw]
    kind = np.repeat([REPAIR, FAIL, LIMIT], [len(outages), len(outages), new_limits])
    return Changes(np.concatenate(minute), kind, np.concatenate(of), np.concatenate(kw))
