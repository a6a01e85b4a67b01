"""The elastic program: which limits give way so that something can be built at every forced site.

Sets and parameters as in `model.py`, over the forced sites f and the smallest station of each technology there, w.

Variables
    b_fwt in {0,1}  the station w is built at f in phase t
    drop_f in {0,1} the site is given up
    up_ht in {0,1}  the grid of area h has been upgraded by phase t
    extra_h >= 0    headroom that area h lacks                                                         [kW]
    less >= 0       metres by which the least distance is lowered                                      [m]
    more >= 0       euros by which the budget is raised                                                [EUR]

Objective
    minimise   more + kw sum_h extra_h + metre less + sum_fwt (bay short_fw + [f excluded] excluded) b_fwt
               + forced sum_f drop_f + TIE_BREAK C_T             weights: `planning.reluctance`

Rows
    sum_wt b_fwt + drop_f = 1
    less >= (D - d_f) sum_wt b_fwt                       d_f: to the nearest station that stands, where below D
    less >= (D - d_fg) (sum_wt b_fwt + sum_wt b_gwt - 1)       two new sites nearer than D
    K_ht <= H_h + U_h up_ht + extra_h,   up_ht <= up_h,t+1     with K_ht = sigma sum_{f in h, w, s <= t} P_fw b_fws
    K_ht > H_h + extra_h - M (1 - up_ht)           nothing is upgraded, and paid, before it has to be
    C_t <= (B + more) share_t,    C_t - C_t-1 <= (B + more) own share_t        as the rules on money are listed
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pulp

from sim.planning.forcing import Choice, Forcing
from sim.planning.milp.model import total
from sim.planning.milp.solver import SolverFailed, first_that_works, value
from sim.planning.phases import spending_limits
from sim.planning.relaxation import TIE_BREAK

OVER_KW = 1e-3  # load above the headroom that counts as above


class NoProof(Exception):
    """No solver found the least changes."""


def least_choice(forcing: Forcing) -> tuple[Choice, str]:
    """The choice of least reluctance, and the solver that proved it.

    Raises NoProof where none did.
    """
    phases, lp = range(len(forcing.problem.phases)), pulp.LpProblem("elastic", pulp.LpMaximize)
    build = {
        (f, w, t): lp.add_variable(f"build_{f}__{w}__{t}", 0, 1, pulp.LpInteger)
        for f, ways in enumerate(forcing.ways)
        for w in range(len(ways))
        for t in forcing.open_phases
    }
    drop = [lp.add_variable(f"drop_{f}", 0, 1, pulp.LpInteger) for f in range(len(forcing.ids))]
    areas = sorted(set(forcing.area.tolist()) - {-1})
    up = {(h, t): lp.add_variable(f"upgrade_{h}__{t}", 0, 1, pulp.LpInteger) for h in areas for t in phases}
    extra = {h: lp.add_variable(f"extra_{h}", 0) for h in areas}
    less, more = lp.add_variable("less", 0), lp.add_variable("more", 0)

    s, limits = forcing.problem.settings, forcing.limits
    weights, last = s.reluctance, len(phases) - 1
    spent = [_cost(forcing, build, up, t) for t in phases]
    tie_break = {x.name: TIE_BREAK * eur for x, eur in spent[last]}
    reluctance: list[tuple[Any, float]] = [(more, 1.0), (less, weights.metre_eur)]
    reluctance += [(x, weights.kw_eur) for x in extra.values()] + [(x, weights.forced_site_eur) for x in drop]
    for (f, w, _), x in build.items():
        excluded = weights.excluded_site_eur if limits.excluded[forcing.row[f]] else 0.0
        reluctance.append((x, excluded + weights.bay_eur * forcing.ways[f][w].bays_short + tie_break[x.name]))
    reluctance += [(up[h, last], tie_break[up[h, last].name]) for h in areas]
    lp.setObjective(total([(x, -weight) for x, weight in reluctance]))

    at = [[(x, 1.0) for (g, _, _), x in build.items() if g == f] for f in range(len(forcing.ids))]
    for f, terms in enumerate(at):
        lp.addConstraint(total([*terms, (drop[f], 1.0)]) == 1)
        short = s.min_distance_m - forcing.station_m[f]
        if short > 0:
            lp.addConstraint(total([*((x, short) for x, _ in terms), (less, -1.0)]) <= 0)
        for g in range(f):
            if (short := s.min_distance_m - forcing.between_m[f, g]) > 0:
                lp.addConstraint(total([*((x, short) for x, _ in terms + at[g]), (less, -1.0)]) <= short)
    for h in areas:
        for t in phases:
            headroom = float(limits.headroom_kw[h] - forcing.settled_kw[h, t])
            load = [(x, forcing.ways[f][w].kw) for (f, w, p), x in build.items() if p <= t and forcing.area[f] == h]
            upgrade = (up[h, t], -float(limits.upgrade_kw[h]))
            most = headroom + OVER_KW + sum(kw for _, kw in load)
            lp.addConstraint(total([*load, upgrade, (extra[h], -1.0)]) <= headroom)
            lp.addConstraint(total([*load, (extra[h], -1.0), (up[h, t], -most)]) >= headroom + OVER_KW - most)
            if t < last:
                lp.addConstraint(up[h, t] <= up[h, t + 1])
    _money(lp, forcing, spent, more)
    try:
        outcome = first_that_works(lp, replace(s, gap=1e-9, node_limit=10**6, root_work=np.inf), {})
    except SolverFailed as failure:
        raise NoProof(str(failure)) from None
    if outcome.status != "optimal" or not outcome.found:
        raise NoProof(outcome.status)
    chosen = {f: (w, t) for (f, w, t), x in build.items() if value(x) > 0.5}
    upgraded = frozenset(h for h in areas if value(up[h, last]) > 0.5)
    return Choice(tuple(chosen.get(f) for f in range(len(forcing.ids))), upgraded), outcome.solver


def _cost(forcing: Forcing, build: dict[tuple[int, int, int], Any], up: Any, t: int) -> list[tuple[Any, float]]:
    """What is spent by phase t, as terms. [EUR]"""
    terms = [(x, forcing.ways[f][w].eur) for (f, w, p), x in build.items() if p <= t]
    return terms + [(x, float(forcing.limits.upgrade_eur[h])) for (h, p), x in up.items() if p == t]


def _money(lp: pulp.LpProblem, forcing: Forcing, spent: list[list[tuple[Any, float]]], more: Any) -> None:
    """Every phase is paid from the budget and what is added to it."""
    s, years = forcing.problem.settings, forcing.problem.phases
    by_then, alone = spending_limits(years, s)
    by_then, alone = by_then - forcing.settled_eur.cumsum(), alone - forcing.settled_eur
    each_by_then, each_alone = spending_limits(years, replace(s, budget_eur=1.0))
    for t in range(len(years)):
        spent_before = total(spent[t - 1]) if t else 0.0
        for cost, limit, share in (
            (total(spent[t]), by_then[t], each_by_then[t]),
            (total(spent[t]) - spent_before, alone[t], each_alone[t]),
        ):
            if np.isfinite(limit):
                lp.addConstraint(cost - float(share) * more <= float(limit))
