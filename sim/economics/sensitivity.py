"""How sure is it? Each assumption at the low and the high end of its plausible range, one at a time."""

from __future__ import annotations

import math

import pandas as pd

from sim.economics.break_even import levers, sides_of
from sim.economics.items import draw_up
from sim.economics.project import Project
from sim.economics.settings import Economics, plausible_range


def sensitivity(project: Project, economics: Economics, *, view: str) -> pd.DataFrame:
    """Value and ratio of a plan with each assumption at its low and high, all else unchanged; the widest first.

    Columns: parameter, low, high (ends of its range), npv_low_eur, npv_high_eur [EUR], ratio_low, ratio_high (with the
    parameter at that end [-]), swing_eur (how far apart the two values are [EUR]). Assumptions without a range, and
    those that do not move this view, are left out. The ends together are no interval of confidence.
    """
    rows, schedule = [], draw_up(project, economics)
    for name in levers(economics):
        low, high = plausible_range(economics, name)
        if math.isnan(low) or math.isnan(high):
            continue
        (spent_low, gained_low), (spent_high, gained_high) = map(
            sides_of(project, economics, view, name, schedule), (low, high)
        )
        npv_low, npv_high = gained_low - spent_low, gained_high - spent_high
        ratios = (_ratio(gained_low, spent_low), _ratio(gained_high, spent_high))
        if npv_low != npv_high:
            rows.append((name, low, high, npv_low, npv_high, *ratios, abs(npv_high - npv_low)))
    columns = [
        "parameter", "low", "high", "npv_low_eur", "npv_high_eur", "ratio_low", "ratio_high", "swing_eur",
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("swing_eur", ascending=False, kind="stable", ignore_index=True)


def _ratio(gained: float, spent: float) -> float:
    return gained / spent if spent > 0 else math.nan
