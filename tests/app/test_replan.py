"""`ladeplan replan`: counted sessions of a pilot change the plan, and what is wrong with the files is said at once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.app.cli import DONE, PUT_RIGHT, main

QUICK = [
    "city=toy", "phases=[2027,2030]", "planning.budget_eur=150e3", "planning.budget_split={}",
    "simulation.search_replications=2", "simulation.verdict_replications=2", "simulation.precision.most_replications=2",
    "simulation.workers=1", "planning.search_steps=20", "coupling.max_rounds=1", "curve.budget_shares=[]",
    "planning.technologies=[ac_22]", "learning.rounds=2", "learning.replications=2", "figures=[rounds_chart]",
]  # fmt: skip
HEAD = "class_name,district_id,sessions,weeks\n"


def written(folder: Path, text: str, name: str = "counts.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_more_sessions_than_the_model_expects_bring_points_to_that_district(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # the toy town's stations: W is seen to charge far more than the model expects, M far less
    counts = written(tmp_path, HEAD + "slow,W,1400,26\nslow,M,150,26\n")
    assert main(["replan", counts, f"output={tmp_path}", *QUICK]) == DONE
    told = capsys.readouterr()
    folder = Path(told.out.strip().removeprefix("report: ")).parent
    learnt = pd.read_csv(folder / "learnt.csv", dtype={"district_id": "str"}).set_index("district_id")
    assert learnt.loc["W", "factor"] > 1.5
    assert learnt.loc["M", "factor"] < 0.9
    assert "what the counts say" in told.err
    moved = pd.read_csv(folder / "replanned.csv", dtype={"district_id": "str"}).set_index("district_id")["change"]
    assert moved["W"] > 0 >= moved["M"]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert 'id="learnt"' in page


def test_what_the_pilot_built_stays(tmp_path: Path) -> None:
    assert main([f"output={tmp_path / 'first'}", *QUICK]) == DONE
    [plan] = (tmp_path / "first").rglob("plan.csv")
    pilot = pd.read_csv(plan).query("phase == 2027")
    assert len(pilot)
    counts = written(tmp_path, HEAD + "slow,W,700,26\n")
    assert main(["replan", counts, f"plan={plan}", f"output={tmp_path / 'again'}", *QUICK]) == DONE
    [again] = (tmp_path / "again").rglob("plan.csv")
    key = ["site_id", "technology", "points_added"]
    assert set(pd.read_csv(again).query("phase == 2027")[key].itertuples(index=False)) == set(
        pilot[key].itertuples(index=False)
    )


def test_every_problem_of_both_files_is_named_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counts = written(tmp_path, HEAD + "slow,9,-1,0\nfast,W,1,1\n")
    plan = written(tmp_path, "site_id,phase\nA,2027\n", "plan.csv")
    assert main(["replan", counts, f"plan={plan}", f"output={tmp_path}", *QUICK]) == PUT_RIGHT
    told = capsys.readouterr().err
    for part in ("unknown '9'", "sessions: is out of bounds (-1)", "weeks: is out of bounds (0)", "unknown 'fast'",
                 "plan.csv: technology: column is missing"):  # fmt: skip
        assert part in told, part
    assert not list(tmp_path.rglob("report.html"))


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ([], "give one file of counted sessions (0 given)"),
        (["a.csv", "b.csv"], "give one file of counted sessions (2 given)"),
        (["nothing.csv"], "nothing.csv: cannot be read"),
        (["a.csv", "counted_in=soon"], "counted_in: not a year ('soon')"),
        (["a.csv", "counted_in=1999"], "counted_in (1999) must be in"),
        (["a.csv", "plan=x", "plan=y"], "plan: is given twice"),
    ],
)
def test_words_that_make_no_sense_are_refused(words: list[str], part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replan", *words, *QUICK]) == PUT_RIGHT
    assert part in capsys.readouterr().err


def test_a_plan_of_another_city_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counts = written(tmp_path, HEAD + "slow,W,20,26\n")
    plan = written(
        tmp_path,
        "site_id,district_id,x_m,y_m,technology,phase,points_before,points_added,power_kw,connection,points_eur,"
        "connection_eur,capex_eur,origin\nmoon,W,0,0,teapot,2027,0,2,22,none,0,0,0,given\n",
        "plan.csv",
    )
    assert main(["replan", counts, f"plan={plan}", *QUICK]) == PUT_RIGHT
    told = capsys.readouterr().err
    assert "site_id: unknown 'moon'; take the plan of this city" in told
    assert "technology: unknown 'teapot'" in told
