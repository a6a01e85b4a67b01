"""A street with a few stations, typed in: what the network allows there can be worked by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.city.city import City
from sim.simulation.operation import Operation, StayRule
from tests.conftest import read_config

LIMIT_COLUMNS = ["station_id", "from_hour", "limit_share"]


def city_of(*stations: dict[str, Any], limits: list[tuple[str, int, float]] = (), sites: Any = None) -> City:  # type: ignore[assignment]
    """A city of these stations: station_id, site_id, technology, power_kw, points, and limit_kw where given."""
    table = pd.DataFrame(list(stations)).set_index("station_id").assign(x_m=0.0, y_m=0.0, origin="register")
    nothing = pd.DataFrame()
    places = pd.DataFrame(index=pd.Index(table["site_id"].unique(), name="site_id")) if sites is None else sites
    hours = pd.DataFrame(limits, columns=LIMIT_COLUMNS)
    return City("street", "Street", "as_given", nothing, nothing, places, table, None, (), (), hours)


def station(station_id: str, site_id: str, technology: str = "ac_22", points: int = 2, **more: Any) -> dict[str, Any]:
    power_kw = {"ac_22": 22.0, "dc_150": 150.0}[technology]
    return dict(station_id=station_id, site_id=site_id, technology=technology, power_kw=power_kw, points=points, **more)


def operation(**changes: Any) -> Operation:
    """The shipped settings with changes; of a stay rule, a table of the values to change."""
    values = read_config("operation/default")
    for name in ("longest_stay", "blocking_fee"):
        values[name] = StayRule(**{**values[name], **changes.pop(name, {})})
    return Operation(**{**values, **changes})
