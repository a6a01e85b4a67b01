"""Demand settings from observed sessions: the week, the stays and the charge of one use case, with how well they fit.

What the sessions do not tell stays as it is, and is said in `Calibration.notes`. The laws are in `sim.demand.fits`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.demand.fits.bands import in_words, pooled, stay_verdict
from sim.demand.fits.beta import EDGE, beta_cdf, fit_beta
from sim.demand.fits.charge import ac_arrival_tried, hub_energy_ks, idle_law, idle_min
from sim.demand.fits.goodness import LEAST_N, judged, ks_distance
from sim.demand.fits.lognormals import fit_lognormals
from sim.demand.fits.week import KINDS, day_factors, hour_rows
from sim.demand.settings import Demand
from sim.demand.stays import band_hours, normal_cdf
from sim.demand.vocabulary import AC_USE_CASES, PARKED_USE_CASES
from sim.errors import DataError

DAY_PARTS = ("0-6", "6-11", "11-16", "16-20", "20-24")  # a file that knows only one of them has lost the time of day
LONG_H = 8.0
FITS = [
    "setting", "n", "law", "mean_seen", "mean_fitted", "median_seen", "median_fitted", "over_8h_seen",
    "over_8h_fitted", "ks", "judged",
]  # fmt: skip


@dataclass(frozen=True)
class Calibration:
    """What the sessions say about one use case.

    fitted : values by key below `demand.`, such as stay_h.kerbside
    said   : for each key (for stays: and band, for hours: and row) its sample and fit, in a few words
    origin : for each key, what is to stand as its source
    fits   : one row for each law: columns `FITS`; stays in h, idle in min, energy in kWh
    notes  : what was pooled, left as it is, or is not told by the data; sentences
    """

    use_case: str
    source: str
    n: int
    chargers: int
    first_day: str
    last_day: str
    fitted: Mapping[str, Any]
    said: Mapping[tuple[str, str], str]
    origin: Mapping[str, str]
    fits: pd.DataFrame
    notes: tuple[str, ...]


def calibrate(
    sessions: pd.DataFrame, *, use_case: str, demand: Demand, source: str, point_kw: float | None = None
) -> Calibration:
    """Fit the week, the stays and the charge of a use case to its sessions.

    sessions : columns of `sim.importers.sessions.SESSIONS`, of this use case only
    demand   : the settings that stay where the sessions say nothing; its bands of arrival are kept
    source   : name of the file
    point_kw : power of a DC point, needed to tell charging from idling [kW]
    Raises DataError where the sessions cannot speak for a use case.
    """
    problems = unfit(sessions, source)
    if problems:
        raise DataError(problems)
    found = _Found(use_case, source, sessions, demand)
    found.week()
    if use_case in PARKED_USE_CASES:
        found.stays()
    if use_case in AC_USE_CASES:
        found.ac_charge()
    else:
        found.dc_charge()
    if use_case == "hub":
        found.hub_idle(point_kw)
    return found.calibration()


def unfit(sessions: pd.DataFrame, source: str) -> list[str]:
    """Why sessions cannot speak for a use case, one sentence each; [] where they can."""
    problems = []
    if len(sessions) < LEAST_N:
        problems.append(f"{source}: {len(sessions):,} sessions are too few; give at least {LEAST_N}")
    if len(set(sessions["charger"])) == 1:
        problems.append(
            f"{source}: all sessions are from one charger; one place is not a city: give a file of several, or look at "
            "what the layout takes for charger"
        )
    if len(sessions):
        first, last = int(sessions["start"].dt.hour.min()), int(sessions["start"].dt.hour.max())
        part = next((part for part in DAY_PARTS if first in band_hours(part) and last in band_hours(part)), None)
        if part:
            problems.append(
                f"{source}: all sessions start between {part.replace('-', ' and ')} h; look whether date_format of the "
                "layout reads the time of day"
            )
    return problems


class _Found:
    """Collects what the sessions of a use case say, law by law."""

    def __init__(self, use_case: str, source: str, sessions: pd.DataFrame, demand: Demand):
        self.use_case, self.source, self.sessions, self.demand = use_case, source, sessions, demand
        self.stay_h = (sessions["end"] - sessions["start"]).dt.total_seconds().to_numpy() / 3600
        self.values: dict[str, Any] = {}
        self.said: dict[tuple[str, str], str] = {}
        self.samples: dict[str, list[tuple[int, float]]] = {}
        self.rows: list[dict[str, Any]] = []
        self.notes: list[str] = []

    @property
    def year(self) -> int:
        return int(self.sessions["start"].dt.year.max())

    def week(self) -> None:
        start, use_case, n = self.sessions["start"], self.use_case, len(self.sessions)
        factors = day_factors(start)
        if factors is None:
            self.notes.append(f"day_factor.{use_case} stays as it is: the sessions begin within less than 14 days")
        else:
            key = f"day_factor.{use_case}"
            self.values[key] = factors[0]
            self.said[key, ""] = f"n {n:,}, standard error up to {factors[1]:.2f}"
            self._row(key, n, " ".join(f"{factor:g}" for factor in factors[0]), verdict=f"+- {factors[1]:.2f}")
            self.samples[key] = [(n, np.nan)]
        key = f"hour_share.{use_case}"
        table = [list(row) for row in getattr(self.demand.hour_share, use_case)]
        rows = hour_rows(start, LEAST_N)
        for number, (row, kind) in enumerate(zip(rows, KINDS, strict=True)):
            if row is None:
                self.said[key, str(number)] = "as it was, too few sessions"
                self.notes.append(f"{key}, {kind}, stays as it is: fewer than {LEAST_N} sessions")
                continue
            table[number] = row.percent
            self.said[key, str(number)] = f"{row.days}, n {row.n:,}, standard error up to {row.error_pp:.1f} points"
            peak = int(np.argmax(row.percent))
            law = f"{kind}: most at {peak} h, {row.percent[peak]:g} %"
            self._row(key, row.n, law, verdict=f"+- {row.error_pp:.1f} points")
            self.samples.setdefault(key, []).append((row.n, np.nan))
            if row.days != kind:
                self.notes.append(f"{key}, {kind}: {row.days} together, one of them has fewer than {LEAST_N} sessions")
        if any(row is not None for row in rows):
            self.values[key] = table

    def stays(self) -> None:
        key = f"stay_h.{self.use_case}"
        bands = list(getattr(self.demand.stay_h, self.use_case))
        hour = self.sessions["start"].dt.hour.to_numpy()
        fitted: dict[str, list[list[float]]] = {}
        for pool in pooled(bands, [int(np.isin(hour, band_hours(band)).sum()) for band in bands]):
            stays = self.stay_h[np.isin(hour, [h for band in pool for h in band_hours(band)])]
            law = fit_lognormals(stays)
            ks = ks_distance(stays, law.cdf)
            verdict = stay_verdict(law, judged(ks, len(stays)))
            name = " and ".join(pool)
            self._row(
                f"{key}.{name}", len(stays), in_words(law), seen=stays, mean=law.mean_h(), median=law.median_h(),
                over_8h=law.over_share(LONG_H), ks=ks, verdict=verdict,
            )  # fmt: skip
            self.samples.setdefault(key, []).append((len(stays), ks))
            if len(pool) > 1:
                self.notes.append(f"{key}: {name} together, one of them has fewer than {LEAST_N} sessions")
            for band in pool:
                fitted[band] = law.rows
                self.said[key, band] = (
                    f"{f'{name}, ' if len(pool) > 1 else ''}n {len(stays):,}, KS {ks:.3f}, mean {stays.mean():.2f} h "
                    f"seen, {law.mean_h():.2f} h fitted; {verdict}"
                )
        self.values[key] = {band: fitted[band] for band in bands}

    def ac_charge(self) -> None:
        share = self.sessions["soc_arrival"].dropna() / self.demand.charge.ac_target
        if len(share) >= LEAST_N:
            self._beta("charge.ac_arrival", share.to_numpy())
            self.notes.append("charge.ac_arrival holds for every AC use case, not for this one alone")
            return
        at = self.sessions["energy_kwh"].notna().to_numpy()
        if at.sum() < LEAST_N:
            self.notes.append("charge.ac_arrival stays as it is: the file has neither state of charge nor energy")
            return
        energy = self.sessions["energy_kwh"].to_numpy()[at]
        tried = ac_arrival_tried(self.stay_h[at], energy, self.demand, self.year, self.use_case)
        told = ", ".join(f"{mean:.2f} with batteries x {factor:g} (KS {ks:.3f})" for factor, mean, ks in tried)
        self.notes.append(
            f"charge.ac_arrival stays as it is: energy (mean {energy.mean():.1f} kWh, n {at.sum():,}) alone does "
            "not fix the state of charge; it depends on the batteries. Mean share of the target that would fit: " + told
        )

    def dc_charge(self) -> None:
        both = self.sessions[["soc_arrival", "soc_departure"]].dropna()
        both = both[both["soc_arrival"] < 1]
        if len(both) < LEAST_N:
            self.notes.append("charge.dc_arrival and charge.dc_filled stay as they are: too few states of charge")
            return
        arrival = both["soc_arrival"].to_numpy()
        filled = (both["soc_departure"].to_numpy() - arrival) / (1 - arrival)
        self._beta("charge.dc_arrival", arrival)
        self._beta("charge.dc_filled", filled)
        together = float(np.corrcoef(arrival, filled)[0, 1])
        self.notes.append(
            "charge.dc_arrival and charge.dc_filled hold for hub and retail and are drawn independently; seen "
            f"correlation {together:.2f}"
        )

    def hub_idle(self, point_kw: float | None) -> None:
        idle = idle_min(self.sessions, self.demand, point_kw=point_kw) if point_kw else np.empty(0)
        if len(idle) < LEAST_N:
            self.notes.append(
                "charge.hub_idle_min stays as it is: it takes state of charge, battery_kwh and peak_kw of at least "
                f"{LEAST_N} sessions, and point_kw in the layout"
            )
        else:
            law = idle_law(idle)
            ks = ks_distance(np.maximum(idle, 0), lambda x: _lognormal_cdf(x, law))
            self._law(
                "charge.hub_idle_min", law, f"lognormal({law[0]:g} min, {law[1]:g})", seen=np.maximum(idle, 0),
                mean=law[0] * float(np.exp(law[1] ** 2 / 2)), median=law[0], ks=ks,
            )  # fmt: skip
        energy = self.sessions["energy_kwh"].dropna().to_numpy()
        if len(energy) >= LEAST_N:
            charge = {key.removeprefix("charge."): law for key, law in self.values.items() if key.startswith("charge.")}
            mean, ks = hub_energy_ks(energy, _with_charge(self.demand, charge), self.year)
            self._row("energy, a check", len(energy), "fleet and state of charge", seen=energy, mean=mean, ks=ks)

    def _beta(self, key: str, shares: NDArray[np.float64]) -> None:
        a, b = (round(value, 3) for value in fit_beta(shares))
        inside = np.clip(shares, EDGE, 1 - EDGE)
        ks = ks_distance(inside, lambda x: beta_cdf(a, b, x))
        grid = np.linspace(0, 1, 10_001)
        median = float(np.interp(0.5, beta_cdf(a, b, grid), grid))
        self._law(key, [a, b], f"Beta({a:g}, {b:g})", seen=shares, mean=a / (a + b), median=median, ks=ks)

    def _law(self, key: str, law: list[float], words: str, *, seen: NDArray[np.float64], mean: float, median: float,
             ks: float) -> None:  # fmt: skip
        self.values[key] = law
        self.said[key, ""] = (
            f"n {len(seen):,}, KS {ks:.3f}, mean {seen.mean():.3g} seen, {mean:.3g} fitted; {judged(ks, len(seen))}"
        )
        self.samples[key] = [(len(seen), ks)]
        self._row(key, len(seen), words, seen=seen, mean=mean, median=median, ks=ks)

    def _row(
        self, setting: str, n: int, law: str, *, seen: NDArray[np.float64] | None = None, mean: float = np.nan,
        median: float = np.nan, over_8h: float = np.nan, ks: float = np.nan, verdict: str = "",
    ) -> None:  # fmt: skip
        row: dict[str, Any] = dict.fromkeys(FITS, np.nan)
        row |= {"setting": setting, "n": n, "law": law, "mean_fitted": mean, "median_fitted": median}
        row |= {"over_8h_fitted": over_8h, "ks": ks, "judged": verdict or (judged(ks, n) if ks == ks else "")}
        if seen is not None:
            row |= {"mean_seen": float(seen.mean()), "median_seen": float(np.median(seen))}
            row["over_8h_seen"] = float(np.mean(seen > LONG_H)) if over_8h == over_8h else np.nan
        self.rows.append(row)

    def calibration(self) -> Calibration:
        start = self.sessions["start"]
        first, last = str(start.min().date()), str(start.max().date())
        origin = {}
        for key, samples in self.samples.items():
            kss = [ks for _, ks in samples if ks == ks]
            fit = f", KS {min(kss):.3f}{f'-{max(kss):.3f}' if len(kss) > 1 else ''}" if kss else ""
            n = sum(n for n, _ in samples)
            origin[key] = f"calibrated with own sessions ({self.source}), n {n:,}{fit}, {first} to {last}"
        return Calibration(
            self.use_case, self.source, len(start), int(self.sessions["charger"].nunique()), first, last, self.values,
            self.said, origin, pd.DataFrame(self.rows, columns=FITS), tuple(self.notes),
        )  # fmt: skip


def _lognormal_cdf(x: NDArray[np.float64], law: list[float]) -> NDArray[np.float64]:
    return normal_cdf((np.log(np.maximum(x, 1e-12)) - np.log(law[0])) / law[1])


def _with_charge(demand: Demand, charge: Mapping[str, Any]) -> Demand:
    return dataclasses.replace(demand, charge=dataclasses.replace(demand.charge, **charge))
