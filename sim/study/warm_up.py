"""Is the warm-up long enough? Load at the start of the measured weeks against the same hour at their end.

A network whose week repeats itself has the same expected load on Monday at 0 h, whichever Monday it is. One that still
fills up after its empty start, or whose queues grow for ever, has less at the start than at the end.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.clock import MIN_PER_WEEK, Horizon
from sim.scoring.groups import Floats
from sim.scoring.interval import paired_difference
from sim.scoring.run import Run
from sim.study.precision import CHECK_COLUMNS

STATES = ("as it is", "with the plan")


def load_at_ends(run: Run) -> Floats:
    """Cars plugged in where the measured days begin, and whole weeks later. [cars], 2 values

    Whole weeks, since the load of other hours differs anyway; NaN where less than a week is measured.
    """
    horizon, sessions = run.survey.horizon, run.sessions
    end_min = np.where(np.isnan(sessions.end_min), np.inf, sessions.end_min)

    def plugged_in(time_min: float) -> int:
        return int(np.count_nonzero((sessions.start_min <= time_min) & (end_min > time_min)))

    weeks = horizon.days // 7
    if weeks < 1:
        return np.full(2, np.nan)
    return np.array([plugged_in(horizon.start_min), plugged_in(horizon.start_min + weeks * MIN_PER_WEEK)], float)


def warm_up_checks(
    as_is: Sequence[Floats], plan: Sequence[Floats], *, horizon: Horizon, tolerance: float
) -> pd.DataFrame:
    """Load at the end less load at the start, paired over replications, for each city; columns as `StudyResult.checks`.

    as_is, plan : `load_at_ends` of the replications
    tolerance : difference that does no harm, as a share of the mean load at the end
    Passed where the 95 % interval of the difference comes within the tolerance of 0; low and high are the differences
    for which it would. With a difference of 0 in truth it fails in fewer than 5 of 100 studies.
    """
    rows = []
    for state, loads in zip(STATES, (as_is, plan), strict=True):
        start, end = np.array(loads).T[:, :, None]
        difference = paired_difference(start, end)
        mean, half = float(difference.mean[0]), float(difference.high[0] - difference.low[0]) / 2
        bound = half + tolerance * float(np.mean(end))
        note = f"cars plugged in, over {horizon.days // 7} weeks; outside: make simulation.warm_up_days longer"
        if horizon.days < 7:
            note = "not checked: less than a week is measured"
        rows.append(
            (f"load at the end less at the start, {state}", mean, "cars", -bound, bound, not abs(mean) > bound, note)
        )
    return pd.DataFrame(rows, columns=CHECK_COLUMNS)
