"""The files of a city bundle: what each column is, its unit, and the values it may take.

A bundle is a folder: `districts.geojson` (EPSG:4326), and where known `cells.csv`, `stations.csv` and `sites.csv`
(EPSG:25832), `limits.csv` with the power that stations may draw by hour of the week, and `bundle.json` with title, edge
length of the cells and credit lines. Districts with residents are enough; what is missing is made by named functions
and marked as synthetic.
"""

from __future__ import annotations

from sim.city.technology import SITE_KINDS
from sim.tables import Column, Table

# Bounds catch wrong units and slips of the pen, they are no statement about cities.
X = Column("x_m", "number", "m", "EPSG:25832 easting")
Y = Column("y_m", "number", "m", "EPSG:25832 northing")

DWELLINGS = ("dwellings_1_2", "dwellings_3_6", "dwellings_7_12", "dwellings_13_plus", "dwellings_other")
LARGER_HOUSES = ("dwellings_7_12", "dwellings_13_plus")
VISIT_WEIGHTS = (
    "visit_weight",
    "visit_weight_destination",
    "visit_weight_work",
    "visit_weight_retail",
    "visit_weight_hub",
)

DISTRICTS = Table(
    "districts",
    ("district_id",),
    (
        Column("district_id", "text", "", "id of the district"),
        Column("name", "text", "", "name of the district"),
        Column("residents", "number", "persons", "people who live there", at_least=0, at_most=2e7),
        Column("area_km2", "number", "km2", "area; that of the polygon if not given", above=0, required=False),
        Column(
            "priority_area", "flag", "", "the council gives it priority; false if not given", required=False
        ),
    ),
)  # fmt: skip

PRESSURE = Column(
    "parking_pressure", "number", "cars/bay", "cars that want a bay in the street for each bay there is; made from "
    "residents if not given", at_least=0, at_most=20, required=False,
)  # fmt: skip

CELLS = Table(
    "cells",
    ("cell_id",),
    (
        Column("cell_id", "text", "", "id of the cell"),
        Column("district_id", "text", "", "district; found by place if not given", required=False),
        X,
        Y,
        Column("residents", "number", "persons", "people who live there", at_least=0, at_most=1e6),
        *(
            Column(name, "number", "dwellings", f"dwellings in houses of {size}", at_least=0, at_most=1e6)
            for name, size in zip(
                DWELLINGS, ("1-2", "3-6", "7-12", "13 or more dwellings", "another kind"), strict=True
            )
        ),
        *(
            Column(name, "number", "-", "attraction of visits, relative", at_least=0, required=False)
            for name in VISIT_WEIGHTS
        ),
        PRESSURE,
    ),
)

STATIONS = Table(
    "stations",
    ("station_id",),
    (
        Column("station_id", "text", "", "id of the station"),
        X,
        Y,
        Column("current", "text", "", "AC or DC", choices=("AC", "DC")),
        Column("power_kw", "number", "kW", "most one point can deliver", above=0, at_most=2000),
        Column("points", "integer", "points", "vehicles that charge at a time", at_least=1, at_most=1000),
        Column(
            "limit_kw",
            "number",
            "kW",
            "power of the station's grid connection; enough for all points if not given",
            above=0,
            at_most=1e6,
            required=False,
        ),
    ),
)

SITES = Table(
    "sites",
    ("site_id",),
    (
        Column("site_id", "text", "", "id of the site"),
        X,
        Y,
        Column("bays", "integer", "bays", "parking bays where points may be built", at_least=1, at_most=1000),
        Column("hosts_dc", "flag", "", "fast charging may stand there; true if not given", required=False),
        Column(
            "limit_kw",
            "number",
            "kW",
            "most the grid can give there, whatever stands there; any power if not given",
            above=0,
            at_most=1e6,
            required=False,
        ),
        Column(
            "kind", "text", "", "what kind of place it is, see Technology.site_kinds; kerb if not given",
            choices=SITE_KINDS, required=False,
        ),
        PRESSURE,
    ),
)  # fmt: skip

LIMITS = Table(
    "limits",
    ("station_id", "from_hour"),
    (
        Column("station_id", "text", "", "id of a station of stations.csv"),
        Column(
            "from_hour",
            "integer",
            "h",
            "hour of the week (0 = Monday 0 h) from which the share holds, until the next "
            "row of the station; the last row of the week holds on into Monday",
            at_least=0,
            at_most=167,
        ),
        Column(
            "limit_share",
            "number",
            "share",
            "of the power of its grid connection that the station may draw",
            at_least=0,
            at_most=1,
        ),
    ),
)
