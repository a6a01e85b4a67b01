"""A whole run leaves the same files, byte by byte, whatever computes it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from sim import Study, StudyResult, load_study, read_city, run_study
from sim.app.paths import city_folder
from sim.app.run import write_outputs

SETTINGS = ["city=toy", "simulation.precision.level_half_width=0.009"]  # more than the least replications are needed


def silence(text: str, share: float) -> None:
    """Nobody watches the progress of a test."""


def result_of(*overrides: str) -> StudyResult:
    study = load_study([*SETTINGS, *overrides])
    city = read_city(city_folder(study.city), stock=study.stock, sites=study.sites, technologies=study.technology)
    return run_study(study, city, progress=silence)


def files_of(result: StudyResult, study: Study, folder: Path) -> dict[str, bytes]:
    """All files but run.json, which holds times; settings are those of `study`, which the files repeat."""
    folder.mkdir()
    write_outputs(study, dataclasses.replace(result, study=study), folder, progress=silence)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_run_leaves_the_same_files_whatever_computes_it(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    base = result_of("simulation.workers=1")
    assert base.trust is not None and base.trust.reached.replications > 20
    study = base.study
    expected = files_of(base, study, tmp_path / "base")
    assert {"kpis.csv", "plan.gpkg", "report.html", "report.de.html", "tables.xlsx"} <= set(expected)
    assert sum(name.endswith(".png") for name in expected) > 10
    for number, overrides in enumerate(
        [
            ("simulation.workers=2",),
            ("simulation.workers=4", "simulation.search_engine=simpy"),
            ("simulation.workers=1", "simulation.engine=compiled"),
        ]
    ):
        other = result_of(*overrides)
        if other.trust is not None and other.trust.engines_agree is None:  # the page would say so, and should
            other = dataclasses.replace(other, trust=base.trust)
        found = files_of(other, study, tmp_path / str(number))
        assert found.keys() == expected.keys()
        assert [name for name in found if found[name] != expected[name]] == [], overrides
