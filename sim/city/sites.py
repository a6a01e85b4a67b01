"""Sites: places with bays where stations stand or may be built."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.technology import LANTERN, PRIVATE
from sim.parameter import parameter

SITE_COLUMNS = ["district_id", "x_m", "y_m", "bays", "hosts_dc", "origin"]


@dataclass(frozen=True)
class Sites:
    """Where stations may stand; values in `configs/sites/`."""

    merge_m: float = parameter(
        unit="m", meaning="stations closer than this share a site", source="assumption", confidence="M", low=30,
        high=100, at_least=0,
    )  # fmt: skip
    spacing_m: float = parameter(
        unit="m", meaning="least distance of a proposed site to any other site", source="assumption: 5 min on foot",
        confidence="M", low=300, high=500, above=0,
    )  # fmt: skip
    fast_spacing_m: float = parameter(
        unit="m", meaning="least distance between proposed sites that may host DC", source="assumption: room for cars "
        "that come and go is rarer than kerb", confidence="M", low=600, high=2000, above=0,
    )  # fmt: skip
    bays: int = parameter(
        unit="bays", meaning="parking bays that may be used at a proposed site", source="assumption", confidence="M",
        low=6, high=20, at_least=1,
    )  # fmt: skip
    station_bays: int = parameter(
        unit="bays", meaning="bays that may be used where stations stand already, theirs included; never fewer than "
        "their points", source="assumption", confidence="M", low=4, high=16, at_least=1,
    )  # fmt: skip
    lantern_spacing_m: float = parameter(
        unit="m", meaning="least distance between proposed lantern sites; 0 = none are proposed", source="choice",
        confidence="-", low=100, high=400, at_least=0,
    )  # fmt: skip
    lantern_bays: int = parameter(
        unit="bays", meaning="lamp posts beside a bay at a lantern site that can carry a point", source="assumption",
        confidence="M", low=2, high=10, at_least=1,
    )  # fmt: skip
    private_spacing_m: float = parameter(
        unit="m", meaning="least distance between proposed car parks of shops, firms and housing companies that could "
        "be opened to the public; 0 = none are proposed", source="choice", confidence="-", low=200, high=800,
        at_least=0,
    )  # fmt: skip
    private_bays: int = parameter(
        unit="bays", meaning="bays that the owner of such a car park would share", source="assumption", confidence="M",
        low=4, high=20, at_least=1,
    )  # fmt: skip
    cars_per_resident: float = parameter(
        unit="cars/person", meaning="cars of residents, for the parking pressure",
        source="choice: as demand.stock.cars_per_resident", confidence="A", above=0,
    )  # fmt: skip
    street_share: list[float] = parameter(
        unit="share", meaning="car owners without own parking by size of the house, for the parking pressure",
        source="choice: as demand.parking.no_private_base", confidence="M", at_least=0, at_most=1,
    )  # fmt: skip
    street_bays_per_km2: float = parameter(
        unit="bays/km2", meaning="bays in the street where people live, for the parking pressure", source="assumption: "
        "20 km of street, half of both kerbs usable, 5.7 m a bay", confidence="M", low=2500, high=4500, above=0,
    )  # fmt: skip
    pressure_radius_m: float = parameter(
        unit="m", meaning="how far residents look for a bay", source="assumption: three to four minutes on foot",
        confidence="M", low=200, high=500, above=0,
    )  # fmt: skip


def join_sites(
    stations: pd.DataFrame, given: pd.DataFrame | None, *, settings: Sites
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put each station at a site: the nearest one closer than `merge_m`, else a new one. Returns sites and stations.

    stations : by `station_id`: district_id, x_m, y_m, points; in their order, so that the first gives a site its place
    given    : by `site_id`: district_id, x_m, y_m, bays (sites of the bundle) or None
    A site never has fewer bays than points stand there. Sites of the bundle may host DC
    unless it says otherwise; `read_city` adds those where DC stands.
    """
    known = 0 if given is None else len(given)
    x, y = np.empty(known + len(stations)), np.empty(known + len(stations))
    names: list[str] = []
    if given is not None:
        x[:known], y[:known] = given["x_m"], given["y_m"]
        names = list(given.index)
    at, founders = [], []
    for n, (station_id, sx, sy) in enumerate(zip(stations.index, stations["x_m"], stations["y_m"], strict=True)):
        away_m = np.hypot(x[: len(names)] - sx, y[: len(names)] - sy)
        nearest = int(away_m.argmin()) if names else -1
        if nearest < 0 or away_m[nearest] >= settings.merge_m:
            nearest = len(names)
            x[nearest], y[nearest] = sx, sy
            names.append(f"at_{station_id}")
            founders.append(n)
        at.append(names[nearest])
    stations = stations.assign(site_id=pd.array(at, dtype="str"))
    new = stations.iloc[founders].set_index("site_id")[["district_id", "x_m", "y_m"]]
    sites = new.assign(bays=settings.station_bays, hosts_dc=False, origin="station")
    if given is not None:
        sites = pd.concat([given.assign(hosts_dc=given.get("hosts_dc", True), origin="given"), sites])
    points = stations.groupby("site_id")["points"].sum()
    bays = np.maximum(sites["bays"], points.reindex(sites.index, fill_value=0))
    columns = list(SITE_COLUMNS)
    columns += [name for name in ("kind", "parking_pressure") if name in sites]
    if "limit_kw" in sites:  # sites that stations found may draw any power
        sites["limit_kw"] = sites["limit_kw"].fillna(np.inf)
        columns.append("limit_kw")
    return sites.assign(bays=bays.astype("int64"))[columns].rename_axis("site_id"), stations


