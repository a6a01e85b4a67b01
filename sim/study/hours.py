"""The week hour by hour: cars plugged in and power drawn, by use case."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.clock import H_PER_WEEK, MIN_PER_H
from sim.demand.requests import USE_CASES
from sim.scoring.grid import charging, mean_in_bins
from sim.scoring.groups import Floats
from sim.scoring.interval import mean_interval
from sim.scoring.run import Run

QUANTITIES = ("plugged_in", "power_kw")


def week_by_hour(run: Run) -> Floats:
    """Cars plugged in and power drawn in one replication. [cars], [kW]; quantities x use cases x 168 hours

    Means over each hour of the measured days, whenever the session began, as `occupied_share` and `peak_kw` count them.
    Several weeks are averaged hour by hour; an hour that was not measured is NaN.
    """
    end_min = np.where(np.isnan(run.sessions.end_min), np.inf, run.sessions.end_min)
    use_case = run.requests.use_case.astype(np.intp)

    def by_hour(begin_min: Floats, stop_min: Floats, height: Floats) -> Floats:
        hours = mean_in_bins(
            begin_min, stop_min, height, use_case, len(USE_CASES), horizon=run.survey.horizon, bin_min=MIN_PER_H
        )
        return _folded(hours)

    return np.stack([by_hour(run.sessions.start_min, end_min, np.ones(len(use_case))), by_hour(*charging(run))])


def _folded(hours: Floats) -> Floats:
    """Mean of each hour of the week over the weeks that have it; the measured days begin on Monday."""
    missing = -hours.shape[1] % H_PER_WEEK
    whole = np.pad(hours, ((0, 0), (0, missing)), constant_values=np.nan).reshape(len(hours), -1, H_PER_WEEK)
    known = ~np.isnan(whole)
    count = known.sum(axis=1)
    total = np.where(known, whole, 0.0).sum(axis=1)
    return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0))


def hours_table(as_is: Sequence[Floats], plan: Sequence[Floats]) -> pd.DataFrame:
    """Means over replications with 95 % intervals; columns as `StudyResult.hours`.

    as_is, plan : `week_by_hour` of the replications of each city
    """
    table = pd.DataFrame(
        {
            "hour_of_week": np.repeat(np.arange(H_PER_WEEK), len(USE_CASES)),
            "use_case": np.tile(USE_CASES, H_PER_WEEK),
        }
    )
    for number, quantity in enumerate(QUANTITIES):
        for state, weeks in (("as_is", as_is), ("plan", plan)):
            interval = mean_interval(np.array([week[number].T.ravel() for week in weeks]))
            name = f"{quantity}_{state}"
            table[name], table[f"{name}_low"], table[f"{name}_high"] = interval.mean, interval.low, interval.high
    return table
