"""Charts of money: what is gained and spent, and what more or less budget would promise."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.report.chart_parts import TICK_PT, chart_page, figure_of, number_ticks, room_in
from sim.report.charts import KWH_PER_MWH
from sim.report.facts import settings, table_of
from sim.report.figures import FIGURES
from sim.report.map_parts import subtitle
from sim.report.style import AFTER, BEFORE, GRID, INK, SPENT
from sim.report.words import Words
from sim.study.study import StudyResult

EUR_PER_MILLION = 1e6
REST = "rest"


def _public_components(result: StudyResult) -> pd.DataFrame:
    """Components of the public view, gains first, largest first, and what is left; with where each bar begins."""
    table = table_of(result, "components")
    table = table[table["view"] == "public"][["component", "side", "present_value_eur"]]
    table = table[table["present_value_eur"] != 0]
    table = table.assign(size=table["present_value_eur"].abs(), gained=table["side"] == "out")
    table = table.sort_values(["gained", "size"], ascending=False, kind="stable").drop(columns=["size", "gained"])
    ends = table["present_value_eur"].cumsum()
    table["begins_eur"] = ends - table["present_value_eur"]
    total = float(table["present_value_eur"].sum())
    rest = pd.DataFrame([dict(component=REST, side=REST, present_value_eur=total, begins_eur=0.0)])
    return pd.concat([table, rest], ignore_index=True)


@FIGURES.register(data=_public_components, needs=("components",))
def money_waterfall(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Present values of what society gains and spends, one after the other, and what is left."""
    values = data["present_value_eur"] / EUR_PER_MILLION
    begins = data["begins_eur"] / EUR_PER_MILLION
    total = float(data["present_value_eur"].iloc[-1])
    way = words("money_waterfall.more" if total >= 0 else "money_waterfall.less")
    title = words("money_waterfall", npv=words.number(abs(total), "EUR"), way=way)
    names = [words("chart.rest") if c == REST else words.named("component", c) for c in data["component"]]
    (axes,) = chart_page(
        title, subtitle(result, "money_waterfall", words), body_in=0.34 * len(data) + 0.4, left_in=room_in(names)
    )
    colours = data["side"].map({"out": AFTER, "in": SPENT, REST: INK})
    y = np.arange(len(data))
    axes.barh(y, values, left=begins, height=0.62, color=list(colours))
    # a thin line carries each end on to the next bar
    axes.vlines((begins + values).iloc[:-2], y[:-2] + 0.31, y[1:-1] - 0.31, color=BEFORE, linewidth=0.8)
    decimals = 1 if values.abs().max() >= 1 else 3
    for at, begin, value in zip(y, begins, values, strict=True):
        sign = "+" if value > 0 else ""
        axes.annotate(
            f"{sign}{words.number(value, decimals=decimals)}", (max(begin, begin + value), at), xytext=(4, 0),
            textcoords="offset points", fontsize=7.5, va="center",
        )  # fmt: skip
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(y, names, fontsize=TICK_PT)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(data) - 0.4, -0.6)
    reach = pd.concat([begins, begins + values])
    low, high = min(0.0, float(reach.min())), max(0.0, float(reach.max()))
    axes.set_xlim(low - 0.04 * (high - low), high + 0.14 * (high - low))
    axes.set_xlabel(words("chart.million_eur"))
    number_ticks(axes.xaxis, words)
    for side, colour in (("gained", AFTER), ("spent", SPENT)):
        axes.bar(0, 0, color=colour, label=words(f"chart.{side}"))
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1.0), ncols=2, borderaxespad=0.2, handlelength=1.2)
    return figure_of(axes)


@FIGURES.register(
    data=lambda result: table_of(result, "budget_curve")[["budget_eur", "promise_kwh"]], needs=("budget_curve",)
)
def budget_curve(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Energy that the planner promises with less and with more budget."""
    budget = settings(result).planning.budget_eur
    promise = data.set_index("budget_eur")["promise_kwh"].sort_index()
    title = words("budget_curve.other", kwh=words.number(promise.iloc[-1], "kWh/week"))
    if {0.0, budget / 2, budget} <= set(promise.index) and promise[budget] > promise[0.0]:
        half = (promise[budget / 2] - promise[0.0]) / (promise[budget] - promise[0.0])
        title = words("budget_curve", share=words.number(half, "share"))
    (axes,) = chart_page(title, subtitle(result, "budget_curve", words), body_in=2.9, left_in=0.75)
    x, y = promise.index / EUR_PER_MILLION, promise / KWH_PER_MWH
    axes.plot(x, y, color=AFTER, marker="o", linewidth=1.8)
    for at, value in zip(x, y, strict=True):
        shown = words.number(value, decimals=0 if y.max() >= 100 else 1)
        axes.annotate(shown, (at, value), xytext=(-4, 4), textcoords="offset points", fontsize=7.5, ha="right")
    axes.axvline(budget / EUR_PER_MILLION, color=BEFORE, linewidth=1, linestyle="--", label=words("chart.this_budget"))
    axes.set_ylim(0, 1.15 * float(y.max()))
    axes.margins(x=0.06)
    axes.set_xlabel(words("chart.budget"))
    axes.set_ylabel(words("chart.energy"))
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    number_ticks(axes.xaxis, words)
    number_ticks(axes.yaxis, words)
    axes.legend(loc="lower right")
    return figure_of(axes)
