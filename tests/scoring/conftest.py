"""A town of two districts, three cells and three stations, and six drivers whose scores are worked by hand.

    district A (priority): cell 0 with 1,000 residents; station s0, 2 AC points, 200 m from the cell
    district B: cells 1 and 2 with 2,000 and 1,000 residents; s1, 1 AC point, 350 m from cell 1; s2, 2 DC, at cell 2

Measured are seven days after a warm-up of one: minutes 1,440 to 11,520.
"""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from sim.city.city import City
from sim.city.technology import WEEKDAYS, Technology
from sim.clock import Horizon
from sim.demand.requests import USE_CASES, Requests
from sim.scoring.run import Run, survey_city
from sim.scoring.scorecard import KPIS
from sim.simulation.sessions import Outcome, Sessions

TECHNOLOGIES = {
    "ac22": Technology(
        "AC 22", "AC", 22.0, 5000.0, 300.0, 10.0, [1, 2], None, 48.0, 0.0, 0.5, [], 1.0, ["kerb"], 0, 24, list(WEEKDAYS)
    ),
    "dc150": Technology(
        "DC 150",
        "DC",
        150.0,
        60000.0,
        2000.0,
        10.0,
        [2],
        None,
        48.0,
        0.0,
        0.5,
        [],
        1.0,
        ["kerb"],
        0,
        24,
        list(WEEKDAYS),
    ),
}
EV_WITHOUT_PRIVATE_PARKING = {"A": 10.0, "B": 20.0}
NAN = float("nan")


@pytest.fixture
def town() -> City:
    districts = pd.DataFrame(
        {"name": ["A", "B"], "residents": [1000.0, 3000.0], "area_km2": 1.0, "priority_area": [True, False]},
        index=pd.Index(["A", "B"], name="district_id"),
    )
    cells = pd.DataFrame(
        {
            "district_id": ["A", "B", "B"],
            "x_m": [0.0, 1000.0, 3000.0],
            "y_m": 0.0,
            "residents": [1000.0, 2000.0, 1000.0],
        },
        index=pd.Index(["c0", "c1", "c2"], name="cell_id"),
    )
    stations = pd.DataFrame(
        {
            "site_id": ["p0", "p1", "p2"],
            "district_id": ["A", "B", "B"],
            "x_m": [200.0, 1000.0, 3000.0],
            "y_m": [0.0, 350.0, 0.0],
            "technology": ["ac22", "ac22", "dc150"],
            "power_kw": [22.0, 22.0, 150.0],
            "points": [2, 1, 2],
            "origin": "register",
        },
        index=pd.Index(["s0", "s1", "s2"], name="station_id"),
    )
    return City("town", "Town", "given", districts, cells, stations, stations, None, (), ())


@pytest.fixture
def survey(town):
    def make(city=town, *, days=7, ev=EV_WITHOUT_PRIVATE_PARKING):
        return survey_city(
            city,
            Horizon(warm_up_days=1, days=days),
            technologies=TECHNOLOGIES,
            walk_detour_factor=1.25,
            ev_without_private_parking=pd.Series(ev),
        )

    return make


@pytest.fixture
def run_of(survey):
    """Build a run from one dict for each driver; what is left out has the value of DRIVER."""

    def make(drivers, *, on=None):
        rows = [DRIVER | driver for driver in drivers]

        def column(name, dtype="f8"):
            return np.array([row[name] for row in rows], dtype=dtype)

        width = max((len(row["choices"]) for row in rows), default=1)
        choices = np.full((len(rows), width), -1, dtype="i4")
        for row, driver in zip(choices, rows, strict=True):
            row[: len(driver["choices"])] = driver["choices"]
        last = column("choice", "i1")
        unused = dict.fromkeys((field.name for field in dataclasses.fields(Requests)), np.zeros(len(rows)))
        requests = Requests(
            **unused
            | dict(
                arrival_min=column("arrival"),
                use_case=np.array([USE_CASES.index(row["use_case"]) for row in rows], "i1"),
                cell=column("cell", "i4"),
                need_kwh=column("need"),
                patience_min=column("patience"),
            )
        )
        sessions = Sessions(
            outcome=column("outcome", "i1"),
            tries=(last + 1).astype("i1"),
            choice=last,
            station=np.array([row["choices"][row["choice"]] if row["choices"] else -1 for row in rows], "i4"),
            point=np.full(len(rows), -1, "i4"),
            wait_min=column("wait"),
            start_min=column("start"),
            full_min=column("full"),
            end_min=column("end"),
            energy_kwh=column("energy"),
        )
        return Run(survey() if on is None else on, requests, choices, sessions, column("way"))

    return make


