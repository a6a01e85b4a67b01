"""Result tables as files: CSV and GeoPackage, byte by byte the same for the same result."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.city.outlines import CRS
from sim.parameter import provenance
from sim.report.display import display_table
from sim.report.spreadsheet import csv_text, write_csv
from sim.study.phases import plan_with_verdict
from sim.study.study import StudyResult

__all__ = ["csv_text", "settings_yaml", "write_csv", "write_gpkg", "write_tables"]

if TYPE_CHECKING:
    import geopandas as gpd

GPKG_DATE = "2000-01-01T00:00:00.000Z"


# In the order in which one reads them: what is proposed, what it costs and brings, for whom, how sure that is.
AS_FOUND = (
    "phases", "money", "components", "cash_flow", "break_even", "sensitivity", "climate", "yardsticks", "service",
    "hours", "spread", "stations", "rounds", "promises", "budget_curve", "levers", "parking", "checks",
)  # fmt: skip

# Only where a run works them out: further answers of the planner, stages, and what a pilot taught.
WHERE_FOUND = (
    "next_money", "price_of_fairness", "fronts", "alternatives", "pilots", "stages", "triggers", "regret", "learnt",
    "replanned",
)  # fmt: skip


def write_tables(result: StudyResult, folder: Path) -> None:
    """Tables of a result as CSV (KPIs with the digits of the page) and the layers of its maps as one GeoPackage."""
    tables = {
        "plan": plan_with_verdict(result),
        "kpis": display_table(result.kpis),
        **{name: getattr(result, name) for name in AS_FOUND},
        **{name: getattr(result, name) for name in WHERE_FOUND if len(getattr(result, name))},
        "parameters": provenance(result.study),
        "replications": result.replications,  # for programs; office tables leave it out
    }
    for name, table in tables.items():
        write_csv(table, folder / f"{name}.csv")
    write_gpkg(result, folder / "plan.gpkg")


def write_gpkg(result: StudyResult, path: Path) -> None:
    """Layers districts (with their KPIs), stations and plan, for a GIS."""
    import geopandas as gpd

    layers: dict[str, gpd.GeoDataFrame] = {}
    if result.city.outlines is not None:
        layers["districts"] = _districts(result, gpd)
    for name, table in (("stations", result.stations), ("plan", result.plan.table)):
        plain = table.reset_index() if table.index.name else table
        layers[name] = gpd.GeoDataFrame(plain, geometry=gpd.points_from_xy(plain["x_m"], plain["y_m"]), crs=CRS)
    before = os.environ.get("OGR_CURRENT_DATE")
    os.environ["OGR_CURRENT_DATE"] = GPKG_DATE  # else the file holds the time and no two are alike
    try:
        for name, layer in layers.items():
            if len(layer):
                layer.to_file(path, layer=name, driver="GPKG")
    finally:
        if before is None:
            del os.environ["OGR_CURRENT_DATE"]
        else:
            os.environ["OGR_CURRENT_DATE"] = before


def _districts(result: StudyResult, gpd: Any) -> gpd.GeoDataFrame:
    kpis = result.kpis[result.kpis["scope"] == "district"]
    wide = kpis.set_index(["id", "kpi"])[["as_is", "plan"]].unstack("kpi")
    wide.columns = [f"{kpi}_{state}" for state, kpi in wide.columns]
    table = result.city.districts.join(wide[sorted(wide.columns)])
    outlines = result.city.outlines
    assert outlines is not None
    return gpd.GeoDataFrame(table.reset_index(), geometry=outlines.loc[table.index].to_numpy(), crs=CRS)


def settings_yaml(study: Any) -> str:
    """All settings of a study as YAML, in the order of the dataclasses."""
    import yaml

    return str(yaml.safe_dump(dataclasses.asdict(study), sort_keys=False, allow_unicode=True, width=120))
