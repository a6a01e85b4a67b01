"""Plausible results without a simulation: a toy city, and a city of Dortmund's size, both seeded.

Numbers are drawn, not found; they have the right tables, units and sizes, so that reports can be drawn and looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import box

from sim.city.city import City
from sim.city.technology import WEEKDAYS, Technology
from sim.parameter import parameter
from sim.planning.alternatives import ALTERNATIVES_COLUMNS
from sim.planning.fronts import FRONT_COLUMNS
from sim.planning.plan import Certificate, Plan
from sim.planning.prices import FAIRNESS_COLUMNS, NEXT_MONEY_COLUMNS
from sim.simulation.run import Precision, Simulation
from sim.study.levers import COLUMNS
from sim.study.study import Coupling, StudyResult

USE_CASES = ("kerbside", "destination", "work", "retail", "hub")
SIMULATION = Simulation(
    Precision("served_share", "absolute", 0.02, 0.02, 10, 100), "simpy", "auto", "first_come", 2, 0.02, 7, 4, 20, 0
)
SYNTHETIC = (
    "308 of the 439 points of the stock are synthetic: placed by top_up_stock on cells of larger houses",
    "sites without a station are proposed by propose_sites, at least 250 m apart",
)
SOURCES = (
    "© GeoBasis-DE / BKG, dl-de/by-2-0",
    "GeoNames, CC BY 4.0",
    "Statistische Ämter des Bundes und der Länder, Zensus 2011, dl-de/by-2-0",
    "Bundesnetzagentur.de, CC BY 4.0",
)


@dataclass(frozen=True)
class FakeDemand:
    walk_median_m: float = parameter(
        unit="m", meaning="median of the way drivers accept", source="survey", confidence="B", low="x 0.65",
        high="x 1.3",
    )  # fmt: skip
    drive_reach_km: float = parameter(
        unit="km", meaning="longest way to a fast hub", source="assumption", confidence="M", low=2.5, high=6
    )


@dataclass(frozen=True)
class FakeEconomics:
    horizon_years: int


@dataclass(frozen=True)
class FakePlanning:
    budget_eur: float = parameter(
        unit="EUR", meaning="capital cost of all that is built", source="choice", confidence="-", at_least=0
    )
    lost_bay_kwh: float = parameter(
        unit="kWh/week per bay", meaning="price of a lost bay", source="choice", confidence="-", at_least=0
    )


@dataclass(frozen=True)
class FakeStudy:
    """The fields of a study that a report reads."""

    name: str
    title: str
    city: str
    phases: list[int]
    year: int
    path: str
    seed: int
    figures: list[str]
    stock: str
    demand: FakeDemand
    technology: Mapping[str, Technology]
    simulation: Simulation
    planning: FakePlanning
    coupling: Coupling
    language: str
    economics: FakeEconomics


def technologies() -> dict[str, Technology]:
    return {
        "ac_11": Technology(
            "AC 11 kW",
            "AC",
            11.0,
            5500.0,
            700.0,
            12.0,
            [2, 4, 6],
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
        "ac_22": Technology(
            "AC 22 kW",
            "AC",
            22.0,
            6500.0,
            700.0,
            12.0,
            [2, 4, 6],
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
        "dc_50": Technology(
            "DC 50 kW",
            "DC",
            50.0,
            30000.0,
            3000.0,
            10.0,
            [2, 4, 8],
            None,
            48.0,
            0.0,
            0.6,
            [],
            1.0,
            ["kerb"],
            0,
            24,
            list(WEEKDAYS),
        ),
        "dc_150": Technology(
            "DC 150 kW",
            "DC",
            150.0,
            60000.0,
            4000.0,
            10.0,
            [2, 4, 8],
            None,
            48.0,
            0.0,
            0.6,
            [],
            1.0,
            ["kerb"],
            0,
            24,
            list(WEEKDAYS),
        ),
    }


def fake_study(city: str, figures: list[str]) -> FakeStudy:
    return FakeStudy(
        name="baseline",
        title="Middle uptake, 20 million EUR",
        city=city,
        phases=[2027, 2030, 2035],
        year=2030,
        path="middle",
        seed=1,
        figures=figures,
        stock="reported_2023",
        demand=FakeDemand(620.0, 4.0),
        technology=technologies(),
        simulation=SIMULATION,
        planning=FakePlanning(20e6, 40.0),
        coupling=Coupling(3, 0.8, 0.1, 0.2, 3.0, 100, [], 0, 0.1, 0, 0.01),
        language="en",
        economics=FakeEconomics(10),
    )


def toy_city(names: tuple[str, ...] = ("Altstadt", "Hafen", "Nord")) -> City:
    """Three districts side by side, 1 km each, with cells of 200 m."""
    ids = [f"{i + 1:02d}" for i in range(len(names))]
    x0, y0 = 390_000.0, 5_700_000.0
    outlines = gpd.GeoSeries(
        [box(x0 + i * 1000, y0, x0 + (i + 1) * 1000, y0 + 1000) for i in range(len(ids))], index=ids, crs="EPSG:25832"
    )
    xs, ys = np.meshgrid(x0 + 100 + 200 * np.arange(5 * len(ids)), y0 + 100 + 200 * np.arange(5))
    n = xs.size
    cells = pd.DataFrame(
        dict(
            district_id=[ids[int((x - x0) // 1000)] for x in xs.ravel()],
            x_m=xs.ravel(),
            y_m=ys.ravel(),
            side_m=200.0,
            residents=np.where(np.arange(n) % 7 == 0, 0.0, 120.0),
        ),
        index=pd.Index([f"c{i}" for i in range(n)], name="cell_id"),
    )
    districts = pd.DataFrame(
        dict(
            name=list(names),
            residents=[float(r) for r in cells.groupby("district_id")["residents"].sum()],
            area_km2=1.0,
            priority_area=[i == 1 for i in range(len(ids))],
        ),
        index=pd.Index(ids, name="district_id"),
    )
    stations = _stations(cells, 6, np.random.default_rng(1))
    return _city("toy", "Toyhausen", districts, cells, stations, outlines, extra_sites=12)


def dortmund_sized_city() -> City:
    """A city of Dortmund's size: 12 districts, about 3,600 cells, 230 stations."""
    rng = np.random.default_rng(2)
    names = (
        "Innenstadt-West", "Innenstadt-Nord", "Innenstadt-Ost", "Eving", "Scharnhorst", "Brackel", "Aplerbeck", "Hörde",
        "Hombruch", "Lütgendortmund", "Huckarde", "Mengede",
    )  # fmt: skip
    ids = [f"{i + 1:02d}" for i in range(12)]
    x0, y0, side = 380_000.0, 5_697_000.0, 200.0
    widths = [30, 36, 34, 30]
    edges = np.concatenate([[0], np.cumsum(widths)])
    rects = [(edges[i % 4], 36 * (i // 4), edges[i % 4 + 1], 36 * (i // 4 + 1)) for i in range(12)]
    outlines = gpd.GeoSeries(
        [box(x0 + a * side, y0 + b * side, x0 + c * side, y0 + d * side) for a, b, c, d in rects],
        index=ids,
        crs="EPSG:25832",
    )
    frames = []
    for district_id, (a, b, c, d) in zip(ids, rects, strict=True):
        xs, ys = np.meshgrid(x0 + side * (np.arange(a, c) + 0.5), y0 + side * (np.arange(b, d) + 0.5))
        keep = rng.random(xs.size) < 0.26
        frames.append(pd.DataFrame(dict(district_id=district_id, x_m=xs.ravel()[keep], y_m=ys.ravel()[keep])))
    cells = pd.concat(frames, ignore_index=True)
    cells["side_m"] = side
    cells["residents"] = rng.gamma(1.2, 140, len(cells)).round()
    cells.index = pd.Index([f"c{i}" for i in range(len(cells))], name="cell_id")
    districts = pd.DataFrame(
        dict(
            name=list(names),
            residents=[float(r) for r in cells.groupby("district_id")["residents"].sum()],
            area_km2=[(c - a) * (d - b) * 0.04 for a, b, c, d in rects],
            priority_area=[i in (1, 3, 4, 10, 11) for i in range(12)],
        ),
        index=pd.Index(ids, name="district_id"),
    )
    return _city("big", "Großstadt", districts, cells, _stations(cells, 230, rng), outlines, extra_sites=900)


def _stations(cells: pd.DataFrame, number: int, rng: np.random.Generator) -> pd.DataFrame:
    weight = cells["residents"].to_numpy()
    at = cells.iloc[rng.choice(len(cells), number, replace=False, p=weight / weight.sum())]
    dc = rng.random(number) < 0.12
    return pd.DataFrame(
        dict(
            site_id=[f"s{i}" for i in range(number)],
            district_id=at["district_id"].to_numpy(),
            x_m=at["x_m"].to_numpy() + rng.uniform(-90, 90, number),
            y_m=at["y_m"].to_numpy() + rng.uniform(-90, 90, number),
            technology=np.where(dc, "dc_150", "ac_22"),
            power_kw=np.where(dc, 150.0, 22.0),
            points=np.where(dc, rng.choice([2, 4, 8], number), rng.choice([1, 2, 2, 4], number)),
            origin=np.where(np.arange(number) < number * 0.3, "register", "synthetic"),
        ),
        index=pd.Index([f"DO{i:03d}" for i in range(number)], name="station_id"),
    )


def _city(
    name: str, title: str, districts: pd.DataFrame, cells: pd.DataFrame, stations: pd.DataFrame,
    outlines: gpd.GeoSeries, *, extra_sites: int,
) -> City:  # fmt: skip
    for column in ("dwellings_1_2", "dwellings_3_6", "dwellings_7_12", "dwellings_13_plus", "dwellings_other"):
        cells[column] = 10.0
    rng = np.random.default_rng(3)
    old = stations[["site_id", "district_id", "x_m", "y_m"]].set_index("site_id")
    at = cells.iloc[rng.choice(len(cells), extra_sites, replace=extra_sites > len(cells))]
    new = at[["district_id", "x_m", "y_m"]].set_axis([f"p{i}" for i in range(extra_sites)], axis=0)
    sites = pd.concat([old.assign(origin="station"), new.assign(origin="synthetic")]).rename_axis("site_id")
    sites["bays"] = 12
    return City(name, title, "reported_2023", districts, cells, sites, stations, outlines, SYNTHETIC, SOURCES)


def fake_plan(city: City, study: FakeStudy, rows: int, rng: np.random.Generator) -> Plan:
    sites = city.sites.iloc[np.sort(rng.choice(len(city.sites), rows, replace=False))]
    dc = rng.random(rows) < 0.15
    names = np.where(dc, "dc_150", "ac_22")
    added = np.where(dc, rng.choice([2, 4, 8], rows), rng.choice([2, 4, 6], rows))
    points_eur = added * np.array([study.technology[t].capex_eur for t in names])
    connection_eur = np.where(dc, 45_000.0, 8_000.0) * (sites["origin"].to_numpy() != "station")
    table = pd.DataFrame(
        dict(
            site_id=sites.index,
            district_id=sites["district_id"].to_numpy(),
            x_m=sites["x_m"].to_numpy(),
            y_m=sites["y_m"].to_numpy(),
            technology=names,
            phase=study.year,
            points_before=0,
            points_added=added,
            power_kw=np.where(dc, 150.0, 22.0),
            connection=np.where(connection_eur == 0, "none", np.where(dc, "medium voltage", "low voltage")),
            points_eur=points_eur,
            connection_eur=connection_eur,
            capex_eur=points_eur + connection_eur,
            origin=sites["origin"].to_numpy(),
            bays_lost=np.asarray(added, float),
        )
    )
    promise = pd.DataFrame(columns=["class_name", "district_id", "phase", "requests", "energy_kwh"])
    return Plan(table, promise, Certificate(812_345.6, 818_000.1, 0.00696, "HiGHS 1.15.1", "optimal", True))


def fake_levers() -> pd.DataFrame:
    """The city as it is and two levers."""
    rows = [
        ("as_is", "", 0, 0.0, 0.0, 3000.0, 9500.0, 0.25, 0.24, 0.26, -0.26, -0.27, -0.25, np.nan, np.nan),
        ("columns", "ac_22", 58, 58.0, 452e3, 21000.0, 19800.0, 0.51, 0.5, 0.52, 0.0, 0.0, 0.0, 44.0, 0.02),
        ("lanterns", "ac_22 ac_11", 70, 12.0, 441e3, 21800.0, 20700.0, 0.53, 0.52, 0.54, 0.02, 0.01, 0.03, 40.0, 0.01),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def fake_parking(city: City) -> pd.DataFrame:
    """More cars for a bay from west to east."""
    cells = city.cells[["district_id", "x_m", "y_m", "side_m"]]
    east = cells["x_m"].rank(pct=True).to_numpy()
    return cells.assign(parking_pressure=0.3 + 1.2 * east, pressure_origin="synthetic").reset_index()


def fake_kpis(city: City, rng: np.random.Generator) -> pd.DataFrame:
    """As-is and plan for every KPI the report shows, with intervals, plus one that no text knows."""
    rows: list[dict[str, Any]] = []

    def add(kpi: str, scope: str, id_: str, unit: str, better: str, as_is: float, plan: float, width: float) -> None:
        difference = plan - as_is
        simulated = width > 0
        ends = {
            f"{name}_{end}": value + sign * width if simulated else np.nan
            for name, value in (("as_is", as_is), ("plan", plan), ("difference", difference))
            for end, sign in (("low", -1), ("high", 1))
        }
        rows.append(
            dict(
                kpi=kpi, scope=scope, id=id_, unit=unit, better=better, as_is=as_is, plan=plan, difference=difference,
                **ends,
            )
        )  # fmt: skip

    def service(scope: str, id_: str) -> None:
        low, high = rng.uniform(0.15, 0.4), rng.uniform(0.7, 0.95)
        add("served_share", scope, id_, "share", "higher", low, high, 0.0083)
        week = rng.uniform(3_000, 40_000)
        add("energy_lost_kwh", scope, id_, "kWh/week", "lower", week * (1 - low), week * (1 - high), week * 0.01)
        add("requests", scope, id_, "1/week", "", week / 12, week / 12, 30.0)
        add("mean_wait_min", scope, id_, "min", "lower", rng.uniform(2, 9), rng.uniform(1, 4), 0.3)

    def reach(scope: str, id_: str) -> None:
        for m in (300, 400, 500):
            add(f"reach_{m}_share", scope, id_, "share", "higher", m / 1500, m / 700, 0)

    def points(scope: str, id_: str) -> None:
        before = rng.uniform(3, 12)
        add("points_per_10k", scope, id_, "points/10,000 residents", "higher", before, before + rng.uniform(8, 60), 0)

    for scope, ids in (("city", ["city"]), ("use_case", USE_CASES), ("district", city.districts.index)):
        for id_ in ids:
            service(scope, str(id_))
            if scope != "use_case":
                reach(scope, str(id_))
                points(scope, str(id_))
    for id_ in ("priority", "rest"):
        service("priority", id_)
        points("priority", id_)
    add("gini_points", "city", "city", "Gini", "lower", 0.41, 0.22, 0)
    add("blocking_probability", "station", "DO001", "share", "lower", 0.31, 0.05, 0.01)
    add("moonlight_factor", "city", "city", "lux", "", 1.23456, 2.34567, 0)
    return pd.DataFrame(rows)


def fake_rounds(kpi_budget: float) -> pd.DataFrame:
    rows = [
        (0, 1.0, 0.0, 0, 0, 0.0, 0.0, 0.0, 98_000.0, 98_400.0, 5_900.0, 5_950.0, 0.0, 0.0, 0.0, 0.0, False, "as it is"),
        (1, 1.0, kpi_budget * 0.999, 2_870, 640, 8.2e5, 8.25e5, 0.006, 402_000.0, 371_200.0, 24_100.0, 22_010.0,
         272_800.0, 270_100.0, 275_500.0, 371_200.0, False, ""),
        (2, 0.93, kpi_budget * 0.998, 2_840, 668, 7.8e5, 7.86e5, 0.007, 383_000.0, 376_900.0, 23_000.0, 22_400.0,
         278_500.0, 275_800.0, 281_200.0, 376_900.0, True, "kept"),
        (3, 0.92, kpi_budget * 0.998, 2_836, 671, 7.79e5, 7.85e5, 0.007, 381_500.0, 376_300.0, 22_950.0, 22_370.0,
         277_900.0, 275_200.0, 280_600.0, 376_300.0, False, "no gain"),
    ]  # fmt: skip
    columns = [
        "round", "factor_mean", "capex_eur", "points_added", "sites", "objective", "bound", "gap", "promise_kwh",
        "verdict_kwh", "promise_requests", "verdict_requests", "gain_kwh", "gain_low", "gain_high", "value", "kept",
        "note",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def fake_stages(districts: list[str]) -> dict[str, pd.DataFrame]:
    """A pilot, three roll-outs that lose a little, and what the pilot's counts teach."""
    paths = ("low", "mid", "high")
    pilots = pd.DataFrame(
        [(path, 380 + n, 150 - n, 7_990_000.0 + n, 10_000.0 * (n + 1), 8_000.0, path == "low")
         for n, path in enumerate(paths)],
        columns=["pilot", "points_added", "sites", "capex_eur", "worst_regret", "expected_regret", "chosen"],
    )  # fmt: skip
    built = [("any", 2027, 380, 8.0e6)]
    built += [(path, year, 700 + 100 * n, 1.2e7) for n, path in enumerate(paths) for year in (2030, 2035)]
    stages = pd.DataFrame(built, columns=["path", "phase", "points_added", "capex_eur"])
    rows = []
    for phase, networks in ((2030, ("any",)), (2035, paths)):
        for network in networks:
            for lower, upper, value in (("low", "mid", 2.97), ("mid", "high", 3.43)):
                rows.append((phase, phase - 1, network, "sessions", "sessions/point/day", 26.0, lower, upper, value,
                             value + 0.2, value + 0.45, 0.07, 0.08, 1e-9, 1e-8))  # fmt: skip
    triggers = pd.DataFrame(
        rows, columns=["phase", "decided_in", "network", "signal", "unit", "weeks", "lower", "upper", "lower_value",
                       "threshold", "upper_value", "missed_share", "false_share", "missed_share_poisson",
                       "false_share_poisson"],
    )  # fmt: skip
    lost = []
    for judged, ways in (("model", ("staged", "staged_misread", "unstaged")), ("simulated", ("staged", "unstaged"))):
        for way, share in zip(ways, (0.009, 0.012, 0.026), strict=False):
            for n, path in enumerate(paths):
                regret, drawn = share * n * 9e5, judged == "simulated"
                lost.append((judged, way, path, 9e5 - regret, 9e5, regret, share * n, 0.028, share * n < 0.028,
                             regret - 3e3 if drawn else np.nan, regret + 3e3 if drawn else np.nan))  # fmt: skip
    regret = pd.DataFrame(
        lost, columns=["judged_by", "plan", "path", "value", "best", "regret", "share", "gap", "within_gap", "low",
                       "high"],
    )  # fmt: skip
    learnt = pd.DataFrame(
        [(name, d, 1200, 26.0, 1000.0, 980.0, 0.4, 1.2, 1.1, 1.31, 1.15, 0.9)
         for name in ("slow", "hub") for d in districts],
        columns=["class_name", "district_id", "sessions", "weeks", "modelled", "expected", "information", "factor",
                 "factor_low", "factor_high", "city_factor", "own_share"],
    )  # fmt: skip
    replanned = pd.DataFrame(
        [(d, 40, 40 + 3 * n, 3 * n) for n, d in enumerate(districts)],
        columns=["district_id", "points_model", "points_learnt", "change"],
    )
    return dict(
        pilots=pilots, stages=stages, triggers=triggers, regret=regret, learnt=learnt, replanned=replanned
    )  # fmt: skip


def fake_phases() -> pd.DataFrame:
    """Three phases: the first two proved, the last without a bound."""
    shares = {"as_is": [0.4, 0.25, 0.1], "plan": [0.55, 0.7, 0.5]}
    shares["difference"] = [after - before for before, after in zip(shares["as_is"], shares["plan"], strict=True)]
    intervals = {}
    for state, values in shares.items():
        for name, scale in (("kwh", 1e6), ("served_share", 1.0)):
            mean = scale * np.array(values)
            intervals |= {
                f"{name}_{state}": mean,
                f"{name}_{state}_low": mean * 0.99,
                f"{name}_{state}_high": mean * 1.01,
            }
    return pd.DataFrame(
        dict(
            phase=[2027, 2030, 2035], points_added=[400, 700, 900], sites=[120, 240, 300], points=[840, 1540, 2440],
            capex_eur=[4e6, 6e6, 10e6], promise_kwh=[560e3, 720e3, 510e3], **intervals,
            objective=[100e3, 200e3, 250e3], bound=[101e3, 206e3, np.inf], gap=[0.01, 0.03, np.inf],
            own_objective=[100.5e3, 204e3, 255e3], own_gap=[0.005, 0.01, np.inf],
            certificate=["optimal", "node limit", "heuristic"], kind=["proved", "proved", "none"],
        )
    )  # fmt: skip


def fake_checks() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("points of the planned network", 3_279.0, "points", 1_500.0, 5_000.0, True, "top-down studies"),
            ("plug_ins_per_point_plan", 17.1, "cars/point", 15.0, 45.0, True, "top-down studies"),
            ("requests a day with the use of 2025", 1_460.0, "requests/day", 900.0, 2_200.0, True, ""),
        ],
        columns=["check", "value", "unit", "low", "high", "passed", "note"],
    )


def fake_hours(rng: np.random.Generator) -> pd.DataFrame:
    """Cars and power by hour: busy by day, a little more with the plan, intervals of a tenth."""
    table = pd.DataFrame(dict(hour_of_week=np.repeat(np.arange(168), 5), use_case=np.tile(USE_CASES, 168)))
    level = table["use_case"].map(dict(zip(USE_CASES, (40.0, 25.0, 12.0, 6.0, 3.0), strict=True)))
    wave = 1.2 + np.sin((table["hour_of_week"] - 9) / 24 * 2 * np.pi) + 0.1 * rng.random(len(table))
    for quantity, size in (("plugged_in", 1.0), ("power_kw", 9.0)):
        for state, more in (("as_is", 1.0), ("plan", 2.5)):
            mean = size * more * level * wave
            name = f"{quantity}_{state}"
            table[name], table[f"{name}_low"], table[f"{name}_high"] = mean, 0.9 * mean, 1.1 * mean
    return table


def fake_spread() -> pd.DataFrame:
    ends = {"wait_min": [0.0, *np.arange(2.0, 31.0, 2.0), np.inf], "walk_m": [*np.arange(50.0, 1201.0, 50.0), np.inf]}
    rows = []
    for quantity, use_case in (("wait_min", "hub"), *(("walk_m", u) for u in USE_CASES[:4])):
        for state, fall in (("as_is", 0.12), ("plan", 0.3)):
            share = np.exp(-fall * np.arange(len(ends[quantity])))
            bins = zip([0.0, *ends[quantity][:-1]], ends[quantity], share / share.sum(), strict=True)
            rows += [(quantity, use_case, state, *one) for one in bins]
    return pd.DataFrame(rows, columns=["quantity", "use_case", "state", "bin_from", "bin_to", "share"])


def fake_worth() -> dict[str, pd.DataFrame]:
    """Tables of the appraisal; components of a view sum to its net present value."""
    parts = [("public", "energy_served", "out", 9.2e6), ("public", "walking_time", "out", 3.1e6),
             ("public", "fuel_tax_forgone", "out", -1.4e6), ("public", "climate", "out", 2.2e6),
             ("public", "building", "in", -19.9e6), ("public", "running", "in", -4.0e6),
             ("public", "residual_value", "in", 6.5e6), ("operator", "energy_sold", "out", 30e6),
             ("operator", "building", "in", -19.9e6)]  # fmt: skip
    components = pd.DataFrame(parts, columns=["view", "component", "side", "present_value_eur"])
    nan = np.nan
    money = [
        ("public", "npv_eur", -4.3e6, "EUR", -4.6e6, -4.0e6, ""),
        ("public", "benefit_cost_ratio", 0.754, "-", 0.741, 0.767, ""),
        ("public", "payback_year", nan, "a", nan, nan, "not within the horizon"),
        ("public", "co2_t_a", 1234.5, "t/a", 400.0, 2500.0, ""),
        ("operator", "subsidy_need_eur", 2.5e6, "EUR", 2.4e6, 2.6e6, ""),
        ("operator", "payback_year", 2041.0, "a", nan, nan, ""),
    ]
    break_even = [
        ("public", 1.0, "energy_factor", 1.0, 1.33, 0.5, 1.5, "-", "within the plausible range"),
        ("public", 6.0, "energy_factor", 1.0, 7.9, 0.5, 1.5, "-", "outside the plausible range"),
        ("public", 20.0, "climate_eur_per_t", 300.0, nan, 60.0, 1000.0, "EUR/t", "not reachable"),
    ]
    law = "EU regulation for the cars of the year planned for"
    yardsticks = [
        ("public_power_plan", 52_000.0, "kW", law, 61_234.5, "EU 2023/1804", "binds states"),
        ("plug_ins_per_point_plan", 17.1, "cars/point", "national study for 2030", 31.9, "S10", ""),
    ]
    return dict(
        components=components.assign(parameters="capex_factor, energy_factor"),
        money=pd.DataFrame(money, columns=["view", "item", "value", "unit", "low", "high", "note"]),
        break_even=pd.DataFrame(break_even, columns=["view", "target", "parameter", "value_now", "value_needed", "low",
                                                     "high", "unit", "verdict"]),
        yardsticks=pd.DataFrame(yardsticks, columns=["name", "value", "unit", "reference", "reference_value", "source",
                                                     "note"]),
        climate=pd.DataFrame(dict(year=[2030, 2031], t_co2_avoided=[1234.5, 1300.0], low=[400.0, 410.0],
                                  high=[2500.0, 2600.0])),
        **fake_answers(),
        budget_curve=pd.DataFrame(dict(budget_eur=[0.0, 5e6, 10e6, 15e6, 20e6, 30e6],
                                       promise_kwh=[98e3, 220e3, 300e3, 350e3, 383e3, 430e3], objective=1.0, bound=1.0,
                                       gap=0.0)),
    )  # fmt: skip


def fake_answers() -> dict[str, pd.DataFrame]:
    """The answers: a price of fairness within the gaps, a dominated point, four plans that share two sites."""
    nan = float("nan")
    fronts = [
        ("cost", 20e6, "EUR", 19.6e6, 383e3, 0.25, 310.4, 382e3, 390e3, 0.0209, False),
        ("cost", 10e6, "EUR", 9.8e6, 300e3, 0.22, 322.0, 299e3, 303e3, 0.0134, False),
        ("cost", 0.0, "EUR", 0.0, 98e3, 0.0, nan, 98e3, 98e3, 0.0, False),
        ("fairness", 0.0, "share", 19.6e6, 384e3, 0.12, 311.0, 383e3, 391e3, 0.0209, False),
        ("fairness", 0.25, "share", 19.7e6, 370e3, 0.11, 305.0, 369e3, 392e3, 0.0623, True),
        ("way", 300.0, "m", 19.6e6, 380e3, 0.24, 300.0, 379e3, 386e3, 0.0185, False),
        ("way", 150.0, "m", 18.1e6, 310e3, 0.19, 150.0, 309e3, 312e3, 0.0097, False),
    ]
    price = (1_250.0, -6_000.0, 9_000.0, 0.0033, False)
    fairness = [
        ("with floors", 383e3, 0.25, 19.6e6, 382e3, 390e3, 0.0209, *price),
        ("without floors", 384_250.0, 0.12, 19.6e6, 383e3, 391e3, 0.0209, *price),
    ]
    money = [
        ("last", 19.9e6, 20e6, 1_300.0, 0.0, 9_300.0, 1_310.0, 76.3, False),
        ("next", 20e6, 20.1e6, 1_200.0, 100.0, 8_200.0, nan, nan, True),
    ]
    others = [(n, 382e3 - n, 390e3, 0.0209, 383e3 - n, 19.6e6, 12, 12 - 3 * (n > 1), "a1 b2") for n in (1, 2, 3, 4)]
    return dict(
        next_money=pd.DataFrame(money, columns=NEXT_MONEY_COLUMNS),
        price_of_fairness=pd.DataFrame(fairness, columns=FAIRNESS_COLUMNS),
        fronts=pd.DataFrame(fronts, columns=FRONT_COLUMNS),
        alternatives=pd.DataFrame(others, columns=ALTERNATIVES_COLUMNS),
    )


def fake_result(city: City, *, plan_rows: int, figures: list[str]) -> StudyResult:
    rng = np.random.default_rng(7)
    study = fake_study(city.name, figures)
    plan = fake_plan(city, study, plan_rows, rng)
    new = plan.table.rename(columns={"points_added": "points"}).assign(origin="plan")
    new.index = pd.Index([f"plan_{i}" for i in range(len(new))], name="station_id")
    planned_stations = pd.concat([city.stations, new[city.stations.columns]])
    planned = City(
        city.name, city.title, city.stock, city.districts, city.cells, city.sites, planned_stations, city.outlines,
        city.synthetic, city.sources,
    )  # fmt: skip
    n = len(planned_stations)
    occupied = rng.beta(2, 3, n)
    stations = planned_stations.reset_index().assign(
        points_before=np.where(planned_stations["origin"] == "plan", 0, planned_stations["points"]),
        occupied_share=occupied,
        charging_share=occupied * 0.45,
        kwh_per_point_day=occupied * 60,
        blocking=occupied**3,
    )
    cells = city.cells
    middle = cells[["x_m", "y_m"]].mean()
    km = np.hypot(cells["x_m"] - middle["x_m"], cells["y_m"] - middle["y_m"]) / 1000
    density = 90 * np.exp(-km / 3) * rng.gamma(3, 1 / 3, len(cells))
    ways = {f"way_m_{name}": _way_m(cells, s) for name, s in (("as_is", city.stations), ("plan", planned_stations))}
    values = pd.DataFrame(
        dict(
            requests_per_km2_day=density,
            lost_kwh_per_km2_day_as_is=density * 11 * (rng.random(len(cells)) < 0.97),
            lost_kwh_per_km2_day_plan=density * 11 * 0.18 * (rng.random(len(cells)) < 0.7),
            **ways,
        ),
    )
    need = pd.DataFrame(
        columns=["point_id", "class_name", "phase", "district_id", "load_erlang", "requests", "energy_kwh"]
    )
    promises = pd.DataFrame(
        columns=[
            "round", "phase", "class_name", "district_id", "promise_requests", "verdict_requests", "promise_kwh",
            "verdict_kwh",
        ]
    )  # fmt: skip
    return StudyResult(
        study, city, planned, plan, need, fake_rounds(study.planning.budget_eur), promises, fake_kpis(city, rng),
        fake_checks(), stations, values, {}, phases=fake_phases(), hours=fake_hours(rng), spread=fake_spread(),
        **fake_worth(), **fake_stages(districts=[str(name) for name in city.districts.index]),
        levers=fake_levers(), parking=fake_parking(city),
    )  # fmt: skip


def _way_m(cells: pd.DataFrame, stations: pd.DataFrame) -> np.ndarray:
    ac = stations[stations["technology"].str.startswith("ac")]
    dx = cells["x_m"].to_numpy()[:, None] - ac["x_m"].to_numpy()
    dy = cells["y_m"].to_numpy()[:, None] - ac["y_m"].to_numpy()
    return np.asarray(1.3 * np.hypot(dx, dy).min(axis=1))
