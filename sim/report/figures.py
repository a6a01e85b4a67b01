"""Figures by name, and the one way to draw and save them.

A figure is two functions: one picks the table that is drawn out of a `StudyResult`, the other draws that table and
nothing else, in one language. So the data file beside a picture holds exactly what the picture shows. Neither saves
anything or computes beyond scaling. The finding (the title) is the figure's label, for captions and alternative text.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from sim.errors import DataError, SimError
from sim.registry import Registry
from sim.report.facts import has
from sim.report.style import RC
from sim.report.words import Words
from sim.study.study import StudyResult

# facts: data = function from a result to the table that is drawn; needs = tables of the result it cannot do without
FIGURES: Registry[Callable[[pd.DataFrame, StudyResult, Words], Figure]] = Registry("figure")

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


def offered(result: StudyResult) -> list[str]:
    """Names of the figures whose tables this result has."""
    return [name for name in FIGURES if all(has(result, table) for table in FIGURES.facts[name].get("needs", ()))]


def figure_data(name: str, result: StudyResult) -> pd.DataFrame:
    """The table that a figure draws."""
    table: pd.DataFrame = FIGURES.facts[name]["data"](result)
    return table


def draw_figure(name: str, result: StudyResult, words: Words, *, data: pd.DataFrame | None = None) -> Figure:
    """The figure of that name, in the house style whatever the user's matplotlib settings are.

    data : the table of `figure_data`, where it is at hand
    """
    draw = FIGURES[name]
    with matplotlib.rc_context(RC):
        return draw(figure_data(name, result) if data is None else data, result, words)


def pixels(figure: Figure, dpi: int) -> Image.Image:
    """The figure drawn; the same figure gives the same pixels on the same versions."""
    buffer = io.BytesIO()
    with matplotlib.rc_context(RC):
        FigureCanvasAgg(figure)
        figure.savefig(buffer, format="rgba", dpi=dpi)
    width = int(figure.get_figwidth() * dpi)
    drawn = Image.frombuffer("RGBA", (width, len(buffer.getbuffer()) // 4 // width), buffer.getvalue())
    return drawn.convert("RGB")


def smaller(picture: Image.Image, width_px: int) -> Image.Image:
    """A picture scaled down to a width; much quicker than drawing the figure again. [pixels]"""
    height_px = round(picture.height * width_px / picture.width)
    return picture.resize((width_px, height_px), Image.Resampling.LANCZOS)


def png(picture: Image.Image, dpi: int) -> bytes:
    """A picture as PNG. Packed in half the time of the usual level, a tenth larger in print quality."""
    buffer = io.BytesIO()
    picture.save(buffer, format="png", dpi=(dpi, dpi), compress_level=3)
    return buffer.getvalue()


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG in print quality."""
    path.write_bytes(png(pixels(figure, PRINT_DPI), PRINT_DPI))
