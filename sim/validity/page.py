"""docs/validity.md, written from what the cases found."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from sim.validity import dortmund, hamburg
from sim.validity.case import CASES, Finding, Row

HEAD = """\
# Validity

How far the simulation can be believed: against exact theory, and against real charging sessions. Written by
`make validity` from the cases in `sim/validity/`; edit those. What fails stays in the table.

{summary}

## What this means, and what it does not

- Exact cases test the engine and the draws: if one fails there is an error in the code.
- Hamburg's joint occupancy, weekday curve and spread test the demand model's hours and stays. The loads of the sites
  are those of the same data, so means are no test; how often both points are taken at once is one.
- Stays and hours were fitted to the sessions of Hamburg, Perth & Kinross and EPFL that they are compared with here,
  unless a row says otherwise. So a row shows that the fitted form is good enough, not that another city behaves like
  this; where it says "not fitted to it", it shows how far a law travels, and several do not.
- Figures of whole countries test orders of magnitude. Where requests start inside Dortmund, and how many electric cars
  there will be, is assumption; no row tests it.
- "Ours" is the mean, with the 95 % interval over independent replications where something is drawn. The verdict
  compares the mean with what is asked for; in exact cases it counts the seeds whose interval covers the exact value.

## How to make it again

    make validity

It runs all cases, writes this page and its pictures, and needs no file from outside: what was observed is committed as
figures in `sim/validity/observed/`, with its [sources](../sim/validity/observed/SOURCES.md). Where the sessions
themselves are at hand, in a folder named by `LADEPLAN_DATA`, the figures are computed anew by

    LADEPLAN_DATA=folder python -m sim.app.validity observed

Seeds are fixed and no number depends on the machine. The compiled engine is used where it is installed; SimPy gives the
same sessions to the last bit ([semantics](semantics.md)), so it gives the same page. Run length: V1 to V6 ten
replications of 5,000 requests for each of the seeds 0 to 49, of which the first 1,000 are not measured; V7 ten weeks
after two days of warm-up for each seed; V8 2,000 requests for each seed; Hamburg {hamburg} replications of three weeks
after two days; Dortmund {dortmund} weeks after two days. It takes about three minutes of one core with the compiled
engine.
"""
COLUMNS = ("", "what", "source", "target", "ours", "95 % interval", "asked for", "verdict", "note")


def validity_page(findings: Mapping[str, Finding], pictures: Mapping[str, str]) -> str:
    """The page as Markdown.

    findings : by name of the case, in the order of CASES
    pictures : words for each picture, by its path from the page
    """
    rows = [row for finding in findings.values() for row in finding.rows]
    parts = [HEAD.format(summary=summary(rows), hamburg=hamburg.REPLICATIONS, dortmund=dortmund.REPLICATIONS)]
    parts += [_section(CASES.facts[name]["title"], finding.rows) for name, finding in findings.items()]
    if pictures:
        shown = "\n".join(f"![{words}]({path})\n" for path, words in pictures.items())
        parts.insert(1, f"\n## Pictures\n\n{shown}")
    return "".join(parts)


def summary(rows: Iterable[Row]) -> str:
    """How many rows pass, fail and only inform, for exact and for empirical cases."""
    said = []
    for letter, kind in (
        ("V", "Exact theory (V1 to V9)"),
        ("D", "Stays, hours and energy (D1 to D3)"),
        ("E", "Hamburg, and figures from outside (E1 to E16)"),
    ):
        verdicts = [row.verdict for row in rows if row.id.startswith(letter)]
        count = {verdict: verdicts.count(verdict) for verdict in ("pass", "fail", "info")}
        said.append(f"- **{kind}: {count['pass']} pass, {count['fail']} fail**, {count['info']} not judged")
    failed = sorted({row.id for row in rows if row.verdict == "fail"}, key=lambda i: ("VDE".index(i[0]), int(i[1:])))
    said.append(f"\nRows that fail are in {', '.join(failed)}; each says why." if failed else "\nNo row fails.")
    return "\n".join(said)


def _section(title: str, rows: list[Row]) -> str:
    head = f"| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}\n"
    return f"\n## {title}\n\n{head}" + "".join(row_line(row) for row in rows)


def row_line(row: Row) -> str:
    """A row of the page's tables, as one line of Markdown."""
    between = "" if math.isnan(row.low) else f"{_number(row.low, row.unit)} to {_number(row.high, row.unit)}"
    unit = {"share": " %", "": "", "-": ""}.get(row.unit, f" {row.unit}")
    cells = [
        row.id, row.what, row.source, f"{_number(row.target, row.unit)}{unit}" if not math.isnan(row.target) else "",
        f"{_number(row.ours, row.unit)}{unit}" if not math.isnan(row.ours) else "", between, row.tolerance,
        f"**{row.verdict}**" if row.verdict == "fail" else row.verdict, row.note,
    ]  # fmt: skip
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |\n"


def _number(value: float, unit: str) -> str:
    """Four digits that count; shares in percent with two decimals."""
    if unit == "share":
        return f"{value * 100:.2f}"
    if value == 0:
        return "0"
    decimals = max(0, 3 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(decimals, 4)}f}"
