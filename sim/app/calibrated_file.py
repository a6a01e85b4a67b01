"""A file of `configs/demand/` from fits to own sessions: only what was fitted, each value with its sample and fit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sim.demand.calibrate import Calibration

FIRST_LINE = "# Demand calibrated with own sessions by `ladeplan calibrate`."
HEAD = """\
{first_line} Choose it: `ladeplan demand={name}`.
# What is not here stays as in demand: {base}. KS: largest distance between the shares seen and fitted.
"""


def calibrated_yaml(found: Sequence[Calibration], *, name: str, base: str, layout: str) -> str:
    """The text of the file; the same sessions give the same bytes."""
    lines = HEAD.format(first_line=FIRST_LINE, name=name, base=base).splitlines()
    for fit in found:
        lines.append(
            f"# {fit.use_case}: {plain(fit.source)} ({plain(layout)}), {fit.n:,} sessions at {fit.chargers:,} "
            f"chargers, {fit.first_day} to {fit.last_day}"
        )
    lines += ["defaults:", f"  - {base}", "  - _self_"]
    sections: dict[str, list[tuple[Calibration, str, Any]]] = {}
    for fit in found:
        for key, value in fit.fitted.items():
            section, _, _ = key.partition(".")
            sections.setdefault(section, []).append((fit, key, value))
    for section, entries in sections.items():
        lines += ["", f"{section}:"]
        for fit, key, value in entries:
            lines += _entry(fit, key, value)
    lines += ["", "calibrated:                  # takes the place of their source in every table of parameters"]
    origins = {key: text for fit in found for key, text in fit.origin.items()}
    lines += [f"  {key}: {json.dumps(plain(text), ensure_ascii=False)}" for key, text in origins.items()]
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """Text that is safe in a comment and in quotes: printable, and nothing that a settings file would expand.

    >>> plain("a\\nb${c}.csv")
    'a_b_{c}.csv'
    """
    return "".join(sign if sign.isprintable() and sign != "$" else "_" for sign in text)


def _entry(fit: Calibration, key: str, value: Any) -> list[str]:
    name = key.partition(".")[2]
    if isinstance(value, Mapping):
        return [
            f"  {name}:",
            *(f"    {band}: {_shown(rows)}{_comment(fit, key, band)}" for band, rows in value.items()),
        ]
    if isinstance(value[0], list):
        rows = [f"    - {_shown(row)}{_comment(fit, key, str(number))}" for number, row in enumerate(value)]
        return [f"  {name}:", *rows]
    return [f"  {name}: {_shown(value)}{_comment(fit, key, '')}"]


def _comment(fit: Calibration, key: str, part: str) -> str:
    return f"  # {fit.said[key, part]}"


def _shown(value: Any) -> str:
    """Numbers with their point, which lists of lists need."""
    return f"[{', '.join(map(_shown, value))}]" if isinstance(value, list) else repr(float(value))
