"""The planning model, a mixed-integer linear program. This docstring is its specification.

Sets
    i in I          demand points of one class (rows of NEED), each of one district d(i) and one phase t(i)
    g in G          places: the points of one current at one site; they share one capacity
    q in Q          ladders: one technology that may be built at one place, with levels l = 1 .. m_q
    t in T          building phases in order, as years
    d in D          districts

Parameters
    a_i             offered load at its weekly peak                                                    [erlang]
    u_ig            most that may flow from i to g: willing share x a_i                                [erlang]
    L_t, delta_t    years that phase t lasts, and discount factor of its year; delta_T+1 = 0           [a, -]
    W_t             L_t delta_t / sum_s L_s delta_s: share of the phase in a mean week of the horizon  [share]
    v_i             worth of one erlang served: W_t(i) x energy or requests (the objective) over a_i   [kWh/week/erlang]
    phi_i           correction of class and district, learnt from simulation                           [erlang/erlang]
    A_gt            Erlang capacity of the points that stand at g already (the stock)                  [erlang]
    n_ql            points added at level l                                                            [points]
    dA_qlt          capacity that level l adds to level l - 1, capped by the load that can reach g     [erlang]
    c_q, P_q        cost and power of one point                                                        [EUR, kW]
    p_q             price of the bays that one point of q takes, by the parking pressure at its site     [kWh/week]
    c_low, c_med    low- and medium-voltage connection of a site                                       [EUR/site]
    P_max           installed power of a site from which it needs medium voltage                       [kW]
    b_j             free bays of site j                                                                [bays]
    B_t             budget of phase t                                                                  [EUR]
    H_h, U_h, c_h   headroom of grid area h, what its upgrade adds, and what that costs                [kW, kW, EUR]
    sigma           share of the installed power that is drawn at once                                 [share]
    f in F          floors: a district, or all priority districts together, in one phase; D(f) its districts
    eta_f, M        share of the need that the floor asks for, and weight of what is missing             [share, -]
    R_dt            worth of the need of district d in phase t within reach, sum_{i in d} v_i max_g u_ig  [kWh/week]
    C_t             cost of all that is built by phase t, see within_budget                            [EUR]

Variables
    x_qlt in {0,1}  ladder q stands at level l or higher in phase t (cumulative: "built by")
    0 <= y_ig <= u_ig   load of i served at g; there is no variable for a pair out of reach            [erlang]
    low_jt, med_jt in [0,1]   site j has been given a low- / medium-voltage connection by phase t; whole numbers by
                    themselves once all x are, but with no_carry_over med_jt in {0,1}
    up_ht in {0,1}  the grid of area h has been upgraded by phase t; only where all ladders together could exceed H_h
    w_f >= 0        worth by which floor f is missed                                                   [kWh/week]

Objective
    maximise   sum_ig v_i y_ig  -  M sum_f w_f  -  sum_qlt W_t p_q (n_ql - n_q,l-1) x_qlt
               -  TIE_BREAK sum_t (delta_t - delta_t+1) C_t
    The third term (rule lost_bays) pays for bays that other cars lose; it is 0 where there are bays enough.
    The last term, the present value of what is spent, is tiny: among plans that serve the same it takes the cheapest
    and latest, and no money is spent for nothing. It is a part of the objective that the certificate states.

Rules, each one generator in `rules.py`
    serve_within_need       sum_{h: u_ih <= u_ig} y_ih <= u_ig       for every g that i reaches
                            who accepts a far place is among those who accept a nearer one: drivers fall into nested
                            groups, and by Hall's theorem the rows are exactly what such groups can fill. Where all
                            accept all places there is one row, sum_g y_ig <= a_i
    serve_within_capacity   sum_i y_ig / phi_i <= A_gt + sum_ql dA_qlt x_qlt
    points_in_order         x_q,l+1,t <= x_qlt         (capacity is convex: the upper levels are the steep ones)
    phases_only_add         x_qlt <= x_ql,t+1, and the same for low, med and up; x_qlt given in settled phases
    within_bays             sum_ql (n_ql - n_q,l-1) x_qlt <= b_j
    connection              a site without stock: x_q1t <= low_jt + med_jt
                            smallest sets of levels that bring the site above P_max: sum x - (size of set - 1) <= med_jt
    within_budget           C_t <= sum_{s <= t} B_s,   what a phase leaves over stays for later ones, with
                            C_t = sum_ql c_q (n_ql - n_q,l-1) x_qlt + sum_j (c_low low_jt + c_med med_jt)
                                  + sum_h c_h up_ht
    no_carry_over           C_t - C_t-1 <= B_t         instead: it is lost, and must not pay ahead of need:
                            low_jt <= sum_{q at j} x_q1t, med_jt and up_ht only where P_max and H_h are exceeded
    equity_floor            sum_{i in D(f), t} v_i y_ig + w_f >= eta_f sum_{d in D(f)} R_dt   of a district
    priority_floor          the same of all priority districts together
    excluded_sites          x_q1t = 0                  at sites that are excluded
    forced_sites            sum_{q at j} x_q1T >= 1    at sites that are forced
    min_distance            x_q1T + x_q'1T <= 1        of two new sites nearer than allowed; none beside a station
    mean_way                sum_ig r_i (s_ig - S) y_ig <= 0      in each phase, over classes on foot: r_i requests of an
                            erlang, s_ig the way, S the longest mean way                                   [1/week, m]
    within_grid_capacity    sigma sum_{q in h, l} P_q (n_ql - n_q,l-1) x_qlt <= H_h + U_h up_ht

Reductions, all exact
    Demand points that no plan can tell apart are one row (`alike.py`). Levels that serve nobody in any phase do not
    exist, and no level counts for more than the load that can reach its place in that very phase (`network.py`). Where
    budgets carry over, x_qlt = 0 in phases before the first in which level l adds capacity: the same points
    later cost less and miss nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pulp

from sim.planning.network import Network, area_load_kw
from sim.planning.objectives import TIE_BREAK_PER_EUR
from sim.planning.problem import Problem

Key = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Model:
    """The program and its variables.

    level     : by (ladder, level from 0, phase)
    flow      : by row of the network's flows
    low, medium : by (site, phase), only sites with ladders that may need the connection
    upgrade   : by (grid area, phase), only areas whose ladders could exceed the headroom
    shortfall : by row of the network's floors
    """

    lp: pulp.LpProblem
    network: Network
    level: Mapping[Key, Any]
    flow: list[Any]
    low: Mapping[tuple[int, int], Any]
    medium: Mapping[tuple[int, int], Any]
    upgrade: Mapping[tuple[int, int], Any]
    shortfall: list[Any]


def total(terms: Iterable[tuple[Any, float]]) -> pulp.LpAffineExpression:
    """Sum of variables times coefficients."""
    return pulp.LpAffineExpression(list(terms))


def declare(problem: Problem, network: Network) -> Model:
    """The empty program with all its variables."""
    settings, phases = problem.settings, range(len(problem.phases))
    lp = pulp.LpProblem("plan", pulp.LpMaximize)
    ids = [str(site) for site in problem.sites.index]
    level = {}
    waits, settled = bool(np.isinf(network.phase_budget_eur).all()), network.settled.shape[1]
    for q, ladder in enumerate(network.ladders):
        for step, added in enumerate(ladder.added):
            for t in phases:
                name = f"points_{ids[ladder.site]}__{ladder.technology}__{added}__{problem.phases[t]}__{q}"
                early = waits and settled <= t < ladder.first_use[step]
                level[q, step, t] = lp.add_variable(name, 0, 0 if early else 1, pulp.LpInteger)
    need = problem.need.iloc[network.need_row]
    points, classes = need["point_id"].to_numpy(str), need["class_name"].to_numpy(str)
    years = need["phase"].to_numpy()
    flow = [
        lp.add_variable(f"serve_{points[i]}__{classes[i]}__{years[i]}__at_{ids[network.place_site[g]]}__{f}", 0, limit)
        for f, (i, g, limit) in enumerate(
            zip(network.flow_need.tolist(), network.flow_place.tolist(), network.flow_limit.tolist(), strict=True)
        )
    ]
    low, medium = {}, {}
    if "connection" in settings.rules:
        site_kw = network.stock_kw.copy()
        for ladder in network.ladders:
            site_kw[ladder.site] += ladder.power_kw * ladder.added[-1]
        limit_kw = settings.medium_voltage_above_kw
        for j in sorted({ladder.site for ladder in network.ladders}):
            for t in phases:
                if network.stock_kw[j] == 0:
                    low[j, t] = lp.add_variable(f"low_voltage_{ids[j]}__{problem.phases[t]}__{j}", 0, 1)
                if network.stock_kw[j] <= limit_kw < site_kw[j]:
                    kind = pulp.LpInteger if "no_carry_over" in settings.rules else pulp.LpContinuous
                    medium[j, t] = lp.add_variable(f"medium_voltage_{ids[j]}__{problem.phases[t]}__{j}", 0, 1, kind)
    most_kw = area_load_kw(network, {(q, ladder.added[-1]) for q, ladder in enumerate(network.ladders)})
    upgrade = {
        (h, t): lp.add_variable(
            f"upgrade_{problem.grid['area_id'].iloc[h]}__{problem.phases[t]}__{h}", 0, 1, pulp.LpInteger
        )
        for h in np.flatnonzero(network.limits.upgraded(most_kw)).tolist()
        for t in phases
    }
    floors = network.floors
    shortfall = [
        lp.add_variable(f"shortfall_{name}__{problem.phases[t]}__{f}", 0)
        for f, (name, t) in enumerate(zip(floors.name, floors.phase.tolist(), strict=True))
    ]
    return Model(lp, network, level, flow, low, medium, upgrade, shortfall)


def cost(m: Model, p: Problem, t: int) -> list[tuple[Any, float]]:
    """Capital cost of all that is built by phase t, as terms. [EUR]"""
    terms = []
    for q, ladder in enumerate(m.network.ladders):
        for step, points in enumerate(np.diff(ladder.added, prepend=0).tolist()):
            terms.append((m.level[q, step, t], ladder.point_eur * points))
    terms += [(low, p.settings.connection_lv_eur) for (_, s), low in m.low.items() if s == t]
    terms += [(medium, p.settings.connection_mv_eur) for (_, s), medium in m.medium.items() if s == t]
    terms += [(up, float(m.network.limits.upgrade_eur[h])) for (h, s), up in m.upgrade.items() if s == t]
    return terms


def bays_paid(m: Model) -> list[tuple[Any, float]]:
    """What the bays that points take are worth, as terms; none where they have no price. [units of the objective]"""
    terms = []
    for (q, step, t), x in m.level.items():
        ladder = m.network.ladders[q]
        points = ladder.added[step] - (ladder.added[step - 1] if step else 0)
        terms.append((x, float(ladder.bay_price[t]) * points))
    return [(x, price) for x, price in terms if price]


def build(problem: Problem, network: Network) -> Model:
    """The whole program: variables, objective and the rules of the settings."""
    from sim.planning.milp.rules import RULES

    model = declare(problem, network)
    served = list(zip(model.flow, network.flow_worth.tolist(), strict=True))
    unfair = [(shortfall, -network.floors.weight) for shortfall in model.shortfall]
    tie_break = [
        (x, -TIE_BREAK_PER_EUR * weight * eur)
        for t, weight in enumerate(network.cost_weight.tolist())
        for x, eur in cost(model, problem, t)
    ]
    bays = [(x, -price) for x, price in bays_paid(model)]
    worth: dict[
        Any, float
    ] = {}  # a level is in two of the sums, and an expression keeps the last coefficient it is told
    for x, coefficient in served + unfair + bays + tie_break:
        worth[x] = worth.get(x, 0.0) + coefficient
    model.lp.setObjective(total(worth.items()))
    for name in problem.settings.rules:
        for constraint, label in RULES[name](model, problem):
            model.lp.addConstraint(constraint, label)
    return model
