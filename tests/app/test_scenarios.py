"""Scenarios and scenario files."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.app.config import load_study, read_order, read_sweep
from sim.app.paths import home, scenario_titles
from sim.app.scenario_file import read_scenario_file
from sim.errors import DataError

SCENARIOS = sorted(path.stem for path in (home() / "scenarios").glob("*.yaml"))


def test_there_are_the_four_scenarios() -> None:
    assert {"baseline", "high_uptake", "tight_budget", "equity_first"} <= set(SCENARIOS)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_composes_and_is_called_after_its_file(name: str) -> None:
    study = load_study([f"scenarios={name}"])
    assert study.name == name
    assert study.title
    assert scenario_titles()[name].endswith(".")


def test_scenarios_change_what_they_say() -> None:
    base = load_study()
    assert (base.city, base.year, base.path, base.planning.budget_eur) == ("dortmund", 2030, "mid", 20e6)
    both = load_study(["scenarios=[tight_budget,high_uptake]"])
    assert (both.planning.budget_eur, both.path, both.name) == (10e6, "high", "tight_budget+high_uptake")
    fair = load_study(["scenarios=equity_first"]).planning
    assert (fair.equity_floor, fair.equity_weight) == (0.6, 5.0)


def test_the_command_line_wins_over_the_scenario() -> None:
    assert load_study(["scenarios=tight_budget", "planning.budget_eur=7e6"]).planning.budget_eur == 7e6


def test_a_sweep_over_all_scenarios_finds_them_all() -> None:
    orders = read_sweep(["scenarios=glob(*)"])
    assert sorted(order.study.name for order in orders) == SCENARIOS


def test_a_sweep_crosses_its_values() -> None:
    orders = read_sweep(["planning.budget_eur=5e6,10e6", "seed=range(1,4)"])
    assert [(o.study.planning.budget_eur, o.study.seed) for o in orders] == [
        (5e6, 1), (5e6, 2), (5e6, 3), (10e6, 1), (10e6, 2), (10e6, 3)
    ]  # fmt: skip


def test_a_users_own_scenario_in_the_working_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "mine.yaml").write_text(
        "# @package _global_\n# Mine.\nname: mine\ntitle: Mine\nyear: 2027\n"
    )
    monkeypatch.chdir(tmp_path)
    assert load_study(["scenarios=mine"]).year == 2027


def test_a_scenario_file_changes_settings_and_the_command_line_wins(tmp_path: Path) -> None:
    path = tmp_path / "theirs.yaml"
    path.write_text(
        "name: theirs\nplanning:\n  budget_eur: 3000000\n  equity_weight: 4\ntechnology:\n  ac_22: {capex_eur: 1}\n"
    )
    order = read_order([f"scenario_file={path}", "planning.equity_weight=3"])
    assert (order.study.name, order.study.planning.budget_eur, order.study.planning.equity_weight) == (
        "theirs",
        3e6,
        3.0,
    )
    assert order.study.technology["ac_22"].capex_eur == 1


def test_mistakes_in_a_scenario_file_are_all_named(tmp_path: Path) -> None:
    path = tmp_path / "theirs.yaml"
    path.write_text("planning: {budgt_eur: 1, gap: soon, equity_floor: 3}\nyear: [2030]\nfoo: 1\ntitle: ok\n")
    with pytest.raises(DataError) as caught:
        read_order([f"scenario_file={path}"])
    said = "\n".join(caught.value.problems)
    assert "theirs.yaml: planning.budgt_eur: unknown setting, did you mean 'planning.budget_eur'?" in said
    assert "theirs.yaml: planning.gap: not a number" in said
    assert "theirs.yaml: year: not a whole number" in said
    assert "theirs.yaml: foo: unknown setting" in said
    assert "planning.equity_floor (3) must be 1 or less" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x 1\nb: *x\n", "line 2: aliases"),
        ("a: 1\na: 2\n", "line 2: 'a' is given twice"),
        ("seed: ${oc.env:HOME}\n", "seed: '${...}' is not allowed"),
        ("planning: {rules: ['${x}']}\n", "planning.rules: '${...}'"),
        ("hydra: {run: {dir: /}}\n", "hydra: not allowed"),
        ("defaults: [x]\n", "defaults: not allowed"),
        ("x: {_target_: os.system}\n", "x._target_: not allowed"),
        ("a: !!python/object/apply:os.system [ls]\n", "line 1: not valid YAML"),
        ("a: [1, 2\n", "not valid YAML"),
        ("a: b: c\n", "line 1: not valid YAML"),
        ("- 1\n", "holds no settings"),
        ("", "holds no settings"),
        ("just words", "holds no settings"),
        ("a: {a: {a: {a: {a: {a: {a: {a: {a: 1}}}}}}}}\n", "levels deep"),
        ("1.5: 2\n", "a key must be a word"),
        ("a: 2001-99-99\n", "a value cannot be read"),
    ],
)
def test_what_a_scenario_file_may_not_hold(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "theirs.yaml"
    path.write_text(text)
    with pytest.raises(DataError) as caught:
        read_scenario_file(str(path))
    assert "theirs.yaml" in str(caught.value)
    assert said in str(caught.value)


def test_a_scenario_file_must_be_small_text(tmp_path: Path) -> None:
    (tmp_path / "large.yaml").write_text("a: " + "x" * 300_000)
    (tmp_path / "latin.yaml").write_bytes("title: Köln\n".encode("latin-1"))
    refused = {"large": "larger than 256 kB", "latin": "not UTF-8", "none": "cannot be read"}
    for name, said in refused.items():
        with pytest.raises(DataError, match=said):
            read_scenario_file(str(tmp_path / f"{name}.yaml"))
