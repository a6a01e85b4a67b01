"""What a plan costs: points and grid connections, and the table of the plan.

A site needs a grid connection: low voltage, or medium voltage when the power installed there (all technologies, stock
included) exceeds a limit. Stock is connected already; a site that outgrows its connection pays for medium voltage.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.planning.limits import limits_of
from sim.planning.network import Floats, Ints, Network
from sim.planning.phases import discount_factors
from sim.planning.plan import PLAN, no_upgrades
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
                        new * problem.technologies[ladder.technology].bays_per_point,
                    )
                )  # fmt: skip
                connection, connection_cost = "none", 0.0
    table = pd.DataFrame(rows, columns=PLAN.column_names)
    return table.astype({c.name: _DTYPE[c.dtype] for c in PLAN.columns})


def points_by_phase(problem: Problem, network: Network, table: pd.DataFrame) -> dict[int, Ints]:
    """Points that a plan (PLAN) adds by each phase, by row of the ladders; rows without a ladder are left out."""
    row = {(ladder.site, ladder.technology): q for q, ladder in enumerate(network.ladders)}
    sites = problem.sites.index.get_indexer(table["site_id"]).tolist()
    points: dict[int, Ints] = {}
    columns = table[["technology", "phase", "points_added"]].itertuples(index=False, name=None)
    for site, (technology, phase, added) in zip(sites, columns, strict=True):
        if (site, technology) in row and phase in problem.phases:
            by_then = points.setdefault(row[site, technology], np.zeros(len(problem.phases), np.int64))
            by_then[problem.phases.index(phase) :] += added
    return points


def upgrades_of(problem: Problem, table: pd.DataFrame) -> pd.DataFrame:
    """UPGRADES that a plan (PLAN) needs: of each area whose headroom it exceeds, in the phase that does so first."""
    limits, grid = limits_of(problem), problem.grid
    if not len(grid):
        return no_upgrades()
    area = limits.area[problem.sites.index.get_indexer(table["site_id"])]
    kw = limits.simultaneous_share * table["power_kw"].to_numpy(float) * table["points_added"].to_numpy(float)
    load_kw = np.zeros((len(grid), len(problem.phases)))
    for t, phase in enumerate(problem.phases):
        stands = (area >= 0) & (table["phase"] <= phase).to_numpy()
        load_kw[:, t] = np.bincount(area[stands], weights=kw[stands], minlength=len(grid))
    over = limits.upgraded(load_kw)
    areas = np.flatnonzero(over.any(axis=1))
    return pd.DataFrame(
        {
            "area_id": grid["area_id"].to_numpy(str)[areas],
            "phase": np.array(problem.phases, dtype=np.int64)[over[areas].argmax(axis=1)],
            "upgrade_eur": limits.upgrade_eur[areas],
        }
    )


def spent_by_phase(problem: Problem, table: pd.DataFrame, upgrades: pd.DataFrame) -> Floats:
    """Capital cost of what each phase builds. [EUR]"""
    built = table.groupby("phase")["capex_eur"].sum().reindex(list(problem.phases), fill_value=0.0)
    upgraded = upgrades.groupby("phase")["upgrade_eur"].sum().reindex(list(problem.phases), fill_value=0.0)
    return np.asarray(built.to_numpy(float) + upgraded.to_numpy(float))


def present_value_eur(problem: Problem, table: pd.DataFrame, upgrades: pd.DataFrame) -> float:
    """Capital cost of a plan, discounted to its first phase. [EUR]"""
    factors = discount_factors(problem.phases, problem.settings)
    return float((factors * spent_by_phase(problem, table, upgrades)).sum())


_DTYPE = {"text": "str", "integer": np.int64, "number": np.float64, "flag": bool}
