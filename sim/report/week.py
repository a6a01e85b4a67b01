"""Charts of the typical week and of the drivers in it: power and cars by hour, waits and ways."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.chart_parts import TICK_PT, chart_page, figure_of, legend_above, number_ticks, room_in
from sim.report.charts import SIDES
from sim.report.facts import table_of
from sim.report.figures import FIGURES
from sim.report.map_parts import subtitle
from sim.report.style import GRID
from sim.report.words import Words
from sim.study.study import StudyResult

DAYS, HOURS = 7, 24
ENDS = ("", "_low", "_high")
# up to where the titles count drivers
SOON_MIN, NEAR_M = 10.0, 300.0
FINE = 1e-9


def _hours_of(quantity: str, result: StudyResult) -> pd.DataFrame:
    numbers = [f"{quantity}_{side}{end}" for side, _ in SIDES for end in ENDS]
    return table_of(result, "hours")[["hour_of_week", "use_case", *numbers]]


@FIGURES.register(data=lambda result: _hours_of("power_kw", result), needs=("hours",))
def weekly_load(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Power by hour of the week and use case, today and with the plan, with 95 % intervals."""
    total = data.groupby("hour_of_week")["power_kw_plan"].sum()
    when = _when(int(total.idxmax()), words)
    title = words("weekly_load", **when, kw=words.number(total.max(), "kW"))
    return _week(data, "power_kw", title, subtitle(result, "weekly_load", words), words)


@FIGURES.register(data=lambda result: _hours_of("plugged_in", result), needs=("hours",))
def occupancy_by_hour(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Cars plugged in by hour of the week and use case, today and with the plan, with 95 % intervals."""
    total = data.groupby("hour_of_week")["plugged_in_plan"].sum()
    when = _when(int(total.idxmax()), words)
    title = words("occupancy_by_hour", **when, cars=words.number(total.max(), "points"))
    return _week(data, "plugged_in", title, subtitle(result, "occupancy_by_hour", words), words)


@FIGURES.register(data=lambda result: _spread_of("wait_min", result), needs=("spread",))
def waiting_times(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Share of served drivers who wait up to so many minutes."""
    return _up_to(data, result, words, "waiting_times", limit=SOON_MIN, label="chart.wait")


@FIGURES.register(data=lambda result: _spread_of("walk_m", result), needs=("spread",))
def walking_ways(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Share of served drivers who walk up to so many metres, by use case."""
    return _up_to(data, result, words, "walking_ways", limit=NEAR_M, label="chart.walk")


def _when(hour_of_week: int, words: Words) -> dict[str, object]:
    return dict(day=words(f"day.{hour_of_week // HOURS}"), hour=hour_of_week % HOURS)


def _week(data: pd.DataFrame, quantity: str, title: str, below: str, words: Words) -> Figure:
    """One row a use case, Monday to Sunday; lines are means, bands intervals."""
    use_cases = list(dict.fromkeys(data["use_case"]))
    names = [words.named("use_case", use_case) for use_case in use_cases]
    panels = chart_page(title, below, body_in=1.0 * len(use_cases), left_in=room_in(names) + 0.45, rows=len(use_cases))
    for axes, use_case, name in zip(panels, use_cases, names, strict=True):
        one = data[data["use_case"] == use_case].sort_values("hour_of_week")
        x = one["hour_of_week"] + 0.5
        for side, colour in SIDES:
            mean, low, high = (one[f"{quantity}_{side}{end}"] for end in ENDS)
            axes.fill_between(x, low, high, color=colour, alpha=0.3, linewidth=0)
            axes.plot(x, mean, color=colour, linewidth=1.3, label=words(f"chart.{side}"))
        axes.set_xlim(0, DAYS * HOURS)
        axes.set_ylim(bottom=0)
        axes.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=TICK_PT)
        axes.locator_params(axis="y", nbins=3)
        axes.tick_params(axis="y", labelsize=7.5)
        number_ticks(axes.yaxis, words)
        axes.set_xticks(np.arange(DAYS + 1) * HOURS, [])
        axes.grid(axis="x", color=GRID, linewidth=0.6)
    last = panels[-1]
    last.set_xticks((np.arange(DAYS) + 0.5) * HOURS, [words(f"day_short.{d}") for d in range(DAYS)], minor=True)
    last.tick_params(axis="x", which="minor", length=0, labelsize=TICK_PT)
    legend_above(panels[0])
    return figure_of(last)


def _spread_of(quantity: str, result: StudyResult) -> pd.DataFrame:
    """Bins of one quantity with the share up to the end of each; the last bin is open, so it is always 1 there."""
    spread = table_of(result, "spread")
    one = spread[spread["quantity"] == quantity].drop(columns="quantity").reset_index(drop=True)
    one["share_up_to"] = one.groupby(["use_case", "state"], sort=False)["share"].cumsum()
    return one


def _up_to(
    data: pd.DataFrame, result: StudyResult, words: Words, figure: str, *, limit: float, label: str
) -> Figure:  # fmt: skip
    """One panel a use case: the share of drivers up to each value, today and with the plan."""
    use_cases = list(dict.fromkeys(data["use_case"]))
    first = data[(data["use_case"] == use_cases[0]) & ((data["bin_to"] - limit).abs() < FINE)]
    shares = {
        state: words.number(share, "share") for state, share in zip(first["state"], first["share_up_to"], strict=True)
    }
    title = words(
        figure, use_case=words.named("use_case", use_cases[0]).capitalize(), share=shares["plan"],
        before=shares["as_is"], limit=words.number(limit, decimals=0),
    )  # fmt: skip
    panels = chart_page(title, subtitle(result, figure, words), body_in=2.4, left_in=0.75, panels=len(use_cases))
    for axes, use_case in zip(panels, use_cases, strict=True):
        for side, colour in SIDES:
            one = data[(data["use_case"] == use_case) & (data["state"] == side) & np.isfinite(data["bin_to"])]
            x, y = one["bin_to"], one["share_up_to"]
            axes.plot([0.0, *x], [0.0, *y], color=colour, linewidth=1.8, label=words(f"chart.{side}"))
        _share_axis(axes, words, named=axes is panels[0])
        axes.set_xlim(0, float(data.loc[np.isfinite(data["bin_to"]), "bin_to"].max()))
        axes.locator_params(axis="x", nbins=3 if len(panels) > 2 else 6)
        number_ticks(axes.xaxis, words)
        if len(panels) > 1:
            axes.set_title(words.named("use_case", use_case), fontsize=TICK_PT, loc="left")
    panels[len(panels) // 2].set_xlabel(words(label))
    panels[-1].legend(loc="lower right")
    return figure_of(panels[0])


def _share_axis(axes: Axes, words: Words, *, named: bool) -> None:
    axes.set_ylim(0, 1.02)
    axes.set_yticks(np.linspace(0, 1, 6))
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    number_ticks(axes.yaxis, words, "share")
    if named:
        axes.set_ylabel(words("chart.share"))
    else:
        axes.tick_params(axis="y", labelleft=False)
