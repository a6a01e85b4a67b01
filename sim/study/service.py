"""What a week of a city brings, by use case: the verdict in the form that an appraisal takes (SERVICE)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clock import MIN_PER_H
from sim.demand.behaviour import Behaviour
from sim.demand.requests import USE_CASES
from sim.economics.project import SERVICE
from sim.scoring.access import WALKS
from sim.scoring.run import Run

THERE_AND_BACK = 2
SUMS = ("energy_kwh", "served", "walk_m", "wait_min")


def weekly_sums(run: Run) -> pd.DataFrame:
    """What one replication gave, one row per use case, of the requests that arrive in the measured days.

    Index use_case; energy_kwh [kWh/week], served [1/week], walk_m (one way; 0 at hubs, where drivers stay with the
    car [m/week]), wait_min [min/week]; sums over served requests, so that replications can be added up.
    """
    walk_m = np.where(WALKS[run.requests.use_case], run.way_m, 0.0)
    columns = run.sessions.energy_kwh, np.ones(len(run.requests)), walk_m, run.sessions.wait_min
    sums = {name: run.total(values, run.served, "use_case") for name, values in zip(SUMS, columns, strict=True)}
    return pd.DataFrame(sums, index=pd.Index(USE_CASES, name="use_case"))


def service_table(
    as_is: Sequence[pd.DataFrame], plan: Sequence[pd.DataFrame], *, year: int, behaviour: Behaviour
) -> pd.DataFrame:
    """SERVICE of the mean week, both cities side by side, one row per use case.

    as_is, plan : `weekly_sums` of the replications of each city
    Energy and requests are means over replications; minutes are those of the mean served request: all minutes / all
    requests, NaN where nobody is served.
    """
    table = pd.DataFrame({"year": year, "use_case": USE_CASES})
    table["current"] = table["use_case"].map(behaviour.current)
    for state, replications in (("as_is", as_is), ("plan", plan)):
        mean = sum(replications) / len(replications)
        served = mean["served"].to_numpy(float)
        table[f"energy_kwh_{state}"] = mean["energy_kwh"].to_numpy(float)
        table[f"served_{state}"] = served
        table[f"walk_min_{state}"] = _walk_min(_per(mean["walk_m"], served), behaviour)
        table[f"wait_min_{state}"] = _per(mean["wait_min"], served)
    return table[SERVICE.column_names]


def _walk_min(way_m: NDArray[np.float64], behaviour: Behaviour) -> NDArray[np.float64]:
    """Minutes on foot to where the driver was going and back to the car. [min]"""
    return THERE_AND_BACK * way_m / (behaviour.walk_speed_kmh * 1000 / MIN_PER_H)


def _per(total: pd.Series, served: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.divide(total.to_numpy(float), served, out=np.full(len(served), np.nan), where=served > 0))
