"""What a plan is worth: one function each, from NEED to the worth of serving all of each row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.registry import Registry

TIE_BREAK_PER_EUR = 1e-6
"""Worth of one EUR saved, in units of the objective: small enough never to buy less service, see milp/model.py."""

OBJECTIVES: Registry[Callable[[pd.DataFrame], NDArray[np.float64]]] = Registry("planning objective")


@OBJECTIVES.register(unit="kWh/week")
def energy_served(need: pd.DataFrame) -> NDArray[np.float64]:
    """Energy delivered to drivers. [kWh/week]"""
    return np.asarray(need["energy_kwh"], dtype=np.float64)


@OBJECTIVES.register(unit="1/week")
def requests_served(need: pd.DataFrame) -> NDArray[np.float64]:
    """Requests served, whatever energy they want: every driver counts the same. [1/week]"""
    return np.asarray(need["requests"], dtype=np.float64)
