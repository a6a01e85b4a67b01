"""Scenarios and scenario files."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from sim.app.config import load_study, read_order, read_sweep
from sim.app.paths import scenario_titles
from sim.app.scenario_file import read_scenario_file
from sim.errors import DataError
from tests.app.shipped import SCENARIOS, shipped_studies

TARIFFS = {"lantern_11": 0.49, "ac_22": 0.56, "dc_50": 0.59, "hpc_300": 0.74}  # of real_life; dc_150 keeps the mean
BY_HOUR = [0.9] * 6 + [1.0] * 10 + [1.1] * 4 + [1.0] * 4
CHANGES: dict[str, dict[str, Any]] = {
    "baseline": {},
    "low_uptake": {"path": "low"},
    "high_uptake": {"path": "high"},
    "tight_budget": {"planning.budget_eur": 20e6},
    "ample_budget": {"planning.budget_eur": 80e6},
    "equity_first": {"planning.equity_floor": 0.6, "planning.equity_weight": 5.0},
    "fast_hubs": {
        "demand.split.none": [0.04, 0.16, 0.26, 0.10, 0.11, 0.33],
        "demand.charge.hub_kw": 300.0,
        "planning.technologies": ["ac_22", "hpc_300"],
    },
    "short_walk": {
        "behaviour.walk_median_m.kerbside": 403.0,
        "behaviour.walk_median_m.destination": 260.0,
        "behaviour.walk_median_m.work": 195.0,
        "behaviour.walk_median_m.retail": 97.5,
    },
    "lanterns": {"planning.technologies": ["lantern_11", "ac_22", "dc_150"]},
    "real_life": {
        **{f"behaviour.informed_share.{use_case}": 0.3 for use_case in ("kerbside", "destination", "work")},
        "behaviour.informed_share.retail": 0.2,
        "behaviour.informed_share.hub": 0.6,
        **{f"behaviour.way_m_per_eur.{use_case}": 137.0 for use_case in ("kerbside", "destination", "work", "retail")},
        "behaviour.way_m_per_eur.hub": 1000.0,
        **{f"technology.{name}.failed_start_share": 0.1 for name in (*TARIFFS, "dc_150")},
        **{f"technology.{name}.mtbf_h": 1552.0 for name in (*TARIFFS, "dc_150")},
        **{f"technology.{name}.tariff_eur_per_kwh": eur for name, eur in TARIFFS.items()},
        "technology.dc_150.tariff_hour_factor": BY_HOUR,
        "technology.hpc_300.tariff_hour_factor": BY_HOUR,
    },
    "weak_grid": {
        "operation.connection_share": 0.5,
        "operation.connection_profile": [1.0] * 17 + [0.6] * 4 + [1.0] * 3,
    },
    "kreuzviertel": {
        "phases": [2030],
        "quarter.title": "Kreuzviertel",
        "quarter.x_m": 392_800.0,
        "quarter.y_m": 5_706_950.0,
        "quarter.radius_m": 700.0,
        "quarter.replications": 30,
        "quarter.levers.columns": ["ac_22"],
        "quarter.levers.lanterns": ["ac_22", "lantern_11"],
        "quarter.levers.shared_private_bays": ["ac_22", "shared_night_11"],
        "quarter.levers.time_shared_bays": ["ac_22", "time_shared_22"],
        "quarter.levers.all_levers": ["ac_22", "lantern_11", "shared_night_11", "time_shared_22"],
        "sites.spacing_m": 200.0,
        "sites.lantern_spacing_m": 200.0,
        "sites.lantern_bays": 8,
        "sites.private_spacing_m": 300.0,
        "technology.lantern_11.site_kinds": ["lantern"],
        "technology.lantern_11.sizes": [2, 4, 6, 8],
        "planning.budget_eur": 0.5e6,
        "planning.technologies": ["ac_22", "lantern_11", "shared_night_11", "time_shared_22"],
        "planning.lost_bay_kwh": 40.0,
        "curve.budget_shares": [],
    },
    "outages": {f"technology.{name}.mtbf_h": 1552.0 for name in (*TARIFFS, "dc_150")},
    "short_stays": {
        "operation.longest_stay.technologies": ["ac_22"],
        "operation.longest_stay.heeded_share": 0.5,
        "operation.blocking_fee.technologies": ["ac_22"],
    },
    "cold_winter": {
        "demand.energy.month": 1,
        "demand.fleet.ac_efficiency": 0.86,
        "demand.fleet.dc_efficiency": 0.90,
        "demand.fleet.dc_kw": [56.0, 96.0, 128.0, 176.0, 0.0],
    },
}


def test_every_shipped_scenario_says_what_it_changes() -> None:
    assert set(CHANGES) == set(SCENARIOS)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_has_a_title_and_a_sentence(name: str) -> None:
    assert shipped_studies()[name].title
    assert scenario_titles()[name].endswith(".")


def test_a_scenario_changes_exactly_what_it_says() -> None:
    base = _flat(dataclasses.asdict(shipped_studies()["baseline"]))
    assert (base["city"], base["year"], base["path"], base["planning.budget_eur"]) == ("dortmund", 2030, "mid", 40e6)
    for name, said in CHANGES.items():
        values = _flat(dataclasses.asdict(shipped_studies()[name]))
        changed = {
            key: value
            for key, value in values.items()
            if value != base.get(key) and key not in ("name", "title", "quarter.levers")
        }
        assert changed == said, name


def _flat(settings: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat = {}
    for key, value in settings.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return flat


def test_walks_of_short_walk_are_the_baseline_times_065() -> None:
    base, short = (shipped_studies()[name].behaviour.walk_median_m for name in ("baseline", "short_walk"))
    assert short == pytest.approx({use_case: 0.65 * walk_m for use_case, walk_m in base.items()})


def test_scenarios_can_be_put_together() -> None:
    both = load_study(["scenarios=[tight_budget,high_uptake]"])
    assert (both.planning.budget_eur, both.path, both.name) == (20e6, "high", "tight_budget+high_uptake")


def test_the_command_line_wins_over_the_scenario() -> None:
    assert load_study(["scenarios=tight_budget", "planning.budget_eur=7e6"]).planning.budget_eur == 7e6


def test_a_sweep_over_all_scenarios_finds_each_by_the_name_of_its_file() -> None:
    assert sorted(shipped_studies()) == SCENARIOS


def test_figures_can_be_chosen_by_name() -> None:
    assert load_study(["figures=[use_case_chart]"]).figures == ["use_case_chart"]


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
    assert "theirs.yaml: planning.budgt_eur: unknown setting, did you mean 'planning.budget_eur'" in said
    assert "theirs.yaml: planning.gap: not a number" in said
    assert "theirs.yaml: year: not a whole number" in said
    assert "theirs.yaml: foo: unknown setting" in said
    assert "theirs.yaml: planning.equity_floor (3) must be 1 or less and 0 or more [share]" in said


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
