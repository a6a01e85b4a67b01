"""One chart of several studies: what each costs, and how well its plan serves."""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.report.display import format_number
from sim.report.facts import SERVED
from sim.report.frame import MARGIN_IN, WIDTH_IN, balance, text_width_in, wrap, write_lines
from sim.report.style import AFTER, BEFORE, INK, MUTED, RC, SUBTITLE_PT, TITLE_PT

ROW_IN, FOOT_IN, GAP_IN, NAME_PT = 0.36, 0.75, 0.28, 8.5
MOST_NAME_IN = 2.3
EUR_PER_MILLION = 1e6


@dataclass(frozen=True)
class Panel:
    """One column of the chart: a KPI of comparison.csv, and what stands below it."""

    kpi: str
    unit: str
    label: str


PANELS = (
    Panel(SERVED, "share", "requests served"),
    Panel("worst_district_served_share", "share", "served in the\nworst district"),
    Panel("mean_wait_min", "min", "mean wait [min]"),
    Panel("mean_walk_m", "m", "mean walk [m]"),
)


def draw_comparison(table: pd.DataFrame) -> Figure:
    """A row for each study, today as a grey dot and the plan as a blue one, with 95 % intervals.

    table : comparison.csv
    """
    with matplotlib.rc_context(RC):
        return _draw(table)


def _draw(table: pd.DataFrame) -> Figure:
    panels = [panel for panel in PANELS if panel.kpi in set(table["kpi"])]
    names = study_names(table)
    served = table[table["kpi"] == (panels[0].kpi if panels else "")]
    title = _finding(served, names) if panels and panels[0].kpi == SERVED else f"{len(names)} studies beside each other"
    text_in = WIDTH_IN - 2 * MARGIN_IN
    titles = balance(title, TITLE_PT, text_in, weight="bold")
    belows = wrap(
        "Means and 95 % intervals over simulated weeks; grey: the city as it is, blue: with the plan of that study. "
        "Overlapping intervals do not mean equal: comparison.csv holds the differences, paired where they can be.",
        SUBTITLE_PT,
        text_in,
    )
    head_in = MARGIN_IN + (len(titles) * TITLE_PT + len(belows) * SUBTITLE_PT) / 72 * 1.3 + 0.25
    body_in = ROW_IN * len(names) + 0.1
    height = head_in + body_in + FOOT_IN
    figure = Figure(figsize=(WIDTH_IN, height))
    FigureCanvasAgg(figure)
    figure.set_label(title)
    top = write_lines(figure, titles, height - MARGIN_IN, TITLE_PT, weight="bold")
    write_lines(figure, belows, top - 0.04, SUBTITLE_PT, color=MUTED)

    labels = {job: "\n".join(wrap(name, NAME_PT, MOST_NAME_IN)) for job, name in names.items()}
    name_in = 0.15 + max(text_width_in(line, NAME_PT) for label in labels.values() for line in label.split("\n"))
    left_in, columns = MARGIN_IN + name_in, len(panels) + 1
    width_in = (WIDTH_IN - left_in - MARGIN_IN - GAP_IN * (columns - 1)) / columns
    for number in range(columns):
        x_in = left_in + number * (width_in + GAP_IN)
        box = (x_in / WIDTH_IN, FOOT_IN / height, width_in / WIDTH_IN, body_in / height)
        axes = figure.add_axes(box, label=f"panel {number}")
        if number == 0:
            _cost(axes, table, list(names))
            axes.set_yticks(range(len(names)), list(labels.values()), fontsize=NAME_PT)
        else:
            _dots(axes, table, list(names), panels[number - 1])
            axes.set_yticks(range(len(names)), [])
        axes.set_ylim(len(names) - 0.45, -0.55)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", color="#e6e6e6", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.spines["left"].set_visible(False)
    return figure


def study_names(table: pd.DataFrame) -> dict[str, str]:
    """What to call each study, by job: its name, or what was asked for where several have one name."""
    jobs = table.drop_duplicates("job")
    short = jobs["job"].str.replace(r"^\d+_", "", regex=True)
    words = [str(asked).split() for asked in jobs["overrides"].fillna("")]
    own = [
        ", ".join(_in_words(word) for word in asked if not all(word in others for others in words)) for asked in words
    ]
    names = short.where(~short.duplicated(keep=False) | (pd.Series(own, jobs.index) == ""), own)
    return dict(zip(jobs["job"], names.str.replace("_", " "), strict=True))


def _in_words(override: str) -> str:
    """What an override asks for, without the way to the setting.

    >>> _in_words("scenarios=lanterns"), _in_words("planning.budget_eur=200000.0")
    ('lanterns', 'budget_eur 200000')
    """
    key, _, value = override.partition("=")
    value = value.removesuffix(".0")
    return value if key == "scenarios" else f"{key.rpartition('.')[2]} {value}"


def _finding(served: pd.DataFrame, names: dict[str, str]) -> str:
    worst, best = (served.loc[served["plan"].agg(which)] for which in ("idxmin", "idxmax"))
    if worst["plan"] == best["plan"]:
        return f"With every plan {format_number(best['plan'], 'share')} of requests are served"
    return (
        f"With the plans {format_number(worst['plan'], 'share')} ({names[worst['job']]}) to "
        f"{format_number(best['plan'], 'share')} ({names[best['job']]}) of requests are served"
    )


def _cost(axes: Axes, table: pd.DataFrame, jobs: list[str]) -> None:
    """Capital cost of each plan as a bar. [million EUR]"""
    cost = table.drop_duplicates("job").set_index("job").loc[jobs, "capex_eur"] / EUR_PER_MILLION
    largest = max(float(cost.max()), 1e-9)
    decimals = 1 if largest >= 1 else 2
    axes.barh(range(len(jobs)), cost, 0.5, color=AFTER)
    for row, value in enumerate(cost):
        axes.annotate(
            format_number(value, decimals=decimals), (value, row), xytext=(3, 0), textcoords="offset points",
            fontsize=7.5, va="center",
        )  # fmt: skip
    axes.set_xlim(0, largest * 1.35)
    axes.xaxis.set_major_locator(MaxNLocator(2, min_n_ticks=2))
    axes.set_xlabel("cost of the plan\n[million EUR]", fontsize=NAME_PT)


def _dots(axes: Axes, table: pd.DataFrame, jobs: list[str], panel: Panel) -> None:
    """Today and the plan of each study as dots with intervals."""
    rows = table[table["kpi"] == panel.kpi].set_index("job").reindex(jobs)
    for side, colour, z in (("as_is", BEFORE, 2), ("plan", AFTER, 3)):
        value, low, high = (rows[f"{side}{end}"].to_numpy(float) for end in ("", "_low", "_high"))
        known = np.isfinite(low) & np.isfinite(high)
        axes.hlines(np.flatnonzero(known), low[known], high[known], color=INK, linewidth=1.0, zorder=z)
        axes.plot(value, range(len(jobs)), "o", color=colour, markersize=5, zorder=z + 2, linestyle="none")
    low, high = axes.get_xlim()
    axes.set_xlim(max(low, -0.05 * high), high)  # room for a dot at nought, no more
    axes.xaxis.set_major_locator(MaxNLocator(2, min_n_ticks=2))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: _tick(v, panel.unit)))
    axes.set_xlabel(panel.label, fontsize=NAME_PT)


def _tick(value: float, unit: str) -> str:
    return format_number(value, unit, decimals=2) if unit == "share" else f"{value:g}"
