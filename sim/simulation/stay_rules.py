"""How long a car may stay at each choice: signs that limit stays, and fees that drivers do not want to pay."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clock import MIN_PER_H, MIN_PER_WEEK, Horizon, weekly_minute
from sim.demand.choice import Ranked
from sim.demand.draw import Streams
from sim.demand.requests import Requests
from sim.simulation.events import on_grid
from sim.simulation.operation import Operation, StayRule

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def allowed_stay_min(
    requests: Requests,
    ranked: Ranked,
    *,
    stations: pd.DataFrame,
    operation: Operation,
    horizon: Horizon,
    streams: Streams,
) -> Floats | float:
    """Longest stay that the rules leave each driver at each choice; inf where none binds. [min, n x k, or one inf]

    Who heeds a rule is drawn for the request, so it is the same driver in every city. The clock is read on arrival at
    the choice, detours included, not at plug-in: exact where nobody queues, as at the kerb.

    streams : a stream of chance by its purpose
    """
    rules = {"longest_stay": operation.longest_stay, "blocking_fee": operation.blocking_fee}
    allowed_min: Floats | float = np.inf
    for name, rule in rules.items():
        if not rule.technologies:
            continue
        under_rule = stations["technology"].isin(rule.technologies).to_numpy(bool)
        if not under_rule.any():
            continue
        heeds = _heeds(len(requests), rule, streams(f"who heeds {name}"))
        heeds &= requests.stay_min > rule.after_h * MIN_PER_H  # others are gone before, whatever the hour
        there = np.append(under_rule, False)[ranked.choices] & heeds[:, None]
        allowed = np.full(ranked.choices.shape, np.inf)
        allowed[there] = minutes_until_due(arrivals_min(requests, ranked)[there], rule, horizon)
        allowed_min = np.minimum(allowed_min, allowed)
    return allowed_min


def minutes_until_due(plug_in_min: Floats, rule: StayRule, horizon: Horizon) -> Floats:
    """Time from plug-in until `after_h` have passed while the rule was in force. [min]

    plug_in_min : since the start of the run, in whole ticks; then the answer is exact
    """
    in_force = rule.in_force()
    before_hour = np.concatenate([[0.0], np.cumsum(in_force)]) * MIN_PER_H  # time in force since Monday 0 h
    per_week = before_hour[-1]
    of_week = weekly_minute(plug_in_min, horizon)
    hour = (of_week // MIN_PER_H).astype(np.intp)
    due = before_hour[hour] + in_force[hour] * (of_week - hour * MIN_PER_H) + on_grid(rule.after_h * MIN_PER_H)
    weeks = np.ceil(due / per_week) - 1  # a time due at the very end of a rule's week belongs to that week
    due = due - weeks * per_week
    last_hour = np.searchsorted(before_hour, due, side="left") - 1
    due_of_week = last_hour * MIN_PER_H + due - before_hour[last_hour]
    return np.asarray(weeks * MIN_PER_WEEK + due_of_week - of_week)


def _heeds(count: int, rule: StayRule, rng: np.random.Generator) -> Flags:
    return np.asarray(rng.random(count) < rule.heeded_share)


def arrivals_min(requests: Requests, ranked: Ranked) -> Floats:
    """When each driver would come to each choice, if no queue held them up. [min, n x k]"""
    way_min = on_grid(ranked.detour_min)
    way_min[:, 0] = on_grid(requests.arrival_min)
    return np.asarray(np.cumsum(way_min, axis=1))
