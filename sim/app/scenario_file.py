"""A scenario file from someone else, read as data: no composition, no interpolation, no code.

Files that Hydra composes can write files, read the environment and start programs, so they must be trusted like code.
A file given with `scenario_file=` may only name settings and their values.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from sim.errors import DataError

MAX_BYTES = 256 * 1024
MAX_DEPTH = 8


class _Refused(Exception):
    """What a scenario file may not hold."""


class _PlainLoader(yaml.SafeLoader):  # type: ignore[misc]
    """YAML without tags that build objects, without aliases (1 kB can become 1 GB) and without repeated keys."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        line = self.peek_event().start_mark.line + 1
        if self.check_event(yaml.events.AliasEvent):
            raise _Refused(f"line {line}: aliases (*name) are not allowed; write the value out")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _Refused(f"line {line}: nested more than {MAX_DEPTH} levels deep; no setting is")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise _Refused(f"line {key.start_mark.line + 1}: '{key.value}' is given twice; keep one")
            seen.add(key.value)
        return dict(super().construct_mapping(node, deep))


def read_scenario_file(path: str) -> dict[str, Any]:
    """Settings and values of a scenario file, checked for form; whether the names exist is checked later."""
    name = Path(path).name
    try:
        with Path(path).open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError([f"scenario_file: '{path}' cannot be read ({reason}); give the path of a YAML file"]) from None
    if len(raw) > MAX_BYTES:
        raise DataError([f"{name}: larger than {MAX_BYTES // 1024} kB; a scenario names only what it changes"])
    try:
        data = yaml.load(raw.decode("utf-8-sig"), _PlainLoader)
    except UnicodeDecodeError as error:
        raise DataError([f"{name}: byte {error.start} is not UTF-8; save the file as UTF-8"]) from None
    except _Refused as error:
        raise DataError([f"{name}: {error}"]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise DataError([f"{name}: {where}not valid YAML ({what}); write 'key: value' lines"]) from None
    except (ValueError, RecursionError) as error:
        raise DataError([f"{name}: a value cannot be read ({error}); correct it"]) from None
    if not isinstance(data, dict) or not data:
        raise DataError([f"{name}: holds no settings; write 'key: value' lines"])
    problems = list(_forbidden(data, "", name))
    if problems:
        raise DataError(problems)
    return data


def _forbidden(node: Any, key: str, name: str) -> list[str]:
    if isinstance(node, dict):
        problems = []
        for part, value in node.items():
            inner = f"{key}.{part}" if key else str(part)
            if part in ("defaults", "hydra") or (isinstance(part, str) and part.startswith("_")):
                problems.append(f"{name}: {inner}: not allowed in a scenario file; only settings and their values are")
            elif not isinstance(part, str | int):
                problems.append(f"{name}: {inner}: a key must be a word ({part!r}); write 'key: value'")
            else:
                problems += _forbidden(value, inner, name)
        return problems
    if isinstance(node, list):
        return [problem for item in node for problem in _forbidden(item, key, name)]
    if isinstance(node, str) and "${" in node:
        return [f"{name}: {key}: '${{...}}' is not allowed in a scenario file; write the value"]
    return []
