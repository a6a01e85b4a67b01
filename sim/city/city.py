"""The city as it is: districts, cells, stations and the sites where stations may stand.

A `City` is read-only data. A plan turns it into a new `City` (`with_plan`); nothing changes in place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd

CRS = "EPSG:25832"


@dataclass(frozen=True)
class City:
    """Tables of one city. Coordinates are metres in EPSG:25832; ids are text.

    districts : by `district_id`: name, residents [persons], area_km2 [km2], priority_area [bool]
    cells     : by `cell_id`: district_id, x_m, y_m (centre), side_m (edge length of the square) [m], residents
                [persons], dwellings_1_2, dwellings_3_6, dwellings_7_12, dwellings_13_plus, dwellings_other [dwellings],
                and where the bundle gives them visit_weight or visit_weight_<use case> [-]
    sites     : by `site_id`, places with bays: district_id, x_m, y_m, bays [bays], origin ("station" = a station of the
                stock stands there, "given" = from the bundle, "synthetic" = proposed by `propose_sites`)
    stations  : by `station_id`, equal charge points sharing one queue: site_id, district_id, x_m, y_m, technology
                (a name in configs/technology), power_kw [kW], points, origin ("register", "synthetic", "plan")
    outlines  : district polygons by `district_id` (None in worker processes, which need no geometry)
    synthetic : one sentence for each table or column that was made by a named function instead of being given
    sources   : credit lines to be shown wherever the data is shown
    """

    name: str
    title: str
    stock: str
    districts: pd.DataFrame
    cells: pd.DataFrame
    sites: pd.DataFrame
    stations: pd.DataFrame
    outlines: gpd.GeoSeries | None
    synthetic: tuple[str, ...]
    sources: tuple[str, ...]
