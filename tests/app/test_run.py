"""Folders of results: whole or not at all; sweeps; progress."""

from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.app.config import load_study, read_sweep
from sim.app.progress import Progress
from sim.app.run import input_hashes, run_json, whole_folder
from sim.app.sweep import run_sweep
from sim.app.tables import settings_yaml, write_tables
from sim.errors import DataError
from sim.report.display import display_table
from sim.simulation.twin import Engines
from sim.study.precision import CAP, Reached
from sim.study.study import Study, Trust
from tests.app.fake_result import fake_result, toy_study


def _silent(text: str, share: float) -> None:
    assert text
    assert 0 <= share <= 1


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "a" / "now") as (unfinished, finish):
        (unfinished / "kpis.csv").write_text("x")
        assert not (tmp_path / "a" / "now").exists()
        assert finish() == tmp_path / "a" / "now"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["now"]


def test_a_run_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "a" / "b" / "now") as (unfinished, _):
        (unfinished / "kpis.csv").write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "now").mkdir()
    with whole_folder(tmp_path / "now") as (_, finish):
        assert finish() == tmp_path / "now_2"


def test_a_place_that_cannot_be_written_is_said_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"), whole_folder(tmp_path / "file" / "now"):
        pytest.fail("must not be reached")


def test_run_json_tells_how_it_was_made_and_not_by_whom_or_where() -> None:
    record = json.loads(run_json(toy_study(), fake_result(), written_s=0.5))
    assert record["seed"] == toy_study().seed
    assert record["reproducible"] is True
    assert record["plan"]["bound"] is None  # a heuristic proves nothing, and JSON knows no infinity
    assert record["inputs_sha256"].keys() == input_hashes(toy_study()).keys()
    assert all(len(value) == 64 for value in record["inputs_sha256"].values())
    assert "toy/districts.geojson" in record["inputs_sha256"]
    assert record["timings_s"]["verdict"] == 1.235
    text = json.dumps(record)
    assert str(Path.home()) not in text
    assert str(Path.cwd()) not in text


def trusted(twin: str | None, note: str = "") -> dict[str, Any]:
    """run.json of a verdict of 30 replications that another engine repeated, or not."""
    reached = Reached(30, 0.01, 0.02, float("nan"), CAP)
    trust = Trust(Engines("compiled" if twin else "simpy", "simpy", twin, note), 1234, reached)
    result = dataclasses.replace(fake_result(), trust=trust)
    return dict(json.loads(run_json(toy_study(), result, written_s=0.5)))


def test_run_json_says_that_both_engines_agree_and_on_how_much() -> None:
    record = trusted("compiled")
    assert record["engines_agree"] is True
    assert record["engines"] == dict(
        search="compiled", verdict="simpy", second="compiled", replications_compared=30, requests_compared=1234, note=""
    )


def test_run_json_does_not_say_so_where_one_engine_ran() -> None:
    record = trusted(None, "numba is not installed")
    assert record["engines_agree"] is None
    assert record["engines"]["second"] is None
    assert record["engines"]["replications_compared"] == record["engines"]["requests_compared"] == 0
    assert record["engines"]["note"] == "numba is not installed"


def test_run_json_says_how_precise_the_verdict_is_and_why_it_ended() -> None:
    verdict = trusted("compiled")["verdict"]
    assert verdict["replications"] == 30
    assert verdict["stopped"] == "the cap on replications was reached first"
    assert verdict["half_width"] == dict(as_is=0.01, plan=0.02, difference=None)  # JSON knows no NaN
    assert verdict["wanted"] == dict(level=0.02, difference=0.02)


def test_the_written_settings_are_all_of_them() -> None:
    import yaml

    settings = yaml.safe_load(settings_yaml(load_study(["seed=7"])))
    assert settings["seed"] == 7
    assert settings["planning"]["budget_eur"] == 40e6


def fake_run(study: Study, folder: Path, *, progress: object) -> Path:
    """Stands for a run: the tables of a made-up result; the third seed is a user's mistake, the fourth a fault."""
    if study.seed == 3:
        raise DataError(["cells.csv: nothing in it; give cells"])
    if study.seed == 4:
        raise SystemExit(5)
    with whole_folder(folder) as (unfinished, finish):
        write_tables(fake_result(study), unfinished)
        return finish()


