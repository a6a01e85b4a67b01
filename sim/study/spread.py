"""How waits at hubs and ways on foot are spread over the drivers who are served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.demand.requests import USE_CASES
from sim.scoring.access import WALKS
from sim.scoring.run import Run

# Where bins end; each holds what is more than the end before it and at most its own. The first bin of waits is 0 to 0:
# those who did not wait, who would hide in a bin of minutes; the last of both is open.
BIN_ENDS: Mapping[str, NDArray[np.float64]] = {
    "wait_min": np.array([0.0, *np.arange(2.0, 31.0, 2.0), np.inf]),
    "walk_m": np.array([*np.arange(50.0, 1201.0, 50.0), np.inf]),
}
MEASURED = {
    "wait_min": [USE_CASES.index("hub")],  # where drivers queue
    "walk_m": np.flatnonzero(WALKS).tolist(),
}


def binned(run: Run) -> dict[str, NDArray[np.int64]]:
    """Served drivers who arrive in the measured days of one replication, by quantity: use cases x bins. [drivers]"""
    chosen = run.measured & run.served
    use_case = run.requests.use_case[chosen].astype(np.intp)
    counts = {}
    for quantity, values in (("wait_min", run.sessions.wait_min), ("walk_m", run.way_m)):
        ends = BIN_ENDS[quantity]
        cell = use_case * len(ends) + np.searchsorted(ends, values[chosen], side="left")
        counts[quantity] = np.bincount(cell, minlength=len(USE_CASES) * len(ends)).reshape(len(USE_CASES), len(ends))
    return counts


def spread_table(
    as_is: Sequence[Mapping[str, NDArray[np.int64]]], plan: Sequence[Mapping[str, NDArray[np.int64]]]
) -> pd.DataFrame:
    """Share of served drivers in each bin, over all replications; NaN where nobody is served.

    as_is, plan : `binned` of the replications of each city
    Columns as `StudyResult.spread`; the shares of a quantity, use case and state sum to 1.
    """
    rows: list[dict[str, Any]] = []
    for quantity, ends in BIN_ENDS.items():
        starts = np.concatenate([[0.0], ends[:-1]])
        for use_case in MEASURED[quantity]:
            for state, replications in (("as_is", as_is), ("plan", plan)):
                drivers = sum(counts[quantity][use_case] for counts in replications)
                total = np.sum(drivers)
                rows += [
                    dict(
                        quantity=quantity, use_case=USE_CASES[use_case], state=state, bin_from=start, bin_to=end,
                        share=count / total if total else np.nan,
                    )
                    for start, end, count in zip(starts, ends, np.atleast_1d(drivers), strict=True)
                ]  # fmt: skip
    return pd.DataFrame(rows)
