"""Where the settings, scenarios and cities lie: beside the package in a checkout, inside it when installed."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path

from sim.errors import DataError, UnknownName


def home() -> Path:
    """Folder that holds `configs/` and `scenarios/`: the package when installed, else its parent (a checkout)."""
    package = Path(__file__).resolve().parents[1]
    return package if (package / "configs").is_dir() else package.parent


def version() -> str:
    """Version of ladeplan as installed, or of the checkout it is run from."""
    try:
        return metadata.version("ladeplan")
    except metadata.PackageNotFoundError:
        project = tomllib.loads((home() / "pyproject.toml").read_text(encoding="utf-8"))
        return str(project["project"]["version"])


def cities() -> dict[str, Path]:
    """City bundles by name: those shipped, and those under `scenarios/cities/` of the working directory."""
    found: dict[str, Path] = {}
    for root in (Path.cwd(), home()):
        folder = root / "scenarios" / "cities"
        if folder.is_dir():
            found |= {path.name: path for path in sorted(folder.iterdir()) if path.is_dir()}
    return found


def city_folder(city: str) -> Path:
    """The folder of a city bundle, by its name under `scenarios/cities/` or by its path."""
    if "/" in city or "\\" in city:
        folder = Path(city)
        if not folder.is_dir():
            raise DataError([f"city: no such folder ('{city}'); give the folder of a city bundle, or a name"])
        return folder
    known = cities()
    if city not in known:
        raise UnknownName("city", city, known)
    return known[city]


def config_roots() -> list[Path]:
    """Folders of settings: the shipped one, whose files go first, and `configs/` of the working folder."""
    roots = [home() / "configs", Path.cwd() / "configs"]
    return list(dict.fromkeys(root for root in roots if root.is_dir()))


def config_files(group: str) -> dict[str, Path]:
    """Files of a folder of settings by name: those shipped, and those of the working folder."""
    found: dict[str, Path] = {}
    for root in reversed(config_roots()):
        found |= {path.stem: path for path in sorted((root / group).glob("*.yaml"))}
    return found


def scenario_titles() -> dict[str, str]:
    """The sentence on top of each scenario, by name of the scenario."""
    titles: dict[str, str] = {}
    for root in (Path.cwd(), home()):
        for path in sorted((root / "scenarios").glob("*.yaml")):
            comments = [line[1:].strip() for line in path.read_text(encoding="utf-8").splitlines() if line[:1] == "#"]
            titles[path.stem] = next((line for line in comments if not line.startswith("@")), "")
    return titles
