"""E1 to E6: Hamburg's public points of 2020, simulated with our hours and stays and the loads of its sites.

What is taken from the data is how many plug-ins each site of two points had in three weeks. Two corrections lead from
there to wishes. Counts vary by chance, so true rates spread less than counts do (their variance less the mean, as for
Poisson numbers). And who found both points taken is not in the data: the wishes are those that, simulated, leave as
many plug-ins as were seen. Drivers who find a site full are lost to it, as in a city of sites far apart.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clock import Horizon
from sim.demand.requests import USE_CASES, Requests
from sim.simulation.sessions import Sessions
from sim.validity.case import CASES, NONE, Bench, Finding, Row, Verdict, interval, within
from sim.validity.observed import WEEKS, read_observed
from sim.validity.occupancy import CLASSES, POINTS, SiteSessions, busy_share, figures, occupied_by_hour
from sim.validity.sites import expected_at_sites, sessions_at_sites

REPLICATIONS = 20
SEED = 2020
THREE_WEEKS = Horizon(warm_up_days=2, days=7 * WEEKS)
TRIED_PER_DAY = np.array([0.0, 0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 13, 16])  # wishes at a site [1/d]
TRIED_SITES = 100  # simulated at each of them
SOURCE = "Hamburg 2020 (S1)"
WHY_LOAD = (
    "sites of Hamburg differ in how long cars stay as well, ours only in how many come, so fewer reach this class"
)


@lru_cache(maxsize=2)
def wishes_per_day(bench: Bench) -> NDArray[np.float64]:
    """Wishes at each site, sites x u. [1/d]"""
    loads = read_observed("hamburg_site_loads")
    parts = []
    for use_case, group in loads.groupby("use_case", sort=False):
        number = USE_CASES.index(str(use_case))
        count = np.repeat(group["plug_ins"].to_numpy(float), group["sites"])
        shrink = np.sqrt(max(0.0, 1 - count.mean() / count.var(ddof=1)))
        true = (count.mean() + shrink * (count - count.mean())) / THREE_WEEKS.days
        wished = np.zeros((len(true), len(USE_CASES)))
        wished[:, number] = np.interp(true, carried_per_day(bench, number), TRIED_PER_DAY)
        parts.append(wished)
    return np.concatenate(parts)


def carried_per_day(bench: Bench, number: int) -> NDArray[np.float64]:
    """Plug-ins that each of `TRIED_PER_DAY` wishes leaves at a site of two points. [1/d]

    The share that plugs in, of the wishes drawn, times the wishes tried: how many happened to be drawn cancels.
    """
    tried = np.zeros((len(TRIED_PER_DAY) * TRIED_SITES, len(USE_CASES)))
    tried[:, number] = np.repeat(TRIED_PER_DAY, TRIED_SITES)
    expected = expected_at_sites(bench.study.demand, tried)
    requests, sessions = sessions_at_sites(
        bench, expected, points=POINTS, horizon=THREE_WEEKS, seed=SEED, replication=0
    )  # fmt: skip
    measured = requests.arrival_min >= THREE_WEEKS.start_min
    plugged = measured & ~np.isnan(sessions.start_min)
    drawn, served = (
        np.bincount(requests.cell[rows] // TRIED_SITES, minlength=len(TRIED_PER_DAY)) for rows in (measured, plugged)
    )
    return np.asarray(TRIED_PER_DAY * served / np.maximum(drawn, 1))


def _site_sessions(requests: Requests, sessions: Sessions, *, sites: int, coin: np.random.Generator) -> SiteSessions:
    """Sessions at the sites; if both points are free a coin says which is taken. (The engine takes the lower number.)

    Whenever a site was empty, its two points change names or not; until it is empty again the other one is the only
    choice, so this is the same as a coin for every driver who finds both free.
    """
    served = np.flatnonzero(~np.isnan(sessions.start_min))
    order = served[np.lexsort((sessions.start_min[served], sessions.station[served]))]
    site, point = sessions.station[order].astype(np.intp), sessions.point[order].astype(np.intp) % POINTS
    start, end = sessions.start_min[order], sessions.end_min[order]
    offset = site * (np.nanmax(end) + 1)  # sites one after the other on one axis of time
    gone = np.maximum.accumulate(offset + end)
    empty = np.append(True, offset[1:] + start[1:] >= gone[:-1])
    spell = np.cumsum(empty) - 1
    swap = coin.integers(0, 2, spell[-1] + 1)[spell]
    return SiteSessions(sites, THREE_WEEKS, site, point ^ swap, start, end)


@lru_cache(maxsize=2)
def simulated(bench: Bench) -> tuple[SiteSessions, ...]:
    """Hamburg's sites with our demand, one entry for each replication."""
    wished = wishes_per_day(bench)
    expected = expected_at_sites(bench.study.demand, wished)
    weeks = []
    for replication in range(1, REPLICATIONS + 1):
        found = sessions_at_sites(
            bench, expected, points=POINTS, horizon=THREE_WEEKS, seed=SEED, replication=replication
        )
        coin = np.random.default_rng([SEED, replication])
        weeks.append(_site_sessions(*found, sites=len(wished), coin=coin))
    return tuple(weeks)


