"""Results to draw; made once, read only."""

import pytest

from sim.report import charts, maps
from sim.report.figures import FIGURES
from sim.study.study import StudyResult
from tests.report.fake_result import dortmund_sized_city, fake_result, toy_city

assert charts and maps  # importing them registers their figures


@pytest.fixture(scope="session")
def toy_result() -> StudyResult:
    return fake_result(toy_city(), plan_rows=10, figures=FIGURES.names())


@pytest.fixture(scope="session")
def big_result() -> StudyResult:
    return fake_result(dortmund_sized_city(), plan_rows=700, figures=FIGURES.names())
