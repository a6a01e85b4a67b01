"""Run the simulation: settings, the choice of engine, and one call from city and requests to sessions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from sim.city.technology import Technology
from sim.clock import Horizon
from sim.demand.behaviour import Behaviour
from sim.demand.choice import Ranked
from sim.demand.requests import Requests
from sim.demand.settings import Demand
from sim.parameter import parameter
from sim.registry import Registry
from sim.simulation.conditions import NOTHING_BINDS, Conditions
from sim.simulation.policies import QUEUE_POLICIES
from sim.simulation.sessions import Sessions
from sim.simulation.workload import Workload, build_workload

Engine = Callable[[Workload], Sessions]
ENGINES: Registry[Engine] = Registry("engine")


@ENGINES.register()
def simpy(workload: Workload) -> Sessions:
    """The model to read, and the reference. (SimPy is loaded when it runs, not before.)"""
    from sim.simulation.engines.simpy_engine import run

    return run(workload)


@ENGINES.register()
def compiled(workload: Workload) -> Sessions:
    """The same sessions to the last bit, some thirty times as fast; needs the extra `fast`. (Numba is loaded late.)

    The first call compiles for some 20 s and keeps the machine code for later processes. Before replications run side
    by side it is made ready once (`twin.ready_engines`), or every worker would compile for itself.
    """
    from sim.simulation.engines.compiled_engine import run

    return run(workload)


@dataclass(frozen=True)
class Precision:
    """When the verdict has enough replications: at the wanted half-width of the 95 % intervals, or at a cap."""

    kpi: str = parameter(
        unit="", meaning="KPI of the whole city whose intervals are to be narrow; name in KPIS", source="choice",
        confidence="-",
    )  # fmt: skip
    error: str = parameter(
        unit="", meaning="absolute = half-widths are in the unit of the KPI; relative = they are shares of its mean",
        source="choice", confidence="-", choices=("absolute", "relative"),
    )  # fmt: skip
    level_half_width: float = parameter(
        unit="unit of the KPI or share", meaning="widest half-width of the 95 % interval of the KPI, for either city",
        source="choice", confidence="-", above=0,
    )  # fmt: skip
    difference_half_width: float = parameter(
        unit="unit of the KPI or share", meaning="widest half-width of the 95 % interval of the paired difference",
        source="choice", confidence="-", above=0,
    )  # fmt: skip
    batch: int = parameter(
        unit="runs", meaning="replications added at a time while an interval is too wide", source="choice",
        confidence="-", at_least=1,
    )  # fmt: skip
    most_replications: int = parameter(
        unit="runs", meaning="replications are added up to this number; verdict_replications are made in any case",
        source="choice", confidence="-", at_least=2,
    )  # fmt: skip


@dataclass(frozen=True)
class Simulation:
    """Settings of the simulation; values in `configs/simulation/`."""

    precision: Precision
    engine: str = parameter(
        unit="", meaning="engine of the verdict: name in ENGINES", source="choice", confidence="-"
    )  # fmt: skip
    search_engine: str = parameter(
        unit="", meaning="engine while searching for a plan; auto = compiled where numba is installed, else simpy",
        source="choice", confidence="-", choices=("auto", "simpy", "compiled"),
    )  # fmt: skip
    queue_policy: str = parameter(unit="", meaning="name in QUEUE_POLICIES", source="choice", confidence="-")
    warm_up_days: int = parameter(
        unit="d", meaning="days simulated before the measured week; stays are cut at two days", source="choice",
        confidence="-", at_least=0,
    )  # fmt: skip
    warm_up_tolerance: float = parameter(
        unit="share", meaning="load at the end of the measured weeks less that at their start, as a share of the load, "
        "that does no harm", source="choice", confidence="-", at_least=0, at_most=1,
    )  # fmt: skip
    days: int = parameter(
        unit="d", meaning="days measured; 7 = a typical week", source="choice", confidence="-", at_least=1
    )  # fmt: skip
    search_replications: int = parameter(
        unit="runs", meaning="replications while searching for a plan", source="choice", confidence="-", at_least=2
    )  # fmt: skip
    verdict_replications: int = parameter(
        unit="runs", meaning="fresh replications that judge the plan, at least; see precision",
        source="choice: 20 or more", confidence="-", at_least=2,
    )  # fmt: skip
    workers: int = parameter(
        unit="processes", meaning="replications run side by side; 0 = one per core", source="choice", confidence="-",
        at_least=0,
    )  # fmt: skip

    @property
    def horizon(self) -> Horizon:
        """Warm-up and measured days."""
        return Horizon(self.warm_up_days, self.days)


def simulate(
    requests: Requests,
    ranked: Ranked,
    *,
    stations: pd.DataFrame,
    demand: Demand,
    behaviour: Behaviour,
    simulation: Simulation,
    conditions: Conditions = NOTHING_BINDS,
    technologies: Mapping[str, Technology] | None = None,
) -> tuple[Workload, Sessions]:
    """What becomes of each request at the stations of a city, and the workload that says why.

    requests, ranked : drawn requests and the stations each tries (`rank_stations` on the same stations)
    stations : city.stations
    conditions : limits, outages and longest stays of this run (`draw_conditions`)
    technologies : by name, all that `stations` mentions; without them every start succeeds
    Errors: UnknownName for an engine or queue policy there is none of; DataError for impossible columns.
    """
    engine, policy = ENGINES[simulation.engine], QUEUE_POLICIES[simulation.queue_policy]
    workload = build_workload(
        requests, ranked, stations=stations, demand=demand, behaviour=behaviour, policy=policy, conditions=conditions,
        technologies=technologies,
    )  # fmt: skip
    return workload, engine(workload)