@CASES.register(ids=("E1", "E2", "E3", "E4", "E5", "E6"), title="Hamburg: sites of two points")
def hamburg(bench: Bench) -> Finding:
    """Joint occupancy, weekday curve, plug-ins, spread between points."""
    seen = read_observed("hamburg_figures").set_index("name")["value"]
    runs = simulated(bench)
    found = pd.DataFrame([figures(run) for run in runs])
    hours = np.array([occupied_by_hour(run) for run in runs])
    compare = Comparison(seen, found)
    sites = f"{SOURCE}, {runs[0].sites} sites"
    rows = [
        compare.row("E1", f"share of time with {k} of 2 points taken", f"busy_{k}", sites, 0.01)
        for k in range(POINTS + 1)
    ]
    rows.append(
        compare.information(
            "E1", "share of time with both taken, if points were taken independently", "independent_both", sites,
            "the square of each site's occupancy: what the joint distribution adds",
        )
    )  # fmt: skip
    for name in CLASSES:
        group = f"{SOURCE}, {seen[f'sites {name}']:.0f} sites carrying {seen[f'load {name}']:.2f} erlang"
        ours = f"ours carry {found[f'load {name}'].mean():.2f} erlang"
        row = compare.row("E2", f"both taken, sites carrying {name} erlang", f"both {name}", group, 0.01, note=ours)
        rows.append(row if row.verdict == "pass" else dataclasses.replace(row, note=f"{ours}; {WHY_LOAD}"))
    rows.append(_same_load_row(seen, runs))
    rows += _curve_rows(compare, hours)
    rows += _spread_rows(compare, wished=float(wishes_per_day(bench).sum(axis=1).mean()))
    return Finding(rows, {"hamburg_busy": compare.table(), "hamburg_days": _days_table(hours)})


def _same_load_row(seen: pd.Series, runs: tuple[SiteSessions, ...]) -> Row:
    """Both taken at our sites that carry what the busiest class carries, within a tenth of it."""
    load, target = float(seen[f"load {CLASSES[-1]}"]), float(seen[f"both {CLASSES[-1]}"])
    at_load = []
    for run in runs:
        share = busy_share(run)
        near = np.abs(share @ np.arange(POINTS + 1) / load - 1) <= 0.1
        at_load.append(float(share[near, POINTS].mean()) if near.any() else NONE)
    note = "at the load seen; the difference that is left"
    what = f"both taken at {load:.2f} erlang, our sites within a tenth of it"
    return Row("E2", what, SOURCE, target, *interval(np.array(at_load)), "share", "", "info", note)


class Comparison:
    """Observed figures beside those of the replications."""

    def __init__(self, seen: pd.Series, found: pd.DataFrame):
        self.seen, self.found = seen, found

    def row(
        self, number: str, what: str, name: str, source: str, tolerance: float, *, unit: str = "share", note: str = ""
    ) -> Row:
        """Pass if the mean is within the tolerance."""
        target, (ours, low, high) = float(self.seen[name]), interval(self.found[name].to_numpy())
        asked = f"± {tolerance * 100:.3g} pp" if unit == "share" else f"± {tolerance:.3g}"
        verdict = within(target, ours, tolerance)
        return Row(number, what, source, target, ours, low, high, unit, asked, verdict, note)

    def information(self, number: str, what: str, name: str, source: str, note: str) -> Row:
        """Nothing is asked for."""
        bounds = interval(self.found[name].to_numpy())
        return Row(number, what, source, float(self.seen[name]), *bounds, "share", "", "info", note)

    def table(self) -> pd.DataFrame:
        """All figures: name, seen, mean, low, high."""
        bounds = [(name, float(self.seen[name]), *interval(self.found[name].to_numpy())) for name in self.found]
        return pd.DataFrame(bounds, columns=["name", "seen", "mean", "low", "high"])


