"""Settings as the YAML files give them."""

from pathlib import Path

import pytest
from omegaconf import OmegaConf

from sim.demand.behaviour import Behaviour
from sim.demand.settings import Demand

CONFIGS = Path(__file__).resolve().parents[2] / "configs"


def read_settings(kind, file):
    """A settings dataclass filled from one YAML file, as the app does it."""
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
