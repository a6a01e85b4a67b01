"""What the planner expects of a plan: who is served, in requests and kWh a week, stock included."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from sim.planning.floors import floors_of
from sim.planning.network import Floats, Network, build_network, standing_capacity
from sim.planning.objectives import OBJECTIVES, TIE_BREAK_PER_EUR
from sim.planning.phases import phase_weights
from sim.planning.plan import PROMISE
from sim.planning.problem import Problem


def serving_network(problem: Problem, table: pd.DataFrame) -> Network:
    """The network with a plan standing: its points count as stock from their phase on, nothing is added."""
    standing = pd.concat(
        [problem.stock, table.rename(columns={"points_added": "points"})[["site_id", "technology", "points"]]]
    )
    standing = standing.groupby(["site_id", "technology"], as_index=False, sort=False)["points"].sum()
    settings = replace(problem.settings, technologies=[])
    network = build_network(replace(problem, stock=standing, settings=settings))
    row_of_site = {site: j for j, site in enumerate(problem.sites.index)}
    place_of = {key: g for g, key in enumerate(zip(network.place_site.tolist(), network.place_current, strict=True))}
    base = np.zeros_like(network.place_base)
    for t, phase in enumerate(problem.phases):
        points: dict[tuple[str, str], int] = {}
        for row in problem.stock.itertuples():
            points[row.site_id, row.technology] = points.get((row.site_id, row.technology), 0) + int(row.points)
        for row in table[table["phase"] <= phase].itertuples():
            points[row.site_id, row.technology] = points.get((row.site_id, row.technology), 0) + int(row.points_added)
        for (site, technology), number in points.items():
            current = problem.technologies[technology].current
            place = place_of.get((row_of_site[site], current))
            if place is not None:
                base[place, t] += standing_capacity(number, technology, problem)
    return replace(network, place_base=base)


def promise_table(problem: Problem, network: Network, served: Floats) -> pd.DataFrame:
    """PROMISE, from the load served on each flow. Every class, district and phase with need has a row."""
    need = problem.need
    load = network.need_load
    by_need = np.bincount(network.flow_need, weights=served, minlength=len(load))
    share = np.divide(by_need, load, out=np.zeros(len(load)), where=load > 0)[network.need_of_row]
    rows = need[["class_name", "district_id", "phase"]].assign(
        requests=share * need["requests"].to_numpy(float), energy_kwh=share * need["energy_kwh"].to_numpy(float)
    )
    promise = rows.groupby(["class_name", "district_id", "phase"], as_index=False).sum()
    return promise[PROMISE.column_names]


def worth_by_phase(problem: Problem, promise: pd.DataFrame, reach: dict[tuple[str, int], float]) -> Floats:
    """What a promise is worth in each phase, shortfalls deducted, cost aside. [units of the objective]

    reach : weighted worth of the need within reach by (district_id, phase)
    """
    settings = problem.settings
    weight = dict(zip(problem.phases, phase_weights(problem.phases, settings).tolist(), strict=True))
    worth = OBJECTIVES[settings.objective](promise) * promise["phase"].map(weight).to_numpy(float)
    served = promise.assign(worth=worth).groupby(["district_id", "phase"])["worth"].sum()
    value = served.groupby("phase").sum().reindex(list(problem.phases), fill_value=0.0).to_numpy(float)
    number = {phase: t for t, phase in enumerate(problem.phases)}
    groups = [(district, number[phase]) for district, phase in reach]
    floors = floors_of(problem, groups, np.array(list(reach.values()), float))
    short = floors.short(np.array([float(served.get(group, 0.0)) for group in reach]))
    return np.asarray(value - floors.weight * np.bincount(floors.phase, short, len(problem.phases)))


def value_of(
    problem: Problem,
    promise: pd.DataFrame,
    cost_eur: float,
    reach: dict[tuple[str, int], float],
    lost_bays: float = 0.0,
) -> float:
    """The planning model's objective of a promise: worth served - shortfalls - bays lost - tie-break on cost.

    cost_eur : present value of what the plan spends, `cost.present_value_eur`; of a single phase simply its cost
    reach    : weighted worth of the need within reach by (district_id, phase)
    lost_bays : what the bays that the plan takes are worth, `bays.bays_worth`
    """
    return float(worth_by_phase(problem, promise, reach).sum()) - lost_bays - TIE_BREAK_PER_EUR * cost_eur


def reach_of(problem: Problem, network: Network) -> dict[tuple[str, int], float]:
    """Weighted worth of the need within reach of a site, by district and phase."""
    return {
        (district, problem.phases[t]): float(reach)
        for (district, t), reach in zip(network.groups, network.group_reach, strict=True)
    }
