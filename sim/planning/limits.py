"""Where a plan may build: excluded and forced sites, distances, and the power the grid can take.

The one place that turns those settings and tables into columns. Every planner, the model and its bound ask here; what
a rule does not name, or no data is given for, limits nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.planning.problem import Problem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
KW_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Limits:
    """J sites, H grid areas.

    excluded   : J, nothing may be added
    beside     : J, new and too near a station that stands, so nothing may be added either
    forced     : J, something must be added by the last phase
    apart      : by site, rows of the sites that must not be built together with it
    area       : J, row of the grid areas, -1 where none is known
    headroom_kw, upgrade_kw, upgrade_eur : H
    simultaneous_share : power drawn at once of that installed
    """

    excluded: NDArray[np.bool_]
    beside: NDArray[np.bool_]
    forced: NDArray[np.bool_]
    apart: tuple[Ints, ...]
    area: Ints
    headroom_kw: Floats
    upgrade_kw: Floats
    upgrade_eur: Floats
    simultaneous_share: float

    @property
    def closed(self) -> NDArray[np.bool_]:
        """Sites where nothing may be added, whatever the reason."""
        return self.excluded | self.beside

    def forcing_nothing(self) -> Limits:
        """The same limits for a phase that need not be the last."""
        return replace(self, forced=np.zeros(len(self.forced), bool))

    def upgraded(self, load_kw: Floats) -> NDArray[np.bool_]:
        """Areas (first axis) that need their upgrade for so much added load."""
        return np.asarray(load_kw > np.expand_dims(self.headroom_kw, tuple(range(1, load_kw.ndim))) + KW_TOLERANCE)


def limits_of(problem: Problem) -> Limits:
    """The limits of a problem as columns."""
    settings, sites, rules = problem.settings, problem.sites, problem.settings.rules
    stands = sites.index.isin(problem.stock["site_id"])
    near = _too_near(sites, settings.min_distance_m if "min_distance" in rules else 0.0)
    beside = ~stands & (near & stands).any(axis=1)
    near &= ~stands & ~stands[:, None]
    area, grid = np.full(len(sites), -1), problem.grid
    if "within_grid_capacity" in rules and len(grid):
        row = pd.Series(np.arange(len(grid)), index=grid["area_id"])
        area = sites["grid_area_id"].map(row).fillna(-1).to_numpy(np.int64)
    return Limits(
        excluded=sites.index.isin(settings.excluded_sites if "excluded_sites" in rules else []),
        beside=beside,
        forced=sites.index.isin(settings.forced_sites if "forced_sites" in rules else []),
        apart=tuple(np.flatnonzero(row) for row in near),
        area=area,
        headroom_kw=grid["headroom_kw"].to_numpy(float),
        upgrade_kw=grid["upgrade_kw"].to_numpy(float),
        upgrade_eur=grid["upgrade_eur"].to_numpy(float),
        simultaneous_share=settings.simultaneous_share,
    )


def _too_near(sites: pd.DataFrame, min_distance_m: float) -> NDArray[np.bool_]:
    """Pairs of different sites nearer than that; just as far apart is far enough."""
    if min_distance_m <= 0:
        return np.zeros((len(sites), len(sites)), bool)
    x, y = sites["x_m"].to_numpy(float), sites["y_m"].to_numpy(float)
    near = np.hypot(x[:, None] - x, y[:, None] - y) < min_distance_m
    np.fill_diagonal(near, False)
    return np.asarray(near)
