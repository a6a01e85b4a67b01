"""The grid's view: mean power by quarter of an hour, and its peak."""

from __future__ import annotations

import numpy as np

from sim.clock import MIN_PER_DAY, MIN_PER_H
from sim.scoring.groups import Floats
from sim.scoring.kpi import KPIS
from sim.scoring.run import Run

QUARTER_MIN = 15.0


@KPIS.register(unit="kW", scopes=("city", "district", "station"), better="lower", simulated=True)
def peak_kw(run: Run, scope: str) -> Floats:
    """Largest mean power over a quarter of an hour in the measured days. [kW]

    A quarter of an hour is what German grid operators meter and bill. Peaks of districts fall at different times, so
    they add up to more than the peak of the city.
    """
    return np.asarray(mean_power_kw(run, scope).max(axis=1))


def mean_power_kw(run: Run, scope: str) -> Floats:
    """Mean power of each group in each quarter of an hour of the measured days, groups by quarters. [kW]

    The power of a session is constant from plug-in until full, or plug-out if that is first; where a shared limit
    varied it, only its mean is known. Each session is a step up and a step down. A step changes the mean of its own
    quarter by the part of the quarter after it, and that of all later quarters fully.
    """
    horizon, sessions = run.survey.horizon, run.sessions
    quarters, size = round(horizon.days * MIN_PER_DAY / QUARTER_MIN), run.survey.size(scope)
    begin, stop = sessions.start_min, run.full_or_end_min
    draws = (sessions.energy_kwh > 0) & (stop > horizon.start_min) & (begin < horizon.end_min) & (stop > begin)
    begin, stop, group = begin[draws], stop[draws], run.session_codes[scope][draws]
    power_kw = sessions.energy_kwh[draws] * MIN_PER_H / (stop - begin)

    time_min = np.concatenate([np.maximum(begin, horizon.start_min), np.minimum(stop, horizon.end_min)])
    step_kw = np.concatenate([power_kw, -power_kw])
    position = (time_min - horizon.start_min) / QUARTER_MIN
    quarter = np.floor(position).astype(np.intp)  # the end of the last quarter is a column of its own
    columns = quarters + 2
    cell = np.concatenate([group, group]) * columns + quarter
    in_its_quarter = np.bincount(cell, weights=step_kw * (quarter + 1 - position), minlength=size * columns)
    afterwards = np.bincount(cell + 1, weights=step_kw, minlength=size * columns)
    mean_kw = in_its_quarter.reshape(size, columns) + np.cumsum(afterwards.reshape(size, columns), axis=1)
    return np.asarray(mean_kw[:, :quarters])
