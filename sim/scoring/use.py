"""Use of the points: three figures that are often called utilisation and are not the same.

Published figures for German public charging run from 8 to 20 % because they mix these definitions, so all three are
given and the bare word never is. They count the minutes inside the measured days, whenever a session began; points
belong to the district they stand in.
"""

from __future__ import annotations

import numpy as np

from sim.clock import MIN_PER_DAY
from sim.scoring.groups import Floats, group_sum, share
from sim.scoring.kpi import KPIS
from sim.scoring.run import Run

STANDING = ("city", "district", "station", "priority")


@KPIS.register(unit="share", scopes=STANDING, better="", simulated=True)
def occupied_share(run: Run, scope: str) -> Floats:
    """Share of point-time with a car plugged in, charging or not. [share]

    The minutes of a start that failed twice are no session and are not counted.
    """
    sessions = run.sessions
    end_min = np.where(np.isnan(sessions.end_min), np.inf, sessions.end_min)
    return _share_of_point_time(run, minutes_measured(run, sessions.start_min, end_min), scope)


@KPIS.register(unit="share", scopes=STANDING, better="higher", simulated=True)
def charging_share(run: Run, scope: str) -> Floats:
    """Share of point-time with energy flowing: from plug-in until full, or plug-out if that is first. [share]

    Restarts after one failed start count as charging.
    """
    return _share_of_point_time(run, minutes_measured(run, run.sessions.start_min, run.full_or_end_min), scope)


@KPIS.register(unit="kWh/point/day", scopes=STANDING, better="higher", simulated=True)
def kwh_per_point_day(run: Run, scope: str) -> Floats:
    """Energy delivered for each point and day. [kWh/point/day]

    A session that reaches beyond the measured days counts with the part inside, at constant power while charging.
    """
    sessions, stop = run.sessions, run.full_or_end_min
    inside = minutes_measured(run, sessions.start_min, stop)
    charging_min = np.where(inside > 0, stop - sessions.start_min, np.inf)
    delivered = group_sum(sessions.energy_kwh * inside / charging_min, run.session_codes[scope], run.survey.size(scope))
    return share(delivered, run.survey.points(scope) * run.survey.horizon.days)


def minutes_measured(run: Run, begin_min: Floats, stop_min: Floats) -> Floats:
    """Minutes of each interval that lie in the measured days; 0 where it has no beginning (NaN). [min]"""
    horizon = run.survey.horizon
    inside = np.minimum(stop_min, horizon.end_min) - np.maximum(begin_min, horizon.start_min)
    return np.where(inside > 0, inside, 0.0)


def _share_of_point_time(run: Run, minutes: Floats, scope: str) -> Floats:
    taken = group_sum(minutes, run.session_codes[scope], run.survey.size(scope))
    return share(taken, run.survey.points(scope) * run.survey.horizon.days * MIN_PER_DAY)
