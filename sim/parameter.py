"""Parameters with an origin: unit, meaning, source, confidence, and the range to vary them in.

Values live in `configs/` only. A settings dataclass declares what a value is; `provenance` lists every parameter of a
study for the annex of assumptions in each report.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

CONFIDENCE = {
    "A": "official, peer-reviewed or computed from open data",
    "B": "press or trade naming a primary source",
    "C": "one secondary or old source",
    "M": "assumption",
    "-": "a choice of the user, not a fact",
}


LIMITS: dict[str, tuple[str, Callable[[float, float], bool]]] = {
    "above": ("more than {:g}", operator.gt),
    "at_least": ("{:g} or more", operator.ge),
    "at_most": ("{:g} or less", operator.le),
}


def parameter(
    *,
    unit: str,
    meaning: str,
    source: str,
    confidence: str,
    low: float | str | None = None,
    high: float | str | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
    above: float | None = None,
    choices: tuple[str, ...] | None = None,
) -> Any:
    """A dataclass field that says where its value comes from.

    low, high : range for sensitivity runs; "x 0.5" multiplies the value
    at_least, at_most, above : bounds that `bounds_broken` checks (element-wise for lists and tables)
    choices : the names allowed
    """
    return dataclasses.field(
        metadata=dict(
            unit=unit, meaning=meaning, source=source, confidence=confidence, low=low, high=high,
            at_least=at_least, at_most=at_most, above=above, choices=choices,
        )
    )  # fmt: skip


def allowed(facts: Mapping[str, Any]) -> str:
    """The values that the facts of a parameter allow, in words; "" where any value of its type is.

    >>> allowed({"unit": "share", "at_least": 0, "at_most": 1})
    '0 or more and 1 or less [share]'
    """
    if facts.get("choices"):
        return "one of " + ", ".join(facts["choices"])
    words = " and ".join(text.format(facts[name]) for name, (text, _) in LIMITS.items() if facts.get(name) is not None)
    return f"{words} [{facts['unit']}]" if words and facts.get("unit", "-") not in ("", "-") else words


def _broken_first(value: float, facts: Mapping[str, Any]) -> list[str]:
    """The limits of a parameter in words, those that a value breaks first; [] where it keeps all of them."""
    given = [(text.format(facts[name]), keeps(value, facts[name])) for name, (text, keeps) in LIMITS.items()
             if facts.get(name) is not None]  # fmt: skip
    return [] if all(kept for _, kept in given) else [text for text, _ in sorted(given, key=lambda limit: limit[1])]


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def bounds_broken(settings: Any, prefix: str = "") -> list[str]:
    """Every value outside its declared bounds, one sentence each; nested settings included."""
    fields = dataclasses.fields(settings)
    return values_broken(fields, {field.name: getattr(settings, field.name) for field in fields}, prefix)


def values_broken(fields: Iterable[dataclasses.Field[Any]], values: Mapping[str, Any], prefix: str = "") -> list[str]:
    """The same for fields of settings that cannot be made whole, because other fields are wrong and have no value."""
    problems = []
    for field in fields:
        if field.name not in values:
            continue
        value, key = values[field.name], f"{prefix}{field.name}"
        if dataclasses.is_dataclass(value):
            problems += bounds_broken(value, f"{key}.")
            continue
        if isinstance(value, dict) and value and all(dataclasses.is_dataclass(v) for v in value.values()):
            for name, item in value.items():
                problems += bounds_broken(item, f"{key}.{name}.")
            continue
        m = field.metadata
        for leaf in _leaves(value):
            if isinstance(leaf, bool) or not isinstance(leaf, int | float):
                if m.get("choices") and leaf not in m["choices"]:
                    problems.append(f"{key} ({leaf!r}) must be one of {', '.join(m['choices'])}")
                continue
            if leaf != leaf:
                problems.append(f"{key} is not a number; give one in {m.get('unit', 'its unit')}")
            elif broken := _broken_first(leaf, m):
                unit = f" [{m['unit']}]" if m.get("unit") else ""
                problems.append(f"{key} ({leaf:g}) must be {' and '.join(broken)}{unit}")
    return problems


def provenance(settings: Any, prefix: str = "") -> pd.DataFrame:
    """All parameters of (nested) settings: key, value, unit, meaning, source, confidence, low, high.

    Where settings have a table `calibrated` (key within them: text), its texts are the sources of the keys it names.
    """
    rows: list[dict[str, Any]] = []
    own: dict[str, str] = {}

    def collect(node: Any, prefix: str) -> None:
        own.update({f"{prefix}{key}": text for key, text in getattr(node, "calibrated", {}).items()})
        for field in dataclasses.fields(node):
            value, key = getattr(node, field.name), f"{prefix}{field.name}"
            if dataclasses.is_dataclass(value):
                collect(value, f"{key}.")
            elif isinstance(value, dict) and value and all(dataclasses.is_dataclass(v) for v in value.values()):
                for name, item in value.items():
                    collect(item, f"{key}.{name}.")
            elif "source" in field.metadata:
                facts = {k: field.metadata[k] for k in ("unit", "meaning", "source", "confidence", "low", "high")}
                if key in own:
                    facts |= {"source": own[key], "confidence": "A"}
                rows.append(dict(key=key, value=value, **facts))

    collect(settings, prefix)
    return pd.DataFrame(rows, columns=["key", "value", "unit", "meaning", "source", "confidence", "low", "high"])
