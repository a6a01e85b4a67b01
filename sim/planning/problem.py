"""The planning problem as tables: what is needed where, what may be built where, and with what money.

Nothing here knows a solver or a simulator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from sim.city.technology import Technology
from sim.parameter import parameter
from sim.tables import Column, Table

NEED = Table(
    "need",
    ("point_id", "class_name", "phase"),
    (
        Column("point_id", "text", "", "demand point: a cell (walking classes) or a zone within a district (driving)"),
        Column("class_name", "text", "", "demand class: slow (kerbside, destination, work), retail or hub"),
        Column("phase", "integer", "", "building phase", at_least=0),
        Column("district_id", "text", "", "district of the demand point"),
        Column("load_erlang", "number", "erlang", "offered load at its peak over the week", at_least=0),
        Column("requests", "number", "1/week", "expected requests", at_least=0),
        Column("energy_kwh", "number", "kWh/week", "expected energy wanted and possible within the stay", at_least=0),
    ),
)

ARCS = Table(  # may carry `phase` as well: then each phase has arcs of its own, otherwise all phases share them
    "arcs",
    ("point_id", "class_name", "site_id"),
    (
        Column("point_id", "text", "", "demand point of NEED"),
        Column("class_name", "text", "", "demand class of NEED"),
        Column("site_id", "text", "", "site in reach"),
        Column("way_m", "number", "m", "way from the demand point to the site, detours included", at_least=0),
        Column("willing_share", "number", "share", "share of the point's drivers who accept that way", 0, 1),
    ),
)

STOCK = Table(
    "stock",
    ("site_id", "technology"),
    (
        Column("site_id", "text", "", "site of city.sites"),
        Column("technology", "text", "", "name of a technology"),
        Column("points", "integer", "points", "points that stand there", at_least=1),
    ),
)

GRID = Table(
    "grid",
    ("area_id",),
    (
        Column("area_id", "text", "", "area behind one transformer; named by the column grid_area_id of sites"),
        Column("headroom_kw", "number", "kW", "load that may be added as the grid stands", at_least=0),
        Column("upgrade_kw", "number", "kW", "what one upgrade of the transformer adds", at_least=0),
        Column("upgrade_eur", "number", "EUR", "cost of that upgrade", at_least=0),
    ),
)


@dataclass(frozen=True)
class DemandClass:
    """How one class of demand is served: current, and the rule that sizes a station for it."""

    current: str = parameter(
        unit="", meaning="AC or DC points serve it", source="definition", confidence="-", choices=("AC", "DC")
    )  # fmt: skip
    design_blocking: float = parameter(
        unit="share", meaning="accepted share of drivers who find no free point in any design try, peak hour",
        source="assumption", confidence="M", low=0.01, high=0.2, above=0, at_most=0.9,
    )  # fmt: skip
    design_tries: int = parameter(
        unit="stations", meaning="stations a driver tries, for sizing", source="assumption", confidence="M",
        low=1, high=3, at_least=1, at_most=5,
    )  # fmt: skip
    design_wait_share: float = parameter(
        unit="share", meaning="where drivers queue: accepted share who wait longer than design_wait_min, peak hour; "
        "0 = sized by blocking", source="choice", confidence="-", low=0.05, high=0.5, at_least=0, at_most=0.9,
    )  # fmt: skip
    design_wait_min: float = parameter(
        unit="min", meaning="wait in the queue that is still accepted", source="assumption", confidence="M", low=0,
        high=15, at_least=0,
    )  # fmt: skip
    design_stay_min: float = parameter(
        unit="min", meaning="mean stay at a point, for the wait in a queue", source="choice: as behaviour.hub_stay_min",
        confidence="M", low=20, high=45, above=0,
    )  # fmt: skip


@dataclass(frozen=True)
class Reluctance:
    """How reluctantly each limit gives way where limits contradict each other; a euro of the budget counts one euro."""

    bay_eur: float = parameter(
        unit="EUR/bay", meaning="weight of one bay more at a site", source="choice of the council", confidence="-",
        above=0,
    )  # fmt: skip
    kw_eur: float = parameter(
        unit="EUR/kW", meaning="weight of one kW more headroom in a grid area", source="choice of the council",
        confidence="-", above=0,
    )  # fmt: skip
    metre_eur: float = parameter(
        unit="EUR/m", meaning="weight of one metre less between stations", source="choice of the council",
        confidence="-", above=0,
    )  # fmt: skip
    excluded_site_eur: float = parameter(
        unit="EUR/site", meaning="weight of building at an excluded site", source="choice of the council",
        confidence="-", above=0,
    )  # fmt: skip
    forced_site_eur: float = parameter(
        unit="EUR/site", meaning="weight of giving up a forced site", source="choice of the council", confidence="-",
        above=0,
    )  # fmt: skip


@dataclass(frozen=True)
class Planning:
    """Settings of the planner; values in `configs/planning/`.

    classes    : by name of the demand class (NEED), how it is served and sized
    reluctance : which limits give way first where they contradict each other
    """

    classes: dict[str, DemandClass]
    reluctance: Reluctance
    planner: str = parameter(unit="", meaning="name in PLANNERS: milp or greedy", source="choice", confidence="-")
    solver: str = parameter(
        unit="", meaning="highs or cbc; cbc is taken where highs is missing", source="choice", confidence="-",
        choices=("highs", "cbc"),
    )  # fmt: skip
    objective: str = parameter(unit="", meaning="name in OBJECTIVES", source="choice", confidence="-")
    rules: list[str] = parameter(
        unit="", meaning="names in RULES that a plan must keep", source="choice", confidence="-"
    )
    budget_eur: float = parameter(
        unit="EUR", meaning="capital cost of all that is built, over all phases", source="choice", confidence="-",
        at_least=0,
    )  # fmt: skip
    budget_split: dict[int, float] = parameter(
        unit="-", meaning="how the budget is split over phases, by their year; only the ratios of phases planned for "
        "count, none = equal parts", source="choice", confidence="-", at_least=0,
    )  # fmt: skip
    discount_rate: float = parameter(
        unit="1/a", meaning="how much less service and cost count a year later, between phases",
        source="choice: as economics.public_rate", confidence="M", low=0.007, high=0.03, at_least=0, at_most=1,
    )  # fmt: skip
    last_phase_years: float = parameter(
        unit="a", meaning="years that the last of several phases counts for; the others last until the next",
        source="choice", confidence="-", above=0,
    )  # fmt: skip
    technologies: list[str] = parameter(
        unit="", meaning="technologies that may be built", source="choice", confidence="-"
    )
    connection_lv_eur: float = parameter(
        unit="EUR/site", meaning="low-voltage connection of a new site", source="S68", confidence="A",
        low="x 0.7", high="x 1.3", at_least=0,
    )  # fmt: skip
    connection_mv_eur: float = parameter(
        unit="EUR/site", meaning="medium-voltage connection", source="S68", confidence="A", low="x 0.7", high="x 1.3",
        at_least=0,
    )  # fmt: skip
    medium_voltage_above_kw: float = parameter(
        unit="kW", meaning="installed power of a site from which it needs medium voltage",
        source="assumption", confidence="M", low=100, high=300, above=0,
    )  # fmt: skip
    excluded_sites: list[str] = parameter(
        unit="", meaning="sites where nothing may be added", source="choice", confidence="-"
    )
    forced_sites: list[str] = parameter(
        unit="", meaning="sites where something must be added by the last phase", source="choice", confidence="-"
    )
    min_distance_m: float = parameter(
        unit="m", meaning="straight line that a new station keeps to every other one; 0 = none", source="choice",
        confidence="-", at_least=0,
    )  # fmt: skip
    walking_classes: list[str] = parameter(
        unit="", meaning="demand classes whose drivers walk from the point, for the rule mean_way", source="definition",
        confidence="-",
    )  # fmt: skip
    most_mean_way_m: float = parameter(
        unit="m", meaning="longest mean way of those served on foot, under the rule mean_way; 0 = any", source="choice",
        confidence="-", at_least=0,
    )  # fmt: skip
    simultaneous_share: float = parameter(
        unit="share", meaning="power that the points of a grid area draw at once, of what is installed",
        source="assumption", confidence="M", low=0.5, high=1.0, above=0, at_most=1,
    )  # fmt: skip
    equity_floor: float = parameter(
        unit="share", meaning="share of each district's need within reach of a site that should be served",
        source="choice of the council", confidence="-", low=0, high=0.8, at_least=0, at_most=1,
    )  # fmt: skip
    equity_floors: dict[str, float] = parameter(
        unit="share", meaning="floor of single districts, by district_id; the others have equity_floor",
        source="choice of the council", confidence="-", low=0, high=0.8, at_least=0, at_most=1,
    )  # fmt: skip
    priority_floor: float = parameter(
        unit="share", meaning="the same of all priority districts of the city taken together; 0 = none",
        source="choice of the council", confidence="-", low=0, high=0.8, at_least=0, at_most=1,
    )  # fmt: skip
    equity_weight: float = parameter(
        unit="kWh/kWh", meaning="how many kWh served elsewhere one kWh below the floor is worth",
        source="choice of the council", confidence="-", low=0, high=10, at_least=0,
    )  # fmt: skip
    lost_bay_kwh: float = parameter(
        unit="kWh/week per bay", meaning="service that a lost bay must bring where parking is full; in the unit of the "
        "objective; 0 = bays have no price", source="choice of the council; 20 is about a tenth of what an AC point "
        "serves", confidence="M", low=0, high=60, at_least=0,
    )  # fmt: skip
    bays_free_pressure: float = parameter(
        unit="cars/bay", meaning="parking pressure up to which a lost bay hurts nobody", source="assumption: bays are "
        "reckoned full at 85 to 90 %", confidence="M", low=0.7, high=0.9, at_least=0,
    )  # fmt: skip
    bays_full_pressure: float = parameter(
        unit="cars/bay", meaning="parking pressure from which a lost bay has its full price", source="assumption",
        confidence="M", low=1.0, high=1.3, above=0,
    )  # fmt: skip
    search_steps: int = parameter(
        unit="steps", meaning="tries of the ruin-and-recreate search that improves the greedy plan",
        source="choice, measured", confidence="-", at_least=0,
    )  # fmt: skip
    whole_model_columns: int = parameter(
        unit="columns", meaning="size up to which several phases are solved as one program, not only one by one",
        source="choice, measured", confidence="-", at_least=0,
    )  # fmt: skip
    gap: float = parameter(
        unit="share", meaning="proved gap at which a solve may stop", source="choice", confidence="-", above=0,
        at_most=1,
    )  # fmt: skip
    node_limit: int = parameter(
        unit="nodes", meaning="branch-and-bound nodes after which a solve stops", source="choice", confidence="-",
        at_least=1,
    )  # fmt: skip
    root_work: float = parameter(
        unit="columns x rounds", meaning="work on the root node after which a solve that has not branched stops",
        source="choice, measured", confidence="-", above=0,
    )  # fmt: skip
    emergency_s: float = parameter(
        unit="s", meaning="wall-clock limit of one solve; a run that needs it is not reproducible", source="choice",
        confidence="-", above=0,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Problem:
    """All a planner sees; two problems are the same only if they are one object.

    phases       : building phases in order, as years
    need         : NEED
    arcs         : ARCS, only pairs within reach of sites that have or may have the current of the class
    sites        : by `site_id`: district_id, x_m, y_m, bays, origin; where grid areas are given also grid_area_id,
                   where it is known parking_pressure [cars/bay], where not all are kerbs kind (see Technology)
    stock        : STOCK
    technologies : every technology of stock and plan
    correction   : class_name, district_id, factor [-]: one erlang of need of that class and district takes 1 / factor
                   erlang of a station's Erlang capacity; learnt from simulation, 1 at the start
    settings     : Planning
    grid         : GRID, without rows where the grid is not known
    priority     : district_id of the districts that the council gives priority
    open_share   : by name of a technology that closes, share of its Erlang capacity that counts [share]
    settled      : by phase, PLAN of what is built in it: first phases that lie behind, in which nothing else is built
    """

    phases: tuple[int, ...]
    need: pd.DataFrame
    arcs: pd.DataFrame
    sites: pd.DataFrame
    stock: pd.DataFrame
    technologies: Mapping[str, Technology]
    correction: pd.DataFrame
    settings: Planning
    grid: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=GRID.column_names))
    priority: frozenset[str] = frozenset()
    open_share: Mapping[str, float] = field(default_factory=dict)
    settled: Mapping[int, pd.DataFrame] = field(default_factory=dict)

    def settled_points(self) -> dict[tuple[str, str], list[int]]:
        """Points added by each settled phase in all, by site and technology. [points]"""
        points: dict[tuple[str, str], list[int]] = {}
        for t, table in enumerate(self.settled.values()):
            for site, technology, added in table[["site_id", "technology", "points_added"]].itertuples(index=False):
                by_phase = points.setdefault((str(site), str(technology)), [0] * len(self.settled))
                by_phase[t:] = [by_then + int(added) for by_then in by_phase[t:]]
        return points
