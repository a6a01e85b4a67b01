"""The report: one HTML file that loads nothing from anywhere, with all pictures inside, and the pictures as files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from sim.report import charts, maps
from sim.report.answer import alarms, five_sentences, interval_of
from sim.report.display import format_number
from sim.report.facts import SERVED, kpi_row, settings
from sim.report.figures import FIGURES, PAGE_DPI, check_figure_names, draw_figure, png, save_figure
from sim.report.markup import CSS, Html, image, items, joined, page, section, tag
from sim.report.sections import (
    ASSUMPTION,
    assumptions_table,
    checks_table,
    districts_table,
    kpi_table,
    parameters_table,
    rounds_table,
    sites_table,
    use_cases_table,
)
from sim.report.words import TEXTS, word
from sim.study.study import StudyResult

__all__ = ["charts", "maps", "write_report"]

AS_IS_MAPS = ("as_is_network", "as_is_reach", "requests_density", "lost_energy_as_is")
# charts that stand beside the table with the same numbers; all other figures are maps of the plan
BESIDE = {"points_chart": "districts", "use_case_chart": "use_cases", "rounds_chart": "rounds"}


def write_report(result: StudyResult, folder: Path, provenance: pd.DataFrame) -> Path:
    """Write `figures/*.png` and `report.html` into a folder that exists; returns the path of the page.

    Draws the figures named in the settings, or all where none is named.

    provenance : every parameter of the study, see `sim.parameter.provenance`

    Raises `UnknownName` (or a `DataError` with all of them) before anything is written when the settings name a figure
    that does not exist.
    """
    names = settings(result).figures or FIGURES.names()
    check_figure_names(names)
    pictures = folder / "figures"
    pictures.mkdir(exist_ok=True)
    shown: dict[str, Html] = {}
    for name in _in_reading_order(names):
        figure = draw_figure(name, result)
        save_figure(figure, pictures / f"{name}.png")
        shown[name] = _figure(figure, name, number=len(shown) + 1)
    target = folder / "report.html"
    target.write_text(_document(result, shown, provenance), encoding="utf-8", newline="\n")
    return target


def _in_reading_order(names: Iterable[str]) -> list[str]:
    """Figures in the order in which the page shows them, each once, so that their numbers ascend."""
    parts, order = ("as_is", "maps", *BESIDE.values()), FIGURES.names()
    return sorted(set(names), key=lambda name: (parts.index(_part(name)), order.index(name)))


def _part(figure: str) -> str:
    return "as_is" if figure in AS_IS_MAPS else BESIDE.get(figure, "maps")


def _figure(figure: Figure, name: str, *, number: int) -> Html:
    """A picture with its finding as caption; the alternative text says what is drawn and what it shows."""
    finding, drawn = figure.get_label(), word(f"{name}.shown") if f"{name}.shown" in TEXTS["en"] else name
    width, height = (round(inches * PAGE_DPI) for inches in figure.get_size_inches())
    picture = image(png(figure, PAGE_DPI), alt=f"{drawn}. {finding}.", width=width, height=height)
    caption = f"{word('page.figure', n=number)}: {finding}. ({drawn}; figures/{name}.png)"
    return tag("figure", joined([picture, tag("figcaption", caption)]))


def _document(result: StudyResult, figures: Mapping[str, Html], provenance: pd.DataFrame) -> str:
    study, city = settings(result), result.city
    title = word("page.title", city=city.title, year=study.year)
    parts = {
        "as_is": [tag("p", _as_is_lead(result))],
        "kpis": [tag("p", word("page.kpis_lead")), kpi_table(result)],
        "maps": [],
        "districts": [districts_table(result)],
        "use_cases": [tag("p", word("page.use_cases_lead")), use_cases_table(result)],
        "rounds": [tag("p", word("page.rounds_lead")), rounds_table(result)],
        "sites": [tag("p", _sites_lead()), tag("div", sites_table(result), class_="tall")],
        "checks": [checks_table(result)],
        "synthetic": _synthetic(result),
        "assumptions": _assumptions(provenance),
        "limits": [items(word(f"page.limits_{n}") for n in range(1, 6))],
        "sources": [items(city.sources)],
    }
    for name, shown in figures.items():
        parts[_part(name)].append(shown)
    sections = {key: section(key, word(f"page.{key}"), *content) for key, content in parts.items() if content}
    links = items(tag("a", word(f"page.{key}"), href=f"#{key}") for key in sections)
    head = [
        tag("h1", title),
        tag("p", word("page.scenario", scenario=study.name, title=study.title), class_="muted"),
        _alarm(alarms(result)),
        _answer(result),
    ]
    body = [
        tag("a", word("page.skip"), class_="skip", href="#answer"),
        tag("header", joined(part for part in head if part)),
        tag("nav", links, aria_label=word("page.contents")),
        tag("main", joined(sections.values())),
        tag("footer", tag("p", word("page.made_by", seed=study.seed, path=study.path))),
    ]
    return page(title=title, language="en", style=CSS, body=joined(body))


def _alarm(said: list[str]) -> Html:
    if not said:
        return Html("")
    content = [tag("h2", word("page.alarm")), tag("p", word("page.alarm_lead")), items(said)]
    return tag("div", joined(content), class_="alarm", role="alert")


def _answer(result: StudyResult) -> Html:
    content = [tag("h2", word("page.summary"), id="answer"), *(tag("p", text) for text in five_sentences(result))]
    return tag("div", joined(content), class_="answer")


def _as_is_lead(result: StudyResult) -> str:
    stations = result.city.stations
    return word(
        "page.as_is_lead",
        points=format_number(stations["points"].sum(), "points"),
        stations=format_number(stations["site_id"].nunique(), "stations"),
        stock=result.city.stock,
        year=settings(result).year,
        served=interval_of(kpi_row(result, SERVED), "as_is"),
    )


def _sites_lead() -> Html:
    before, after = word("page.sites_lead").split("plan.csv")
    return joined([before, tag("a", "plan.csv", href="plan.csv"), after], "")


def _synthetic(result: StudyResult) -> list[Html]:
    made = [tag("p", word("page.synthetic_lead")), items(result.city.synthetic)] if result.city.synthetic else []
    return [tag("p", word("page.synthetic_drivers")), *made]


def _assumptions(provenance: pd.DataFrame) -> list[Html]:
    number = int((provenance["confidence"] == ASSUMPTION).sum())
    every = joined([tag("summary", word("page.parameters")), parameters_table(provenance)])
    return [
        tag("p", word("page.assumptions_lead", n=number, all=len(provenance))),
        assumptions_table(provenance),
        tag("details", every),
    ]
