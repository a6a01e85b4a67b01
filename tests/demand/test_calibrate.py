"""Sessions drawn from known settings give those settings back, and what they cannot tell is left alone and said."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.demand.calibrate import Calibration, calibrate
from sim.demand.fits.bands import pooled
from sim.demand.fits.charge import ac_arrival_tried
from sim.demand.profile import weekly_rate
from sim.demand.settings import Demand
from sim.demand.stays import stay_h
from sim.errors import DataError
from sim.importers.layout import Chosen
from sim.importers.sessions import SESSIONS, read_observed

DATA = os.environ.get("LADEPLAN_DATA", "")
READ = functools.cache(read_observed)
needs_data = pytest.mark.skipif(not DATA, reason="set LADEPLAN_DATA to the folder with sessions-hamburg/ and others")


def drawn(demand: Demand, use_case: str, *, weeks: int, a_day: int, seed: int) -> pd.DataFrame:
    """Sessions as the demand model draws them, over whole weeks."""
    rng = np.random.default_rng(seed)
    count = rng.poisson(np.tile(weekly_rate(demand, use_case), weeks) * a_day)
    hour = np.repeat(np.arange(len(count)), count)
    stays = stay_h(
        getattr(demand.stay_h, use_case), hour % 24, rng.random(len(hour)), rng.standard_normal(len(hour))
    )  # fmt: skip
    keep = stays < 48
    begin = pd.Timestamp("2024-03-04") + pd.to_timedelta(hour + rng.random(len(hour)), unit="h")
    start = pd.Series(begin)[keep].reset_index(drop=True)
    sessions = pd.DataFrame(index=start.index, columns=SESSIONS.column_names, dtype=float)
    return sessions.assign(
        charger=[f"c{n % 20}" for n in range(len(start))], group="", start=start,
        end=start + pd.to_timedelta(stays[keep], unit="h"),
    )  # fmt: skip


@pytest.fixture(scope="module")
def kerbside(demand: Demand) -> Calibration:
    return calibrate(drawn(demand, "kerbside", weeks=20, a_day=80, seed=5), use_case="kerbside", demand=demand,
                     source="drawn.csv")  # fmt: skip


def test_the_week_is_found_again(kerbside: Calibration, demand: Demand) -> None:
    # 11,000 sessions: four standard errors are 4 x 0.026 of a day factor, 4 x 0.32, 0.75 and 0.85 points of an hour
    factors = np.array(demand.day_factor.kerbside) * 7 / sum(demand.day_factor.kerbside)
    assert kerbside.fitted["day_factor.kerbside"] == pytest.approx(factors, abs=0.105)
    for row, seen, points in zip(
        demand.hour_share.kerbside, kerbside.fitted["hour_share.kerbside"], (1.3, 3.0, 3.4), strict=True
    ):
        assert seen == pytest.approx(np.array(row) * 100 / sum(row), abs=points)


def test_the_stays_are_found_again_in_every_band(kerbside: Calibration) -> None:
    stays = kerbside.fits[kerbside.fits["setting"].str.startswith("stay_h")].set_index("setting")
    assert list(stays.index) == [f"stay_h.kerbside.{band}" for band in ("0-6", "6-11", "11-16", "16-20", "20-24")]
    assert (stays["judged"] == "good, within chance").all()
    assert stays["mean_fitted"].to_numpy() == pytest.approx(stays["mean_seen"].to_numpy(), rel=0.03)
    assert stays["over_8h_fitted"].to_numpy() == pytest.approx(stays["over_8h_seen"].to_numpy(), abs=0.015)
    # the narrow part of the evening, [0.3, 14.341, 0.136]: four standard errors of its median are 1.6 % at n 2,900
    assert kerbside.fitted["stay_h.kerbside"]["16-20"][1][:2] == pytest.approx([0.3, 14.341], rel=0.12)


def test_only_what_was_fitted_is_in_the_values_and_each_has_its_sample(kerbside: Calibration) -> None:
    assert set(kerbside.fitted) == {"day_factor.kerbside", "hour_share.kerbside", "stay_h.kerbside"}
    assert set(kerbside.origin) == set(kerbside.fitted)
    assert "drawn.csv" in kerbside.origin["stay_h.kerbside"]
    assert f"n {kerbside.n:,}, KS 0.0" in kerbside.origin["stay_h.kerbside"]
    assert kerbside.notes == (
        "charge.ac_arrival stays as it is: the file has neither state of charge nor energy",
    )  # fmt: skip


def test_states_of_charge_are_found_again_at_a_hub(demand: Demand) -> None:
    rng = np.random.default_rng(2)
    sessions = drawn(demand, "retail", weeks=10, a_day=60, seed=1)
    arrival = rng.beta(1.7, 3.3, len(sessions))
    sessions["soc_arrival"] = arrival
    sessions["soc_departure"] = arrival + rng.beta(4.0, 2.0, len(sessions)) * (1 - arrival)
    found = calibrate(sessions, use_case="hub", demand=demand, source="drawn.csv")
    # n 4,000: standard error of a and b about 2.5 %, four of them
    assert found.fitted["charge.dc_arrival"] == pytest.approx([1.7, 3.3], rel=0.1)
    assert found.fitted["charge.dc_filled"] == pytest.approx([4.0, 2.0], rel=0.1)
    assert "charge.hub_idle_min" not in found.fitted
    assert any(note.startswith("charge.hub_idle_min stays as it is") for note in found.notes)


def test_the_time_cars_stay_on_at_a_hub_is_what_is_left_of_the_stay(demand: Demand) -> None:
    # a flat stretch by hand: 60 kWh from 10 to 30 % at 100 kW over a curve of 0.99 .. 0.97 is 7.2 to 7.4 minutes
    sessions = drawn(demand, "retail", weeks=4, a_day=20, seed=1).assign(
        soc_arrival=0.1, soc_departure=0.3, battery_kwh=60.0, peak_kw=100.0
    )
    jitter = np.random.default_rng(0).beta(2, 2, len(sessions)) * 0.02
    sessions["soc_arrival"] += jitter
    sessions["soc_departure"] += jitter
    idle = 5.0 * np.exp(0.5 * np.random.default_rng(1).standard_normal(len(sessions)))
    sessions["end"] = sessions["start"] + pd.to_timedelta(7.3 + idle, unit="min")
    found = calibrate(sessions, use_case="hub", demand=demand, source="drawn.csv", point_kw=172.0)
    # 560 sessions: standard error of the median 0.13 min and of sigma 0.015; three of them, and 0.1 min of the curve
    assert found.fitted["charge.hub_idle_min"][0] == pytest.approx(5.0, abs=0.5)
    assert found.fitted["charge.hub_idle_min"][1] == pytest.approx(0.5, abs=0.045)


def test_energy_at_ac_is_tried_and_leaves_the_charge_alone(demand: Demand) -> None:
    sessions = drawn(demand, "kerbside", weeks=4, a_day=30, seed=3).assign(energy_kwh=12.0)
    found = calibrate(sessions, use_case="kerbside", demand=demand, source="drawn.csv")
    assert "charge.ac_arrival" not in found.fitted
    assert any("alone does not fix the state of charge" in note for note in found.notes)


def test_smaller_batteries_that_arrive_emptier_give_nearly_the_same_energies(demand: Demand) -> None:
    # drawn with batteries x 1 and arrival Beta(2.5, 2.5); x 0.8 must want a lower, x 1.25 a higher state of charge
    rng, n = np.random.default_rng(4), 4000
    kind = rng.choice(4, n, p=demand.fleet.share)
    battery = np.array(demand.fleet.battery_kwh)[kind]
    need = battery * demand.charge.ac_target * (1 - rng.beta(2.5, 2.5, n)) / demand.fleet.ac_efficiency
    stays = rng.uniform(1, 12, n)
    energy = np.minimum(need, np.array(demand.fleet.ac_kw)[kind] * stays)
    tried = {factor: (mean, ks) for factor, mean, ks in ac_arrival_tried(stays, energy, demand, 2025, "kerbside")}
    assert tried[1.0][0] == pytest.approx(0.5, abs=0.051)
    assert tried[0.8][0] < tried[1.0][0] < tried[1.25][0]
    assert tried[1.25][0] - tried[0.8][0] >= 0.15
    assert max(ks for _, ks in tried.values()) < 0.08  # as close as the fits to the public sets, "fair" or little worse


def test_thin_bands_are_pooled_across_midnight() -> None:
    bands = ["0-6", "6-11", "11-16", "16-20", "20-24"]
    assert pooled(bands, [100] * 5) == [[band] for band in bands]
    assert pooled(bands, [3, 500, 500, 90, 95]) == [["0-6", "16-20", "20-24"], ["6-11"], ["11-16"]]
    assert pooled(bands, [1, 1, 1, 1, 1]) == [bands]
    assert pooled(["0-24"], [5]) == [["0-24"]]


def test_pooled_bands_share_their_rows_and_are_told(demand: Demand) -> None:
    sessions = drawn(demand, "destination", weeks=4, a_day=60, seed=8)
    found = calibrate(sessions, use_case="destination", demand=demand, source="drawn.csv")
    bands = found.fitted["stay_h.destination"]
    assert bands["0-6"] == bands["20-24"]
    assert "stay_h.destination: 0-6 and 20-24 together, one of them has fewer than 100 sessions" in found.notes
    assert found.said["stay_h.destination", "0-6"].startswith("0-6 and 20-24, n ")


def test_stays_that_no_mixture_fits_are_called_poor(demand: Demand) -> None:
    sessions = drawn(demand, "retail", weeks=10, a_day=60, seed=6)
    hours = np.where(np.arange(len(sessions)) % 4 > 0, 1.0, np.random.default_rng(1).uniform(0.1, 4, len(sessions)))
    sessions["end"] = sessions["start"] + pd.to_timedelta(hours, unit="h")
    found = calibrate(sessions, use_case="retail", demand=demand, source="drawn.csv")
    assert "POOR" in found.said["stay_h.retail", "0-24"]
    assert found.fits.set_index("setting").loc["stay_h.retail.0-24", "ks"] > 0.3  # a step of 75 % fits no density


def test_sessions_that_cannot_speak_for_a_use_case_are_refused_with_all_reasons(demand: Demand) -> None:
    sessions = drawn(demand, "kerbside", weeks=1, a_day=9, seed=1).assign(charger="only")
    sessions["start"] = sessions["start"].dt.normalize()
    with pytest.raises(DataError) as error:
        calibrate(sessions, use_case="kerbside", demand=demand, source="drawn.csv")
    few, one, midnight = error.value.problems
    assert "sessions are too few; give at least 100" in few
    assert "all sessions are from one charger" in one
    assert "all sessions start between 0 and 6 h; look whether date_format" in midnight


@needs_data
@pytest.mark.parametrize(
    ("file", "layout", "use_case", "band", "n", "rows", "ks"),
    [
        ("hamburg/sessions.csv.gz", "hamburg", "kerbside", "0-6", 497,
         [[0.174, 5.297, 1.520], [0.826, 7.739, 0.422]], 0.037),
        ("hamburg/sessions.csv.gz", "hamburg", "kerbside", "6-11", 2576,
         [[0.783, 1.961, 1.092], [0.217, 4.415, 0.492]], 0.018),
        ("hamburg/sessions.csv.gz", "hamburg", "kerbside", "11-16", 3367,
         [[0.828, 2.036, 1.177], [0.172, 2.743, 0.336]], 0.037),
        ("hamburg/sessions.csv.gz", "hamburg", "kerbside", "16-20", 3214,
         [[0.700, 2.031, 1.096], [0.300, 14.341, 0.136]], 0.052),
        ("hamburg/sessions.csv.gz", "hamburg", "kerbside", "20-24", 1266,
         [[0.410, 2.589, 1.472], [0.590, 11.360, 0.221]], 0.029),
        ("hamburg/sessions.csv.gz", "hamburg", "destination", "0-6 and 20-24", 189,
         [[0.582, 2.278, 1.156], [0.418, 12.152, 0.305]], 0.028),
        ("hamburg/sessions.csv.gz", "hamburg", "destination", "11-16", 755,
         [[0.445, 1.405, 1.126], [0.555, 2.096, 0.585]], 0.020),
        ("hamburg/sessions.csv.gz", "hamburg", "destination", "16-20", 540,
         [[0.910, 1.611, 0.824], [0.090, 17.070, 0.271]], 0.046),
        ("perth-kinross/sessions.csv.gz", "perth", "destination", "6-11", 3609,
         [[0.395, 1.800, 1.086], [0.605, 6.337, 0.360]], 0.052),
        ("perth-kinross/sessions.csv.gz", "perth", "destination", "11-16", 4127,
         [[0.283, 0.778, 1.428], [0.717, 2.439, 0.532]], 0.036),
        ("perth-kinross/sessions.csv.gz", "perth", "destination", "16-20", 1736,
         [[0.150, 0.276, 1.123], [0.850, 3.003, 1.022]], 0.082),
        ("perth-kinross/sessions.csv.gz", "perth", "retail", "0-24", 51675,
         [[0.249, 0.390, 1.134], [0.751, 0.466, 0.576]], 0.038),
    ],
)  # fmt: skip
def test_the_shipped_stays_are_found_again_in_the_public_sets(
    file: str, layout: str, use_case: str, band: str, n: int, rows: list[list[float]], ks: float, demand: Demand
) -> None:
    found = public(file, layout, use_case, demand)
    row = found.fits.set_index("setting").loc[f"stay_h.{use_case}.{band}"]
    assert row["n"] == n
    assert row["ks"] == pytest.approx(ks, abs=0.0015)
    seen = found.fitted[f"stay_h.{use_case}"][band.partition(" ")[0]]
    for part, expected in zip(seen, rows, strict=True):
        assert part == pytest.approx(expected, rel=0.015, abs=0.003)  # shipped ones stopped after 600 rounds


@needs_data
def test_the_shipped_laws_of_charge_are_found_again(demand: Demand) -> None:
    found = public("epfl-fast/sessions.csv", "epfl", "hub", demand)
    assert found.fitted["charge.dc_arrival"] == pytest.approx([1.703, 3.312], abs=0.001)
    assert found.fitted["charge.dc_filled"] == pytest.approx([1.713, 0.740], abs=0.001)
    assert found.fitted["charge.hub_idle_min"] == pytest.approx([4.6, 0.80], abs=0.06)
    ks = found.fits.set_index("setting")["ks"]
    assert ks["charge.dc_arrival"] == pytest.approx(0.032, abs=0.001)
    assert ks["charge.dc_filled"] == pytest.approx(0.072, abs=0.001)


@needs_data
def test_the_shipped_week_is_found_again(demand: Demand) -> None:
    found = public("hamburg/sessions.csv.gz", "hamburg", "kerbside", demand)
    assert found.fitted["day_factor.kerbside"] == demand.day_factor.kerbside
    assert found.fitted["hour_share.kerbside"] == demand.hour_share.kerbside


def public(file: str, layout: str, use_case: str, demand: Demand) -> Calibration:
    """The calibration of one use case with one of the public sets."""
    observed = READ(Path(DATA) / f"sessions-{file}", layout)
    chosen = observed.layout.use_cases.get(use_case, Chosen())
    sessions = observed.sessions
    if chosen.groups:
        sessions = sessions[sessions["group"].isin(chosen.groups)]
    if chosen.shorter_than_h:
        sessions = sessions[sessions["end"] - sessions["start"] < pd.Timedelta(hours=chosen.shorter_than_h)]
    return calibrate(
        sessions, use_case=use_case, demand=demand, source=observed.source, point_kw=observed.layout.point_kw
    )  # fmt: skip
