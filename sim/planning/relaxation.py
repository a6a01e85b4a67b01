"""When limits contradict each other: the least that has to give way, in words a council can act on.

An elastic filter: every limit that forced sites may break gets a slack with a weight (`planning.reluctance`), and the
program with the least weight in all names the limits that give way and by how much. Source: Chinneck, Feasibility and
infeasibility in optimization, 2008, chapter 6.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from sim.errors import DataError
from sim.planning.forcing import Change, Choice, Forcing, changes_of, forcing_of
from sim.planning.problem import Problem

TIE_BREAK = 1e-6  # among choices that ask for the same, the cheaper one; weight of one EUR that is spent


@dataclass(frozen=True)
class Relaxation:
    """The least that has to give way, and what can then be built at the forced sites.

    changes : empty where the limits do not contradict each other
    builds  : by forced site that is not given up: technology, points and number of the phase
    proof   : the solver that proved that no other changes weigh less; "" where none did
    """

    changes: tuple[Change, ...]
    builds: dict[str, tuple[str, int, int]]
    proof: str

    @property
    def weight(self) -> float:
        """Reluctance in all. [EUR]"""
        return sum(change.weight for change in self.changes)


class ContradictoryLimits(DataError):
    """No plan keeps all limits; says which have to give way.

    relaxation : see `Relaxation`
    """

    def __init__(self, relaxation: Relaxation, forced: list[str]):
        self.relaxation, self.forced = relaxation, forced
        super().__init__(in_words(relaxation, forced))

    def __reduce__(self) -> tuple[type[ContradictoryLimits], tuple[Relaxation, list[str]]]:  # type: ignore[override]
        return ContradictoryLimits, (self.relaxation, self.forced)


def buildable(problem: Problem) -> dict[str, tuple[str, int, int]]:
    """By forced site what can be built there, all together: technology, points and number of the phase.

    Raises ContradictoryLimits where no plan keeps to the forced sites.
    """
    relaxation = least_relaxation(problem)
    if relaxation.changes:
        raise ContradictoryLimits(relaxation, list(problem.settings.forced_sites))
    return relaxation.builds


def least_relaxation(problem: Problem) -> Relaxation:
    """The changes of least weight that let something be built at every forced site.

    By a program with elastic limits. Without a solver, and where nothing has to give way, by improving a choice site
    by site: what it finds always suffices, but less might.
    """
    forcing = forcing_of(problem)
    choice, proof = _site_by_site(forcing), "nothing to prove"
    if changes_of(forcing, choice):
        from sim.planning.milp.elastic import NoProof, least_choice

        try:
            choice, proof = least_choice(forcing)
        except NoProof:
            proof = ""
    builds = {}
    for site, ways, built in zip(forcing.ids, forcing.ways, choice.built, strict=True):
        if built is not None:
            builds[site] = ways[built[0]].technology, ways[built[0]].points, built[1]
    return Relaxation(tuple(changes_of(forcing, choice)), builds, proof)


def weight_of(forcing: Forcing, choice: Choice) -> float:
    """Reluctance of a choice, and what it costs as a tie-break. [EUR]"""
    cost = sum(ways[built[0]].eur for ways, built in zip(forcing.ways, choice.built, strict=True) if built)
    cost += sum(float(forcing.limits.upgrade_eur[h]) for h in choice.upgraded)
    return sum(change.weight for change in changes_of(forcing, choice)) + TIE_BREAK * cost


def _site_by_site(forcing: Forcing) -> Choice:
    """A choice that no other way at one single site, or upgrade of one single area, improves."""
    areas = sorted(set(forcing.area.tolist()) - {-1})
    choice = Choice((None,) * len(forcing.ids), frozenset(areas))
    least = weight_of(forcing, choice)
    while True:
        before = least
        for other in _neighbours(forcing, choice, areas):
            weight = weight_of(forcing, other)
            if weight < least:
                choice, least = other, weight
        if least >= before:
            return choice


def _neighbours(forcing: Forcing, choice: Choice, areas: list[int]) -> Iterator[Choice]:
    for f, ways in enumerate(forcing.ways):
        for w in range(len(ways)):
            for t in reversed(forcing.open_phases):
                yield replace(choice, built=(*choice.built[:f], (w, t), *choice.built[f + 1 :]))
    for h in areas:
        yield replace(choice, upgraded=choice.upgraded ^ {h})


def relaxed(problem: Problem, relaxation: Relaxation) -> Problem:
    """The problem with the changes made."""
    settings, sites, grid = problem.settings, problem.sites.copy(), problem.grid.copy()
    for change in relaxation.changes:
        if change.rule == "excluded_sites":
            kept = [site for site in settings.excluded_sites if site != change.where]
            settings = replace(settings, excluded_sites=kept)
        elif change.rule == "forced_sites":
            kept = [site for site in settings.forced_sites if site != change.where]
            settings = replace(settings, forced_sites=kept)
        elif change.rule == "within_bays":
            sites.loc[change.where, "bays"] = int(change.needed)
        elif change.rule == "within_grid_capacity":
            grid.loc[grid["area_id"] == change.where, "headroom_kw"] = change.needed
        elif change.rule == "min_distance":
            settings = replace(settings, min_distance_m=change.needed)
        else:
            settings = replace(settings, budget_eur=change.needed)
    return replace(problem, settings=settings, sites=sites, grid=grid)


def in_words(relaxation: Relaxation, forced: list[str]) -> list[str]:
    """What to tell: that it cannot be done, and what would let it be done."""
    names = ", ".join(forced)
    how = f"proved by {relaxation.proof}" if relaxation.proof else "no solver proved it: less might do"
    first = (
        f"planning.forced_sites: no plan builds at all of {names} within the limits; the least that has to give way "
        f"follows, weighed by planning.reluctance ({how})"
    )
    return [first, *(told(change) for change in relaxation.changes)]


def told(change: Change) -> str:
    """One change as a sentence: where, what, the value, what to do."""
    now, needed = f"{_number(change.now)} {change.unit}", f"{_number(change.needed)} {change.unit}"
    if change.rule == "excluded_sites":
        return f"planning.excluded_sites: {change.where}: is forced as well; take it from this list"
    if change.rule == "forced_sites":
        return f"planning.forced_sites: {change.where}: costs the other limits too much; take it from this list"
    if change.rule == "within_bays":
        return f"sites: {change.where}: bays: {now} hold nothing that may be built; {needed} would"
    if change.rule == "within_grid_capacity":
        return f"grid: {change.where}: headroom_kw: {now} are too little; {needed} would do"
    if change.rule == "min_distance":
        which = f"{change.where} are" if " and " in change.where else f"a station stands near {change.where}, they are"
        return f"planning.min_distance_m: {now}: {which} nearer; {needed} would do"
    return f"planning.budget_eur: {now} are too little; {needed} would do"


def _number(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0") if np.isfinite(value) else "no number of"
