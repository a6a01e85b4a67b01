"""Assemble a planning problem and check it where it enters; inside, planners trust it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from sim.city.technology import Technology
from sim.errors import DataError, did_you_mean
from sim.parameter import bounds_broken
from sim.planning.alike import arc_key
from sim.planning.milp.rules import ESSENTIAL, RULES
from sim.planning.objectives import OBJECTIVES
from sim.planning.phases import spending_limits, split_problems
from sim.planning.planner import PLANNERS
from sim.planning.problem import ARCS, GRID, NEED, STOCK, Planning, Problem
from sim.planning.relaxation import buildable
from sim.tables import Table

CORRECTION_COLUMNS = ("class_name", "district_id", "factor")
SITE_COLUMNS = ("district_id", "x_m", "y_m", "bays", "origin")


def frame_problem(
    *,
    phases: Sequence[int],
    need: pd.DataFrame,
    arcs: pd.DataFrame,
    sites: pd.DataFrame,
    stock: pd.DataFrame,
    technologies: Mapping[str, Technology],
    settings: Planning,
    correction: pd.DataFrame | None = None,
    grid: pd.DataFrame | None = None,
    priority: Collection[str] = (),
    open_share: Mapping[str, float] | None = None,
    settled: Mapping[int, pd.DataFrame] | None = None,
) -> Problem:
    """A checked problem.

    sites      : by `site_id`, as index or column
    correction : None for no correction yet (all factors 1)
    grid       : GRID, named by the column grid_area_id of `sites`; None where the grid is not known
    priority   : district_id of the districts that the council gives priority
    open_share : share of the Erlang capacity that counts of technologies that close at times; None = none does
    settled    : by phase, PLAN of first phases in which nothing else is built; None where all are open

    Raises DataError with everything that does not fit together, and ContradictoryLimits where no plan keeps all limits.
    """
    if sites.index.name != "site_id" and "site_id" in sites.columns:
        sites = sites.set_index("site_id")
    if correction is None:
        correction = pd.DataFrame(
            {
                "class_name": pd.Series(dtype="str"),
                "district_id": pd.Series(dtype="str"),
                "factor": pd.Series(dtype=float),
            }
        )
    if grid is None:
        grid = pd.DataFrame(columns=GRID.column_names)
    problems = list(_settings_problems(settings, technologies))
    if not phases or list(phases) != sorted(set(phases)):
        problems.append(f"phases: {list(phases)} must be years in ascending order")
    problems += split_problems(phases, settings)
    for table, frame in ((NEED, need), (ARCS, arcs), (STOCK, stock), (GRID, grid)):
        problems += _table_problems(table, frame)
    for name, columns, frame in (("sites", SITE_COLUMNS, sites), ("correction", CORRECTION_COLUMNS, correction)):
        missing = [c for c in columns if c not in frame.columns]
        problems += [f"{name}: column {c} is missing" for c in missing]
    if not problems:  # references can only be followed in complete tables
        problems = list(_reference_problems(phases, need, arcs, sites, stock, technologies, settings, grid))
        factor = correction["factor"].to_numpy(float)
        if not (np.isfinite(factor) & (factor > 0)).all():
            problems.append("correction: factor: must be a number above 0")
        if correction.duplicated(["class_name", "district_id"]).any():
            problems.append("correction: a class and district occur twice")
    if problems:
        raise DataError(problems)
    problem = Problem(
        tuple(phases), need.reset_index(drop=True), arcs.reset_index(drop=True), sites, stock.reset_index(drop=True),
        technologies, correction, settings, grid.reset_index(drop=True), frozenset(priority),
        dict(open_share or {}),
        dict(sorted((settled or {}).items())),
    )  # fmt: skip
    problems = list(_settled_problems(problem))
    if problems:
        raise DataError(problems)
    buildable(problem)
    return problem


def _settings_problems(settings: Planning, technologies: Mapping[str, Technology]) -> Iterator[str]:
    yield from bounds_broken(settings, "planning.")
    for kind, names, known in (
        ("planner", [settings.planner], PLANNERS.names()),
        ("objective", [settings.objective], OBJECTIVES.names()),
        ("rules", settings.rules, RULES.names()),
        ("technologies", settings.technologies, list(technologies)),
    ):
        for name in names:
            if name not in known:
                yield f"planning.{kind}: unknown name '{name}'{did_you_mean(name, known)}"
    if not settings.bays_free_pressure < settings.bays_full_pressure:
        yield (
            f"planning.bays_free_pressure ({settings.bays_free_pressure:g}) must be below planning.bays_full_pressure "
            f"({settings.bays_full_pressure:g})"
        )
    for name in ESSENTIAL:
        if name not in settings.rules:
            yield f"planning.rules: {name} is missing; a plan means nothing without it"
    for name, technology in technologies.items():
        if list(technology.sizes) != sorted(set(technology.sizes)):
            yield f"technology {name}: sizes {list(technology.sizes)} must ascend"


def _table_problems(table: Table, frame: pd.DataFrame) -> list[str]:
    missing = [c for c in table.column_names if c not in frame.columns]
    if missing:
        return [f"{table.name}: column {c} is missing" for c in missing]
    problems = []
    twice = frame.duplicated(list(table.key))
    if twice.any() and not (table is ARCS and "phase" in frame.columns):  # arcs by phase are looked at with the rest
        problems.append(f"{table.name}: {'/'.join(map(str, frame.loc[twice, list(table.key)].iloc[0]))} occurs twice")
    for column in table.columns:
        if column.dtype not in ("number", "integer"):
            continue
        values = frame[column.name].to_numpy(float)
        wrong = ~np.isfinite(values)
        for bound, broken in (
            (column.at_least, np.less), (column.at_most, np.greater), (column.above, np.less_equal)
        ):  # fmt: skip
            if bound is not None:
                wrong |= broken(values, bound)
        if wrong.any():
            row = int(np.argmax(wrong))
            name = "/".join(str(frame[key].iloc[row]) for key in table.key)
            problems.append(
                f"{table.name}: {name}: {column.name} ({values[row]:g}) is out of bounds [{column.unit}]; "
                f"{int(wrong.sum())} such rows"
            )
    return problems


def _reference_problems(
    phases: Sequence[int],
    need: pd.DataFrame,
    arcs: pd.DataFrame,
    sites: pd.DataFrame,
    stock: pd.DataFrame,
    technologies: Mapping[str, Technology],
    settings: Planning,
    grid: pd.DataFrame,
) -> Iterator[str]:
    if sites.index.has_duplicates:
        yield f"sites: {sites.index[sites.index.duplicated()][0]} occurs twice"
    if (sites["bays"].to_numpy(float) < 0).any():
        yield "sites: bays: must be 0 or more"
    for where, values, known in (
        ("need: class_name", need["class_name"], settings.classes),
        ("need: phase", need["phase"], phases),
        ("arcs: site_id", arcs["site_id"], set(sites.index)),
        ("stock: site_id", stock["site_id"], set(sites.index)),
        ("stock: technology", stock["technology"], technologies),
        ("planning.excluded_sites", pd.Series(settings.excluded_sites), set(sites.index)),
        ("planning.forced_sites", pd.Series(settings.forced_sites), set(sites.index)),
    ):
        unknown = [value for value in values.unique() if value not in known]
        if unknown:
            yield f"{where}: {unknown[0]} is unknown ({len(unknown)} in all); known are {len(known)}"
    districts = {*need["district_id"], *sites["district_id"]}
    for district in settings.equity_floors:
        if district not in districts:
            yield f"planning.equity_floors: unknown district '{district}'{did_you_mean(district, districts)}"
    if len(grid) and "grid_area_id" not in sites.columns:
        yield "sites: column grid_area_id is missing; a grid needs it to know its sites"
    elif len(grid):
        areas = sites["grid_area_id"].dropna()
        for area in areas[~areas.isin(grid["area_id"])].unique()[:1]:
            yield f"sites: grid_area_id: {area} is no area of the grid; leave it empty where the grid is not known"
    key = arc_key(arcs)
    if arcs.duplicated([*key, "site_id"]).any():
        yield f"arcs: {'/'.join(map(str, arcs.loc[arcs.duplicated([*key, 'site_id']), key].iloc[0]))} occurs twice"
    points = set(need[key].itertuples(index=False, name=None))
    lost = [point for point in arcs[key].itertuples(index=False, name=None) if point not in points]
    if lost:
        yield f"arcs: {lost[0][0]}/{lost[0][1]}: no such demand point in need ({len(lost)} in all)"


def _settled_problems(problem: Problem) -> Iterator[str]:
    """Builds of settled phases that no plan could hold."""
    settings, first = problem.settings, problem.phases[: len(problem.settled)]
    if not problem.settled:
        return
    if tuple(problem.settled) != first or len(first) == len(problem.phases):
        yield f"settled: phases {list(problem.settled)} must be the first of {list(problem.phases)}, not all"
        return
    bays = problem.sites["bays"].sub(problem.stock.groupby("site_id")["points"].sum(), fill_value=0)
    added = dict.fromkeys(problem.sites.index, 0)
    for (site, name), points in problem.settled_points().items():
        if site not in added:
            yield f"settled: {site}: is no site; take the plan of this city"
            continue
        added[site] += points[-1]
        if name not in settings.technologies:
            yield f"settled: {site}: {name} is not among planning.technologies; add it there"
        elif set(points) - {0, *problem.technologies[name].sizes}:
            yield f"settled: {site}: {name}: {points[-1]} points are no size of technology.{name}.sizes; change them"
    for site, more in added.items():
        if more > max(bays[site], 0):
            yield f"settled: {site}: {more} points do not fit into {max(int(bays[site]), 0)} free bays"
    by_then, alone = spending_limits(problem.phases, settings)
    spent = np.cumsum([float(table["capex_eur"].sum()) for table in problem.settled.values()])
    for phase, eur, own, most, most_own in zip(
        problem.settled, spent, np.diff(spent, prepend=0.0), by_then, alone, strict=False
    ):
        if eur > most * (1 + 1e-9) or own > most_own * (1 + 1e-9):
            yield (
                f"settled: what stands by {phase} cost {eur:,.0f} EUR, more than planning.budget_eur and its split "
                f"allow ({min(most, most_own):,.0f} EUR); raise the budget or its part for that phase"
            )
