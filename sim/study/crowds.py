"""What the bound of the street is told of demand: cars plugged in hour by hour, by district and use case."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.city.city import City
from sim.demand.requests import USE_CASES
from sim.planning.pooling import CROWD, Crowds
from sim.study.need import CLASS_OF, DAYS_PER_WEEK
from sim.study.replicate import Experiment


def crowds_of(city: City, experiments: Mapping[int, Experiment]) -> Crowds:
    """The crowds of all phases; who charges at a hub is gone sooner where points are faster than demand reckons with.

    experiments : by phase
    """
    tables, loads = [], []
    districts, number = np.unique(city.cells["district_id"].to_numpy(str), return_inverse=True)
    for phase, experiment in experiments.items():
        expected, fastest_kw = experiment.expected, max(t.power_kw for t in experiment.technologies.values())
        for use, use_case in enumerate(USE_CASES):
            requests = np.bincount(number, expected.requests_per_day[:, use], len(districts))
            energy_kwh = np.bincount(number, expected.energy_kwh[:, use], len(districts))
            sooner = min(1.0, experiment.demand.charge.hub_kw / fastest_kw) if use_case == "hub" else 1.0
            tables.append(
                pd.DataFrame(
                    {
                        "phase": phase, "district_id": districts, "class_name": CLASS_OF[use_case],
                        "use_case": use_case, "requests": requests * DAYS_PER_WEEK,
                        "energy_kwh": energy_kwh * DAYS_PER_WEEK,
                    }
                )
            )  # fmt: skip
            loads.append(np.outer(requests, expected.load_profile[use]) * sooner)
    return Crowds(
        table=pd.concat(tables, ignore_index=True)[[*CROWD, "requests", "energy_kwh"]],
        load=np.concatenate(loads),
        queueing=_queueing(experiments),
    )


def _queueing(experiments: Mapping[int, Experiment]) -> frozenset[str]:
    """Currents at which some driver joins a queue: hubs always, others where `balk_at` lets them."""
    return frozenset(
        e.behaviour.current[use]
        for e in experiments.values()
        for use in USE_CASES
        if e.behaviour.balk_at.get(use, 1) > 0
    )
