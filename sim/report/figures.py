"""Figures by name, and the one way to draw and save them.

A figure is a function from a `StudyResult` to a matplotlib `Figure`; it saves nothing and computes nothing beyond
scaling. Its finding (the title) is the figure's label, so a page can use it as caption and alternative text.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.errors import DataError, SimError
from sim.registry import Registry
from sim.report.style import RC
from sim.study.study import StudyResult

FIGURES: Registry[Callable[[StudyResult], Figure]] = Registry("figure")

PRINT_DPI = 200
PAGE_DPI = 120


def check_figure_names(names: Iterable[str]) -> None:
    """Raise for names that are no figures: `UnknownName` for one, a `DataError` that lists them all for more."""
    problems: list[SimError] = []
    for name in names:
        try:
            FIGURES[name]
        except SimError as problem:
            problems.append(problem)
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise DataError(str(problem) for problem in problems)


def draw_figure(name: str, result: StudyResult) -> Figure:
    """The figure of that name, in the house style whatever the user's matplotlib settings are."""
    with matplotlib.rc_context(RC):
        return FIGURES[name](result)


def png(figure: Figure, dpi: int) -> bytes:
    """The figure as PNG; the same figure gives the same bytes on the same versions."""
    buffer = io.BytesIO()
    with matplotlib.rc_context(RC):
        FigureCanvasAgg(figure)
        figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG in print quality."""
    path.write_bytes(png(figure, PRINT_DPI))
