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
    """Share of the need that a technology which closes can serve, by name; only of technologies that close. [share]

    The smaller of two: the share of the requests that begin in its open hours, since who finds it closed looks
    elsewhere, and the share of all plugged-in time that lies in them, since who is there at closing has to leave.
    Requests count whose use case needs the current of the technology.

    The planner lets a point count for that share of its Erlang capacity: about as much energy as points that never
    close would deliver to these drivers. An approximation; the simulator knows the hours themselves.
    """
    shares = {}
    for name, technology in technologies.items():
        if technology.always_open:
            continue
        uses = [number for number, use in enumerate(USE_CASES) if behaviour.current[use] == technology.current]
        requests = expected.requests_per_day[:, uses].sum(axis=0)
        is_open = technology.open_hours()
        of_hours = [requests @ profile[uses] for profile in (expected.rate_profile, expected.load_profile)]
        shares[name] = min(float(h[is_open].sum() / h.sum()) if h.sum() > 0 else 0.0 for h in of_hours)
    return shares
