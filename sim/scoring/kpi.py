"""KPIs by name.

A KPI is a function of a run and a scope that gives one number for each id of the scope, in the order of
`run.survey.ids[scope]`; NaN where the number does not exist. Facts given to `KPIS.register`:

    unit      : of the number
    scopes    : where it makes sense, out of `SCOPES`
    better    : "higher", "lower", or "" where neither is
    simulated : False = follows from the city alone, the same in every replication, so without an interval
"""

from __future__ import annotations

from collections.abc import Callable

from sim.registry import Registry
from sim.scoring.groups import Floats
from sim.scoring.run import Run

Kpi = Callable[[Run, str], Floats]
KPIS: Registry[Kpi] = Registry("KPI")
