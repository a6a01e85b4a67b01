"""What single sites of a plan bring: what is lost without each of them, and who serves the need around a site."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.planning.alike import arc_key
from sim.planning.network import build_network
from sim.planning.phases import phase_weights
from sim.planning.problem import Problem
from sim.planning.promise import serving_network
from sim.planning.search import adopt
from sim.planning.state import State

LOST_COLUMNS = ["site_id", "value_lost", "saved_eur"]


def lost_without(problem: Problem, table: pd.DataFrame) -> pd.DataFrame:
    """For each site that a plan (PLAN) builds at: what is lost without it, and the money it frees.

    site_id, value_lost [units of the objective], saved_eur [EUR, by the last phase]; who is left is served by the other
    stations in reach, handed out greedily, so the values rank the sites and are no proof.
    """
    state = State.of(problem, build_network(problem))
    adopt(problem, state, table)
    whole, rows = state.value(), []
    for site_id in dict.fromkeys(table["site_id"]):
        row = int(problem.sites.index.get_loc(site_id))
        trial = state.copy()
        for q, ladder in enumerate(state.network.ladders):
            if ladder.site == row and state.level[q, -1] >= 0:
                trial.set_path(q, np.full(state.level.shape[1], -1))
        rows.append((site_id, whole - trial.value(), float(state.spent[-1] - trial.spent[-1])))
    return pd.DataFrame(rows, columns=LOST_COLUMNS)


@dataclass(frozen=True)
class Best:
    """The best single station for its money at a site, on top of a plan. [units of the objective, EUR]"""

    technology: str
    points: int
    value: float
    eur: float


def best_on_top(problem: Problem, table: pd.DataFrame, site_id: str) -> Best | None:
    """What could be added at a site on top of a plan, were there money for it, from the first phase on.

    None where nothing fits or nobody would come.
    """
    free = State.of(problem, build_network(problem))
    adopt(problem, free, table)
    row = int(problem.sites.index.get_loc(site_id))
    best, rungs = None, free.rungs
    for k in np.flatnonzero(rungs.site == row).tolist():
        trial = free.copy()
        trial.jump(k, 0)
        value, eur = trial.value() - free.value(), float(trial.spent[-1] - free.spent[-1])
        ladder = free.network.ladders[int(rungs.ladder[k])]
        if value > 0 and eur > 0 and (best is None or value / eur > best.value / best.eur):
            best = Best(ladder.technology, int(rungs.added[k]), value, eur)
    return best


@dataclass(frozen=True)
class Around:
    """The need in reach of a site, in a mean week of the horizon, and who serves it. [kWh/week]

    reach_kwh : of drivers who accept the way to the site
    by_site   : site_id, served_kwh: what stations serve of the demand points in reach, the largest first
    unserved_kwh : of those demand points
    """

    reach_kwh: float
    by_site: pd.DataFrame
    unserved_kwh: float


def around(problem: Problem, table: pd.DataFrame, site_id: str) -> Around:
    """Who serves the need around a site with a plan (PLAN) standing."""
    from sim.planning.milp.plan import serve_best

    network = serving_network(problem, table)
    weight = dict(zip(problem.phases, phase_weights(problem.phases, problem.settings).tolist(), strict=True))
    energy = problem.need["energy_kwh"].to_numpy(float) * problem.need["phase"].map(weight).to_numpy(float)
    by_need = np.bincount(network.need_of_row, weights=energy, minlength=len(network.need_load))
    per_erlang = np.divide(by_need, network.need_load, out=np.zeros_like(by_need), where=network.need_load > 0)
    key = arc_key(problem.arcs)
    mine = problem.arcs[problem.arcs["site_id"] == site_id].set_index(key)["willing_share"]
    here = pd.MultiIndex.from_frame(problem.need[key]).isin(mine.index)
    needs = np.zeros(len(network.need_load), bool)
    needs[network.need_of_row[here]] = True
    willing = problem.need.loc[here, key].merge(mine.reset_index(), on=key, how="left")["willing_share"].to_numpy(float)
    served = serve_best(problem, network) if len(network.flow_need) else np.zeros(0)
    kwh = np.where(needs[network.flow_need], served * per_erlang[network.flow_need], 0.0)
    by_site = np.bincount(network.place_site[network.flow_place], weights=kwh, minlength=len(problem.sites))
    serving = pd.DataFrame({"site_id": problem.sites.index.astype(str), "served_kwh": by_site})
    serving = serving[serving["served_kwh"] > 1e-6].sort_values("served_kwh", ascending=False, ignore_index=True)
    return Around(
        float((energy[here] * willing).sum()), serving, float(by_need[needs].sum() - serving["served_kwh"].sum())
    )
