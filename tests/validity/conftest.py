"""The bench the page is made on."""

from __future__ import annotations

import pytest

from sim.app.validity import engine_here, shipped_bench
from sim.validity.case import Bench


@pytest.fixture(scope="session")
def bench() -> Bench:
    """Settings and city as shipped, with the quicker engine there is."""
    return shipped_bench(engine=engine_here())


@pytest.fixture(scope="session", params=["simpy", "compiled"])
def few_seeds(request: pytest.FixtureRequest) -> Bench:
    """The same with five seeds, for each engine."""
    if request.param == "compiled":
        pytest.importorskip("numba")
    return shipped_bench(engine=request.param, seeds=range(5))
