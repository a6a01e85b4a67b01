from __future__ import annotations

import numpy as np

from sim.planning.network import Floats, Ints, Network
from sim.planning.problem import Problem
from sim.planning.serving import NOTHING, Serving
from sim.planning.slices import phase_network
from sim.planning.state import State

LEAST_EUR = 1_000.0
"""What a jump costs at least when jumps are compared: one that only comes earlier may cost nothing."""


def climb(state: State, candidates: Ints, t: int) -> None:
    """In phase t take the best jump among the candidate rungs until none is affordable or serves anybody."""
    r, q_of, site_of = state.rungs, state.rungs.ladder, state.rungs.site
    candidates = candidates[~state.network.limits.closed[site_of[candidates]]]
    while True:
        k = candidates = candidates[r.step[candidates] > state.level[q_of[candidates], t]]
        if not len(k):
            return
        worth, taken = _gain(state, k, t)
        cost, fits = state.jump_cost(k, t)
        fits &= (taken > NOTHING) & (worth > NOTHING)
        if not fits.any():
            return
        score = np.where(fits, worth / np.maximum(cost[:, 0], LEAST_EUR), -1.0)
        state.jump(int(k[np.argmax(score)]), t)


def _gain(state: State, k: Ints, t: int) -> tuple[Floats, Floats]:
    """What jumping to the rungs `k` would bring in phase t: worth, bays paid, and Erlang capacity taken."""
    r, serving = state.rungs, state.servings[t]
    at, place = state.level[r.ladder[k], t], r.place[k]
    gain = r.gain[k, t] - r.at(r.gain[:, t], r.ladder[k], at)
    asked = serving.asked[place]
    taken = np.where(r.step[k] > at, np.minimum(serving.spare[place] + gain, asked), 0.0)
    bays = r.bay_price[k, t] - r.at(r.bay_price[:, t], r.ladder[k], at)
    return taken * serving.asked_worth[place] / np.maximum(asked, NOTHING) - np.where(r.step[k] > at, bays, 0.0), taken


def serve_greedily(problem: Problem, network: Network) -> Floats:
    """Load served on each flow with the points that stand, place after place; at most what is possible. [erlang]"""
    served = np.zeros(len(network.flow_need))
    for t in range(len(problem.phases)):
        served[network.flow_phase == t] = Serving.of(problem, phase_network(network, t)).served
    return served
