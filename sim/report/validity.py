"""Pictures of docs/validity.md: what was simulated beside what was observed in Hamburg."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from PIL import Image

from sim.registry import Registry
from sim.report.chart_parts import TICK_PT, chart_page, figure_of, legend_above
from sim.report.figures import PRINT_DPI, pixels, smaller
from sim.report.style import AFTER, BEFORE, GRID, INK, RC

Tables = Mapping[str, pd.DataFrame]
PICTURES: Registry[Callable[[Tables], Figure]] = Registry("picture of validity")
WIDTH_PX, COLOURS = 1100, 64
SEEN, OURS = "observed, February 2020", "simulated, 95 % interval"
LEFT_IN = 0.75


@PICTURES.register(words="Share of points taken by hour of the day in Hamburg, observed and simulated")
def validity_hours(tables: Tables) -> Figure:
    """Occupancy by hour of the day, working days and weekends."""
    data = tables["hamburg_days"]
    weekdays = data[data["days"] == "Monday to Friday"]
    error = np.sqrt(((weekdays["mean"] - weekdays["seen"]) ** 2).mean()) * 100
    panels = chart_page(
        f"On working days the simulated occupancy is {error:.1f} percentage points off by the hour",
        "Hamburg, sites of two points, 10 February to 1 March 2020, local time; share of points with a car plugged in",
        body_in=2.7, left_in=LEFT_IN, panels=2,
    )  # fmt: skip
    for axes, (days, part) in zip(panels, data.groupby("days", sort=True), strict=True):
        x = part["hour"] + 0.5
        axes.fill_between(x, part["low"], part["high"], color=AFTER, alpha=0.3, linewidth=0)
        axes.plot(x, part["mean"], color=AFTER, linewidth=1.6, label=OURS)
        axes.plot(x, part["seen"], color=INK, linewidth=1.6, linestyle=(0, (4, 1.5)), label=SEEN)
        axes.set_xlim(0, 24)
        axes.set_ylim(0, 0.3)
        axes.set_xticks(range(0, 25, 4))
        axes.set_xlabel(f"hour of the day, {days}")
        _percent(axes, first=axes is panels[0])
    panels[0].set_ylabel("points taken")
    legend_above(panels[-1])
    return figure_of(panels[0])


@PICTURES.register(words="Distribution of kerbside stays by hours of arrival, observed and by our law")
def validity_stays(tables: Tables) -> Figure:
    """Share of cars gone after so many hours, by hours of arrival."""
    data = tables["kerbside_stays"]
    distance = (data["ours"] - data["seen"]).abs().groupby(data["group"], sort=False).max()
    panels = chart_page(
        f"Kerbside stays: our laws are {distance.min():.2f} to {distance.max():.2f} off what they were fitted to",
        "Hamburg, residential areas; share of cars that have left so many hours after plug-in, by hour of arrival. "
        "In each panel: largest distance of the two curves (KS) and number of sessions (n)",
        body_in=2.5, left_in=LEFT_IN, panels=len(distance),
    )  # fmt: skip
    for axes, (band, part) in zip(panels, data.groupby("group", sort=False), strict=True):
        axes.plot(part["hours"], part["ours"], color=AFTER, linewidth=1.8, label="our law")
        axes.plot(part["hours"], part["seen"], color=INK, linewidth=1.3, linestyle=(0, (3, 1.5)), label=SEEN)
        axes.set_xlim(0, 24)
        axes.set_ylim(0, 1)
        axes.set_xticks([0, 8, 16, 24])
        axes.set_xlabel(f"arrived {str(band).replace('-', ' to ')} h", fontsize=TICK_PT)
        text = f"KS {distance[str(band)]:.3f}\nn {part['n'].iloc[0]:,}"
        axes.text(0.95, 0.06, text, transform=axes.transAxes, ha="right", va="bottom", fontsize=7.5)
        _percent(axes, first=axes is panels[0])
    panels[0].set_ylabel("cars gone")
    legend_above(panels[-1])
    return figure_of(panels[0])


@PICTURES.register(words="Share of time with none, one or both points taken, and both by load of the site")
def validity_joint(tables: Tables) -> Figure:
    """How many points of a site are taken at once."""
    data = tables["hamburg_busy"].set_index("name")
    both = data.loc["busy_2"]
    left, right = chart_page(
        f"Both points are taken {both['seen'] * 100:.1f} % of the time, in the simulation {both['mean'] * 100:.1f} %",
        "Hamburg, sites of two points, 10 February to 1 March 2020; simulated with the loads of the sites as observed, "
        "and the hours and stays of the demand model",
        body_in=2.7, left_in=LEFT_IN, panels=2,
    )  # fmt: skip
    _bars(left, data.loc[["busy_0", "busy_1", "busy_2"]], ["none", "one", "both"])
    left.set_xlabel("points taken at a site")
    left.set_ylabel("share of time")
    classes = [name.removeprefix("both ") for name in data.index if name.startswith("both ")]
    _bars(right, data.loc[[f"both {name}" for name in classes]], [name.replace("up to", "to") for name in classes])
    right.tick_params(axis="x", labelsize=7.5)
    right.set_xlabel("both taken, by load of the site [erlang]")
    left.set_ylim(0, 0.8)
    right.set_ylim(0, 0.36)
    legend_above(right)
    return figure_of(left)


def _bars(axes: Axes, rows: pd.DataFrame, names: list[str]) -> None:
    x = np.arange(len(rows))
    for shift, column, colour, label in ((-0.2, "seen", BEFORE, SEEN), (0.2, "mean", AFTER, OURS)):
        values = rows[column].to_numpy(float)
        axes.bar(x + shift, values, 0.38, color=colour, label=label)
        reach = values if column == "seen" else rows["high"].to_numpy(float)
        for at, value, top in zip(x + shift, values, reach, strict=True):
            axes.annotate(
                f"{value * 100:.1f}", (at, top), xytext=(0, 3), textcoords="offset points", ha="center", fontsize=7
            )
    errors = np.abs(rows[["low", "high"]].to_numpy(float).T - rows["mean"].to_numpy(float))
    axes.errorbar(x + 0.2, rows["mean"], yerr=errors, fmt="none", ecolor=INK, elinewidth=0.9, capsize=2)
    axes.set_xticks(x, names, fontsize=TICK_PT)
    axes.tick_params(axis="x", length=0)
    _percent(axes, first=axes.get_position().x0 < 0.3)


def _percent(axes: Axes, *, first: bool) -> None:
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    axes.tick_params(labelsize=TICK_PT, labelleft=first)
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)


def save_pictures(tables: Tables, folder: Path) -> dict[str, str]:
    """Draw all pictures, small and of few colours; returns what each shows, by file name."""
    for name in PICTURES:
        with matplotlib.rc_context(RC):
            picture = smaller(pixels(PICTURES[name](tables), PRINT_DPI), WIDTH_PX)
        few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(folder / f"{name}.png", optimize=True)
    return {f"{name}.png": str(PICTURES.facts[name]["words"]) for name in PICTURES}
