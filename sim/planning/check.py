"""Is the plan what it says? Recomputed from the tables alone, whatever planner made it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.planning.cost import connection_eur
from sim.planning.network import build_network
from sim.planning.plan import Plan
from sim.planning.problem import Problem
from sim.planning.promise import reach_of, value_of

RELATIVE = 1e-6


def check_plan(problem: Problem, plan: Plan) -> list[str]:
    """Everything that is wrong with a plan, one sentence each; empty for a sound plan.

    Cost, connections, bays and budget are recomputed from the tables, the promise is compared with the need of the
    drivers who accept any site, and the objective of the certificate with the promise.
    """
    return [*_building(problem, plan.table), *_money(problem, plan.table), *_promising(problem, plan)]


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
        for points_before, points_added in zip(
            rows["points_before"].tolist(), rows["points_added"].tolist(), strict=True
        ):
            if points_before != before:
                yield f"plan: {site_id}: {name}: points_before is {points_before}, {before} stand there"
            before += points_added
            if before - int(kinds.get((site_id, name), 0)) not in problem.technologies[name].sizes:
                yield f"plan: {site_id}: {name}: {points_added} points are no size that may be built"


def _money(problem: Problem, table: pd.DataFrame) -> Iterator[str]:
    settings, technologies = problem.settings, problem.technologies
    kw = dict.fromkeys(problem.sites.index, 0.0)
    for row in problem.stock.itertuples():
        kw[row.site_id] += row.points * technologies[row.technology].power_kw
    spent = 0.0
    for t, phase in enumerate(problem.phases):
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
        if "within_budget" in settings.rules and spent > settings.budget_eur * (t + 1) * (1 + RELATIVE):
            yield f"plan: phase {phase}: {spent:.2f} EUR exceed the budget of {settings.budget_eur * (t + 1):.2f}"


def _promising(problem: Problem, plan: Plan) -> Iterator[str]:
    columns = ["requests", "energy_kwh"]
    key = ["class_name", "district_id", "phase"]
    way = ["point_id", "class_name"]
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
    value = value_of(problem, plan.promise, plan.capex_eur, reach)
    if not math.isclose(value, certificate.objective, rel_tol=RELATIVE, abs_tol=RELATIVE):
        yield f"certificate: objective is {certificate.objective:.6f}, the promise is worth {value:.6f}"
    if certificate.bound < certificate.objective:
        yield f"certificate: bound {certificate.bound:.6f} is below the objective {certificate.objective:.6f}"
