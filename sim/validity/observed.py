"""What was observed: figures of real sessions that are committed, and how they are made from the sessions themselves.

Only sums, means and quantiles over many sessions are kept; SOURCES.md beside them says from where, and how many.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clock import H_PER_WEEK, MIN_PER_DAY, Horizon
from sim.demand.stays import band_hours
from sim.registry import Registry
from sim.validity.occupancy import POINTS, SiteSessions, arrivals_by_hour, daily_counts, figures, occupied_by_hour

FOLDER = Path(__file__).parent / "observed"
DIGITS = 5
PERCENT = np.arange(1, 100)  # quantiles kept
MONDAY = pd.Timestamp("2020-02-10")  # local time
WEEKS = 3
# read as: residential (UR, SU) and work areas (WA) are kerbside, the city centre (CC) is destination
HAMBURG_USE_CASE = {"UR": "kerbside", "SU": "kerbside", "WA": "kerbside", "CC": "destination"}
FITTED = ("UR", "SU", "CC")  # the stays in configs/demand are fitted to these
BANDS = ("0-6", "6-11", "11-16", "16-20", "20-24")

Table = Callable[[Path], pd.DataFrame]
OBSERVED: Registry[Table] = Registry("observed table")
"""Tables by name: functions from the folder of the raw data to figures that may be committed."""


def read_observed(name: str) -> pd.DataFrame:
    """A committed table."""
    return pd.read_csv(FOLDER / f"{name}.csv")


def write_observed(data: Path, folder: Path = FOLDER) -> None:
    """Compute all tables anew from the raw data and write them."""
    for name in OBSERVED:
        OBSERVED[name](data).round(DIGITS).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def hamburg(data: Path) -> pd.DataFrame:
    """Sessions at Hamburg's public points in local time: charger, site, cluster, start, end, stay_h.

    The raw clock names no time zone; the jump of the stays at 20 h and the morning peak say UTC, so an hour is added.
    """
    s = pd.read_csv(data / "sessions-hamburg" / "sessions.csv.gz", parse_dates=["start", "end"])
    hour = pd.Timedelta(hours=1)
    return s.assign(start=s["start"] + hour, end=s["end"] + hour, stay_h=s["duration_s"] / 3600)


def hamburg_sites(data: Path, use_cases: tuple[str, ...] = ("kerbside", "destination")) -> SiteSessions:
    """Sessions at the sites of two points from 10 February to 1 March 2020."""
    s = hamburg(data)
    s = s[s["cluster"].map(HAMBURG_USE_CASE).isin(use_cases)]
    s = s[s.groupby("site")["charger"].transform("nunique") == POINTS]
    site = pd.factorize(s["site"], sort=True)[0].astype(np.intp)
    point = (s["charger"] > s.groupby("site")["charger"].transform("min")).to_numpy(np.intp)
    horizon = Horizon(warm_up_days=2, days=7 * WEEKS)
    since = [(s[name] - MONDAY).dt.total_seconds().to_numpy() / 60 + horizon.start_min for name in ("start", "end")]
    return SiteSessions(int(site.max()) + 1, horizon, site, point, *since)


@OBSERVED.register()
def hamburg_figures(data: Path) -> pd.DataFrame:
    """Single numbers: name, value."""
    found = figures(hamburg_sites(data))
    for use_case in ("kerbside", "destination"):
        sites = hamburg_sites(data, (use_case,))
        found[f"sessions_per_point_day {use_case}"] = float(daily_counts(sites).mean())
    return pd.DataFrame(dict(name=list(found), value=list(found.values())))


@OBSERVED.register()
def hamburg_hours(data: Path) -> pd.DataFrame:
    """The week by hour, local time: share of points taken, and plug-ins in three weeks by use case."""
    table = pd.DataFrame(dict(hour_of_week=range(H_PER_WEEK), occupied_share=occupied_by_hour(hamburg_sites(data))))
    for use_case in ("kerbside", "destination"):
        table[f"plug_ins_{use_case}"] = arrivals_by_hour(hamburg_sites(data, (use_case,))).astype(int)
    return table


@OBSERVED.register()
def hamburg_site_loads(data: Path) -> pd.DataFrame:
    """How many sites of each use case had so many plug-ins in three weeks."""
    parts = []
    for use_case in ("kerbside", "destination"):
        counts = daily_counts(hamburg_sites(data, (use_case,))).sum(axis=1).reshape(-1, POINTS).sum(axis=1).astype(int)
        plug_ins, sites = np.unique(counts, return_counts=True)
        parts.append(pd.DataFrame(dict(use_case=use_case, plug_ins=plug_ins, sites=sites)))
    return pd.concat(parts, ignore_index=True)


def quantile_row(kind: str, group: str, values: NDArray[np.float64]) -> dict[str, object]:
    """Number, mean and percentiles of a quantity."""
    found = np.quantile(values, PERCENT / 100)
    head = dict(quantity=kind, group=group, n=len(values), mean=float(values.mean()))
    return head | {f"p{p}": float(v) for p, v in zip(PERCENT, found, strict=True)}


def _stays(kind: str, s: pd.DataFrame) -> list[dict[str, object]]:
    hour = s["start"].dt.hour
    groups = {band: hour.isin(band_hours(band)).to_numpy() for band in BANDS}
    stays = s["stay_h"].to_numpy(float)
    return [quantile_row(kind, band, stays[at]) for band, at in groups.items() if at.sum() >= 100]


@OBSERVED.register()
def stays(data: Path) -> pd.DataFrame:
    """Stays by hours of arrival [h]: Hamburg's areas that were fitted, Perth & Kinross AC and rapid."""
    s = hamburg(data)
    inside = (s["start"] >= MONDAY) & (s["start"] < MONDAY + pd.Timedelta(days=7 * WEEKS))
    s = s[inside & s["cluster"].isin(FITTED)]
    rows = []
    for use_case in ("kerbside", "destination"):
        rows += _stays(f"hamburg {use_case}", s[s["cluster"].map(HAMBURG_USE_CASE) == use_case])
    p = perth(data)
    rows += _stays("perth ac", p[p["kind"] != "rapid"])
    rapid = p.loc[(p["kind"] == "rapid") & (p["stay_h"] < 4), "stay_h"].to_numpy(float)
    rows.append(quantile_row("perth rapid", "all", rapid))
    return pd.DataFrame(rows)


