"""Every station a driver drove to, read back from the ranked choices and what became of the request."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.demand.requests import Requests
from sim.scoring.groups import Codes, Flags
from sim.simulation.sessions import Outcome, Sessions

# waits are whole ticks of the engine, patience may not be: below this [min] two waits are the same
SAME_WAIT_MIN = 1e-3

TURNED_AWAY = np.isin(np.arange(len(Outcome)), (Outcome.BALKED, Outcome.OUT_OF_ORDER, Outcome.RENEGED))


class Tries(NamedTuple):
    """One row for each try, in order of request and rank.

    request : row of the request
    station : row of the station
    blocked : all points of the station were taken or out of order
    """

    request: Codes
    station: Codes
    blocked: Flags


def read_tries(requests: Requests, choices: np.ndarray, sessions: Sessions, *, chosen: Flags) -> Tries:
    """The tries of the chosen requests.

    Sessions hold no list of tries: all choices before the last one tried were blocked, also those that an informed
    driver passed by, whose points were all taken. A try before the last that ended because charging did not start
    counts as blocked too; with failed starts switched on there are therefore a few too many.
    """
    last = np.where(chosen & (sessions.station >= 0), sessions.choice, -1)
    request, rank = np.nonzero(np.arange(choices.shape[1]) <= last[:, None])
    blocked = (rank < last[request]) | blocked_at_last(requests, sessions)[request]
    return Tries(request, choices[request, rank].astype(np.intp), blocked)


def blocked_at_last(requests: Requests, sessions: Sessions) -> Flags:
    """The requests that found all points taken or out of order at the last station they tried.

    Who waited and was then served found all points taken too. `wait_min` is over all queues, but whoever moved on from
    a queue had waited there for exactly the patience: what is beyond whole multiples of it was waited at the last one.
    """
    known = np.isfinite(requests.patience_min) & (requests.patience_min > 0) & (sessions.choice > 0)
    patience_min = np.where(known, requests.patience_min, 1.0)
    waited_before_min = np.where(known, np.rint(sessions.wait_min / patience_min) * patience_min, 0.0)
    waited_here = np.abs(sessions.wait_min - waited_before_min) > SAME_WAIT_MIN
    never_in = (sessions.outcome == Outcome.UNFINISHED) & np.isnan(sessions.start_min)
    return np.asarray(TURNED_AWAY[sessions.outcome] | never_in | waited_here)
