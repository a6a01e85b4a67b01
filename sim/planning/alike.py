"""Demand points that no plan can tell apart, merged into one: fewer rows, the same optimum.

Points of one class, district and phase are alike when the same shares of their drivers accept the same sites and an
erlang of them is worth the same. Whatever serves one of them could as well serve another, so a plan that serves the
sum gives each its share of it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.planning.problem import Problem

Ints = NDArray[np.int64]


def arc_key(arcs: pd.DataFrame) -> list[str]:
    """Columns that say which rows of NEED an arc belongs to: arcs without a phase hold in all of them."""
    return [column for column in ("point_id", "class_name", "phase") if column in arcs.columns]


def alike(problem: Problem, worth_per_erlang: NDArray[np.float64]) -> Ints:
    """For each row of NEED the number of its group of points that are alike; groups in order of their first row."""
    key = arc_key(problem.arcs)
    ways: dict[tuple[object, ...], list[tuple[str, float]]] = {}
    arcs = problem.arcs.sort_values("site_id", kind="stable")
    for *point, site, share in zip(*(arcs[c].tolist() for c in (*key, "site_id", "willing_share")), strict=True):
        ways.setdefault(tuple(point), []).append((site, share))
    need, groups = problem.need, dict[tuple[object, ...], int]()
    rows = zip(
        zip(*(need[c].tolist() for c in ("class_name", "district_id", "phase")), strict=True),
        zip(*(need[c].tolist() for c in key), strict=True),
        [f"{worth:.12e}" for worth in worth_per_erlang.tolist()],  # a ratio of sums: equal but for its last digits
        strict=True,
    )
    return np.array(
        [groups.setdefault((kind, tuple(ways.get(point, ())), worth), len(groups)) for kind, point, worth in rows],
        dtype=np.int64,
    )
