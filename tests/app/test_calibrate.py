"""`ladeplan calibrate`: a user's own sessions become settings that a study can choose."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from sim.app.calibrate_words import OPTIONS, choices
from sim.app.calibrated_file import plain
from sim.app.cli import main
from sim.app.completion import completion
from sim.app.config import load_study
from sim.app.parameters import parameters_table
from sim.app.paths import home
from sim.app.where import holding_file
from sim.city.city import City
from sim.clock import Horizon
from sim.demand.draw import draw_requests
from sim.demand.expected import expected_demand
from sim.demand.requests import USE_CASES
from tests.app.test_commands import QUICK, completed

LAYOUT = """\
columns: {charger: station, start: start, end: end, group: kind}
use_cases:
  kerbside: {groups: [street]}
  destination: {groups: [centre]}
"""
SECRET = "Erika Muster"
WORDS = ["calibrate", "ours.csv", "layout=./ours.yaml", "use_case=kerbside", "name=mytown"]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ours.yaml").write_text(LAYOUT)
    write_sessions(tmp_path / "ours.csv")
    return tmp_path


def write_sessions(path: Path, *, n: int = 2000, stations: int = 9) -> None:
    """Four weeks of sessions, half of 20 minutes and half of 3 hours, with a name that is nobody's business."""
    rng = np.random.default_rng(1)
    start = pd.Timestamp("2024-03-04") + pd.to_timedelta(np.sort(rng.uniform(0, 28 * 24, n)), unit="h")
    median_h = np.where(rng.random(n) < 0.5, 1 / 3, 3.0)
    end = start + pd.to_timedelta(median_h * np.exp(0.2 * rng.standard_normal(n)), unit="h")
    form = "%Y-%m-%d %H:%M:%S"
    table = {"driver": SECRET, "station": rng.integers(0, stations, n), "start": start.strftime(form)}
    kinds = np.where(rng.random(n) < 0.7, "street", "centre")
    pd.DataFrame(table | {"end": end.strftime(form), "kind": kinds}).to_csv(path, index=False)


