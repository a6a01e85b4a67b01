"""The settings dataclasses as Hydra's schema, and back.

`Study` and its parts are frozen, which OmegaConf takes for "may not be overridden". So the schema is a twin of each
dataclass that is not frozen; values come back through the real ones, whose checks run then.
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Mapping
from typing import Any

from sim.errors import DataError
from sim.parameter import values_broken
from sim.study.study import Study


@functools.cache
def twin(settings: type) -> type:
    """A dataclass of the same fields and types that is not frozen."""
    hints = typing.get_type_hints(settings)
    # "???" is OmegaConf's missing value; the marker of dataclasses loses its identity on the way to a worker process
    fields = [(field.name, _twin_type(hints[field.name]), "???") for field in dataclasses.fields(settings)]
    return dataclasses.make_dataclass(settings.__name__, fields)


def _twin_type(hint: Any) -> Any:
    if dataclasses.is_dataclass(hint):
        return twin(typing.cast(type, hint))
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return typing.Union[tuple(_twin_type(a) for a in arguments)]  # noqa: UP007 - made at run time
    if origin is dict:
        return types.GenericAlias(dict, (arguments[0], _inner_type(arguments[1])))
    if origin in (list, tuple):
        return types.GenericAlias(list, (_inner_type(arguments[0]),))
    return hint


def _inner_type(hint: Any) -> Any:
    # OmegaConf takes no whole number for a decimal one in tables within tables; `build` checks those
    return Any if typing.get_origin(hint) in (dict, list, tuple) else _twin_type(hint)


def facts_of(key: str) -> Mapping[str, Any]:
    """What the dataclasses say of a setting (unit, meaning, source, ...), by its dotted key; {} where they say nothing.

    >>> facts_of("technology.ac_22.power_kw")["unit"]
    'kW'
    >>> dict(facts_of("behaviour.walk_median_m.kerbside")) == dict(facts_of("behaviour.walk_median_m"))
    True
    """
    hint: Any = Study
    for part in key.split("."):
        if typing.get_origin(hint) in (types.UnionType, typing.Union):
            hint = next(a for a in typing.get_args(hint) if a is not type(None))
        if typing.get_origin(hint) is dict:
            hint = typing.get_args(hint)[1]  # the part is the name of an entry
            continue
        fields = {field.name: field for field in dataclasses.fields(hint)} if dataclasses.is_dataclass(hint) else {}
        if part not in fields:
            return {}
        if "meaning" in fields[part].metadata:
            return fields[part].metadata
        hint = typing.get_type_hints(hint)[part]
    return {}


def build(hint: Any, data: Any, key: str = "") -> Any:
    """A value of type `hint` from plain data; problems of all parts are collected into one `DataError`."""
    if dataclasses.is_dataclass(hint) and isinstance(data, dict):
        return _build_settings(typing.cast(type, hint), data, key)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if data is None or hint is Any:
        return data
    if origin in (types.UnionType, typing.Union):
        return build(next(a for a in arguments if a is not type(None)), data, key)
    if origin is dict and isinstance(data, dict):
        return {name: build(arguments[1], value, f"{key}.{name}") for name, value in data.items()}
    if origin in (list, tuple) and isinstance(data, list):
        return origin(build(arguments[0], value, f"{key}[{i}]") for i, value in enumerate(data))
    if hint is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if isinstance(data, origin or hint) and not (isinstance(data, bool) and hint is not bool):
        return data
    wanted = "a table" if origin is dict else "a list" if origin else f"of type {hint.__name__}"
    raise DataError([f"settings: {key}: not {wanted} ({data!r}); see its form in configs/"])


def _build_settings(settings: type, data: dict[str, Any], key: str) -> Any:
    hints, problems = typing.get_type_hints(settings), []
    values: dict[str, Any] = {}
    for field in dataclasses.fields(settings):
        inner = f"{key}.{field.name}" if key else field.name
        try:
            values[field.name] = build(hints[field.name], data[field.name], inner)
        except DataError as error:
            problems += error.problems
    if problems:  # the whole cannot be made and checked, but its other values can
        problems += values_broken(dataclasses.fields(settings), values, f"{key}." if key else "")
        raise DataError(problems)
    return settings(**values)
