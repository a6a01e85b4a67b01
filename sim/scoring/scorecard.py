"""The score of one replication, the scorecard of many, and two cities side by side.

Importing this module registers the KPIs of the room.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.scoring import access, grid, network, service, use
from sim.scoring.groups import Floats
from sim.scoring.interval import Interval, mean_interval, paired_difference
from sim.scoring.kpi import KPIS
from sim.scoring.run import Run

__all__ = ["KPIS", "access", "compare", "grid", "network", "score", "service", "summarise", "use"]

ROW = ["kpi", "scope", "id"]


def score(run: Run, kpis: Sequence[str] | None = None) -> pd.DataFrame:
    """All KPIs (or those named) of one replication: kpi, scope, id, value.

    Every id has its row, with NaN where it has no value, so scores of one city always have the same rows.
    Raises `UnknownName` for a KPI that is not registered.
    """
    names, scopes, sizes, ids, values = [], [], [], [], []
    for name in KPIS.names() if kpis is None else kpis:
        measure = KPIS[name]
        for scope in KPIS.facts[name]["scopes"]:
            names.append(name)
            scopes.append(scope)
            sizes.append(run.survey.size(scope))
            ids.extend(run.survey.ids[scope])
            values.append(measure(run, scope))
    return pd.DataFrame(
        {
            "kpi": pd.Series(names, dtype="str").repeat(sizes).to_numpy(),
            "scope": pd.Series(scopes, dtype="str").repeat(sizes).to_numpy(),
            "id": pd.Series(ids, dtype="str"),
            "value": np.concatenate(values) if values else np.empty(0),
        }
    )


def summarise(scores: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Scorecard of one city: kpi, scope, id, unit, better, value, low, high, replications.

    value is the mean over the replications that have the KPI and low, high its 95 % interval (`mean_interval`); a ratio
    is formed in each replication and then averaged. `replications` counts those with a value.
    """
    rows, samples = _samples(scores)
    interval = _without_interval_where_static(mean_interval(samples), rows)
    return _with_facts(rows).assign(
        value=interval.mean, low=interval.low, high=interval.high, replications=interval.count
    )


def compare(as_is: Sequence[pd.DataFrame], plan: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The city as it is beside the planned one, with paired differences.

    Columns: kpi, scope, id, unit, better, as_is, as_is_low, as_is_high, plan, plan_low, plan_high, difference,
    difference_low, difference_high. Entry r of both lists must come from the same requests. A station that only one of
    the two has keeps its row, NaN on the other side and in the difference. Where a KPI has no value in some
    replications the difference is over the pairs that both have, so it may differ from plan minus as_is.
    Raises ValueError when the lists differ in length.
    """
    if len(as_is) != len(plan):
        raise ValueError(f"paired by replication: {len(as_is)} scores as is, {len(plan)} with the plan")
    rows_as_is, samples_as_is = _samples(as_is)
    rows_plan, samples_plan = _samples(plan)
    keys_as_is, keys_plan = pd.MultiIndex.from_frame(rows_as_is), pd.MultiIndex.from_frame(rows_plan)
    only_as_is = rows_as_is[keys_plan.get_indexer(keys_as_is) < 0]
    rows = pd.concat([rows_plan, only_as_is], ignore_index=True)
    keys = pd.MultiIndex.from_frame(rows)
    before = _columns(samples_as_is, keys_as_is.get_indexer(keys))
    after = _columns(samples_plan, keys_plan.get_indexer(keys))
    sides = dict(
        as_is=mean_interval(before), plan=mean_interval(after), difference=paired_difference(before, after)
    )  # fmt: skip
    table = _with_facts(rows)
    for name, interval in sides.items():
        shown = _without_interval_where_static(interval, rows)
        table[[name, f"{name}_low", f"{name}_high"]] = np.column_stack([shown.mean, shown.low, shown.high])
    return table


def _samples(scores: Sequence[pd.DataFrame]) -> tuple[pd.DataFrame, Floats]:
    """The rows that all scores share, and their values as replications by rows."""
    if not scores:
        raise ValueError("no replication to summarise")
    rows = scores[0][ROW]
    if not all(rows.equals(other[ROW]) for other in scores[1:]):
        raise ValueError("scores of different cities or KPIs cannot be averaged: their rows differ")
    return rows, np.array([scores_of_run["value"].to_numpy(np.float64) for scores_of_run in scores])


def _columns(samples: Floats, positions: np.ndarray) -> Floats:
    """The columns at the positions; NaN for position -1."""
    return np.column_stack([samples, np.full(len(samples), np.nan)])[:, positions]


def _with_facts(rows: pd.DataFrame) -> pd.DataFrame:
    facts = {fact: {name: KPIS.facts[name][fact] for name in KPIS} for fact in ("unit", "better")}
    return rows.assign(unit=rows["kpi"].map(facts["unit"]), better=rows["kpi"].map(facts["better"]))


def _without_interval_where_static(interval: Interval, rows: pd.DataFrame) -> Interval:
    simulated = rows["kpi"].map({name: KPIS.facts[name]["simulated"] for name in KPIS}).to_numpy(bool)
    low, high = (np.where(simulated, bound, np.nan) for bound in (interval.low, interval.high))
    return Interval(interval.mean, low, high, interval.count)
