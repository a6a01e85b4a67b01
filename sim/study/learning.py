"""From counted sessions of a pilot to demand that agrees with them.

The pilot's city is simulated with the demand of the model, so that the sessions expected at the stations of a district
leave out the drivers who found no free point, and count those who came over from next door. Where more is counted than
expected there are more drivers, and with more drivers stations are full more often: so it is simulated again with what
was learnt, with the same draws, a few times over.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.city import City
from sim.demand.expected import ExpectedDemand
from sim.demand.requests import USE_CASES
from sim.demand.update import learnt_factors, rescaled
from sim.errors import DataError
from sim.parameter import parameter
from sim.scoring.ways import ways_between_districts
from sim.study.need import CLASSES, DAYS_PER_WEEK
from sim.study.replicate import Experiment, replicate

PAIR = ["class_name", "district_id"]
MORE = 1.1  # times the demand, to see how many more sessions more demand brings
LEAST_ANSWER = 0.05  # of sessions to demand; where stations are full all day nothing can be learnt any more


@dataclass(frozen=True)
class Learning:
    """How counted sessions change the demand of the model; values in `configs/learning/`."""

    city_cv: float = parameter(
        unit="-", meaning="coefficient of variation of a class's demand in the whole city around the model's, before "
        "anything is counted", source="assumption: 2030 paths of the car stock spread by a fifth, other inputs as much",
        confidence="M", low=0.15, high=0.6, at_least=0.01, at_most=3,
    )  # fmt: skip
    district_cv: float = parameter(
        unit="-", meaning="coefficient of variation of a district's demand around that of the city, before anything is "
        "counted", source="assumption", confidence="M", low=0.1, high=0.6, at_least=0.01, at_most=3,
    )  # fmt: skip
    rounds: int = parameter(
        unit="rounds", meaning="simulations of the pilot, each with the demand that the last one taught",
        source="choice, measured", confidence="-", at_least=1, at_most=20,
    )  # fmt: skip
    replications: int = parameter(
        unit="replications", meaning="replications of each of these simulations; the pilot's counts are worth no more "
        "than as many weeks simulated", source="choice, measured", confidence="-", at_least=1, at_most=1000,
    )  # fmt: skip


@dataclass(frozen=True)
class Learnt:
    """What a pilot taught.

    table    : one row a class counted and district: class_name, district_id, sessions (counted), weeks, modelled
               (sessions that the model expected there before), expected (the same for a factor of 1, but as often full
               as with the demand learnt), information (share of the counts that tells about demand: little where
               stations are full), factor, factor_low, factor_high (90 % interval), city_factor, own_share
    """

    table: pd.DataFrame

    def applied(self, expected: ExpectedDemand, city: City) -> ExpectedDemand:
        """The expected demand of any year with what was learnt."""
        return rescaled(expected, city, self.table, classes=CLASSES)


def nothing_learnt() -> Learnt:
    """What no pilot teaches: demand stays as it is."""
    return Learnt(pd.DataFrame({**{name: pd.Series(dtype="str") for name in PAIR}, "factor": pd.Series(dtype=float)}))


def learn(
    city: City,
    counts: pd.DataFrame,
    experiment: Experiment,
    *,
    learning: Learning,
    progress: Callable[[str], None],
    done: Callable[[], None],
) -> Learnt:
    """Factors on the demand of each class and district that make it agree with what was counted.

    city       : with the stations that stood while it was counted
    counts     : COUNTS
    experiment : demand of the model in the year of the pilot, and how to simulate it
    progress, done : told what begins, and when a replication is finished

    Raises DataError where sessions are counted in a district in which no station of the city can serve the class.
    """
    districts, names = city.districts.index, list(CLASSES)
    row = districts.get_indexer(counts["district_id"]), [names.index(name) for name in counts["class_name"]]
    weeks = counts["weeks"].to_numpy(float)
    factor, demand = np.ones((len(districts), len(names))), experiment.expected
    simulated_weeks = learning.replications * experiment.simulation.horizon.weeks

    def sessions_with(demand: ExpectedDemand) -> NDArray[np.float64]:
        asking = dataclasses.replace(experiment, expected=demand)
        return _sessions_per_week(city, asking, replications=learning.replications, done=done)

    for number in range(1, learning.rounds + 1):
        progress(f"pilot: simulating, {number} of {learning.rounds}")
        sessions, more = sessions_with(demand), sessions_with(_times(demand, MORE))
        if number == 1:
            modelled = sessions[row] * weeks
            _check_stations(counts, modelled)
        rows = counts.assign(
            expected=(sessions / factor)[row] * weeks,
            information=_information(sessions[row], more[row], weeks, simulated_weeks),
        )
        table = learnt_factors(
            rows, districts=list(districts), city_cv=learning.city_cv, district_cv=learning.district_cv
        )
        for name, learnt in table.groupby("class_name"):
            factor[:, names.index(str(name))] = learnt["factor"]  # in the order of districts
        demand = rescaled(experiment.expected, city, table, classes=CLASSES)
    before = counts[[*PAIR, "weeks"]].assign(modelled=modelled)
    table = table.merge(before, on=PAIR, how="left").fillna({"weeks": 0.0, "modelled": 0.0})
    columns = ["sessions", "weeks", "modelled", "expected", "information", "factor", "factor_low", "factor_high"]
    return Learnt(table[[*PAIR, *columns, "city_factor", "own_share"]])


def _information(
    sessions: NDArray[np.float64], more: NDArray[np.float64], weeks: NDArray[np.float64], simulated_weeks: float
) -> NDArray[np.float64]:
    """Share of the counts that tells about demand. [share]

    n counts fix the logarithm of the sessions to 1 / n, and m simulated sessions what was to be expected to 1 / m: of n
    there count n m / (n + m). Where demand grows by 1 % and sessions only by e %, the logarithm of the demand is known
    1 / e times worse, which leaves e^2 of the counts.

    sessions, more : with the demand and with `MORE` times of it [1/week]
    """
    some = sessions > 0
    growth = np.log(np.divide(more, sessions, out=np.ones_like(sessions), where=some & (more > 0))) / np.log(MORE)
    answer = np.clip(growth, LEAST_ANSWER, 1.0)
    return np.asarray(answer**2 * simulated_weeks / (simulated_weeks + weeks))


def _times(expected: ExpectedDemand, factor: float) -> ExpectedDemand:
    return dataclasses.replace(
        expected, requests_bev=expected.requests_bev * factor, requests_phev=expected.requests_phev * factor,
        energy_kwh=expected.energy_kwh * factor,
    )  # fmt: skip


def _sessions_per_week(
    city: City, experiment: Experiment, *, replications: int, done: Callable[[], None]
) -> NDArray[np.float64]:
    """Sessions at the stations of each district, districts x classes. [1/week]

    Requests are known exactly; only which share of them ends as a session where is simulated, which needs few weeks.
    """
    [ways] = replicate(
        [city], experiment, stage="search", numbers=range(replications),
        measure=ways_between_districts, done=done,
    )  # fmt: skip
    shares = reduce(add, ways).shares
    codes = city.districts.index.get_indexer(city.cells["district_id"])
    requests = np.zeros((len(city.districts), len(USE_CASES)))
    np.add.at(requests, codes, experiment.expected.requests_per_day * DAYS_PER_WEEK)
    sessions = np.einsum("ou,uod->du", requests, shares)
    of_class = [[USE_CASES.index(use_case) for use_case in use_cases] for use_cases in CLASSES.values()]
    return np.column_stack([sessions[:, columns].sum(axis=1) for columns in of_class])


def _check_stations(counts: pd.DataFrame, modelled: NDArray[np.float64]) -> None:
    """Sessions can only be counted where the model has stations for them."""
    lost = counts[(counts["sessions"] > 0) & (modelled <= 0)]
    if len(lost):
        raise DataError(
            f"counts: {row.class_name}/{row.district_id}: sessions ({row.sessions}) at no station: none in that "
            "district serves the class in the city of the settings; add it to stations.csv, or give plan=FILE"
            for row in lost.itertuples()
        )