DRIVER = dict(
    use_case="kerbside", cell=0, arrival=1500.0, need=10.0, patience=15.0, choices=(0,), choice=0,
    outcome=Outcome.SERVED, wait=0.0, start=NAN, full=NAN, end=NAN, energy=0.0, way=NAN,
)  # fmt: skip


@pytest.fixture
def six_drivers(run_of) -> Run:
    """The drivers of most examples.

    0 kerbside in A: at s0 from 1500 to 1800, full at 1560 with the 11 kWh wanted; walks 250 m
    1 destination in B: finds s1 taken, at s0 from 1610 to 1730 with 22 of 30 kWh, never full; walks 1,000 m
    2 kerbside in B: finds s1 taken and has no other choice; wanted 8 kWh
    3 hub in B: waits 6 min at s2, there from 2006 to 2036, full at 2026 with the 50 kWh wanted
    4 hub in B: gives up at s2 after 15 min; wanted 40 kWh
    5 work in A: nothing in reach; wanted 5 kWh
    """
    return run_of(
        [
            dict(need=11, start=1500, full=1560, end=1800, energy=11, way=250),
            dict(use_case="destination", cell=1, arrival=1600, need=30, choices=(1, 0), choice=1, start=1610, end=1730,
                 energy=22, way=1000),
            dict(cell=1, arrival=1650, need=8, choices=(1,), outcome=Outcome.BALKED, end=1650),
            dict(use_case="hub", cell=2, arrival=2000, need=50, choices=(2,), wait=6, start=2006, full=2026, end=2036,
                 energy=50, way=2000),
            dict(use_case="hub", cell=2, arrival=2010, need=40, choices=(2,), outcome=Outcome.RENEGED, wait=15,
                 end=2025),
            dict(use_case="work", arrival=3000, need=5, choices=(), outcome=Outcome.NO_CHOICE, end=3000),
        ]
    )  # fmt: skip


@pytest.fixture
def values():
    """KPI values of a run as id -> number."""

    def of(run, kpi, scope):
        return dict(zip(run.survey.ids[scope], KPIS[kpi](run, scope).tolist(), strict=True))

    return of


@pytest.fixture
def random_run(run_of, survey):
    """A run of 400 drivers with every outcome, a fifth of them before the measured days."""

    def make(seed=1, *, on=None):
        rng = np.random.default_rng(seed)
        drivers = []
        for _ in range(400):
            outcome = Outcome(int(rng.integers(len(Outcome))))
            arrival, stay = rng.uniform(0, 7200), rng.uniform(10, 900)
            in_session = outcome <= Outcome.CUT_SHORT
            choices = () if outcome == Outcome.NO_CHOICE else tuple(rng.permutation(3)[: rng.integers(1, 4)].tolist())
            drivers.append(
                dict(
                    use_case=str(rng.choice(USE_CASES)), cell=int(rng.integers(3)), arrival=arrival,
                    need=rng.uniform(5, 40), choices=choices, choice=int(rng.integers(max(len(choices), 1))),
                    outcome=outcome, wait=0.0, start=arrival if in_session else NAN,
                    full=arrival + stay / 2 if in_session and rng.random() < 0.5 else NAN,
                    end=arrival + stay if in_session else NAN, energy=rng.uniform(1, 5) if in_session else 0.0,
                    way=rng.uniform(0, 600) if in_session else NAN,
                )
            )  # fmt: skip
        return run_of(drivers, on=on)

    return make
