"""The examples of the documentation run as they stand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_example_for_python_prints_a_plan_and_what_it_serves(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "error", ROOT / "docs" / "examples" / "from_python.py"], cwd=tmp_path, text=True,
        capture_output=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    head, *rows = ran.stdout.splitlines()
    assert head.split() == ["site_id", "technology", "points_added", "capex_eur"]
    assert any("ac_22" in row or "dc_150" in row for row in rows)
    as_is, plan, least_gain = (float(number) for number in rows[-1].split()[1:])
    assert 0 < as_is < plan < 1
    assert least_gain > 0
    assert list(tmp_path.iterdir()) == []
