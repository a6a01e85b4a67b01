"""The tables of the page, each from rows rounded as in the tables on disk."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import pandas as pd

from sim.planning.objectives import OBJECTIVES
from sim.report.answer import change_of, interval_of
from sim.report.display import MARKS, MISSING, display_table
from sim.report.facts import LOST_KWH, PER_10K, SERVED, built, district_names, kpi_by, technology_name
from sim.report.markup import Html, joined, safe, table, tag
from sim.report.words import Words
from sim.study.study import StudyResult

MOST_SITES = 50
ASSUMPTION = "M"
TIMES = "x "  # a range given as a multiple of the value


def kpi_table(result: StudyResult, words: Words) -> Html:
    """Every KPI of the city: today, plan and difference with intervals."""
    city = display_table(result.kpis[result.kpis["scope"] == "city"])
    rows = [
        [
            words.kpi(row["kpi"]),
            words.unit(row["unit"]),
            interval_of(row, "as_is", words),
            interval_of(row, "plan", words),
            change_of(row, words),
        ]
        for _, row in city.iterrows()
    ]
    return table(
        words("page.kpis_caption"), heads(words, "kpi", "unit", "as_is", "plan", "difference"), rows, texts=(0, 1)
    )


def districts_table(result: StudyResult, words: Words) -> Html:
    """Points and service of each district."""
    names, priority = district_names(result), result.city.districts["priority_area"]
    added = built(result).groupby("district_id")["points_added"].sum()
    per_10k, served, lost = (kpi_by(result, kpi, "district") for kpi in (PER_10K, SERVED, LOST_KWH))
    rows = []
    for district_id in result.city.districts.index:
        row: list[object] = [
            names[str(district_id)] + (" *" if priority[district_id] else ""),
            words.number(added.get(district_id, 0), "points"),
        ]
        for kpis in (per_10k, served, lost):
            one = kpis.loc[str(district_id)]
            row += [words.number(one[side], one["unit"]) for side in ("as_is", "plan")]
        rows.append(row)
    head = heads(
        words, "district", "points_added", "per_10k_as_is", "per_10k_plan", "served_as_is", "served_plan", "lost_as_is",
        "lost_plan",
    )  # fmt: skip
    return table(words("page.districts_caption"), head, rows)


def use_cases_table(result: StudyResult, words: Words) -> Html:
    """Requests served by use case, with intervals."""
    served = kpi_by(result, SERVED, "use_case")
    rows = [
        [
            words.named("use_case", str(i)),
            interval_of(row, "as_is", words),
            interval_of(row, "plan", words),
            change_of(row, words),
        ]
        for i, row in served.iterrows()
    ]
    return table(words("page.use_cases_caption"), heads(words, "use_case", "as_is", "plan", "difference"), rows)


def rounds_table(result: StudyResult, words: Words) -> Html:
    """Promise and verdict of every round."""
    rows = [_round(r, words) for r in result.rounds.to_dict("records")]
    head = heads(
        words, "round", "points", "sites", "capex", "gap", "promise_kwh", "verdict_kwh", "street_value", "gain_kwh",
        "kept",
    )  # fmt: skip
    return table(words("page.rounds_caption"), head, rows, texts=(0, 9))


def rounds_ending(result: StudyResult, words: Words) -> Html:
    """Why the rounds ended where they did."""
    return tag("p", joined([words("page.rounds_ending"), said(result.rounds["note"].iloc[-1], words)], " "))


def rounds_bound(result: StudyResult, words: Words) -> Html:
    """What the street could serve at most, and how far the kept plan is from it; nothing where nobody asked."""
    kept = result.rounds[result.rounds["kept"]]
    if "street_bound" not in kept or kept["street_bound"].isna().all():
        return safe("")
    bound, gap = float(kept["street_bound"].iloc[0]), float(kept["street_gap"].iloc[0])
    unit = str(OBJECTIVES.facts[result.study.planning.objective]["unit"])
    worth = f"{words.number(bound, unit)} {words.unit(unit)}"
    return tag("p", words("page.rounds_bound", bound=worth, gap=words.number(gap, "share")))


def _round(r: Mapping[Hashable, Any], words: Words) -> list[str]:
    as_it_is = r["round"] == 0
    return [
        words("chart.round_0") if as_it_is else f"{r['round']} {_found(r, words)}",
        words.number(r["points_added"], "points"),
        words.number(r["sites"], "sites"),
        words.number(r["capex_eur"], "EUR"),
        MISSING if as_it_is else words.number(r["gap"], "share", decimals=4),
        *(words.number(r[f"{side}_kwh"], "kWh/week") for side in ("promise", "verdict")),
        words.number(r["value"], "kWh/week"),
        MISSING if as_it_is else words.interval(r["gain_kwh"], r["gain_low"], r["gain_high"], "kWh/week"),
        words("page.yes" if r["kept"] else "page.no"),
    ]


def _found(r: Mapping[Hashable, Any], words: Words) -> str:
    """How the plan of a round was found, in brackets; nothing where a table does not say."""
    return f"({words.named('found', r['kind']).format(origin=r['origin'])})" if "kind" in r else ""


def sites_table(result: StudyResult, words: Words) -> Html:
    """The rows of the plan with most new points."""
    plan, names = result.plan.table, district_names(result)
    most = plan.sort_values(["points_added", "site_id"], ascending=[False, True], kind="stable").head(MOST_SITES)
    rows = [
        [
            r["site_id"],
            str(r["phase"]),
            names[str(r["district_id"])],
            technology_name(result, r["technology"], words),
            words.number(r["points_before"], "points"),
            words.number(r["points_added"], "points"),
            words.number(r["power_kw"], "kW"),
            words.named("connection", r["connection"]),
            words.number(r["capex_eur"], "EUR"),
            words.named("origin", r["origin"]),
        ]
        for r in most.to_dict("records")
    ]
    caption = words("page.sites_caption", shown=words.number(len(most), "sites"), all=words.number(len(plan), "sites"))
    head = heads(
        words, "site", "phase", "district", "technology", "before", "points_added", "power", "connection", "cost",
        "origin",
    )  # fmt: skip
    return table(caption, head, rows, texts=(0, 1, 2, 3, 7, 9))


def checks_table(result: StudyResult, words: Words) -> Html:
    """Every check, passed or not."""
    rows = [
        [
            said(r["check"], words),
            words.number(r["value"], r["unit"]),
            words("page.to", low=words.number(r["low"], r["unit"]), high=words.number(r["high"], r["unit"])),
            words.unit(r["unit"]),
            words("page.passed") if r["passed"] else tag("strong", words("page.failed"), class_="failed"),
            said(r["note"], words),
        ]
        for r in result.checks.to_dict("records")
    ]
    head = heads(words, "check", "value", "expected", "unit", "result", "note")
    return table(words("page.checks_caption"), head, rows, texts=(0, 3, 4, 5))


def assumptions_table(provenance: pd.DataFrame, words: Words) -> Html:
    """Parameters nobody has measured, with the range thought possible."""
    return _parameters(provenance[provenance["confidence"] == ASSUMPTION], words("page.assumptions_caption"), words)


def parameters_table(provenance: pd.DataFrame, words: Words) -> Html:
    """Every parameter of the study."""
    return _parameters(provenance, words("page.parameters_caption"), words)


def said(text: object, words: Words) -> Html:
    """A text that comes with the data, in the language of the page or marked as what it is: English."""
    text = str(text)
    if words.has_phrase(text) or not text:
        return safe(words.phrase(text))
    return tag("span", text, lang="en", translate="no")


def _parameters(provenance: pd.DataFrame, caption: str, words: Words) -> Html:
    rows = [
        [r["key"], _value(r["value"], words), r["unit"], said(r["meaning"], words), _range(r["low"], r["high"], words),
         said(r["source"], words), r["confidence"]]
        for r in provenance.to_dict("records")
    ]  # fmt: skip
    head = heads(words, "key", "value", "unit", "meaning", "range", "source", "confidence")
    return table(caption, head, rows, texts=(0, 1, 2, 3, 4, 5, 6))


def _value(value: object, words: Words) -> str:
    """A parameter's value as it is set, never rounded; parts of a list are set apart by semicolons."""
    if isinstance(value, dict):
        return "; ".join(f"{k}: {_value(v, words)}" for k, v in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "; ".join(f"[{_value(v, words)}]" if isinstance(v, list | tuple) else _value(v, words) for v in value)
    if isinstance(value, str) and value.startswith(TIMES):
        return f"× {_value(float(value.removeprefix(TIMES)), words)}"
    if isinstance(value, float):
        shown = f"{value:g}" if float(f"{value:g}") == value else str(value)
        return shown.replace(".", MARKS[words.language]["decimal"])
    return str(value)


def _range(low: object, high: object, words: Words) -> str:
    ends = [MISSING if end is None or end != end else _value(end, words) for end in (low, high)]
    return "" if ends == [MISSING, MISSING] else words("page.to", low=ends[0], high=ends[1])


def heads(words: Words, *columns: str) -> list[str]:
    """Headings of columns."""
    return [words(f"column.{column}") for column in columns]
