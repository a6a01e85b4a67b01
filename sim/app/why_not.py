"""`ladeplan why-not SITE`: whether the plan builds at a site, why, and what would have to change."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from sim.app.config import read_order
from sim.app.paths import city_folder
from sim.app.why_not_words import TEXTS
from sim.city.city import read_city
from sim.errors import DataError, did_you_mean
from sim.planning.objectives import OBJECTIVES
from sim.planning.plan import Plan
from sim.planning.problem import Problem
from sim.planning.variants import is_small
from sim.planning.why_not import Answer, Remedy, why_not
from sim.report.display import format_number
from sim.study.framing import planning_problem

WIDTH = 100
MOST_NEIGHBOURS = 3
ALIKE = 0.5  # of the unit in which values are told: a smaller difference is none


def explain_site(site_id: str, overrides: list[str]) -> str:
    """The answer for one site in plain sentences, in the language of the study.

    Raises DataError for a site that is none, with the nearest.
    """
    study = read_order(overrides).study
    city = read_city(city_folder(study.city), stock=study.stock, sites=study.sites, technologies=study.technology)
    if site_id not in city.sites.index:
        raise DataError([f"why-not: unknown site '{site_id}'{_meant(site_id, list(city.sites.index.astype(str)))}"])
    problem = planning_problem(study, city)
    return in_sentences(why_not(problem, site_id, study.answers.effort), problem, study.language)


def _meant(site_id: str, known: list[str]) -> str:
    """The nearest sites, or some of all: a city has hundreds."""
    near = did_you_mean(site_id, known)
    return near if near.endswith("?") else f"; there are {len(known)}, for example {', '.join(known[:5])}"


def in_sentences(answer: Answer, problem: Problem, language: str) -> str:
    """An answer as lines of text."""
    lines = []
    for bullet, text in _sentences(
        answer, problem, _Say(language, OBJECTIVES.facts[problem.settings.objective]["unit"])
    ):
        indent = "  - " if bullet else ""
        lines += textwrap.wrap(
            text, WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent), break_on_hyphens=False
        )
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class _Say:
    """Texts and numbers of one language; `worth` is the unit of the objective."""

    language: str
    worth: str

    def __call__(self, key: str, **values: object) -> str:
        return TEXTS[self.language][key].format(**values)

    def amount(self, value: float, unit: str = "") -> str:
        unit = unit or self.worth
        number = format_number(value, unit, language=self.language, decimals=0)
        return f"{number} {TEXTS[self.language][f'unit.{unit}']}".strip()

    def limit(self, value: float, unit: str) -> str:
        decimals = 0 if float(value).is_integer() else 1
        number = format_number(value, unit, language=self.language, decimals=decimals)
        return f"{number} {TEXTS[self.language][f'unit.{unit}']}".strip()


def _sentences(answer: Answer, problem: Problem, say: _Say) -> Iterator[tuple[bool, str]]:
    """The sentences in order; the first of each pair says whether it is a point of a list."""
    site, plan = answer.site_id, answer.plan
    if answer.chosen:
        rows = plan.table[plan.table["site_id"] == site]
        cost = say.amount(float(rows["capex_eur"].sum()), "EUR")
        yield False, say("chosen", site=site, what=_built(plan, site, say), eur=cost)
        yield False, say("earns", value=_worth(answer, say), proof=_proof(answer, say))
    else:
        yield False, say("absent", site=site)
        yield from _why(answer, say)
    yield from _around(answer, say)
    if answer.remedies:
        yield False, say("remedies" if _tried(answer.remedies) else "no_remedies")
        for remedy in answer.remedies:
            now, needed = (say.limit(v, remedy.unit) if remedy.unit else "" for v in (remedy.now, remedy.needed))
            yield True, say(f"remedy.{remedy.rule}", where=remedy.where, now=now, needed=needed)
    gap = plan.certificate.gap
    phases = ", ".join(map(str, problem.phases))
    if math.isfinite(gap):
        percent = format_number(100 * gap, language=say.language, decimals=1)
        yield False, say("basis", phases=phases, gap=f"{percent} %")
    else:
        yield False, say("basis_unproved", phases=phases)
    if answer.remedies and not is_small(problem):
        yield False, say("quick")


def _tried(remedies: tuple[Remedy, ...]) -> bool:
    return any(remedy.rule != "need" for remedy in remedies)


def _why(answer: Answer, say: _Say) -> Iterator[tuple[bool, str]]:
    """What bars the site, and what it is worth once nothing does."""
    if answer.barred:
        yield False, say("barred")
    for change in answer.barred:
        now, needed = (say.limit(value, change.unit) if change.unit else "" for value in (change.now, change.needed))
        rule = "within_budget" if change.rule == "no_carry_over" else change.rule
        yield True, say(f"bar.{rule}", where=change.where, now=now, needed=needed)
    if answer.open_plan is None or answer.other is None:
        return
    if answer.takes_it:
        what = _built(answer.open_plan, answer.site_id, say)
        yield False, say("taken", what=what, value=_worth(answer, say), proof=_proof(answer, say))
        return
    if answer.barred:
        yield False, say("not_taken")
    what = _built(answer.other, answer.site_id, say)
    alike = answer.worth is not None and abs(answer.worth.value) < ALIKE
    text = say("tie", what=what) if alike else say(
        "worse", what=what, value=_worth(answer, say), proof=_proof(answer, say)
    )  # fmt: skip
    yield False, text[:1].upper() + text[1:]


def _built(plan: Plan, site: str, say: _Say) -> str:
    rows = plan.table[plan.table["site_id"] == site]
    return ", ".join(
        say("points", n=int(n), technology=technology, phase=int(phase))
        for technology, n, phase in rows[["technology", "points_added", "phase"]].itertuples(index=False, name=None)
    )


def _worth(answer: Answer, say: _Say) -> str:
    return say.amount(answer.worth.value) if answer.worth is not None else ""


def _proof(answer: Answer, say: _Say) -> str:
    worth = answer.worth
    if worth is None or not (math.isfinite(worth.low) and math.isfinite(worth.high)):
        return say("unproved")
    low, high = say.amount(worth.low), say.amount(worth.high)
    if worth.high - worth.low < ALIKE:
        return ""
    return say("proof" if worth.certain else "within", low=low, high=high)


def _around(answer: Answer, say: _Say) -> Iterator[tuple[bool, str]]:
    """The need in reach, who serves it, and what points there would bring for their money."""
    if answer.around.reach_kwh <= 0:
        yield False, say("nobody")
        return
    reach, unserved = (say.amount(kwh, "kWh/week") for kwh in (answer.around.reach_kwh, answer.around.unserved_kwh))
    yield False, say("around", reach=reach, unserved=unserved)
    most = answer.around.by_site[:MOST_NEIGHBOURS]
    if len(most):
        listed = ", ".join(
            f"{name} ({say.amount(kwh, 'kWh/week')})" for name, kwh in most.itertuples(index=False, name=None)
        )
        yield False, say("neighbours", list=listed)
    if answer.chosen:
        return
    if answer.on_top is None:
        yield False, say("idle")
        return
    best = answer.on_top
    phases = answer.plan.promise["phase"]
    what = say("points", n=best.points, technology=best.technology, phase=int(phases.min()))
    rate = say.amount(1000.0 * best.value / best.eur)
    yield False, say("on_top", what=what, value=say.amount(best.value), eur=say.amount(best.eur, "EUR"), rate=rate)
    if answer.weakest is not None:
        name, value, eur = answer.weakest
        yield False, say("weakest", site=name, rate=say.amount(1000.0 * value / eur))
