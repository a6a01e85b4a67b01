"""What a plan costs: points and grid connections, and the table of the plan.

A site needs a grid connection: low voltage, or medium voltage when the power installed there (all technologies, stock
included) exceeds a limit. Stock is connected already; a site that outgrows its connection pays for medium voltage.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.planning.network import Network
from sim.planning.plan import PLAN
from sim.planning.problem import Planning, Problem

Build = Mapping[tuple[int, int], int]
"""Points added in all by (number of the ladder, number of the phase); a pair that is missing adds none."""


def connection_eur(before_kw: float, after_kw: float, settings: Planning) -> tuple[str, float]:
    """Connection to make when a site grows from one installed power to another, and its cost. [EUR]"""
    if "connection" not in settings.rules or after_kw <= before_kw:
        return "none", 0.0
    limit_kw = settings.medium_voltage_above_kw
    if before_kw <= limit_kw < after_kw:
        return "medium voltage", settings.connection_mv_eur
    if before_kw == 0:
        return "low voltage", settings.connection_lv_eur
    return "none", 0.0


def plan_table(problem: Problem, network: Network, build: Build) -> pd.DataFrame:
    """PLAN: one row for each ladder and phase that gets points, with what it costs."""
    rows = []
    kw = network.stock_kw.copy()
    sites, settings = problem.sites, problem.settings
    ids = sites.index.to_numpy()
    for t, phase in enumerate(problem.phases):
        by_site: dict[int, list[tuple[int, int, int]]] = {}
        for q, ladder in enumerate(network.ladders):
            earlier = build.get((q, t - 1), 0)
            new = build.get((q, t), 0) - earlier
            if new > 0:
                by_site.setdefault(ladder.site, []).append((q, earlier, new))
        for j, grown in sorted(by_site.items()):
            after_kw = kw[j] + sum(network.ladders[q].power_kw * new for q, _, new in grown)
            connection, connection_cost = connection_eur(kw[j], after_kw, settings)
            kw[j] = after_kw
            site = sites.iloc[j]
            for q, earlier, new in grown:
                ladder = network.ladders[q]
                points_eur = ladder.point_eur * new
                rows.append(
                    (
                        str(ids[j]), site["district_id"], float(site["x_m"]), float(site["y_m"]), ladder.technology,
                        int(phase), ladder.before + earlier, new, ladder.power_kw, connection, points_eur,
                        connection_cost, points_eur + connection_cost, site["origin"],
                    )
                )  # fmt: skip
                connection, connection_cost = "none", 0.0
    table = pd.DataFrame(rows, columns=PLAN.column_names)
    return table.astype({c.name: _DTYPE[c.dtype] for c in PLAN.columns})


_DTYPE = {"text": "str", "integer": np.int64, "number": np.float64, "flag": bool}
