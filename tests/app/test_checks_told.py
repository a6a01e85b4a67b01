"""What the command says of the checks of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.app.cli import _tell_checks


def test_every_check_is_told_and_a_failed_one_loudly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "checks.csv").write_text(
        "check,value,unit,low,high,passed,note\n"
        "public requests a day,1298.4,1/d,900,2200,True,band of 2025\n"
        "energy per car,3.38,kWh/d,,,True,nothing to compare with\n"
        "points,700,points,1500,5000,False,question uptake\n"
    )
    _tell_checks(tmp_path)
    assert capsys.readouterr().err.splitlines() == [
        "check: public requests a day: 1,298.4 1/d, expected 900 to 2,200. band of 2025",
        "check: energy per car: 3.38 kWh/d. nothing to compare with",
        "CHECK NOT PASSED: points: 700 points, expected 1,500 to 5,000. question uptake",
    ]
