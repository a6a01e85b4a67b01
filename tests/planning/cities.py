"""Tiny planning problems, typed in or generated with a visible seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from sim.city.technology import SITE_KINDS, WEEKDAYS, Technology
from sim.planning.frame import frame_problem
from sim.planning.milp.rules import RULES
from sim.planning.problem import ARCS, GRID, NEED, STOCK, DemandClass, Planning, Problem, Reluctance


def technology(current: str, power_kw: float, capex_eur: float, sizes: list[int]) -> Technology:
    bays = 0.0 if power_kw < 20 else 1.0
    return Technology(
        "", current, power_kw, capex_eur, 0.0, 10.0, sizes, None, 48.0, 0.0, 0.5, [], bays, list(SITE_KINDS), 0, 24,
        list(WEEKDAYS),
    )  # fmt: skip


TECHNOLOGIES = {
    "ac_22": technology("AC", 22.0, 6_000.0, [2, 4]),
    "dc_150": technology("DC", 150.0, 70_000.0, [1, 2]),
    "lantern_11": technology("AC", 11.0, 2_500.0, [1, 2]),
}
CLASSES = {"slow": DemandClass("AC", 0.05, 2, 0.0, 10.0, 240.0), "hub": DemandClass("DC", 0.05, 1, 0.0, 10.0, 33.0)}
QUEUEING = CLASSES | {"hub": DemandClass("DC", 0.05, 1, 0.2, 10.0, 33.0)}
RELUCTANCE = Reluctance(20_000.0, 500.0, 500.0, 500_000.0, 1_000_000.0)


def settings(**changes: object) -> Planning:
    values: dict[str, object] = dict(
        classes=CLASSES, reluctance=RELUCTANCE, planner="milp", solver="highs", objective="energy_served",
        rules=[name for name in RULES.names() if name != "no_carry_over"],
        budget_eur=1e6, budget_split={}, discount_rate=0.017, last_phase_years=5.0, excluded_sites=[],
        forced_sites=[], min_distance_m=0.0, walking_classes=["slow"], most_mean_way_m=0.0,
        simultaneous_share=0.7, whole_model_columns=100_000,
        technologies=["ac_22", "dc_150"], connection_lv_eur=8_500.0, connection_mv_eur=85_000.0,
        medium_voltage_above_kw=200.0, equity_floor=0.25, equity_floors={}, priority_floor=0.0,
        lost_bay_kwh=0.0, bays_free_pressure=0.8, bays_full_pressure=1.2,
        equity_weight=2.0, search_steps=20, windows=0, window_sites=4, gap=1e-9,
        node_limit=100_000, root_work=1e9, emergency_s=60.0,
    )  # fmt: skip
    return Planning(**(values | changes))  # type: ignore[arg-type]


def need(*rows: tuple[object, ...]) -> pd.DataFrame:
    """Rows of point, class, district, erlang, kWh; ten kWh a request."""
    return pd.DataFrame(
        [(point, name, 2030, district, load, kwh / 10, kwh) for point, name, district, load, kwh in rows],
        columns=NEED.column_names,
    )


def arcs(*rows: tuple[object, ...]) -> pd.DataFrame:
    """Rows of point, class, site, willing share."""
    return pd.DataFrame([(p, c, s, 100.0, w) for p, c, s, w in rows], columns=ARCS.column_names)


def sites(*rows: tuple[object, ...]) -> pd.DataFrame:
    """Rows of site, district, bays; a hundred metres apart."""
    return pd.DataFrame(
        [(s, d, 100.0 * n, 0.0, bays, "given") for n, (s, d, bays) in enumerate(rows)],
        columns=["site_id", "district_id", "x_m", "y_m", "bays", "origin"],
    )


def stock(*rows: tuple[object, ...]) -> pd.DataFrame:
    """Rows of site, technology, points."""
    return pd.DataFrame(rows, columns=STOCK.column_names)


def two_sites(**changes: object) -> Problem:
    """Two districts with one site each; slow load can use both sites, fast load only the second."""
    return frame_problem(
        phases=(2030,),
        need=need(("a", "slow", "north", 1.5, 900.0), ("b", "slow", "south", 2.0, 1200.0),
                  ("b", "hub", "south", 0.5, 1500.0)),
        arcs=arcs(("a", "slow", "n1", 0.9), ("a", "slow", "s1", 0.2), ("b", "slow", "s1", 1.0),
                  ("b", "hub", "s1", 0.8)),
        sites=sites(("n1", "north", 4), ("s1", "south", 8)),
        stock=stock(("n1", "ac_22", 2)),
        technologies=TECHNOLOGIES,
        settings=settings(**({"budget_eur": 250_000.0} | changes)),
    )  # fmt: skip


def random_city(seed: int, n_sites: int = 0, n_points: int = 0, **changes: object) -> Problem:
    """2 to 4 sites, 3 to 6 demand points unless told, with random stock, bays, budget, fairness and correction."""
    rng = np.random.default_rng(seed)
    n_sites, n_points = n_sites or int(rng.integers(2, 5)), n_points or int(rng.integers(3, 7))
    site_rows = [(f"s{j}", f"d{rng.integers(2)}", int(rng.choice([0, 2, 4, 8]))) for j in range(n_sites)]
    need_rows, arc_rows = [], []
    for i in range(n_points):
        name = str(rng.choice(["slow", "hub"]))
        load = float(rng.uniform(0.1, 3.0))
        kwh = load * float(rng.uniform(300, 800) if name == "slow" else rng.uniform(2000, 4000))
        need_rows.append((f"p{i}", name, f"d{rng.integers(2)}", load, kwh))
        reached = np.flatnonzero(rng.random(n_sites) < max(0.7 - n_sites / 60, 0.05))
        arc_rows += [(f"p{i}", name, f"s{j}", float(rng.uniform(0.2, 1.0))) for j in reached]
    kinds = ["lantern_11", "ac_22", "dc_150"]
    stock_rows = [
        (f"s{j}", str(rng.choice(kinds)), int(rng.integers(1, 3))) for j in range(n_sites) if rng.random() < 0.4
    ]
    correction = pd.DataFrame(
        [("slow", "d0", 0.8), ("hub", "d1", 1.2)], columns=["class_name", "district_id", "factor"]
    )
    drawn = dict(
        budget_eur=float(rng.choice([0, 30_000, 120_000, 400_000, 900_000])),
        equity_floor=float(rng.choice([0.0, 0.25, 0.6])), medium_voltage_above_kw=float(rng.choice([60, 200])),
        objective=str(rng.choice(["energy_served", "requests_served"])),
    )  # fmt: skip
    return frame_problem(
        phases=(2030,), need=need(*need_rows), arcs=arcs(*arc_rows), sites=sites(*site_rows),
        stock=stock(*stock_rows), technologies=TECHNOLOGIES, correction=correction,
        settings=settings(**(drawn | changes)),
    )  # fmt: skip


def phased_city(seed: int, **changes: object) -> Problem:
    """A random city over 1 to 3 phases with growing need; each rule that may be left out is, half the time."""
    rng = np.random.default_rng([seed, 1])
    years = (2027, 2030, 2035)[: int(rng.integers(1, 4))]
    few = len(years) > 1
    base = random_city(
        seed, n_sites=int(rng.integers(1, 3 if len(years) == 3 else 4)), n_points=int(rng.integers(2, 6))
    )
    needs = []
    for t, year in enumerate(years):
        growth = rng.uniform(0.6, 1.0, len(base.need)) * (1.0 + t)
        columns = ["load_erlang", "requests", "energy_kwh"]
        needs.append(base.need.assign(phase=year, **{c: base.need[c] * growth for c in columns}))
    sites = base.sites.assign(
        grid_area_id=rng.choice(["h0", "h1"], len(base.sites)),
        parking_pressure=rng.choice([0.7, 1.0, 1.4], len(base.sites)),
    )
    grid = pd.DataFrame(
        [(f"h{h}", float(rng.choice([0, 40, 150])), float(rng.choice([0, 120])), 20_000.0) for h in range(2)],
        columns=GRID.column_names,
    )
    optional = [
        "equity_floor",
        "priority_floor",
        "lost_bays",
        "within_grid_capacity",
        "excluded_sites",
        "min_distance",
        "no_carry_over",
    ]
    off = {name for name in optional if rng.random() < 0.5}
    technologies = [["ac_22", "dc_150"], ["lantern_11", "dc_150"], ["dc_150"]][int(rng.integers(3 if few else 2))]
    money = dict.fromkeys(years, base.settings.budget_eur)
    if few:
        money[years[0]] = float(rng.choice([0, 50_000, 200_000]))
    drawn = dict(
        rules=[name for name in RULES.names() if name not in off],
        technologies=technologies,
        budget_eur=sum(money.values()),
        budget_split=money if few and any(money.values()) else {},
        excluded_sites=[str(rng.choice(sites.index))] if rng.random() < 0.4 else [],
        forced_sites=[str(rng.choice(sites.index))] if rng.random() < 0.4 else [],
        min_distance_m=float(rng.choice([0.0, 100.0, 150.0])),
        lost_bay_kwh=float(rng.choice([0.0, 20.0, 100.0])),
        classes=QUEUEING if rng.random() < 0.3 else CLASSES,
        equity_floors={"d1": float(rng.choice([0.1, 0.8]))} if rng.random() < 0.5 else {},
        priority_floor=float(rng.choice([0.0, 0.5, 0.9])),
    )
    priority = [frozenset[str](), frozenset({"d0"}), frozenset({"d0", "d1"})][int(rng.integers(3))]
    return replace(
        base, phases=years, need=pd.concat(needs, ignore_index=True), sites=sites, grid=grid, priority=priority,
        open_share={"lantern_11": 0.6} if rng.random() < 0.3 else {},
        settings=replace(base.settings, **(drawn | changes)),
    )  # fmt: skip
