"""Is the plan what it says? Recomputed from the tables alone, whatever planner made it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.planning.alike import arc_key
from sim.planning.bays import bays_worth
from sim.planning.cost import connection_eur, present_value_eur
from sim.planning.limits import KW_TOLERANCE
from sim.planning.network import build_network
from sim.planning.phases import spending_limits
from sim.planning.plan import Plan
from sim.planning.problem import Problem
from sim.planning.promise import reach_of, value_of

RELATIVE = 1e-6


def check_plan(problem: Problem, plan: Plan) -> list[str]:
    """Everything that is wrong with a plan, one sentence each; empty for a sound plan.

    Cost, connections, bays, sites, grid and budgets are recomputed from the tables, the promise is compared with the
    need of the drivers who accept any site, and the objective of the certificate with the promise.
    """
    building = [*_building(problem, plan.table), *_siting(problem, plan.table), *_settled(problem, plan.table)]
    return [*building, *_money(problem, plan), *_promising(problem, plan)]


def _building(problem: Problem, table: pd.DataFrame) -> Iterator[str]:
    stock = problem.stock.groupby("site_id")["points"].sum()
    kinds = problem.stock.set_index(["site_id", "technology"])["points"].to_dict()
    for site_id, rows in table.groupby("site_id"):
        if site_id not in problem.sites.index:
            yield f"plan: {site_id}: is no site of the problem"
            continue
        bays, standing = int(problem.sites.loc[site_id, "bays"]), int(stock.get(site_id, 0))
        if rows["points_added"].sum() > max(bays - standing, 0):
            yield f"plan: {site_id}: {rows['points_added'].sum()} points do not fit into {bays} bays, {standing} taken"
    for (site_id, name), rows in table.sort_values("phase").groupby(["site_id", "technology"]):
        before = int(kinds.get((site_id, name), 0))
        if name not in problem.settings.technologies:
            yield f"plan: {site_id}: {name} may not be built"
        if "kind" in problem.sites and problem.sites.loc[site_id, "kind"] not in problem.technologies[name].site_kinds:
            yield f"plan: {site_id}: {name} may not be built at a site of the kind {problem.sites.loc[site_id, 'kind']}"
        for points_before, points_added in zip(
            rows["points_before"].tolist(), rows["points_added"].tolist(), strict=True
        ):
            if points_before != before:
                yield f"plan: {site_id}: {name}: points_before is {points_before}, {before} stand there"
            before += points_added
            if before - int(kinds.get((site_id, name), 0)) not in problem.technologies[name].sizes:
                yield f"plan: {site_id}: {name}: {points_added} points are no size that may be built"


def _siting(problem: Problem, table: pd.DataFrame) -> Iterator[str]:
    """Excluded and forced sites and distances; only rules that are listed count."""
    settings, sites = problem.settings, problem.sites
    built = set(table["site_id"]) & set(sites.index)
    if "excluded_sites" in settings.rules:
        for site_id in sorted(built & set(settings.excluded_sites)):
            yield f"plan: {site_id}: is excluded"
    if "forced_sites" in settings.rules:
        for site_id in sorted(set(settings.forced_sites) - built):
            yield f"plan: {site_id}: is forced, but nothing is built there"
    if "min_distance" in settings.rules and settings.min_distance_m > 0:
        stands = set(problem.stock["site_id"])
        for site_id in sorted(built - stands):
            here = sites.loc[site_id]
            for other in sorted((stands | built) - {site_id}):
                there = sites.loc[other]
                if math.hypot(here["x_m"] - there["x_m"], here["y_m"] - there["y_m"]) < settings.min_distance_m:
                    yield f"plan: {site_id}: is nearer than {settings.min_distance_m:g} m to {other}"


def _settled(problem: Problem, table: pd.DataFrame) -> Iterator[str]:
    """What settled phases build is given."""
    columns = ["site_id", "technology", "points_added"]
    for phase, given in problem.settled.items():
        built = set(table.loc[table["phase"] == phase, columns].itertuples(index=False, name=None))
        if built != set(given[columns].itertuples(index=False, name=None)):
            yield f"plan: phase {phase}: is settled, but other points are built in it"


def _upgrades(problem: Problem, plan: Plan) -> Iterator[str]:
    """Load of the grid areas against headroom and upgrades."""
    table, made = plan.table, plan.upgrades.set_index("area_id")["phase"]
    if "within_grid_capacity" not in problem.settings.rules or not len(problem.grid):
        if len(made):
            yield f"plan: upgrade of {made.index[0]}: the grid is not known"
        return
    area = table["site_id"].map(problem.sites["grid_area_id"])
    load = table["points_added"] * table["power_kw"] * problem.settings.simultaneous_share
    for row in problem.grid.itertuples():
        needed = 0
        for phase in problem.phases:
            kw = float(load[(area == row.area_id) & (table["phase"] <= phase)].sum())
            over = kw > row.headroom_kw + KW_TOLERANCE
            needed = needed or (phase if over else 0)
            if kw > row.headroom_kw + row.upgrade_kw + KW_TOLERANCE:
                yield f"plan: grid area {row.area_id}: {kw:.1f} kW by {phase} exceed headroom and upgrade"
        if made.get(row.area_id, 0) != needed:
            upgraded = made.get(row.area_id, 0)
            yield f"plan: grid area {row.area_id}: upgraded in {upgraded}, needed in {needed} (0: never)"


def _money(problem: Problem, plan: Plan) -> Iterator[str]:
    settings, technologies, table = problem.settings, problem.technologies, plan.table
    yield from _upgrades(problem, plan)
    upgrade_eur = problem.grid.set_index("area_id")["upgrade_eur"]
    kw = dict.fromkeys(problem.sites.index, 0.0)
    for row in problem.stock.itertuples():
        kw[row.site_id] += row.points * technologies[row.technology].power_kw
    spent = 0.0
    by_then, alone = spending_limits(problem.phases, settings)
    for t, phase in enumerate(problem.phases):
        before_eur = spent
        spent += sum(float(upgrade_eur[a]) for a in plan.upgrades.loc[plan.upgrades["phase"] == phase, "area_id"])
        for site_id, rows in table[table["phase"] == phase].groupby("site_id"):
            points = [
                (technologies[name], int(n)) for name, n in zip(rows["technology"], rows["points_added"], strict=True)
            ]
            after_kw = kw[site_id] + sum(tech.power_kw * n for tech, n in points)
            cost = sum(tech.capex_eur * n for tech, n in points) + connection_eur(kw[site_id], after_kw, settings)[1]
            kw[site_id] = after_kw
            spent += cost
            if not math.isclose(cost, rows["capex_eur"].sum(), rel_tol=RELATIVE, abs_tol=0.01):
                yield f"plan: {site_id}: capex_eur is {rows['capex_eur'].sum():.2f}, it costs {cost:.2f}"
        if spent > by_then[t] * (1 + RELATIVE):
            yield f"plan: phase {phase}: {spent:.2f} EUR exceed the budget of {by_then[t]:.2f} by then"
        if spent - before_eur > alone[t] * (1 + RELATIVE):
            yield f"plan: phase {phase}: {spent - before_eur:.2f} EUR exceed its own budget of {alone[t]:.2f}"


def _promising(problem: Problem, plan: Plan) -> Iterator[str]:
    columns = ["requests", "energy_kwh"]
    key = ["class_name", "district_id", "phase"]
    way = arc_key(problem.arcs)
    willing = problem.arcs.groupby(way, as_index=False)["willing_share"].max()
    need = problem.need.merge(willing, on=way, how="left").fillna({"willing_share": 0.0})
    need[columns] = need[columns].mul(need["willing_share"], axis=0)
    need = need.groupby(key)[columns].sum()
    promise = plan.promise.set_index(key)[columns].reindex(need.index)
    over = promise.to_numpy() > need.to_numpy() * (1 + RELATIVE) + RELATIVE
    if promise.isna().to_numpy().any() or len(plan.promise) != len(need):
        yield "promise: classes, districts and phases differ from the need"
    for name, row in zip(columns, over.T, strict=True):
        if row.any():
            yield f"promise: {name}: more than can be reached of the need in {need.index[int(np.argmax(row))]}"
    certificate = plan.certificate
    reach = reach_of(problem, build_network(problem))
    lost = bays_worth(problem, plan.table)
    value = value_of(problem, plan.promise, present_value_eur(problem, plan.table, plan.upgrades), reach, lost)
    if not math.isclose(value, certificate.objective, rel_tol=RELATIVE, abs_tol=RELATIVE):
        yield f"certificate: objective is {certificate.objective:.6f}, the promise is worth {value:.6f}"
    if certificate.bound < certificate.objective:
        yield f"certificate: bound {certificate.bound:.6f} is below the objective {certificate.objective:.6f}"
