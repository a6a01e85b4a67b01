"""Committed figures of real sessions: they hang together, and are those of the sessions where these are at hand."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.validity.observed import FOLDER, OBSERVED, PERCENT, quantile_row, read_observed


@pytest.fixture(scope="session")
def raw_data() -> Path:
    folder = os.environ.get("LADEPLAN_DATA")
    if not folder:
        pytest.skip("LADEPLAN_DATA names no folder with the sessions; the committed figures are used unchecked")
    return Path(folder)


@pytest.mark.parametrize("name", OBSERVED.names())
def test_committed_figures_are_those_of_the_sessions(raw_data: Path, name: str):
    computed = OBSERVED[name](raw_data)
    pd.testing.assert_frame_equal(read_observed(name), computed, check_dtype=False, atol=1e-5, rtol=0)


def test_every_committed_file_is_a_table_and_is_in_the_sources():
    files = {path.stem for path in FOLDER.glob("*.csv")}
    assert files == set(OBSERVED.names())
    sources = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    assert [name for name in OBSERVED if f"| {name}.csv |" not in sources] == []
    assert "dl-de/by-2-0" in sources and "Open Government Licence 3.0" in sources


def test_hamburg_is_389_sites_and_its_figures_agree_with_each_other():
    figures = read_observed("hamburg_figures").set_index("name")["value"]
    hours, loads = read_observed("hamburg_hours"), read_observed("hamburg_site_loads")
    assert figures[["busy_0", "busy_1", "busy_2"]].sum() == pytest.approx(1, abs=2e-5)
    occupied = figures["busy_1"] / 2 + figures["busy_2"]
    assert figures["occupied"] == pytest.approx(occupied, abs=2e-5)
    assert hours["occupied_share"].mean() == pytest.approx(occupied, abs=2e-5)
    assert loads["sites"].sum() == figures.filter(like="sites ").sum() == 389
    plug_ins = hours[["plug_ins_kerbside", "plug_ins_destination"]].sum().sum()
    assert (loads["plug_ins"] * loads["sites"]).sum() == plug_ins
    assert figures["sessions_per_point_day"] == pytest.approx(plug_ins / (778 * 21), abs=1e-5)


def test_hamburg_is_near_the_figures_of_the_domain_research():
    """Computed there with another window: 0.664 / 0.262 / 0.074, 20.2 % occupied, 0.90 plug-ins, Gini 0.33."""
    figures = read_observed("hamburg_figures").set_index("name")["value"]
    assert figures[["busy_0", "busy_1", "busy_2"]].tolist() == pytest.approx([0.664, 0.262, 0.074], abs=0.006)
    assert figures["occupied"] == pytest.approx(0.202, abs=0.002)
    assert figures["sessions_per_point_day"] == pytest.approx(0.90, abs=0.01)
    assert figures["gini"] == pytest.approx(0.33, abs=0.01)


def test_quantiles_keep_number_mean_and_percentiles_only():
    row = quantile_row("stay", "all", np.arange(101.0))
    assert row["n"] == 101 and row["mean"] == 50
    assert [row[f"p{p}"] for p in PERCENT] == pytest.approx(list(range(1, 100)))
