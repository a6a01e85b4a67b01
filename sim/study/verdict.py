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
from sim.study.warm_up import load_at_ends


@dataclass(frozen=True)
class Verdict:
    """What one replication gave for one city.

    scores   : every KPI: kpi, scope, id, value
    lost_kwh : by cell, energy wanted by requests that were lost [kWh/week]
    sums     : by use case, see `weekly_sums`
    hours    : quantities x use cases x hours of the week, see `week_by_hour`
    drivers  : by quantity, use cases x bins, see `binned`
    load     : cars plugged in at both ends of the measured weeks, see `load_at_ends`
    requests : simulated, warm-up included
    """

    scores: pd.DataFrame
    lost_kwh: NDArray[np.float64]
    sums: pd.DataFrame
    hours: NDArray[np.float64]
    drivers: Mapping[str, NDArray[np.int64]]
    load: NDArray[np.float64]
    requests: int

    def of_city(self, kpi: str) -> float:
        """A KPI of the whole city."""
        scores = self.scores
        return float(scores.loc[(scores["kpi"] == kpi) & (scores["scope"] == "city"), "value"].item())


def judge(run: Run) -> Verdict:
    """Measure one replication of one city."""
    return Verdict(
        scores=score(run), lost_kwh=lost_kwh_by_cell(run), sums=weekly_sums(run), hours=week_by_hour(run),
        drivers=binned(run), load=load_at_ends(run), requests=len(run.requests),
    )  # fmt: skip
