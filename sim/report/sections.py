"""The tables of the page, each from rows rounded as in the tables on disk."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import pandas as pd

from sim.report.answer import change_of, interval_of
from sim.report.display import MISSING, display_table, format_interval, format_number
from sim.report.facts import LOST_KWH, PER_10K, SERVED, district_names, kpi_by, settings
from sim.report.markup import Html, table, tag
from sim.report.words import kpi_label, unit_word, use_case_name, word
from sim.study.study import StudyResult

MOST_SITES = 50
ASSUMPTION = "M"


def kpi_table(result: StudyResult) -> Html:
    """Every KPI of the city: today, plan and difference with intervals."""
    city = display_table(result.kpis[result.kpis["scope"] == "city"])
    rows = [
        [
            kpi_label(row["kpi"]),
            unit_word(row["unit"]),
            interval_of(row, "as_is"),
            interval_of(row, "plan"),
            change_of(row),
        ]
        for _, row in city.iterrows()
    ]
    return table(word("page.kpis_caption"), _head("kpi", "unit", "as_is", "plan", "difference"), rows, texts=(0, 1))


def districts_table(result: StudyResult) -> Html:
    """Points and service of each district."""
    names, priority = district_names(result), result.city.districts["priority_area"]
    added = result.plan.table.groupby("district_id")["points_added"].sum()
    per_10k, served, lost = (kpi_by(result, kpi, "district") for kpi in (PER_10K, SERVED, LOST_KWH))
    rows = []
    for district_id in result.city.districts.index:
        row: list[object] = [
            names[str(district_id)] + (" *" if priority[district_id] else ""),
            format_number(added.get(district_id, 0), "points"),
        ]
        for kpis in (per_10k, served, lost):
            one = kpis.loc[str(district_id)]
            row += [format_number(one[side], one["unit"]) for side in ("as_is", "plan")]
        rows.append(row)
    head = _head(
        "district", "points_added", "per_10k_as_is", "per_10k_plan", "served_as_is", "served_plan", "lost_as_is",
        "lost_plan",
    )  # fmt: skip
    return table(word("page.districts_caption"), head, rows)


def use_cases_table(result: StudyResult) -> Html:
    """Requests served by use case, with intervals."""
    served = kpi_by(result, SERVED, "use_case")
    rows = [
        [use_case_name(str(i)), interval_of(row, "as_is"), interval_of(row, "plan"), change_of(row)]
        for i, row in served.iterrows()
    ]
    return table(word("page.use_cases_caption"), _head("use_case", "as_is", "plan", "difference"), rows)


def rounds_table(result: StudyResult) -> Html:
    """Promise and verdict of every round."""
    rows = [_round(r) for r in result.rounds.to_dict("records")]
    head = _head(
        "round", "points", "sites", "capex", "gap", "promise_kwh", "verdict_kwh", "promise_requests",
        "verdict_requests", "gain_kwh", "kept", "note",
    )  # fmt: skip
    return table(word("page.rounds_caption"), head, rows, texts=(0, 10, 11))


def _round(r: Mapping[Hashable, Any]) -> list[str]:
    as_it_is = r["round"] == 0
    return [
        word("chart.round_0") if as_it_is else str(r["round"]),
        format_number(r["points_added"], "points"),
        format_number(r["sites"], "sites"),
        format_number(r["capex_eur"], "EUR"),
        MISSING if as_it_is else format_number(r["gap"], "share", decimals=4),
        *(format_number(r[f"{side}_kwh"], "kWh/week") for side in ("promise", "verdict")),
        *(format_number(r[f"{side}_requests"], "1/week") for side in ("promise", "verdict")),
        MISSING if as_it_is else format_interval(r["gain_kwh"], r["gain_low"], r["gain_high"], "kWh/week"),
        word("page.yes" if r["kept"] else "page.no"),
        str(r["note"]),
    ]


def sites_table(result: StudyResult) -> Html:
    """The rows of the plan with most new points."""
    plan, names, technology = result.plan.table, district_names(result), settings(result).technology
    most = plan.sort_values(["points_added", "site_id"], ascending=[False, True], kind="stable").head(MOST_SITES)
    rows = [
        [
            r["site_id"],
            names[str(r["district_id"])],
            technology[r["technology"]].label,
            format_number(r["points_before"], "points"),
            format_number(r["points_added"], "points"),
            format_number(r["power_kw"], "kW"),
            r["connection"],
            format_number(r["capex_eur"], "EUR"),
            r["origin"],
        ]
        for r in most.to_dict("records")
    ]
    caption = word("page.sites_caption", shown=format_number(len(most), "sites"), all=format_number(len(plan), "sites"))
    head = _head("site", "district", "technology", "before", "points_added", "power", "connection", "cost", "origin")
    return table(caption, head, rows, texts=(0, 1, 2, 6, 8))


def checks_table(result: StudyResult) -> Html:
    """Every check, passed or not."""
    rows = [
        [
            r["check"],
            format_number(r["value"], r["unit"]),
            f"{format_number(r['low'], r['unit'])} to {format_number(r['high'], r['unit'])}",
            unit_word(r["unit"]),
            word("page.passed") if r["passed"] else tag("strong", word("page.failed"), class_="failed"),
            r["note"],
        ]
        for r in result.checks.to_dict("records")
    ]
    head = _head("check", "value", "expected", "unit", "result", "note")
    return table(word("page.checks_caption"), head, rows, texts=(0, 3, 4, 5))


def assumptions_table(provenance: pd.DataFrame) -> Html:
    """Parameters nobody has measured, with the range thought possible."""
    return _parameters(provenance[provenance["confidence"] == ASSUMPTION], word("page.assumptions_caption"))


def parameters_table(provenance: pd.DataFrame) -> Html:
    """Every parameter of the study."""
    return _parameters(provenance, word("page.parameters_caption"))


def _parameters(provenance: pd.DataFrame, caption: str) -> Html:
    rows = [
        [r["key"], _value(r["value"]), r["unit"], r["meaning"], _range(r["low"], r["high"]), r["source"],
         r["confidence"]]
        for r in provenance.to_dict("records")
    ]  # fmt: skip
    head = _head("key", "value", "unit", "meaning", "range", "source", "confidence")
    return table(caption, head, rows, texts=(0, 1, 2, 3, 4, 5, 6))


def _value(value: object) -> str:
    """A parameter's value as it is set: never rounded."""
    if isinstance(value, dict):
        return ", ".join(f"{k}: {_value(v)}" for k, v in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(f"[{_value(v)}]" if isinstance(v, list | tuple) else _value(v) for v in value)
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)


def _range(low: object, high: object) -> str:
    ends = [MISSING if end is None or end != end else _value(end) for end in (low, high)]
    return "" if ends == [MISSING, MISSING] else f"{ends[0]} to {ends[1]}"


def _head(*columns: str) -> list[str]:
    return [word(f"column.{column}") for column in columns]
