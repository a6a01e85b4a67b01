"""The levels of all ladders as columns, with what they add and cost: what planners without a solver choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.planning.network import Floats, Ints, Network
from sim.planning.problem import Problem


@dataclass(frozen=True, eq=False)
class Rungs:
    """Every level of every ladder as columns, and what connections cost.

    ladder, step, place, site : K
    gain     : K x T, capacity at that level [erlang]
    points_eur, added_kw : K, at that level against no points added
    bay_price : K x T, of the bays taken at that level [units of the objective]
    first    : row of the first level of each ladder
    """

    ladder: Ints
    step: Ints
    place: Ints
    site: Ints
    gain: Floats
    points_eur: Floats
    added_kw: Floats
    added: Ints
    bay_price: Floats
    first: Ints
    low_eur: float
    medium_eur: float
    limit_kw: float

    def at(self, values: NDArray[Any], ladder: Ints, level: Ints) -> NDArray[Any]:
        """Values of rungs (K, or one column of `gain`) at the levels of ladders; 0 where nothing is added."""
        if not len(values):
            return np.zeros(np.shape(level), values.dtype)
        first = np.reshape(self.first[ladder], (-1,) + (1,) * (np.ndim(level) - 1))
        return np.asarray(np.where(level >= 0, values[first + np.maximum(level, 0)], 0))

    def connection_eur(self, kw: Floats, stock_kw: Floats) -> Floats:
        """Connections made by each phase, for the power installed at sites (sites x phases); see `cost.py`. [EUR]"""
        medium = (kw > self.limit_kw) & (stock_kw <= self.limit_kw)[:, None]
        low = np.logical_or.accumulate((kw > 0) & (stock_kw == 0)[:, None] & ~medium, axis=1)
        return np.asarray(self.medium_eur * medium + self.low_eur * low)

    @staticmethod
    def of(problem: Problem, network: Network) -> Rungs:
        rows = [(q, step, a) for q, la in enumerate(network.ladders) for step, a in enumerate(la.added)]
        ladder, step, added = (np.array(c, dtype=np.int64) for c in (zip(*rows, strict=True) if rows else ((), (), ())))
        s = problem.settings
        priced = "connection" in s.rules

        def of_ladder(name: str) -> NDArray[np.float64]:
            return np.array([getattr(la, name) for la in network.ladders], dtype=float)[ladder]

        return Rungs(
            ladder=ladder,
            step=step,
            place=of_ladder("place").astype(np.int64),
            site=of_ladder("site").astype(np.int64),
            gain=np.vstack([la.gain for la in network.ladders]) if rows else np.zeros((0, len(problem.phases))),
            points_eur=of_ladder("point_eur") * added,
            added_kw=of_ladder("power_kw") * added,
            added=added,
            bay_price=of_ladder("bay_price").reshape(-1, len(problem.phases)) * added[:, None],
            first=np.searchsorted(ladder, np.arange(len(network.ladders))),
            low_eur=s.connection_lv_eur if priced else 0.0,
            medium_eur=s.connection_mv_eur if priced else 0.0,
            limit_kw=s.medium_voltage_above_kw,
        )
