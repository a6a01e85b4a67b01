"""Every engine keeps the same contract: tests that take `run` are run once for each."""

from __future__ import annotations

import pytest

from sim.simulation.run import ENGINES


@pytest.fixture(params=ENGINES.names())
def run(request):
    """An engine."""
    return ENGINES[request.param]
