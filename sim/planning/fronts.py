"""Trade-offs of a plan: what more money, shorter ways on foot or more fairness cost in service.

Each front is an epsilon-constraint: one aim is held at a level, the objective of the settings is maximised under it,
and the level moves on. Every point starts from its neighbour and keeps its own proved gap, so a point that another one
dominates can be told from one that is merely not proved. Source: formulation paper, section 4.

    cost      the budget is the level. This gives the same front as the least cost for a service that is held: of the
              plans that serve as much, the objective takes the cheapest
    fairness  every district gets at least the level of its need within reach served, as far as money can do it at all
              (the weight of what is missing is high); measured as the least served share of any district
    way       the mean way on foot of those served is no longer than the level (rule `mean_way`)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.planning.cost import present_value_eur
from sim.planning.network import Floats, Network
from sim.planning.phases import phase_weights
from sim.planning.plan import Plan
from sim.planning.planner import propose, prove
from sim.planning.problem import Problem
from sim.planning.promise import reach_of, serving_network
from sim.planning.variants import with_rule, with_settings
from sim.registry import Registry

FRONT_COLUMNS = [
    "front", "level", "unit", "cost_eur", "served_kwh", "least_share", "way_m", "objective", "bound", "gap",
    "dominated",
]  # fmt: skip
FAIR_WEIGHT = 100.0  # kWh served elsewhere that one kWh below the level of fairness is worth

FRONTS: Registry[Callable[[Problem, float], Problem]] = Registry("front")
"""From a problem and the level of an aim to the problem under it; facts: unit, levels (shares), column, better."""


@FRONTS.register(unit="EUR", column="cost_eur", better="lower")
def cost(problem: Problem, level: float) -> Problem:
    """The budget is the level."""
    return with_settings(problem, budget_eur=level)


@FRONTS.register(unit="share", column="least_share", better="higher")
def fairness(problem: Problem, level: float) -> Problem:
    """Every district gets at least the level of its need within reach served, as far as money can do it."""
    weight = max(problem.settings.equity_weight, FAIR_WEIGHT)
    return with_rule(
        problem, "equity_floor", equity_floor=level, equity_floors={}, priority_floor=0.0, equity_weight=weight
    )


@FRONTS.register(unit="m", column="way_m", better="lower")
def way(problem: Problem, level: float) -> Problem:
    """The mean way on foot of those served is no longer than the level."""
    return with_rule(problem, "mean_way", most_mean_way_m=level)


@dataclass(frozen=True)
class Measured:
    """A plan, and what the fronts measure of it in a mean week of the horizon. [EUR, kWh/week, share, m]"""

    cost_eur: float
    served_kwh: float
    least_share: float
    way_m: float


def measure(problem: Problem, plan: Plan) -> Measured:
    """Cost, service, the least served share of a district in any phase, and the mean way on foot of those served."""
    from sim.planning.milp.plan import serve_best

    weight = dict(zip(problem.phases, phase_weights(problem.phases, problem.settings).tolist(), strict=True))
    promise = plan.promise
    network = serving_network(problem, plan.table)
    served = serve_best(problem, network) if len(network.flow_need) else np.zeros(0)
    worth = np.bincount(
        network.need_group[network.flow_need], weights=served * network.flow_worth, minlength=len(network.groups)
    )
    reach = np.array(list(reach_of(problem, network).values()))
    known = reach > 0
    return Measured(
        cost_eur=present_value_eur(problem, plan.table, plan.upgrades),
        served_kwh=float((promise["energy_kwh"] * promise["phase"].map(weight)).sum()),
        least_share=float((worth[known] / reach[known]).min()) if known.any() else 0.0,
        way_m=mean_way_m(problem, network, served),
    )


def mean_way_m(problem: Problem, network: Network, served: Floats) -> float:
    """Mean way of the requests that are served on foot; NaN without any. [m]"""
    from sim.planning.milp.rules import walks

    way_m, requests = walks(problem, network)
    number = served * requests
    return float((number * way_m).sum() / number.sum()) if number.sum() > 0 else float("nan")


def front(problem: Problem, plan: Plan, name: str, *, points: int) -> pd.DataFrame:
    """One front by name: `points` plans from the loosest level to the tightest; columns FRONT_COLUMNS.

    plan : the plan of the problem itself, where the front starts from
    Raises UnknownName for a front that is none.
    """
    constrain, facts = FRONTS[name], FRONTS.facts[name]
    rows = []
    for level in _levels(problem, plan, name, points):
        held = constrain(problem, level)
        plan = prove(held, propose(held, plan.table))
        m, c = measure(held, plan), plan.certificate
        rows.append(
            (name, level, facts["unit"], m.cost_eur, m.served_kwh, m.least_share, m.way_m, c.objective, c.bound, c.gap)
        )
    table = pd.DataFrame(rows, columns=FRONT_COLUMNS[:-1])
    return table.assign(dominated=dominated(table[facts["column"]], table["served_kwh"], better=facts["better"]))


def dominated(aim: pd.Series, served: pd.Series, *, better: str) -> pd.Series:
    """Points that another one beats: at least as good in both, and better in one."""
    sign = 1.0 if better == "higher" else -1.0
    a, s = sign * aim.to_numpy(float), served.to_numpy(float)
    no_worse = (a[None, :] >= a[:, None]) & (s[None, :] >= s[:, None])
    better_somewhere = (a[None, :] > a[:, None]) | (s[None, :] > s[:, None])
    return pd.Series((no_worse & better_somewhere).any(axis=1), index=aim.index)


def _levels(problem: Problem, plan: Plan, name: str, points: int) -> list[float]:
    """Levels from loose to tight: all the money to none, no fairness to all, ways as they come to half as long."""
    shares = np.linspace(1.0, 0.0, points)
    if name == "cost":
        return [float(share * problem.settings.budget_eur) for share in shares]
    if name == "fairness":
        most = max(measure(problem, plan).least_share, problem.settings.equity_floor)
        return [float((1.0 - share) * min(2.0 * most, 1.0)) for share in shares]
    longest = measure(problem, plan).way_m
    return [float((0.5 + 0.5 * share) * longest) for share in shares]
