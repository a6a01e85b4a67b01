"""A planner without a solver: always the jump on a ladder that serves most for its money.

In every step all jumps of all ladders are scored: gain = what the new points could serve of the load that is still
unserved in reach, districts below the equity floor counting more; cost = points and grid connection. Jumps over several
levels compete as well, because the capacity of a station is convex in its points. Load is handed to a place at
once, what is worth most for the capacity it takes first.

`improve` then takes back the builds of a neighbourhood and lets the same greedy spend the money again, many times, and
keeps what is better (ruin and recreate; Schrimpf et al. 2000). It is the baseline to compare the solver with, and the
solver's start.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.planning.network import Floats, Ints, Network
from sim.planning.problem import Problem

NOTHING = 1e-9
TIE_BREAK_PER_EUR = 1e-6
"""Worth of one EUR saved, in units of the objective: small enough never to buy less service, see milp/model.py."""
SEED = 1
NEIGHBOURS = 60
ELSEWHERE_SHARE = 0.03
BARRED_SHARE = 0.3
HEAT = 1e-4


def greedy_build(problem: Problem, network: Network, *, steps: int) -> dict[tuple[int, int], int]:
    """Points added in all by (ladder, phase); phase after phase, each with the budgets up to then."""
    build: dict[tuple[int, int], int] = {}
    rungs = Rungs.of(problem, network)
    level = np.full(len(network.ladders), -1)
    spent = 0.0
    for t in range(len(problem.phases)):
        state = State.of(problem, network, rungs, t, level, spent)
        climb(state, np.arange(len(rungs.ladder)))
        if len(problem.phases) == 1:
            state = improve(problem, state, steps)
        level, spent = state.level, state.spent
        for q in np.flatnonzero(level >= 0).tolist():
            build[q, t] = network.ladders[q].added[level[q]]
    return build


def serve_greedily(problem: Problem, network: Network) -> Floats:
    """Load served on each flow with the points that stand, place after place; at most what is possible. [erlang]"""
    served = np.zeros(len(network.flow_need))
    rungs = Rungs.of(problem, network)
    for t in range(len(problem.phases)):
        served += State.of(problem, network, rungs, t, np.full(len(network.ladders), -1), 0.0).served
    return served


@dataclass(frozen=True, eq=False)
class Rungs:
    """Every level of every ladder as columns, and what connections cost.

    ladder, step, place, site : K
    gain     : K x T, capacity at that level [erlang]
    points_eur, added_kw : K, at that level against no points added
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
    first: Ints
    low_eur: float
    medium_eur: float
    limit_kw: float

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
            first=np.searchsorted(ladder, np.arange(len(network.ladders))),
            low_eur=s.connection_lv_eur if priced else 0.0,
            medium_eur=s.connection_mv_eur if priced else 0.0,
            limit_kw=s.medium_voltage_above_kw,
        )


