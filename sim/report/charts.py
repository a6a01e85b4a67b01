"""Charts of a result: promise against verdict, use cases, fairness between districts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.chart_parts import TICK_PT, chart_page, figure_of, legend_above, number_ticks, room_in
from sim.report.display import rounded
from sim.report.facts import PER_10K, SERVED, coupling_gap, kept_round, kpi_by, kpi_row
from sim.report.figures import FIGURES
from sim.report.map_parts import subtitle
from sim.report.maps import PER_10K_UNIT, districts_with
from sim.report.style import AFTER, BEFORE, GRID, INK
from sim.report.words import Words
from sim.study.study import StudyResult

KWH_PER_MWH = 1000.0
SIDES = (("as_is", BEFORE), ("plan", AFTER))


@FIGURES.register(data=lambda result: result.rounds[["round", "promise_kwh", "verdict_kwh", "kept"]])
def rounds_chart(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """What the planner promised and what the simulation found, by round."""
    gap = coupling_gap(result)
    if kept_round(result)["round"] == 0:
        title = words("rounds_chart.none", kwh=words.number(kept_round(result)["verdict_kwh"], "kWh/week"))
    else:
        way = "rounds_chart.less" if gap >= 0 else "rounds_chart.more"
        title = words("rounds_chart", gap=words(way, gap=words.number(abs(gap), "share")))
    (axes,) = chart_page(title, subtitle(result, "rounds_chart", words), body_in=2.9, left_in=0.75)
    x = np.arange(len(data))
    for shift, column, colour, name in (
        (-0.19, "promise_kwh", BEFORE, words("chart.promise")),
        (0.19, "verdict_kwh", AFTER, words("chart.verdict")),
    ):
        values = data[column] / KWH_PER_MWH
        bars = axes.bar(x + shift, values, 0.36, color=colour, label=name)
        axes.bar_label(bars, [words.number(v, decimals=0 if v >= 10 else 1) for v in values], fontsize=7.5, padding=2)
    ticks = []
    for r in data.itertuples():
        name = words("chart.round_0") if r.round == 0 else f"{words('chart.round')} {r.round}"
        ticks.append(f"{name}\n({words('chart.kept')})" if r.kept else name)
    axes.set_xticks(x, ticks, fontsize=TICK_PT)
    axes.set_ylabel(words("chart.energy"))
    number_ticks(axes.yaxis, words)
    axes.margins(y=0.12)
    legend_above(axes)
    return figure_of(axes)


def _served_by_use_case(result: StudyResult) -> pd.DataFrame:
    served = kpi_by(result, SERVED, "use_case")
    numbers = [f"{side}{end}" for side, _ in SIDES for end in ("", "_low", "_high")]
    return served[numbers].rename_axis("use_case").reset_index()


@FIGURES.register(data=_served_by_use_case)
def use_case_chart(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Share of requests served by use case, today and with the plan, with 95 % intervals."""
    city = kpi_row(result, SERVED)
    title = words(
        "use_case_chart", before=words.number(city["as_is"], "share"), after=words.number(city["plan"], "share")
    )
    names = [words.named("use_case", str(i)) for i in data["use_case"]]
    (axes,) = chart_page(
        title, subtitle(result, "use_case_chart", words), body_in=0.55 * len(data) + 0.9, left_in=room_in(names)
    )
    pairs(axes, data, names, "share", words)
    axes.set_xlim(0, 1.12)
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.set_xlabel(words("chart.served"))
    return figure_of(axes)


def _fairness(result: StudyResult) -> pd.DataFrame:
    """Districts with points per 10,000 residents and share served, today and with the plan; most served first."""
    points = districts_with(result, PER_10K, "as_is", "plan")
    served = districts_with(result, SERVED, "as_is", "plan")
    named = {side: f"served_share_{side}" for side, _ in SIDES}
    both = points.rename(columns={side: f"points_per_10k_{side}" for side, _ in SIDES}).merge(
        served[["district_id", "as_is", "plan"]].rename(columns=named), on="district_id"
    )
    return both.sort_values("served_share_plan", ascending=False, kind="stable", ignore_index=True)


@FIGURES.register(data=_fairness)
def fairness(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Points for residents and share served of each district, before and after the plan."""
    before, after = (
        words.change(rounded(data[f"served_share_{s}"].max() - data[f"served_share_{s}"].min(), "share"), "share")
        for s, _ in SIDES
    )
    names = [f"{n} *" if p else str(n) for n, p in zip(data["name"], data["priority_area"], strict=True)]
    left, right = chart_page(
        words("fairness", gap=after.lstrip("+"), before=before.lstrip("+")), subtitle(result, "fairness", words),
        body_in=0.32 * len(data) + 0.7, left_in=room_in(names), panels=2,
    )  # fmt: skip
    for axes, kpi, label in ((left, "points_per_10k", "legend.per_10k"), (right, "served_share", "legend.served")):
        unit = "share" if kpi == "served_share" else PER_10K_UNIT
        y = np.arange(len(data))
        as_is, plan = data[f"{kpi}_as_is"], data[f"{kpi}_plan"]
        axes.hlines(y, as_is, plan, color=BEFORE, linewidth=1.4, zorder=1)
        for (side, colour), values in zip(SIDES, (as_is, plan), strict=True):
            axes.scatter(values, y, s=34, color=colour, edgecolor=INK, linewidth=0.5, label=words(f"chart.{side}"))
        axes.set_yticks(y, names if axes is left else [], fontsize=TICK_PT)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(data) - 0.5, -0.5)
        axes.set_xlim(0, 1.04 if unit == "share" else 1.08 * max(1.0, float(np.nanmax([as_is.max(), plan.max()]))))
        if unit == "share":
            axes.set_xticks(np.linspace(0, 1, 6))
        axes.set_xlabel(words(label))
        axes.grid(axis="x", color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        number_ticks(axes.xaxis, words, unit)
    legend_above(right)
    return figure_of(left)


def pairs(axes: Axes, table: pd.DataFrame, names: Sequence[str], unit: str, words: Words) -> None:
    """Today and plan as two bars a row, first row on top, with 95 % intervals where there are any."""
    y = np.arange(len(table))
    for shift, (side, colour) in zip((-0.19, 0.19), SIDES, strict=True):
        values, low, high = (table[f"{side}{end}"].to_numpy(float) for end in ("", "_low", "_high"))
        axes.barh(y + shift, values, 0.36, color=colour, label=words(f"chart.{side}"))
        errors = np.nan_to_num(np.stack([values - low, high - values]))
        if errors.any():
            axes.errorbar(values, y + shift, xerr=errors, fmt="none", ecolor=INK, elinewidth=0.9, capsize=2)
        for at, value, reach in zip(y + shift, values, np.fmax(values, high), strict=True):
            axes.annotate(
                words.number(value, unit), (reach, at), xytext=(4, 0), textcoords="offset points", fontsize=7.5,
                va="center",
            )  # fmt: skip
    axes.set_yticks(y, names, fontsize=TICK_PT)
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
    number_ticks(axes.xaxis, words, unit)
    legend_above(axes)
