"""The verdict in money: what a plan costs and brings, to whom, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.city.technology import Technology
from sim.economics.appraisal import Appraisal, appraise, headline
from sim.economics.break_even import break_even
from sim.economics.climate import climate_by_year
from sim.economics.items import ITEMS
from sim.economics.project import Project
from sim.economics.sensitivity import sensitivity
from sim.economics.settings import VIEWS, Economics
from sim.scoring.interval import mean_interval

# item, unit, what to mind; the ones without a note in words of their own explain themselves
MONEY_ITEMS: Mapping[str, tuple[str, str]] = {
    "capex_eur": ("EUR", "first building of points and grid connections, undiscounted"),
    "running_eur_a": ("EUR/a", "maintenance, backend and peak power in the mean year, undiscounted; no electricity"),
    "in_eur": ("EUR", "present value of all that is spent, residual value taken off"),
    "out_eur": ("EUR", "present value of all that is gained"),
    "npv_eur": ("EUR", "net present value, gained less spent"),
    "benefit_cost_ratio": ("-", "present euros gained for one spent; empty where nothing is spent"),
    "payback_year": ("a", "by its end all spending is gained back, undiscounted; empty = never within the horizon"),
    "levelised_eur_per_kwh": ("EUR/kWh", "net price of an added kWh that just covers all cash spent"),
    "subsidy_need_eur": ("EUR", "present value that is missing for a ratio of 1"),
    "discount_rate": ("1/a", "interest of this view; a setting"),
    "co2_t_a": ("t/a", "CO2 avoided in the mean year; low and high are those of the additionality"),
}


class Money(NamedTuple):
    """Tables of `StudyResult` of the same names."""

    money: pd.DataFrame
    components: pd.DataFrame
    cash_flow: pd.DataFrame
    break_even: pd.DataFrame
    sensitivity: pd.DataFrame
    climate: pd.DataFrame


def value_plan(
    plan: pd.DataFrame,
    service: pd.DataFrame,
    by_replication: Sequence[pd.DataFrame],
    *,
    technologies: Mapping[str, Technology],
    economics: Economics,
) -> Money:
    """Appraise a plan with the mean service of the verdict; intervals come from appraising every replication.

    plan           : PLAN
    service        : SERVICE of the mean week
    by_replication : SERVICE of every replication

    What a replication gains in energy, walking and waiting hangs together, so it is carried through the appraisal
    whole. The intervals hold what the simulation leaves open, not what the prices do.
    """
    facts = technology_table(technologies)
    project = Project(plan, facts, service)
    views = [appraise(project, economics, view=view) for view in VIEWS]
    headlines = [headline(Project(plan, facts, week), economics) for week in by_replication]
    climate = climate_by_year(project, economics).rename(
        columns={"avoided_t": "t_co2_avoided", "avoided_low_t": "low", "avoided_high_t": "high"}
    )[["year", "t_co2_avoided", "low", "high"]]
    searched = [break_even(project, economics, view=view).assign(view=view) for view in VIEWS]
    turned = [sensitivity(project, economics, view=view) for view in VIEWS]
    for table, view in zip(turned, VIEWS, strict=True):
        table.insert(0, "view", view)
    return Money(
        money=pd.concat([_figures(a, headlines, climate) for a in views], ignore_index=True),
        components=pd.concat([_components(a) for a in views], ignore_index=True),
        cash_flow=pd.concat([_cash_flow(a) for a in views], ignore_index=True),
        break_even=pd.concat(searched, ignore_index=True)[
            ["view", "target", "parameter", "value_now", "value_needed", "low", "high", "unit", "verdict"]
        ],
        sensitivity=pd.concat(turned, ignore_index=True),
        climate=climate,
    )


def technology_table(technologies: Mapping[str, Technology]) -> pd.DataFrame:
    """TECHNOLOGIES of an appraisal."""
    columns = ["current", "power_kw", "opex_eur", "lifetime_years"]
    rows = [[name, *(getattr(technology, column) for column in columns)] for name, technology in technologies.items()]
    return pd.DataFrame(rows, columns=["technology", *columns])


def _figures(
    appraisal: Appraisal, headlines: Sequence[Mapping[tuple[str, str], float]], climate: pd.DataFrame
) -> pd.DataFrame:
    """Rows of `StudyResult.money` of one view."""
    paid = -appraisal.flows.groupby("item")["eur"].sum()
    years = len(climate)
    values = {
        "capex_eur": float(paid.get("building", 0.0)),
        "running_eur_a": float(paid.get("running", 0.0) + paid.get("demand_charge", 0.0)) / years,
        "payback_year": math.nan if appraisal.payback_year is None else float(appraisal.payback_year),
        "discount_rate": appraisal.rate,
    }
    ends = dict.fromkeys(values, (math.nan, math.nan))
    names = [name for view, name in headlines[0] if view == appraisal.view]
    interval = mean_interval(np.array([[h[appraisal.view, name] for name in names] for h in headlines]))
    for number, name in enumerate(names):
        values[name] = getattr(appraisal, name)
        ends[name] = float(interval.low[number]), float(interval.high[number])
    if appraisal.view == "public":
        mean = climate.mean()
        values["co2_t_a"], ends["co2_t_a"] = mean["t_co2_avoided"], (mean["low"], mean["high"])
    rows = [
        (appraisal.view, item, values[item], unit, *ends[item], note)
        for item, (unit, note) in MONEY_ITEMS.items()
        if item in values
    ]
    return pd.DataFrame(rows, columns=["view", "item", "value", "unit", "low", "high", "note"])


def _components(appraisal: Appraisal) -> pd.DataFrame:
    columns = {"item": "component", "present_eur": "present_value_eur"}
    table = appraisal.components.rename(columns=columns).assign(view=appraisal.view)
    return table[["view", "component", "side", "present_value_eur", "parameters"]]


def _cash_flow(appraisal: Appraisal) -> pd.DataFrame:
    """One row a year; items that the view does not count, or that do not fall in a year, are 0."""
    wide = appraisal.flows.pivot_table(index="year", columns="item", values="eur", aggfunc="sum", observed=True)
    table = wide.reindex(columns=ITEMS.names()).fillna(0.0).rename_axis(columns=None).reset_index()
    table.insert(0, "view", appraisal.view)
    return table
