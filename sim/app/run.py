"""One run: a study in, a folder of results out, written whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import platform
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.app.paths import city_folder, version
from sim.errors import DataError
from sim.study.study import Study, StudyResult

if TYPE_CHECKING:
    from sim.study.stages import Pilot

Tell = Callable[[str, float], None]
PACKAGES = ("simpy", "numpy", "pandas", "geopandas", "pulp", "highspy", "numba", "matplotlib", "hydra-core")
RUN_SHARE = 0.85  # of the time of a run, what the study takes; figures and files take the rest


def run_once(study: Study, out_root: Path, *, progress: Tell, pilot: Pilot | None = None) -> Path:
    """Run a study and write `<out_root>/<name>/<time>/`; returns that folder."""
    folder = out_root / study.name / datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
    return run_into(study, folder, progress=progress, pilot=pilot)


def run_into(study: Study, folder: Path, *, progress: Tell, pilot: Pilot | None = None) -> Path:
    """Run a study and write its results into a new folder, whose name gets a number if it is taken.

    pilot : sessions that were counted, from which demand is learnt
    """
    with whole_folder(folder) as (unfinished, finish):
        result = _find(study, progress, pilot)
        began = time.perf_counter()
        write_outputs(study, result, unfinished, progress=progress)
        written_s = time.perf_counter() - began
        (unfinished / "run.json").write_text(run_json(study, result, written_s=written_s), encoding="utf-8")
        final = finish()
    progress("done", 1.0)
    return final


def _find(study: Study, progress: Tell, pilot: Pilot | None) -> StudyResult:
    progress("reading the city", 0.0)
    from sim.city.city import read_city

    city = read_city(city_folder(study.city), stock=study.stock, sites=study.sites, technologies=study.technology)
    from sim.study.run import run_study  # after the city, whose mistakes are the user's and come at once

    return run_study(
        study, city, progress=lambda text, share: progress(text, 0.02 + (RUN_SHARE - 0.02) * share), pilot=pilot
    )


def write_outputs(study: Study, result: StudyResult, folder: Path, *, progress: Tell) -> None:
    """Settings, tables, figures and report of a result; everything but run.json, which holds times."""
    from sim.app.tables import settings_yaml, write_tables
    from sim.parameter import provenance
    from sim.report.page import write_report

    progress("writing tables", RUN_SHARE)
    (folder / "study.yaml").write_text(settings_yaml(study), encoding="utf-8")
    write_tables(result, folder)
    progress("drawing maps and the report", RUN_SHARE + 0.03)
    write_report(result, folder, provenance(study))


@contextmanager
def whole_folder(folder: Path) -> Iterator[tuple[Path, Callable[[], Path]]]:
    """A hidden folder to write into, and a function that gives it its name; without that call nothing is left.

    It is made before the run, so that a place that cannot be written is found then and not after it.
    """
    missing = [parent for parent in folder.parents if not parent.exists()]
    unfinished = folder.with_name(f".{folder.name}.{os.getpid()}.unfinished")
    try:
        unfinished.mkdir(parents=True)
        (unfinished / "probe").write_bytes(b"")
        (unfinished / "probe").unlink()
    except (OSError, ValueError) as error:
        _tidy(unfinished, missing)
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(
            [f"output: '{folder.parent}' cannot be written ({reason}); choose another with output=FOLDER"]
        ) from None

    def finish() -> Path:
        final, number = folder, 1
        while final.exists():
            number += 1
            final = folder.with_name(f"{folder.name}_{number}")
        unfinished.replace(final)
        return final

    try:
        yield unfinished, finish
    finally:
        if unfinished.exists():
            _tidy(unfinished, missing)


def _tidy(unfinished: Path, made: list[Path]) -> None:
    shutil.rmtree(unfinished, ignore_errors=True)
    for parent in made:  # innermost first; only those this run made, and only while they are empty
        with contextlib.suppress(OSError):
            parent.rmdir()


def run_json(study: Study, result: StudyResult, *, written_s: float) -> str:
    """What is needed to trust and repeat a run. No user, host or absolute path."""
    certificate = result.plan.certificate
    record: dict[str, Any] = {
        "ladeplan": version(),
        "name": study.name,
        "seed": study.seed,
        "reproducible": certificate.reproducible,
        "plan": {
            "solver": certificate.solver,
            "status": certificate.status,
            "objective": certificate.objective,
            "bound": certificate.bound if math.isfinite(certificate.bound) else None,
            "gap": certificate.gap if math.isfinite(certificate.gap) else None,
            "capex_eur": result.plan.capex_eur,
        },
        **_trust(study, result),
        "inputs_sha256": input_hashes(study),
        "python": platform.python_version(),
        "packages": _package_versions(),
        "timings_s": {name: round(seconds, 3) for name, seconds in result.timings.items()}
        | {"tables, figures and report": round(written_s, 3)},
        "finished": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _trust(study: Study, result: StudyResult) -> dict[str, Any]:
    """Which engines ran and agreed, and how precise the verdict is; half-widths that do not exist are null."""
    trust, precision = result.trust, study.simulation.precision
    if trust is None:
        return {}
    compared = trust.engines_agree is not None
    widths = {side: getattr(trust.reached, side) for side in ("as_is", "plan", "difference")}
    return {
        "engines_agree": trust.engines_agree,
        "engines": {
            "search": trust.engines.search,
            "verdict": trust.engines.verdict,
            "second": trust.engines.twin,
            "replications_compared": trust.reached.replications if compared else 0,
            "requests_compared": trust.requests if compared else 0,
            "note": trust.engines.note,
        },
        "verdict": {
            "replications": trust.reached.replications,
            "stopped": trust.reached.stopped,
            "kpi": precision.kpi,
            "error": precision.error,
            "half_width": {side: width if math.isfinite(width) else None for side, width in widths.items()},
            "wanted": {"level": precision.level_half_width, "difference": precision.difference_half_width},
        },
    }


def input_hashes(study: Study) -> dict[str, str]:
    """SHA-256 of every file of the city bundle, by its path within the bundle."""
    folder = city_folder(study.city)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        f"{folder.name}/{path.relative_to(folder).as_posix()}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def _package_versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[package] = metadata.version(package)
    return found
