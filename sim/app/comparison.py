"""Studies of a sweep beside each other: every KPI of the city with its interval, and against a study to compare with.

That study is the first called `baseline`, or else the first of the sweep. Replication r of two studies with one seed
has the same draws, so their difference is taken replication by replication; `pairing` says how alike the two are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from sim.app.config import Order
from sim.app.tables import write_csv
from sim.report.display import rounded
from sim.scoring.interval import Interval, mean_interval, paired_difference, t_quantile
from sim.study.study import Study

REFERENCE = "baseline"
SIDES = ("as_is", "plan", "difference")
SHOWN = ["kpi", "unit", "better", *(f"{side}{end}" for side in SIDES for end in ("", "_low", "_high"))]
AGAINST = ["against_baseline", "against_baseline_low", "against_baseline_high"]
PLACES = ("output=", "sweep_name=")  # where results go is no part of what is compared
ITSELF = "this is the study compared with"
SAME_REQUESTS = "paired (same requests)"
SAME_SEED = "paired (same seed, other requests)"
UNPAIRED = "unpaired (other seed)"
OTHER_CITY = "not compared (other city)"


def write_comparison(jobs: Mapping[str, Order], folder: Path) -> None:
    """comparison.csv and comparison.png of the jobs whose results lie in `folder`, by name of their folder."""
    from sim.report.comparison import draw_comparison
    from sim.report.figures import save_figure

    table = comparison_table(jobs, folder)
    write_csv(table, folder / "comparison.csv")
    save_figure(draw_comparison(table), folder / "comparison.png")


def comparison_table(jobs: Mapping[str, Order], folder: Path) -> pd.DataFrame:
    """One row for each job and KPI of the city.

    against_baseline, _low, _high : the plan of this job less the plan of the reference job, with a 95 % interval where
        the KPI is simulated. pairing : what the interval rests on. capex_eur : cost of the job's plan
    """
    reference = next((job for job, order in jobs.items() if order.study.name == REFERENCE), next(iter(jobs)))
    return pd.concat(
        [_rows(job, order, reference, jobs[reference].study, folder) for job, order in jobs.items()], ignore_index=True
    )


def _rows(job: str, order: Order, reference: str, compared: Study, folder: Path) -> pd.DataFrame:
    kpis = pd.read_csv(folder / job / "kpis.csv")
    rows = kpis.loc[kpis["scope"] == "city", SHOWN].reset_index(drop=True)
    pairing = ITSELF if job == reference else pairing_of(order.study, compared)
    rows["against"] = reference
    rows["pairing"] = pairing
    difference = np.full((len(rows), 3), np.nan)
    if pairing not in (ITSELF, OTHER_CITY):
        own, other = (_samples(folder / name, rows["kpi"]) for name in (job, reference))
        found = unpaired_difference(other, own) if pairing == UNPAIRED else _paired(other, own)
        difference = np.column_stack([found.mean, found.low, found.high])
        difference[rows["plan_low"].isna(), 1:] = np.nan  # counted, not simulated: no interval
    for column, values in zip(AGAINST, difference.T, strict=True):
        rows[column] = [rounded(value, unit) for value, unit in zip(values, rows["unit"], strict=True)]
    rows.insert(0, "capex_eur", pd.read_csv(folder / job / "plan.csv")["capex_eur"].sum())
    asked = [word for word in order.overrides if not word.startswith(PLACES)]
    rows.insert(0, "overrides", " ".join(asked))
    rows.insert(0, "title", order.study.title)
    rows.insert(0, "job", job)
    return rows


def pairing_of(study: Study, compared: Study) -> str:
    """How the replications of two studies belong together.

    Requests are the same where nothing differs that they are drawn from. With the same seed and other requests the same
    random numbers are read with other settings: chance still cancels in part, and the paired interval stays right.
    """
    if study.city != compared.city:
        return OTHER_CITY
    if study.seed != compared.seed:
        return UNPAIRED
    same = all(
        getattr(study, part) == getattr(compared, part) for part in ("year", "path", "demand", "behaviour", "quarter")
    ) and (study.simulation.horizon == compared.simulation.horizon)
    return SAME_REQUESTS if same else SAME_SEED


def _samples(folder: Path, kpis: pd.Series) -> np.ndarray:
    """The planned city's KPIs as replications by KPIs, NaN for a KPI the job does not have."""
    table = pd.read_csv(folder / "replications.csv")
    wide = table.pivot(index="replication", columns="kpi", values="plan").sort_index()  # noqa: PD010 - nothing is pooled
    return np.asarray(wide.reindex(columns=kpis), np.float64)


def _paired(other: np.ndarray, own: np.ndarray) -> Interval:
    common = min(len(other), len(own))
    return paired_difference(other[:common], own[:common])


def unpaired_difference(other: np.ndarray, own: np.ndarray) -> Interval:
    """Mean and 95 % interval of own minus other for independent replications (Welch 1947, degrees rounded down)."""
    a, b = mean_interval(own), mean_interval(other)
    half = np.full(len(a.mean), np.nan)
    for k, (n, m) in enumerate(zip(a.count, b.count, strict=True)):
        if n < 2 or m < 2:
            continue
        va, vb = np.nanvar(own[:, k], ddof=1) / n, np.nanvar(other[:, k], ddof=1) / m
        spread = va**2 / (n - 1) + vb**2 / (m - 1)
        degrees = math.floor((va + vb) ** 2 / spread) if spread > 0 else int(n + m - 2)
        half[k] = t_quantile(max(degrees, 1)) * math.sqrt(va + vb)
    mean = a.mean - b.mean
    return Interval(mean, mean - half, mean + half, np.minimum(a.count, b.count))
