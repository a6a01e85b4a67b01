"""The parts of the page about stages (pilot, trigger, roll-out) and about what a pilot taught."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.chart_parts import chart_page, figure_of
from sim.report.facts import has, table_of
from sim.report.figures import FIGURES
from sim.report.map_parts import subtitle
from sim.report.markup import Html, table, tag
from sim.report.sections import heads
from sim.report.style import AFTER, BEFORE, INK, MUTED
from sim.report.words import Words
from sim.study.study import StudyResult

Row = Mapping[Hashable, Any]
ANY = "any"
BOX_IN = 0.95  # height of a box of the tree [inches]


def staging_sections(result: StudyResult, words: Words) -> dict[str, list[Html]]:
    """Content by section: stages, learnt; those whose tables the result has."""
    makers = dict(stages=_stages, learnt=_learnt)
    needs = dict(stages="regret", learnt="learnt")
    return {name: make(result, words) for name, make in makers.items() if has(result, needs[name])}


def _stages(result: StudyResult, words: Words) -> list[Html]:
    pilots, triggers, regret = (table_of(result, name).to_dict("records") for name in ("pilots", "triggers", "regret"))
    candidates = table(
        words("page.pilots_caption"),
        heads(words, "path", "points_added", "sites", "capex", "worst_regret", "expected_regret", "chosen"),
        [_pilot(row, words) for row in pilots],
        texts=(0, 6),
    )
    look = table(
        words("page.triggers_caption"),
        heads(words, "phase", "decided_in", "network", "signal", "between", "threshold", "missed", "false", "poisson"),
        [_trigger(row, words) for row in triggers],
        texts=(0, 1, 2, 3, 4),
    )
    lost = table(
        words("page.regret_caption"),
        heads(words, "judged_by", "way", "path", "regret", "regret_share", "interval", "gap", "within_gap"),
        [_regret(row, words) for row in regret],
        texts=(0, 1, 2, 7),
    )
    return [tag("p", words("page.stages_lead")), look, tag("p", words("page.regret_lead")), lost, candidates]


def _pilot(row: Row, words: Words) -> list[str]:
    return [
        words.named("path", row["pilot"]),
        words.number(row["points_added"], "points"),
        words.number(row["sites"], "sites"),
        words.number(row["capex_eur"], "EUR"),
        words.number(row["worst_regret"], "kWh/week"),
        words.number(row["expected_regret"], "kWh/week"),
        words("page.yes") if row["chosen"] else words("page.no"),
    ]


def _trigger(row: Row, words: Words) -> list[str]:
    pair = " / ".join(words.named("path", row[end]) for end in ("lower", "upper"))
    counting = max(row["missed_share_poisson"], row["false_share_poisson"])
    return [
        str(row["phase"]),
        str(row["decided_in"]),
        words.named("path", row["network"]),
        words.named("signal", row["signal"]),
        pair,
        _amount(row["threshold"], row["unit"], words),
        words.number(row["missed_share"], "share"),
        words.number(row["false_share"], "share"),
        words.number(counting, "share"),
    ]


def _regret(row: Row, words: Words) -> list[str]:
    simulated = row["low"] == row["low"]
    interval = words.change_interval(row["regret"], row["low"], row["high"], "kWh/week") if simulated else "–"
    return [
        words.named("judged_by", row["judged_by"]),
        words.named("way", row["plan"]),
        words.named("path", row["path"]),
        words.number(row["regret"], "kWh/week"),
        words.number(row["share"], "share", decimals=4),
        interval,
        words.number(row["gap"], "share", decimals=4) if row["gap"] == row["gap"] else "–",
        words("page.yes") if row["within_gap"] else words("page.no"),
    ]


def _amount(value: float, unit: str, words: Words) -> str:
    """A signal: sessions with two decimals, cars as whole ones."""
    return words.number(value, decimals=2 if value < 100 else 0)


def _learnt(result: StudyResult, words: Words) -> list[Html]:
    rows = table_of(result, "learnt").to_dict("records")
    names = result.city.districts["name"]
    factors = table(
        words("page.learnt_caption"),
        heads(words, "class", "district", "counted", "weeks", "modelled", "factor", "interval", "own_share"),
        [
            [
                words.named("class", row["class_name"]),
                str(names.get(row["district_id"], row["district_id"])),
                words.number(row["sessions"], decimals=0),
                words.number(row["weeks"], decimals=1),
                words.number(row["modelled"], decimals=0),
                words.number(row["factor"], decimals=2),
                words(
                    "page.to", low=words.number(row["factor_low"], decimals=2),
                    high=words.number(row["factor_high"], decimals=2),
                ),
                words.number(row["own_share"], "share"),
            ]
            for row in rows
        ],
        texts=(0, 1),
    )  # fmt: skip
    parts = [tag("p", words("page.learnt_lead")), factors]
    if has(result, "replanned"):
        moved = table(
            words("page.replanned_caption"),
            heads(words, "district", "points_model", "points_learnt", "change"),
            [
                [
                    str(names.get(row["district_id"], row["district_id"])),
                    words.number(row["points_model"], "points"),
                    words.number(row["points_learnt"], "points"),
                    words.change(row["change"], "points"),
                ]
                for row in table_of(result, "replanned").to_dict("records")
            ],
        )
        parts.append(moved)
    return parts


def _tree(result: StudyResult) -> pd.DataFrame:
    """One row the pilot ("any") and each path: what is built, the band of the first signal, and the regret."""
    built = result.stages.groupby("path", sort=False)
    rows = pd.DataFrame(
        {
            "points_added": built["points_added"].sum(),
            "capex_eur": built["capex_eur"].sum(),
            "first": built["phase"].min(),
            "last": built["phase"].max(),
        }
    )
    first = result.triggers[result.triggers["network"] == ANY]
    order = [*first["lower"], first["upper"].iloc[-1]]
    rows = rows.reindex([ANY, *order]).fillna({"points_added": 0, "capex_eur": 0.0})
    rows["signal_from"] = [np.nan, np.nan, *first["threshold"]]
    rows["signal_to"] = [np.nan, *first["threshold"], np.nan]
    model = result.regret[result.regret["judged_by"] == "model"].set_index(["plan", "path"])["share"]
    for way in ("staged", "unstaged"):
        rows[f"regret_{way}"] = [np.nan, *(float(model[way, path]) for path in order)]
    return rows.rename_axis("path").reset_index()


@FIGURES.register(data=_tree, needs=("regret", "triggers", "stages"))
def stages_tree(data: pd.DataFrame, result: StudyResult, words: Words) -> Figure:
    """Pilot, what to look at, and what to build then, as a tree read from left to right."""
    pilot, outcomes = data.iloc[0], data.iloc[1:]
    title = words(
        "stages_tree", staged=words.number(outcomes["regret_staged"].max(), "share", decimals=3),
        unstaged=words.number(outcomes["regret_unstaged"].max(), "share", decimals=3),
    )  # fmt: skip
    (axes,) = chart_page(
        title, subtitle(result, "stages_tree", words), body_in=(BOX_IN + 0.3) * len(outcomes), left_in=0.0
    )
    axes.set_xlim(0, 10)
    axes.set_ylim(len(outcomes) - 0.5, -0.5)
    axes.axis("off")
    middle = (len(outcomes) - 1) / 2
    trigger = result.triggers.iloc[0]
    _box(
        axes,
        0.0,
        middle,
        2.9,
        _built(pilot, f"{words.named('path', ANY).capitalize()}, {_year(pilot['first'])}", words),
        BEFORE,
    )
    look = f"{words.named('signal', str(trigger['signal']))}, {int(trigger['decided_in'])}"
    axes.text(4.75, -0.46, look, ha="center", va="top", fontsize=8.5, color=MUTED)
    for y, (_, row) in enumerate(outcomes.iterrows()):
        axes.plot([2.9, 3.4, 6.1, 6.6], [middle, y, y, y], color=MUTED, linewidth=1.2, zorder=0)
        band = axes.text(4.75, y - 0.04, _band(row, words), ha="center", va="bottom", fontsize=9, color=INK)
        band.set_bbox(dict(facecolor="white", edgecolor="none", pad=1))
        head = words("stages_tree.path", path=words.named("path", row["path"]))
        lost = words(
            "stages_tree.regret", staged=words.number(row["regret_staged"], "share", decimals=3),
            unstaged=words.number(row["regret_unstaged"], "share", decimals=3),
        )  # fmt: skip
        _box(axes, 6.6, y, 3.4, f"{_built(row, head, words)}\n{lost}", AFTER)
    return figure_of(axes)


def _year(value: float) -> str:
    return "–" if value != value else str(int(value))


def _built(row: pd.Series, head: str, words: Words) -> str:
    points = words.number(row["points_added"], "points")
    built = words("stages_tree.built", points=points, eur=words.number(row["capex_eur"] / 1e6, decimals=2))
    return f"{head}\n{built}"


def _band(row: pd.Series, words: Words) -> str:
    """What is counted on this branch."""
    low, high = (_amount(row[f"signal_{end}"], "", words) for end in ("from", "to"))
    if row["signal_from"] != row["signal_from"]:
        return words("stages_tree.below", high=high)
    if row["signal_to"] != row["signal_to"]:
        return words("stages_tree.above", low=low)
    return words("page.to", low=low, high=high)


def _box(axes: Axes, x: float, y: float, width: float, text: str, colour: str) -> None:
    """A box with a coloured edge on its left, and what is built in it."""
    axes.add_patch(_rectangle(x, y - 0.36, width, 0.72, "white", MUTED))
    axes.add_patch(_rectangle(x, y - 0.36, 0.09, 0.72, colour, colour))
    axes.text(x + 0.22, y, text, va="center", ha="left", fontsize=8.5, linespacing=1.45, color=INK)


def _rectangle(x: float, y: float, width: float, height: float, face: str, edge: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), width, height, facecolor=face, edgecolor=edge, linewidth=0.8)
