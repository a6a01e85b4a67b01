"""The four public sets, where the folder LADEPLAN_DATA holds them: rows read, dropped and kept as their papers say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim.importers.sessions import read_observed

DATA = os.environ.get("LADEPLAN_DATA", "")
pytestmark = pytest.mark.skipif(not DATA, reason="set LADEPLAN_DATA to the folder with sessions-hamburg/ and others")

PERTH = "sessions-perth-kinross"


@pytest.mark.parametrize(
    ("file", "layout", "read", "kept"),
    [
        ("sessions-hamburg/sessions.csv.gz", "hamburg", 17_521, 15_084),
        ("sessions-epfl-fast/sessions.csv", "epfl", 1_878, 1_878),
        (f"{PERTH}/sessions.csv.gz", "perth", 66_664, 62_003),
        ("sessions-trondheim-residential/sessions.csv.gz", "trondheim", 6_878, 6_630),
        (f"{PERTH}/raw_head_EV_ChargeStation_Use_Sept_2016_to_Aug_2017.csv", "perth_2016", 200, 193),
        (f"{PERTH}/raw_head_EVChargeStationUseSept2017toAug2018.csv", "perth_2017", 200, 179),
        (f"{PERTH}/raw_head_EVChargeStationUseSept2018toAug2019.csv", "perth_2017", 200, 190),
    ],
)
def test_rows_of_the_public_sets(file: str, layout: str, read: int, kept: int) -> None:
    observed = read_observed(Path(DATA) / file, layout)
    assert (observed.rows_read, len(observed.sessions)) == (read, kept)
    assert observed.rows_read - sum(step.dropped for step in observed.steps) == kept


def test_the_rows_of_perth_as_published_are_those_of_the_prepared_file() -> None:
    prepared = read_observed(Path(DATA) / PERTH / "sessions.csv.gz", "perth").sessions
    raw = read_observed(
        Path(DATA) / PERTH / "raw_head_EVChargeStationUseSept2018toAug2019.csv", "perth_2017"
    ).sessions  # fmt: skip
    key = ["charger", "start", "end", "energy_kwh", "group"]
    both = raw[key].merge(prepared[key].drop_duplicates(), on=key, how="inner")
    assert len(both) == len(raw)
