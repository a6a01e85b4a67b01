"""Settings as they are in `configs/`, and the cities most tests need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.city.city import City, read_city
from sim.city.generated import generate_bundle
from sim.city.sites import Sites
from sim.city.stock import Stock, TopUp
from sim.city.technology import Technology

ROOT = Path(__file__).resolve().parents[1]
CITIES = ROOT / "scenarios" / "cities"


def read_config(name: str) -> dict[str, Any]:
    """The values of one file in `configs/`, such as "sites/spaced"."""
    return dict(yaml.safe_load((ROOT / "configs" / f"{name}.yaml").read_text(encoding="utf-8")))


def read_stock(name: str) -> Stock:
    values = read_config(f"stock/{name}")
    return Stock(name=values["name"], top_up=TopUp(**values["top_up"]) if values["top_up"] else None)


@pytest.fixture(scope="session")
def technologies() -> dict[str, Technology]:
    """All technologies of `configs/technology`, by name."""
    names = sorted(path.stem for path in (ROOT / "configs" / "technology").glob("*.yaml"))
    tariffs = read_config("economics/default")["tariff_gross_eur_per_kwh"]  # one price by current, at home there
    values = {name: read_config(f"technology/{name}")[name] for name in names}
    return {name: Technology(**(of | {"tariff_eur_per_kwh": tariffs[of["current"]]})) for name, of in values.items()}


@pytest.fixture(scope="session")
def sites_settings() -> Sites:
    demand = read_config("demand/default")
    given = dict(
        cars_per_resident=demand["stock"]["cars_per_resident"], street_share=demand["parking"]["no_private_base"]
    )
    return Sites(**(read_config("sites/spaced") | given))


@pytest.fixture(scope="session")
def toy_city(technologies: dict[str, Technology], sites_settings: Sites) -> City:
    """Three districts, 18 cells of 400 m, 3 stations, as given."""
    return read_city(CITIES / "toy", stock=read_stock("as_given"), sites=sites_settings, technologies=technologies)


@pytest.fixture(scope="session")
def dortmund(technologies: dict[str, Technology], sites_settings: Sites) -> City:
    """Dortmund with the stock reported in 2023."""
    return read_city(
        CITIES / "dortmund", stock=read_stock("reported_2023"), sites=sites_settings, technologies=technologies
    )


@pytest.fixture(scope="session")
def generated_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an invented city: 100 cells, 4 districts, 8 stations."""
    folder = tmp_path_factory.mktemp("generated") / "generated"
    return generate_bundle(folder, cells=100, districts=4, stations=8, seed=1)


@pytest.fixture(scope="session")
def generated_city(generated_bundle: Path, technologies: dict[str, Technology], sites_settings: Sites) -> City:
    """The invented city with its stations as given."""
    return read_city(generated_bundle, stock=read_stock("as_given"), sites=sites_settings, technologies=technologies)
