"""A planner without a solver: always the jump on a ladder that serves most for its money.

In every step all jumps of all ladders are scored: gain = what the new points could serve of the load that is still
unserved in reach, districts below the equity floor counting more; cost = points and grid connection. Jumps over several
levels compete as well, because the capacity of a station is convex in its points. Load is handed to a place at
once, what is worth most for the capacity it takes first.

`search.py` goes on from there. Both together are the baseline to compare the solver with, and the solver's start.
"""

from __future__ import annotations

import numpy as np

from sim.planning.network import Floats, Ints, Network
from sim.planning.problem import Problem
from sim.planning.state import NOTHING, Rungs, State


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


def serve_greedily(problem: Problem, network: Network) -> Floats:
    """Load served on each flow with the points that stand, place after place; at most what is possible. [erlang]"""
    served = np.zeros(len(network.flow_need))
    rungs = Rungs.of(problem, network)
    for t in range(len(problem.phases)):
        served += State.of(problem, network, rungs, t, np.full(len(network.ladders), -1), 0.0).served
    return served
