"""CO2 that a plan avoids, year by year.

Only kilometres that would have been driven with a combustion car count (`additionality_share`); energy that moves from
one charge point to another changes nothing. Tailpipe and generation are counted; making cars, batteries, fuel and
charge points is not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from sim.economics.project import Project, appraised_years, yearly_service
from sim.economics.settings import Economics, plausible_range

G_PER_T = 1e6


def mix_g_per_kwh(economics: Economics, year: ArrayLike) -> NDArray[np.float64]:
    """CO2 of the grid mix in a year, interpolated between the years given and constant outside. [g/kWh]"""
    given = sorted(economics.mix_g_per_kwh)
    return np.asarray(np.interp(np.asarray(year, float), given, [economics.mix_g_per_kwh[y] for y in given]))


def avoided_t(
    economics: Economics, energy_kwh: ArrayLike, year: ArrayLike, *, additionality_share: float
) -> NDArray[np.float64]:
    """Tonnes of CO2 avoided by energy added: share x kWh x (car [g/km] / [kWh/km] - mix [g/kWh]) / 1e6. [t]

    Zero where the mix equals what it replaces; negative where it is dirtier.
    """
    replaced_g_per_kwh = economics.replaced_car_g_per_km / economics.kwh_per_km
    saved_g_per_kwh = replaced_g_per_kwh - mix_g_per_kwh(economics, year)
    return np.asarray(additionality_share * np.asarray(energy_kwh, float) * saved_g_per_kwh / G_PER_T)


def climate_by_year(project: Project, economics: Economics) -> pd.DataFrame:
    """CO2 avoided in each appraised year; one row a year.

    Columns: year, energy_kwh (added by the plan [kWh/a]), enabled_km (combustion kilometres replaced [km/a]),
    mix_g_per_kwh, avoided_t, avoided_low_t, avoided_high_t [t/a], the last two with the low and high of
    `additionality_share`.
    """
    energy = yearly_service(project, economics).groupby("year")["energy_kwh"].sum()
    year = np.array(appraised_years(project, economics))
    energy_kwh = energy.reindex(year, fill_value=0.0).to_numpy(float)
    share = economics.additionality_share
    low, high = plausible_range(economics, "additionality_share")

    def tonnes(share: float) -> NDArray[np.float64]:
        return avoided_t(economics, energy_kwh, year, additionality_share=share)

    ends = np.sort([tonnes(low), tonnes(high)], axis=0)
    return pd.DataFrame(
        dict(
            year=year,
            energy_kwh=energy_kwh,
            enabled_km=share * energy_kwh / economics.kwh_per_km,
            mix_g_per_kwh=mix_g_per_kwh(economics, year),
            avoided_t=tonnes(share),
            avoided_low_t=ends[0],
            avoided_high_t=ends[1],
        )
    )
