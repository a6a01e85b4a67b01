"""What is appraised, as tables: what is built, with which technology, and what service it adds.

The tables come from a plan and from simulating the city as it is and with the plan; nothing here knows either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.economics.settings import CURRENTS, Economics
from sim.errors import DataError
from sim.tables import Column, Table

WEEKS_PER_YEAR = 365 / 7
MINUTES = ("walk", "wait")

BUILD = Table(
    "plan",
    ("site_id", "technology", "phase"),
    (
        Column("site_id", "text", "", "site where points are built"),
        Column("technology", "text", "", "name of a technology"),
        Column("phase", "integer", "", "year from whose start the points stand", at_least=1),
        Column("points_added", "integer", "points", "points built", at_least=0),
        Column("points_eur", "number", "EUR", "capital cost of the points", at_least=0),
        Column("connection_eur", "number", "EUR", "capital cost of the grid connection", at_least=0),
    ),
)

TECHNOLOGIES = Table(
    "technologies",
    ("technology",),
    (
        Column("technology", "text", "", "name of a technology"),
        Column("current", "text", "", "AC or DC", choices=CURRENTS),
        Column("power_kw", "number", "kW", "power of one point", above=0),
        Column("opex_eur", "number", "EUR/point/a", "maintenance and backend", at_least=0),
        Column("lifetime_years", "number", "a", "technical lifetime", at_least=1),
    ),
)

SERVICE = Table(
    "service",
    ("year", "use_case", "current"),
    (
        Column("year", "integer", "", "year from which this service holds, until the next year given", at_least=1),
        Column("use_case", "text", "", "kerbside, destination, work, retail or hub"),
        Column("current", "text", "", "current that the use case charges with", choices=CURRENTS),
        Column("energy_kwh_as_is", "number", "kWh/week", "energy delivered by the city as it is", at_least=0),
        Column("energy_kwh_plan", "number", "kWh/week", "energy delivered with the plan, stock included", at_least=0),
        Column("served_as_is", "number", "1/week", "requests served by the city as it is", at_least=0),
        Column("served_plan", "number", "1/week", "requests served with the plan", at_least=0),
        Column("walk_min_as_is", "number", "min", "mean walk of a served request, there and back", at_least=0),
        Column("walk_min_plan", "number", "min", "mean walk of a served request, there and back", at_least=0),
        Column("wait_min_as_is", "number", "min", "mean wait of a served request", at_least=0),
        Column("wait_min_plan", "number", "min", "mean wait of a served request", at_least=0),
    ),
)


@dataclass(frozen=True)
class Project:
    """What is built and what it brings.

    plan         : BUILD, the columns of a plan that cost money; may be empty
    technologies : TECHNOLOGIES, every technology of the plan
    service      : SERVICE, the city as it is and with the plan; minutes may be missing where nothing is served

    Other columns are left out.
    """

    plan: pd.DataFrame
    technologies: pd.DataFrame
    service: pd.DataFrame

    def __post_init__(self) -> None:
        problems = []
        for name, table in dict(plan=BUILD, technologies=TECHNOLOGIES, service=SERVICE).items():
            frame = getattr(self, name)
            clean, found = table.check(_without_idle_minutes(frame) if table is SERVICE else frame, name)
            object.__setattr__(self, name, clean)
            problems += found
        problems = problems or list(_cross_check(self.plan, self.technologies, self.service))
        if problems:
            raise DataError(problems)

    @property
    def first_year(self) -> int:
        """First year of building; without any, the first year of service."""
        return int(self.service["year"].min() if self.plan.empty else self.plan["phase"].min())


def appraised_years(project: Project, economics: Economics) -> range:
    """The calendar years of the appraisal, from the first year of building."""
    first = project.first_year
    problems = []
    if first < economics.base_year:
        problems.append(
            f"economics.base_year ({economics.base_year}) must not be later than the first year of building ({first})"
        )
    last = first + economics.horizon_years - 1
    late = sorted({int(phase) for phase in project.plan["phase"] if phase > last})
    if late:
        problems.append(
            f"economics.horizon_years ({economics.horizon_years}) ends with {last}, before the phases "
            f"{', '.join(map(str, late))}; give more years or leave them out"
        )
    if problems:
        raise DataError(problems)
    return range(first, last + 1)


def yearly_service(project: Project, economics: Economics) -> pd.DataFrame:
    """What the plan changes in each year, by use case; the service given for a year holds until the next one given.

    Columns: year, use_case, current, energy_kwh (added [kWh/a]), kept (requests served either way [1/a]), gained
    (served only with the plan, negative where it serves fewer [1/a]), walk_min_as_is, walk_min_plan, wait_min_as_is,
    wait_min_plan [min]. `energy_factor` scales energy_kwh and gained.
    """
    service, years = project.service, np.array(appraised_years(project, economics))
    given = np.sort(service["year"].to_numpy(int))
    holding = given[np.searchsorted(given, years, side="right") - 1]
    turn, row = np.nonzero(holding[:, None] == service["year"].to_numpy(int))
    table = service.iloc[row].reset_index(drop=True).assign(year=years[turn])
    as_is, plan = table["served_as_is"].to_numpy(float), table["served_plan"].to_numpy(float)
    scale = economics.energy_factor * WEEKS_PER_YEAR
    minutes = [f"{what}_min_{state}" for what in MINUTES for state in ("as_is", "plan")]
    return table[["year", "use_case", "current", *minutes]].assign(
        energy_kwh=scale * (table["energy_kwh_plan"] - table["energy_kwh_as_is"]),
        kept=WEEKS_PER_YEAR * np.minimum(as_is, plan),
        gained=scale * (plan - as_is),
    )


def _without_idle_minutes(service: pd.DataFrame) -> pd.DataFrame:
    """Minutes of requests that nobody made are 0, whatever the mean of nothing came to."""
    pairs = [(f"{what}_min_{state}", f"served_{state}") for what in MINUTES for state in ("as_is", "plan")]
    filled = {
        minutes: service[minutes].mask(service[served] == 0, 0.0)
        for minutes, served in pairs
        if {minutes, served} <= set(service.columns)
    }
    return service.assign(**filled)


def _cross_check(plan: pd.DataFrame, technologies: pd.DataFrame, service: pd.DataFrame) -> Iterator[str]:
    known = set(technologies["technology"])
    for name in sorted(set(plan["technology"]) - known):
        yield f"technologies: {name}: the plan builds it, but it has no row; add one"
    if service.empty:
        yield "service: no row; give the service of at least the first year of building"
        return
    for year in sorted(set(plan["phase"].astype(int)) - set(service["year"].astype(int))):
        yield f"service: {year}: points are built, but no service is given for this year; simulate it"
