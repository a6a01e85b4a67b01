"""Overrides from a command line (`planning.budget_eur=10e6`): taken apart and checked one by one.

Hydra stops at the first mistake and advises to add the wrong key. Here each override is judged alone, against the
settings as they stand, so that all mistakes come at once and each near name is offered.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.config_loader import ConfigLoader
from hydra.core.object_type import ObjectType
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, QuotedString
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.base import Node
from omegaconf.errors import ConfigAttributeError, ConfigKeyError, OmegaConfBaseException

from sim.app.paths import home
from sim.app.schema import facts_of
from sim.errors import did_you_mean
from sim.parameter import allowed

COMMAND_LINE = "command line"
ONE_VALUE = ("output", "scenario_file")
LAUNCHER = ("hydra.launcher", "hydra/launcher", "hydra.sweeper", "hydra/sweeper")
WANTED = {float: "a number such as 1500000 or 0.6", int: "a whole number", str: "a word", bool: "true or false"}


@dataclass
class Value:
    """A setting and the value it is to have."""

    key: str
    value: Any
    text: str
    fits: bool = True


@dataclass
class Overrides:
    """The words of one command line, sorted by what they are."""

    named_groups: list[Value] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    scenarios: list[str] = field(default_factory=list)
    launcher_keys: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def groups(self) -> list[str]:
        """Choices of files, as Hydra takes them."""
        return [value.text for value in self.named_groups]


def quoted(text: str) -> str:
    """An override as Hydra can read it: its grammar knows no umlauts, and brackets and commas only as its own signs.

    Paths of results and scenario files are quoted always, since they are one value whatever is in them; other values
    where they cannot be read as they are, such as `title=Mehr Säulen`.
    """
    key, equals, value = text.partition("=")
    if not equals or not value or value[0] in "'\"[{(":
        return text
    mark = '"' if "'" in value else "'"
    in_quotes = f"{key}={mark}{value}{mark}"
    if key in ONE_VALUE:
        return in_quotes
    return in_quotes if not _readable(text) and _readable(in_quotes) else text


def _readable(text: str) -> bool:
    try:
        OverridesParser.create().parse_overrides([text])
    except HydraException:
        return False
    return True


def group_names() -> list[str]:
    """Folders in which a file is chosen by name: `planning=...`, `scenarios=...`."""
    folders = [path.name for path in (home() / "configs").iterdir() if path.is_dir() and path.name != "hydra"]
    return sorted([*folders, "scenarios"])


def sort_overrides(texts: Sequence[str], loader: ConfigLoader) -> Overrides:
    """Groups, values and mistakes; a list of values (a sweep) is a mistake here."""
    found = Overrides()
    for override in _parsed(texts, loader, found.problems):
        key, text = override.key_or_group, str(override.input_line)
        if key.startswith(("hydra.", "hydra/")) or key == "hydra":
            found.launcher_keys.append(key)
        elif override.is_delete():
            found.problems.append(f"{COMMAND_LINE}: '{text}': settings cannot be removed; give {key} a value")
        elif override.is_sweep_override():
            found.problems.append(_one_value_wanted(key, text))
        elif key in group_names():
            _choose(override, loader, found)
        else:
            found.values.append(Value(key, _plain_value(override.value()), text))
    return found


def split_sweep(texts: Sequence[str], loader: ConfigLoader) -> tuple[list[list[str]], list[str]]:
    """The overrides of each job of a sweep, numbered as Hydra numbers them, and what is wrong with them."""
    problems: list[str] = []
    parsed = _parsed(texts, loader, problems)
    for override in parsed:
        key = override.key_or_group
        if (key.startswith("hydra") and not key.startswith(LAUNCHER)) or (
            key.startswith("hydra") and override.is_sweep_override()
        ):
            problems.append(f"{COMMAND_LINE}: {key}: set by ladeplan; only one value for {LAUNCHER[0]} can be given")
        if key == "hydra/launcher" and override.value() not in (known := _options(key, loader)):
            problems.append(
                f"{COMMAND_LINE}: {key}: unknown '{override.value()}'{did_you_mean(str(override.value()), known)}"
            )
    try:
        ours = [override for override in parsed if not override.key_or_group.startswith("hydra")]
        return [job for batch in BasicSweeper.split_arguments(ours, None) for job in batch], problems
    except HydraException as error:
        return [], [*problems, f"{COMMAND_LINE}: {error}; give values as a,b or range(1,5) or glob(*)"]


def misfits(cfg: DictConfig, values: Sequence[Value], where: str) -> list[str]:
    """Give each setting its value; what does not fit is left out (`fits` is set to False) and told."""
    problems = []
    known = {key for key, _ in _leaves(OmegaConf.to_container(cfg, resolve=False), "")}
    for value in values:
        problem = _misfit(cfg, value, known)
        if problem:
            value.fits = False
            problems.append(f"{where}: {value.key}: {problem}")
    return problems


def flat(data: dict[str, Any], cfg: DictConfig) -> list[Value]:
    """Nested settings as single ones; tables and lists that are one setting stay whole."""
    return [Value(key, value, f"{key}={value}") for key, value in _leaves(data, "", cfg)]


def _leaves(node: Any, key: str, cfg: DictConfig | None = None) -> list[tuple[str, Any]]:
    if not isinstance(node, dict) or not node or (key and cfg is not None and not _is_section(cfg, key)):
        return [(key, node)]
    inner = [_leaves(value, f"{key}.{name}" if key else str(name), cfg) for name, value in node.items()]
    own = [(key, node)] if key and cfg is None else []
    return own + [leaf for leaves in inner for leaf in leaves]


def _is_section(cfg: DictConfig, key: str) -> bool:
    try:
        return isinstance(OmegaConf.select(cfg, key), DictConfig)
    except OmegaConfBaseException:
        return False


def _parsed(texts: Sequence[str], loader: ConfigLoader, problems: list[str]) -> list[Override]:
    parser, parsed = OverridesParser.create(config_loader=loader), []
    for text in (quoted(text) for text in texts):
        try:
            override = parser.parse_overrides([text])[0]  # the plural form gives glob(*) its folders
        except HydraException:
            override = None
        if override is not None and override.key_or_group:
            parsed.append(override)
        elif text.partition("=")[0].strip() and "=" in text:
            problems.append(
                f"{COMMAND_LINE}: '{text}' cannot be read; look for a bracket or a quote that is not closed"
            )
        else:
            problems.append(
                f"{COMMAND_LINE}: '{text}' is not key=value; write for example planning.budget_eur=10000000"
            )
    return parsed


def _one_value_wanted(key: str, text: str) -> str:
    given = text.split("=", 1)[1]
    hint = "write a decimal point instead of a comma, or " if given.replace(",", "", 1).isdigit() else ""
    return f"{COMMAND_LINE}: {key}: several values ('{given}'); {hint}add -m to run each of them"


def _choose(override: Override, loader: ConfigLoader, found: Overrides) -> None:
    group, value = override.key_or_group, _plain_value(override.value())
    choices = value if isinstance(value, list) else [value]
    known = _options(group, loader)
    unknown = [str(choice) for choice in choices if str(choice) not in known]
    for name in unknown:
        kind = "scenario" if group == "scenarios" else group
        found.problems.append(f"{COMMAND_LINE}: {group}: unknown {kind} '{name}'{did_you_mean(name, known)}")
    if not choices:
        found.problems.append(f"{COMMAND_LINE}: {group}: an empty list; name one of {', '.join(known)}")
    if not unknown and choices:
        found.named_groups.append(Value(group, value, str(override.input_line)))
        if group == "scenarios":
            found.scenarios = [str(choice) for choice in choices]


def _options(group: str, loader: ConfigLoader) -> list[str]:
    return sorted(loader.get_group_options(group, ObjectType.CONFIG))


def _plain_value(value: Any) -> Any:
    if isinstance(value, QuotedString):
        return value.text
    if isinstance(value, list):
        return [_plain_value(item) for item in value]
    if isinstance(value, dict):
        return {_plain_value(key): _plain_value(item) for key, item in value.items()}
    return value


def _misfit(settings: DictConfig, value: Value, known: set[str]) -> str:
    node = _node(settings, value.key)
    wanted = getattr(node, "_metadata").ref_type if node is not None else None  # noqa: B009 - OmegaConf has no public way
    number = value.value if isinstance(value.value, float | int) else None
    if wanted in (int, float) and isinstance(number, bool):
        return f"not {WANTED[wanted]} ({str(number).lower()}); {_remedy(value)}"
    if isinstance(number, float) and math.isinf(number):
        return f"not finite ({number}); give {WANTED[float]}"
    try:
        if value.text.startswith("+") and node is None and _is_table(settings, value.key.rpartition(".")[0]):
            OmegaConf.update(settings, value.key, value.value, force_add=True)
        else:
            _set(settings, value.key, value.value)
    except (ConfigKeyError, ConfigAttributeError):
        return f"unknown setting{near_keys(value.key, known)}"
    except (OmegaConfBaseException, ValueError):
        if wanted in WANTED:
            return f"not {WANTED[wanted]} ({value.value!r}); {_remedy(value)}"
        return f"does not fit ({value.value!r}); see the file in configs/ for its form"
    if value.text.startswith("+") and not value.text.startswith("++") and node is not None:
        return f"is there already; leave out the '+' ({value.text})"
    return ""


def _remedy(value: Value) -> str:
    """What to write instead of a value of the wrong type."""
    facts = facts_of(value.key)
    limits, unit = allowed(facts), facts.get("unit", "")
    if isinstance(value.value, str) and re.match(r"[+-]?[\d.]", value.value) and unit not in ("", "-"):
        return f"write the number alone, in {unit}" + (f", {limits.removesuffix(f' [{unit}]')}" if limits else "")
    return f"give {limits}" if limits else "correct it"


def _set(settings: DictConfig, key: str, value: Any) -> None:
    parent, _, last = key.rpartition(".")
    table = OmegaConf.select(settings, parent) if parent else settings
    if isinstance(table, DictConfig) and table._metadata.key_type is int:
        table[int(last)] = value  # years are numbers, which a dotted key cannot say
    else:
        OmegaConf.update(settings, key, value, merge=True)


def _is_table(settings: DictConfig, key: str) -> bool:
    node = _node(settings, key)
    return isinstance(node, DictConfig) and node._metadata.object_type is dict


def near_keys(key: str, known: set[str]) -> str:
    """The settings that a wrong key may have meant."""
    last = key.rsplit(".", 1)[-1]
    near = difflib.get_close_matches(key, sorted(known), n=2, cutoff=0.75)
    near += [k for k in sorted(known) if difflib.SequenceMatcher(None, last, k.rsplit(".", 1)[-1]).ratio() > 0.8]
    if not near:
        return "; `ladeplan parameters` lists all"
    return ", did you mean " + " or ".join(f"'{k}'" for k in dict.fromkeys(near[:3])) + "?"


def _node(settings: DictConfig, key: str) -> Node | None:
    parent, _, last = key.rpartition(".")
    try:
        container = OmegaConf.select(settings, parent) if parent else settings
        node = container._get_node(last) if isinstance(container, DictConfig) else None
    except (OmegaConfBaseException, ValueError):
        return None
    return node if isinstance(node, Node) else None
