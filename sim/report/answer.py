"""The answer in short sentences, uncertainty in words, and what must alarm the reader first."""

from __future__ import annotations

import math

import pandas as pd

from sim.report.facts import (
    SERVED,
    built,
    coupling_gap,
    district_names,
    has,
    kept_round,
    kpi_by,
    kpi_row,
    money_row,
    own_round,
    points_by_technology,
    settings,
    technology_name,
    weeks_judged,
)
from sim.report.words import Words
from sim.study.study import StudyResult

UP, OPEN, DOWN = "up", "open", "down"


def answer(result: StudyResult, words: Words) -> list[str]:
    """What is proposed, its cost and worth, what it changes, who gains, and how sure that is; one paragraph each."""
    paragraphs = [
        _proposed(result, words), _cost(result, words), _served(result, words), _who(result, words),
        _sure(result, words),
    ]  # fmt: skip
    return [" ".join(sentences) for sentences in paragraphs]


def alarms(result: StudyResult, words: Words) -> list[str]:
    """Every failed check and a plan that cannot be reproduced, one sentence each; empty when all is well."""
    failed = result.checks[~result.checks["passed"].astype(bool)]
    said = [
        words(
            "page.alarm_check",
            check=words.phrase(row.check),
            value=words.amount(row.value, row.unit),
            low=words.number(row.low, row.unit),
            high=words.number(row.high, row.unit),
            note=words.phrase(row.note),
        ).strip()
        for row in failed.itertuples()
    ]
    return said if result.plan.certificate.reproducible else [*said, words("page.alarm_reproducible")]


def mix(result: StudyResult, words: Words) -> str:
    """Points that the plan adds by technology, as part of a sentence."""
    parts = [
        words("answer.mix", points=words.number(points, "points"), technology=technology_name(result, str(name), words))
        for name, points in points_by_technology(result).items()
    ]
    return words("answer.and").join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def interval_of(row: pd.Series, side: str, words: Words) -> str:
    """One side of a KPI row ('as_is' or 'plan') with its interval."""
    return words.interval(row[side], row[f"{side}_low"], row[f"{side}_high"], row["unit"])


def change_of(row: pd.Series, words: Words) -> str:
    """The difference of a KPI row with its paired interval."""
    return words.change_interval(row["difference"], row["difference_low"], row["difference_high"], row["unit"])


def way_of(row: pd.Series) -> str:
    """What an interval of a difference says: very likely up, very likely down, or open where zero lies inside.

    The interval is taken as it is shown, so that words and numbers agree; a difference without one is open.
    """
    if row["difference_low"] > 0:
        return UP
    return DOWN if row["difference_high"] < 0 else OPEN


def _proposed(result: StudyResult, words: Words) -> list[str]:
    table, by_then = result.plan.table, built(result)
    if table.empty:
        return [words("answer.plan_none")]
    year, last = settings(result).year, settings(result).phases[-1]
    said = [words("answer.plan", year=year, **_size(by_then, words))]
    if len(by_then):
        said.append(words("answer.kinds", mix=mix(result, words)))
    if last > year:
        said.append(words("answer.plan_all", last=last, **_size(table, words)))
    return said


def _size(table: pd.DataFrame, words: Words) -> dict[str, str]:
    return {
        "points": words.number(table["points_added"].sum(), "points"),
        "sites": words.number(table["site_id"].nunique(), "sites"),
    }


def _cost(result: StudyResult, words: Words) -> list[str]:
    said = [
        words(
            "answer.cost",
            capex=words.number(result.plan.capex_eur, "EUR"),
            budget=words.number(settings(result).planning.budget_eur, "EUR"),
        )
    ]
    if not has(result, "money") or result.plan.table.empty:
        return said
    npv, ratio = money_row(result, "public", "npv_eur"), money_row(result, "public", "benefit_cost_ratio")
    subsidy, co2 = money_row(result, "operator", "subsidy_need_eur"), money_row(result, "public", "co2_t_a")
    if npv is not None:
        key = "answer.npv_more" if npv["value"] >= 0 else "answer.npv_less"
        years = settings(result).economics.horizon_years
        said.append(words(key, npv=words.number(abs(npv["value"]), "EUR"), years=years))
    if ratio is not None and math.isfinite(ratio["value"]):
        shown = words.interval(ratio["value"], ratio["low"], ratio["high"], "ratio")
        said.append(words("answer.ratio", ratio=shown))
    if subsidy is not None:
        key = "answer.subsidy" if subsidy["value"] > 0 else "answer.subsidy_none"
        said.append(words(key, subsidy=words.number(subsidy["value"], "EUR")))
    if co2 is not None:
        said.append(words("answer.co2", co2=words.number(co2["value"], "t/a")))
        said += _range_of(co2, "answer.co2_sure", "t/a", words)
    return said


def _range_of(row: pd.Series, key: str, unit: str, words: Words) -> list[str]:
    low, high = row["low"], row["high"]
    if not (math.isfinite(low) and math.isfinite(high)):
        return []
    return [words(key, low=words.number(low, unit), high=words.number(high, unit))]


def _served(result: StudyResult, words: Words) -> list[str]:
    row = kpi_row(result, SERVED)
    said = words(
        "answer.served",
        year=settings(result).year,
        before=interval_of(row, "as_is", words),
        after=interval_of(row, "plan", words),
        change=change_of(row, words),
    )
    return [said, words(f"answer.sure_{way_of(row)}")]


def _who(result: StudyResult, words: Words) -> list[str]:
    names, served = district_names(result), kpi_by(result, SERVED, "district")
    after, before = served["plan"].dropna(), served["as_is"].dropna()
    ways = [way_of(row) for _, row in served.iterrows()]
    gain = words("answer.gain", all=len(ways), **{way: ways.count(way) for way in (UP, OPEN, DOWN)})
    worst = words(
        "answer.worst",
        worst=names[str(after.idxmin())],
        worst_share=words.number(after.min(), "share"),
        worst_before_name=names[str(before.idxmin())],
        worst_before=words.number(before.min(), "share"),
    )
    areas = kpi_by(result, SERVED, "priority").dropna(subset=["as_is", "plan"])
    if set(areas.index) != {"priority", "rest"}:
        return [gain, worst]
    shares = {
        f"{area}_{when}": words.number(areas.loc[area, side], "share")
        for area in ("priority", "rest")
        for when, side in (("before", "as_is"), ("after", "plan"))
    }
    return [words("answer.who", **shares), gain, worst]


def _sure(result: StudyResult, words: Words) -> list[str]:
    certificate, gap = result.plan.certificate, coupling_gap(result)
    brackets = words("answer.brackets", n=weeks_judged(result))
    if result.plan.table.empty or math.isnan(gap):
        return [words("answer.no_promise"), brackets]
    way = words("answer.less" if not gap < 0 else "answer.more", share=words.number(abs(gap), "share"))
    proved = words("answer.unproved")
    if math.isfinite(certificate.gap):
        proved = words("answer.sure", gap=words.number(certificate.gap, "share", decimals=4))
    own, kept = own_round(result), kept_round(result)
    if own is not None and own["round"] != kept["round"] and math.isfinite(own["gap"]) and own["value"] > 0:
        proved = words(
            "answer.sure_own", gap=words.number(own["gap"], "share", decimals=4),
            more=words.number(kept["value"] / own["value"] - 1, "share"),
        )  # fmt: skip
    return [proved, words("answer.coupling", coupling=way), brackets]
