"""All that the verdict keeps of one replication; measured in the worker, so that sessions never travel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.scoring.run import Run
from sim.scoring.scorecard import score
from sim.scoring.service import lost_kwh_by_cell
from sim.study.hours import week_by_hour
from sim.study.service import weekly_sums
from sim.study.spread import binned


@dataclass(frozen=True)
class Verdict:
    """What one replication gave for one city.

    scores   : every KPI: kpi, scope, id, value
    lost_kwh : by cell, energy wanted by requests that were lost [kWh/week]
    sums     : by use case, see `weekly_sums`
    hours    : quantities x use cases x hours of the week, see `week_by_hour`
    drivers  : by quantity, use cases x bins, see `binned`
    """

    scores: pd.DataFrame
    lost_kwh: NDArray[np.float64]
    sums: pd.DataFrame
    hours: NDArray[np.float64]
    drivers: Mapping[str, NDArray[np.int64]]


def judge(run: Run) -> Verdict:
    """Measure one replication of one city."""
    return Verdict(score(run), lost_kwh_by_cell(run), weekly_sums(run), week_by_hour(run), binned(run))
