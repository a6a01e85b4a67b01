"""Mistakes on the command line: exit code 2, every one named, no traceback, nothing written."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from sim.app.cli import main
from sim.app.paths import home

# One command line a list: each override with the words its sentence must hold.
COMMAND_LINES: list[list[tuple[str, ...]]] = [
    [
        ("planing.budget_eur=1", "planing.budget_eur: unknown setting", "'planning.budget_eur'"),
        ("planning.budgt_eur=1", "planning.budgt_eur: unknown setting", "'planning.budget_eur'"),
        ("planning.budget=1", "planning.budget: unknown setting", "'planning.budget_eur'"),
        ("planning.gap=abc", "planning.gap: not a number", "'abc'", "give more than 0 and 1 or less [share]"),
        ("planning.node_limit=1.5", "planning.node_limit: not a whole number (1.5)"),
        ("planning.equity_floor=1,5", "planning.equity_floor: several values ('1,5')", "decimal point"),
        ("planning.emergency_s=", "planning.emergency_s: not a number", "('')"),
        ("planning.budget_eur=10M", "planning.budget_eur: not a number", "'10M'", "write the number alone, in EUR"),
        ("planning.equity_weight=inf", "planning.equity_weight: not finite"),
        ("planning.connection_lv_eur=true", "planning.connection_lv_eur: not a number", "true"),
        ("planning.connection_mv_eur=null", "planning.connection_mv_eur: not a number"),
        ("planning.technologies=5", "planning.technologies: does not fit"),
        ("planning.classes.slow=3", "planning.classes.slow: does not fit"),
        ("seed=1.5", "seed: not a whole number (1.5)"),
        ("year=soon", "year: not a whole number ('soon')"),
        ("coupling.max_round=3", "coupling.max_round: unknown setting", "'coupling.max_rounds'"),
        ("simulation.day=7", "simulation.day: unknown setting", "'simulation.days'"),
        ("simulation.days=a week", "simulation.days: not a whole number"),
        ("technology.ac_22.power=11", "technology.ac_22.power: unknown setting", "'technology.ac_22.power_kw'"),
        ("technology.ac_23.power_kw=11", "technology.ac_23.power_kw: unknown setting", "'technology.ac_22.power_kw'"),
        ("demand.energy.kwh_per_mile=1", "demand.energy.kwh_per_mile: unknown setting", "'demand.energy.kwh_per_km'"),
        ("demand.fleet.ac_kw=[a,b]", "demand.fleet.ac_kw: does not fit"),
        ("sites.spacing_m=[1,2]", "sites.spacing_m: not a number"),
        ("nonsense=1", "nonsense: unknown setting", "ladeplan parameters"),
        ("+new=1", "new: unknown setting"),
        ("++other=1", "other: unknown setting"),
        ("+city=toy", "city: is there already", "leave out the '+'"),
        ("~figures", "'~figures'", "cannot be removed"),
        ("=5", "'=5' is not key=value"),
        ("stock", "'stock'"),
        ("a b", "'a b' is not key=value"),
        ("planning.rules=[within_budget", "'planning.rules=[within_budget' cannot be read", "not closed"),
        ("name={", "'name={' cannot be read", "not closed"),
        ("hydra.run.dir=/elsewhere", "hydra.run.dir", "-m"),
        ("hydra.job.chdir=true", "hydra.job.chdir", "-m"),
        ("hydra/launcher=basic", "hydra/launcher", "-m"),
        ("path=low,high", "path: several values ('low,high')", "-m"),
    ],
    [
        ("scenarios=tight_budge", "unknown scenario 'tight_budge'", "'tight_budget'"),
        ("stock=register_2018", "stock: unknown stock 'register_2018'", "'register_2019'"),
        ("planning=fast", "planning: unknown planning 'fast'", "default"),
        ("technology=[ac_22,ac_23]", "technology: unknown technology 'ac_23'", "'ac_22'"),
        ("demand={a: 1}", "demand: unknown demand"),
        ("sites=[]", "sites: an empty list"),
        ("city=dortmnd", "unknown city 'dortmnd'", "'dortmund'"),
    ],
    [("scenarios=[baseline,none_such]", "unknown scenario 'none_such'"), ("city=/no/such/folder", "'/no/such/folder'")],
    [("scenarios=[]", "scenarios: an empty list"), ("city=''", "unknown city ''")],
    [("scenarios=../baseline", "unknown scenario '../baseline'", "'baseline'"), ("path=low", "unknown scenario")],
    [
        ("planning.budget_eur=-1", "command line: planning.budget_eur (-1) must be 0 or more [EUR]"),
        ("planning.equity_floor=1.5", "planning.equity_floor (1.5) must be 1 or less and 0 or more [share]"),
        ("planning.equity_weight=-0.1", "planning.equity_weight (-0.1)"),
        ("planning.gap=0", "planning.gap (0) must be more than 0"),
        ("planning.node_limit=0", "planning.node_limit (0)"),
        ("planning.emergency_s=-3", "planning.emergency_s (-3)"),
        ("planning.connection_mv_eur=nan", "planning.connection_mv_eur is not a number"),
        ("planning.solver=gurobi", "planning.solver ('gurobi') must be one of highs, cbc"),
        ("planning.medium_voltage_above_kw=0", "planning.medium_voltage_above_kw (0)"),
        ("planning.technologies=[ac_22,ac_22,dc_151]", "unknown technology 'dc_151', did you mean 'dc_150'", "twice"),
        ("simulation.days=0", "simulation.days (0) must be 1 or more"),
        ("simulation.warm_up_days=-1", "simulation.warm_up_days (-1)"),
        ("simulation.search_replications=1", "simulation.search_replications (1)"),
        ("simulation.verdict_replications=0", "simulation.verdict_replications (0)"),
        ("simulation.workers=-1", "simulation.workers (-1)"),
        ("simulation.search_engine=numba", "simulation.search_engine ('numba') must be one of auto, simpy, compiled"),
        ("simulation.warm_up_tolerance=-0.1", "simulation.warm_up_tolerance (-0.1)"),
        ("simulation.precision.error=both", "simulation.precision.error ('both') must be one of absolute, relative"),
        ("simulation.precision.level_half_width=0", "simulation.precision.level_half_width (0) must be more than 0"),
        ("simulation.precision.difference_half_width=-1", "simulation.precision.difference_half_width (-1)"),
        ("simulation.precision.batch=0", "simulation.precision.batch (0) must be 1 or more [runs]"),
        ("simulation.precision.most_replications=1", "simulation.precision.most_replications (1) must be 2 or more"),
        ("simulation.precision.kpi=gini_points", "simulation.precision.kpi (gini_points) follows from the city alone"),
        ("coupling.max_rounds=0", "coupling.max_rounds (0)"),
        ("coupling.damping=2", "coupling.damping (2)"),
        ("coupling.least_factor=1.1", "coupling.least_factor (1.1)"),
        ("technology.ac_22.power_kw=-22", "technology.ac_22.power_kw (-22) must be more than 0 [kW]"),
        ("technology.ac_22.current=XC", "technology.ac_22.current ('XC') must be one of AC, DC"),
        ("technology.dc_150.sizes=[4,2]", "technology.dc_150.sizes ([4, 2]) must be ascending"),
        ("technology.dc_50.lifetime_years=0", "technology.dc_50.lifetime_years (0)"),
        ("sites.spacing_m=0", "sites.spacing_m (0)"),
        ("sites.bays=0", "sites.bays (0)"),
        ("path=steep", "path ('steep') must be one of low, mid, high"),
        ("year=2099", "year (2099) must be in"),
        ("seed=-1", "seed (-1) must be 0 or more"),
        ("name='../escape'", "name ('../escape') must be"),
        ("title=''", "title is empty"),
    ],
    [
        ("demand.energy.km_per_day=-5", "demand.energy.km_per_day (-5)"),
        ("demand.parking.city_mean=2", "demand.parking.city_mean (2)"),
        ("demand.hour_share.hub=[[1,x]]", "demand.hour_share.hub"),
        ("planning.budget_eur=-7", "planning.budget_eur (-7)"),
    ],
    [
        ("operation.connection_share=0", "operation.connection_share (0) must be more than 0 [share]"),
        ("operation.connection_profile=[1,1]", "operation.connection_profile has 2 values; give 1 (all hours), 24"),
        ("operation.longest_stay.from_h=20", "operation.longest_stay.from_h (20) must be before"),
        ("operation.blocking_fee.heeded_share=80", "operation.blocking_fee.heeded_share (80) must be 1 or less"),
        ("operation.blocking_fee.days=[Mo]", "operation.blocking_fee.days ('Mo') must be one of mon, tue"),
        ("technology.ac_22.mtbf_h=0", "technology.ac_22.mtbf_h (0) must be 1 or more [h]"),
        ("technology.ac_22.mttr_h=-48", "technology.ac_22.mttr_h (-48) must be more than 0"),
    ],
    [
        ("operation.longest_stay.technologies=[ac_23]", "unknown technology 'ac_23', did you mean 'ac_22'"),
        ("operation.blocking_fee.technologies=[ac_22,hpc]", "operation.blocking_fee.technologies: unknown technology"),
        ("planning.technologies=[]", "planning.technologies is empty"),
    ],
    [
        ("operation.longest_stay.from_h=8.5", "operation.longest_stay.from_h: not a whole number (8.5)"),
        ("operation.conection_share=0.5", "operation.conection_share: unknown setting", "'operation.connection_share'"),
        ("technology.ac_22.mtbf_h=often", "technology.ac_22.mtbf_h: not a number", "'often'"),
        ("technology.ac_22.mttr_h=null", "technology.ac_22.mttr_h: not a number"),
    ],
    [("simulation.precision.kpi=served_shr", "simulation.precision.kpi: unknown KPI 'served_shr'", "'served_share'")],
    [("figures=[use_case_chrt]", "figures: unknown figure 'use_case_chrt'", "did you mean 'use_case_chart'")],
    [("output=''", "output is empty"), ("sweep_name=../x", "sweep_name ('../x') must be")],
]
CASES = [(number, *case) for number, line in enumerate(COMMAND_LINES) for case in line]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@cache
def _outcome(number: int) -> tuple[int, str, list[str]]:
    """Exit code, what was said and what was left of one command line; run once for all of its cases."""
    import contextlib
    import io

    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        code = main([override for override, *_ in COMMAND_LINES[number]])
    return code, said.getvalue(), sorted(path.name for path in Path.cwd().iterdir())


@pytest.mark.parametrize("case", CASES, ids=[str(case[1]) for case in CASES])
def test_each_mistake_is_named(case: tuple[int, str, *tuple[str, ...]]) -> None:
    number, _, *words = case
    code, said, left = _outcome(number)
    assert code == 2
    assert "Traceback" not in said
    assert left == []
    for word in words:
        assert word in said


def test_mistakes_in_all_sections_are_told_at_once(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["demand.energy.km_per_day=-4", "economics.public_rate=-1", "planning.budget_eur=-1", "coupling.damping=7",
             "technology.ac_22.power_kw=0", "language=fr", "seed=-3"]  # fmt: skip
    assert main(["validate", "city=toy", *words]) == 2
    said = capsys.readouterr().err
    for word in words:
        assert f"command line: {word.split('=')[0]} (" in said


def test_there_are_seventy_mistakes() -> None:
    assert len(CASES) >= 70


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-m", "scenarios=baseline,nowhere"], "unknown scenario 'nowhere'"),
        (["-m", "planning.budget_eur=1e6,-1", "seed=1,x"], "planning.budget_eur (-1)"),
        (["-m", "planning.gap=interval(0,1)"], "command line"),
        (["-m", "hydra.run.dir=x"], "hydra.run.dir"),
        (["-m", "hydra/launcher=joblob"], "'joblib'"),
        (["-m", "hydra.launcher.n_job=2"], "n_job"),
        (["--frequency=3"], "--frequency"),
        (["paramters"], "did you mean 'parameters'"),
        (["-x", "year=2031"], "'-x'"),
    ],
)
def test_mistakes_in_sweeps_and_options_are_named(
    words: list[str], said: str, empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    heard = capsys.readouterr().err
    assert said in heard
    assert "Traceback" not in heard
    assert list(empty_folder.iterdir()) == []


def test_an_output_that_is_a_file_is_found_before_the_run(
    empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (empty_folder / "taken").write_text("")
    assert main(["city=toy", "output=taken"]) == 2
    heard = capsys.readouterr().err
    assert "output: 'taken" in heard
    assert "cannot be written" in heard
    assert [path.name for path in empty_folder.iterdir()] == ["taken"]


def test_a_city_that_is_no_bundle_leaves_nothing(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (empty_folder / "bundle").mkdir()
    assert main(["city=./bundle"]) == 2
    heard = capsys.readouterr().err
    assert "districts.geojson" in heard
    assert "Traceback" not in heard
    assert [path.name for path in empty_folder.iterdir()] == ["bundle"]


@pytest.mark.parametrize("words", [["planing.budget_eur=1"], ["-m", "scenarios=x,y"], ["scenario_file=none.yaml"]])
def test_the_command_itself_ends_with_2_and_no_traceback(words: list[str], empty_folder: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "sim", *words], capture_output=True, text=True, check=False, cwd=empty_folder,
        env={**os.environ, "PYTHONPATH": str(home())},
    )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr.startswith("ladeplan ")
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
    assert list(empty_folder.iterdir()) == []
