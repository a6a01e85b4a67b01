"""What any plan could serve on the street at most: one linear program a phase, with pooling rows added where needed.

The planning model counts with design loads, so its bound says nothing of the street. This program knows no design
load. A driver who is served holds a point for as long as he is plugged in; that is all it asks of stations.

For each phase alone, with all the money that may be spent by then
    maximise    sum_i v_i (sum_g y_ig + z_i) - M sum_f w_f
    y_ig        load of i served at place g, z_i served at a site that is no neighbour of i in ARCS            [erlang]
    s_du        worth of what is served of use case u from district d at places in ARCS                    [kWh/week]
    n_jq >= 0   points of technology q added at site j, continuous                                           [points]
    w_f >= 0    worth by which floor f is missed                                                           [kWh/week]
    need        z_i + sum_{h: u_ih <= u_ig} y_ih <= u_ig, as in `model.py`; z_i <= smallest share that ARCS know
    supply      sum_q n_jq <= free bays, n_jq <= largest size that fits, 0 at excluded sites; money for points only
    place       h_i v_i y_ig, summed over i, <= 168 x points at g;    h_i hours a unit of worth, of the use case of i
                that holds a point for least
    pooling     sum h_u s_du <= carried hours of all points that Q reaches, for Q = a district or the city x a current;
                the tangents of the curve of `pooling.py`, only those that a solution violates, round by round

Each round only adds rows, so its value is a bound and never above the one before. It is a dual bound: nothing is taken
from any plan. Left out, all to the bound's favour: connections, grid, distances, lost bays, the tie-break on cost, that
builds stay, opening hours, failures.

It is a bound in expectation as far as these hold, and so is called heuristic, never proved
    * ARCS and willing shares describe who accepts which way; the simulation has a way for each driver
    * those served of a use case hold a point as long, and take as much energy, as all who ask (short stays are not
      preferred); the numbers of cars plugged in spread at least as much as Poisson
    * no car that waits is in a pooling row (currents where some queue have only 168 hours x points); who drives on
      to the next station arrives in the same hour
    * retail points as fast as the demand reckons with: faster ones deliver more than NEED asks for
A mean over few simulated weeks may lie above it by chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pulp

from sim.city.technology import KERB
from sim.clock import H_PER_WEEK
from sim.planning.milp.model import total
from sim.planning.milp.solver import SolverFailed, first_that_works, value
from sim.planning.network import Floats, Network, build_network
from sim.planning.objectives import OBJECTIVES
from sim.planning.phases import phase_weights
from sim.planning.pooling import Crowds, StreetBound, hours_of_each_point, tangent
from sim.planning.problem import Problem
from sim.planning.slices import phase_network, phase_problem

VIOLATED = 1e-6
"""Share of the carried hours by which a solution must exceed them to have a row added."""

Terms = list[tuple[Any, float]]


@dataclass(frozen=True, eq=False)
class _Family:
    """A set of drivers who share a current: hours they hold points, the points they reach, the curve's steps."""

    hours: Terms
    points: Terms
    standing: int
    each: Floats


def bound_street(problem: Problem, crowds: Crowds, *, rounds: int) -> StreetBound:
    """The bound after at most so many rounds of pooling rows; none = points held 168 hours a week.

    crowds : of all phases of the problem
    """
    network = build_network(problem)
    bounds, rows = [], 0
    for t in range(len(problem.phases)):
        weight = float(phase_weights(problem.phases, problem.settings)[t])
        bound, added = _bound_phase(phase_problem(problem, t), phase_network(network, t), crowds, weight, rounds)
        bounds.append(bound)
        rows += added
    return StreetBound(sum(bounds), tuple(bounds), rows)


def _bound_phase(problem: Problem, network: Network, crowds: Crowds, weight: float, rounds: int) -> tuple[float, int]:
    """Bound of one phase, and the pooling rows that were added; all need where no solver works."""
    worth = OBJECTIVES[problem.settings.objective](problem.need) * weight
    bound = float(worth.sum())
    if not bound:
        return 0.0, 0
    lp, families = _program(problem, network, _of_phase(crowds, problem.phases[0]), weight, worth)
    added = 0
    for left in range(rounds, -1, -1):
        try:
            outcome = first_that_works(lp, problem.settings, {})
        except SolverFailed:
            break
        if outcome.status != "optimal":
            break  # a linear program that was cut short proves nothing
        bound = min(bound, outcome.bound)
        new = [row for family in families for row in _violated(family)] if left else []
        for row in new:
            lp.addConstraint(row, f"pooling_{added}")
            added += 1
        if not new:
            break
    return bound, added


