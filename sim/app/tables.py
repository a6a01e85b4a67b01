"""Result tables as files: CSV and GeoPackage, byte by byte the same for the same result."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.city.outlines import CRS
from sim.parameter import provenance
from sim.report.display import display_table
from sim.study.study import StudyResult

if TYPE_CHECKING:
    import geopandas as gpd

DIGITS = "%.10g"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
GPKG_DATE = "2000-01-01T00:00:00.000Z"


def write_tables(result: StudyResult, folder: Path) -> None:
    """Tables of a result as CSV (KPIs with the digits of the page) and the layers of its maps as one GeoPackage."""
    tables = {
        "kpis": display_table(result.kpis), "plan": result.plan.table, "rounds": result.rounds,
        "promises": result.promises,
        "checks": result.checks, "stations": result.stations, "parameters": provenance(result.study),
    }  # fmt: skip
    for name, table in tables.items():
        write_csv(table, folder / f"{name}.csv")
    write_csv(result.replications, folder / "replications.csv")  # for programs; office tables leave it out
    write_gpkg(result, folder / "plan.gpkg")


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """A table as a file, see `csv_text`."""
    path.write_text(csv_text(table), encoding="utf-8", newline="\n")


def csv_text(table: pd.DataFrame) -> str:
    """Comma, decimal point, ten digits; text that a spreadsheet would run as a formula is quoted."""
    named = table.index.name is not None and table.index.name not in table.columns
    plain = table.reset_index() if named else table
    cells = plain.apply(lambda column: column if _is_numeric(column) else column.map(_text))
    return str(cells.to_csv(index=False, float_format=DIGITS, lineterminator="\n"))


def _is_numeric(column: pd.Series[Any]) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column))


def _text(value: Any) -> Any:
    """One cell of a column that may hold text.

    >>> _text("=HYPERLINK(1)"), _text("-"), _text(0.30000000000000004), _text([1, 2])
    ("'=HYPERLINK(1)", '-', '0.3', '[1, 2]')
    """
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, float | np.floating):
        return "" if np.isnan(value) else DIGITS % value
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and len(value) > 1 and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


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
    wide = kpis.set_index(["id", "kpi"])[["as_is", "plan"]].unstack("kpi")  # noqa: PD010 - no values are pooled
    wide.columns = [f"{kpi}_{state}" for state, kpi in wide.columns]
    table = result.city.districts.join(wide[sorted(wide.columns)])
    outlines = result.city.outlines
    assert outlines is not None
    return gpd.GeoDataFrame(table.reset_index(), geometry=outlines.loc[table.index].to_numpy(), crs=CRS)


def settings_yaml(study: Any) -> str:
    """All settings of a study as YAML, in the order of the dataclasses."""
    import yaml

    return str(yaml.safe_dump(dataclasses.asdict(study), sort_keys=False, allow_unicode=True, width=120))
