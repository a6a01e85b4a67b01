"""From words on a command line to a `Study`: the only place that knows Hydra's configuration objects.

Every problem a user can cause becomes a sentence of one `DataError`, all of them at once: unknown names, wrong types,
values out of range. What runs afterwards is the `Study` that was checked here.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir
from hydra._internal.hydra import Hydra
from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.plugins import Plugins
from hydra.errors import HydraException
from hydra.initialize import get_gh_backup, restore_gh_from_backup
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.app.names import unknown_names
from sim.app.overrides import COMMAND_LINE, Overrides, Value, flat, misfits, sort_overrides, split_sweep
from sim.app.paths import city_folder, config_roots, home
from sim.app.scenario_file import read_scenario_file
from sim.app.schema import build, twin
from sim.app.where import blamed
from sim.errors import DataError, UnknownName
from sim.study.study import NAME, NAME_RULE, Study


@dataclass(frozen=True)
class Place:
    """Where a run reads from and writes to; no part of the study."""

    output: str
    sweep_name: str | None
    scenario_file: str | None

    def __post_init__(self) -> None:
        problems = []
        if self.sweep_name is not None and not NAME.fullmatch(self.sweep_name):
            problems.append(f"sweep_name ({self.sweep_name!r}) {NAME_RULE}")
        if not self.output.strip():
            problems.append("output is empty; give a folder")
        if problems:
            raise DataError(problems)


@dataclass(frozen=True)
class Order:
    """A study to run, where to put its results, and the words that asked for it."""

    study: Study
    place: Place
    overrides: tuple[str, ...]


class OwnFolders(SearchPathPlugin):
    """Finds `scenarios/` beside or inside the package, and a user's own `scenarios/` and `configs/` where one works."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        for folder in dict.fromkeys((home(), Path.cwd(), *config_roots()[1:])):
            search_path.append("ladeplan", f"file://{folder}")


@contextmanager
def settings_at_home() -> Iterator[Hydra]:
    """Hydra, set up on our folders, for the length of a `with` block."""
    fields = [(f.name, f.type, "???") for part in (Study, Place) for f in dataclasses.fields(twin(part))]
    ConfigStore.instance().store(name="schema", node=dataclasses.make_dataclass("Settings", fields))
    Plugins.instance().register(OwnFolders)
    outer = get_gh_backup()  # a notebook or a sweep's worker may have a Hydra of its own
    GlobalHydra.instance().clear()
    try:
        with initialize_config_dir(version_base="1.3", config_dir=str(home() / "configs"), job_name="ladeplan"):
            hydra = GlobalHydra.instance().hydra
            assert hydra is not None
            yield hydra
    finally:
        restore_gh_from_backup(outer)


def load_study(overrides: list[str] | None = None) -> Study:
    """The study that the settings and these overrides describe.

    >>> load_study(["scenarios=tight_budget", "year=2030"]).name
    'tight_budget'
    """
    return read_order(overrides or []).study


def read_order(overrides: list[str]) -> Order:
    """One study, checked."""
    with settings_at_home() as hydra:
        given = sort_overrides(overrides, hydra.config_loader)
        given.problems.extend(
            f"{COMMAND_LINE}: {key}: for sweeps only; add -m, or leave it out" for key in given.launcher_keys
        )
        return _checked(given, {})


def read_sweep(overrides: list[str]) -> list[Order]:
    """All studies of a sweep (`-m`), checked, in the order in which Hydra numbers them."""
    with settings_at_home() as hydra:
        jobs, problems = split_sweep(overrides, hydra.config_loader)
        orders, composed = [], dict[tuple[str, ...], DictConfig]()
        for job in jobs:
            try:
                orders.append(_checked(sort_overrides(job, hydra.config_loader), composed))
            except DataError as error:
                problems += [problem for problem in error.problems if problem not in problems]
        if problems:
            raise DataError(problems)
        try:
            launcher = [word for word in overrides if word.lstrip("+").startswith("hydra")]
            compose("config", overrides=launcher, return_hydra_config=True)
        except (HydraException, OmegaConfBaseException) as error:
            raise DataError([f"{COMMAND_LINE}: {_first_line(error)}"]) from None
        return orders


def _checked(given: Overrides, composed: dict[tuple[str, ...], DictConfig]) -> Order:
    """Put the values on the chosen files, and raise every problem together."""
    problems = given.problems
    cfg = _composed(given.groups, composed)
    problems += misfits(cfg, given.values, COMMAND_LINE)
    foreign = list[Value]()
    if cfg.scenario_file:
        try:
            foreign = flat(read_scenario_file(str(cfg.scenario_file)), cfg)
        except DataError as error:
            problems += error.problems
        problems += _add_file(cfg, str(cfg.scenario_file), foreign, given)
    if len(given.scenarios) > 1 and "name" not in {value.key for value in given.values}:
        cfg.name = "+".join(given.scenarios)
        cfg.title = " + ".join(str(_composed([f"scenarios={name}"], composed).title) for name in given.scenarios)
    try:
        city_folder(str(cfg.city))
    except UnknownName as error:
        problems.append(f"city: {error}")
    except DataError as error:
        problems += error.problems
    try:
        study, place = read_study(cfg), build(Place, _plain(cfg))
        wrong = unknown_names(study)
    except DataError as error:
        wrong = error.problems
    problems += [
        blamed(
            problem, given=[value.key for value in given.values], file=Path(str(cfg.scenario_file)).name,
            in_file=[value.key for value in foreign], scenarios=given.scenarios,
            choices={value.key: str(value.value) for value in given.named_groups},
        )
        for problem in wrong
    ]  # fmt: skip
    if problems:
        raise DataError(dict.fromkeys(problems))
    return Order(study, place, tuple(value.text for value in (*given.named_groups, *given.values)))


def _add_file(cfg: DictConfig, path: str, foreign: list[Value], given: Overrides) -> list[str]:
    """Put a stranger's settings under those of the command line, which win."""
    problems = misfits(cfg, foreign, Path(path).name)
    misfits(cfg, [value for value in given.values if value.fits], COMMAND_LINE)
    return problems


def _composed(groups: list[str], composed: dict[tuple[str, ...], DictConfig]) -> DictConfig:
    """A configuration to change; jobs of a sweep that choose the same files share the reading of them."""
    if tuple(groups) not in composed:
        composed[tuple(groups)] = _compose(groups)
    return copy.deepcopy(composed[tuple(groups)])


def _compose(overrides: list[str]) -> DictConfig:
    try:
        return compose("config", overrides=overrides)
    except (HydraException, OmegaConfBaseException) as error:
        cause = error.__cause__
        where = getattr(cause, "full_key", None) or getattr(error, "full_key", None)
        what = _first_line(cause if isinstance(cause, OmegaConfBaseException) else error)
        raise DataError([f"settings: {where}: {what}" if where else f"settings: {what}"]) from None


def _first_line(error: BaseException | None) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def read_study(cfg: DictConfig) -> Study:
    """The study that a composed configuration describes; the only crossing from Hydra to the simulator."""
    study: Study = build(Study, _plain(cfg))
    return study


def _plain(cfg: DictConfig) -> dict[str, Any]:
    missing = sorted(OmegaConf.missing_keys(cfg))
    if missing:
        raise DataError(f"settings: {key}: no value; give one in configs/ or as {key}=..." for key in missing)
    try:
        data = OmegaConf.to_container(cfg, resolve=True)
    except OmegaConfBaseException as error:
        raise DataError([f"settings: {_first_line(error)}"]) from None
    assert isinstance(data, dict)
    return {str(key): value for key, value in data.items()}