def propose_sites(cells: pd.DataFrame, sites: pd.DataFrame, *, settings: Sites) -> pd.DataFrame:
    """New sites at the centres of cells where people live, the most densely populated first. Synthetic.

    Nothing is closer than `spacing_m` to another proposed site or to one of `sites`. Places without residents get no
    proposal; give them in sites.csv. Those that are `fast_spacing_m` from each other and from every site that hosts
    DC may host DC too. Returns sites by `site_id`, origin "synthetic".
    """
    density = (cells["residents"] / cells["side_m"] ** 2).to_numpy()
    taken = take_spaced(
        cells[["x_m", "y_m"]].to_numpy(),
        density,
        spacing_m=settings.spacing_m,
        occupied=sites[["x_m", "y_m"]].to_numpy(),
    )
    rows = np.sort(taken)
    chosen = cells.iloc[rows]
    fast = take_spaced(
        chosen[["x_m", "y_m"]].to_numpy(),
        density[rows],
        spacing_m=settings.fast_spacing_m,
        occupied=sites.loc[sites["hosts_dc"], ["x_m", "y_m"]].to_numpy(),
    )
    proposed = chosen[["district_id", "x_m", "y_m"]].assign(
        bays=settings.bays, hosts_dc=np.isin(np.arange(len(rows)), fast), origin="synthetic"
    )
    return proposed.set_axis("in_" + chosen.index, axis=0).rename_axis("site_id")


def propose_shared(cells: pd.DataFrame, *, settings: Sites) -> pd.DataFrame:
    """Lantern sites and private car parks at the centres of cells where people live, the most populated first.

    Synthetic, like `propose_sites`, which they stand beside: a lamp post or a car park needs no distance to a column.
    None of a kind whose spacing is 0. Returns sites by `site_id` with the column kind.
    """
    density = (cells["residents"] / cells["side_m"] ** 2).to_numpy()
    parts = []
    for kind, spacing_m, bays in (
        (LANTERN, settings.lantern_spacing_m, settings.lantern_bays),
        (PRIVATE, settings.private_spacing_m, settings.private_bays),
    ):
        if spacing_m <= 0:
            continue
        rows = np.sort(
            take_spaced(cells[["x_m", "y_m"]].to_numpy(), density, spacing_m=spacing_m, occupied=np.empty((0, 2)))
        )
        chosen = cells.iloc[rows]
        made = chosen[["district_id", "x_m", "y_m"]].assign(bays=bays, hosts_dc=False, origin="synthetic", kind=kind)
        parts.append(made.set_axis(f"{kind}_" + chosen.index, axis=0))
    if not parts:
        return pd.DataFrame(columns=[*SITE_COLUMNS, "kind"])
    return pd.concat(parts).rename_axis("site_id")


def take_spaced(
    xy_m: NDArray[np.float64],
    weight: NDArray[np.float64],
    *,
    spacing_m: float,
    occupied: NDArray[np.float64],
    most: int | None = None,
) -> NDArray[np.int64]:
    """Rows taken greedily by weight, none closer than `spacing_m` to another or to a place that is occupied.

    xy_m, occupied : n x 2 [m]; rows without weight are not taken; of equal weights the first; at most `most` rows.
    """
    by_x = np.argsort(xy_m[:, 0], kind="stable")
    x, y = xy_m[by_x].T
    free = weight[by_x] > 0

    def close(px: float, py: float) -> None:
        # only the strip of eastings around the place can be too near
        strip = slice(np.searchsorted(x, px - spacing_m), np.searchsorted(x, px + spacing_m, side="right"))
        free[strip] &= np.hypot(x[strip] - px, y[strip] - py) >= spacing_m

    for px, py in occupied:
        close(px, py)
    position = np.empty(len(by_x), dtype=np.int64)
    position[by_x] = np.arange(len(by_x))
    taken: list[int] = []
    for row in np.argsort(-weight, kind="stable"):
        if most is not None and len(taken) >= most:
            break
        if free[position[row]]:
            taken.append(int(row))
            close(*xy_m[row])
            free[position[row]] = False
    return np.array(taken, dtype=np.int64)