def perth(data: Path) -> pd.DataFrame:
    """Public sessions of Perth & Kinross with a stay under 48 h and more than 0.1 kWh; no depot, no test site."""
    s = pd.read_csv(data / "sessions-perth-kinross" / "sessions.csv.gz", parse_dates=["start"])
    minutes = s["duration_min"]
    public = ~s["site"].str.contains("Depot|TEST")
    s = s[(minutes > 0) & (minutes < 2 * MIN_PER_DAY) & (s["energy_kwh"] > 0.1) & public]
    return s.assign(stay_h=s["duration_min"] / 60)


def epfl(data: Path) -> pd.DataFrame:
    """Fast-charging sessions of one Swiss site, with the charge state on arrival and departure."""
    s = pd.read_csv(data / "sessions-epfl-fast" / "sessions.csv", parse_dates=["start"])
    arrival, departure = s["soc_arrival_pct"] / 100, s["soc_departure_pct"] / 100
    return s.assign(arrival=arrival, departure=departure, battery_kwh=s["energy_capacity_wh"] / 1000)


@OBSERVED.register()
def fast_charging(data: Path) -> pd.DataFrame:
    """EPFL: energy [kWh], charge state on arrival [share], share of the gap to full that is filled, stay [min]."""
    s = epfl(data)
    filled = (s["departure"] - s["arrival"]) / (1 - s["arrival"])
    plausible = s["battery_kwh"].between(20, 110)
    return pd.DataFrame(
        [
            quantile_row("energy_kwh", "all", s["energy_kwh"].to_numpy(float)),
            quantile_row("arrival", "all", s["arrival"].clip(0.005, 0.995).to_numpy(float)),
            quantile_row("filled", "all", filled.clip(0.005, 0.995).to_numpy(float)),
            quantile_row("stay_min", "plausible battery", s.loc[plausible, "stay_min"].to_numpy(float)),
        ]
    )


@OBSERVED.register()
def fast_hours(data: Path) -> pd.DataFrame:
    """Plug-ins by kind of day (Monday to Friday, Saturday, Sunday) and hour: EPFL, Perth & Kinross rapid and AC."""
    p = perth(data)
    sets = {"epfl": epfl(data), "perth rapid": p[p["kind"] == "rapid"], "perth ac": p[p["kind"] != "rapid"]}
    parts = []
    for name, s in sets.items():
        kind = np.maximum(s["start"].dt.day_of_week - 4, 0).to_numpy()
        count = np.bincount(kind * 24 + s["start"].dt.hour.to_numpy(), minlength=72)
        day, hour = np.divmod(np.arange(72), 24)
        days = np.array(["Monday to Friday", "Saturday", "Sunday"])[day]
        parts.append(pd.DataFrame(dict(set=name, day=days, hour=hour, plug_ins=count)))
    return pd.concat(parts, ignore_index=True)
