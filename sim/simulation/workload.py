"""A workload: the requests of one run resolved against one network, everything an engine needs to know.

A visit is a request at one of its choices; what can differ by station or technology is a column by visit, `[n, k]`.
Behaviour is columns, not callbacks: a queue policy is `queue_key`, balking `balk_at`, patience `patience_min`, driving
on the ranked `choices` with `detour_min`. So every engine knows a new policy at once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.technology import Technology
from sim.demand.behaviour import Behaviour
from sim.demand.charging import charging_power_kw
from sim.demand.choice import Ranked
from sim.demand.luck import failed_starts
from sim.demand.requests import USE_CASES, Requests
from sim.demand.settings import Demand
from sim.errors import DataError
from sim.simulation.columns import check_column, check_columns
from sim.simulation.conditions import NOTHING_BINDS, Conditions
from sim.simulation.events import ENOUGH_KWH, LATEST, SLACK, STARTS, TICKS

if TYPE_CHECKING:
    from sim.simulation.policies import QueuePolicy

HUB = USE_CASES.index("hub")
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Workload:
    """n requests in order of arrival, k choices in order of rank, m stations, q sites, c changes; all read-only.

    arrival_min   : n f8, at the first choice; ascending [min]
    patience_min  : n f8, longest wait in one queue; inf = never gives up [min]
    informed      : n bool, sees which stations have a free point
    choices       : n,k i4, station; -1 = no further choice, only at the end
    detour_min    : n,k f8, from the choice before to this one; column 0 is not read [min]
    balk_at       : n,k i4, drives on if so many or more are queueing; 0 = kerbside (loss), 2^31-1 = never [drivers]
    queue_key     : n,k f8, smallest goes first
    energy_kwh    : n,k f8, wanted [kWh]
    power_kw      : n,k f8, most that car and point can do, mean over the charge curve [kW]
    longest_min   : n,k f8, from plug-in: parking time, or longest stay allowed; may be inf [min]
    overstay_min  : n,k f8, from full to plug-out; 0 = leaves when full, inf = stays for `longest_min` [min]
    failed_starts : n,k i1, 0 = starts; 1 = the first start fails, the retry works; 2 = both fail
    charging_min  : n,k f8, derived: alone and at full power [min]
    held_min      : n,k f8, derived: how long the point is held, as far as that is known at plug-in [min]
    points        : m i4, charge points
    site          : m i4, site whose limit the station shares; -1 = none
    limit_kw      : q f8, at minute 0; may be inf [kW]
    change_min    : c f8, ascending; at one instant repairs, then failures, then limits [min]
    change_kind   : c i1, REPAIR, FAIL or LIMIT
    change_of     : c i4, point of the repair or failure, site of the limit
    change_kw     : c f8, the new limit; not read otherwise [kW]
    restart_min   : what one failed start costs [min]
    """

    arrival_min: Numbers
    patience_min: Numbers
    informed: NDArray[np.bool_]
    choices: NDArray[np.int32]
    detour_min: Numbers
    balk_at: NDArray[np.int32]
    queue_key: Numbers
    energy_kwh: Numbers
    power_kw: Numbers
    longest_min: Numbers
    overstay_min: Numbers
    failed_starts: NDArray[np.int8]
    charging_min: Numbers
    held_min: Numbers
    points: NDArray[np.int32]
    site: NDArray[np.int32]
    limit_kw: Numbers
    change_min: Numbers
    change_kind: NDArray[np.int8]
    change_of: NDArray[np.int32]
    change_kw: Numbers
    restart_min: float

    def __len__(self) -> int:
        return len(self.arrival_min)

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            column = getattr(self, field.name)
            if isinstance(column, np.ndarray):
                column.flags.writeable = False


def make_workload(**columns: Any) -> Workload:
    """A checked workload from its columns; what is left out takes a default that switches its feature off.

    Needed: arrival_min, choices, energy_kwh, power_kw, points. Without the others drivers have endless patience, nobody
    is informed, queues have no limit and are first come, first served, cars leave when full, every start succeeds, and
    there are no limits and no changes. A single number stands for a whole column, one number a request for a column by
    visit. Times and energies are rounded to ticks, changes are put in order.

    Errors: DataError with every problem (see `columns.check_columns`).
    """
    checked = check_columns(columns)
    charging_min = _charging_min(checked["energy_kwh"], checked["power_kw"])
    restart_min = checked.pop("restart_min").item()
    held_min = _held_min(checked, charging_min, restart_min)
    return Workload(**checked, restart_min=restart_min, charging_min=charging_min, held_min=held_min)


def change_workload(workload: Workload, **columns: Any) -> Workload:
    """The same workload with other columns; what is derived is derived anew. [checked as by `make_workload`]"""
    derived = ("charging_min", "held_min")
    given = {f.name: getattr(workload, f.name) for f in dataclasses.fields(workload) if f.name not in derived}
    return make_workload(**{**given, **columns})


def _charging_min(energy_kwh: Numbers, power_kw: Numbers) -> Numbers:
    """`events.minutes_to_charge` of whole columns, the same operations in the same order. [min]"""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ticks = energy_kwh * 60.0
        ticks /= power_kw
        ticks *= TICKS
    if not (ticks.min(initial=0.0) >= 0.0 and ticks.max(initial=0.0) <= LATEST * TICKS):  # NaN too
        ticks[~((power_kw > 0.0) & (ticks <= LATEST * TICKS))] = np.inf
    ticks -= SLACK
    np.ceil(ticks, out=ticks)
    np.maximum(ticks, 1.0, out=ticks)
    ticks *= 1.0 / TICKS
    if energy_kwh.min(initial=np.inf) < ENOUGH_KWH:
        ticks[energy_kwh < ENOUGH_KWH] = 0.0
    return ticks


def _held_min(columns: dict[str, NDArray[Any]], charging_min: Numbers, restart_min: float) -> Numbers:
    """How long each visit holds a point, as far as that is known at plug-in. [min]

    Who fails to start twice leaves after the second. Others leave at `longest_min`, or when full and overstayed if that
    is sooner; who shares power does not know yet when that will be.
    """
    failed_starts = columns["failed_starts"]
    some_fail = bool(failed_starts.any())
    held_min = (failed_starts * restart_min + charging_min if some_fail else charging_min) + columns["overstay_min"]
    if columns["site"].max(initial=-1) >= 0:
        held_min[np.append(columns["site"], -1)[columns["choices"]] >= 0] = np.inf
    held_min = np.minimum(held_min, columns["longest_min"])
    if some_fail:
        held_min[failed_starts >= STARTS] = STARTS * restart_min
    return np.asarray(held_min)


def build_workload(
    requests: Requests,
    ranked: Ranked,
    *,
    stations: pd.DataFrame,
    demand: Demand,
    behaviour: Behaviour,
    policy: QueuePolicy,
    conditions: Conditions = NOTHING_BINDS,
    technologies: Mapping[str, Technology] | None = None,
) -> Workload:
    """Requests resolved against the stations of a city.

    A parked car stays for its parking time, full or not, and its driver does not queue (`behaviour.balk_at`). At a hub
    a car leaves when full and a few minutes over; its driver joins a queue whose expected wait is short enough, and
    gives up after `patience_min`. Where a rule allows less, the car leaves when the rule says. Who is informed is drawn
    with the request, and so is whether charging starts.

    stations : city.stations; its rows are the stations of `ranked.choices`
    policy : one of QUEUE_POLICIES
    conditions : limits, outages and longest stays of this run
    technologies : by name, all that `stations` mentions; without them every start succeeds
    """
    there = ranked.choices >= 0
    if len(stations):
        point_kw = np.where(there, stations["power_kw"].to_numpy(float)[ranked.choices], 1.0)
        points = stations["points"].to_numpy(np.int64)
        points_there = points[ranked.choices]
    else:
        point_kw, points, points_there = np.ones(there.shape), np.zeros(0, int), np.zeros(there.shape, int)
    power_kw = np.where(there, charging_power_kw(requests, point_kw, demand, behaviour), 0.0)
    columns: dict[str, Any] = dict(
        arrival_min=requests.arrival_min,
        patience_min=requests.patience_min,
        choices=ranked.choices,
        detour_min=ranked.detour_min,
        balk_at=_balk_at(requests, points_there, behaviour),
        energy_kwh=requests.need_kwh,
        power_kw=power_kw,
        longest_min=_longest_min(requests, conditions),
        overstay_min=requests.idle_min,
        points=points,
        change_min=conditions.changes.minute,
        change_kind=conditions.changes.kind,
        change_of=conditions.changes.of,
        change_kw=conditions.changes.kw,
        informed=requests.informed,
        **_starts(requests, ranked, stations=stations, technologies=technologies or {}, behaviour=behaviour),
    )
    if conditions.limits is not None:
        columns.update(site=conditions.limits.site, limit_kw=conditions.limits.limit_kw)
    workload = make_workload(**columns)
    queue_key = check_column("queue_key", policy(requests, workload), workload.choices.shape)
    return dataclasses.replace(workload, queue_key=queue_key)


def _starts(
    requests: Requests,
    ranked: Ranked,
    *,
    stations: pd.DataFrame,
    technologies: Mapping[str, Technology],
    behaviour: Behaviour,
) -> dict[str, Any]:
    """How often charging fails to start at each choice, and what that costs; nothing where no start can fail."""
    share_of = {name: technology.failed_start_share for name, technology in technologies.items()}
    if not any(share_of.values()) or not len(stations):
        return {}
    tries = ranked.choices.shape[1]
    if requests.start_luck.shape[1] < tries:
        drawn = requests.start_luck.shape[1]
        raise DataError(
            [f"requests: start_luck: drawn for {drawn} of {tries} tries; draw requests with the same technologies"]
        )
    share = stations["technology"].map(share_of).to_numpy(float)
    share_there = np.where(ranked.choices >= 0, share[ranked.choices], 0.0)
    fails = failed_starts(requests.start_luck[:, :tries], share_there)
    return dict(failed_starts=fails, restart_min=behaviour.restart_min)


def _balk_at(requests: Requests, points_there: NDArray[np.int64], behaviour: Behaviour) -> NDArray[np.int64]:
    """Queue at which each driver drives on. [drivers, n x k]

    At a hub with c points and a queue of q the expected wait is (q + 1) x stay / c; the driver drives on where that
    exceeds `hub_balk_wait_min`, but joins an empty queue anywhere.
    """
    parked = np.array([behaviour.balk_at.get(use_case, 0) for use_case in USE_CASES])
    at_hub = np.maximum(1, np.floor(behaviour.hub_balk_wait_min * points_there / behaviour.hub_stay_min)).astype(int)
    return np.where(requests.use_case[:, None] == HUB, at_hub, parked[requests.use_case][:, None])


def _longest_min(requests: Requests, conditions: Conditions) -> Numbers:
    """Parking time, or less where a rule allows less. [min, n or n x k]"""
    if isinstance(conditions.allowed_min, float):
        return np.minimum(requests.stay_min, conditions.allowed_min)
    return np.minimum(requests.stay_min[:, None], conditions.allowed_min)
