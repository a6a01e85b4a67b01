"""One price of charging: what drivers see at each technology, and the mean by current that revenue counts.

The mean (`economics.tariff_gross_eur_per_kwh`) is at home in the settings of money, and technologies follow it unless
they are given prices of their own. Then the mean must be one that drivers can pay on average, and the study says at
its end what they paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isclose

import numpy as np
import pandas as pd

from sim.city.technology import HOURS, Technology
from sim.economics.settings import Economics

TOLERATED = 0.05  # of the mean price that revenue counts, up and down


def price_problems(technologies: Mapping[str, Technology], economics: Economics) -> Iterator[str]:
    """Prices by the hour of the wrong length, and mean prices that none of the technologies lead to."""
    wrong = [name for name, t in technologies.items() if len(t.tariff_hour_factor) not in (0, HOURS)]
    for name in wrong:
        yield (
            f"technology.{name}.tariff_hour_factor: {len(technologies[name].tariff_hour_factor)} values; give {HOURS}, "
            "for 0 to 23 h, or none for the same price all day"
        )
    for current, mean in economics.tariff_gross_eur_per_kwh.items():
        prices = {name: t.mean_price_eur_per_kwh for name, t in technologies.items() if t.current == current}
        if not prices or set(prices) & set(wrong):
            continue
        low, high = min(prices.values()), max(prices.values())
        if not (low <= mean <= high or isclose(mean, low) or isclose(mean, high)):
            listed = ", ".join(f"{name} {price:.4g}" for name, price in prices.items())
            yield (
                f"economics.tariff_gross_eur_per_kwh.{current} ({mean:g}) must lie among the mean prices of the "
                f"{current} technologies ({listed}); revenue counts it as the mean of what drivers pay, so change it "
                "or one of them"
            )


def price_checks(stations: pd.DataFrame, technologies: Mapping[str, Technology], economics: Economics) -> pd.DataFrame:
    """What drivers pay on average in the planned network, against the mean that revenue counts; checks, one a current.

    Only currents whose technologies differ in price. Energy is weighted with the price of its technology, taken as sold
    evenly over the hours of the day.

    stations : of a result: technology, points, kwh_per_point_day
    """
    rows = []
    for current, mean in economics.tariff_gross_eur_per_kwh.items():
        prices = {name: t.mean_price_eur_per_kwh for name, t in technologies.items() if t.current == current}
        mine = stations[stations["technology"].isin(list(prices))]
        kwh = (mine["points"] * mine["kwh_per_point_day"]).to_numpy(float)
        if all(price == mean for price in prices.values()) or not kwh.sum() > 0:
            continue
        paid = float(kwh @ mine["technology"].map(prices).to_numpy(float) / kwh.sum())
        note = (
            f"revenue counts {mean:g}; if drivers pay another price on average, set "
            f"economics.tariff_gross_eur_per_kwh.{current} to it"
        )
        low, high = mean * (1 - TOLERATED), mean * (1 + TOLERATED)
        rows.append((f"mean price paid, {current}", paid, "EUR/kWh", low, high, bool(low <= paid <= high), note))
    table = pd.DataFrame(rows, columns=["check", "value", "unit", "low", "high", "passed", "note"])
    return table.astype({"value": np.float64, "low": np.float64, "high": np.float64, "passed": bool})
