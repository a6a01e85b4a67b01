"""The plan polished window by window: the very model of `model.py`, over a few sites, with the rest of the plan frozen.

A window holds the sites nearest to one where much need is left unserved for the money of a point there. They may be
built afresh in every phase, with the money that the rest of the plan leaves. Whoever reaches one of them may be served
anywhere; all others keep the place that serves them. So the plan that stands is a solution of the window, whose best
one is no worse. Source: formulation paper, section 6a.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.planning.check import check_plan
from sim.planning.cost import Build, plan_table, present_value_eur, spent_by_phase, upgrades_of
from sim.planning.limits import Limits
from sim.planning.milp.model import Model, build
from sim.planning.milp.plan import build_of, read_build, serve_best
from sim.planning.milp.solver import SolverFailed, first_that_works, start_values, value
from sim.planning.network import Floats, Ints, Ladder, Network
from sim.planning.objectives import TIE_BREAK_PER_EUR
from sim.planning.plan import Plan
from sim.planning.planner import evaluate
from sim.planning.problem import Planning, Problem

Flags = NDArray[np.bool_]
GAP = 1e-4
"""Proved gap at which a window may stop, in share of what the window alone is worth."""
NODES = 500
"""Branch-and-bound nodes after which a window stops."""


@dataclass(frozen=True, eq=False)
class Standing:
    """A plan on the columns of a network.

    build  : points added in all by (ladder, phase)
    served : load served on each flow [erlang]
    """

    build: Build
    served: Floats


@dataclass(frozen=True, eq=False)
class Window:
    """The part of a problem that one window may change.

    network : only its flows and ladders; what is frozen has been taken off capacities, floors and budgets
    ladders : its ladders as rows of the whole; those that draw on the same grid areas stand in it as they are
    free    : by its ladders, whether they may change
    flows   : its flows as rows of the whole
    """

    network: Network
    ladders: Ints
    free: Flags
    flows: Ints


def polish(problem: Problem, network: Network, plan: Plan, *, windows: int, sites: int) -> Plan:
    """The plan after its windows were built afresh one after another; the same plan where none becomes better.

    windows : how many at most; each starts at a site that was in none so far
    sites   : sites of a window
    Where no solver works the plan stays as it is, and the proof that follows says which solvers failed.
    """
    if not windows or not network.ladders:
        return plan
    now = stand(problem, network, plan)
    before = best = worth(problem, network, now)
    seen, in_time = np.zeros(len(problem.sites), bool), True
    for _ in range(windows):
        inside = next_window(problem, network, now, seen, sites)
        if not inside.any():
            break
        seen |= inside
        try:
            trial, status = solve_window(problem, cut_out(problem, network, now, inside), now)
        except SolverFailed:
            continue
        in_time &= status != "time limit"
        if (after := worth(problem, network, trial)) > best:
            now, best = trial, after
    found = evaluate(problem, plan_table(problem, network, now.build)) if best > before else plan
    sound = found.certificate.objective > plan.certificate.objective and not check_plan(problem, found)
    return _as_of(plan, found if sound else plan, in_time)


def stand(problem: Problem, network: Network, plan: Plan) -> Standing:
    """A plan on the columns of a network, each phase served best."""
    built = build_of(problem, network, plan)
    every = np.ones(len(network.ladders), bool)
    base = network.place_base + _added_capacity(network, levels_of(network, built), every)
    return Standing(
        built, serve_best(problem, replace(network, place_base=base, ladders=(), settled=network.settled[:0]))
    )


def _as_of(plan: Plan, found: Plan, in_time: bool) -> Plan:
    """The plan found, certified as the one it comes from; a window that the clock ended marks it."""
    old = plan.certificate
    status, reproducible = (old.status, old.reproducible) if in_time else ("time limit", False)
    phases = tuple(
        replace(new, status=was.status) for new, was in zip(found.certificate.phases, old.phases, strict=True)
    )
    certificate = replace(
        found.certificate, solver=old.solver, status=status, reproducible=reproducible, phases=phases
    )  # fmt: skip
    return replace(found, certificate=certificate)


def worth(problem: Problem, network: Network, plan: Standing) -> float:
    """The objective of the model; -inf where the plan costs too much. [units of the objective]"""
    table = plan_table(problem, network, plan.build)
    upgrades = upgrades_of(problem, table)
    spent_eur = spent_by_phase(problem, table, upgrades)
    over = (spent_eur.cumsum() > network.budget_eur * (1 + 1e-9)) | (spent_eur > network.phase_budget_eur * (1 + 1e-9))
    if over.any():
        return -np.inf
    short = network.floors.short(_group_served(network, plan.served)).sum()
    bays = sum(float(network.ladders[q].bay_price[t]) * points for (q, t), points in plan.build.items())
    cost = TIE_BREAK_PER_EUR * present_value_eur(problem, table, upgrades)
    return float(plan.served @ network.flow_worth - network.floors.weight * short - bays - cost)


def next_window(problem: Problem, network: Network, plan: Standing, seen: Flags, sites: int) -> Flags:
    """The sites nearest to the one where most need is left unserved per EUR of its cheapest point; no site at the end.

    seen : sites that can be a centre no more
    """
    first_eur = np.full(len(problem.sites), np.inf)
    stands = (network.stock_kw > 0) | _standing_sites(network, plan.build)
    for ladder in network.ladders:
        connection_eur = 0.0 if stands[ladder.site] else problem.settings.connection_lv_eur
        eur = ladder.point_eur * ladder.added[0] + connection_eur
        first_eur[ladder.site] = min(first_eur[ladder.site], eur)
    first_eur[network.limits.closed] = np.inf
    willing = np.zeros(len(network.need_load))
    np.maximum.at(willing, network.flow_need, network.flow_limit)
    left = np.maximum(willing - np.bincount(network.flow_need, plan.served, len(willing)), 0.0)
    unserved = np.minimum(network.flow_limit, left[network.flow_need]) * network.flow_worth
    per_eur = np.bincount(network.place_site[network.flow_place], unserved, len(first_eur)) / np.maximum(first_eur, 1.0)
    per_eur[seen | np.isinf(first_eur)] = -1.0
    inside = np.zeros(len(first_eur), bool)
    centre = int(per_eur.argmax())
    if per_eur[centre] <= 0:
        return inside
    x_m, y_m = (problem.sites[name].to_numpy(float) for name in ("x_m", "y_m"))
    away = np.where(np.isinf(first_eur), np.inf, np.hypot(x_m - x_m[centre], y_m - y_m[centre]))
    inside[np.argsort(away, kind="stable")[:sites]] = True
    return inside & np.isfinite(away)


def cut_out(problem: Problem, network: Network, plan: Standing, inside: Flags) -> Window:
    """The model's network of a window (flags by site), all else taken off as the plan has it.

    Frozen points are capacity that stands, frozen flows take of it and count for the floors, and what is frozen has
    been paid. Frozen sites of grid areas that the window shares stay, unable to change, since an area pays for one
    upgrade of all; new sites bar the sites of the window that are too near.
    """
    n, stands = network, _standing_sites(network, plan.build)
    areas = np.unique(n.limits.area[inside & (n.limits.area >= 0)])
    bound = stands & ~inside & np.isin(n.limits.area, areas)
    level = levels_of(n, plan.build)
    ladder_site = np.array([ladder.site for ladder in n.ladders])
    free = inside[ladder_site]
    rows = np.flatnonzero(free | (bound[ladder_site] & (level[:, -1] >= 0)))
    flows = _flows_of(problem, n, inside)
    frozen = np.where(flows, 0.0, plan.served)

    base = n.place_base + _added_capacity(n, level, ~free)
    np.subtract.at(base, (n.flow_place, n.flow_phase), frozen * n.flow_takes)
    paid_eur = _paid_elsewhere(problem, n, plan.build, inside | bound, areas)
    floors = replace(n.floors, worth=np.maximum(n.floors.worth - n.floors.member @ _group_served(n, frozen), 0.0))
    columns = ("flow_need", "flow_place", "flow_phase", "flow_limit", "flow_worth", "flow_takes")
    part = replace(
        n,
        place_base=np.maximum(base, 0.0),  # below 0 by rounding only
        ladders=tuple(n.ladders[q] if free[q] else _as_it_stands(n, q, level[q, -1]) for q in rows.tolist()),
        settled=n.settled[rows],
        budget_eur=n.budget_eur - paid_eur.cumsum(),
        phase_budget_eur=n.phase_budget_eur - paid_eur,
        floors=floors,
        limits=_limits_inside(n.limits, inside, stands),
        **{name: getattr(n, name)[flows] for name in columns},
    )
    return Window(part, rows, free[rows], np.flatnonzero(flows))


def levels_of(network: Network, build: Build) -> Ints:
    """Level of each ladder by each phase, -1 where nothing is added. [ladders x phases]"""
    level = np.full((len(network.ladders), len(network.budget_eur)), -1, np.int64)
    for (q, t), points in build.items():
        level[q, t] = np.searchsorted(network.ladders[q].added, points, side="right") - 1
    return level


def _standing_sites(network: Network, build: Build) -> Flags:
    stands = np.zeros(len(network.stock_kw), bool)
    stands[[network.ladders[q].site for q, _ in build]] = True
    return stands


def _group_served(network: Network, served: Floats) -> Floats:
    """Worth served in each group of the floors. [units of the objective]"""
    group = network.need_group[network.flow_need]
    return np.bincount(group, served * network.flow_worth, len(network.groups)).astype(float)


def _added_capacity(network: Network, level: Ints, counted: Flags) -> Floats:
    """Erlang capacity that the ladders counted add to each place in each phase. [places x phases, erlang]"""
    added = np.zeros_like(network.place_base)
    for q, t in np.argwhere((level >= 0) & counted[:, None]).tolist():
        added[network.ladders[q].place, t] += network.ladders[q].gain[level[q, t], t]
    return added


def _flows_of(problem: Problem, network: Network, inside: Flags) -> Flags:
    """Flows that a window may change: all of the needs that reach it; every one where a rule ties them together."""
    settings = problem.settings
    if "mean_way" in settings.rules and settings.most_mean_way_m > 0:
        return np.ones(len(network.flow_need), bool)
    reaching = np.zeros(len(network.need_load), bool)
    reaching[network.flow_need[inside[network.place_site[network.flow_place]]]] = True
    return reaching[network.flow_need]


def _as_it_stands(network: Network, q: int, top: int) -> Ladder:
    """A frozen ladder up to its level: its capacity stands already, its power and cost still count."""
    ladder = network.ladders[q]
    return replace(ladder, added=ladder.added[: top + 1], gain=np.zeros_like(ladder.gain[: top + 1]))


def _paid_elsewhere(problem: Problem, network: Network, build: Build, kept: Flags, areas: Ints) -> Floats:
    """Cost of the sites that are not kept, and of upgrades outside some grid areas, by phase. [EUR]"""
    table = plan_table(problem, network, build)
    upgrades = upgrades_of(problem, table)
    elsewhere = ~kept[problem.sites.index.get_indexer(table["site_id"])]
    other = ~upgrades["area_id"].isin(problem.grid["area_id"].iloc[areas])
    return spent_by_phase(problem, table[elsewhere], upgrades[other])


def _limits_inside(limits: Limits, inside: Flags, stands: Flags) -> Limits:
    """Only sites of the window can be forced; those too near to a frozen new site are barred."""
    near = np.array([bool((stands & ~inside)[apart].any()) for apart in limits.apart], dtype=bool)
    return replace(limits, forced=limits.forced & inside, beside=limits.beside | (inside & near))


def solve_window(problem: Problem, window: Window, plan: Standing) -> tuple[Standing, str]:
    """The plan with the window as the solver leaves it, and how the solve ended; SolverFailed where there is none."""
    start = {
        (row, t): plan.build[q, t]
        for row, q in enumerate(window.ladders.tolist())
        for t in range(len(problem.phases))
        if (q, t) in plan.build
    }
    model = build(problem, window.network)
    _freeze(model, window, levels_of(window.network, start))
    outcome = first_that_works(model.lp, _effort(problem.settings), _start_values(model, start))
    if not outcome.found:
        return plan, outcome.status
    free = set(window.ladders[window.free].tolist())
    built = {key: points for key, points in plan.build.items() if key[0] not in free}
    read = {(int(window.ladders[row]), t): points for (row, t), points in read_build(model).items()}
    built |= {key: points for key, points in read.items() if key[0] in free}
    served = plan.served.copy()
    served[window.flows] = np.clip([value(y) for y in model.flow], 0.0, window.network.flow_limit)
    return Standing(built, served), outcome.status


def _freeze(model: Model, window: Window, level: Ints) -> None:
    for (row, step, t), x in model.level.items():
        if not window.free[row]:
            x.lowBound = x.upBound = float(step <= level[row, t])


def _start_values(model: Model, start: Build) -> dict[str, float]:
    """As `start_values`, with points that stand before anybody needs them put off: the model does not know them."""
    values = start_values(model, start)
    return values | {x.name: min(values[x.name], float(x.upBound)) for x in model.level.values()}


def _effort(settings: Planning) -> Planning:
    return replace(settings, gap=min(settings.gap, GAP), node_limit=min(settings.node_limit, NODES))
