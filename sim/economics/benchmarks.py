"""Yardsticks from outside, to be printed beside a plan: law, national study, other places, north and south.

None of them is a target of the planner; each says how it is defined, since published figures mix definitions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.errors import DataError
from sim.parameter import parameter


@dataclass(frozen=True)
class Place:
    """Public charge points and residents of another place."""

    title: str = parameter(unit="", meaning="name to show", source="definition", confidence="-")
    points: int = parameter(
        unit="points", meaning="public charge points", source="see `stock` of the place", confidence="A", at_least=0
    )  # fmt: skip
    residents: float = parameter(
        unit="persons", meaning="residents", source="see `stock` of the place", confidence="A", above=0
    )
    stock: str = parameter(unit="", meaning="date, origin and definition", source="definition", confidence="-")


@dataclass(frozen=True)
class Benchmarks:
    """Reference values; values in `configs/economics/`.

    places : other places by a short name
    """

    places: dict[str, Place]
    afir_kw_per_bev: float = parameter(
        unit="kW/car", meaning="public power a member state must offer per battery car",
        source="EU 2023/1804 (AFIR), S30, S31; national target, for a city a yardstick", confidence="A", at_least=0,
    )  # fmt: skip
    afir_kw_per_phev: float = parameter(
        unit="kW/car", meaning="public power a member state must offer per plug-in hybrid",
        source="EU 2023/1804 (AFIR), S30, S31; national target, for a city a yardstick", confidence="A", at_least=0,
    )  # fmt: skip
    study_plug_ins: float = parameter(
        unit="cars", meaning="plug-in cars of the national study, 2030 reference", source="S10", confidence="B",
        above=0,
    )  # fmt: skip
    study_points: float = parameter(
        unit="points", meaning="charge points of the national study, 2030 reference", source="S10", confidence="B",
        low=381000, high=684000, above=0,
    )  # fmt: skip
    band_low: float = parameter(
        unit="cars/point", meaning="fewest plug-in cars per point that agree with the study", source="S10, derived",
        confidence="B", above=0,
    )  # fmt: skip
    band_high: float = parameter(
        unit="cars/point", meaning="most plug-in cars per point that agree with the study", source="S10, derived",
        confidence="B", above=0,
    )  # fmt: skip


def afir_power(benchmarks: Benchmarks, *, bev: float, phev: float, installed_kw: float) -> pd.DataFrame:
    """Public power that the EU regulation would ask for this fleet, beside what is installed; one row.

    Columns: bev, phev [cars], required_bev_kw, required_phev_kw, required_kw, installed_kw [kW], ratio (installed /
    required [-], NaN without cars). The regulation binds member states, not cities.
    """
    _refuse_negative("afir_power", bev=bev, phev=phev, installed_kw=installed_kw)
    for_bev, for_phev = bev * benchmarks.afir_kw_per_bev, phev * benchmarks.afir_kw_per_phev
    required = for_bev + for_phev
    row = dict(
        bev=bev, phev=phev, required_bev_kw=for_bev, required_phev_kw=for_phev, required_kw=required,
        installed_kw=installed_kw, ratio=_ratio(installed_kw, required),
    )  # fmt: skip
    return pd.DataFrame([row])


def plug_ins_per_point(benchmarks: Benchmarks, *, plug_ins: float, points: float) -> pd.DataFrame:
    """Plug-in cars (battery and hybrid) per public point, beside the national study; one row.

    Columns: plug_ins [cars], points, cars_per_point, study_cars_per_point, band_low, band_high [cars/point], reading
    ("below the band": more points per car than the study, "within the band", "above the band", "no points").
    """
    _refuse_negative("plug_ins_per_point", plug_ins=plug_ins, points=points)
    value = _ratio(plug_ins, points)
    if points == 0:
        reading = "no points"
    elif value < benchmarks.band_low:
        reading = "below the band"
    elif value > benchmarks.band_high:
        reading = "above the band"
    else:
        reading = "within the band"
    row = dict(
        plug_ins=plug_ins, points=points, cars_per_point=value,
        study_cars_per_point=benchmarks.study_plug_ins / benchmarks.study_points,
        band_low=benchmarks.band_low, band_high=benchmarks.band_high, reading=reading,
    )  # fmt: skip
    return pd.DataFrame([row])


def points_per_10k(benchmarks: Benchmarks, own: pd.DataFrame) -> pd.DataFrame:
    """Public points per 10,000 residents: own rows first, then other places with their date and definition.

    own : title, points [points], residents [persons], stock (date, origin and definition); a row each for the city as
          it is and with the plan
    Columns: title, points, residents, per_10k [points/10,000 persons], stock.
    """
    columns = ["title", "points", "residents", "stock"]
    others = [[getattr(place, name) for name in columns] for place in benchmarks.places.values()]
    rows = [*own[columns].to_numpy(dtype=object).tolist(), *others]
    for title, points, residents, _ in rows:
        _refuse_negative(f"points_per_10k: {title}", points=points, residents=residents)
    table = pd.DataFrame(rows, columns=columns)
    table["per_10k"] = [1e4 * _ratio(points, residents) for _, points, residents, _ in rows]
    return table[["title", "points", "residents", "per_10k", "stock"]]


def north_south(districts: pd.DataFrame) -> pd.DataFrame:
    """Public points per 10,000 residents in the priority area and outside it; one row.

    districts : district_id, residents [persons], points [points], priority_area [flag]
    Columns: priority_per_10k, elsewhere_per_10k [points/10,000 persons], ratio (priority / elsewhere [-]; 1 = alike),
    definition. Figures hang on where the border of the area is drawn; so the definition is part of the answer.
    """
    inside = districts["priority_area"].astype(bool).to_numpy()
    sums = districts.groupby(inside)[["points", "residents"]].sum().reindex([True, False], fill_value=0)
    priority, elsewhere = (1e4 * _ratio(float(p), float(r)) for p, r in sums.to_numpy(float))
    names = ", ".join(sorted(districts["district_id"].astype(str)[inside])) or "none"
    definition = (
        "points per 10,000 residents of the districts flagged as priority area / the same of all other districts; "
        f"flagged: {names}"
    )
    row = dict(
        priority_per_10k=priority, elsewhere_per_10k=elsewhere, ratio=_ratio(priority, elsewhere), definition=definition
    )
    return pd.DataFrame([row])


def _ratio(value: float, by: float) -> float:
    return value / by if by > 0 else float(np.nan)


def _refuse_negative(where: str, **values: float) -> None:
    problems = [f"{where}: {name} ({value}) must be 0 or more" for name, value in values.items() if not value >= 0]
    if problems:
        raise DataError(problems)
