"""The command that writes docs/validity.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.app.validity import main


def test_words_that_mean_nothing_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["obseved"]) == 2
    assert "obseved: not understood; give nothing, or `observed`" in capsys.readouterr().err


@pytest.mark.parametrize("folder", [None, "", "no/such/folder"])
def test_observed_figures_need_the_folder_of_the_sessions(
    folder: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LADEPLAN_DATA", raising=False)
    if folder is not None:
        monkeypatch.setenv("LADEPLAN_DATA", folder)
    assert main(["observed"]) == 2
    assert "LADEPLAN_DATA: names no folder" in capsys.readouterr().err


def test_pictures_are_drawn_from_the_tables(tmp_path: Path) -> None:
    import pandas as pd

    from sim.report.validity import PICTURES, save_pictures

    hours = pd.DataFrame(dict(hour=range(24), seen=0.2, mean=0.22, low=0.21, high=0.23))
    days = [hours.assign(days=name) for name in ("Monday to Friday", "Saturday and Sunday")]
    names = ["busy_0", "busy_1", "busy_2", "both up to 0.2", "both over 0.8"]
    busy = pd.DataFrame(dict(name=names, seen=0.2, mean=0.22, low=0.21, high=0.23))
    stays = pd.DataFrame(dict(group=["0-6", "0-6", "6-11", "6-11"], n=9, hours=[1, 2, 1, 2], seen=0.4, ours=0.45))
    tables = dict(hamburg_days=pd.concat(days), hamburg_busy=busy, kerbside_stays=stays)
    words = save_pictures(tables, tmp_path)
    assert sorted(words) == sorted(f"{name}.png" for name in PICTURES)
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in words)
    assert PICTURES["validity_hours"](tables).get_label().startswith("On working days the simulated occupancy is 2.0")
