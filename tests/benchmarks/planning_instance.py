"""A planning problem of Dortmund's size, made from a folder of cells: for measuring, not for planning.

Demand is spread over the cells by residents and dwellings, sites are a greedy spacing of cells with jitter, lanterns
carry one or two points each. Totals are those of the middle path for 2030: 927 erlang slow, 83 hub, 108 retail.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sim.city.technology import Technology
from sim.planning.problem import ARCS, NEED, DemandClass, Planning, Problem

RULES = [
    "serve_within_need", "serve_within_capacity", "points_in_order", "phases_only_add", "within_bays", "connection",
    "within_budget", "equity_floor",
]  # fmt: skip


def technology(label, current, power_kw, capex_eur, sizes):
    return Technology(label, current, power_kw, capex_eur, 0.05 * capex_eur, 10.0, sizes)


TECHNOLOGIES = {
    "lantern_11": technology("lantern", "AC", 11.0, 2500.0, [1, 2]),
    "ac_22": technology("AC 22", "AC", 22.0, 6000.0, [2, 4, 6, 8, 12]),
    "dc_50": technology("DC 50", "DC", 50.0, 35000.0, [1, 2, 4]),
    "dc_150": technology("DC 150", "DC", 150.0, 70000.0, [1, 2, 4, 6, 8]),
}
CLASSES = {
    "slow": DemandClass("AC", 0.05, 2),
    "retail": DemandClass("DC", 0.05, 1),
    "hub": DemandClass("DC", 0.05, 1),
}


def settings(**changes):
    values = dict(
        classes=CLASSES, planner="milp", solver="highs", objective="energy_served", rules=RULES, budget_eur=20e6,
        technologies=["ac_22", "dc_150"], connection_lv_eur=8500.0, connection_mv_eur=85000.0,
        medium_voltage_above_kw=200.0, equity_floor=0.25, equity_weight=2.0, gap=0.01, node_limit=2000,
        search_steps=1000, root_work=150e3,
        emergency_s=300.0,
    )  # fmt: skip
    return Planning(**(values | changes))


def near(x, y, sites, most, within_m):
    """The nearest sites of each point: rows, columns, metres."""
    rows, columns, metres = [], [], []
    sx, sy = sites["x_m"].to_numpy(), sites["y_m"].to_numpy()
    for i, (px, py) in enumerate(zip(x, y, strict=True)):
        d = np.hypot(sx - px, sy - py)
        order = np.argsort(d, kind="stable")[:most]
        order = order[d[order] <= within_m]
        rows += [i] * len(order)
        columns += order.tolist()
        metres += d[order].tolist()
    return np.array(rows), np.array(columns), np.array(metres)


def dortmund_like(folder: Path, slow_arcs=6, hub_arcs=12, new_sites=700, erlang=(927.0, 108.0, 83.0), **changes):
    rng = np.random.default_rng(7)
    cells = pd.read_csv(folder / "cells.csv", dtype={"cell_id": str, "district_id": str})
    weight = cells["residents"].to_numpy(float)
    pick = rng.choice(len(cells), new_sites, replace=False, p=weight / weight.sum())
    old = rng.choice(len(cells), 350, replace=False, p=weight / weight.sum())
    where = np.r_[pick, old]
    sites = pd.DataFrame(
        dict(
            site_id=[f"n{i}" for i in range(new_sites)] + [f"s{i}" for i in range(350)],
            district_id=cells["district_id"].to_numpy()[where],
            x_m=cells["x_m"].to_numpy()[where] + rng.uniform(-90, 90, len(where)),
            y_m=cells["y_m"].to_numpy()[where] + rng.uniform(-90, 90, len(where)),
            bays=np.r_[rng.choice([6, 8, 12, 20], new_sites), rng.choice([1, 2, 4, 8], 350, p=[0.5, 0.3, 0.1, 0.1])],
            origin=["synthetic"] * new_sites + ["station"] * 350,
        )
    ).set_index("site_id")
    kind = rng.choice(["lantern_11", "ac_22", "dc_50"], 350, p=[0.75, 0.2, 0.05])
    stock = pd.DataFrame(
        dict(
            site_id=[f"s{i}" for i in range(350)], technology=kind,
            points=np.minimum(sites["bays"].to_numpy()[new_sites:], 2),
        )
    )  # fmt: skip
    x, y = cells["x_m"].to_numpy(), cells["y_m"].to_numpy()
    zone = (x // 1000).astype(int).astype(str) + np.array(["_"]) + (y // 1000).astype(int).astype(str)
    zone = pd.Series(zone) + "_" + cells["district_id"]
    zones = (
        cells.assign(zone=zone)
        .groupby("zone")
        .agg(
            x_m=("x_m", "mean"),
            y_m=("y_m", "mean"),
            residents=("residents", "sum"),
            district_id=("district_id", "first"),
        )
    )
    need, arcs = [], []

    def demand(name, ids, district, px, py, share, load, kwh_per_erlang, kwh_per_request, most, within_m):
        share = share * rng.lognormal(0, 0.3, len(share))
        share = share / share.sum()
        need.append(
            pd.DataFrame(
                dict(
                    point_id=ids, class_name=name, phase=2030, district_id=district, load_erlang=load * share,
                    requests=load * share * kwh_per_erlang / kwh_per_request,
                    energy_kwh=load * share * kwh_per_erlang * rng.uniform(0.95, 1.05, len(share)),
                )
            )
        )  # fmt: skip
        i, j, metres = near(px, py, sites, most, within_m)
        ids = np.asarray(ids)
        arcs.append(
            pd.DataFrame(
                dict(
                    point_id=ids[i], class_name=name, site_id=sites.index.to_numpy()[j], way_m=metres,
                    willing_share=np.clip(np.exp(-metres / within_m), 0.05, 1),
                )
            )
        )  # fmt: skip

    ids, district = cells["cell_id"].to_numpy(), cells["district_id"].to_numpy()
    demand("slow", ids, district, x, y, weight, erlang[0], 530.0, 17.0, slow_arcs, 700.0)
    demand("retail", ids, district, x, y, weight, erlang[1], 2000.0, 25.0, 2, 1500.0)
    z = zones
    demand(
        "hub", z.index.to_numpy(), z["district_id"].to_numpy(), z["x_m"].to_numpy(), z["y_m"].to_numpy(),
        z["residents"].to_numpy() + 200.0, erlang[2], 4200.0, 33.0, hub_arcs, 4000.0,
    )  # fmt: skip
    correction = pd.DataFrame(columns=["class_name", "district_id", "factor"])
    return Problem(
        (2030,), pd.concat(need, ignore_index=True)[NEED.column_names],
        pd.concat(arcs, ignore_index=True)[ARCS.column_names], sites, stock, TECHNOLOGIES, correction,
        settings(**changes),
    )  # fmt: skip
