"""The report: one HTML file a language that loads nothing from anywhere, with all pictures inside.

`report.html` is in the language of the study, `report.<language>.html` in each other one; both say the same numbers.
Beside them lie the pictures in the language of the study, each with the table that it draws, and `tables.xlsx`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from sim.report import change_maps, charts, maps, week, worth
from sim.report.answer import alarms, answer, interval_of
from sim.report.answers_sections import answers_sections
from sim.report.facts import SERVED, kpi_row, settings
from sim.report.figures import (
    FIGURES,
    PAGE_DPI,
    PRINT_DPI,
    check_figure_names,
    draw_figure,
    figure_data,
    offered,
    pixels,
    png,
    smaller,
)
from sim.report.levers import levers_sections
from sim.report.markup import CSS, Html, image, items, joined, page, section, tag, terms
from sim.report.phases import phases_sections
from sim.report.sections import (
    ASSUMPTION,
    assumptions_table,
    checks_table,
    districts_table,
    kpi_table,
    parameters_table,
    rounds_bound,
    rounds_ending,
    rounds_table,
    said,
    sites_table,
    use_cases_table,
)
from sim.report.spreadsheet import write_csv
from sim.report.staging_sections import staging_sections
from sim.report.words import LANGUAGES, Words, words_of
from sim.report.workbook import write_workbook
from sim.report.worth_sections import worth_sections
from sim.study.study import StudyResult

# importing them registers their figures, in this order
__all__ = ["change_maps", "charts", "maps", "week", "worth", "write_report"]

AS_IS_MAPS = ("as_is_network", "as_is_reach", "requests_density", "lost_energy_as_is")
# charts that stand in another section than the maps of the plan
BESIDE = {
    "fairness": "districts", "served_change": "districts", "use_case_chart": "use_cases", "weekly_load": "week",
    "occupancy_by_hour": "week", "waiting_times": "week", "walking_ways": "week", "phases_chart": "phases",
    "stages_tree": "stages", "parking_pressure": "levers", "rounds_chart": "rounds", "money_waterfall": "money",
    "budget_curve": "money", "fronts_chart": "answers",
}  # fmt: skip
SECTIONS = (
    "as_is", "kpis", "phases", "levers", "maps", "districts", "use_cases", "week", "money", "break_even", "climate",
    "yardsticks", "rounds", "answers", "stages", "learnt", "sites", "checks", "synthetic", "assumptions", "limits",
    "glossary", "sources",
)  # fmt: skip
GLOSSARY = "glossary."
MEANS = ".means"


def write_report(result: StudyResult, folder: Path, provenance: pd.DataFrame) -> Path:
    """Write the pages, `tables.xlsx`, and figures with their data, into a folder that exists; returns `report.html`.

    Draws the figures named in the settings, or all where none is named; figures whose tables the result lacks are
    left out.

    provenance : every parameter of the study, see `sim.parameter.provenance`

    Raises `UnknownName` (or a `DataError` with all of them) before anything is written when the settings name a figure
    or a language that does not exist.
    """
    names, first = chosen_figures(result), words_of(settings(result).language)
    pictures = folder / "figures"
    pictures.mkdir(exist_ok=True)
    data = {name: figure_data(name, result) for name in names}
    shares = draw_all(result, names, data, first)  # other processes begin to draw now
    for name in names:
        write_csv(data[name], pictures / f"{name}.csv")
    write_workbook(result, folder, provenance)
    drawn = {key: picture for share in shares for key, picture in share.items()}
    for name in names:
        (pictures / f"{name}.png").write_bytes(drawn[name, first.language].print_png)
    for words in LANGUAGES.values():
        shown = {
            name: _figure(drawn[name, words.language], name, words, number=number)
            for number, name in enumerate(names, start=1)
        }
        text = _document(result, shown, provenance, words, first)
        (folder / _file(words, first)).write_text(text, encoding="utf-8", newline="\n")
    return folder / _file(first, first)


@dataclass(frozen=True)
class Picture:
    """A drawn figure: its finding, its size on the page [pixels], and the PNG for the page and in print quality."""

    finding: str
    size_px: tuple[int, int]
    page_png: bytes
    print_png: bytes


Pictures = dict[tuple[str, str], Picture]
"""Pictures by name and language."""
Keys = Sequence[tuple[str, str]]


def draw_all(
    result: StudyResult, names: Sequence[str], data: Mapping[str, pd.DataFrame], first: Words
) -> Iterator[Pictures]:
    """Every figure in every language, in shares; drawn in as many processes as the study may use.

    Only pictures of the first language come in print quality; `print_png` of the others is empty.
    """
    printed = [(name, first.language) for name in names]
    shown = [(name, language) for language in LANGUAGES if language != first.language for name in names]
    workers = max(min(settings(result).simulation.workers or os.cpu_count() or 1, len(names)), 1)
    shares = [(printed[number::workers], shown[number::workers]) for number in range(workers)]
    if workers <= 1:
        return (_draw(result, *share, data) for share in shares)
    from joblib import Parallel, delayed

    others = shares[1:]  # this process has all packages loaded, so it draws the first share
    elsewhere = Parallel(n_jobs=workers, return_as="generator")(
        delayed(_draw)(result, *share, data) for share in others
    )
    here = (_draw(result, *share, data) for share in shares[:1])
    return chain(here, elsewhere)


def _draw(result: StudyResult, printed: Keys, shown: Keys, data: Mapping[str, pd.DataFrame]) -> Pictures:
    return {**_draw_printed(result, printed, data), **_draw_shown(result, shown, data)}


def _draw_printed(result: StudyResult, wanted: Keys, data: Mapping[str, pd.DataFrame]) -> Pictures:
    pictures = {}
    for name, language in wanted:
        figure = draw_figure(name, result, LANGUAGES[language], data=data[name])
        size, large = _size_px(figure), pixels(figure, PRINT_DPI)
        small = png(smaller(large, size[0]), PAGE_DPI)
        pictures[name, language] = Picture(str(figure.get_label()), size, small, png(large, PRINT_DPI))
    return pictures


def _draw_shown(result: StudyResult, wanted: Keys, data: Mapping[str, pd.DataFrame]) -> Pictures:
    pictures = {}
    for name, language in wanted:
        figure = draw_figure(name, result, LANGUAGES[language], data=data[name])
        small = png(pixels(figure, PAGE_DPI), PAGE_DPI)
        pictures[name, language] = Picture(str(figure.get_label()), _size_px(figure), small, b"")
    return pictures


def _size_px(figure: Figure) -> tuple[int, int]:
    width, height = (round(inches * PAGE_DPI) for inches in figure.get_size_inches())
    return width, height


def chosen_figures(result: StudyResult) -> list[str]:
    """Names of the figures to draw, in the order in which the page shows them; raises for names that do not exist."""
    names = settings(result).figures or FIGURES.names()
    check_figure_names(names)
    return _in_reading_order(set(names) & set(offered(result)))


def _file(words: Words, first: Words) -> str:
    return "report.html" if words is first else f"report.{words.language}.html"


def _in_reading_order(names: Iterable[str]) -> list[str]:
    """Figures in the order in which the page shows them, each once, so that their numbers ascend."""
    order = FIGURES.names()
    return sorted(set(names), key=lambda name: (SECTIONS.index(_part(name)), order.index(name)))


def _part(figure: str) -> str:
    return "as_is" if figure in AS_IS_MAPS else BESIDE.get(figure, "maps")


def _figure(drawing: Picture, name: str, words: Words, *, number: int) -> Html:
    """A picture with its finding as caption; the alternative text says what is drawn and what it shows."""
    finding, drawn = drawing.finding, words(f"{name}.shown") if words.has(f"{name}.shown") else name
    width, height = drawing.size_px
    picture = image(drawing.page_png, alt=f"{drawn}. {finding}.", width=width, height=height)
    file = f"figures/{name}.csv"
    before, after = words("page.with_data", drawn=drawn, file=file).split(file)
    caption = [f"{words('page.figure', n=number)}: {finding}. ({before}", tag("a", file, href=file), f"{after})"]
    return tag("figure", joined([picture, tag("figcaption", joined(caption, ""))]))


def _document(
    result: StudyResult, figures: Mapping[str, Html], provenance: pd.DataFrame, words: Words, first: Words
) -> str:
    study, city = settings(result), result.city
    title = words("page.title", city=words.phrase(city.title), year=study.year)
    parts = {
        "as_is": [tag("p", _as_is_lead(result, words))],
        "kpis": [tag("p", words("page.kpis_lead")), kpi_table(result, words)],
        "maps": [],
        "districts": [districts_table(result, words)],
        "use_cases": [tag("p", words("page.use_cases_lead")), use_cases_table(result, words)],
        "rounds": [
            tag("p", words("page.rounds_lead")),
            rounds_table(result, words),
            rounds_ending(result, words),
            rounds_bound(result, words),
        ],
        "sites": [tag("p", _sites_lead(words)), tag("div", sites_table(result, words), class_="tall")],
        "checks": [tag("p", _engines(result, words)), checks_table(result, words)],
        "synthetic": _synthetic(result, words),
        "assumptions": _assumptions(provenance, words),
        "limits": [items(words(f"page.limits_{n}") for n in range(1, 6))],
        "glossary": [terms(_glossary(words))],
        "sources": [items(said(source, words) for source in city.sources)],
    }
    parts |= phases_sections(result, words) | levers_sections(result, words)
    parts |= answers_sections(result, words) | worth_sections(result, words) | staging_sections(result, words)
    for name, shown in figures.items():
        parts.setdefault(_part(name), []).append(shown)
    if "week" in parts:
        parts["week"].insert(0, tag("p", words("page.week_lead")))
    sections = {key: section(key, words(f"page.{key}"), *parts[key]) for key in SECTIONS if parts.get(key)}
    links = items(tag("a", words(f"page.{key}"), href=f"#{key}") for key in sections)
    head = [
        _other_languages(words, first),
        tag("h1", title),
        tag("p", words("page.scenario", scenario=study.name, title=words.phrase(study.title)), class_="muted"),
        _alarm(alarms(result, words), words),
        _answer(result, words),
    ]
    body = [
        tag("a", words("page.skip"), class_="skip", href="#answer"),
        tag("header", joined(part for part in head if part)),
        tag("nav", links, aria_label=words("page.contents")),
        tag("main", joined(sections.values())),
        tag("footer", tag("p", words("page.made_by", seed=study.seed, path=study.path))),
    ]
    return page(title=title, language=words.language, style=CSS, body=joined(body))


def _other_languages(words: Words, first: Words) -> Html:
    """A link to the page in each other language, in that language."""
    links = [
        tag("a", words("page.other_language"), href=_file(other, first), hreflang=other.language, lang=other.language)
        for other in LANGUAGES.values()
        if other is not words
    ]
    return tag("p", joined(links, " · "), class_="language")


def _alarm(alarms: list[str], words: Words) -> Html:
    if not alarms:
        return Html("")
    content = [tag("h2", words("page.alarm")), tag("p", words("page.alarm_lead")), items(alarms)]
    return tag("div", joined(content), class_="alarm", role="alert")


def _answer(result: StudyResult, words: Words) -> Html:
    content = [tag("h2", words("page.summary"), id="answer"), *(tag("p", text) for text in answer(result, words))]
    return tag("div", joined(content), class_="answer")


def _as_is_lead(result: StudyResult, words: Words) -> str:
    stations = result.city.stations
    return words(
        "page.as_is_lead",
        points=words.number(stations["points"].sum(), "points"),
        stations=words.number(len(stations), "stations"),
        stock=result.city.stock,
        year=settings(result).year,
        served=interval_of(kpi_row(result, SERVED), "as_is", words),
    )


def _engines(result: StudyResult, words: Words) -> str:
    """Whether two engines gave the same sessions in the verdict, one sentence."""
    if result.trust is None or result.trust.engines_agree is None:
        return words("page.one_engine")
    return words("page.engines_agree", requests=words.number(result.trust.requests, "1/week"))


def _sites_lead(words: Words) -> Html:
    before, after = words("page.sites_lead").split("plan.csv")
    plan, tables = (tag("a", file, href=file) for file in ("plan.csv", "tables.xlsx"))
    return joined([before, plan, after, tables, "."], "")


def _synthetic(result: StudyResult, words: Words) -> list[Html]:
    sentences = [said(sentence, words) for sentence in result.city.synthetic]
    made = [tag("p", words("page.synthetic_lead")), items(sentences)] if sentences else []
    return [tag("p", words("page.synthetic_drivers")), *made]


def _assumptions(provenance: pd.DataFrame, words: Words) -> list[Html]:
    number = int((provenance["confidence"] == ASSUMPTION).sum())
    every = joined([tag("summary", words("page.parameters")), parameters_table(provenance, words)])
    lead = words("page.assumptions_lead", n=number, all=len(provenance))
    return [
        tag("p", lead if words.language == "en" else f"{lead} {words('page.data_language')}"),
        assumptions_table(provenance, words),
        tag("details", every),
    ]


def _glossary(words: Words) -> list[tuple[str, str]]:
    """Every word that is explained, with what it means."""
    keys = [key for key in words.texts if key.startswith(GLOSSARY) and not key.endswith(MEANS)]
    return [(words(key), words(f"{key}{MEANS}")) for key in keys]
