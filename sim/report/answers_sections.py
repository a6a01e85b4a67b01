"""The further answers of the planner on the page: money, fairness, trade-offs, other plans; and their chart."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.chart_parts import chart_page, figure_of, legend_above, number_ticks
from sim.report.facts import has, table_of
from sim.report.figures import FIGURES
from sim.report.map_parts import subtitle
from sim.report.markup import Html, table, tag
from sim.report.sections import heads
from sim.report.style import AFTER, BEFORE, GRID
from sim.report.words import Words
from sim.study.study import StudyResult

Row = Mapping[Hashable, Any]
EUR_PER_MILLION, KWH_PER_MWH = 1e6, 1000.0
AIMS = {"cost": ("cost_eur", EUR_PER_MILLION), "fairness": ("least_share", 0.01), "way": ("way_m", 1.0)}


def answers_sections(result: StudyResult, words: Words) -> dict[str, list[Html]]:
    """The section by name; empty where the result has none of the answers."""
    makers = dict(next_money=_money, price_of_fairness=_fairness, fronts=_fronts, alternatives=_others)
    parts = [part for name, make in makers.items() if has(result, name) for part in make(result, words)]
    return {"answers": [tag("p", words("page.answers_lead")), *parts]} if parts else {}


def _money(result: StudyResult, words: Words) -> list[Html]:
    rows = [
        [
            words.named("next", r["money"]),
            words.number(r["from_eur"], "EUR"),
            words.number(r["to_eur"], "EUR"),
            words.number(r["served_kwh"], "kWh/week"),
            _between(r["value_low"], r["value_high"], words),
            words.number(r["eur_per_weekly_kwh"], "EUR"),
        ]
        for r in table_of(result, "next_money").to_dict("records")
    ]
    head = heads(words, "next_money", "from_eur", "to_eur", "more_kwh", "proved_between", "eur_per_weekly_kwh")
    return [table(words("page.next_money_caption"), head, rows)]


def _fairness(result: StudyResult, words: Words) -> list[Html]:
    found = table_of(result, "price_of_fairness")
    rows = [
        [
            words.named("floors", r["plan"].replace(" ", "_")),
            words.number(r["served_kwh"], "kWh/week"),
            words.number(r["least_share"], "share"),
            words.number(r["cost_eur"], "EUR"),
            _gap(r, words),
        ]
        for r in found.to_dict("records")
    ]
    head = heads(words, "plan_kind", "served_kwh", "least_share", "capex", "gap")
    parts = [table(words("page.fairness_caption"), head, rows)]
    first = found.iloc[0]
    if first["price_kwh"] == first["price_kwh"]:
        said = words(
            "page.price_of_fairness" if first["certain"] else "page.price_of_fairness_unsure",
            kwh=words.number(first["price_kwh"], "kWh/week"), share=words.number(first["price_share"], "share"),
            between=_between(first["price_low"], first["price_high"], words),
        )  # fmt: skip
        parts.append(tag("p", said))
    return parts


def _fronts(result: StudyResult, words: Words) -> list[Html]:
    rows = [
        [
            words.named("front", r["front"]),
            words.number(r["level"], r["unit"]),
            words.number(r["cost_eur"], "EUR"),
            words.number(r["served_kwh"], "kWh/week"),
            words.number(r["least_share"], "share"),
            words.number(r["way_m"], "m"),
            _gap(r, words),
            words("page.dominated") if r["dominated"] else "",
        ]
        for r in table_of(result, "fronts").to_dict("records")
    ]
    head = heads(words, "front", "level", "capex", "served_kwh", "least_share", "way_m", "gap", "dominated")
    return [table(words("page.fronts_caption"), head, rows, texts=(0, 7))]


def _others(result: StudyResult, words: Words) -> list[Html]:
    found = table_of(result, "alternatives")
    rows = [
        [
            str(r["number"]),
            words.number(r["served_kwh"], "kWh/week"),
            words.number(r["cost_eur"], "EUR"),
            _gap(r, words),
            words.number(r["sites"], "sites"),
            words.number(r["shared_with_first"], "sites"),
        ]
        for r in found.to_dict("records")
    ]
    head = heads(words, "plan_number", "served_kwh", "capex", "gap", "sites", "shared_with_first")
    sure = found["sure_sites"].iloc[0].split()
    return [
        table(words("page.alternatives_caption"), head, rows),
        tag("p", words("page.sure_sites", number=words.number(len(sure), "sites"), plans=len(found))),
        tag("p", ", ".join(sure), translate="no"),
    ]


def _between(low: float, high: float, words: Words) -> str:
    return words("page.to", low=words.number(low, "kWh/week"), high=words.number(high, "kWh/week"))


def _gap(r: Row, words: Words) -> str:
    return words.number(r["gap"], "share", decimals=4)


@FIGURES.register(
    data=lambda result: table_of(result, "fronts")[["front", "cost_eur", "least_share", "way_m", "served_kwh", "bound",
                                                    "objective", "dominated"]],
    needs=("fronts",),
)  # fmt: skip
def fronts_chart(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Energy served against cost, fairness and ways on foot: the plans of each front, with what is not proved."""
    names = [name for name in AIMS if (data["front"] == name).any()]
    title, money = words("fronts_chart.other"), data[data["front"] == "cost"]
    if len(money) > 2 and money["served_kwh"].iloc[0] > 0 and money["cost_eur"].iloc[0] > 0:
        middle, whole = money.iloc[len(money) // 2], money.iloc[0]
        title = words(
            "fronts_chart", part=words.number(middle["cost_eur"] / whole["cost_eur"], "share"),
            share=words.number(middle["served_kwh"] / whole["served_kwh"], "share"),
        )  # fmt: skip
    parts = chart_page(title, subtitle(result, "fronts_chart", words), body_in=2.6, left_in=0.75, panels=len(names))
    for axes, name in zip(parts, names, strict=True):
        _draw_front(axes, data[data["front"] == name], name, words)
    parts[0].set_ylabel(words("chart.energy"))
    legend_above(parts[-1], columns=3)
    return figure_of(parts[0])


def _draw_front(axes: Axes, rows: pd.DataFrame, name: str, words: Words) -> None:
    column, unit = AIMS[name]
    rows = rows[rows[column].notna()].sort_values(column)
    x, y = rows[column] / unit, rows["served_kwh"] / KWH_PER_MWH
    unproved = (rows["bound"] - rows["objective"]).clip(lower=0.0) / KWH_PER_MWH
    best = ~rows["dominated"].astype(bool)
    axes.vlines(x, y, y + unproved, color=BEFORE, linewidth=3, alpha=0.6, label=words("chart.unproved"))
    axes.plot(x[best], y[best], color=AFTER, marker="o", linewidth=1.8, label=words("chart.front"))
    axes.plot(
        x[~best], y[~best], color=AFTER, marker="o", markerfacecolor="white", linestyle="",
        label=words("chart.dominated"),
    )  # fmt: skip
    axes.set_ylim(0, 1.12 * float((y + unproved).max()) or 1.0)
    axes.set_xlabel(words(f"chart.front_{name}"))
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    number_ticks(axes.xaxis, words)
    number_ticks(axes.yaxis, words)
