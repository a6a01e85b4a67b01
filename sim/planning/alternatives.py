"""Other plans that are nearly as good: how free the council is, and which sites are sure.

Plans differ if each leaves out at least a share of the sites of every one before it. In a small city each is the best
such plan, proved by the model with a row for every plan before it (`milp/different.py`). In a large one the sites that
bring least for their money are barred and the planner searches on; the bound of the best plan of all holds for it too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from sim.planning.marginal import lost_without
from sim.planning.plan import Plan, gap_of
from sim.planning.planner import propose
from sim.planning.problem import Problem
from sim.planning.variants import excluding, is_small

ALTERNATIVES_COLUMNS = [
    "number", "objective", "bound", "gap", "served_kwh", "cost_eur", "sites", "shared_with_first", "sure_sites",
]  # fmt: skip


def alternatives(problem: Problem, best: Plan, *, number: int, different_share: float) -> list[Plan]:
    """Up to `number` plans, the given one first; fewer where no further plan differs enough.

    different_share : of the sites of every plan before, what a plan leaves out at least
    """
    plans, small = [best], is_small(problem)
    while len(plans) < number and len(best.table):
        barred = _barred(problem, plans, different_share)
        if barred is None:
            break
        plan = propose(excluding(problem, barred), best.table)
        if small:
            from sim.planning.milp.different import best_different

            plan = best_different(problem, [_to_leave_out(other, different_share) for other in plans], plan)
        else:
            c = plan.certificate
            bound = max(best.certificate.bound, c.objective)
            plan = replace(plan, certificate=replace(c, bound=bound, gap=gap_of(c.objective, bound)))
        plans.append(plan)
    return plans


def sites_of(plan: Plan) -> list[str]:
    """Sites where a plan builds."""
    return list(dict.fromkeys(plan.table["site_id"].astype(str)))


def _to_leave_out(plan: Plan, share: float) -> dict[str, int]:
    """The sites of a plan, each with how many of all of them are to be left out."""
    sites = sites_of(plan)
    return dict.fromkeys(sites, _least(len(sites), share))


def _least(sites: int, share: float) -> int:
    return max(1, math.ceil(share * sites - 1e-9))


def _barred(problem: Problem, plans: Sequence[Plan], share: float) -> list[str] | None:
    """Sites without which a plan differs from all others: of each the ones that bring least, forced ones last.

    Of sites that a plan before has left out already, new ones are taken first, so that no plan comes twice. None where
    a plan has nothing that could be left out.
    """
    lost = lost_without(problem, plans[0].table).set_index("site_id")["value_lost"]
    worth = {str(site): float(value) for site, value in lost.items()}
    forced = set(problem.settings.forced_sites) if "forced_sites" in problem.settings.rules else set()
    barred: list[str] = []
    for plan in reversed(plans):  # the last one first: what it builds instead of the others goes as well
        sites = [site for site in sites_of(plan) if site not in forced]
        lacking = _least(len(sites_of(plan)), share) - len(set(barred) & set(sites))
        free = sorted((site for site in sites if site not in barred), key=lambda site: (worth.get(site, 0.0), site))
        if lacking > len(free):
            return None
        barred += free[: max(lacking, 0)]
    return barred


def alternatives_table(problem: Problem, plans: Sequence[Plan]) -> pd.DataFrame:
    """One row for each plan; columns ALTERNATIVES_COLUMNS.

    shared_with_first : sites that the first plan builds as well
    sure_sites : sites that all plans build, by name, parted by blanks; the same in every row
    """
    from sim.planning.fronts import measure

    first, sure = set(sites_of(plans[0])), set(sites_of(plans[0]))
    for plan in plans:
        sure &= set(sites_of(plan))
    rows = []
    for number, plan in enumerate(plans, start=1):
        c, m = plan.certificate, measure(problem, plan)
        mine = set(sites_of(plan))
        rows.append(
            (number, c.objective, c.bound, c.gap, m.served_kwh, m.cost_eur, len(mine), len(mine & first),
             " ".join(sorted(sure)))
        )  # fmt: skip
    return pd.DataFrame(rows, columns=ALTERNATIVES_COLUMNS)
