"""When requests come: hours of the typical week (E10)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.clock import H_PER_WEEK, Horizon
from sim.demand.settings import Demand

DAY_KIND = (0, 0, 0, 0, 0, 1, 2)  # row of hour_share for Monday .. Sunday


def weekly_rate(demand: Demand, use_case: str) -> NDArray[np.float64]:
    """Requests in each hour of the week when there is one a day on average; 168 values from Monday 0 h. [1/h]

    Sums to 7: day factors are scaled to mean 1, hour shares to sum 1.
    """
    share = np.array(getattr(demand.hour_share, use_case), float)
    factor = np.array(getattr(demand.day_factor, use_case), float)
    share /= share.sum(axis=1, keepdims=True)
    return np.asarray((factor[:, None] * share[list(DAY_KIND)]).ravel() * 7 / factor.sum())


def hours_of(horizon: Horizon) -> NDArray[np.intp]:
    """Hour of the week of every hour of a run, warm-up included; the measured part starts on Monday 0 h."""
    hours = np.arange(24 * (horizon.warm_up_days + horizon.days))
    return np.asarray((hours - 24 * horizon.warm_up_days) % H_PER_WEEK)
