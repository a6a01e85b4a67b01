"""Outside yardsticks beside the city as it is and with the plan, one comparison a row."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from sim.city.city import City
from sim.city.technology import Technology
from sim.demand.expected import ExpectedDemand
from sim.economics.benchmarks import Benchmarks, afir_power, north_south, plug_ins_per_point, points_per_10k

SOURCE = {field.name: str(field.metadata.get("source", "")) for field in dataclasses.fields(Benchmarks)}


class Row(NamedTuple):
    """One comparison; columns as `StudyResult.yardsticks`."""

    name: str
    value: float
    unit: str
    reference: str
    reference_value: float
    source: str
    note: str


class Facts(NamedTuple):
    """What a city is compared by: cars of the year planned for, kinds of points, reference values."""

    bev: float
    phev: float
    technologies: Mapping[str, Technology]
    benchmarks: Benchmarks


def yardsticks_table(
    as_is: City,
    planned: City,
    expected: ExpectedDemand,
    *,
    technologies: Mapping[str, Technology],
    benchmarks: Benchmarks,
) -> pd.DataFrame:
    """Columns as `StudyResult.yardsticks`; names end with the state: `_as_is` or `_plan`.

    expected : its cars are those of the year planned for, also beside the network as it is
    """
    bev, phev = (float(expected.cells[name].sum()) for name in ("bev", "phev"))
    facts = Facts(bev, phev, technologies, benchmarks)
    rows = [
        row
        for compared in (_power, _cars, _residents, _priority_area)
        for state, city in (("as_is", as_is), ("plan", planned))
        for row in compared(state, city, facts)
    ]
    return pd.DataFrame(rows, columns=list(Row._fields))


def _power(state: str, city: City, facts: Facts) -> Iterator[Row]:
    power_kw = city.stations["technology"].map({name: t.power_kw for name, t in facts.technologies.items()})
    installed_kw = float((city.stations["points"] * power_kw).sum())
    b = facts.benchmarks
    required_kw = afir_power(b, bev=facts.bev, phev=facts.phev, installed_kw=installed_kw)["required_kw"].item()
    note = (
        f"{b.afir_kw_per_bev:g} kW per battery car, {b.afir_kw_per_phev:g} kW per plug-in hybrid; binds member states"
    )
    reference = "EU regulation for the cars of the year planned for"
    yield Row(f"public_power_{state}", installed_kw, "kW", reference, required_kw, SOURCE["afir_kw_per_bev"], note)


def _cars(state: str, city: City, facts: Facts) -> Iterator[Row]:
    points = float(city.stations["points"].sum())
    found = plug_ins_per_point(facts.benchmarks, plug_ins=facts.bev + facts.phev, points=points).iloc[0]
    note = f"{found['reading']} ({found['band_low']:g} to {found['band_high']:g}); cars of the year planned for"
    yield Row(
        f"plug_ins_per_point_{state}", float(found["cars_per_point"]), "cars/point", "national study for 2030",
        float(found["study_cars_per_point"]), SOURCE["study_points"], note,
    )  # fmt: skip


def _residents(state: str, city: City, facts: Facts) -> Iterator[Row]:
    points, residents = int(city.stations["points"].sum()), float(city.districts["residents"].sum())
    own = pd.DataFrame(dict(title=[city.title], points=[points], residents=[residents], stock=[state]))
    table = points_per_10k(facts.benchmarks, own)
    for place in table.iloc[1:].itertuples():
        yield Row(
            f"points_per_10k_{state}", float(table["per_10k"].iloc[0]), "points/10,000 residents", str(place.title),
            float(str(place.per_10k)), str(place.stock), "registers count differently",
        )  # fmt: skip


def _priority_area(state: str, city: City, facts: Facts) -> Iterator[Row]:
    points = city.stations.groupby("district_id")["points"].sum().reindex(city.districts.index, fill_value=0)
    districts = city.districts.assign(points=points).rename_axis("district_id").reset_index()
    found = north_south(districts).iloc[0]
    yield Row(f"north_south_{state}", float(found["ratio"]), "ratio", "alike", 1.0, "definition", found["definition"])
