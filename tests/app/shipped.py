"""The scenarios that are shipped, composed once for all tests."""

from __future__ import annotations

from functools import cache

from sim.app.config import read_sweep
from sim.app.paths import home
from sim.study.study import Study

SCENARIOS = sorted(path.stem for path in (home() / "scenarios").glob("*.yaml"))


@cache
def shipped_studies() -> dict[str, Study]:
    """The study of each scenario, by its name, as a sweep over all of them finds them."""
    return {order.study.name: order.study for order in read_sweep(["scenarios=glob(*)"])}
