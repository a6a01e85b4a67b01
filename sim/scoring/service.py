"""Service: who was served, who was lost and why, how long it took, and what energy came of it.

All count the requests that arrive in the measured days. By district they belong to where the driver starts to look, by
station to the last station tried; so the requests of all stations are those of the city less the drivers without any
choice. In every scope requests = served + lost, and lost is the sum of its reasons.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.demand.requests import USE_CASES
from sim.scoring.groups import Floats, group_count, group_mean, group_quantile, group_sum, share
from sim.scoring.kpi import KPIS
from sim.scoring.run import SCOPES, Run, look_up
from sim.simulation.sessions import Outcome

NOT_STATION = ("city", "district", "use_case", "priority")


@KPIS.register(unit="1/week", scopes=SCOPES, better="", simulated=True)
def requests(run: Run, scope: str) -> Floats:
    """Wishes to charge in public. [1/week]"""
    return run.count(run.measured, scope)


@KPIS.register(unit="1/week", scopes=SCOPES, better="higher", simulated=True)
def served(run: Run, scope: str) -> Floats:
    """Requests that ended in a session, also one that a failure cut short. [1/week]"""
    return run.count(run.served, scope)


@KPIS.register(unit="share", scopes=SCOPES, better="higher", simulated=True)
def served_share(run: Run, scope: str) -> Floats:
    """Served of all requests. [share]"""
    return share(served(run, scope), requests(run, scope))


@KPIS.register(unit="1/week", scopes=SCOPES, better="lower", simulated=True)
def lost(run: Run, scope: str) -> Floats:
    """Requests that did not end in a session, for whatever reason. [1/week]"""
    return run.count(~run.served, scope)


@KPIS.register(unit="1/week", scopes=NOT_STATION, better="lower", simulated=True)
def lost_balked(run: Run, scope: str) -> Floats:
    """Lost because all points were taken and the queue, if one is allowed, too long. [1/week]"""
    return run.count(run.sessions.outcome == Outcome.BALKED, scope)


@KPIS.register(unit="1/week", scopes=NOT_STATION, better="lower", simulated=True)
def lost_reneged(run: Run, scope: str) -> Floats:
    """Lost because patience ended in the queue. [1/week]"""
    return run.count(run.sessions.outcome == Outcome.RENEGED, scope)


@KPIS.register(unit="1/week", scopes=NOT_STATION, better="lower", simulated=True)
def lost_no_choice(run: Run, scope: str) -> Floats:
    """Lost because no fitting station was within reach. [1/week]"""
    return run.count(run.sessions.outcome == Outcome.NO_CHOICE, scope)


@KPIS.register(unit="1/week", scopes=NOT_STATION, better="lower", simulated=True)
def lost_out_of_order(run: Run, scope: str) -> Floats:
    """Lost because no point of the last station tried worked. [1/week]"""
    return run.count(run.sessions.outcome == Outcome.OUT_OF_ORDER, scope)


@KPIS.register(unit="1/week", scopes=NOT_STATION, better="lower", simulated=True)
def lost_start_failed(run: Run, scope: str) -> Floats:
    """Lost because charging did not start, twice. [1/week]"""
    return run.count(run.sessions.outcome == Outcome.START_FAILED, scope)


@KPIS.register(unit="1/week", scopes=NOT_STATION, better="lower", simulated=True)
def unfinished(run: Run, scope: str) -> Floats:
    """Still waiting or plugged in when nothing more could happen; counted as lost. [1/week]"""
    return run.count(run.sessions.outcome == Outcome.UNFINISHED, scope)


@KPIS.register(unit="kWh/week", scopes=NOT_STATION, better="", simulated=True)
def energy_wanted_kwh(run: Run, scope: str) -> Floats:
    """Energy that all requests want, at the meter. [kWh/week]"""
    return run.total(run.requests.need_kwh, run.measured, scope)


@KPIS.register(unit="kWh/week", scopes=SCOPES, better="higher", simulated=True)
def energy_sold_kwh(run: Run, scope: str) -> Floats:
    """Energy delivered to the requests that arrive in the measured days. [kWh/week]

    Wanted = sold + lost + undelivered (`sim.scoring.network`) + what served drivers left without when they, or a rule,
    ended the stay.
    """
    return run.total(run.sessions.energy_kwh, run.served, scope)


@KPIS.register(unit="kWh/week", scopes=NOT_STATION, better="lower", simulated=True)
def energy_lost_kwh(run: Run, scope: str) -> Floats:
    """Energy that the lost requests wanted. [kWh/week]"""
    return run.total(run.requests.need_kwh, ~run.served, scope)


@KPIS.register(unit="min", scopes=SCOPES, better="lower", simulated=True)
def mean_wait_min(run: Run, scope: str) -> Floats:
    """Mean wait of served drivers, in all queues together; those who did not wait count as 0. [min]

    Lost drivers are not counted: read it together with `served_share`. Use cases without a queue wait 0 by rule.
    """
    codes = run.request_codes[scope]
    return group_mean(run.sessions.wait_min[run.served], codes[run.served], run.survey.size(scope))


@KPIS.register(unit="min", scopes=SCOPES, better="lower", simulated=True)
def p95_wait_min(run: Run, scope: str) -> Floats:
    """Wait that 95 % of served drivers do not exceed. [min]"""
    codes, size = run.request_codes[scope], run.survey.size(scope)
    return group_quantile(run.sessions.wait_min[run.served], codes[run.served], size, level=0.95)


@KPIS.register(unit="share", scopes=SCOPES, better="lower", simulated=True)
def blocking_probability(run: Run, scope: str) -> Floats:
    """Share of arrivals at a station that find all its points taken or out of order. [share]

    In the sense of Erlang: every try counts, not only the last; who waits and is then served found all points taken
    too. By district and priority area the station decides, by use case the request.

    How tries are read from the sessions, and what that leaves out, stands in `read_tries`.
    """
    tries, size = run.tries, run.survey.size(scope)
    by_request = scope == "use_case"
    codes = run.request_codes[scope][tries.request] if by_request else run.survey.station_codes[scope][tries.station]
    return share(group_count(codes[tries.blocked], size), group_count(codes, size))


def lost_kwh_by_cell(run: Run) -> Floats:
    """Energy that the lost requests of each cell wanted, in the order of `city.cells`. [kWh/week]"""
    chosen = run.measured & ~run.served
    cells = run.requests.cell[chosen].astype(np.intp)
    total = group_sum(run.requests.need_kwh[chosen], cells, len(run.survey.city.cells))
    return total / run.survey.horizon.weeks


def requests_by_cell(run: Run) -> Floats:
    """Requests that start in each cell, in the order of `city.cells`. [1/week]"""
    cells = run.requests.cell[run.measured].astype(np.intp)
    return group_count(cells, len(run.survey.city.cells)) / run.survey.horizon.weeks


def verdict_by_demand(run: Run) -> pd.DataFrame:
    """What was served of the demand of each use case and district: the simulator's answer to a planner's promise.

    One row for each use case and district: use_case, district_id, requests [1/week], energy_kwh [kWh/week]; both of
    served requests that arrive in the measured days. District is where the demand arises.
    """
    districts = run.survey.ids["district"]
    district = look_up(run.survey.cell_codes["district"], run.requests.cell)
    pair = run.requests.use_case.astype(np.intp) * len(districts) + district
    chosen, size, weeks = run.measured & run.served, len(USE_CASES) * len(districts), run.survey.horizon.weeks
    return pd.DataFrame(
        {
            "use_case": np.repeat(USE_CASES, len(districts)),
            "district_id": districts * len(USE_CASES),
            "requests": group_count(pair[chosen], size) / weeks,
            "energy_kwh": group_sum(run.sessions.energy_kwh[chosen], pair[chosen], size) / weeks,
        }
    )
