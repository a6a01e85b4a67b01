"""How much of the need falls into the hours in which a technology is open: what the planner knows of opening hours."""

from __future__ import annotations

from collections.abc import Mapping

from sim.city.technology import Technology
from sim.demand.behaviour import Behaviour
from sim.demand.expected import ExpectedDemand
from sim.demand.requests import USE_CASES


def open_shares(
    expected: ExpectedDemand, technologies: Mapping[str, Technology], behaviour: Behaviour
) -> dict[str, float]:
    """Share of the cars that would be plugged in over a week, all served, that are in a technology's open hours.

    By name, only of technologies that close. Cars count whose use case needs the current of the technology.

    The planner lets a point count for that share of its Erlang capacity: as much energy as points that never close
    would deliver in these hours. An approximation: who plugs in while it is open may have to leave early (less), and
    who is turned away may find another point later (more). The simulator knows the hours themselves.
    """
    shares = {}
    for name, technology in technologies.items():
        if technology.always_open:
            continue
        uses = [use for use in USE_CASES if behaviour.current[use] == technology.current]
        load = expected.offered_load(uses).sum(axis=0)
        shares[name] = float(load[technology.open_hours()].sum() / load.sum()) if load.sum() > 0 else 0.0
    return shares