def _days_table(hours: NDArray[np.float64]) -> pd.DataFrame:
    """Share of points taken by kind of day and hour of the day: days, hour, seen, mean, low, high."""
    seen = read_observed("hamburg_hours")["occupied_share"].to_numpy()
    parts = []
    for days, part in (("Monday to Friday", slice(0, 5)), ("Saturday and Sunday", slice(5, 7))):
        curves = hours.reshape(-1, 7, 24)[:, part].mean(axis=1)
        bounds = np.array([interval(column) for column in curves.T])
        columns = dict(mean=bounds[:, 0], low=bounds[:, 1], high=bounds[:, 2])
        curve = seen.reshape(7, 24)[part].mean(axis=0)
        parts.append(pd.DataFrame(dict(days=days, hour=range(24), seen=curve) | columns))
    return pd.concat(parts, ignore_index=True)


def weekday_curve(week: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of Monday to Friday by hour of the day."""
    return np.asarray(week.reshape(*week.shape[:-1], 7, 24)[..., :5, :].mean(axis=-2))


def rms(ours: NDArray[np.float64], seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """Root mean square difference over the last axis."""
    return np.asarray(np.sqrt(((ours - seen) ** 2).mean(axis=-1)))


def _curve_rows(compare: Comparison, hours: NDArray[np.float64]) -> list[Row]:
    seen = read_observed("hamburg_hours")["occupied_share"].to_numpy()
    weekday = float(rms(weekday_curve(hours.mean(axis=0)), weekday_curve(seen)))
    whole = float(rms(hours.mean(axis=0), seen))

    def error(what: str, ours: float, asked: str, verdict: Verdict, note: str) -> Row:
        return Row("E3", what, SOURCE, 0.0, 100 * ours, NONE, NONE, "pp", asked, verdict, note)

    late, early = (weekday_curve(hours.mean(axis=0) - seen)[slice(*span)].mean() * 100 for span in ((19, 24), (3, 6)))
    why = (
        f"lognormal mixtures by band of arrival are {late:+.1f} pp from 19 to 24 h and {early:+.1f} pp from 3 to 6 h; "
        "quantiles by hour of arrival would leave about 1.2 pp"
    )
    return [
        compare.row("E3", "mean occupancy", "occupied", SOURCE, 0.01),
        error("weekday curve, root mean square error of 24 hours", weekday, "up to 2.5 pp",
              "pass" if weekday <= 0.025 else "fail", "what such mixtures can reach"),
        error("the same, as wished", weekday, "up to 1 pp", "pass" if weekday <= 0.01 else "fail", why),
        error("week curve, root mean square error of 168 hours", whole, "", "info",
              "three observed weeks; stays differ by day, ours by hour only"),
        compare.row("E3", "highest quarter of an hour", "highest_quarter", SOURCE, 0.025),
    ]  # fmt: skip


def _spread_rows(compare: Comparison, *, wished: float) -> list[Row]:
    per_day = float(compare.seen["sessions_per_point_day"])
    by_load = "loads are those seen; tests the correction for wishes that found no point"
    lost = 1 - float(compare.found["sessions_per_point_day"].mean()) * POINTS / wished
    rows = [
        compare.row("E4", "plug-ins per point and day", "sessions_per_point_day", SOURCE, 0.05 * per_day, unit="1/d",
                    note=f"{by_load}, {lost * 100:.1f} % of them"),
        compare.row("E5", "Gini coefficient of plug-ins between points", "gini", SOURCE, 0.05, unit="-",
                    note="site loads are those seen; which of two free points is taken is a coin's choice"),
    ]  # fmt: skip
    rows += [
        compare.information(
            "E5",
            f"occupancy of points, {q} percentile",
            f"occupied_p{q.rstrip('th')}",
            SOURCE,
            "stays differ between sites, ours by hour of arrival only",
        )
        for q in ("10th", "50th", "90th", "99th")
    ]
    ours, low, high = interval(compare.found["dispersion"].to_numpy())
    seen = float(compare.seen["dispersion"])
    rows.append(
        Row("E6", "variance over mean of the daily plug-ins of a point", SOURCE, seen, ours, low, high, "-",
            "0.7 to 1.0", "pass" if 0.7 <= ours <= 1.0 else "fail",
            "Poisson wishes (1.0) thinned by full points, plus the difference between days")
    )  # fmt: skip
    return rows
