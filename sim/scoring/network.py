"""What the network itself cost drivers: points out of order, and energy that power or failures kept from cars."""

from __future__ import annotations

import numpy as np

from sim.clock import MIN_PER_DAY
from sim.scoring.groups import Floats, group_sum, share
from sim.scoring.kpi import KPIS
from sim.scoring.run import SCOPES, Run
from sim.scoring.use import STANDING


@KPIS.register(unit="share", scopes=STANDING, better="higher", simulated=True)
def availability_share(run: Run, scope: str) -> Floats:
    """Share of point-time that points work, taken or free. [share]

    A start that fails is no outage: the point counts as working.
    """
    survey, horizon = run.survey, run.survey.horizon
    stations = len(survey.city.stations)
    down_min = run.outages.down_min(stations, start_min=horizon.start_min, end_min=horizon.end_min)
    down_min = group_sum(down_min, survey.station_codes[scope], survey.size(scope))
    return 1.0 - share(down_min, survey.points(scope) * horizon.days * MIN_PER_DAY)


@KPIS.register(unit="kWh/week", scopes=SCOPES, better="lower", simulated=True)
def energy_undelivered_limit_kwh(run: Run, scope: str) -> Floats:
    """Energy that sessions did not get because their site shares too little power. [kWh/week]

    What the car would have taken at its own full power until it left or was cut off, less what it took. Cars that stay
    until they are full miss nothing; they stay longer.
    """
    return _missed(run, run.undelivered.limit_kwh if run.undelivered else None, scope)


@KPIS.register(unit="kWh/week", scopes=SCOPES, better="lower", simulated=True)
def energy_undelivered_failure_kwh(run: Run, scope: str) -> Floats:
    """Energy that sessions did not get because their point failed. [kWh/week]

    What the car would have taken at its own full power from the failure to the end of its stay. What drivers wanted who
    were lost at a point out of order is in `energy_lost_kwh`.
    """
    return _missed(run, run.undelivered.failure_kwh if run.undelivered else None, scope)


def _missed(run: Run, missed_kwh: Floats | None, scope: str) -> Floats:
    if missed_kwh is None:
        return np.zeros(run.survey.size(scope))
    return run.total(missed_kwh, run.served, scope)
