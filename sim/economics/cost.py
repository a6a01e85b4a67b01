"""What a plan costs, year by year: building, replacing, running; and what is left at the end.

Investments fall due at the start of a year, running costs at its end. `paid_a` counts years from the start of the base
year, so discounting is one power.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.economics.project import Project, appraised_years
from sim.economics.residual import RESIDUAL_RULES
from sim.economics.settings import Economics

KINDS = ("points", "connection", "replacement", "residual_value")
ROUNDING_A = 1e-9  # a lifetime that ends with the horizon is not followed by a replacement, rounding aside


def investments(project: Project, economics: Economics) -> pd.DataFrame:
    """Capital cost of the plan: first building, replacements within the horizon, and the worth left at its end.

    Columns: year, paid_a [years from the start of the base year], technology, kind (KINDS), eur [EUR]. Residual values
    are negative. What is replaced costs what it cost at first: real prices stay.
    """
    years = appraised_years(project, economics)
    lifetime = project.technologies.set_index("technology")["lifetime_years"]
    sums = project.plan.groupby(["technology", "phase"])[["points_eur", "connection_eur"]].sum()
    rows = []
    for (technology, phase), (points_eur, connection_eur) in zip(sums.index, sums.to_numpy(float), strict=True):
        parts = (
            ("points", points_eur, float(lifetime[technology])),
            ("connection", connection_eur, economics.connection_lifetime_years),
        )
        for kind, eur, life in parts:
            cost = eur * economics.capex_factor
            for year, at, what, amount in _life_of(kind, cost, phase, life, years.stop, economics.residual_rule):
                rows.append((year, at - economics.base_year, technology, what, amount))
    return pd.DataFrame(rows, columns=["year", "paid_a", "technology", "kind", "eur"]).astype(
        dict(year=int, paid_a=float, eur=float)
    )


def _life_of(
    kind: str, cost_eur: float, built: int, lifetime: float, end: int, residual_rule: str
) -> Iterator[tuple[int, float, str, float]]:
    """Year, time, kind and amount of every payment for one piece of equipment up to the start of the year `end`."""
    yield built, float(built), kind, cost_eur
    replacements = max(0, math.ceil((end - built) / lifetime - ROUNDING_A) - 1)
    for number in range(1, replacements + 1):
        at = built + number * lifetime
        yield math.floor(at + ROUNDING_A), at, "replacement", cost_eur
    age = end - (built + replacements * lifetime)
    yield end - 1, float(end), "residual_value", -cost_eur * RESIDUAL_RULES[residual_rule](age, lifetime)


def standing_points(project: Project, economics: Economics) -> pd.DataFrame:
    """Points of the plan that stand in each year, with the facts of their technology.

    Columns: year, technology, points, current, power_kw [kW/point], opex_eur [EUR/point/a].
    """
    plan, facts = project.plan, project.technologies.reset_index(drop=True)
    years = np.array(appraised_years(project, economics))
    stands = years[:, None] >= plan["phase"].to_numpy(int)
    is_of = plan["technology"].to_numpy()[:, None] == facts["technology"].to_numpy()
    points = (stands * plan["points_added"].to_numpy(float)) @ is_of.astype(float)
    year, technology = np.nonzero(points)
    columns = facts[["technology", "current", "power_kw", "opex_eur"]].iloc[technology].reset_index(drop=True)
    columns.insert(0, "year", years[year])
    columns.insert(2, "points", points[year, technology])
    return columns


def opex_eur(points: Mapping[str, NDArray[Any]], economics: Economics) -> NDArray[np.float64]:
    """Maintenance and backend of each row of `standing_points`, given by columns. [EUR/a]"""
    return np.asarray(points["points"] * points["opex_eur"] * economics.opex_factor, float)


def demand_charge_eur(points: Mapping[str, NDArray[Any]], economics: Economics) -> NDArray[np.float64]:
    """Yearly price of the metered peak of each row of `standing_points`, given by columns. [EUR/a]"""
    per_kw = {
        current: share * economics.demand_charge_eur_per_kw_a[current]
        for current, share in economics.peak_share.items()
    }
    return np.asarray(points["points"] * points["power_kw"] * by_current(points["current"], per_kw), float)


def by_current(current: NDArray[Any], values: Mapping[str, float]) -> NDArray[np.float64]:
    """The value of each row by its current."""
    return np.array([values[name] for name in current], float)


def cost_by_year(project: Project, economics: Economics) -> pd.DataFrame:
    """Capital and running cost of every appraised year, undiscounted; one row a year.

    Columns: year, points_eur, connection_eur, replacement_eur, residual_value_eur (negative, last year), opex_eur,
    demand_charge_eur [EUR]. Electricity is in the cash flow, since it hangs on the view.
    """
    years = pd.Index(appraised_years(project, economics), name="year")
    paid = investments(project, economics).pivot_table(index="year", columns="kind", values="eur", aggfunc="sum")
    table = paid.reindex(index=years, columns=list(KINDS)).fillna(0.0).add_suffix("_eur")
    points = {str(name): column.to_numpy() for name, column in standing_points(project, economics).items()}
    for name, eur in dict(
        opex_eur=opex_eur(points, economics), demand_charge_eur=demand_charge_eur(points, economics)
    ).items():
        table[name] = pd.Series(eur).groupby(points["year"]).sum().reindex(years, fill_value=0.0)
    table.columns.name = None
    return table.reset_index()
