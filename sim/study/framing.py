"""The planning problem of a study before any simulation has been seen."""

from __future__ import annotations

from sim.city.city import City
from sim.demand.expected import expected_demand
from sim.planning.frame import frame_problem
from sim.planning.problem import Problem
from sim.study.need import demand_points
from sim.study.study import Study


def planning_problem(study: Study, city: City) -> Problem:
    """The planning problem of a study, all corrections 1: what its first plan is made for."""
    demand = {phase: expected_demand(city, study.demand, year=phase, path=study.path) for phase in study.phases}
    points = demand_points(city, demand, behaviour=study.behaviour, reach=study.reach)
    return frame_problem(
        phases=study.phases, need=points.need, arcs=points.arcs, sites=city.sites,
        stock=city.stations.groupby(["site_id", "technology"], as_index=False, sort=False)["points"].sum(),
        technologies=study.technology, settings=study.planning,
        priority=city.districts.index[city.districts["priority_area"]],
    )  # fmt: skip