def _sweep(tmp_path: Path, seeds: str) -> tuple[Path, list[tuple[int, bool]]]:
    words = [
        "hydra/launcher=basic",
        "city=toy",
        "stock=as_given",
        f"output={tmp_path}",
        "sweep_name=s",
        f"seed={seeds}",
    ]
    folder, failures = run_sweep(read_sweep(words), words, progress=_silent, run=fake_run)
    return folder, [(failure.number, failure.by_user) for failure in failures]


def test_a_sweep_leaves_a_folder_for_each_study_and_one_comparison(tmp_path: Path) -> None:
    folder, failures = _sweep(tmp_path, "1,2")
    assert failures == []
    assert folder == tmp_path / "sweeps" / "s"
    assert sorted(path.name for path in folder.iterdir()) == [
        "00_baseline",
        "01_baseline",
        "comparison.csv",
        "comparison.png",
    ]
    table = pd.read_csv(folder / "comparison.csv")
    assert list(table["job"]) == ["00_baseline"] * 2 + ["01_baseline"] * 2
    assert {"served", "reach_500"} == set(table["kpi"])
    shown = display_table(fake_result().kpis)
    expected = shown.query("scope == 'city' and kpi == 'served'")["plan_high"].item()
    assert table["plan_high"][0] == expected
    assert "seed=2" in table["overrides"][2]
    assert not table["overrides"].str.contains(str(tmp_path)).any()


def test_a_study_that_fails_is_recorded_and_the_others_go_on(tmp_path: Path) -> None:
    folder, failures = _sweep(tmp_path, "1,3,4,5")
    assert failures == [(1, True), (2, False)]
    assert sorted(path.name for path in folder.iterdir()) == [
        "00_baseline",
        "03_baseline",
        "comparison.csv",
        "comparison.png",
    ]


def test_a_sweep_in_which_all_fail_leaves_nothing(tmp_path: Path) -> None:
    _, failures = _sweep(tmp_path, "3,4")
    assert failures == [(0, True), (1, False)]
    assert not (tmp_path / "sweeps" / "s").exists()


def test_in_a_log_progress_is_plain_lines() -> None:
    out = io.StringIO()
    with Progress(out) as progress:
        for step in range(100):
            progress("drawing", step / 100)
    lines = out.getvalue().splitlines()
    assert 1 <= len(lines) <= 3
    assert lines[-1].startswith("  99 %  drawing")
    assert "\r" not in out.getvalue()


def test_on_a_terminal_progress_is_one_live_line() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    with Progress(out) as progress:
        progress("drawing", 0.5)
    assert out.getvalue().count("\n") == 1
    assert "[############............]  50 %  drawing" in out.getvalue()


@pytest.mark.slow
def test_the_default_launcher_runs_studies_in_processes_of_their_own(tmp_path: Path) -> None:
    # settings travel to the workers by pickling, which a sweep in one process never sees
    words = ["city=toy", "stock=as_given", "sweep_name=s", f"output={tmp_path}", "seed=1,3"]
    folder, failures = run_sweep(read_sweep(words), words, progress=_silent, run=fake_run)
    assert [failure.number for failure in failures] == [1], failures[0].problem
    assert sorted(path.name for path in folder.iterdir()) == ["00_baseline", "comparison.csv", "comparison.png"]


def test_an_interrupted_sweep_keeps_the_jobs_that_are_whole_and_nothing_else(tmp_path: Path) -> None:
    def interrupted(study: Study, folder: Path, *, progress: object) -> Path:
        if study.seed == 2:
            (folder.parent / f".{folder.name}.1.unfinished").mkdir()  # of a worker that was killed
            raise KeyboardInterrupt
        return fake_run(study, folder, progress=progress)

    for seeds, left in (("1,2", ["00_baseline"]), ("2,1", [])):
        place = tmp_path / seeds
        words = ["hydra/launcher=basic", "city=toy", "stock=as_given", f"output={place}", "sweep_name=s"]
        words.append(f"seed={seeds}")
        with pytest.raises(KeyboardInterrupt):
            run_sweep(read_sweep(words), words, progress=_silent, run=interrupted)
        assert sorted(path.name for path in place.glob("sweeps/s/*")) == left
        assert place.exists() == bool(left)
