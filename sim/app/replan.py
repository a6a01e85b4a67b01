"""`ladeplan replan COUNTS.csv [plan=PLAN.csv] [counted_in=YEAR]`: plans again with what a pilot's sessions teach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.app.config import Order, read_order
from sim.app.paths import city_folder
from sim.city.city import City, read_city
from sim.errors import DataError, did_you_mean
from sim.importers.counts import read_counts
from sim.planning.plan import PLAN
from sim.study.need import CLASSES
from sim.study.stages import Pilot
from sim.study.study import Study
from sim.tables import Table

BUILT_COLUMNS = ("site_id", "technology", "phase", "points_added", "capex_eur")
BUILT = Table("built", PLAN.key, tuple(column for column in PLAN.columns if column.name in BUILT_COLUMNS))
OPTIONS = ("plan", "counted_in")
EXAMPLE = "ladeplan replan counts.csv plan=outputs/baseline/.../plan.csv"


@dataclass(frozen=True)
class Wanted:
    """What the words ask for.

    counts, plan : files; without a plan the stock of the city was counted
    counted_in   : year; None = the first phase
    """

    counts: Path
    plan: Path | None
    counted_in: int | None
    order: Order


def wanted_of(words: Sequence[str]) -> Wanted:
    """The words behind `ladeplan replan`, sorted and checked together with the settings among them."""
    files, overrides, given, problems = list[str](), list[str](), dict[str, str](), list[str]()
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            files.append(word)
        elif key not in OPTIONS:
            overrides.append(word)
        elif key in given:
            problems.append(f"replan: {key}: is given twice; keep one")
        else:
            given[key] = value
    if len(files) != 1:
        problems.append(f"replan: give one file of counted sessions ({len(files)} given), for example `{EXAMPLE}`")
    year = given.get("counted_in")
    if year is not None and not year.isdecimal():
        problems.append(f"replan: counted_in: not a year ('{year}'); give one such as 2027")
        year = None
    try:
        order = read_order(overrides)
    except DataError as error:
        raise DataError([*problems, *error.problems]) from None
    years = order.study.demand.stock.bev_germany
    if year is not None and not min(years) <= int(year) <= max(years):
        problems.append(f"replan: counted_in ({year}) must be in {min(years)} to {max(years)}")
    if problems:
        raise DataError(problems)
    plan = Path(given["plan"]) if "plan" in given else None
    return Wanted(Path(files[0]), plan, None if year is None else int(year), order)


def read_pilot(wanted: Wanted) -> Pilot:
    """The pilot in the files; raises DataError with every problem of both."""
    study = wanted.order.study
    city = read_city(city_folder(study.city), stock=study.stock, sites=study.sites, technologies=study.technology)
    problems, counts, built = list[str](), pd.DataFrame(), None
    try:
        counts = read_counts(wanted.counts, classes=list(CLASSES), districts=list(city.districts.index))
    except DataError as error:
        problems += error.problems
    if wanted.plan is not None:
        try:
            built = _first_phase(wanted.plan, study, city)
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return Pilot(counts, study.phases[0] if wanted.counted_in is None else wanted.counted_in, built)


def _first_phase(path: Path, study: Study, city: City) -> pd.DataFrame:
    """Rows of the first phase of a plan.csv, if they can stand in the city."""
    table, problems = BUILT.read(path)
    if not problems:
        phase = study.phases[0]
        built = table[table["phase"] == phase].reset_index(drop=True)
        if not len(built):
            there = ", ".join(map(str, sorted(table["phase"].unique().tolist()))) or "none"
            problems.append(f"{path.name}: phase: no row of {phase}, the first of the phases; there are: {there}")
        if len(study.phases) < 2:
            problems.append(f"{path.name}: phases ({phase}): nothing is left to plan after the pilot; give a later one")
        for column, known in (("site_id", list(city.sites.index)), ("technology", study.planning.technologies)):
            unknown = sorted(set(built[column]) - set(known))
            problems += [f"{path.name}: {column}: unknown '{name}'{_near(name, known)}" for name in unknown[:10]]
    if problems:
        raise DataError(problems)
    return built


def _near(name: str, known: list[str]) -> str:
    """The near ones, but not a list of hundreds of sites."""
    near = did_you_mean(name, known)
    return near if near.startswith(",") else "; take the plan of this city and its settings"


def told(learnt: pd.DataFrame, replanned: pd.DataFrame) -> list[str]:
    """What was learnt and what it changes, a line each."""
    lines = ["what the counts say, times the demand of the model (90 % interval):"]
    for row in learnt.itertuples():
        counted = f"{row.sessions:,} counted, {row.modelled:,.0f} expected" if row.weeks else "not counted"
        interval = f"{row.factor:.2f} ({row.factor_low:.2f} to {row.factor_high:.2f})"
        lines.append(f"  {row.class_name:<7} {row.district_id:<8} {interval}  {counted}")
    moved = int(replanned["change"].clip(lower=0).sum())
    lines.append(
        f"points planned: {replanned['points_model'].sum():,} before, {replanned['points_learnt'].sum():,} now; "
        f"{moved:,} more in {int((replanned['change'] > 0).sum())} districts"
    )
    return lines
