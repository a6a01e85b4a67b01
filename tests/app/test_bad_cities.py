"""Bundles spoilt in every way, given to the command: exit 2, file and row named, no traceback, nothing written."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.app import config
from sim.app.cli import main
from tests.city.test_bad_bundles import CASES, CITIES, with_every_file


@pytest.fixture(scope="module")
def toy_order() -> config.Order:
    """The settings of `ladeplan city=toy`, read once for all cases."""
    return config.read_order(["city=toy", "output=results"])


@pytest.mark.parametrize(("name", "spoil", "file", "words"), CASES, ids=[name for name, *_ in CASES])
def test_a_spoilt_city_ends_with_2_and_names_file_and_row(
    name: str,
    spoil: Callable[[Path], None],
    file: str,
    words: tuple[str, ...],
    toy_order: config.Order,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    town = with_every_file(CITIES / "toy", tmp_path / "bundles" / "town")
    spoil(town)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    order = dataclasses.replace(toy_order, study=dataclasses.replace(toy_order.study, city=str(town)))
    monkeypatch.setattr(config, "read_order", lambda overrides: order)
    assert main([]) == 2
    heard = capsys.readouterr()
    problems = [line.strip() for line in heard.err.splitlines() if line.startswith("  ")]
    assert any(p.startswith(f"{file}: ") and any(word in p for word in words) for p in problems), problems
    assert "Traceback" not in heard.err
    assert heard.out == ""
    assert list(here.iterdir()) == []  # no results, no half-written folder
