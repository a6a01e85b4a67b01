from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from sim.economics.climate import avoided_t, climate_by_year, mix_g_per_kwh
from sim.economics.project import Project
from sim.economics.settings import Economics


def test_the_mix_is_interpolated_and_constant_outside(economics: Economics) -> None:
    # 2027 is half way from 363 (2024) to 150 (2030); 2032 two fifths from 150 to 80 (2035)
    assert mix_g_per_kwh(economics, [2020, 2024, 2027, 2030, 2032, 2050]) == pytest.approx(
        [363, 363, 256.5, 150, 122, 30]
    )


def test_two_sites_avoid_what_was_worked_by_hand(two_sites: Project, round_economics: Economics) -> None:
    # 800 - 300 = 500 g/kWh; 36,500 x 0.4 = 14,600 kWh = 73,000 km = 7.3 t;
    # from 2028 146,000 x 0.4 = 58,400 kWh = 292,000 km = 29.2 t
    table = climate_by_year(two_sites, round_economics)
    assert table["avoided_t"].tolist() == pytest.approx([7.3, 7.3, 29.2, 29.2])
    assert table["enabled_km"].tolist() == pytest.approx([73000, 73000, 292000, 292000])
    # low and high of the additionality, 0.1 and 0.5
    assert table["avoided_low_t"].tolist() == pytest.approx([1.825, 1.825, 7.3, 7.3])
    assert table["avoided_high_t"].tolist() == pytest.approx([9.125, 9.125, 36.5, 36.5])


def test_a_mix_as_dirty_as_what_it_replaces_avoids_nothing(two_sites: Project, round_economics: Economics) -> None:
    same = dataclasses.replace(round_economics, mix_g_per_kwh={2026: 160.0 / 0.2})
    table = climate_by_year(two_sites, same)
    assert table[["avoided_t", "avoided_low_t", "avoided_high_t"]].eq(0).all(axis=None)
    dirtier = dataclasses.replace(round_economics, mix_g_per_kwh={2026: 900.0})
    worse = climate_by_year(two_sites, dirtier)
    assert (worse["avoided_t"] < 0).all()
    assert (worse["avoided_low_t"] < worse["avoided_high_t"]).all()  # low is the smaller number also here


def test_energy_that_replaces_no_combustion_kilometre_avoids_nothing(economics: Economics) -> None:
    assert avoided_t(economics, [1e6], 2030, additionality_share=0.0) == np.array([0.0])


def test_a_cleaner_mix_avoids_more_each_year(two_sites: Project, economics: Economics) -> None:
    table = climate_by_year(two_sites, economics)
    per_kwh = (table["avoided_t"] / table["energy_kwh"]).to_numpy()
    assert (np.diff(per_kwh) > 0).all()
