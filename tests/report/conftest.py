"""Results to draw; made once, read only."""

import functools
from collections.abc import Callable

import pytest
from matplotlib.figure import Figure

from sim.report import page
from sim.report.figures import FIGURES, draw_figure
from sim.report.words import Words
from sim.study.study import StudyResult
from tests.report.fake_result import dortmund_sized_city, fake_result, toy_city

assert page  # importing it registers all figures


@pytest.fixture(scope="session")
def toy_result() -> StudyResult:
    return fake_result(toy_city(), plan_rows=10, figures=FIGURES.names())


@pytest.fixture(scope="session")
def toy_figures(toy_result) -> Callable[[str, Words], Figure]:
    """Each figure of the toy city, drawn once in each language."""
    return functools.cache(lambda name, words: draw_figure(name, toy_result, words))


@pytest.fixture(scope="session")
def big_result() -> StudyResult:
    return fake_result(dortmund_sized_city(), plan_rows=700, figures=FIGURES.names())
