"""Values live in configs/, what they are lives in the dataclasses; the two are kept in step here."""

from __future__ import annotations

import dataclasses
import typing
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.app.calibrated_file import FIRST_LINE
from sim.app.config import load_study
from sim.app.paths import home
from sim.parameter import CONFIDENCE, parameter, provenance
from sim.study.study import Study

CONFIGS = home() / "configs"
FILES = sorted(
    path
    for path in CONFIGS.rglob("*.yaml")
    if "hydra" not in path.parts and path.name != "config.yaml"
    and not path.read_text(encoding="utf-8").startswith(FIRST_LINE)  # a user's own: holds only what it changes
)  # fmt: skip
ROOMS = typing.get_type_hints(Study)


def _keys(values: dict[str, Any], prefix: str = "") -> set[str]:
    inner = {prefix + str(key) for key in values}
    for key, value in values.items():
        if isinstance(value, dict):
            inner |= _keys(value, f"{prefix}{key}.")
    return inner


def _fields(settings: Any, values: Any, prefix: str = "") -> set[str]:
    """Keys that the dataclass declares; entries of tables by name are those of the file."""
    found = set()
    for field in dataclasses.fields(settings):
        hint, key = typing.get_type_hints(settings)[field.name], f"{prefix}{field.name}"
        found.add(key)
        value = values.get(field.name) if isinstance(values, dict) else None
        for choice in (hint, *typing.get_args(hint)):
            if dataclasses.is_dataclass(choice) and typing.get_origin(hint) is not dict and value is not None:
                found |= _fields(choice, value, f"{key}.")
        if typing.get_origin(hint) is dict and isinstance(value, dict):
            item = typing.get_args(hint)[1]
            for name, entry in value.items():
                found.add(f"{key}.{name}")
                if dataclasses.is_dataclass(item):
                    found |= _fields(item, entry, f"{key}.{name}.")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(CONFIGS).as_posix())
def test_a_file_gives_every_field_of_its_dataclass_and_no_other(path: Path) -> None:
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    if path.parent.name == "technology":
        assert list(values) == [path.stem]
        values, settings = values[path.stem], typing.get_args(ROOMS["technology"])[1]
    else:
        settings = ROOMS[path.parent.name]
    if "defaults" in values:  # a variant: on top of the file of that name
        base, _ = values.pop("defaults")
        values = yaml.safe_load((path.parent / f"{base}.yaml").read_text(encoding="utf-8")) | values
    assert _keys(values) == _fields(settings, values)


def test_no_dataclass_of_settings_holds_a_value() -> None:
    def defaults(settings: Any) -> list[str]:
        found = []
        for field in dataclasses.fields(settings):
            hint = typing.get_type_hints(settings)[field.name]
            if field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING:
                found.append(f"{settings.__name__}.{field.name}")
            for part in (hint, *typing.get_args(hint)):
                if dataclasses.is_dataclass(part):
                    found += defaults(part)
        return found

    assert defaults(Study) == []


def test_every_parameter_says_unit_meaning_source_and_confidence() -> None:
    table = provenance(load_study())
    assert len(table) > 100
    assert (table["meaning"].str.len() > 0).all()
    assert (table["source"].str.len() > 0).all()
    assert set(table["confidence"]) <= set(CONFIDENCE)


def test_an_assumption_has_a_range_unless_it_is_a_list_or_a_word() -> None:
    table = provenance(load_study())
    numbers = table[table["value"].map(lambda value: isinstance(value, int | float))]
    bare = numbers[(numbers["confidence"] == "M") & (numbers["low"].isna() | numbers["high"].isna())]
    assert len(bare) <= len(numbers) // 4, list(bare["key"])


def test_every_value_in_a_file_is_commented() -> None:
    for path in [*FILES, CONFIGS / "config.yaml"]:
        assert "#" in path.read_text(encoding="utf-8"), path


def test_no_shipped_file_reads_the_environment() -> None:
    for path in [*CONFIGS.rglob("*.yaml"), *(home() / "scenarios").glob("*.yaml")]:
        assert "oc.env" not in path.read_text(encoding="utf-8"), path
        assert "_target_" not in path.read_text(encoding="utf-8"), path


@dataclasses.dataclass(frozen=True)
class Leaf:
    a: float = parameter(unit="-", meaning="a", source="guess", confidence="M")
    b: float = parameter(unit="-", meaning="b", source="guess", confidence="M")


@dataclasses.dataclass(frozen=True)
class Own:
    part: Leaf
    calibrated: dict[str, str]


def test_what_was_calibrated_names_its_own_source() -> None:
    table = provenance(Own(Leaf(a=1.0, b=2.0), {"part.a": "own sessions, n 500"}), "demand.").set_index("key")
    assert table.loc["demand.part.a", ["source", "confidence"]].tolist() == ["own sessions, n 500", "A"]
    assert table.loc["demand.part.b", ["source", "confidence"]].tolist() == ["guess", "M"]
