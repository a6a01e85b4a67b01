"""Plans: what to build, what the planner promises of it, and how good it is proved to be."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pandas as pd

from sim.tables import Column, Table

PLAN = Table(
    "plan",
    ("site_id", "technology", "phase"),
    (
        Column("site_id", "text", "", "site where points are built; an id of city.sites"),
        Column("district_id", "text", "", "district of the site"),
        Column("x_m", "number", "m", "EPSG:25832 easting"),
        Column("y_m", "number", "m", "EPSG:25832 northing"),
        Column("technology", "text", "", "name of a technology"),
        Column("phase", "integer", "", "building phase, the year by which the points stand", at_least=0),
        Column("points_before", "integer", "points", "points of this technology that stand there already", at_least=0),
        Column("points_added", "integer", "points", "points to build", at_least=1),
        Column("power_kw", "number", "kW", "power of one point", above=0),
        Column("connection", "text", "", "grid connection to make", choices=("low voltage", "medium voltage", "none")),
        Column("points_eur", "number", "EUR", "capex of the points", at_least=0),
        Column(
            "connection_eur",
            "number",
            "EUR",
            "capex of the connection, at the site's first row of the phase",
            at_least=0,
        ),
        Column("capex_eur", "number", "EUR", "points and connection", at_least=0),
        Column("origin", "text", "", "origin of the site: station, given or synthetic"),
        Column("bays_lost", "number", "bays", "parking bays that cars without a plug lose", at_least=0),
    ),
)

PROMISE = Table(
    "promise",
    ("class_name", "district_id", "phase"),
    (
        Column("class_name", "text", "", "demand class, see NEED"),
        Column("district_id", "text", "", "district where the demand arises"),
        Column("phase", "integer", "", "building phase"),
        Column("requests", "number", "1/week", "requests the planner expects to be served", at_least=0),
        Column("energy_kwh", "number", "kWh/week", "energy the planner expects to be delivered", at_least=0),
    ),
)


UPGRADES = Table(
    "upgrades",
    ("area_id",),
    (
        Column("area_id", "text", "", "grid area whose transformer is upgraded"),
        Column("phase", "integer", "", "building phase that needs it first", at_least=0),
        Column("upgrade_eur", "number", "EUR", "its cost", at_least=0),
    ),
)


def no_upgrades() -> pd.DataFrame:
    """UPGRADES without a row."""
    return pd.DataFrame({c.name: pd.Series(dtype=_DTYPE[c.dtype]) for c in UPGRADES.columns})


_DTYPE = {"text": "str", "integer": "int64", "number": "float64"}


def gap_of(objective: float, bound: float) -> float:
    """What a plan may fall short of the best one. [share of what it is worth]"""
    if bound == objective:
        return 0.0
    return (bound - objective) / abs(objective) if objective else math.inf


@dataclass(frozen=True)
class PhaseCertificate:
    """What one phase of a plan is worth, and the most that it could be.

    objective : its part of the value of the plan: worth served in it, shortfalls and its part of the cost deducted
    bound     : in no plan this phase is worth more (inf where nothing is proved)
    gap       : (bound - objective) / |objective| [share]
    status    : as of the certificate, for this phase alone
    """

    phase: int
    objective: float
    bound: float
    gap: float
    status: str


@dataclass(frozen=True)
class Certificate:
    """How good a plan is proved to be.

    objective    : value of the plan in the planning model
    bound        : no plan of the model is better than this (inf where nothing is proved)
    gap          : (bound - objective) / |objective| [share]
    solver       : name and version, or the heuristic; "phase by phase" where the bound is the sum over single phases
    status       : "optimal" (within the gap asked for), "node limit", "time limit", "heuristic" (no bound), or
                   "given" (an appraised plan that no planner chose)
    reproducible : False when a wall-clock limit ended the solve
    phases       : the same by phase; the objectives add up to that of the plan, the bounds to no less than its bound
    """

    objective: float
    bound: float
    gap: float
    solver: str
    status: str
    reproducible: bool
    phases: tuple[PhaseCertificate, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What to build (PLAN), what it is expected to serve in all, stock included (PROMISE), and its certificate.

    upgrades : UPGRADES, of the grid; without rows where the grid is not known
    """

    table: pd.DataFrame
    promise: pd.DataFrame
    certificate: Certificate
    upgrades: pd.DataFrame = field(default_factory=no_upgrades)

    @property
    def capex_eur(self) -> float:
        """Capital cost of the whole plan. [EUR]"""
        return float(self.table["capex_eur"].sum()) + float(self.upgrades["upgrade_eur"].sum())
