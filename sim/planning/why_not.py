"""Why a site is in the plan or not: what it is worth, which limit keeps it out, and what would have to change.

A limit *binds* a site if the plan made anew without it, all else unchanged, builds there; that is tried limit by limit.
Limits under which nothing could be built at the site at all, even if it were forced, are named first (`relaxation.py`)
and taken away together. What remains is a matter of worth: the plan that is forced to build there falls short of the
best one, and money, or need around the site, would make up for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.errors import UnknownName
from sim.planning.forcing import Change
from sim.planning.limits import limits_of
from sim.planning.marginal import Around, Best, around, best_on_top, lost_without
from sim.planning.milp.rules import ESSENTIAL
from sim.planning.objectives import OBJECTIVES
from sim.planning.plan import Plan
from sim.planning.planner import find_plan, prove
from sim.planning.problem import Problem
from sim.planning.relaxation import Relaxation, least_relaxation, relaxed
from sim.planning.variants import (
    Difference,
    Effort,
    again,
    difference,
    excluding,
    forcing,
    is_small,
    proved_again,
    with_effort,
    with_settings,
)

DOUBLINGS = 6
HALVINGS = 3
NEVER = 1e9  # reluctance to give up the site that is asked for [EUR]


@dataclass(frozen=True)
class Remedy:
    """One change that puts a site into the plan, tried by planning anew.

    rule : limit, or "compensation": money that makes up for building at the site; or "need": what the need that no
           other site reaches must be worth at least, which is no more than necessary and not tried
    now, needed : of the limit, in `unit`; of a rule or list 1 = in force, 0 = not
    """

    rule: str
    where: str
    now: float
    needed: float
    unit: str


@dataclass(frozen=True)
class Answer:
    """What there is to say of one site.

    chosen   : whether the best plan builds there
    plan     : the best plan
    barred   : limits under which nothing can be built there at all; taken away in `open_plan`, `other` and for remedies
    open_plan : the best plan without those limits; `plan` where there are none, None where no technology may be built
    other    : `plan` made anew without the site where it is chosen, else `open_plan` with the site forced
    remedies : single changes that put the site into `open_plan`; empty where it is there already
    around   : the need in reach, and who serves it in the best plan
    on_top   : best station there on top of the plan, were there money for it; None where it would serve nobody
    weakest  : site_id, value and EUR of the other site of the plan that brings least for its money; None without any
    """

    site_id: str
    chosen: bool
    plan: Plan
    barred: tuple[Change, ...]
    open_plan: Plan | None
    other: Plan | None
    remedies: tuple[Remedy, ...]
    around: Around
    on_top: Best | None
    weakest: tuple[str, float, float] | None

    @property
    def takes_it(self) -> bool:
        """Whether the site is in the plan once nothing bars it."""
        return self.open_plan is not None and _builds(self.open_plan, self.site_id)

    @property
    def worth(self) -> Difference | None:
        """What the site adds to the plan that has it, or takes from the plan that is forced to have it."""
        if self.open_plan is None or self.other is None:
            return None
        if self.takes_it and not self.chosen:
            return difference(self.open_plan, self.plan)
        return difference(self.open_plan, self.other)


def why_not(problem: Problem, site_id: str, effort: Effort) -> Answer:
    """Why the plan of a problem builds at a site, or why not.

    Raises UnknownName for a site that is none.
    """
    if site_id not in problem.sites.index:
        raise UnknownName("site", site_id, problem.sites.index.astype(str))
    variant = with_effort(problem, effort)
    plan = find_plan(variant if is_small(problem) else problem)  # a small city is worth the exact answer
    barred, open_ = _unbarred(variant, site_id)
    open_plan = other = None
    if not barred and not _builds(plan, site_id):
        other = proved_again(forcing(variant, site_id), plan.table)
        if other.certificate.objective > plan.certificate.objective:
            plan = prove(problem, other)  # the search had overlooked it
    chosen = _builds(plan, site_id)
    if chosen:
        open_plan, other = plan, proved_again(excluding(variant, [site_id]), plan.table)
    elif not barred:
        open_plan = plan
    elif open_ is not None:
        other = proved_again(forcing(open_, site_id), plan.table)
        open_plan = proved_again(open_, other.table)
    base = open_ if open_ is not None else variant
    start = (open_plan or plan).table
    remedies: tuple[Remedy, ...] = ()
    if open_plan is not None and other is not None and not _builds(open_plan, site_id):
        remedies = tuple(_remedies(base, site_id, open_plan, other))
    return Answer(
        site_id=site_id, chosen=chosen, plan=plan, barred=barred, open_plan=open_plan, other=other, remedies=remedies,
        around=around(problem, plan.table, site_id),
        on_top=None if chosen else best_on_top(base, start, site_id), weakest=_weakest(problem, plan.table, site_id),
    )  # fmt: skip


def _builds(plan: Plan, site_id: str) -> bool:
    return bool((plan.table["site_id"] == site_id).any())


def _weakest(problem: Problem, table: pd.DataFrame, site_id: str) -> tuple[str, float, float] | None:
    """The other site of a plan that brings least for the money it would free."""
    lost = lost_without(problem, table)
    lost = lost[(lost["saved_eur"] > 0) & (lost["site_id"] != site_id)]
    if lost.empty:
        return None
    row = lost.iloc[int(np.argmin(lost["value_lost"] / lost["saved_eur"]))]
    return str(row["site_id"]), float(row["value_lost"]), float(row["saved_eur"])


def _unbarred(problem: Problem, site_id: str) -> tuple[tuple[Change, ...], Problem | None]:
    """The limits that keep anything from being built at a site, and the problem without them; None: no technology."""
    forced = forcing(problem, site_id)
    sure = with_settings(forced, reluctance=replace(forced.settings.reluctance, forced_site_eur=NEVER))
    relaxation = least_relaxation(sure)
    given_up = [change for change in relaxation.changes if change.rule == "forced_sites"]
    if given_up:
        return tuple(given_up), None
    return relaxation.changes, relaxed(problem, Relaxation(relaxation.changes, {}, relaxation.proof))


def _remedies(problem: Problem, site_id: str, plan: Plan, forced: Plan) -> Iterator[Remedy]:
    """Changes that alone put a site into the plan; compensation and need come last."""

    def takes(changed: Problem) -> bool:
        made = again(changed, plan.table)
        if _builds(made, site_id) or is_small(changed):
            return _builds(made, site_id)
        other = again(forcing(changed, site_id), made.table)  # the search may overlook a single site
        return other.certificate.objective >= made.certificate.objective

    for remedy, changed in [*_more_room(problem, site_id, plan, forced), *_fewer_rules(problem)]:
        if takes(changed):
            yield remedy
    yield from _other_technologies(problem, site_id, plan)
    s = problem.settings
    if {"within_budget", "no_carry_over"} & set(s.rules):
        cost = float(forced.table.loc[forced.table["site_id"] == site_id, "capex_eur"].sum())
        budget = _least(s.budget_eur, max(cost, 1.0), lambda eur: takes(with_settings(problem, budget_eur=eur)))
        if budget is not None:
            yield Remedy("within_budget", "", s.budget_eur, math.ceil(budget), "EUR")
        with_site = forcing(problem, site_id)

        def makes_up(eur: float) -> bool:
            paid = again(with_settings(with_site, budget_eur=s.budget_eur + eur), forced.table)
            return paid.certificate.objective >= plan.certificate.objective

        paid = _least(0.0, max(cost, 1.0) / 2**3, makes_up)
        if paid is not None:
            yield Remedy("compensation", site_id, 0.0, math.ceil(paid), "EUR")
    lost = plan.certificate.objective - forced.certificate.objective
    yield Remedy("need", site_id, 0.0, math.ceil(lost), OBJECTIVES.facts[s.objective]["unit"])


def _least(now: float, step: float, enough: Callable[[float], bool]) -> float | None:
    """A value that is enough and one not much lower that is not: doubled steps above `now`, the last of them halved.

    None where none of the steps is enough.
    """
    low = now
    for n in range(DOUBLINGS):
        high = now + step * 2.0**n
        if enough(high):
            break
        low = high
    else:
        return None
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _more_room(problem: Problem, site_id: str, plan: Plan, forced: Plan) -> Iterator[tuple[Remedy, Problem]]:
    """Less distance to stations of the plan, more headroom of the grid, more bays."""
    s, limits = problem.settings, limits_of(problem)
    j = int(problem.sites.index.get_loc(site_id))
    built = set(plan.table["site_id"])
    x, y = problem.sites["x_m"].to_numpy(float), problem.sites["y_m"].to_numpy(float)
    near = [(float(np.hypot(x[o] - x[j], y[o] - y[j])), str(problem.sites.index[o])) for o in limits.apart[j].tolist()]
    near = [(away, other) for away, other in near if other in built]
    if near:
        away, other = min(near)
        distance = math.floor(away * 10.0) / 10.0
        yield (
            Remedy("min_distance", other, s.min_distance_m, distance, "m"),
            with_settings(problem, min_distance_m=distance),
        )
    h = int(limits.area[j])
    if h >= 0:
        here = plan.table["site_id"].isin(problem.sites.index[limits.area == h])
        kw = limits.simultaneous_share * plan.table["points_added"] * plan.table["power_kw"]
        mine = forced.table[forced.table["site_id"] == site_id]
        mine_kw = limits.simultaneous_share * float((mine["points_added"] * mine["power_kw"]).sum())
        headroom = float(limits.headroom_kw[h])
        needed = math.ceil((float(kw[here].sum()) + mine_kw) * 10.0 - 1e-6) / 10.0
        if needed > headroom:
            area = str(problem.grid["area_id"].iloc[h])
            grid = problem.grid.copy()
            grid.loc[h, "headroom_kw"] = needed
            yield Remedy("within_grid_capacity", area, headroom, needed, "kW"), replace(problem, grid=grid)
    bays, standing = int(problem.sites["bays"].iloc[j]), problem.stock[problem.stock["site_id"] == site_id]
    taken = int(standing["points"].sum())
    sizes = {taken + size for name in s.technologies for size in problem.technologies[name].sizes}
    more = sorted(size for size in sizes if size > bays)
    for needed in more if is_small(problem) else more[-1:]:
        sites = problem.sites.copy()
        sites.loc[site_id, "bays"] = needed
        yield Remedy("within_bays", site_id, bays, needed, "bays"), replace(problem, sites=sites)


def _fewer_rules(problem: Problem) -> Iterator[tuple[Remedy, Problem]]:
    """Each other rule taken off the list; those on money and on single sites have remedies of their own."""
    own = ("within_budget", "excluded_sites", "min_distance", "within_grid_capacity", "connection")
    for rule in problem.settings.rules:
        if rule not in (*ESSENTIAL, *own):
            rules = [name for name in problem.settings.rules if name != rule]
            yield Remedy("rules", rule, 1.0, 0.0, ""), with_settings(problem, rules=rules)


def _other_technologies(problem: Problem, site_id: str, plan: Plan) -> Iterator[Remedy]:
    """Technologies that may not be built, one by one."""
    for name in problem.technologies:
        if name not in problem.settings.technologies:
            changed = with_settings(problem, technologies=[*problem.settings.technologies, name])
            made = again(changed, plan.table)
            if (made.table["technology"][made.table["site_id"] == site_id] == name).any():
                yield Remedy("technologies", name, 0.0, 1.0, "")
