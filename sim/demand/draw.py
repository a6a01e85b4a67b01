"""Draw requests: all chance of demand, before any station is looked at.

Every quantity of every use case has a stream of its own (`sim.rng`), so changing one parameter leaves all other draws
alone and two plans, or two settings, meet the same drivers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from sim.city.city import City
from sim.city.technology import Technology
from sim.clock import MIN_PER_H, Horizon
from sim.demand.behaviour import Behaviour
from sim.demand.expected import ExpectedDemand
from sim.demand.luck import draw_informed, draw_start_luck
from sim.demand.profile import hours_of
from sim.demand.requests import USE_CASES, Requests
from sim.demand.settings import Demand
from sim.demand.stays import stay_h
from sim.demand.vehicles import draw_charge, draw_vehicle, efficiency
from sim.rng import pick, stream

Streams = Callable[[str], np.random.Generator]


def draw_requests(
    city: City,
    expected: ExpectedDemand,
    demand: Demand,
    behaviour: Behaviour,
    *,
    horizon: Horizon,
    seed: int,
    stage: str,
    replication: int,
    technologies: Mapping[str, Technology] | None = None,
) -> Requests:
    """Every wish to charge in public during warm-up and measured days, in order of arrival.

    Per use case a Poisson number, hours by the weekly profile, cells by their expected requests, then the point in the
    cell, vehicle, charge state, stay and reach, each independent of the others.

    stage, replication : which independent set of draws, see `sim.rng.stream`
    technologies : those that may stand, by name; the luck of starts is drawn if charging may fail to start at one
    """
    starts_fail = any(technology.failed_start_share > 0 for technology in (technologies or {}).values())
    most_tries = max(behaviour.tries.values()) if starts_fail else 0
    parts = []
    for number, use_case in enumerate(USE_CASES):

        def streams(purpose: str, use_case: str = use_case) -> np.random.Generator:
            return stream(seed, stage, replication, f"{use_case} {purpose}")

        arrival = _arrivals(expected, number, horizon, streams)
        columns = dict(arrival_min=arrival, use_case=np.full(len(arrival), number, np.int8))
        columns |= _places(city, expected, number, len(arrival), streams)
        columns |= _cars(expected, demand, number, len(arrival), streams)
        columns |= _conduct(demand, behaviour, use_case, arrival, streams)
        columns["informed"] = draw_informed(behaviour.informed_share[use_case], len(arrival), streams)
        columns["start_luck"] = draw_start_luck(behaviour.tries[use_case], len(arrival), most_tries, streams)
        parts.append(columns)
    together = {name: np.concatenate([columns[name] for columns in parts]) for name in parts[0]}
    order = np.argsort(together["arrival_min"], kind="stable")
    return Requests(**{name: column[order] for name, column in together.items()})


def _arrivals(expected: ExpectedDemand, number: int, horizon: Horizon, streams: Streams) -> NDArray[np.float64]:
    """Arrivals since the start of the run, in no order. [min]"""
    per_day = expected.requests_per_day[:, number].sum()
    rate = per_day * expected.rate_profile[number][hours_of(horizon)]
    n = int(streams("number").poisson(rate.sum()))
    hour = pick(rate, streams("hour").random(n))
    return (hour + streams("minute").random(n)) * MIN_PER_H


def _places(
    city: City, expected: ExpectedDemand, number: int, n: int, streams: Streams
) -> dict[str, NDArray[np.generic]]:
    """Cell, and a point anywhere in its square."""
    cell = pick(expected.requests_per_day[:, number], streams("cell").random(n))
    x, y, side = (city.cells[name].to_numpy(float)[cell] for name in ("x_m", "y_m", "side_m"))
    return dict(
        cell=cell.astype(np.int32),
        x_m=x + side * (streams("east").random(n) - 0.5),
        y_m=y + side * (streams("north").random(n) - 0.5),
    )


def _cars(
    expected: ExpectedDemand, demand: Demand, number: int, n: int, streams: Streams
) -> dict[str, NDArray[np.generic]]:
    """Vehicle, battery, state of charge, energy wanted at the meter, limits of the car."""
    use_case = USE_CASES[number]
    vehicle, battery = draw_vehicle(
        demand, n, year=expected.year, phev_share=expected.phev_share(number), streams=streams
    )
    arrival, target = draw_charge(demand, n, use_case=use_case, streams=streams)
    return dict(
        vehicle=vehicle,
        battery_kwh=battery,
        soc_arrival=arrival,
        soc_target=target,
        need_kwh=battery * (target - arrival) / efficiency(demand, use_case),
        ac_kw=np.array(demand.fleet.ac_kw, float)[vehicle],
        dc_kw=np.array(demand.fleet.dc_kw, float)[vehicle],
    )


def _conduct(
    demand: Demand, behaviour: Behaviour, use_case: str, arrival_min: NDArray[np.float64], streams: Streams
) -> dict[str, NDArray[np.generic]]:
    """Stay, idle time, patience and reach."""
    n = len(arrival_min)
    if use_case == "hub":
        median, sigma = demand.charge.hub_idle_min
        return dict(
            stay_min=np.full(n, np.inf),
            idle_min=median * np.exp(sigma * streams("idle").standard_normal(n)),
            patience_min=behaviour.hub_patience_min * streams("patience").standard_exponential(n),
            reach_m=np.full(n, behaviour.drive_reach_km * 1000),
        )
    hour = (arrival_min // MIN_PER_H).astype(np.intp) % 24
    stay = stay_h(
        getattr(demand.stay_h, use_case), hour, streams("stay part").random(n), streams("stay").standard_normal(n)
    )
    walk = behaviour.walk_median_m[use_case] * np.exp(behaviour.walk_sigma * streams("reach").standard_normal(n))
    return dict(stay_min=stay * MIN_PER_H, idle_min=np.full(n, np.inf), patience_min=np.full(n, np.inf), reach_m=walk)
