"""What a simulated plan teaches the planner: how much more or less of a station's capacity an erlang of need takes."""

from __future__ import annotations

import pandas as pd

from sim.city.city import City
from sim.study.need import CLASS_OF
from sim.study.street import PAIR
from sim.study.study import Coupling


def no_correction(city: City) -> pd.DataFrame:
    """Factor 1 for every class and district."""
    every = pd.MultiIndex.from_product([sorted(set(CLASS_OF.values())), city.districts.index], names=PAIR)
    return every.to_frame(index=False).assign(factor=1.0)


def corrected(
    last: pd.DataFrame, *, promise: pd.DataFrame, verdict: pd.DataFrame, need: pd.DataFrame, coupling: Coupling
) -> pd.DataFrame:
    """What the last round taught: where more was served than promised, an erlang of need takes less capacity.

    last : class_name, district_id, factor under which the promise was made

    factor x ((verdict + doubt) / (promise + doubt)) ^ damping, in kWh, by class and district, all phases together,
    within the limits of the settings. `doubt` is a share of the need there, so that a promise of next to nothing
    teaches next to nothing.
    """
    both = last
    for name, table in (("need", need), ("promise", promise), ("verdict", verdict)):
        kwh = table.groupby(PAIR, as_index=False)["energy_kwh"].sum()
        both = both.merge(kwh.rename(columns={"energy_kwh": f"energy_kwh_{name}"}), on=PAIR, how="left")
    doubt, promised, found = (both[f"energy_kwh_{name}"].fillna(0.0) for name in ("need", "promise", "verdict"))
    doubt *= coupling.doubt_share
    known = (promised + doubt > 0) & (found + doubt > 0)
    ratio = ((found + doubt) / (promised + doubt)).where(known, 1.0)
    factor = both["factor"] * ratio**coupling.damping
    both["factor"] = factor.clip(coupling.least_factor, coupling.largest_factor)
    return both[[*PAIR, "factor"]]
