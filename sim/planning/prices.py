"""What the next and the last money bring, and what fairness costs: one thing changed, planned again, gaps told."""

from __future__ import annotations

import pandas as pd

from sim.planning.fronts import Measured, measure
from sim.planning.plan import Plan
from sim.planning.planner import propose, prove
from sim.planning.problem import Problem
from sim.planning.variants import Difference, difference, with_settings

NEXT_MONEY_COLUMNS = [
    "money", "from_eur", "to_eur", "value", "value_low", "value_high", "served_kwh", "eur_per_weekly_kwh", "certain",
]  # fmt: skip
FAIRNESS_COLUMNS = [
    "plan", "served_kwh", "least_share", "cost_eur", "objective", "bound", "gap", "price_kwh", "price_low",
    "price_high", "price_share", "certain",
]  # fmt: skip


def next_money(problem: Problem, plan: Plan, *, step_eur: float) -> pd.DataFrame:
    """What the last and the next so many euros bring in a mean week; columns NEXT_MONEY_COLUMNS.

    value : between the plans as found, value_low and value_high between the best possible ones [units of the objective]
    eur_per_weekly_kwh : euros for one kWh a week more that is served; NaN where none is
    Without a budget that limits anything there is no row; below `step_eur` the last money is all there is.
    """
    s = problem.settings
    if not {"within_budget", "no_carry_over"} & set(s.rules):
        return pd.DataFrame(columns=NEXT_MONEY_COLUMNS)
    here, rows = measure(problem, plan), []
    less_eur = max(s.budget_eur - step_eur, 0.0)
    if less_eur < s.budget_eur:
        held = with_settings(problem, budget_eur=less_eur)
        less = prove(held, propose(held, plan.table))
        rows.append(_step("last", less_eur, s.budget_eur, difference(plan, less), here, measure(held, less)))
    richer = with_settings(problem, budget_eur=s.budget_eur + step_eur)
    more = prove(richer, propose(richer, plan.table))
    rows.append(
        _step("next", s.budget_eur, s.budget_eur + step_eur, difference(more, plan), measure(richer, more), here)
    )
    return pd.DataFrame(rows, columns=NEXT_MONEY_COLUMNS)


def _step(
    money: str, from_eur: float, to_eur: float, worth: Difference, after: Measured, before: Measured
) -> tuple[object, ...]:
    served = after.served_kwh - before.served_kwh
    price = (to_eur - from_eur) / served if served > 0 else float("nan")
    low = max(worth.low, 0.0)  # more money allows every plan that less allows
    return money, from_eur, to_eur, worth.value, low, worth.high, served, price, low > 0


def price_of_fairness(problem: Problem, plan: Plan) -> pd.DataFrame:
    """The plan with the floors and the best one without them; columns FAIRNESS_COLUMNS.

    price_kwh : energy that the floors cost in a mean week; low and high as if what is not proved of the one plan or the
        other were served as well. `certain` is False where a price of nothing lies between them.
    One row, with no price, where there are no floors.
    """
    with_floors = measure(problem, plan)
    c = plan.certificate
    row = (with_floors.served_kwh, with_floors.least_share, with_floors.cost_eur, c.objective, c.bound, c.gap)
    if "equity_floor" not in problem.settings.rules:
        nothing = (float("nan"),) * 4
        return pd.DataFrame([("without floors", *row, *nothing, False)], columns=FAIRNESS_COLUMNS)
    free = with_settings(problem, rules=[rule for rule in problem.settings.rules if rule != "equity_floor"])
    other = prove(free, propose(free, plan.table))
    m, o = measure(free, other), other.certificate
    price = m.served_kwh - with_floors.served_kwh
    low, high = price - (c.bound - c.objective), price + (o.bound - o.objective)
    prices = (price, low, high, price / m.served_kwh if m.served_kwh > 0 else 0.0, low > 0)
    rows = [
        ("with floors", *row, *prices),
        ("without floors", m.served_kwh, m.least_share, m.cost_eur, o.objective, o.bound, o.gap, *prices),
    ]
    return pd.DataFrame(rows, columns=FAIRNESS_COLUMNS)