def _of_phase(crowds: Crowds, phase: int) -> Crowds:
    kept = (crowds.table["phase"] == phase).to_numpy()
    return replace(crowds, table=crowds.table[kept].reset_index(drop=True), load=crowds.load[kept])


def _violated(family: _Family) -> Iterator[Any]:
    """The tangent that the solution exceeds most, if it exceeds any."""
    held = sum(hours * value(x) for x, hours in family.hours)
    points = family.standing + sum(value(n) for n, _ in family.points)
    start, rise = tangent(family.each, points)
    if held > (start + rise * points) * (1.0 + VIOLATED) + VIOLATED:
        yield total([*family.hours, *((n, -rise) for n, _ in family.points)]) <= start + rise * family.standing


def _program(
    problem: Problem, network: Network, crowds: Crowds, weight: float, worth: Floats
) -> tuple[pulp.LpProblem, list[_Family]]:
    """The program of one phase without pooling rows, and the families that may get some."""
    lp = pulp.LpProblem("street", pulp.LpMaximize)
    need = problem.need.iloc[network.need_row]
    district, classes = need["district_id"].tolist(), need["class_name"].tolist()
    total_worth = np.bincount(network.need_of_row, worth, len(network.need_load))
    load = network.need_load
    worth_each = np.divide(total_worth, load, out=np.zeros(len(load)), where=load > 0)
    flow = [lp.add_variable(f"serve_{f}", 0, limit) for f, limit in enumerate(network.flow_limit.tolist())]
    beyond = [lp.add_variable(f"beyond_{i}", 0, most) for i, most in enumerate(_beyond(problem, network).tolist())]

    of_need: list[list[int]] = [[] for _ in load]
    for f, i in enumerate(network.flow_need.tolist()):
        of_need[i].append(f)
    for i, flows in enumerate(of_need):
        terms: Terms = [(beyond[i], 1.0)]
        for f in flows:  # ascending, see Network
            terms.append((flow[f], 1.0))
            if f == flows[-1] or network.flow_limit[f + 1] > network.flow_limit[f]:
                lp.addConstraint(total(terms) <= float(network.flow_limit[f]), f"need_{i}_{len(terms)}")

    added, standing = _points(lp, problem, network)
    crowd_worth = OBJECTIVES[problem.settings.objective](crowds.table) * weight
    hours = crowds.load.sum(axis=1)
    crowd: dict[tuple[str, str], list[int]] = {}
    for c, (name, d) in enumerate(crowds.table[["class_name", "district_id"]].itertuples(index=False, name=None)):
        if crowd_worth[c] > 0:
            crowd.setdefault((name, d), []).append(c)
    least = {key: min(hours[c] / crowd_worth[c] for c in rows) for key, rows in crowd.items()}
    h = [worth_each[i] * least.get((classes[i], district[i]), 0.0) for i in range(len(load))]

    held_at: dict[tuple[int, str], Terms] = {}
    for f, (i, g) in enumerate(zip(network.flow_need.tolist(), network.flow_place.tolist(), strict=True)):
        held_at.setdefault((int(network.place_site[g]), network.place_current[g]), []).append((flow[f], h[i]))
    for (j, current), held in held_at.items():
        points = [(n, -float(H_PER_WEEK)) for n in added.get((j, current), [])]
        most = float(H_PER_WEEK * standing.get((j, current), 0))
        lp.addConstraint(total([*held, *points]) <= most, f"place_{j}_{current}")

    part = {c: lp.add_variable(f"use_{c}", 0, float(crowd_worth[c])) for rows in crowd.values() for c in rows}
    served: dict[tuple[str, str], Terms] = {}
    for f, i in enumerate(network.flow_need.tolist()):
        served.setdefault((classes[i], district[i]), []).append((flow[f], worth_each[i]))
    for key, rows in crowd.items():
        parts = [(part[c], -1.0) for c in rows]
        lp.addConstraint(total([*served.get(key, []), *parts]) == 0, f"uses_{key[0]}_{key[1]}")

    groups = {name: g for g, (name, _) in enumerate(network.groups)}
    by_group: dict[int, Terms] = {}
    for i, z in enumerate(beyond):
        terms = [(z, worth_each[i]), *((flow[f], worth_each[i]) for f in of_need[i])]
        by_group.setdefault(groups[district[i]], []).extend(terms)
    floors, short = network.floors, []
    for f, (members, asked) in enumerate(zip(floors.member, floors.worth.tolist(), strict=True)):
        short.append(lp.add_variable(f"shortfall_{f}", 0))
        got = [term for g in np.flatnonzero(members).tolist() for term in by_group.get(g, [])]
        lp.addConstraint(total([*got, (short[-1], 1.0)]) >= asked, f"floor_{f}")
    gained = [term for terms in by_group.values() for term in terms]
    lp.setObjective(total([*gained, *((w, -floors.weight) for w in short)]))

    families = []
    for current in sorted(set(network.place_current) | {c.current for c in problem.settings.classes.values()}):
        names = {name for name, c in problem.settings.classes.items() if c.current == current}
        rows = [c for (name, _), crowd_rows in crowd.items() if name in names for c in crowd_rows]
        held = [(part[c], hours[c] / crowd_worth[c]) for c in rows]
        held += [(beyond[i], h[i]) for i in range(len(load)) if classes[i] in names]
        sites = {j for j, kind in [*added, *standing] if kind == current}
        scopes = [(rows, held, sites)]
        everywhere = total([*held, *((n, -float(H_PER_WEEK)) for j in sites for n in added.get((j, current), []))])
        most = float(H_PER_WEEK * sum(standing.get((j, current), 0) for j in sites))
        lp.addConstraint(everywhere <= most, f"city_{current}")
        if current in crowds.queueing:
            continue
        for d in groups:
            mine = [c for c in rows if crowds.table["district_id"].iloc[c] == d]
            near = {
                int(network.place_site[g])
                for i, g in zip(network.flow_need.tolist(), network.flow_place.tolist(), strict=True)
                if district[i] == d and classes[i] in names
            }
            scopes.append((mine, [(part[c], hours[c] / crowd_worth[c]) for c in mine], near))
        for scope, held, places in scopes:
            new = [(n, 1.0) for j in sorted(places) for n in added.get((j, current), [])]
            there = sum(standing.get((j, current), 0) for j in places)
            most_points = there + int(sum(n.upBound for n, _ in new))
            if scope:
                each = hours_of_each_point(crowds.load[scope].sum(axis=0), most_points)
                families.append(_Family(held, new, there, each))
    return lp, families


