"""What can be counted at sites of two points, the same way for observed and for simulated sessions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.clock import H_PER_WEEK, MIN_PER_DAY, MIN_PER_H, Horizon
from sim.scoring.grid import QUARTER_MIN, mean_in_bins

POINTS = 2
LOAD_LIMITS = (0.2, 0.4, 0.6, 0.8)  # between the classes of carried load [erlang]
CLASSES = ("up to 0.2", "0.2 to 0.4", "0.4 to 0.6", "0.6 to 0.8", "over 0.8")
QUANTILES = (0.1, 0.5, 0.9, 0.99)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SiteSessions:
    """Sessions at sites of two points; measured from `horizon.start_min`, a Monday 0 h local time.

    site       : n, 0 .. sites - 1
    point      : n, 0 or 1
    start_min, end_min : n, plug-in and plug-out [min]
    """

    sites: int
    horizon: Horizon
    site: NDArray[np.intp]
    point: NDArray[np.intp]
    start_min: Floats
    end_min: Floats

    @property
    def charger(self) -> NDArray[np.intp]:
        """Number of the point over all sites."""
        return self.site * POINTS + self.point


def busy_share(s: SiteSessions) -> Floats:
    """Share of the measured time with 0, 1, 2 points taken, sites x 3."""
    h = s.horizon
    begin, stop = (np.clip(t, h.start_min, h.end_min) for t in (s.start_min, s.end_min))
    inside = stop > begin
    site = np.concatenate([s.site[inside]] * 2)
    time = np.concatenate([begin[inside], stop[inside]])
    step = np.repeat([1, -1], inside.sum())
    order = np.lexsort((step, time, site))  # at one instant a car leaves before the next comes
    site, time, step = site[order], time[order], step[order]
    level = np.cumsum(step)  # every site ends at 0, so sums run through
    last = np.append(site[1:] != site[:-1], True)
    width = np.where(last, 0.0, np.append(time[1:], 0.0) - time)
    held_min = np.bincount(site * (POINTS + 1) + level, width, s.sites * (POINTS + 1))
    share = held_min.reshape(s.sites, POINTS + 1) / (h.end_min - h.start_min)
    share[:, 0] = 1 - share[:, 1:].sum(axis=1)
    return np.asarray(share)


def load_class(share: Floats) -> NDArray[np.intp]:
    """Class of each site by the load it carried."""
    return np.digitize(share @ np.arange(POINTS + 1), LOAD_LIMITS)


def occupied_by_hour(s: SiteSessions) -> Floats:
    """Share of points taken in each hour of the week from Monday 0 h, mean over weeks and sites. [share]"""
    return np.asarray(_taken(s, MIN_PER_H).reshape(-1, H_PER_WEEK).mean(axis=0))


def highest_quarter(s: SiteSessions) -> float:
    """Largest share of points taken in a quarter of an hour. [share]"""
    return float(_taken(s, QUARTER_MIN).max())


def _taken(s: SiteSessions, bin_min: float) -> Floats:
    one = np.ones(len(s.site))
    cars = mean_in_bins(
        s.start_min, s.end_min, one, np.zeros(len(s.site), np.intp), 1, horizon=s.horizon, bin_min=bin_min
    )
    return np.asarray(cars[0] / (s.sites * POINTS))


def daily_counts(s: SiteSessions) -> Floats:
    """Plug-ins of each point on each measured day, points x days."""
    day = np.floor((s.start_min - s.horizon.start_min) / MIN_PER_DAY).astype(np.intp)
    inside = (day >= 0) & (day < s.horizon.days)
    cell = s.charger[inside] * s.horizon.days + day[inside]
    return np.bincount(cell, minlength=s.sites * POINTS * s.horizon.days).reshape(-1, s.horizon.days).astype(float)


def arrivals_by_hour(s: SiteSessions) -> Floats:
    """Plug-ins in each hour of the week, summed over weeks and sites."""
    hour = np.floor((s.start_min - s.horizon.start_min) / MIN_PER_H).astype(np.intp)
    inside = (hour >= 0) & (hour < s.horizon.days * 24)
    return np.bincount(hour[inside] % H_PER_WEEK, minlength=H_PER_WEEK).astype(float)


def occupied_share(s: SiteSessions) -> Floats:
    """Share of the measured time each point is taken, points."""
    h = s.horizon
    held = np.clip(s.end_min, h.start_min, h.end_min) - np.clip(s.start_min, h.start_min, h.end_min)
    return np.bincount(s.charger, held, s.sites * POINTS) / (h.end_min - h.start_min)


def gini(values: Floats) -> float:
    """Gini coefficient: 0 = all alike, 1 = one has all."""
    ordered = np.sort(values)
    rank = np.arange(1, len(ordered) + 1)
    return float(((2 * rank - len(ordered) - 1) * ordered).sum() / (len(ordered) * ordered.sum()))


def dispersion(counts: Floats) -> float:
    """Variance over mean of daily counts, within points, pooled; 1 = Poisson."""
    return float(counts.var(axis=1, ddof=1).mean() / counts.mean())


def _mean(values: Floats) -> float:
    """The mean; NaN of nothing."""
    return float(values.mean()) if len(values) else float("nan")


def figures(s: SiteSessions) -> dict[str, float]:
    """What the page compares as single numbers, by name."""
    share, counts = busy_share(s), daily_counts(s)
    busy = share.mean(axis=0)
    found = {f"busy_{k}": float(busy[k]) for k in range(POINTS + 1)}
    group = load_class(share)
    for number, name in enumerate(CLASSES):
        of_class = share[group == number]
        found |= {f"sites {name}": float(len(of_class))}
        found |= {f"load {name}": _mean(of_class @ np.arange(POINTS + 1)), f"both {name}": _mean(of_class[:, POINTS])}
    occupied = occupied_share(s)
    found |= {"occupied": float(occupied.mean()), "highest_quarter": highest_quarter(s)}
    found |= {f"occupied_p{100 * q:.0f}": float(np.quantile(occupied, q)) for q in QUANTILES}
    found |= {"sessions_per_point_day": float(counts.mean()), "gini": gini(counts.sum(axis=1))}
    found |= {"dispersion": dispersion(counts)}
    found |= {"independent_both": float(np.mean((share @ np.arange(POINTS + 1) / POINTS) ** 2))}
    return found
