"""The parts of the page about money, climate and yardsticks from outside; each only where the result has its table."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from sim.report.display import MISSING
from sim.report.facts import has, table_of
from sim.report.markup import Html, joined, table, tag
from sim.report.sections import heads, said
from sim.report.words import Words
from sim.study.study import StudyResult

Row = Mapping[Hashable, Any]
YEAR_UNITS = ("a", "year")


def worth_sections(result: StudyResult, words: Words) -> dict[str, list[Html]]:
    """Content by section: money, break_even, climate, yardsticks; those whose tables the result has."""
    makers = dict(money=_money, break_even=_break_even, climate=_climate, yardsticks=_yardsticks)
    return {
        name: [tag("p", words(f"page.{name}_lead")), *make(result, words)]
        for name, make in makers.items()
        if has(result, name)
    }


def _money(result: StudyResult, words: Words) -> list[Html]:
    rows = [
        [
            words.named("view", r["view"]),
            words.named("money", r["item"]),
            _amount(r["value"], r["unit"], words),
            _shown_unit(r["unit"], words),
            *_ends(r, words),
            said(r["note"], words),
        ]
        for r in table_of(result, "money").to_dict("records")
    ]
    head = heads(words, "view", "item", "value", "unit", "low", "high", "note")
    parts = [table(words("page.money_caption"), head, rows, texts=(0, 1, 3, 6))]
    if has(result, "components"):
        parts.append(_components(result, words))
    return parts


def _components(result: StudyResult, words: Words) -> Html:
    rows = [
        [
            words.named("view", r["view"]),
            words.named("component", r["component"]),
            words.named("side", r["side"]),
            words.number(r["present_value_eur"], "EUR"),
            tag("span", _listed(r["parameters"]), translate="no"),
        ]
        for r in table_of(result, "components").to_dict("records")
    ]
    head = heads(words, "view", "component", "side", "present_value", "depends")
    caption = words("page.components_caption")
    return tag("details", joined([tag("summary", caption), table(caption, head, rows, texts=(0, 1, 2, 4))]))


def _break_even(result: StudyResult, words: Words) -> list[Html]:
    rows = [
        [
            words.named("view", r["view"]),
            words.number(r["target"], decimals=0),
            tag("code", r["parameter"], translate="no"),
            _precise(r["value_now"], words),
            _precise(r["value_needed"], words),
            words("page.to", low=_precise(r["low"], words), high=_precise(r["high"], words)),
            _shown_unit(r["unit"], words),
            said(r["verdict"], words),
        ]
        for r in table_of(result, "break_even").to_dict("records")
    ]
    head = heads(words, "view", "target", "key", "value_now", "value_needed", "range", "unit", "verdict")
    return [tag("div", table(words("page.break_even_caption"), head, rows, texts=(0, 2, 6, 7)), class_="tall")]


def _climate(result: StudyResult, words: Words) -> list[Html]:
    rows = [
        [str(r["year"]), *(words.number(r[column], "t/a") for column in ("t_co2_avoided", "low", "high"))]
        for r in table_of(result, "climate").to_dict("records")
    ]
    return [table(words("page.climate_caption"), heads(words, "year", "t_co2", "low", "high"), rows)]


def _yardsticks(result: StudyResult, words: Words) -> list[Html]:
    rows = [
        [
            words.named("yardstick", r["name"]),
            _amount(r["value"], r["unit"], words),
            _shown_unit(r["unit"], words),
            said(r["reference"], words),
            _amount(r["reference_value"], r["unit"], words),
            said(r["source"], words),
            said(r["note"], words),
        ]
        for r in table_of(result, "yardsticks").to_dict("records")
    ]
    head = heads(words, "yardstick", "value", "unit", "reference", "reference_value", "source", "note")
    return [table(words("page.yardsticks_caption"), head, rows, texts=(0, 2, 3, 5, 6))]


def _ends(r: Row, words: Words) -> list[str]:
    return [_amount(r[end], r["unit"], words) for end in ("low", "high")]


def _amount(value: float, unit: str, words: Words) -> str:
    """A value of any unit; years without marks, and nothing where there is none."""
    if value is None or value != value:
        return MISSING
    return f"{value:.0f}" if unit in YEAR_UNITS else words.number(value, unit)


def _precise(value: float, words: Words) -> str:
    """A parameter's value to four figures, since these are often small."""
    if value is None or value != value:
        return MISSING
    digits = next((n for n in range(7) if abs(round(value, n) - value) <= 0.0005 * abs(value)), 7)
    return words.number(value, decimals=digits)


def _shown_unit(unit: str, words: Words) -> str:
    """A unit in words; shares are shown in percent and need none."""
    return words.unit(unit)


def _listed(parameters: object) -> str:
    return parameters if isinstance(parameters, str) else ", ".join(str(p) for p in parameters)  # type: ignore[attr-defined]
