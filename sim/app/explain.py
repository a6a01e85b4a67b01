"""`ladeplan explain KEY`: all that is known of one setting."""

from __future__ import annotations

import dataclasses
import textwrap
from typing import Any

from sim.app.config import read_order
from sim.app.overrides import near_keys
from sim.app.parameters import shown
from sim.app.schema import facts_of
from sim.app.where import (
    changed_in_scenarios,
    comment_at,
    holding_file,
    readable,
    scenario_files,
    source_keys,
    source_texts,
)
from sim.errors import DataError
from sim.parameter import CONFIDENCE, allowed, provenance

WIDTH = 100


def explain(key: str, overrides: list[str]) -> str:
    """What a setting is, where its value comes from and where it can be changed; a section lists what it holds.

    Raises DataError for a key that is none, with the nearest.
    """
    study = read_order(overrides).study
    node: Any = study
    for part in key.split("."):
        node = _part(node, part)
        if node is _NOTHING:
            raise DataError([f"explain: {key}: unknown setting{near_keys(key, set(all_keys(study)))}"])
    if dataclasses.is_dataclass(node) or _is_section(node):
        return _section(key, node)
    return _setting(key, node, overrides, study)


_NOTHING = object()


def all_keys(node: Any, prefix: str = "") -> list[str]:
    """Every setting of a study that can be given a value, sections left out."""
    if dataclasses.is_dataclass(node):
        parts = {field.name: getattr(node, field.name) for field in dataclasses.fields(node)}
    elif _is_section(node):
        parts = node
    else:
        return [prefix]
    return [key for name, part in parts.items() for key in all_keys(part, f"{prefix}.{name}" if prefix else name)]


def _part(node: Any, name: str) -> Any:
    if dataclasses.is_dataclass(node):
        return getattr(node, name, _NOTHING) if name in {field.name for field in dataclasses.fields(node)} else _NOTHING
    if isinstance(node, dict):
        return next((value for key, value in node.items() if str(key) == name), _NOTHING)
    return _NOTHING


def _is_section(node: Any) -> bool:
    return isinstance(node, dict) and bool(node) and all(dataclasses.is_dataclass(value) for value in node.values())


def _section(key: str, node: Any) -> str:
    keys = all_keys(node, key)
    lines = [f"{key} is a section of {len(keys)} settings:"]
    width = max(map(len, keys))
    lines += [f"  {k:<{width}}  {facts_of(k).get('meaning', '')}".rstrip() for k in keys]
    return "\n".join(lines) + "\n"


def _setting(key: str, value: Any, overrides: list[str], study: Any) -> str:
    facts = dict(facts_of(key))
    for row in provenance(study).itertuples():
        if f"{key}.".startswith(f"{row.key}."):
            facts |= {"source": row.source, "confidence": row.confidence}  # calibrated ones have their own
    unit = f" {facts['unit']}" if facts.get("unit", "-") not in ("", "-") else ""
    choices = dict(word.split("=", 1) for word in overrides if "=" in word)
    file, line = holding_file(key, choices)
    rows = [("value", f"{shown(value)}{unit}")]
    if facts:
        rows += [("meaning", facts["meaning"]), ("source", facts["source"])]
        texts = source_texts()
        rows += [("", f"{name}: {texts[name]}") for name in source_keys(facts["source"]) if name in texts]
        rows.append(("confidence", f"{facts['confidence']}: {CONFIDENCE[facts['confidence']]}"))
        if facts["low"] is not None or facts["high"] is not None:
            rows.append(("range", f"{shown(facts['low'])} to {shown(facts['high'])}, for trying how much it matters"))
        if limits := allowed(facts):
            rows.append(("allowed", limits))
    elif comment := comment_at(file, line):
        rows.append(("meaning", comment))
    rows.append(("stands in", f"{readable(file)}, line {line}" if line else readable(file)))
    files = scenario_files()
    for number, (name, given) in enumerate(changed_in_scenarios(key).items()):
        rows.append(("changed by" if number == 0 else "", f"{shown(given)}  in {readable(files[name])}"))
    rows.append(("try", f"ladeplan {key}=..."))
    lines = [key]
    for name, text in rows:
        lines += textwrap.wrap(
            text, WIDTH, initial_indent=f"  {name:<12}", subsequent_indent=" " * 14, break_on_hyphens=False
        )
    return "\n".join(lines) + "\n"
