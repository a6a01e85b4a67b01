"""The phases on the page: what each builds and costs, what was promised, found and proved."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.report.chart_parts import chart_page, figure_of
from sim.report.charts import SIDES, pairs
from sim.report.facts import has, settings
from sim.report.figures import FIGURES
from sim.report.map_parts import subtitle
from sim.report.markup import Html, table, tag
from sim.report.sections import heads
from sim.report.words import Words
from sim.study.phases import STATES
from sim.study.study import StudyResult

SHARE = "served_share"


def phases_sections(result: StudyResult, words: Words) -> dict[str, list[Html]]:
    """The section of the phases, by name; empty where the result has no such table."""
    if not has(result, "phases"):
        return {}
    rows = result.phases.to_dict("records")
    built = table(
        words("page.phases_built_caption"),
        heads(
            words, "phase", "points_added", "sites", "points_then", "capex", "served_as_is", "served_plan", "difference"
        ),
        [_built(row, words) for row in rows],
    )
    proved = table(
        words("page.phases_proved_caption"),
        heads(words, "phase", "promise_kwh", "verdict_kwh", "objective", "bound", "gap", "own_gap", "kind"),
        [_proved(row, words) for row in rows],
        texts=(0, 6, 7),
    )
    lead = words("page.phases_lead", year=settings(result).year)
    return {"phases": [tag("p", lead), built, tag("p", words("page.phases_proved_lead")), proved]}


def _built(row: Mapping[Hashable, Any], words: Words) -> list[str]:
    before, after, change = (
        tuple(float(row[f"{SHARE}_{state}{end}"]) for end in ("", "_low", "_high")) for state in STATES
    )
    return [
        str(row["phase"]),
        words.number(row["points_added"], "points"),
        words.number(row["sites"], "sites"),
        words.number(row["points"], "points"),
        words.number(row["capex_eur"], "EUR"),
        _interval(before, words),
        _interval(after, words),
        words.change_interval(change[0], change[1], change[2], "share"),
    ]


def _interval(mean_low_high: tuple[float, ...], words: Words) -> str:
    mean, low, high = mean_low_high
    return words.interval(mean, low, high, "share")


def _proved(row: Mapping[Hashable, Any], words: Words) -> list[str]:
    return [
        str(row["phase"]),
        words.number(row["promise_kwh"], "kWh/week"),
        words.interval(row["kwh_plan"], row["kwh_plan_low"], row["kwh_plan_high"], "kWh/week"),
        words.number(row["objective"], "kWh/week"),
        words.number(row["bound"], "kWh/week"),
        words.number(row["gap"], "share", decimals=4),
        words.number(row["own_gap"], "share", decimals=4),
        words.named("kind", row["kind"]),
    ]


def _served_by_phase(result: StudyResult) -> pd.DataFrame:
    numbers = {f"{SHARE}_{side}{end}": f"{side}{end}" for side, _ in SIDES for end in ("", "_low", "_high")}
    return result.phases[["phase", *numbers]].rename(columns=numbers)


@FIGURES.register(data=_served_by_phase, needs=("phases",))
def phases_chart(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Share of requests served in each phase, by today's stations and with what is built by then."""
    first, last = data.iloc[0], data.iloc[-1]
    key = "phases_chart" if len(data) > 1 else "phases_chart.one"
    title = words(
        key, first=int(first["phase"]), last=int(last["phase"]), after_first=words.number(first["plan"], "share"),
        after=words.number(last["plan"], "share"), before=words.number(last["as_is"], "share"),
    )  # fmt: skip
    names = [str(phase) for phase in data["phase"]]
    (axes,) = chart_page(title, subtitle(result, "phases_chart", words), body_in=0.55 * len(data) + 0.9, left_in=0.6)
    pairs(axes, data, names, "share", words)
    axes.set_xlim(0, 1.12)
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.set_xlabel(words("chart.served"))
    return figure_of(axes)
