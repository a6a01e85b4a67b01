"""Is a plan worth its money? Cash flow, net present value, benefit-cost ratio, payback, cost per kWh; view by view.

public    : society, social discount rate; no transfer counted twice (see `items`)
municipal : the cash of the operator at the city's interest rate
operator  : cash net of VAT at the return an operator asks for
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.economics.annuity import present_value
from sim.economics.items import CASH, ITEMS, draw_up, payments_of
from sim.economics.project import Project, yearly_service
from sim.economics.settings import VIEWS, Economics
from sim.parameter import provenance


@dataclass(frozen=True)
class Appraisal:
    """What a plan is worth in one view. Present values are at the start of the base year.

    flows                 : year, paid_a [years from the start of the base year], item, side (in, out), eur [EUR]:
                            positive = gained, negative = spent, undiscounted
    components            : item, side, eur, present_eur [EUR], meaning, parameters; signs as in flows; one row an item
    in_eur, out_eur       : present value of all that is spent (residual value taken off), of all that is gained [EUR]
    npv_eur               : out - in; the sum of the components [EUR]
    benefit_cost_ratio    : out / in; NaN where nothing is spent
    payback_year          : see `payback_year`
    levelised_eur_per_kwh : see `levelised_cost`
    subsidy_need_eur      : present value that is missing for a break-even, 0 where none is [EUR]
    """

    view: str
    rate: float
    flows: pd.DataFrame
    components: pd.DataFrame
    in_eur: float
    out_eur: float
    npv_eur: float
    benefit_cost_ratio: float
    payback_year: int | None
    levelised_eur_per_kwh: float
    subsidy_need_eur: float


def appraise(project: Project, economics: Economics, *, view: str) -> Appraisal:
    """Appraise a plan in one view: public, municipal or operator."""
    flows = cash_flow(project, economics, view=view)
    rate = economics.rate(view)
    npv = net_present_value(flows, rate)
    spent, gained = in_and_out(flows, rate)
    return Appraisal(
        view=view,
        rate=rate,
        flows=flows,
        components=components(flows, rate),
        in_eur=spent,
        out_eur=gained,
        npv_eur=npv,
        benefit_cost_ratio=benefit_cost_ratio(flows, rate),
        payback_year=payback_year(flows),
        levelised_eur_per_kwh=levelised_cost(project, economics, rate=rate),
        subsidy_need_eur=max(0.0, -npv),
    )


def cash_flow(project: Project, economics: Economics, *, view: str) -> pd.DataFrame:
    """All payments of a view, undiscounted. Columns as `Appraisal.flows`."""
    payments = payments_of(view, draw_up(project, economics), economics)
    items = list(payments)
    sizes = [len(payments[item].eur) for item in items]
    sides = [ITEMS.facts[item]["side"] for item in items]
    rows = pd.DataFrame(
        dict(
            year=np.concatenate([payments[item].year for item in items]),
            paid_a=np.concatenate([payments[item].paid_a for item in items]),
            item=np.repeat(items, sizes),
            side=np.repeat(sides, sizes),
            eur=np.concatenate([-p.eur if s == "in" else p.eur for p, s in zip(payments.values(), sides, strict=True)]),
        )
    )
    flows = rows.groupby(["item", "side", "year", "paid_a"], sort=False, as_index=False)["eur"].sum()
    return flows[["year", "paid_a", "item", "side", "eur"]]


def net_present_value(flows: pd.DataFrame, rate: float) -> float:
    """Present value of all that is gained less all that is spent. [EUR]"""
    return present_value(flows["eur"], flows["paid_a"], rate)


def in_and_out(flows: pd.DataFrame, rate: float) -> tuple[float, float]:
    """Present value of what is spent and of what is gained, both as positive amounts. [EUR]"""
    gained = flows["side"].to_numpy() == "out"
    eur, paid_a = flows["eur"].to_numpy(float), flows["paid_a"].to_numpy(float)
    return present_value(-eur[~gained], paid_a[~gained], rate), present_value(eur[gained], paid_a[gained], rate)


def benefit_cost_ratio(flows: pd.DataFrame, rate: float) -> float:
    """Present euros gained for a present euro spent; NaN where nothing is spent. [EUR/EUR]"""
    spent, gained = in_and_out(flows, rate)
    return gained / spent if spent > 0 else math.nan


def components(flows: pd.DataFrame, rate: float) -> pd.DataFrame:
    """One row an item: its sum, its present value, what it is and which settings it hangs on."""
    rows = []
    for (item, side), part in flows.groupby(["item", "side"], sort=False):
        text = (ITEMS[item].__doc__ or "").partition("\n")[0].removesuffix(" [EUR]")
        rows.append(
            dict(
                item=item,
                side=side,
                eur=math.fsum(part["eur"]),
                present_eur=present_value(part["eur"], part["paid_a"], rate),
                meaning=text,
                parameters=", ".join(ITEMS.facts[item]["parameters"]),
            )
        )
    return pd.DataFrame(rows, columns=["item", "side", "eur", "present_eur", "meaning", "parameters"])


def component_parameters(economics: Economics) -> pd.DataFrame:
    """Every item with every setting it hangs on.

    Columns: item, key, value, unit, meaning, source, confidence, low, high.
    """
    known = provenance(economics)
    pairs = pd.DataFrame(
        [(item, key) for item in ITEMS for key in ITEMS.facts[item]["parameters"]], columns=["item", "key"]
    )
    return pairs.merge(known, on="key", how="left", validate="many_to_one")


def payback_year(flows: pd.DataFrame) -> int | None:
    """First year by whose end all that was spent is gained back, for good within the horizon; None where it never is.

    Undiscounted, and without the residual value, which nobody pays out. Where nothing is paid, nothing is paid back.
    """
    paid = flows[flows["item"] != "residual_value"]
    if not paid["eur"].any():
        return None
    balance = paid.groupby("year")["eur"].sum().sort_index().cumsum()
    if balance.empty or balance.iloc[-1] < 0:
        return None
    short = balance.index[balance < 0]
    return int(balance.index[0] if short.empty else balance.index[balance.index > short[-1]][0])


def levelised_cost(project: Project, economics: Economics, *, rate: float) -> float:
    """Price of a kWh at which the plan just pays for itself, net of VAT: present cost / present energy. [EUR/kWh]

    All cash that is spent counts, electricity included, and all energy that the plan adds; NaN where it adds none.
    """
    cash = cash_flow(project, economics, view=CASH[0])
    spent, _ = in_and_out(cash, rate)
    service = yearly_service(project, economics)
    energy = present_value(service["energy_kwh"], service["year"] + 1 - economics.base_year, rate)
    return spent / energy if energy > 0 else math.nan


def headline(project: Project, economics: Economics) -> dict[tuple[str, str], float]:
    """Figures of all views by (view, figure), as `appraise` gives them but without tables: for many projects.

    Figures: in_eur, out_eur, npv_eur, benefit_cost_ratio, levelised_eur_per_kwh, subsidy_need_eur.
    """
    schedule = draw_up(project, economics)
    payments = {name: ITEMS[name](schedule, economics) for name in ITEMS}
    energy_paid_a = schedule.service["year"] + 1 - economics.base_year
    figures: dict[tuple[str, str], float] = {}
    for view in VIEWS:
        rate = economics.rate(view)

        def worth(side: str, view: str, rate: float) -> float:
            counted = [name for name, facts in ITEMS.facts.items() if facts["side"] == side and view in facts["views"]]
            return math.fsum(present_value(payments[name].eur, payments[name].paid_a, rate) for name in counted)

        spent, gained = worth("in", view, rate), worth("out", view, rate)
        energy = present_value(schedule.service["energy_kwh"], energy_paid_a, rate)
        values = dict(
            in_eur=spent, out_eur=gained, npv_eur=gained - spent,
            benefit_cost_ratio=gained / spent if spent > 0 else math.nan,
            levelised_eur_per_kwh=worth("in", CASH[0], rate) / energy if energy > 0 else math.nan,
            subsidy_need_eur=max(0.0, spent - gained),
        )  # fmt: skip
        figures |= {(view, name): value for name, value in values.items()}
    return figures


SUMMARY = (
    ("in_eur", "EUR"),
    ("out_eur", "EUR"),
    ("npv_eur", "EUR"),
    ("benefit_cost_ratio", "-"),
    ("payback_year", "a"),
    ("levelised_eur_per_kwh", "EUR/kWh"),
    ("subsidy_need_eur", "EUR"),
    ("rate", "1/a"),
)


def summary(appraisals: Iterable[Appraisal]) -> pd.DataFrame:
    """The figures of several views in one table. Columns: view, figure, value (NaN = none), unit."""
    rows = []
    for appraisal in appraisals:
        values = {field.name: getattr(appraisal, field.name) for field in dataclasses.fields(appraisal)}
        for figure, unit in SUMMARY:
            value = values[figure]
            rows.append((appraisal.view, figure, math.nan if value is None else float(value), unit))
    return pd.DataFrame(rows, columns=["view", "figure", "value", "unit"])
