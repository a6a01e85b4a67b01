"""What is built by each phase, what it costs and whom it serves: the state that planners without a solver search in.

A ladder has a *path*: its level in every phase, never falling, so that whatever a search does stays irrevocable. Every
change of a path is booked at once: bays, power, money by phase, and the load served in the phases it touches.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.planning.limits import KW_TOLERANCE
from sim.planning.network import Floats, Ints, Network
from sim.planning.objectives import TIE_BREAK_PER_EUR
from sim.planning.problem import Problem
from sim.planning.rungs import Rungs
from sim.planning.serving import Serving
from sim.planning.slices import phase_network


@dataclass(eq=False)
class State:
    """Q ladders, T phases, J sites, H grid areas; arrays change in place.

    servings       : T, who is served
    level          : Q x T, -1 nothing added
    kw             : J x T, installed power, stock included [kW]
    connected_eur  : J x T, connections made by each phase [EUR]
    load_kw        : H x T, power added that areas carry at once [kW]
    added          : J, points added by the last phase [points]
    near           : J, sites with points added that must not be built together with this one
    spent          : T, by each phase [EUR]
    settled        : number of first phases in which nothing may change any more
    """

    network: Network
    rungs: Rungs
    servings: list[Serving]
    level: Ints
    kw: Floats
    connected_eur: Floats
    load_kw: Floats
    added: Ints
    near: Ints
    spent: Floats
    settled: int = 0

    @staticmethod
    def of(problem: Problem, network: Network) -> State:
        """The city as it is: nothing added but what settled phases have built."""
        phases, sites = len(problem.phases), len(network.stock_kw)
        state = State(
            network=network, rungs=Rungs.of(problem, network),
            servings=[Serving.of(problem, phase_network(network, t)) for t in range(phases)],
            level=np.full((len(network.ladders), phases), -1), kw=np.repeat(network.stock_kw[:, None], phases, axis=1),
            connected_eur=np.zeros((sites, phases)), load_kw=np.zeros((len(network.limits.headroom_kw), phases)),
            added=np.zeros(sites, np.int64), near=np.zeros(sites, np.int64), spent=np.zeros(phases),
        )  # fmt: skip
        settled = network.settled.shape[1]
        for q in np.flatnonzero((network.settled >= 0).any(axis=1)).tolist():
            later = np.full(phases - settled, network.settled[q, -1])
            state.set_path(q, np.concatenate([network.settled[q], later]))
        return replace(state, settled=settled)

    def copy(self) -> State:
        """A state of its own that can be tried out."""
        arrays = {name: getattr(self, name).copy() for name in CHANGING}
        return replace(self, servings=[serving.copy() for serving in self.servings], **arrays)

    def jump_cost(self, k: Ints, t: int) -> tuple[Floats, NDArray[np.bool_]]:
        """Cost of being at the rungs `k` or higher from phase t on, added up by phase from t; and which ones fit.

        Fits: site open, bays, distances, grid and the money of every phase. [EUR, rungs x phases]
        """
        r, n, limits = self.rungs, self.network, self.network.limits
        q, site = r.ladder[k], r.site[k]
        at = self.level[q, t:]
        more_eur = np.maximum(r.points_eur[k][:, None] - r.at(r.points_eur, q, at), 0.0)
        more_kw = np.maximum(r.added_kw[k][:, None] - r.at(r.added_kw, q, at), 0.0)
        more_points = np.maximum(r.added[k] - r.at(r.added, q, at[:, -1]), 0)
        kw = self.kw[site]
        kw[:, t:] += more_kw
        cost = more_eur + (r.connection_eur(kw, n.stock_kw[site]) - self.connected_eur[site])[:, t:]
        fits = (more_points <= n.room[site] - self.added[site]) & ~limits.closed[site]
        fits &= (self.near[site] == 0) | (self.added[site] > 0)
        if len(limits.headroom_kw):
            area = limits.area[site]
            before = self.load_kw[area, t:]
            after = before + limits.simultaneous_share * more_kw
            most = limits.headroom_kw[area] + limits.upgrade_kw[area]
            known = area >= 0
            fits &= (after <= most[:, None] + KW_TOLERANCE).all(axis=1) | ~known
            headroom = limits.headroom_kw[area][:, None] + KW_TOLERANCE
            newly = (after > headroom).astype(float) - (before > headroom)
            cost += np.where(known, limits.upgrade_eur[area], 0.0)[:, None] * newly
        fits &= (cost <= (n.budget_eur - self.spent)[t:]).all(axis=1)
        own = np.diff(self.spent, prepend=0.0)[t:] + np.diff(cost, axis=1, prepend=0.0)
        fits &= (own <= n.phase_budget_eur[t:]).all(axis=1) & (t >= self.settled)
        return cost, fits

    def jump(self, k: int, t: int) -> None:
        """Be at rung `k` or higher from phase t on, and serve with the new points."""
        q = int(self.rungs.ladder[k])
        path = self.level[q].copy()
        path[t:] = np.maximum(path[t:], self.rungs.step[k])
        self.set_path(q, path)

    def set_path(self, q: int, path: Ints) -> None:
        """Put a ladder onto another path; its place serves what its points then can. What is settled stays."""
        r, n = self.rungs, self.network
        path = np.maximum.accumulate(np.concatenate([self.level[q, : self.settled], path[self.settled :]]))
        old, ladder, site = self.level[q].copy(), np.array([q]), n.ladders[q].site

        def change(values: NDArray[Any]) -> NDArray[Any]:
            return np.asarray((r.at(values, ladder, path[None]) - r.at(values, ladder, old[None]))[0])

        kw, opened = change(r.added_kw), self.added[site] > 0
        self.level[q] = path
        self.kw[site] += kw
        connected_eur = r.connection_eur(self.kw[site][None], n.stock_kw[[site]])[0]
        self.spent += change(r.points_eur) + connected_eur - self.connected_eur[site]
        self.connected_eur[site] = connected_eur
        self._load(site, kw)
        self.added[site] += int(change(r.added)[-1])
        if opened != (self.added[site] > 0):
            self.near[n.limits.apart[site]] += -1 if opened else 1
        for t in np.flatnonzero(path != old).tolist():
            more = r.at(r.gain[:, t], ladder, path[[t]]) - r.at(r.gain[:, t], ladder, old[[t]])
            self.servings[t].change(n.ladders[q].place, float(more[0]))

    def _load(self, site: int, kw: Floats) -> None:
        """Book power onto the grid area of a site, and its upgrade from the phase that needs it."""
        limits = self.network.limits
        area = int(limits.area[site])
        if area >= 0:
            headroom = limits.headroom_kw[area] + KW_TOLERANCE
            before = self.load_kw[area] > headroom
            self.load_kw[area] += limits.simultaneous_share * kw
            self.spent += limits.upgrade_eur[area] * ((self.load_kw[area] > headroom).astype(float) - before)

    def force(self) -> bool:
        """Build the cheapest that fits at forced sites where nothing is added yet, late where money is short.

        False where one of them does not fit.
        """
        r = self.rungs
        for site in np.flatnonzero(self.network.limits.forced & (self.added == 0)).tolist():
            rungs = np.flatnonzero(r.site == site)
            for t in reversed(range(self.level.shape[1])):
                cost, fits = self.jump_cost(rungs, t)
                if fits.any():
                    self.jump(int(rungs[np.argmin(np.where(fits, cost[:, -1], np.inf))]), t)
                    break
            else:
                return False
        return True

    def value(self) -> float:
        """Worth served, less shortfalls and the tie-break on cost. [units of the objective]"""
        present_eur = float((self.network.cost_weight * self.spent).sum())
        served = sum(serving.value() for serving in self.servings)
        return served - float(self.bays_prices().sum()) - TIE_BREAK_PER_EUR * present_eur

    def bays_prices(self) -> Floats:
        """What the bays taken by each phase are worth. [units of the objective]"""
        r, every, phases = self.rungs, np.arange(len(self.level)), range(self.level.shape[1])
        return np.array([r.at(r.bay_price[:, t], every, self.level[:, t]).sum() for t in phases], dtype=float)


CHANGING = ("level", "kw", "connected_eur", "load_kw", "added", "near", "spent")
