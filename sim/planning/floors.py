"""Floors on service: the share of the need within reach that a district, or the priority area as a whole, should get.

A floor is elastic: what is missing costs the plan worth, nothing becomes infeasible. The one place that turns the
settings on fairness into columns; every planner, the model, its bound and the appraisal of a plan ask here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.planning.problem import Problem

Floats = NDArray[np.float64]
PRIORITY = "priority_area"
"""Name of the floor of all priority districts together."""


@dataclass(frozen=True, eq=False)
class Floors:
    """F floors over G groups (district x phase).

    name   : F, district_id or PRIORITY
    phase  : F, number of the phase
    member : F x G, 1 where the group counts for the floor, else 0
    worth  : F, worth that should be served, weighted by the phase [units of the objective]
    weight : how much one unit below a floor costs [-]
    """

    name: tuple[str, ...]
    phase: NDArray[np.int64]
    member: Floats
    worth: Floats
    weight: float

    def short(self, group_served: Floats) -> Floats:
        """Worth by which each floor is missed. [units of the objective]"""
        return np.maximum(self.worth - self.member @ group_served, 0.0)

    def prices(self, group_served: Floats, tolerance: float) -> Floats:
        """What one more unit of worth served in each group counts: 1, and more in groups of floors that are missed."""
        missed = self.member @ group_served < self.worth - tolerance
        return np.asarray(1.0 + self.weight * (missed @ self.member))

    def of_phase(self, t: int, groups: NDArray[np.bool_]) -> Floors:
        """The floors of one phase, over the groups of it (flags)."""
        kept = self.phase == t
        return Floors(
            name=tuple(name for name, here in zip(self.name, kept, strict=True) if here),
            phase=np.zeros(int(kept.sum()), np.int64),
            member=self.member[kept][:, groups],
            worth=self.worth[kept],
            weight=self.weight,
        )


def floors_of(problem: Problem, groups: Sequence[tuple[str, int]], group_reach: Floats) -> Floors:
    """The floors of a problem; those that ask for nothing are left out.

    groups, group_reach : district and number of the phase, and worth of their need within reach, see `Network`
    """
    names, phases, members, worths = [], [], [], []
    for name, t, share, member in _asked(problem, groups):
        worth = share * float(member @ group_reach)
        if worth > 0:
            names.append(name)
            phases.append(t)
            members.append(member)
            worths.append(worth)
    return Floors(
        name=tuple(names),
        phase=np.array(phases, np.int64),
        member=np.array(members, float).reshape(len(names), len(groups)),
        worth=np.array(worths, float),
        weight=problem.settings.equity_weight,
    )


def _asked(problem: Problem, groups: Sequence[tuple[str, int]]) -> Iterator[tuple[str, int, float, Floats]]:
    """Every floor of the rules that are listed: name, number of the phase, share, groups that count."""
    settings = problem.settings
    if "equity_floor" in settings.rules:
        for g, (district, t) in enumerate(groups):
            yield district, t, settings.equity_floors.get(district, settings.equity_floor), np.eye(len(groups))[g]
    if "priority_floor" in settings.rules:
        for t in range(len(problem.phases)):
            member = [float(s == t and district in problem.priority) for district, s in groups]
            yield PRIORITY, t, settings.priority_floor, np.array(member)
