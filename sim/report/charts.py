"""Charts of a result: promise against verdict, use cases, districts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.report.display import format_number
from sim.report.facts import PER_10K, SERVED, coupling_gap, district_names, kept_round, kpi_by, kpi_row
from sim.report.figures import FIGURES
from sim.report.frame import MARGIN_IN, WIDTH_IN, balance, text_width_in, wrap, write_lines
from sim.report.maps import subtitle
from sim.report.style import AFTER, BEFORE, INK, MUTED, SUBTITLE_PT, TITLE_PT
from sim.report.words import use_case_name, word
from sim.study.study import StudyResult

KWH_PER_MWH = 1000.0
TICK_PT = 8.5


@FIGURES.register()
def rounds_chart(result: StudyResult) -> Figure:
    """What the planner promised and what the simulation found, by round."""
    rounds = result.rounds
    gap = coupling_gap(result)
    if kept_round(result)["round"] == 0:
        title = word("rounds_chart.none", kwh=format_number(kept_round(result)["verdict_kwh"], "kWh/week"))
    else:
        way = "rounds_chart.less" if gap >= 0 else "rounds_chart.more"
        title = word("rounds_chart", gap=word(way, gap=format_number(abs(gap), "share")))
    axes = _page(title, subtitle(result, "rounds_chart"), body_in=2.9, left_in=0.75)
    x = np.arange(len(rounds))
    for shift, column, colour, name in (
        (-0.19, "promise_kwh", BEFORE, word("chart.promise")),
        (0.19, "verdict_kwh", AFTER, word("chart.verdict")),
    ):
        values = rounds[column] / KWH_PER_MWH
        bars = axes.bar(x + shift, values, 0.36, color=colour, label=name)
        axes.bar_label(bars, [format_number(v, decimals=0) for v in values], fontsize=7.5, padding=2)
    ticks = []
    for r in rounds.itertuples():
        name = word("chart.round_0") if r.round == 0 else f"{word('chart.round')} {r.round}"
        ticks.append(f"{name}\n({word('chart.kept')})" if r.kept else name)
    axes.set_xticks(x, ticks, fontsize=TICK_PT)
    axes.set_ylabel(word("chart.energy"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: format_number(v, decimals=0)))
    axes.margins(y=0.12)
    _legend(axes)
    return _figure(axes)


@FIGURES.register()
def use_case_chart(result: StudyResult) -> Figure:
    """Share of requests served by use case, today and with the plan, with 95 % intervals."""
    city = kpi_row(result, SERVED)
    title = word(
        "use_case_chart", before=format_number(city["as_is"], "share"), after=format_number(city["plan"], "share")
    )
    served = kpi_by(result, SERVED, "use_case")
    names = [use_case_name(str(i)) for i in served.index]
    axes = _page(title, subtitle(result, "use_case_chart"), body_in=0.55 * len(served) + 0.9, left_in=_left_in(names))
    _pairs(axes, served, names, "share")
    axes.set_xlim(0, 1.08)
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.set_xlabel(word("chart.served"))
    return _figure(axes)


@FIGURES.register()
def points_chart(result: StudyResult) -> Figure:
    """Charge points per 10,000 residents by district, today and with the plan."""
    unit = "points/10,000 residents"
    city = kpi_row(result, PER_10K)
    title = word("points_chart", before=format_number(city["as_is"], unit), after=format_number(city["plan"], unit))
    points = kpi_by(result, PER_10K, "district").sort_values("plan", ascending=False, kind="stable")
    names = [district_names(result)[str(i)] for i in points.index]
    axes = _page(title, subtitle(result, "points_chart"), body_in=0.34 * len(points) + 0.9, left_in=_left_in(names))
    _pairs(axes, points, names, unit)
    axes.set_xlim(0, 1.1 * max(1.0, float(points[["as_is", "plan"]].max().max())))
    axes.set_xlabel(word("legend.per_10k"))
    return _figure(axes)


def _page(title: str, below: str, *, body_in: float, left_in: float) -> Axes:
    """A figure with finding and subtitle, and axes of a given height with room for labels on the left."""
    text_in = WIDTH_IN - 2 * MARGIN_IN
    titles = balance(title, TITLE_PT, text_in, weight="bold")
    belows = wrap(below, SUBTITLE_PT, text_in)
    head_in = MARGIN_IN + (len(titles) * TITLE_PT + len(belows) * SUBTITLE_PT) / 72 * 1.3 + 0.45
    foot_in = 0.65
    height = head_in + body_in + foot_in
    figure = Figure(figsize=(WIDTH_IN, height))
    FigureCanvasAgg(figure)
    figure.set_label(title)
    top = write_lines(figure, titles, height - MARGIN_IN, TITLE_PT, weight="bold")
    write_lines(figure, belows, top - 0.04, SUBTITLE_PT, color=MUTED)
    left = (MARGIN_IN + left_in) / WIDTH_IN
    return figure.add_axes((left, foot_in / height, 1 - left - 0.35 / WIDTH_IN, body_in / height), label="chart")


def _left_in(names: Sequence[str]) -> float:
    return max(text_width_in(name, TICK_PT) for name in names) + 0.15


def _pairs(axes: Axes, table: pd.DataFrame, names: Sequence[str], unit: str) -> None:
    """Today and plan as two bars a row, first row on top, with 95 % intervals where there are any."""
    y = np.arange(len(table))
    for shift, side, colour, label in (
        (-0.19, "as_is", BEFORE, word("chart.as_is")),
        (0.19, "plan", AFTER, word("chart.plan")),
    ):
        values, low, high = (table[f"{side}{end}"].to_numpy(float) for end in ("", "_low", "_high"))
        axes.barh(y + shift, values, 0.36, color=colour, label=label)
        errors = np.nan_to_num(np.stack([values - low, high - values]))
        if errors.any():
            axes.errorbar(values, y + shift, xerr=errors, fmt="none", ecolor=INK, elinewidth=0.9, capsize=2)
        for at, value, reach in zip(y + shift, values, np.fmax(values, high), strict=True):
            axes.annotate(
                format_number(value, unit), (reach, at), xytext=(4, 0), textcoords="offset points", fontsize=7.5,
                va="center",
            )  # fmt: skip
    axes.set_yticks(y, names, fontsize=TICK_PT)
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: _tick(v, unit)))
    _legend(axes)


def _tick(value: float, unit: str) -> str:
    return format_number(value, unit, decimals=2) if unit == "share" else f"{value:g}"


def _legend(axes: Axes) -> None:
    """Legend above the axes, never over the bars."""
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1.0), ncols=2, borderaxespad=0.2, handlelength=1.2)


def _figure(axes: Axes) -> Figure:
    figure = axes.get_figure()
    if not isinstance(figure, Figure):
        raise TypeError("axes of a sub-figure have no page")
    return figure
