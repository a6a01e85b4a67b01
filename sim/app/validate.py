"""`ladeplan validate`: reads settings and city as a run would, and tells all problems, or what was read."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pandas as pd

from sim.app.config import Order, read_order
from sim.app.paths import city_folder
from sim.app.where import readable
from sim.city.city import City, read_city
from sim.errors import DataError, SimError

WIDTH = 100
CITY_WORDS = ("city=", "stock=", "sites=", "technology=")


def validate(overrides: list[str]) -> str:
    """A summary of the city; raises DataError with every problem of settings and files together."""
    problems: list[str] = []
    order = _order(overrides, problems)
    if order is None:  # the files can still be checked, with the usual settings
        order = _order([word for word in overrides if word.startswith(CITY_WORDS)], [])
    city = None
    if order is not None:
        try:
            city = _city(order)
        except DataError as error:
            problems += error.problems
        except SimError as error:
            problems.append(str(error))
    if problems or city is None or order is None:
        raise DataError(dict.fromkeys(problems))
    return summary(city, order)


def _order(words: Sequence[str], problems: list[str]) -> Order | None:
    try:
        return read_order(list(words))
    except DataError as error:
        problems += error.problems
        return None


def _city(order: Order) -> City:
    study = order.study
    return read_city(city_folder(study.city), stock=study.stock, sites=study.sites, technologies=study.technology)


def summary(city: City, order: Order) -> str:
    """What was read, in lines of name and value."""
    stations, sites = city.stations, city.sites
    points = stations.groupby("technology")["points"].sum()
    kinds = [f"{count:,.0f} {order.study.technology[str(name)].label}" for name, count in points.items()]
    made_points = int(stations.loc[stations["origin"] == "synthetic", "points"].sum())
    sides = sorted(set(city.cells["side_m"]))
    area = f"{city.districts['area_km2'].sum():,.1f} km2"
    priority = int(city.districts["priority_area"].sum())
    synthetic = f", {made_points:,} of them synthetic" if made_points else ""
    fast = int(sites["hosts_dc"].sum())
    rows = [
        ("city", f"{city.title}, read from {readable(city_folder(order.study.city))}"),
        ("districts", f"{len(city.districts):,} on {area}, {priority} of them priority areas"),
        ("residents", f"{city.districts['residents'].sum():,.0f}"),
        ("cells", f"{len(city.cells):,} of {', '.join(f'{side:g}' for side in sides[:3])} m"),
        ("stations", f"{len(stations):,} with {stations['points'].sum():,} points, stock '{city.stock}'{synthetic}"),
        ("points", ", ".join(kinds) or "none"),
        ("sites", f"{len(sites):,}: {_counts(sites['origin'])}; {fast:,} may host fast charging"),
    ]
    rows += [("synthetic" if n == 0 else "", text) for n, text in enumerate(city.synthetic or ("nothing",))]
    rows += [("sources" if n == 0 else "", text) for n, text in enumerate(city.sources)]
    lines = [f"No problem found: {order.study.title} ({order.study.city} {order.study.year}) can be run."]
    for name, text in rows:
        lines += textwrap.wrap(text, WIDTH, initial_indent=f"  {name:<11}", subsequent_indent=" " * 13)
    return "\n".join(lines) + "\n"


def _counts(origins: pd.Series) -> str:
    meaning = {"station": "where stations stand", "given": "given", "synthetic": "synthetic"}
    return ", ".join(
        f"{count:,} {meaning.get(str(origin), origin)}" for origin, count in origins.value_counts().items()
    )
