"""What charts are put together from: a page with finding and axes, legend, and ticks in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.report.frame import MARGIN_IN, WIDTH_IN, balance, text_width_in, wrap, write_lines
from sim.report.style import MUTED, SUBTITLE_PT, TITLE_PT
from sim.report.words import Words

TICK_PT = 8.5
FOOT_IN, RIGHT_IN, GAP_IN, ROW_GAP_IN = 0.65, 0.35, 0.3, 0.16
MOST_DECIMALS = 4


def chart_page(
    title: str, below: str, *, body_in: float, left_in: float, panels: int = 1, rows: int = 1
) -> list[Axes]:  # fmt: skip
    """A figure with finding and subtitle, and axes with room for labels on the left.

    body_in : height of all axes together [inches]
    panels  : axes side by side
    rows    : or one above the other
    """
    text_in = WIDTH_IN - 2 * MARGIN_IN
    titles = balance(title, TITLE_PT, text_in, weight="bold")
    belows = wrap(below, SUBTITLE_PT, text_in)
    head_in = MARGIN_IN + (len(titles) * TITLE_PT + len(belows) * SUBTITLE_PT) / 72 * 1.3 + 0.45
    height = head_in + body_in + FOOT_IN
    figure = Figure(figsize=(WIDTH_IN, height))
    FigureCanvasAgg(figure)
    figure.set_label(title)
    top = write_lines(figure, titles, height - MARGIN_IN, TITLE_PT, weight="bold")
    write_lines(figure, belows, top - 0.04, SUBTITLE_PT, color=MUTED)
    left = MARGIN_IN + left_in
    wide = (WIDTH_IN - left - RIGHT_IN - GAP_IN * (panels - 1)) / panels
    high = (body_in - ROW_GAP_IN * (rows - 1)) / rows
    return [
        figure.add_axes(
            (
                (left + column * (wide + GAP_IN)) / WIDTH_IN,
                (FOOT_IN + (rows - 1 - row) * (high + ROW_GAP_IN)) / height,
                wide / WIDTH_IN,
                high / height,
            ),
            label="chart",
        )
        for row in range(rows)
        for column in range(panels)
    ]


def room_in(names: Sequence[str]) -> float:
    """Room that labels on the left need. [inches]"""
    return max(text_width_in(name, TICK_PT) for name in names) + 0.15


def number_ticks(axis: Axis, words: Words, unit: str = "") -> None:
    """Ticks with the marks of the language and no more decimals than they need."""

    def shown(value: float, _: object) -> str:
        if unit == "share":
            return words.number(value, "share", decimals=2)
        decimals = next((n for n in range(MOST_DECIMALS) if abs(round(value, n) - value) < 1e-9), MOST_DECIMALS)
        return words.number(value, decimals=decimals)

    axis.set_major_formatter(FuncFormatter(shown))


def legend_above(axes: Axes, columns: int = 2) -> None:
    """Legend above the axes, never over the bars."""
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1.0), ncols=columns, borderaxespad=0.2, handlelength=1.2)


def figure_of(axes: Axes) -> Figure:
    """The figure that axes belong to."""
    figure = axes.get_figure()
    if not isinstance(figure, Figure):
        raise TypeError("axes of a sub-figure have no page")
    return figure
