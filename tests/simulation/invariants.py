"""What holds of a workload and its sessions, whatever the workload; each check is an assertion by itself."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from sim.simulation.events import FAIL, LIMIT, REPAIR, STARTS, TICKS
from sim.simulation.sessions import Outcome, Sessions
from sim.simulation.workload import Workload

SESSION = (Outcome.SERVED, Outcome.CUT_SHORT)


def by_visit(w: Workload, s: Sessions, column: str) -> np.ndarray:
    """A column of the workload at the last choice tried."""
    return getattr(w, column)[np.arange(len(w)), s.choice.astype(int)]


def outages(w: Workload) -> list[tuple[int, float, float]]:
    """Point and when it does not work: from the first fault to the last repair."""
    faults: dict[int, int] = defaultdict(int)
    down: dict[int, float] = {}
    found = []
    for at, kind, point in zip(w.change_min.tolist(), w.change_kind.tolist(), w.change_of.tolist(), strict=True):
        if kind == FAIL:
            faults[point] += 1
            if faults[point] == 1:
                down[point] = at
        elif kind == REPAIR:
            faults[point] -= 1
            if faults[point] == 0:
                found.append((point, down.pop(point), at))
    return found + [(point, at, np.inf) for point, at in down.items()]


def a_request_is_a_session_or_lost_or_unfinished(w: Workload, s: Sessions) -> None:
    assert len(s) == len(w)
    session, unfinished = np.isin(s.outcome, SESSION), s.outcome == Outcome.UNFINISHED
    lost = ~session & ~unfinished
    assert (s.point[session] >= 0).all() and (s.point[lost] == -1).all()
    assert np.isnan(s.start_min[lost]).all() and np.isnan(s.full_min[lost]).all()
    assert np.isfinite(s.end_min[~unfinished]).all() and np.isnan(s.end_min[unfinished]).all()
    assert (s.energy_kwh[~session] == 0).all()
    assert (s.tries <= s.choice + 1).all()
    assert ((s.tries == 0) == (s.outcome == Outcome.NO_CHOICE)).all()
    assert (s.station == by_visit(w, s, "choices")).all()
    if unfinished.any():
        endless = np.isinf(w.patience_min) | np.isinf(by_visit(w, s, "longest_min"))
        assert endless[unfinished].all()


def times_and_energies_stay_within_what_was_wanted_and_possible(w: Workload, s: Sessions) -> None:
    session, full = np.isin(s.outcome, SESSION), ~np.isnan(s.full_min)
    wanted_kwh, held_min = by_visit(w, s, "energy_kwh"), s.end_min - s.start_min
    assert (s.wait_min >= 0).all()
    assert (s.start_min - w.arrival_min >= s.wait_min)[session].all()
    assert (held_min >= 0)[session].all()
    # Who fails to start twice holds the point for both, and has a session only if the point fails meanwhile.
    both_fail = by_visit(w, s, "failed_starts") == STARTS
    longest_min = np.where(both_fail, STARTS * w.restart_min, by_visit(w, s, "longest_min"))
    assert (held_min <= longest_min)[session].all()
    assert (s.outcome[session & both_fail] == Outcome.CUT_SHORT).all() and (s.energy_kwh[both_fail] == 0).all()
    assert (s.energy_kwh <= wanted_kwh).all()
    assert (s.energy_kwh == wanted_kwh)[full & session].all()
    assert (s.start_min <= s.full_min)[full].all() and (s.full_min <= s.end_min)[full & session].all()
    possible_kwh = by_visit(w, s, "power_kw") * held_min / 60
    assert (s.energy_kwh <= possible_kwh + 4 / TICKS)[session & ~full].all()
    for column in (s.start_min, s.full_min, s.end_min, s.wait_min, s.energy_kwh):
        ticks = column[~np.isnan(column)] * TICKS
        assert (ticks == np.round(ticks)).all()


def a_point_holds_one_car_at_a_time_and_none_while_it_is_broken(w: Workload, s: Sessions) -> None:
    """So there are never more cars plugged in at a station than it has points."""
    first_point = np.append(0, np.cumsum(w.points))
    plugged = ~np.isnan(s.start_min)
    point, station = s.point[plugged], s.station[plugged]
    assert ((first_point[station] <= point) & (point < first_point[station + 1])).all()
    start_min, end_min = s.start_min[plugged], np.nan_to_num(s.end_min[plugged], nan=np.inf)
    order = np.lexsort((end_min, start_min, point))
    same_point = point[order][1:] == point[order][:-1]
    assert (start_min[order][1:] >= end_min[order][:-1])[same_point].all()
    for broken, down_min, up_min in outages(w):
        assert not ((point == broken) & (start_min < up_min) & (end_min > down_min)).any()


def nobody_waits_beside_a_free_point_or_is_overtaken_by_someone_behind(w: Workload, s: Sessions) -> None:
    """Of drivers who tried one station only, every wait can be told from the sessions.

    Not where starts fail: a point held by a driver who fails twice leaves no trace in the sessions.
    """
    if w.failed_starts.any():
        return
    here = (s.tries == 1) & (s.choice == 0)
    still = (s.outcome == Outcome.UNFINISHED) & np.isnan(s.start_min) & here
    till = np.where(still, np.inf, w.arrival_min + s.wait_min)
    waits = ((s.wait_min > 0) & here) | still
    if not waits.any():
        return
    end_min = np.where(np.isnan(s.end_min), np.inf, s.end_min)
    moments = np.concatenate([w.arrival_min, till, s.start_min, end_min, w.change_min])
    moments = np.unique(moments[np.isfinite(moments)])
    now = ((moments[:-1] + moments[1:]) / 2)[:, None]
    station = np.arange(len(w.points))
    plugged = (s.start_min < now) & (now < end_min)
    not_free = plugged.astype(int) @ (s.station[:, None] == station)
    station_of = np.repeat(station, w.points)
    for point, down_min, up_min in outages(w):
        not_free[:, station_of[point]] += ((down_min < now) & (now < up_min))[:, 0]
    waiting = (waits & (w.arrival_min < now) & (now < till)) @ (s.station[:, None] == station)
    assert (not_free[waiting] == np.broadcast_to(w.points, not_free.shape)[waiting]).all()

    key, number = w.queue_key[:, 0], np.arange(len(w))
    one, other = np.flatnonzero(waits)[:, None], np.flatnonzero(waits)
    meanwhile = (s.station[other] == s.station[one]) & (s.start_min[other] > w.arrival_min[one])
    meanwhile &= (s.start_min[other] < till[one]) & (w.arrival_min[other] < till[one])
    ahead = (key[other] < key[one]) | ((key[other] == key[one]) & (number[other] < number[one]))
    assert ahead[meanwhile].all()


def a_site_never_gives_more_than_its_limit(w: Workload, s: Sessions) -> None:
    """Whatever sessions lie between two moments, together they got no more than the limit allows in that time."""
    session = np.isin(s.outcome, SESSION)
    for site, limit_kw in enumerate(w.limit_kw.tolist()):
        mine = session & (np.append(w.site, -1)[s.station] == site)
        if not mine.any():
            continue
        start_min, end_min, energy_kwh = s.start_min[mine], s.end_min[mine], s.energy_kwh[mine]
        new = (w.change_kind == LIMIT) & (w.change_of == site)
        at = np.concatenate([[0.0], w.change_min[new], [np.inf]])
        kw = np.append(limit_kw, w.change_kw[new])

        def most_kwh(until_min: np.ndarray, at: np.ndarray = at, kw: np.ndarray = kw) -> np.ndarray:
            minutes = np.clip(until_min[:, None] - at[:-1], 0.0, (at[1:] - at[:-1])[None])
            ample = np.where(np.isinf(kw), 1e9, kw)
            return (minutes * ample).sum(axis=1) / 60

        inside = (start_min >= start_min[:, None, None]) & (end_min <= end_min[None, :, None])
        got_kwh = (inside * energy_kwh).sum(axis=2)
        allowed_kwh = most_kwh(end_min)[None, :] - most_kwh(start_min)[:, None]
        assert (got_kwh <= np.maximum(allowed_kwh, 0.0) * (1 + 1e-9) + 4 * len(energy_kwh) / TICKS).all()


INVARIANTS = (
    a_request_is_a_session_or_lost_or_unfinished,
    times_and_energies_stay_within_what_was_wanted_and_possible,
    a_point_holds_one_car_at_a_time_and_none_while_it_is_broken,
    nobody_waits_beside_a_free_point_or_is_overtaken_by_someone_behind,
    a_site_never_gives_more_than_its_limit,
)
