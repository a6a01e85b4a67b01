"""Energy that cars at points did not get because of the network: too little power, or a failure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.simulation.events import STARTS, TICKS
from sim.simulation.sessions import Outcome, Sessions
from sim.simulation.workload import Workload

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Undelivered:
    """Energy not delivered, by request in their order; 0 without a session. [kWh]

    limit_kwh   : what full power would have added until the car left or was cut off
    failure_kwh : what full power would have added from a failure to the end of the stay
    """

    limit_kwh: Floats
    failure_kwh: Floats


def undelivered(workload: Workload, sessions: Sessions) -> Undelivered | None:
    """What each session misses of the energy it would have got in the same stay at full power, without a failure.

    possible = delivered + limit + failure, where possible is the smaller of what the car wanted and what its own full
    power gives in its stay. The stay is the one it had; of a car that a failure cut off, the one it was allowed
    (`longest_min`), as long as it takes to be full at a hub. A car that stays until it is full gets everything, however
    long it takes: what a weak connection costs there is time at the point, not energy. None where nothing could be
    missed: no site shares power and nothing fails.
    """
    w, s = workload, sessions
    if not ((w.site >= 0).any() or len(w.change_min)):
        return None
    over = np.flatnonzero((s.outcome <= Outcome.CUT_SHORT) & np.isnan(s.full_min))
    visit = over, s.choice[over].astype(np.intp)
    lost_min = w.failed_starts[visit] * w.restart_min
    starts = w.failed_starts[visit] < STARTS

    def at_full_power(plugged_in_min: Floats) -> Floats:
        """Energy that the car's own power gives in that time, as engines reckon it where nothing is shared. [kWh]"""
        charging_min = np.where(starts & (w.power_kw[visit] > 0), np.maximum(plugged_in_min - lost_min, 0.0), 0.0)
        flowed_kwh = np.floor(w.power_kw[visit] * charging_min / 60.0 * TICKS) / TICKS
        return np.minimum(flowed_kwh, w.energy_kwh[visit])

    delivered = s.energy_kwh[over]
    so_far = np.maximum(at_full_power(s.end_min[over] - s.start_min[over]), delivered)
    cut = s.outcome[over] == Outcome.CUT_SHORT
    in_all = np.where(cut, np.maximum(at_full_power(w.longest_min[visit]), so_far), so_far)
    limit_kwh, failure_kwh = np.zeros(len(w)), np.zeros(len(w))
    limit_kwh[over], failure_kwh[over] = so_far - delivered, in_all - so_far
    return Undelivered(limit_kwh, failure_kwh)