def told(words: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> str:
    assert main(words) == code
    heard = capsys.readouterr()
    assert "Traceback" not in heard.err
    return heard.err if code else heard.out


def everything_written() -> str:
    return "".join(
        path.read_text() for path in Path.cwd().rglob("*") if path.is_file() and path.name != "ours.csv"
    )  # fmt: skip


def test_sessions_become_settings_with_sample_and_fit_and_without_anybody(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = told(WORDS, capsys)
    assert "ours.csv: 2,000 rows read; 2,000 sessions kept" in said
    assert "kerbside: 1,3" in said
    assert "written: configs/demand/mytown.yaml" in said
    text = Path("configs/demand/mytown.yaml").read_text()
    written = yaml.safe_load(text)
    assert set(written) == {"defaults", "day_factor", "hour_share", "stay_h", "calibrated"}
    assert written["defaults"] == ["default", "_self_"]
    assert "16-20: [[" in text
    assert ", KS 0.0" in text
    assert "2024-03-04 to 2024-03-31" in text
    for heard in (said, everything_written()):
        assert SECRET not in heard
        assert str(Path.cwd()) not in heard


def test_the_same_sessions_give_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    told(WORDS, capsys)
    before = Path("configs/demand/mytown.yaml").read_bytes()
    told([*WORDS, "--overwrite"], capsys)
    assert Path("configs/demand/mytown.yaml").read_bytes() == before


def test_a_study_that_chooses_them_draws_stays_like_those_seen(
    capsys: pytest.CaptureFixture[str], toy_city: City
) -> None:
    told(WORDS, capsys)
    study = load_study(["city=toy", "demand=mytown"])
    assert (
        study.demand.stay_h.kerbside
        == yaml.safe_load(Path("configs/demand/mytown.yaml").read_text())["stay_h"]["kerbside"]
    )
    assert study.demand.stay_h.work == load_study().demand.stay_h.work
    expected = expected_demand(toy_city, study.demand, year=2030, path="mid")
    requests = draw_requests(
        toy_city, expected, study.demand, study.behaviour, horizon=Horizon(days=7, warm_up_days=0), seed=1,
        stage="verdict", replication=0,
    )  # fmt: skip
    stays = requests.stay_min[requests.use_case == USE_CASES.index("kerbside")] / 60
    # mean of the file (1/3 + 3) / 2 x exp(0.02) = 1.70 h, standard deviation 1.42 h, n 1,367: error 0.04 h. Shipped
    # stays have a mean of some 6 h. Four errors of the file and of those drawn
    assert len(stays) > 100
    assert stays.mean() == pytest.approx(1.70, abs=4 * np.hypot(0.04, 1.42 / np.sqrt(len(stays))))


def test_a_run_carries_them_into_its_results(capsys: pytest.CaptureFixture[str]) -> None:
    told(WORDS, capsys)
    report = Path(told([*QUICK, "demand=mytown"], capsys).removeprefix("report: ").strip())
    parameters = pd.read_csv(report.parent / "parameters.csv").set_index("key")
    assert parameters.loc["demand.stay_h.kerbside", "source"].startswith(
        "calibrated with own sessions (ours.csv), n 1,3"
    )
    assert "Hamburg" in parameters.loc["demand.stay_h.destination", "source"]
    assert SECRET not in (report.parent / "parameters.csv").read_text()
    settings = yaml.safe_load((report.parent / "study.yaml").read_text())
    assert (
        settings["demand"]["stay_h"]["kerbside"]["0-6"] == load_study(["demand=mytown"]).demand.stay_h.kerbside["0-6"]
    )


def test_a_scenario_can_choose_them(capsys: pytest.CaptureFixture[str]) -> None:
    told(WORDS, capsys)
    Path("scenarios").mkdir()
    Path("scenarios/ours.yaml").write_text(
        "# @package _global_\n# Our own drivers.\ndefaults:\n  - override /demand: mytown\nname: ours\ntitle: Ours\n"
    )
    chosen = load_study(["scenarios=ours"]).demand
    assert chosen == load_study(["demand=mytown"]).demand
    assert chosen != load_study().demand


def test_parameters_and_explain_say_that_they_are_calibrated(capsys: pytest.CaptureFixture[str]) -> None:
    told(WORDS, capsys)
    table = parameters_table(["demand=mytown", "seed=3"]).set_index("key")
    assert table.loc["demand.stay_h.kerbside", "changed_by"] == "demand=mytown"
    assert table.loc["demand.stay_h.kerbside", "source"].startswith("calibrated with own sessions (ours.csv)")
    assert table.loc["demand.stay_h.work", "changed_by"] == ""
    assert table.loc["seed", "changed_by"] == "command line"
    text = told(["explain", "demand.stay_h.kerbside", "demand=mytown"], capsys)
    assert "calibrated with own sessions (ours.csv)" in text
    assert "stands in   configs/demand/mytown.yaml, line " in text
    assert holding_file("demand.charge.ac_target", {"demand": "mytown"})[0] == home() / "configs/demand/default.yaml"


def test_several_use_cases_go_into_one_file_and_one_file_onto_another(capsys: pytest.CaptureFixture[str]) -> None:
    told([*WORDS[:3], "use_case=kerbside,destination", "name=both"], capsys)
    told([*WORDS[:3], "use_case=retail", "group=street", "shorter_than_h=4", "base=both", "name=all3"], capsys)
    study = load_study(["demand=all3"]).demand
    assert set(study.calibrated) == {
        f"{law}.{use_case}"
        for law in ("stay_h", "day_factor", "hour_share")
        for use_case in ("kerbside", "destination", "retail")
    }
    assert study.stay_h.kerbside == load_study(["demand=both"]).demand.stay_h.kerbside


def test_a_shipped_layout_works_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    Path("perth.csv").write_text(
        pd.read_csv("ours.csv")
        .assign(connector=1, energy_kwh=5.0, site="Car Park", kind="ac_7kw")
        .to_csv(index=False)
    )  # fmt: skip
    said = told(["calibrate", "perth.csv", "layout=perth", "use_case=destination", "name=scots"], capsys)
    assert "destination: 2,000 sessions at 9 chargers" in said
    assert "written: configs/demand/scots.yaml" in said


def test_nothing_is_overwritten_without_being_told(capsys: pytest.CaptureFixture[str]) -> None:
    told(WORDS, capsys)
    said = told(WORDS, capsys, code=2)
    assert "configs/demand/mytown.yaml is there already; choose another name=..., or add --overwrite" in said
    Path("configs/demand/mytown.yaml").write_text("stay_h: {}\n")
    assert "was not written by calibrate" in told([*WORDS, "--overwrite"], capsys, code=2)
    assert Path("configs/demand/mytown.yaml").read_text() == "stay_h: {}\n"
    said = told([*WORDS[:4], "name=default", "--overwrite"], capsys, code=2)
    assert "name=default is taken by settings that are built on" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["calibrate"], ["give one file of sessions (0 given)", "layout=... is missing", "use_case=... is missing",
                         "name=... is missing"]),
        (["calibrate", "a.csv", "b.csv", *WORDS[2:]], ["give one file of sessions (2 given)"]),
        ([*WORDS, "layuot=x"], ["calibrate: layuot: unknown option, did you mean 'layout'?"]),
        ([*WORDS, "name=again"], ["name: is given twice"]),
        ([*WORDS[:2], "layout=hamberg", "use_case=kerb", "name=../x", "base=defualt", "shorter_than_h=soon"],
         ["unknown layout 'hamberg', did you mean 'hamburg'", "unknown use case 'kerb'", "name ('../x') must be",
          "unknown demand 'defualt', did you mean 'default'", "shorter_than_h: not a number of hours ('soon')"]),
        ([*WORDS[:3], "use_case=work", "name=x"],
         ["layout ours does not say which rows are work (but: kerbside, destination); add group=..."]),
        ([*WORDS, "group=lane"], ["ours.csv: group 'lane': no session; there are: centre, street"]),
        ([*WORDS[:3], "use_case=kerbside,destination", "name=x", "group=street"], ["hold for one use case"]),
        (["calibrate", "gone.csv", *WORDS[2:]], ["gone.csv: cannot be read (No such file or directory)"]),
        ([*WORDS, "--force"], ["unknown option '--force'"]),
    ],
)  # fmt: skip
def test_mistakes_are_told_together_and_nothing_is_written(
    words: list[str], said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    heard = told(words, capsys, code=2)
    for sentence in said:
        assert sentence in heard
    assert not Path("configs").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "ours.csv: the file is empty"),
        ("driver,station,start,end\n", "ours.csv: kind: column is missing"),
        (f"driver,station,start,end,kind\n{SECRET},1,soon,2024-03-04 09:00:00,street\n", "row 2: start: is not a date"),
        (f"driver,station,start,end,kind\n{SECRET},1,2024-03-04 09:00:00,2024-03-04 09:00:00,street\n",
         "1 dropped: end not after start; 0 sessions kept"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_without_naming_anybody(text: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("ours.csv").write_text(text)
    heard = told(WORDS, capsys, code=2)
    assert said in heard
    assert SECRET not in heard
    assert not Path("configs").exists()


def test_one_charger_or_too_few_sessions_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    write_sessions(Path("ours.csv"), n=60, stations=1)
    heard = told(WORDS, capsys, code=2)
    assert "sessions are too few; give at least 100 (kerbside)" in heard
    assert "all sessions are from one charger" in heard
    assert not Path("configs").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser can write everywhere")
def test_a_folder_that_cannot_be_written_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path.cwd().chmod(0o500)
    try:
        assert "configs/demand/mytown.yaml cannot be written" in told(WORDS, capsys, code=2)
    finally:
        Path.cwd().chmod(0o700)


def test_a_folder_in_the_way_is_told_and_nothing_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    Path("configs").write_text("a file where a folder should be")
    assert "configs/demand/mytown.yaml cannot be written" in told(WORDS, capsys, code=2)
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["configs", "ours.csv", "ours.yaml"]


def test_a_file_name_can_neither_break_nor_expand_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    name = "a${oc.env:HOME}\n\"x: 'y'#.csv"
    Path("ours.csv").rename(name)
    told(["calibrate", name, *WORDS[2:]], capsys)
    origin = load_study(["demand=mytown"]).demand.calibrated["stay_h.kerbside"]
    assert f"({plain(name)})" in origin
    assert os.environ["HOME"] not in origin


def test_own_settings_are_completed_and_options_offered(tmp_path: Path) -> None:
    script = completion("bash", ["calibrate"], ["--overwrite"])
    (tmp_path / "completion.sh").write_text(script)
    Path("configs/demand").mkdir(parents=True)
    Path("configs/demand/mytown.yaml").touch()
    assert completed("ladeplan demand=my", tmp_path / "completion.sh") == ["mytown"]
    assert completed("ladeplan calibrate x.csv lay", tmp_path / "completion.sh") == ["layout="]
    assert completed("ladeplan calibrate x.csv layout=ham", tmp_path / "completion.sh") == ["hamburg"]
    assert all(f"{option}=" in script for option in OPTIONS)
    assert 'layout) values="epfl hamburg' in script
    assert set(choices()["use_case"]) == set(USE_CASES)
