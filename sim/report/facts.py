"""What the report reads out of a result: KPI rows by name, and the few sums that summary and titles share."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.errors import UnknownName
from sim.report.display import display_table
from sim.report.words import Words
from sim.study.phases import built_by
from sim.study.rounds import ONE_SHOT
from sim.study.study import StudyResult

# the KPI names that titles and summary need, in one place; all other KPIs are shown by whatever name they have
SERVED = "served_share"
LOST_KWH = "energy_lost_kwh"
REQUESTS = "requests"
PER_10K = "points_per_10k"


def reach_name(way_m: int) -> str:
    """Name of the KPI 'share of residents with an AC station within `way_m`'."""
    return f"reach_{way_m}_share"


def kpi_row(result: StudyResult, kpi: str, *, scope: str = "city", id_: str | None = None) -> pd.Series:
    """The row of one KPI, rounded as shown; `id_` is needed where the scope has more than one row."""
    of_name = result.kpis[result.kpis["kpi"] == kpi]
    if of_name.empty:
        raise UnknownName("KPI", kpi, result.kpis["kpi"].unique())
    of_scope = of_name[of_name["scope"] == scope]
    rows = of_scope if id_ is None else of_scope[of_scope["id"] == id_]
    if len(rows) != 1:
        raise UnknownName(f"{scope} of KPI '{kpi}'", str(id_), of_scope["id"].astype(str))
    return display_table(rows).iloc[0]


def kpi_by(result: StudyResult, kpi: str, scope: str) -> pd.DataFrame:
    """All rows of one KPI and scope, rounded as shown, by id."""
    rows = result.kpis[(result.kpis["kpi"] == kpi) & (result.kpis["scope"] == scope)]
    if rows.empty:
        raise UnknownName(f"KPI by {scope}", kpi, result.kpis.loc[result.kpis["scope"] == scope, "kpi"].unique())
    return display_table(rows).set_index("id")


def built(result: StudyResult) -> pd.DataFrame:
    """Rows of the plan that stand in the judged year: what maps, stations and KPIs show."""
    return built_by(result.plan.table, settings(result).year)


def points_by_technology(result: StudyResult) -> pd.Series:
    """Points that the plan adds by the judged year, by technology, most first. [points]"""
    return built(result).groupby("technology")["points_added"].sum().sort_values(ascending=False, kind="stable")


def kept_round(result: StudyResult) -> pd.Series:
    """The round whose plan was kept; round 0 where nothing was built."""
    kept = result.rounds[result.rounds["kept"].astype(bool)]
    return (kept if len(kept) else result.rounds).iloc[0]


def own_round(result: StudyResult) -> pd.Series | None:
    """The round of the planner's own plan, before the street had a say; None where there is none."""
    if "kind" not in result.rounds:
        return None
    own = result.rounds[result.rounds["kind"] == ONE_SHOT]
    return own.iloc[0] if len(own) else None


def coupling_gap(result: StudyResult) -> float:
    """How much less energy the simulation finds than the planner promised, as a share of the promise. [share]"""
    kept = kept_round(result)
    return float(1 - kept["verdict_kwh"] / kept["promise_kwh"]) if kept["promise_kwh"] > 0 else float("nan")


def district_names(result: StudyResult) -> dict[str, str]:
    """Name by district id."""
    return {str(k): str(v) for k, v in result.city.districts["name"].items()}


def settings(result: StudyResult) -> Any:
    """The study; typed loosely because `StudyResult` leaves it open."""
    return result.study


def weeks_judged(result: StudyResult) -> int:
    """Fresh weeks that the verdict rests on: as many as were asked for, or more where the intervals were too wide."""
    return int(
        settings(result).simulation.verdict_replications if result.trust is None else result.trust.reached.replications
    )


def has(result: StudyResult, table: str) -> bool:
    """Whether a result has rows in one of its tables; results of older versions lack some."""
    found = getattr(result, table, None)
    return found is not None and len(found) > 0


def table_of(result: StudyResult, table: str) -> pd.DataFrame:
    """A table of a result that `has` it."""
    found: pd.DataFrame = getattr(result, table)
    return found


def technology_name(result: StudyResult, name: str, words: Words) -> str:
    """What a technology is called."""
    return words.phrase(settings(result).technology[name].label)


def money_row(result: StudyResult, view: str, item: str) -> pd.Series | None:
    """One figure of the appraisal: value, unit, low, high, note; None where the appraisal does not give it."""
    money = table_of(result, "money")
    rows = money[(money["view"] == view) & (money["item"] == item)]
    return rows.iloc[0] if len(rows) else None
