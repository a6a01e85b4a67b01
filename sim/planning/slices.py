"""One phase of a problem on its own.

Each phase serves its own need; only builds, money and grid upgrades tie the phases together. So who is served can be
worked out phase by phase, and a phase that may build afresh with all the money spent by then does at least as well as
the same phase of any plan: the bound of `milp/bound.py`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.planning.network import Floats, Network
from sim.planning.problem import Problem


def phase_problem(problem: Problem, t: int) -> Problem:
    """The problem with the need of one phase only."""
    if len(problem.phases) == 1:
        return problem
    year = problem.phases[t]
    need = problem.need[problem.need["phase"] == year].reset_index(drop=True)
    arcs = problem.arcs[problem.arcs["phase"] == year] if "phase" in problem.arcs.columns else problem.arcs
    return replace(problem, phases=(year,), need=need, arcs=arcs, settled={})


def phase_network(network: Network, t: int) -> Network:
    """The network of `phase_problem`, worth and prices weighted as in the whole; all money of the phases up to t.

    Places and ladders keep their rows. Sites need only be forced by the last phase.
    """
    n, phases = network, network.place_base.shape[1]
    if phases == 1:
        return n
    group = np.array([s == t for _, s in n.groups], dtype=bool)
    need = group[n.need_group]
    row, flow = need[n.need_of_row], n.flow_phase == t
    new_group, new_need, new_row = (np.cumsum(kept) - 1 for kept in (group, need, row))
    return replace(
        n,
        flow_need=new_need[n.flow_need[flow]],
        flow_place=n.flow_place[flow],
        flow_phase=np.zeros(int(flow.sum()), np.int64),
        flow_limit=n.flow_limit[flow],
        flow_worth=n.flow_worth[flow],
        flow_takes=n.flow_takes[flow],
        need_of_row=new_need[n.need_of_row[row]],
        need_row=new_row[n.need_row[need]],
        need_load=n.need_load[need],
        need_group=new_group[n.need_group[need]],
        groups=tuple((district, 0) for district, s in n.groups if s == t),
        group_reach=n.group_reach[group],
        floors=n.floors.of_phase(t, group),
        place_base=n.place_base[:, [t]],
        ladders=tuple(
            replace(ladder, gain=ladder.gain[:, [t]], bay_price=ladder.bay_price[[t]]) for ladder in n.ladders
        ),
        budget_eur=n.budget_eur[[t]],
        phase_budget_eur=n.budget_eur[[t]],
        cost_weight=n.cost_weight[[t]],
        limits=n.limits if t == phases - 1 else n.limits.forcing_nothing(),
        settled=n.settled[:, :0],
    )


def trim(network: Network) -> tuple[Network, list[int]]:
    """A one-phase network without the levels and ladders that add nothing in it, and the ladders kept.

    Exact: a level above costs more and serves nobody else.
    """
    kept, ladders = [], []
    for q, ladder in enumerate(network.ladders):
        adds = np.diff(ladder.gain[:, 0], prepend=0.0) > 0
        top = len(adds) if adds.all() else int(adds.argmin())  # gain is capped: once it stops, it stops for good
        top = max(top, int(network.limits.forced[ladder.site]))
        if top:
            kept.append(q)
            ladders.append(replace(ladder, added=ladder.added[:top], gain=ladder.gain[:top]))
    useful = network.place_base[:, 0] > 0
    useful[[ladder.place for ladder in ladders]] = True
    columns = ("flow_need", "flow_place", "flow_phase", "flow_limit", "flow_worth", "flow_takes")
    flow: dict[str, Floats] = {name: getattr(network, name)[useful[network.flow_place]] for name in columns}
    return replace(network, ladders=tuple(ladders), settled=network.settled[kept], **flow), kept  # type: ignore[arg-type]
