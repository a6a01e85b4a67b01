"""Where a setting is written down: its file and line, the scenarios that change it, and the texts of its sources."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from sim.app.paths import config_files, home

SOURCE_KEY = re.compile(r"\bS(\d+[a-z]?)\b(?:-S(\d+)\b)?")


def holding_file(key: str, choices: Mapping[str, str]) -> tuple[Path, int]:
    """The file that holds a setting, and the line in it (0 where it holds only part of the key).

    choices : file chosen in a folder of configs/, where it is not the usual one: {"stock": "register_2019"}
    """
    parts = key.split(".")
    folder = home() / "configs" / parts[0]
    if not folder.is_dir():
        file, inner = home() / "configs" / "config.yaml", parts
    elif parts[0] == "technology" and len(parts) > 1:
        file, inner = folder / f"{parts[1]}.yaml", parts[1:]
    else:
        inner = parts[1:]
        chosen = choices.get(parts[0], usual_choices().get(parts[0], "default"))
        files = _built_on(parts[0], chosen) or [folder / f"{chosen}.yaml"]
        file = next((file for file in files if line_of(file, inner)), files[0])
    return file, line_of(file, inner)


def _built_on(group: str, name: str) -> list[Path]:
    """The file of a group, and those that its `defaults:` lay it over, nearest first."""
    files, names = list[Path](), [name]
    for name in names:
        path = config_files(group).get(name)
        if path is None or path in files:
            continue
        files.append(path)
        names += reversed(_bases(path.read_text(encoding="utf-8")))
    return files


@functools.lru_cache(maxsize=32)
def _bases(text: str) -> tuple[str, ...]:
    """Names of the files that a file of settings is laid over."""
    below = (yaml.safe_load(text) or {}).get("defaults", []) if "\ndefaults:" in f"\n{text}" else []
    return tuple(entry for entry in below if isinstance(entry, str))


@functools.lru_cache(maxsize=32)
def _nodes(text: str) -> Any:
    """A YAML file with the places of its keys; settings are looked up one by one in the same few files."""
    return yaml.compose(text, yaml.SafeLoader)


def usual_choices() -> dict[str, str]:
    """The file that configs/config.yaml chooses in each folder."""
    config = yaml.safe_load((home() / "configs" / "config.yaml").read_text(encoding="utf-8"))
    pairs = [item for entry in config["defaults"] if isinstance(entry, dict) for item in entry.items()]
    return {name: value for name, value in pairs if isinstance(value, str) and not name.startswith("override")}


def line_of(file: Path, parts: list[str]) -> int:
    """Line of a key within a YAML file, from 1; 0 where it is not there."""
    try:
        node = _nodes(file.read_text(encoding="utf-8"))
    except OSError:
        return 0
    line = 0
    for part in parts:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = next(((name, value) for name, value in pairs if name.value == part), None)
        if found is None:
            return 0
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def comment_at(file: Path, line: int) -> str:
    """The comment behind a value in a file; "" without one."""
    text = file.read_text(encoding="utf-8").splitlines()[line - 1] if line else ""
    return text.partition(" #")[2].strip()


def blamed(problem: str, *, given: Collection[str], file: str, in_file: Collection[str], scenarios: Sequence[str],
           choices: Mapping[str, str]) -> str:  # fmt: skip
    """A problem of a setting with the place in front that gave the value: the last that names it, as in composing.

    problem : begins with the key of the setting; one that does not comes back as it is
    given, in_file : keys set on the command line and in the scenario file
    """
    key = problem.split(" ")[0].partition("[")[0].rstrip(":")

    def named_in(keys: Collection[str]) -> bool:  # itself, a table it is in, or an entry of it
        return any(f"{key}.".startswith(f"{other}.") or other.startswith(f"{key}.") for other in keys)

    if named_in(given):
        return f"command line: {problem}"
    if named_in(in_file):
        return f"{file}: {problem}"
    for name in reversed(scenarios):
        if name in (files := scenario_files()) and named_in(_settings_in(files[name])):
            return f"{readable(files[name])}: {problem}"
    path, line = holding_file(key, choices)
    return f"{readable(path)}: line {line}: {problem}" if line else problem


def _settings_in(path: Path) -> list[str]:
    def keys(node: Any, prefix: str) -> list[str]:
        if not isinstance(node, dict):
            return [prefix]
        return [key for name, part in node.items() for key in keys(part, f"{prefix}.{name}" if prefix else str(name))]

    return keys(yaml.safe_load(path.read_text(encoding="utf-8")), "")


def scenario_files() -> dict[str, Path]:
    """Files of the scenarios by name; those of the working folder come first, as when one is chosen."""
    found: dict[str, Path] = {}
    for root in (home(), Path.cwd()):  # the later wins here
        found |= {path.stem: path for path in sorted((root / "scenarios").glob("*.yaml"))}
    return found


def changed_in_scenarios(key: str) -> dict[str, Any]:
    """Value that each scenario gives to a setting or to a part of it, for those that give one."""
    found = {}
    for name, path in scenario_files().items():
        node: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        for part in key.split("."):
            node = node.get(part) if isinstance(node, dict) else None
        if node is not None:
            found[name] = node
    return found


def source_texts() -> dict[str, str]:
    """The sources of docs/sources.md by their key."""
    lines = (home() / "docs" / "sources.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines if line.startswith("| S")]
    return {row[0]: row[1] for row in rows}


def source_keys(source: str) -> list[str]:
    """Keys of sources that a text names.

    >>> source_keys("S65-S67, S4b and S9, assumption")
    ['S65', 'S66', 'S67', 'S4b', 'S9']
    """
    found = []
    for first, last in SOURCE_KEY.findall(source):
        found += [f"S{number}" for number in range(int(first), int(last) + 1)] if last else [f"S{first}"]
    return found


def readable(path: Path) -> str:
    """A path as one would type it here: relative below the working folder, else whole."""
    here = Path.cwd()
    return os.fspath(path.relative_to(here)) if path.is_relative_to(here) else os.fspath(path)