@dataclass(eq=False)
class State:
    """What has been built and served so far in one phase; arrays change in place."""

    network: Network
    rungs: Rungs
    phase: int
    budget: float
    floor: Floats
    bonus: float
    flows_at: list[Ints]
    flows_of: list[Ints]
    level: Ints
    start_kw: Floats
    kw: Floats
    free: Ints
    spent: float
    spare: Floats
    served: Floats
    unserved: Floats
    group_served: Floats
    weight: Floats
    asked: Floats = field(default_factory=lambda: np.zeros(0))
    asked_worth: Floats = field(default_factory=lambda: np.zeros(0))

    @staticmethod
    def of(problem: Problem, network: Network, rungs: Rungs, phase: int, level: Ints, spent: float) -> State:
        settings = problem.settings
        now = np.flatnonzero(network.flow_phase == phase)
        places, needs = len(network.place_site), len(network.need_load)
        fair = "equity_floor" in settings.rules
        floor = settings.equity_floor * network.group_reach if fair else np.zeros(len(network.groups))
        kw, free = network.stock_kw.copy(), network.room.copy()
        spare = network.place_base[:, phase].copy()
        for q in np.flatnonzero(level >= 0):
            k = rungs.first[q] + level[q]
            kw[rungs.site[k]] += rungs.added_kw[k]
            free[rungs.site[k]] -= rungs.added[k]
            spare[rungs.place[k]] += rungs.gain[k, phase]
        state = State(
            network=network, rungs=rungs, phase=phase,
            budget=settings.budget_eur * (phase + 1) if "within_budget" in settings.rules else np.inf,
            floor=floor, bonus=settings.equity_weight, flows_at=_rows_by(network.flow_place, now, places),
            flows_of=_rows_by(network.flow_need, now, needs), level=level.copy(), start_kw=kw.copy(),
            kw=kw, free=free, spent=spent,
            spare=spare, served=np.zeros(len(network.flow_need)), unserved=network.need_load.copy(),
            group_served=np.zeros(len(network.groups)), weight=np.where(floor > 0, 1.0 + settings.equity_weight, 1.0),
        )  # fmt: skip
        state.ask_all()
        for place in np.flatnonzero(spare > NOTHING).tolist():
            state.serve(place)
        return state

    def ask_all(self) -> None:
        """Load that each place could still take over, in capacity [erlang] and in worth."""
        n = self.network
        now = n.flow_phase == self.phase
        open_load = np.where(now, np.minimum(n.flow_limit - self.served, self.unserved[n.flow_need]), 0.0)
        places = len(n.place_site)
        self.asked = np.bincount(n.flow_place, weights=open_load * n.flow_takes, minlength=places).astype(np.float64)
        worth = open_load * n.flow_worth * self.weight[n.need_group[n.flow_need]]
        self.asked_worth = np.bincount(n.flow_place, weights=worth, minlength=places).astype(np.float64)

    def serve(self, place: int) -> None:
        """Hand the spare capacity of a place to the load in reach."""
        n, rows = self.network, self.flows_at[place]
        needs = n.flow_need[rows]
        open_load = np.minimum(n.flow_limit[rows] - self.served[rows], self.unserved[needs])
        weight = self.weight[n.need_group[needs]]
        order = np.argsort(-n.flow_worth[rows] * weight / n.flow_takes[rows], kind="stable")
        takes = (open_load * n.flow_takes[rows])[order]
        before = np.cumsum(takes) - takes
        given = np.zeros(len(rows))
        given[order] = np.clip(self.spare[place] - before, 0.0, takes) / n.flow_takes[rows][order]
        self.move(rows[given > 0], given[given > 0])
        self.spare[place] -= float((given * n.flow_takes[rows]).sum())

    def move(self, rows: Ints, load: Floats) -> None:
        """Book load onto flows (or off, where negative) and update what places and groups still ask for."""
        if not len(rows):
            return
        n = self.network
        needs = n.flow_need[rows]
        touched = np.concatenate([self.flows_of[i] for i in needs.tolist()])
        of, at = n.flow_need[touched], n.flow_place[touched]
        worth = n.flow_worth[touched] * self.weight[n.need_group[of]]
        before = np.minimum(n.flow_limit[touched] - self.served[touched], self.unserved[of])
        self.served[rows] += load
        self.unserved[needs] = np.maximum(self.unserved[needs] - load, 0.0)
        change = np.minimum(n.flow_limit[touched] - self.served[touched], self.unserved[of]) - before
        np.add.at(self.asked, at, change * n.flow_takes[touched])
        np.add.at(self.asked_worth, at, change * worth)
        np.add.at(self.group_served, n.need_group[needs], load * n.flow_worth[rows])
        groups = np.unique(n.need_group[needs])
        weight = 1.0 + self.bonus * (self.group_served[groups] < self.floor[groups] - NOTHING)
        if (weight != self.weight[groups]).any():
            self.weight[groups] = weight
            self.ask_all()

    def copy(self) -> State:
        """A state of its own that can be tried out."""
        changing = (
            "level",
            "kw",
            "free",
            "spare",
            "served",
            "unserved",
            "group_served",
            "weight",
            "asked",
            "asked_worth",
        )
        return replace(self, **{name: getattr(self, name).copy() for name in changing})

    def take_back(self, q: int) -> None:
        """Take down all that was built on a ladder; its place serves what the rest of its points can."""
        n, r = self.network, self.rungs
        k = int(r.first[q] + self.level[q])
        place, site = int(r.place[k]), int(r.site[k])
        rows = self.flows_at[place]
        rows = rows[self.served[rows] > 0]
        self.spare[place] += float((self.served[rows] * n.flow_takes[rows]).sum()) - r.gain[k, self.phase]
        self.move(rows, -self.served[rows])
        before_eur = self.site_eur(site)
        self.level[q] = -1
        self.kw[site] -= r.added_kw[k]
        self.free[site] += r.added[k]
        self.spent -= before_eur - self.site_eur(site) + r.points_eur[k]
        self.serve(place)

    def site_eur(self, site: int) -> float:
        """Connections made so far at a site. [EUR]"""
        kw, stock_kw, r = self.kw[site], self.start_kw[site], self.rungs
        if kw <= stock_kw:
            return 0.0
        if stock_kw <= r.limit_kw < kw:
            return r.medium_eur
        return r.low_eur if stock_kw == 0 else 0.0

    def value(self) -> float:
        """Worth served, shortfalls deducted. [units of the objective]"""
        now = np.array([t == self.phase for _, t in self.network.groups])
        short = np.maximum(self.floor - self.group_served, 0.0)
        return float((self.group_served - self.bonus * short)[now].sum())

    def step_cost(self, k: Ints) -> Floats:
        """Cost of jumping to the rungs `k` from where their ladders stand. [EUR]"""
        r = self.rungs
        at = self.level[r.ladder[k]]
        here = np.where(at >= 0, r.first[r.ladder[k]] + at, 0)
        points_eur = r.points_eur[k] - np.where(at >= 0, r.points_eur[here], 0.0)
        more_kw = r.added_kw[k] - np.where(at >= 0, r.added_kw[here], 0.0)
        kw, stock_kw = self.kw[r.site[k]], self.start_kw[r.site[k]]
        medium = (kw <= r.limit_kw) & (kw + more_kw > r.limit_kw)
        low = np.where(stock_kw == 0, r.low_eur * ((kw == 0) & ~medium) - r.low_eur * ((kw > 0) & medium), 0.0)
        return np.asarray(points_eur + r.medium_eur * medium + low)

    def jump(self, k: int, cost: float) -> None:
        """Build up to rung `k` and serve with the new points."""
        r = self.rungs
        q, place, site = int(r.ladder[k]), int(r.place[k]), int(r.site[k])
        here = int(r.first[q] + self.level[q]) if self.level[q] >= 0 else -1
        self.spare[place] += r.gain[k, self.phase] - (r.gain[here, self.phase] if here >= 0 else 0.0)
        self.kw[site] += r.added_kw[k] - (r.added_kw[here] if here >= 0 else 0.0)
        self.free[site] -= r.added[k] - (r.added[here] if here >= 0 else 0)
        self.level[q] = r.step[k]
        self.spent += cost
        self.serve(place)


