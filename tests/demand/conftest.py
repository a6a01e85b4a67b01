"""Demand settings as the YAML files give them, and what Dortmund asks for with them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from omegaconf import OmegaConf

from sim.demand.behaviour import Behaviour
from sim.demand.expected import ExpectedDemand, expected_demand
from sim.demand.settings import Demand

CONFIGS = Path(__file__).resolve().parents[2] / "configs"


def read_settings(kind: type, file: str) -> Any:
    """A settings dataclass filled from one YAML file through OmegaConf, as the app does it."""
    schema = OmegaConf.structured(kind)
    for node in (schema, *(schema._get_node(key) for key in schema)):
        OmegaConf.set_readonly(node, False)
    return OmegaConf.to_object(OmegaConf.merge(schema, OmegaConf.load(CONFIGS / file)))


@pytest.fixture(scope="session")
def demand() -> Demand:
    return read_settings(Demand, "demand/default.yaml")


@pytest.fixture(scope="session")
def behaviour() -> Behaviour:
    return read_settings(Behaviour, "behaviour/default.yaml")


@pytest.fixture(scope="session")
def changed() -> Callable[..., Any]:
    """Settings with some values changed: changed(demand, {"parking.city_mean": 0.5})."""

    def change(settings: Any, values: dict[str, Any]) -> Any:
        groups: dict[str, dict[str, Any]] = {}
        for key, value in values.items():
            group, _, name = key.rpartition(".")
            groups.setdefault(group, {})[name] = value
        direct = groups.pop("", {})
        nested = {group: dataclasses.replace(getattr(settings, group), **names) for group, names in groups.items()}
        return dataclasses.replace(settings, **direct, **nested)

    return change


@pytest.fixture(scope="session")
def expect(dortmund, demand) -> Callable[..., ExpectedDemand]:
    """What Dortmund asks for in a year on a path, with the default settings; made once."""
    known: dict[tuple[int, str], ExpectedDemand] = {}

    def of(year: int, path: str = "mid") -> ExpectedDemand:
        if (year, path) not in known:
            known[year, path] = expected_demand(dortmund, demand, year=year, path=path)
        return known[year, path]

    return of
