"""The settings hold what the YAML files say, and refuse what cannot be right."""

import dataclasses
import typing

import pytest
import yaml
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.demand.behaviour import Behaviour
from sim.demand.settings import Demand
from sim.errors import DataError
from sim.parameter import CONFIDENCE, provenance

FILES = ((Demand, "demand/default.yaml"), (Behaviour, "behaviour/default.yaml"))


@pytest.fixture
def configs(request):
    return request.config.rootpath / "configs"


def fields(kind, prefix=""):
    """Dotted names of all fields of nested settings classes, and the fields."""
    hints = typing.get_type_hints(kind)
    for field in dataclasses.fields(kind):
        if dataclasses.is_dataclass(hints[field.name]):
            yield from fields(hints[field.name], f"{prefix}{field.name}.")
        else:
            yield f"{prefix}{field.name}", field


def keys(tree, known, prefix=""):
    """Dotted names of a YAML tree down to the settings known."""
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if key not in known and isinstance(value, dict):
            yield from keys(value, known, f"{key}.")
        else:
            yield key


@pytest.mark.parametrize("kind, file", FILES)
def test_every_setting_has_a_value_in_yaml_and_every_value_a_setting(kind, file, configs):
    declared = dict(fields(kind))
    given = list(keys(yaml.safe_load((configs / file).read_text(encoding="utf-8")), declared))
    assert sorted(given) == sorted(declared)


@pytest.mark.parametrize("kind, file", FILES)
def test_every_setting_says_unit_meaning_source_and_confidence_and_has_no_default(kind, file):
    for key, field in fields(kind):
        assert field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING, key
        facts = field.metadata
        assert facts["meaning"] and facts["source"] and facts["confidence"] in CONFIDENCE, key


@pytest.mark.parametrize("kind", [Demand, Behaviour])
def test_a_misspelt_key_is_refused_at_composition(kind):
    schema = OmegaConf.structured(kind)
    OmegaConf.set_readonly(schema, False)
    with pytest.raises(OmegaConfBaseException, match="no_such_key"):
        OmegaConf.merge(schema, {"no_such_key": 1})


def test_the_annex_lists_every_parameter_of_demand_with_its_value(demand):
    table = provenance(demand).set_index("key")
    assert table.loc["parking.city_mean", "value"] == 0.45
    assert len(table) == len(list(fields(Demand)))


def test_all_problems_of_demand_are_named_together(demand, changed):
    with pytest.raises(DataError) as refused:
        changed(
            demand,
            {
                "split.private": [0.7, 0.1, 0.02, 0.03, 0.04, 0.2],  # sums to 1.09
                "fleet.battery_kwh": [40.0, 60.0, 77.0, 0.0, 12.0],
                "cars.per_resident": [0.6, 0.5, 0.4],
                "energy.km_per_day": -1.0,
                "energy.month_factor": [float("inf")] * 12,
                "stay_h.kerbside": {"0-12": [[1.0, 5.0, 1.0]], "13-24": [[0.9, 5.0, 1.0]]},
                "day_factor.hub": [0.0] * 7,
                "hour_share.work": [[1.0] * 24, [1.0] * 23],
                "stock.bev_germany": {2025: [3, 2, 1]},
            },
        )
    text = "\n".join(refused.value.problems)
    for part in (
        "demand.split.private: the shares sum to 1.09",
        "demand.fleet.battery_kwh (0) must be more than 0 [kWh]",
        "demand.cars.per_resident: 3 values; give 5",
        "demand.energy.km_per_day (-1) must be more than 0",
        "demand.energy.month_factor: an infinite value",
        "demand.stay_h.kerbside: the bands 0-12, 13-24 do not cover 0-24 h once",
        "demand.stay_h.kerbside.13-24: the weights sum to 0.9",
        "demand.day_factor.hub: all days are 0",
        "demand.hour_share.work: 2 rows; give 3",
        "demand.hour_share.work[1]: 23 values; give 24",
        "demand.stock.bev_germany.2025: [3, 2, 1] does not ascend",
    ):
        assert part in text, text


@pytest.mark.parametrize(
    "bands, message",
    [
        ({"0-12": [[1.0, 1.0, 1.0]]}, "do not cover 0-24 h once"),
        ({"0-12": [[1.0, 1.0, 1.0]], "11-24": [[1.0, 1.0, 1.0]]}, "do not cover 0-24 h once"),
        ({"night": [[1.0, 1.0, 1.0]]}, "band 'night'; write it as from-to"),
        ({"0-24": []}, "no rows"),
        ({"0-24": [[1.0, 1.0]]}, r"write rows as \[weight, median h, sigma\]"),
        ({}, "do not cover 0-24 h once"),
    ],
)
def test_stays_must_cover_the_day_once(demand, changed, bands, message):
    with pytest.raises(DataError, match=message):
        changed(demand, {"stay_h.work": bands})


def test_behaviour_needs_a_value_for_each_use_case(behaviour, changed):
    with pytest.raises(DataError) as refused:
        changed(behaviour, {"tries": {"kerbside": 0, "hubs": 3}, "current": {**behaviour.current, "hub": "dc"}})
    text = "\n".join(refused.value.problems)
    assert "behaviour.tries: destination, hub, retail, work missing" in text
    assert "behaviour.tries: hubs unknown" in text
    assert "behaviour.tries (0) must be 1 or more" in text
    assert "behaviour.current ('dc') must be one of AC, DC" in text
