"""The everyday commands, as a user types them."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from sim.app.cli import COMMANDS, main
from sim.app.interrupt import interrupt
from sim.app.overrides import quoted
from sim.app.parameters import as_text, parameters_table
from sim.app.paths import home, scenario_titles
from sim.app.progress import Progress
from sim.app.where import blamed
from sim.simulation.run import ENGINES
from sim.simulation.twin import EnginesDisagree
from tests.simulation.test_twin import changed_sessions

QUICK = [
    "city=toy", "phases=[2030]", "simulation.workers=1", "simulation.verdict_replications=2",
    "simulation.search_replications=2", "simulation.precision.most_replications=2", "planning.search_steps=5",
    "coupling.max_rounds=1", "figures=[use_case_chart]", "planning.budget_eur=300e3",
]  # fmt: skip


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(words: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> str:
    """What a command prints, on standard output where it succeeds, else on standard error."""
    assert main(words) == code
    heard = capsys.readouterr()
    assert "Traceback" not in heard.err
    return heard.err if code else heard.out


def started(words: list[str], folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *words], cwd=folder, env={**os.environ, "PYTHONPATH": str(home())}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_help_names_every_command_scenario_and_city(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(["--help"], capsys)
    for command in set(COMMANDS) - {"run"}:
        assert f"ladeplan {command}" in text
    for name, sentence in scenario_titles().items():
        assert re.search(rf"^  {name} +{re.escape(sentence)}$", text, re.MULTILINE)
    assert "Cities: dortmund, toy" in text


def test_a_setting_is_explained_with_unit_source_confidence_file_and_scenarios(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = told(["explain", "behaviour.walk_median_m.kerbside"], capsys)
    assert "620 m" in text
    assert "longest walk drivers accept" in text
    assert "S60: Motability EV Transition Tracker" in text
    assert "M: assumption" in text
    assert "x 0.65 to x 1.3" in text
    assert "more than 0 [m]" in text
    line = int(re.search(r"configs/behaviour/default.yaml, line (\d+)", text)[1])
    assert "walk_median_m" in (home() / "configs/behaviour/default.yaml").read_text().splitlines()[line - 1]
    assert re.search(r"changed by +403 +in \S*short_walk.yaml", text)


def test_explaining_follows_the_file_that_was_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(["explain", "stock.name", "stock=register_2019"], capsys)
    assert "register_2019" in text
    assert "configs/stock/register_2019.yaml, line 2" in text


def test_a_section_lists_its_settings_and_what_is_in_no_dataclass_shows_its_comment(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "coupling.damping " in told(["explain", "coupling"], capsys)
    assert "a folder under scenarios/cities/" in told(["explain", "city"], capsys)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["explain", "planning.budgt"], "explain: planning.budgt: unknown setting, did you mean 'planning.budget_eur'"),
        (["explain"], "give one setting"),
        (["explain", "year", "seed"], "give one setting"),
        (["explain", "year", "seed=x"], "seed: not a whole number"),
        (["validate", "toy"], "'toy' is not key=value"),
        (["validate", "--csv"], "unknown option '--csv'"),
        (["completion", "fish"], "unknown shell 'fish'; known are: bash, zsh"),
        (["completion"], "give one shell"),
        (["parameters", "-m"], "unknown option '-m'"),
    ],
)
def test_mistakes_in_commands_are_explained(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said in told(words, capsys, code=2)


def test_parameters_say_who_changed_them(tmp_path: Path) -> None:
    (tmp_path / "theirs.yaml").write_text("planning: {gap: 0.03, node_limit: 7}\n")
    words = ["scenarios=short_walk", "scenario_file=theirs.yaml", "planning.node_limit=8", "seed=9"]
    changed = parameters_table(words).set_index("key")["changed_by"]
    assert changed[changed != ""].to_dict() == {
        "behaviour.walk_median_m": "scenario short_walk",
        "planning.gap": "scenario file",
        "planning.node_limit": "command line",
        "seed": "command line",
    }


def test_parameters_are_csv_in_a_pipe_and_aligned_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    piped = told(["parameters"], capsys)
    assert piped.startswith("key,value,unit,meaning,source,confidence,low,high,changed_by\n")
    table = pd.DataFrame(
        dict(
            key=["planning.budget_eur", "x"], value=[2e7, [1.0, 2.0]], unit=["EUR", ""], confidence=["-", "M"],
            low=[None, "x 0.5"], high=[None, "x 2"], changed_by=["", "command line"], source=["choice", "long " * 40],
        )
    )  # fmt: skip
    head, first, second, *_ = as_text(table, 100).splitlines()
    assert {len(line) <= 100 for line in (head, first, second)} == {True}
    assert first.index("20000000") == head.index("value") == second.index("[1, 2]")
    assert first.index("choice") == head.index("source")
    assert second.endswith("…")


def test_validate_sums_up_a_city(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(["validate", "city=toy"], capsys)
    # worked from scenarios/cities/toy: stations T1 and T2 of 2 AC points and one DC point, 18 cells of 400 m
    for fact in ("3 on 2.9 km2", "5,400", "18 of 400 m", "3 with 5 points", "4 AC 22 kW, 1 DC 150 kW", "15 synthetic"):
        assert fact in text
    assert list(Path.cwd().iterdir()) == []


def test_validate_tells_problems_of_settings_and_of_files_together(capsys: pytest.CaptureFixture[str]) -> None:
    (Path.cwd() / "Klein Örtchen").mkdir()
    said = told(["validate", "city=./Klein Örtchen", "planning.gap=0"], capsys, code=2)
    assert "planning.gap (0)" in said
    assert "districts.geojson" in said


def test_a_value_out_of_range_is_blamed_on_what_gave_it(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "mine.yaml").write_text("planning: {gap: 0}\n")

    def place(key: str) -> str:
        said = blamed(
            f"{key} (0) is wrong", given=["seed", "behaviour.tries.hub"],
            file="theirs.yaml", in_file=["planning.solver"], scenarios=["baseline", "mine"], choices={},
        )  # fmt: skip
        return said.removesuffix(f"{key} (0) is wrong")

    assert place("seed") == place("behaviour.tries") == "command line: "
    assert place("planning.solver") == "theirs.yaml: "
    assert place("planning.gap") == "scenarios/mine.yaml: "
    assert place("coupling.damping").endswith("configs/coupling/default.yaml: line 3: ")
    assert place("nothing") == ""


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("output=über, (uns)/mit Leer", "output='über, (uns)/mit Leer'"),
        ("output=it's", 'output="it\'s"'),
        ("output='quoted already'", "output='quoted already'"),
        ("title=Mehr Säulen", "title='Mehr Säulen'"),
        ("seed=1,2", "seed=1,2"),
        ("scenarios=glob(*)", "scenarios=glob(*)"),
        ("planning.rules=[x", "planning.rules=[x"),
        ("year", "year"),
    ],
)
def test_words_that_the_grammar_cannot_read_are_quoted(word: str, read: str) -> None:
    assert quoted(word) == read


def completed(line: str, script: Path) -> list[str]:
    """What bash offers behind a line."""
    code = f'source "{script}"; COMP_LINE="$1"; COMP_POINT=${{#1}}; _ladeplan; printf "%s\\n" "${{COMPREPLY[@]}}"'
    ran = subprocess.run(["bash", "-c", code, "bash", line], capture_output=True, text=True, check=True)
    return [word for word in ran.stdout.splitlines() if word]


def test_bash_completes_commands_scenarios_cities_settings_and_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "completion.sh"
    script.write_text(told(["completion", "bash"], capsys))
    (tmp_path / "scenarios" / "cities" / "mytown").mkdir(parents=True)
    (tmp_path / "scenarios" / "tight_mine.yaml").write_text("name: tight_mine\n")
    assert completed("ladeplan val", script) == ["validate"]
    assert completed("ladeplan planning.budget_e", script) == ["planning.budget_eur="]
    assert completed("ladeplan city=toy scenarios=ti", script) == ["tight_budget", "tight_mine"]
    assert completed("ladeplan city=", script) == ["dortmund", "toy", "mytown"]
    assert completed("ladeplan stock=reg", script) == ["register_2019"]
    assert completed("ladeplan path=", script) == ["low", "mid", "high"]
    assert completed("ladeplan explain coupling.dam", script) == ["coupling.damping"]
    assert completed("ladeplan completion z", script) == ["zsh"]


def test_a_reader_that_stops_early_hears_no_complaint(empty_folder: Path) -> None:
    with started(["parameters", "--csv"], empty_folder) as piped:
        assert piped.stdout and piped.stderr
        piped.stdout.close()
        assert piped.stderr.read() == ""
        assert piped.wait(60) == 141


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(by: signal.Signals, empty_folder: Path) -> None:
    with started([*QUICK, "simulation.verdict_replications=2000", "output=over there/ä"], empty_folder) as run:
        assert run.stderr
        begun = any("reading the city" in line for line in run.stderr)
        deadline = time.monotonic() + 60
        while not list(empty_folder.rglob("*.unfinished")) and time.monotonic() < deadline:
            time.sleep(0.05)
        half_written = list(empty_folder.rglob("*.unfinished"))
        run.send_signal(by)
        said = run.stderr.read()
        assert run.wait(60) == 130
    assert begun
    assert half_written
    assert "interrupted; nothing half-written is left" in said
    assert "Traceback" not in said
    assert list(empty_folder.iterdir()) == []


def test_engines_that_disagree_end_the_run_as_a_fault_and_leave_nothing(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # not caught by the command, so Python tells it and ends with code 1
    pytest.importorskip("numba")
    monkeypatch.setitem(ENGINES._functions, "compiled", changed_sessions("wait_min", 4, 0.25))
    with pytest.raises(EnginesDisagree, match=r"verdict, replication 0, city 1 of 2: .*wait_min: .*first request 4"):
        main([*QUICK, "simulation.search_engine=simpy"])
    assert list(empty_folder.rglob("*.*")) == []


def test_results_go_to_a_folder_with_blanks_and_umlauts(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = Path(told([*QUICK, "output=für uns, (alle)"], capsys).removeprefix("report: ").strip())
    assert report.is_file()
    assert report.is_relative_to("für uns, (alle)/baseline")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that nobody can write to")
def test_a_folder_that_cannot_be_written_is_said_before_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(["city=toy", "output=/proc/nowhere"], capsys, code=2)
    assert "output: '/proc/nowhere/baseline' cannot be written" in said


def test_an_interrupt_that_foreign_code_swallowed_ends_the_run_at_its_next_step() -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupt(signal.SIGINT, None)  # imagine a compiler that drops it
    with Progress(io.StringIO()) as progress:
        with pytest.raises(KeyboardInterrupt):
            progress("the next step", 0.5)
        progress("raised once", 0.6)
