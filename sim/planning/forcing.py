"""What it takes to build at every forced site, and which limits have to give way for that.

Only forced sites oblige a plan to anything: without them nothing at all may be built, which keeps every limit. So
whether limits contradict each other is decided at the forced sites alone, each with the smallest station that may be
built there: a larger one, or a second technology, needs more of everything.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.city.technology import KERB
from sim.planning.cost import connection_eur
from sim.planning.limits import KW_TOLERANCE, Limits, limits_of
from sim.planning.phases import spending_limits
from sim.planning.problem import Problem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Way:
    """The smallest station of one technology at a forced site.

    kw         : power that its grid area carries at once [kW]
    eur        : points and connection [EUR]
    bays_short : bays that the site lacks for it [bays]
    """

    technology: str
    points: int
    kw: float
    eur: float
    bays_short: int


@dataclass(frozen=True, eq=False)
class Forcing:
    """F forced sites, in the order of `problem.sites`.

    row       : F, row of `problem.sites`
    ids       : F
    ways      : by site, what may be built; empty where no technology may
    bays      : F, bays of the site
    station_m : F, distance to the nearest station that stands; inf where none has to be kept [m]
    between_m : F x F, distance to the other forced sites; inf where none has to be kept [m]
    open_phases : numbers of the phases in which may be built
    settled_eur, settled_kw : T [EUR], H x T [kW], what settled phases spend, and what grid areas carry for them

    Forced sites where a settled phase builds already oblige to nothing and are left out.
    """

    problem: Problem
    limits: Limits
    row: Ints
    ids: tuple[str, ...]
    ways: tuple[tuple[Way, ...], ...]
    bays: Ints
    station_m: Floats
    between_m: Floats
    open_phases: range
    settled_eur: Floats
    settled_kw: Floats

    @property
    def area(self) -> Ints:
        """Row of the grid areas of each forced site, -1 where none is known."""
        return self.limits.area[self.row]


@dataclass(frozen=True)
class Choice:
    """One way to force: (number of the way, number of the phase) by site, None where it is given up; areas upgraded."""

    built: tuple[tuple[int, int] | None, ...]
    upgraded: frozenset[int]


@dataclass(frozen=True)
class Change:
    """One limit that gives way.

    rule   : rule of the planner
    where  : site, pair of sites or grid area; "" for a limit of the whole city
    now, needed : the limit, in `unit`; of a list 1 = named in it, 0 = not
    weight : how reluctantly it gives way so far, `planning.reluctance` [EUR]
    """

    rule: str
    where: str
    now: float
    needed: float
    unit: str
    weight: float


def forcing_of(problem: Problem) -> Forcing:
    """The forced sites of a problem with what may be built there."""
    limits, settings, sites = limits_of(problem), problem.settings, problem.sites
    settled = list(problem.settled.values())
    done = sites.index.isin([site for table in settled for site in table["site_id"]])
    row = np.flatnonzero(limits.forced & ~done)
    kinds = sites["kind"].tolist() if "kind" in sites else [KERB] * len(sites)
    ids = tuple(str(site) for site in sites.index[row])
    standing: dict[str, list[tuple[float, int]]] = {}
    for name, technology, points in problem.stock[["site_id", "technology", "points"]].itertuples(index=False):
        standing.setdefault(str(name), []).append((problem.technologies[technology].power_kw, int(points)))
    ways = []
    for j, site, bays in zip(row.tolist(), ids, sites["bays"].iloc[row].tolist(), strict=True):
        stock_kw = sum(kw * n for kw, n in standing.get(site, []))
        taken = sum(n for _, n in standing.get(site, []))
        here = []
        for name in settings.technologies:
            technology = problem.technologies[name]
            if kinds[j] not in technology.site_kinds:
                continue
            points = technology.sizes[0]
            installed_kw = technology.power_kw * points
            eur = technology.capex_eur * points + connection_eur(stock_kw, stock_kw + installed_kw, settings)[1]
            kw = settings.simultaneous_share * installed_kw
            here.append(Way(name, points, kw, eur, max(taken + points - int(bays), 0)))
        ways.append(tuple(here))
    x, y = sites["x_m"].to_numpy(float), sites["y_m"].to_numpy(float)
    away = np.hypot(x[row][:, None] - x, y[row][:, None] - y)
    stands = sites.index.isin(problem.stock["site_id"]) | done
    kept = "min_distance" in settings.rules
    new = ~stands[row] & kept
    between = np.where(new[:, None] & new, away[:, row], np.inf)
    np.fill_diagonal(between, np.inf)
    station = np.where(new, np.where(stands, away, np.inf).min(axis=1, initial=np.inf), np.inf)
    phases = range(len(problem.phases))
    spent, carried = np.zeros(len(phases)), np.zeros((len(limits.headroom_kw), len(phases)))
    power_kw = {name: technology.power_kw for name, technology in problem.technologies.items()}
    for t, table in enumerate(settled):
        spent[t] = table["capex_eur"].sum()
        area = limits.area[sites.index.get_indexer(table["site_id"])]
        for h, load in zip(
            area.tolist(), (table["points_added"] * table["technology"].map(power_kw)).tolist(), strict=True
        ):
            if h >= 0:
                carried[h, t:] += settings.simultaneous_share * load
    return Forcing(
        problem, limits, row, ids, tuple(ways), sites["bays"].to_numpy(np.int64)[row], station, between,
        phases[len(settled) :], spent, carried,
    )  # fmt: skip


def changes_of(forcing: Forcing, choice: Choice) -> list[Change]:
    """What has to give way for a choice; empty where it keeps every limit."""
    s, limits = forcing.problem.settings, forcing.limits
    weights = s.reluctance
    changes = []
    for f, (site, built) in enumerate(zip(forcing.ids, choice.built, strict=True)):
        if built is None:
            changes.append(Change("forced_sites", site, 1, 0, "", weights.forced_site_eur))
            continue
        if limits.excluded[forcing.row[f]]:
            changes.append(Change("excluded_sites", site, 1, 0, "", weights.excluded_site_eur))
        if short := forcing.ways[f][built[0]].bays_short:
            bays = int(forcing.bays[f])
            changes.append(Change("within_bays", site, bays, bays + short, "bays", weights.bay_eur * short))
    changes += _distance(forcing, choice)
    spent, grid = _grid(forcing, choice)
    return [*changes, *grid, *_budget(forcing, choice, spent)]


def _distance(forcing: Forcing, choice: Choice) -> Iterator[Change]:
    """The one distance of the city, lowered to that of the nearest two that are built."""
    now = forcing.problem.settings.min_distance_m
    built = [f for f, way in enumerate(choice.built) if way is not None]
    pairs = [(float(forcing.station_m[f]), forcing.ids[f]) for f in built]
    pairs += [
        (float(forcing.between_m[f, g]), f"{forcing.ids[f]} and {forcing.ids[g]}")
        for f in built
        for g in built
        if f < g
    ]
    nearest, where = min(pairs, default=(math.inf, ""))
    if nearest < now:
        needed = math.floor(nearest * 10.0) / 10.0  # rounded, yet low enough
        weight = forcing.problem.settings.reluctance.metre_eur * (now - needed)
        yield Change("min_distance", where, now, needed, "m", weight)


def _grid(forcing: Forcing, choice: Choice) -> tuple[Floats, list[Change]]:
    """Cost of upgrades by phase, and headroom that is missing although areas are upgraded as chosen."""
    limits, phases = forcing.limits, len(forcing.problem.phases)
    load_kw, spent = forcing.settled_kw.copy(), np.zeros(phases)
    for f, built in enumerate(choice.built):
        if built is not None and forcing.area[f] >= 0:
            load_kw[forcing.area[f], built[1] :] += forcing.ways[f][built[0]].kw
    changes = []
    for h in np.flatnonzero(limits.upgraded(load_kw[:, -1])).tolist():
        headroom = float(limits.headroom_kw[h])
        upgrade_kw = float(limits.upgrade_kw[h]) if h in choice.upgraded else 0.0
        missing = float(load_kw[h, -1]) - headroom - upgrade_kw
        if missing > KW_TOLERANCE:
            missing = math.ceil(missing * 10.0 - KW_TOLERANCE) / 10.0
            name, weight = str(forcing.problem.grid["area_id"].iloc[h]), forcing.problem.settings.reluctance.kw_eur
            headroom += missing
            changes.append(Change("within_grid_capacity", name, headroom - missing, headroom, "kW", weight * missing))
        over = load_kw[h] > headroom + KW_TOLERANCE
        if over.any():
            spent[int(over.argmax())] += float(limits.upgrade_eur[h])
    return spent, changes


def _budget(forcing: Forcing, choice: Choice, spent: Floats) -> Iterator[Change]:
    """The budget of the whole horizon, raised until every phase can pay what is built in it. [EUR]

    spent : for upgrades, by phase
    """
    s, phases = forcing.problem.settings, forcing.problem.phases
    spent = spent + forcing.settled_eur
    for f, built in enumerate(choice.built):
        if built is not None:
            spent[built[1]] += forcing.ways[f][built[0]].eur

    def paid(budget_eur: float) -> bool:
        by_then, alone = spending_limits(phases, replace(s, budget_eur=budget_eur))
        return bool((spent.cumsum() <= by_then).all() and (spent <= alone).all())

    if paid(s.budget_eur):
        return
    by_then, alone = spending_limits(phases, replace(s, budget_eur=1.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = float(np.nanmax([spent.cumsum() / by_then, spent / alone]))
    if math.isfinite(needed):
        needed = math.ceil(needed - 1e-6)
        while not paid(needed):  # parts of a budget are no round numbers
            needed += 1
    rule = "within_budget" if "within_budget" in s.rules else "no_carry_over"
    yield Change(rule, "", s.budget_eur, needed, "EUR", needed - s.budget_eur)
