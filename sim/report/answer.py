"""The answer in five sentences, and what must alarm the reader first."""

from __future__ import annotations

import math

import pandas as pd

from sim.report.display import format_change_interval, format_interval, format_number
from sim.report.facts import (
    SERVED,
    coupling_gap,
    district_names,
    kpi_by,
    kpi_row,
    points_by_technology,
    settings,
)
from sim.report.words import unit_word, word
from sim.study.study import StudyResult


def five_sentences(result: StudyResult) -> list[str]:
    """What is proposed, its cost, what it changes, who gains, and how sure that is."""
    return [_proposed(result), _cost(result), _served(result), _who(result), _sure(result)]


def alarms(result: StudyResult) -> list[str]:
    """Every failed check and a plan that cannot be reproduced, one sentence each; empty when all is well."""
    failed = result.checks[~result.checks["passed"].astype(bool)]
    said = [
        word(
            "page.alarm_check",
            check=row.check,
            value=f"{format_number(row.value, row.unit)} {unit_word(row.unit)}".strip(),
            low=format_number(row.low, row.unit),
            high=format_number(row.high, row.unit),
            note=row.note,
        ).strip()
        for row in failed.itertuples()
    ]
    return said if result.plan.certificate.reproducible else [*said, word("page.alarm_reproducible")]


def mix(result: StudyResult) -> str:
    """Points that the plan adds by technology, as part of a sentence."""
    technology = settings(result).technology
    return word("answer.and").join(
        word("answer.mix", points=format_number(points, "points"), technology=technology[name].label)
        for name, points in points_by_technology(result).items()
    )


def interval_of(row: pd.Series, side: str) -> str:
    """One side of a KPI row ('as_is' or 'plan') with its interval."""
    return format_interval(row[side], row[f"{side}_low"], row[f"{side}_high"], row["unit"])


def change_of(row: pd.Series) -> str:
    """The difference of a KPI row with its paired interval."""
    return format_change_interval(row["difference"], row["difference_low"], row["difference_high"], row["unit"])


def _proposed(result: StudyResult) -> str:
    table = result.plan.table
    if table.empty:
        return word("answer.plan_none")
    return word(
        "answer.plan",
        points=format_number(table["points_added"].sum(), "points"),
        sites=format_number(table["site_id"].nunique(), "sites"),
        mix=mix(result),
    )


def _cost(result: StudyResult) -> str:
    return word(
        "answer.cost",
        capex=format_number(result.plan.capex_eur, "EUR"),
        budget=format_number(settings(result).planning.budget_eur, "EUR"),
    )


def _served(result: StudyResult) -> str:
    row = kpi_row(result, SERVED)
    return word(
        "answer.served",
        year=settings(result).year,
        before=interval_of(row, "as_is"),
        after=interval_of(row, "plan"),
        change=change_of(row),
    )


def _who(result: StudyResult) -> str:
    names, served = district_names(result), kpi_by(result, SERVED, "district")
    after, before = served["plan"].dropna(), served["as_is"].dropna()
    worst = dict(
        worst=names[str(after.idxmin())],
        worst_share=format_number(after.min(), "share"),
        worst_before_name=names[str(before.idxmin())],
        worst_before=format_number(before.min(), "share"),
    )
    areas = kpi_by(result, SERVED, "priority").dropna(subset=["as_is", "plan"])
    if set(areas.index) != {"priority", "rest"}:
        return word("answer.who_no_priority", **worst)
    shares = {
        f"{area}_{when}": format_number(areas.loc[area, side], "share")
        for area in ("priority", "rest")
        for when, side in (("before", "as_is"), ("after", "plan"))
    }
    return word("answer.who", **shares, **worst)


def _sure(result: StudyResult) -> str:
    certificate, gap = result.plan.certificate, coupling_gap(result)
    way = word("answer.less" if not gap < 0 else "answer.more", share=format_number(abs(gap), "share"))
    replications = settings(result).simulation.verdict_replications
    if result.plan.table.empty or math.isnan(gap):
        return word("answer.sure_none", n=replications)
    if math.isfinite(certificate.gap):
        proved = format_number(certificate.gap, "share", decimals=4)
        return word("answer.sure", gap=proved, coupling=way, n=replications)
    return word("answer.sure_unproved", coupling=way, n=replications)
