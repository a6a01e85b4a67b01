"""The rules of the planning model: one generator each, yielding (constraint, name).

The formulation with symbols and units is the docstring of `model.py`. A rule that is added here can be named in
`planning.rules`. Names in `ESSENTIAL` cannot be left out: without them a plan means nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise, product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.planning.alike import arc_key
from sim.planning.floors import PRIORITY
from sim.planning.network import Floats, Network
from sim.planning.problem import Problem
from sim.registry import Registry

if TYPE_CHECKING:
    from sim.planning.milp.model import Model

Rule = Callable[["Model", Problem], Iterator[tuple[Any, str]]]
RULES: Registry[Rule] = Registry("planning rule")

ABOVE_KW = 1e-3
"""What counts as more than a limit: well above the tolerances of solvers. [kW]"""

ESSENTIAL = ("serve_within_need", "serve_within_capacity", "points_in_order", "phases_only_add", "within_bays")


def _total(terms: list[tuple[Any, float]]) -> Any:
    from sim.planning.milp.model import total

    return total(terms)


@RULES.register(unit="erlang")
def serve_within_need(m: Model, p: Problem) -> Iterator[tuple[Any, str]]:
    """Nobody is served twice, and who accepts a far place is among those who accept a nearer one. [erlang]

    One row for each way of a demand point: all places that as few or fewer drivers accept serve no more than these.
    """
    limits = m.network.flow_limit.tolist()
    for i, flows in groupby(range(len(limits)), key=m.network.flow_need.tolist().__getitem__):
        terms: list[tuple[Any, float]] = []
        for limit, same in groupby(flows, key=limits.__getitem__):  # ascending, see Network
            terms += [(m.flow[f], 1.0) for f in same]
            if len(terms) > 1:  # one alone has it as its bound
                yield _total(terms) <= limit, f"need_{i}_{len(terms)}"


@RULES.register(unit="erlang")
def serve_within_capacity(m: Model, p: Problem) -> Iterator[tuple[Any, str]]:
    """A place takes no more load than the Erlang capacity of its points. [erlang]"""
    n = m.network
    rows: dict[tuple[int, int], list[tuple[Any, float]]] = {}
    for f, key in enumerate(zip(n.flow_place.tolist(), n.flow_phase.tolist(), strict=True)):
        rows.setdefault(key, []).append((m.flow[f], float(n.flow_takes[f])))
    for q, ladder in enumerate(n.ladders):
        for t in range(len(p.phases)):
            earlier = 0.0
            for step, gain in enumerate(ladder.gain[:, t].tolist()):
                rows.setdefault((ladder.place, t), []).append((m.level[q, step, t], earlier - gain))
                earlier = gain
    for (g, t), terms in rows.items():
        yield _total(terms) <= float(n.place_base[g, t]), f"capacity_{g}__{p.phases[t]}"


@RULES.register(unit="")
def points_in_order(m: Model, p: Problem) -> Iterator[tuple[Any, str]]:
    """A level is only reached over the levels below."""
    for q, ladder in enumerate(m.network.ladders):
        for step, upper in pairwise(range(len(ladder.added))):
            for t, phase in enumerate(p.phases):
                yield m.level[q, upper, t] <= m.level[q, step, t], f"order_{q}_{upper}__{phase}"


@RULES.register(unit="")
def phases_only_add(m: Model, p: Problem) -> Iterator[tuple[Any, str]]:
    """What is built stays, and phases that are settled stay as they are."""
    for (q, step, t), x in m.level.items():
        if t < m.network.settled.shape[1]:
            yield x == float(step <= m.network.settled[q, t]), f"settled_{q}_{step}__{p.phases[t]}"
    for t, later in pairwise(range(len(p.phases))):
        for (q, step, s), x in m.level.items():
            if s == t:
                yield x <= m.level[q, step, later], f"stays_{q}_{step}__{p.phases[t]}"
        for what, made in (("low", m.low), ("medium", m.medium), ("upgrade", m.upgrade)):
            for (j, s), by_then in made.items():
                if s == t:
                    yield by_then <= made[j, later], f"{what}_stays_{j}__{p.phases[t]}"


def _ladders_by_site(m: Model) -> dict[int, list[int]]:
    by_site: dict[int, list[int]] = {}
    for q, ladder in enumerate(m.network.ladders):
        by_site.setdefault(ladder.site, []).append(q)
    return by_site


@RULES.register(unit="bays")
def within_bays(m: Model, p: Problem) -> Iterator[tuple[Any, str]]:
    """All points of a site fit into its bays. [bays]"""
    last = len(p.phases) - 1  # points only add, so the last phase implies the others
    for j, ladders in _ladders_by_site(m).items():
        room = int(m.network.room[j])
        if sum(m.network.ladders[q].added[-1] for q in ladders) > room:
            terms = []
            for q in ladders:
                for step, (below, added) in enumerate(pairwise((0, *m.network.ladders[q].added))):
                    terms.append((m.level[q, step, last], float(added - below)))
            yield _total(terms) <= room, f"bays_{j}"


@RULES.register(unit="")
def connection(m: Model, p: Problem) -> Iterator[tuple[Any, str]]:
    """A site that opens is connected, one that outgrows low voltage gets medium voltage."""
    for j, ladders in _ladders_by_site(m).items():
        above = _smallest_above(m, ladders, p.settings.medium_voltage_above_kw - float(m.network.stock_kw[j]))
        for t, phase in enumerate(p.phases):
            medium = m.medium.get((j, t))
            if (j, t) in m.low:
                for q in ladders:
                    made = [(m.low[j, t], -1.0)] + ([(medium, -1.0)] if medium is not None else [])
                    yield _total([(m.level[q, 0, t], 1.0), *made]) <= 0, f"connected_{q}__{phase}"
            if medium is not None:
                for n, levels in enumerate(above):
                    terms = [(m.level[q, step, t], 1.0) for q, step in levels]
                    yield _total([*terms, (medium, -1.0)]) <= len(levels) - 1, f"medium_{j}_{n}__{phase}"


def _smallest_above(m: Model, ladders: list[int], room_kw: float) -> list[list[tuple[int, int]]]:
    """Smallest sets of (ladder, level) that together need more power than there is room for. [kW]

    Smallest: one level less anywhere and the set would fit. Stock above the limit (negative room) has its connection.
    """
    if room_kw < 0:
        return []

    def power_kw(combination: tuple[int, ...]) -> float:
        return sum(
            m.network.ladders[q].power_kw * m.network.ladders[q].added[step]
            for q, step in zip(ladders, combination, strict=True)
            if step >= 0
        )

    found = []
    for combination in product(*(range(-1, len(m.network.ladders[q].added)) for q in ladders)):
        if power_kw(combination) <= room_kw:
            continue
        lower = (
            (*combination[:at], step - 1, *combination[at + 1 :]) for at, step in enumerate(combination) if step >= 0
        )
        if all(power_kw(c) <= room_kw for c in lower):
            found.append([(q, step) for q, step in zip(ladders, combination, strict=True) if step >= 0])
    return found


@RULES.register(unit="EUR")
def within_budget(m: Model, p: Problem) -> Iterator[tuple[Any, str]]:
    """Capital cost by each phase stays within the budgets up to then. [EUR]"""
    from sim.planning.milp.model import cost

    for t, phase in enumerate(p.phases):
        terms = cost(m, p, t)
        if terms:
            yield _total(terms) <= float(m.network.budget_eur[t]), f"budget__{phase}"


@RULES.register(unit="EUR")
def no_carry_over(m: Model, p: Problem) -> Iterator[tuple[Any, str]]:
    """Capital cost of each phase stays within its own budget: what earlier ones left is lost. [EUR]"""
    from sim.planning.milp.model import cost

    for t, phase in enumerate(p.phases):
        terms = cost(m, p, t) + [(x, -eur) for x, eur in (cost(m, p, t - 1) if t else [])]
        if terms:
            yield _total(terms) <= float(m.network.phase_budget_eur[t]), f"own_budget__{phase}"
    yield from _nothing_is_paid_ahead(m, p)


def _nothing_is_paid_ahead(m: Model, p: Problem) -> Iterator[tuple[Any, str]]:
    """No connection and no upgrade before it is needed: money that would be lost could pay for it too early. [kW]"""
    n, limits, by_site = m.network, m.network.limits, _ladders_by_site(m)
    for (j, t), low in m.low.items():
        yield _total([(m.level[q, 0, t], 1.0) for q in by_site[j]]) >= low, f"low_needed_{j}__{p.phases[t]}"
    added_kw: dict[tuple[int, int], list[tuple[Any, float]]] = {}
    drawn_kw: dict[tuple[int, int], list[tuple[Any, float]]] = {}
    for (q, step, t), x in m.level.items():
        ladder = n.ladders[q]
        kw = ladder.power_kw * (ladder.added[step] - (ladder.added[step - 1] if step else 0))
        added_kw.setdefault((ladder.site, t), []).append((x, kw))
        drawn_kw.setdefault((int(limits.area[ladder.site]), t), []).append((x, limits.simultaneous_share * kw))
    for (j, t), medium in m.medium.items():
        above_kw = p.settings.medium_voltage_above_kw - float(n.stock_kw[j]) + ABOVE_KW
        yield _total([*added_kw[j, t], (medium, -above_kw)]) >= 0, f"medium_needed_{j}__{p.phases[t]}"
    for (h, t), up in m.upgrade.items():
        above_kw = float(limits.headroom_kw[h]) + ABOVE_KW
        yield _total([*drawn_kw[h, t], (up, -above_kw)]) >= 0, f"upgrade_needed_{h}__{p.phases[t]}"


@RULES.register(unit="kWh/week")
def equity_floor(m: Model, p: Problem) -> Iterator[tuple[Any, str]]:
    """Each district gets a share of its need served, or the plan pays for what is missing: never infeasible."""
    for f, name in enumerate(m.network.floors.name):
        if name != PRIORITY:
            yield _enough_served(m, f), f"equity_{f}"


@RULES.register(unit="kWh/week")
def priority_floor(m: Model, p: Problem) -> Iterator[tuple[Any, str]]:
    """The priority districts together get a share of their need served, or the plan pays for what is missing."""
    for f, name in enumerate(m.network.floors.name):
        if name == PRIORITY:
            yield _enough_served(m, f), f"priority_{f}"


def _enough_served(m: Model, f: int) -> Any:
    n = m.network
    counts = (n.floors.member[f] > 0)[n.need_group[n.flow_need]]
    terms = [(m.flow[y], float(n.flow_worth[y])) for y in np.flatnonzero(counts).tolist()]
    return _total([(m.shortfall[f], 1.0), *terms]) >= float(n.floors.worth[f])


@RULES.register(unit="kWh/week")
def lost_bays(m: Model, p: Problem) -> Iterator[tuple[Any, str]]:
    """Bays that other cars lose are paid for by parking pressure: a price in the objective, so no row here."""
    yield from ()


@RULES.register(unit="")
def excluded_sites(m: Model, p: Problem) -> Iterator[tuple[Any, str]]:
    """Nothing is added at sites that are excluded."""
    last = len(p.phases) - 1  # points only add
    for q, ladder in enumerate(m.network.ladders):
        if m.network.limits.excluded[ladder.site]:
            yield m.level[q, 0, last] <= 0, f"excluded_{q}"


@RULES.register(unit="")
def forced_sites(m: Model, p: Problem) -> Iterator[tuple[Any, str]]:
    """Something is added by the last phase at sites that are forced."""
    last, by_site = len(p.phases) - 1, _ladders_by_site(m)
    for j in np.flatnonzero(m.network.limits.forced).tolist():
        yield _total([(m.level[q, 0, last], 1.0) for q in by_site.get(j, [])]) >= 1, f"forced_{j}"


@RULES.register(unit="")
def min_distance(m: Model, p: Problem) -> Iterator[tuple[Any, str]]:
    """Of two new sites nearer than allowed one is built at most, and none beside a station that stands."""
    last, by_site, limits = len(p.phases) - 1, _ladders_by_site(m), m.network.limits
    for j, ladders in by_site.items():
        for q in ladders:
            if limits.beside[j]:
                yield m.level[q, 0, last] <= 0, f"beside_a_station_{q}"
            for other in (o for i in limits.apart[j].tolist() if i > j for o in by_site.get(i, [])):
                yield m.level[q, 0, last] + m.level[other, 0, last] <= 1, f"apart_{q}_{other}"


@RULES.register(unit="kW")
def within_grid_capacity(m: Model, p: Problem) -> Iterator[tuple[Any, str]]:
    """The power that a grid area carries at once stays within its headroom and upgrade. [kW]"""
    n, limits = m.network, m.network.limits
    load: dict[tuple[int, int], list[tuple[Any, float]]] = {}
    for (q, step, t), x in m.level.items():
        ladder = n.ladders[q]
        points = ladder.added[step] - (ladder.added[step - 1] if step else 0)
        kw = limits.simultaneous_share * ladder.power_kw * points
        load.setdefault((int(limits.area[ladder.site]), t), []).append((x, kw))
    for (h, t), up in m.upgrade.items():
        yield (
            _total([*load[h, t], (up, -float(limits.upgrade_kw[h]))]) <= float(limits.headroom_kw[h]),
            f"grid_{h}__{p.phases[t]}",
        )


@RULES.register(unit="m")
def mean_way(m: Model, p: Problem) -> Iterator[tuple[Any, str]]:
    """In each phase the mean way of those served on foot is no longer than allowed. [m]"""
    most_m = p.settings.most_mean_way_m
    if most_m <= 0:
        return
    way_m, requests = walks(p, m.network)
    terms: dict[int, list[tuple[Any, float]]] = {}
    for f, (t, over) in enumerate(
        zip(m.network.flow_phase.tolist(), (requests * (way_m - most_m)).tolist(), strict=True)
    ):
        terms.setdefault(t, []).append((m.flow[f], over))
    for t, over_m in terms.items():
        yield _total(over_m) <= 0, f"mean_way__{p.phases[t]}"


def walks(p: Problem, n: Network) -> tuple[Floats, Floats]:
    """Way on foot of each flow [m], and the requests that one erlang of it stands for; 0 where drivers do not walk."""
    key = arc_key(p.arcs)
    need = p.need.assign(row=n.need_of_row)
    need["walking"] = need["requests"].where(need["class_name"].isin(p.settings.walking_classes), 0.0)
    ways = p.arcs.merge(need[[*key, "row", "load_erlang"]], on=key, how="inner")
    ways["m_erlang"] = ways["way_m"] * ways["load_erlang"]  # points that are alike share a row: the mean of their ways
    ways["site"] = p.sites.index.get_indexer(ways["site_id"])
    means = ways.groupby(["row", "site"])[["m_erlang", "load_erlang"]].sum()
    at = pd.MultiIndex.from_arrays([n.flow_need, n.place_site[n.flow_place]])
    mine = means.reindex(at).to_numpy(float)
    way_m = np.divide(mine[:, 0], mine[:, 1], out=np.zeros(len(mine)), where=mine[:, 1] > 0)
    requests = np.bincount(need["row"], weights=need["walking"], minlength=len(n.need_load))
    per_erlang = np.divide(requests, n.need_load, out=np.zeros(len(n.need_load)), where=n.need_load > 0)
    return way_m, per_erlang[n.flow_need]


def leaves_out(m: Model, p: Problem, sites: Sequence[str], least: int) -> Iterator[tuple[Any, str]]:
    """Of some sites at least so many get nothing: what makes a plan differ from one that builds at all of them.

    No rule of its own, since it asks for another plan: see `milp/different.py`.
    """
    last, by_site = len(p.phases) - 1, _ladders_by_site(m)
    rows = [int(j) for j in p.sites.index.get_indexer(sites)]
    out = {j: m.lp.add_variable(f"out_{j}__{len(m.lp.variables())}", 0, 1) for j in rows}
    for j, left in out.items():
        for q in by_site.get(j, []):
            yield m.level[q, 0, last] + left <= 1, f"out_{j}_{q}__{left.name}"
    yield (
        _total([(left, 1.0) for left in out.values()]) >= least,
        f"leaves_out__{len(m.lp.variables())}",
    )
