"""The planning problem as columns: what every planner, with or without a solver, computes on.

A *place* is the charge points of one current at one site: they share one capacity. A *flow* is the part of a demand
point's load that one place could serve. Willingness is nested: a driver who accepts a far place accepts every nearer
one, so all flows to places that no more than a share of the drivers accepts serve no more than that share. A *ladder*
is one technology at one site with the levels it could be built to. Levels that can serve nobody are left out and the
capacity a level adds is capped by the load that can reach its place; both are exact (no plan becomes worse) and make
the bound of the solver much tighter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.technology import KERB
from sim.planning.alike import alike, arc_key
from sim.planning.bays import bay_prices
from sim.planning.capacity import design_load
from sim.planning.floors import Floors, floors_of
from sim.planning.limits import Limits, limits_of
from sim.planning.objectives import OBJECTIVES
from sim.planning.phases import cost_weights, phase_weights, spending_limits
from sim.planning.problem import Planning, Problem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Ladder:
    """One technology at one site.

    site, place : row of `problem.sites`, row of the places
    technology  : name
    before      : points that stand there already [points]
    added       : points added at each level, ascending [points]
    gain        : Erlang capacity at each level more than without points added, by phase (levels x phases) [erlang]
    power_kw, point_eur : of one point
    bay_price   : of one point, what the bays it takes are worth, by phase and weighted by it [units of the objective]
    """

    site: int
    place: int
    technology: str
    before: int
    added: tuple[int, ...]
    gain: Floats
    power_kw: float
    point_eur: float
    bay_price: Floats

    @property
    def first_use(self) -> Ints:
        """For each level, number of the first phase in which it adds capacity; the last one where it never does."""
        adds = np.diff(self.gain, axis=0, prepend=0.0) > 0
        adds[:, -1] = True
        return np.asarray(adds.argmax(axis=1))


@dataclass(frozen=True, eq=False)
class Network:
    """F flows, N needs, P places, G groups (district x phase), J sites, and the ladders.

    Flows are ordered by need and, within a need, from the place that fewest drivers accept to the one that most accept.

    flow_need, flow_place, flow_phase : F, rows of need, place and number of the phase
    flow_limit    : F, most that may flow: the load that accepts the way [erlang]
    flow_worth    : F, worth of one erlang served, weighted by its phase [units of the objective per erlang]
    flow_takes    : F, Erlang capacity that one erlang served takes, 1 / correction factor [erlang/erlang]
    need_of_row   : by row of NEED, its row of the needs; points that are alike share one, see `alike.py`
    need_row      : N, first of its rows of NEED
    need_load     : N [erlang]
    need_group    : N, row of the groups
    groups        : G pairs (district_id, number of the phase)
    group_reach   : G, worth of the need that can be reached: of each point the drivers who accept any of its sites,
                    ARCS; weighted as well [units of the objective]
    floors        : on what the groups get, see `floors.py`
    place_site    : P, row of `problem.sites`
    place_current : P, AC or DC
    place_base    : P x T, Erlang capacity of the points that stand there already, by phase [erlang]
    stock_kw, stock_points : J, installed power [kW] and points
    room          : J, bays that are still free [bays]
    budget_eur, phase_budget_eur : T, most that may be spent by each phase in all, and within it [EUR]
    cost_weight   : T, weight of the cost of all that is built by each phase, see `phases.py` [-]
    limits        : where may be built
    settled       : Q x settled phases, level that each ladder has for certain, -1 nothing added
    """

    flow_need: Ints
    flow_place: Ints
    flow_phase: Ints
    flow_limit: Floats
    flow_worth: Floats
    flow_takes: Floats
    need_of_row: Ints
    need_row: Ints
    need_load: Floats
    need_group: Ints
    groups: tuple[tuple[str, int], ...]
    group_reach: Floats
    floors: Floors
    place_site: Ints
    place_current: tuple[str, ...]
    place_base: Floats
    stock_kw: Floats
    stock_points: Ints
    room: Ints
    ladders: tuple[Ladder, ...]
    budget_eur: Floats
    phase_budget_eur: Floats
    cost_weight: Floats
    limits: Limits
    settled: Ints


def capacity(points: int, current: str, settings: Planning) -> float:
    """Erlang capacity of so many points; classes that share a current share the strictest of their rules. [erlang]"""
    rules = [c for c in settings.classes.values() if c.current == current]
    return min((design_load(points, rule) for rule in rules), default=0.0)


def standing_capacity(points: int, technology: str, problem: Problem) -> float:
    """Erlang capacity of points of a technology, less where they are open at times only. [erlang]"""
    current = problem.technologies[technology].current
    return problem.open_share.get(technology, 1.0) * capacity(points, current, problem.settings)


def area_load_kw(network: Network, standing: Iterable[tuple[int, int]]) -> Floats:
    """Power that grid areas carry at once for points added, given as (ladder, points added). [kW]"""
    limits = network.limits
    load_kw = np.zeros(len(limits.headroom_kw))
    for q, points in standing:
        area = limits.area[network.ladders[q].site]
        if area >= 0:
            load_kw[area] += limits.simultaneous_share * network.ladders[q].power_kw * points
    return load_kw


@lru_cache(maxsize=4)
def build_network(problem: Problem) -> Network:
    """Turn the tables of a problem into columns; remembered for the last few problems, so never change its arrays."""
    settings, sites, need = problem.settings, problem.sites, problem.need
    row_of_site = pd.Series(np.arange(len(sites)), index=sites.index)
    points_at = {
        (int(row_of_site[s]), str(t)): int(n)
        for s, t, n in problem.stock[["site_id", "technology", "points"]].itertuples(index=False)
    }
    stock_kw, stock_points = np.zeros(len(sites)), np.zeros(len(sites), np.int64)
    for (site, technology), points in points_at.items():
        stock_kw[site] += points * problem.technologies[technology].power_kw
        stock_points[site] += points
    room = np.maximum(sites["bays"].to_numpy(np.int64) - stock_points, 0)
    limits = limits_of(problem)

    phase_number = {phase: t for t, phase in enumerate(problem.phases)}
    row_phase = need["phase"].map(phase_number).to_numpy(np.int64)
    worth = OBJECTIVES[settings.objective](need) * phase_weights(problem.phases, settings)[row_phase]
    row_load = need["load_erlang"].to_numpy(float)
    row_worth = np.divide(worth, row_load, out=np.zeros(len(need)), where=row_load > 0)
    groups = sorted(set(zip(need["district_id"], row_phase.tolist(), strict=True)))
    group_row = {group: g for g, group in enumerate(groups)}
    row_group = np.array([group_row[d, t] for d, t in zip(need["district_id"], row_phase, strict=True)], dtype=np.int64)

    # few points of a real city are alike (23 of 4,162 in Dortmund): not worth other plans where one phase is quick
    need_of_row = alike(problem, row_worth) if len(problem.phases) > 1 else np.arange(len(need))
    _, first = np.unique(need_of_row, return_index=True)
    load = np.bincount(need_of_row, weights=row_load, minlength=len(first)).astype(float)
    all_flows = _flows(problem, first, load, row_of_site)
    certain = {(int(row_of_site[s]), name): points for (s, name), points in problem.settled_points().items()}
    certain_places = {(site, problem.technologies[name].current) for site, name in certain}
    keys = sorted(
        set(zip(all_flows["site"], all_flows["current"], strict=True))
        | _forced_places(problem, limits)
        | certain_places
    )
    place = {key: p for p, key in enumerate(keys)}
    all_flows["place"] = np.array(
        [place[k] for k in zip(all_flows["site"], all_flows["current"], strict=True)], dtype=np.int64
    )
    least = {key: points[-1] for key, points in certain.items()}
    place_base, ladders = _supply(problem, keys, all_flows, points_at, room, limits.forced, least)
    useful = place_base[:, 0] > 0
    useful[[ladder.place for ladder in ladders]] = True
    flows = all_flows[useful[all_flows["place"].to_numpy()]]
    flow_need = flows["need"].to_numpy(np.int64)

    willing = np.zeros(len(first))
    np.maximum.at(willing, all_flows["need"].to_numpy(), all_flows["willing_share"].to_numpy())
    reached = willing[need_of_row] * row_load
    group_reach = np.bincount(row_group, weights=row_worth * reached, minlength=len(groups)).astype(float)
    budget_eur, phase_budget_eur = spending_limits(problem.phases, settings)
    return Network(
        flow_need=flow_need,
        flow_place=flows["place"].to_numpy(np.int64),
        flow_phase=row_phase[first][flow_need],
        flow_limit=flows["limit"].to_numpy(float),
        flow_worth=row_worth[first][flow_need],
        flow_takes=flows["takes"].to_numpy(float),
        need_of_row=need_of_row,
        need_row=first,
        need_load=load,
        need_group=row_group[first],
        groups=tuple(groups),
        group_reach=group_reach,
        floors=floors_of(problem, groups, group_reach),
        place_site=np.array([site for site, _ in keys], dtype=np.int64),
        place_current=tuple(current for _, current in keys),
        place_base=place_base,
        stock_kw=stock_kw,
        stock_points=stock_points,
        room=room,
        ladders=ladders,
        budget_eur=budget_eur,
        phase_budget_eur=phase_budget_eur,
        cost_weight=cost_weights(problem.phases, settings),
        limits=limits,
        settled=_settled_levels(ladders, certain, len(problem.settled)),
    )


def _settled_levels(ladders: Sequence[Ladder], certain: Mapping[tuple[int, str], list[int]], phases: int) -> Ints:
    levels = np.full((len(ladders), phases), -1, np.int64)
    for q, ladder in enumerate(ladders):
        points = certain.get((ladder.site, ladder.technology), [])
        levels[q, : len(points)] = np.searchsorted(ladder.added, points, side="right") - 1
    return levels


def _flows(problem: Problem, first: Ints, load: Floats, row_of_site: pd.Series) -> pd.DataFrame:
    """Arcs joined with the needs in every phase: need, site, current, phase, willing_share, limit, takes.

    first, load : by need, its first row of NEED and its load
    """
    key = arc_key(problem.arcs)
    need = problem.need[["point_id", "class_name", "phase", "district_id"]].iloc[first].assign(load=load)
    need["need"] = np.arange(len(need))
    flows = problem.arcs.merge(need, on=key, how="inner")
    flows["limit"] = flows["willing_share"] * flows["load"]
    flows = flows[flows["limit"] > 0]
    correction = problem.correction[["class_name", "district_id", "factor"]]
    flows = flows.merge(correction, on=["class_name", "district_id"], how="left")
    flows["takes"] = 1.0 / flows["factor"].fillna(1.0)
    flows["site"] = flows["site_id"].map(row_of_site).astype(np.int64)
    current = {name: c.current for name, c in problem.settings.classes.items()}
    flows["current"] = flows["class_name"].map(current).astype(object)
    flows["phase"] = flows["phase"].map({phase: t for t, phase in enumerate(problem.phases)})
    return flows.sort_values(["need", "limit", "site"], kind="stable", ignore_index=True)


def _forced_places(problem: Problem, limits: Limits) -> set[tuple[int, str]]:
    """Places where something must be built although, maybe, nobody reaches them."""
    currents = {problem.technologies[name].current for name in problem.settings.technologies}
    sites = np.flatnonzero(limits.forced | _may_pay_ahead(problem)).tolist()
    return {(site, current) for site in sites for current in currents}


def _may_pay_ahead(problem: Problem) -> bool:
    """Whether points that serve nobody can be worth their money: those that bring a site above the limit of its
    connection while the phase still has money that it would lose.
    """
    rules = problem.settings.rules
    return len(problem.phases) > 1 and "no_carry_over" in rules and "connection" in rules


def _supply(
    problem: Problem,
    keys: list[tuple[int, str]],
    flows: pd.DataFrame,
    points_at: dict[tuple[int, str], int],
    room: Ints,
    forced: NDArray[np.bool_],
    least: Mapping[tuple[int, str], int],
) -> tuple[Floats, tuple[Ladder, ...]]:
    """Capacity that stands at each place, and the ladders that may be climbed there.

    least : points added for certain by site and technology, whether anybody needs them or not
    """
    settings, technologies, phases = problem.settings, problem.technologies, len(problem.phases)
    bay_price = bay_prices(problem)[:, None] * phase_weights(problem.phases, settings)
    pays_ahead = _may_pay_ahead(problem)
    kinds = problem.sites["kind"].tolist() if "kind" in problem.sites else [KERB] * len(problem.sites)
    base = np.zeros((len(keys), phases))
    place_of = {key: p for p, key in enumerate(keys)}
    for (site, kind), points in points_at.items():
        stands = place_of.get((site, technologies[kind].current))
        if stands is not None:
            base[stands] += standing_capacity(points, kind, problem)
    asked = np.zeros((len(keys), phases))
    np.add.at(asked, (flows["place"], flows["phase"]), flows["limit"] * flows["takes"])
    ladders = []
    for place, (site, current) in enumerate(keys):
        open_need = np.maximum(asked[place] - base[place], 0.0)
        for name in settings.technologies:
            technology = technologies[name]
            if technology.current != current or kinds[site] not in technology.site_kinds:
                continue
            before = points_at.get((site, name), 0)
            held = standing_capacity(before, name, problem)
            added: list[int] = []
            gains: list[Floats] = []
            for size in technology.sizes:
                if size > room[site]:
                    break
                gain = np.minimum(standing_capacity(before + size, name, problem) - held, open_need)
                useless = (gain <= (gains[-1] if gains else 0.0)).all() and size > least.get((site, name), 0)
                if useless and not pays_ahead and (added or not forced[site]):
                    break  # a larger level costs more and serves nobody else
                added.append(size)
                gains.append(gain)
            if added:
                ladders.append(
                    Ladder(
                        site, place, name, before, tuple(added), np.array(gains), technology.power_kw,
                        technology.capex_eur, bay_price[site] * technology.bays_per_point,
                    )
                )  # fmt: skip
    return base, tuple(ladders)