def _points(
    lp: pulp.LpProblem, problem: Problem, network: Network
) -> tuple[dict[tuple[int, str], list[Any]], dict[tuple[int, str], int]]:
    """Points that may be added, by site and current, within bays and money; and those that stand already."""
    settings = problem.settings
    kinds = problem.sites["kind"].tolist() if "kind" in problem.sites else [KERB] * len(problem.sites)
    added: dict[tuple[int, str], list[Any]] = {}
    spent: Terms = []
    for j, (kind, room) in enumerate(zip(kinds, network.room.tolist(), strict=True)):
        here: Terms = []
        for name in settings.technologies if not network.limits.excluded[j] else []:
            technology = problem.technologies[name]
            most = max((size for size in technology.sizes if size <= room), default=0)
            if most and kind in technology.site_kinds:
                n = lp.add_variable(f"points_{j}_{name}", 0, most)
                added.setdefault((j, technology.current), []).append(n)
                here.append((n, 1.0))
                spent.append((n, technology.capex_eur))
        if len(here) > 1:
            lp.addConstraint(total(here) <= room, f"bays_{j}")
    if spent and np.isfinite(network.budget_eur[0]):
        lp.addConstraint(total(spent) <= float(network.budget_eur[0]), "budget")
    standing: dict[tuple[int, str], int] = {}
    rows = problem.sites.index.get_indexer(problem.stock["site_id"])
    for j, name, points in zip(
        rows.tolist(), problem.stock["technology"].tolist(), problem.stock["points"].tolist(), strict=True
    ):
        key = j, problem.technologies[name].current
        standing[key] = standing.get(key, 0) + int(points)
    return added, standing


def _beyond(problem: Problem, network: Network) -> Floats:
    """Most of each need that sites outside its arcs may serve: nobody there is accepted by more drivers. [erlang]"""
    name = problem.need["class_name"].iloc[network.need_row].to_numpy()
    of_class = problem.arcs.groupby("class_name")["willing_share"].min()
    most = network.need_load * pd.Series(name).map(of_class).fillna(1.0).to_numpy(float)
    nearest = np.full(len(most), np.inf)
    np.minimum.at(nearest, network.flow_need, network.flow_limit)
    return np.asarray(np.where(np.isfinite(nearest), nearest, most))