def climb(state: State, candidates: Ints) -> None:
    """Take the best jump among the candidate rungs until none is affordable or serves anybody."""
    r, t = state.rungs, state.phase
    while len(candidates):
        k = candidates
        at = state.level[r.ladder[k]]
        here = r.first[r.ladder[k]] + np.maximum(at, 0)
        gain = r.gain[k, t] - np.where(at >= 0, r.gain[here, t], 0.0)
        more = r.added[k] - np.where(at >= 0, r.added[here], 0)
        asked = state.asked[r.place[k]]
        taken = np.minimum(state.spare[r.place[k]] + gain, asked)
        worth = taken * state.asked_worth[r.place[k]] / np.maximum(asked, NOTHING)
        cost = state.step_cost(k)
        fits = (r.step[k] > at) & (more <= state.free[r.site[k]]) & (taken > NOTHING) & (worth > NOTHING)
        fits &= cost <= state.budget - state.spent
        if not fits.any():
            return
        score = np.where(fits, worth / np.maximum(cost, 1.0), -1.0)
        best = int(np.argmax(score))
        state.jump(int(k[best]), float(cost[best]))


def improve(problem: Problem, state: State, steps: int) -> State:
    """Ruin and recreate: take back 1 to 4 neighbouring builds, spend the money again, keep what is better.

    steps : number of tries; the same number gives the same plan on every machine (seeded, no clock).
    A little worse is accepted at first (simulated annealing); the best is returned.
    """
    built = np.flatnonzero(state.level >= 0)
    if not steps or not len(built):
        return state
    chance = np.random.default_rng(SEED)
    n, r = state.network, state.rungs
    x, y = problem.sites["x_m"].to_numpy(float), problem.sites["y_m"].to_numpy(float)
    site_of = np.array([ladder.site for ladder in n.ladders])
    lx, ly = x[site_of], y[site_of]
    current, best = state.value() - TIE_BREAK_PER_EUR * state.spent, state
    best_value = start_value = current
    for step in range(steps):
        built = np.flatnonzero(state.level >= 0)
        if not len(built):
            break
        q = int(chance.choice(built))
        away = (lx - lx[q]) ** 2 + (ly - ly[q]) ** 2
        near = np.argsort(away, kind="stable")[:NEIGHBOURS]
        close = near[state.level[near] >= 0]
        ruined = close[np.sort(chance.choice(len(close), min(len(close), int(chance.integers(1, 5))), replace=False))]
        trial = state.copy()
        for victim in ruined.tolist():
            trial.take_back(victim)
        open_to = np.zeros(len(n.ladders), bool)
        open_to[near] = True
        open_to |= chance.random(len(n.ladders)) < ELSEWHERE_SHARE
        barred = ruined[chance.random(len(ruined)) < BARRED_SHARE]
        open_to[barred] = False
        climb(trial, np.flatnonzero(open_to[r.ladder]))
        value = trial.value() - TIE_BREAK_PER_EUR * trial.spent
        heat = HEAT * abs(start_value) * (1.0 - step / steps) ** 2
        if value > current or chance.random() < np.exp((value - current) / max(heat, NOTHING)):
            state, current = trial, value
            if value > best_value:
                best, best_value = trial, value
    return best


def _rows_by(column: Ints, rows: Ints, length: int) -> list[Ints]:
    """For each value 0 .. length - 1 of a column, the rows (out of `rows`) that hold it."""
    order = rows[np.argsort(column[rows], kind="stable")]
    ends = np.searchsorted(column[order], np.arange(length + 1))
    return [order[a:b] for a, b in pairwise(ends.tolist())]
