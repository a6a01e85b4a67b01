"""The grid's view: mean power by quarter of an hour, and its peak."""

from __future__ import annotations

import numpy as np

from sim.clock import MIN_PER_DAY, MIN_PER_H, Horizon
from sim.scoring.groups import Codes, Floats
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
    varied it, only its mean is known.
    """
    begin_min, stop_min, power_kw = charging(run)
    codes, size = run.session_codes[scope], run.survey.size(scope)
    return mean_in_bins(begin_min, stop_min, power_kw, codes, size, horizon=run.survey.horizon, bin_min=QUARTER_MIN)


def charging(run: Run) -> tuple[Floats, Floats, Floats]:
    """When energy flows in each session and its mean power meanwhile; power 0 without energy. [min], [min], [kW]"""
    begin_min, stop_min = run.sessions.start_min, run.full_or_end_min
    flows = (run.sessions.energy_kwh > 0) & (stop_min > begin_min)
    lasting_min = np.where(flows, stop_min - begin_min, np.inf)
    return begin_min, stop_min, run.sessions.energy_kwh * MIN_PER_H / lasting_min


def mean_in_bins(
    begin_min: Floats, stop_min: Floats, height: Floats, codes: Codes, size: int, *, horizon: Horizon, bin_min: float
) -> Floats:
    """Mean of the sum of heights in each bin of the measured days, groups by bins. [unit of height]

    begin_min, stop_min, height : each interval adds its height from its beginning (NaN = never) to its stop [min]
    bin_min : length of a bin; the measured days are a whole number of them [min]
    Each interval is a step up and a step down. A step changes the mean of its own bin by the part of the bin after it,
    and that of all later bins fully.
    """
    bins = round(horizon.days * MIN_PER_DAY / bin_min)
    counts = (height > 0) & (stop_min > horizon.start_min) & (begin_min < horizon.end_min) & (stop_min > begin_min)
    time_min = np.concatenate(
        [np.maximum(begin_min[counts], horizon.start_min), np.minimum(stop_min[counts], horizon.end_min)]
    )
    step = np.concatenate([height[counts], -height[counts]])
    position = (time_min - horizon.start_min) / bin_min
    own = np.floor(position).astype(np.intp)  # the end of the last bin is a column of its own
    columns = bins + 2
    cell = np.concatenate([codes[counts], codes[counts]]) * columns + own
    in_its_bin = np.bincount(cell, weights=step * (own + 1 - position), minlength=size * columns)
    afterwards = np.bincount(cell + 1, weights=step, minlength=size * columns)
    mean = in_its_bin.reshape(size, columns) + np.cumsum(afterwards.reshape(size, columns), axis=1)
    return np.asarray(mean[:, :bins])
