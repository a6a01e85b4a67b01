"""docs/validity.md and its pictures: `make validity`, or `python -m sim.app.validity`.

`python -m sim.app.validity observed` computes the committed figures of real sessions anew from the sessions themselves,
in the folder that LADEPLAN_DATA names.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from sim.app.config import load_study
from sim.app.paths import city_folder, home
from sim.city.city import read_city
from sim.errors import DataError
from sim.validity.case import CASES, Bench, Finding
from sim.validity.cases import EXACT_SEEDS
from sim.validity.observed import OBSERVED, write_observed
from sim.validity.page import validity_page

PAGE = Path("docs") / "validity.md"
PICTURES_FOLDER = Path("docs") / "figures"
RAW_DATA = "LADEPLAN_DATA"


def engine_here() -> str:
    """The compiled engine where numba is installed, else SimPy; both give the same page."""
    return "compiled" if importlib.util.find_spec("numba") else "simpy"


def shipped_bench(*, engine: str, seeds: range = EXACT_SEEDS) -> Bench:
    """The settings and the city of `ladeplan` without further words."""
    study = load_study()
    city = read_city(
        city_folder(study.city), stock=study.stock, sites=study.sites, technologies=study.technology
    )  # fmt: skip
    return Bench(study, city, engine, seeds)


def write_page(bench: Bench) -> Mapping[str, Finding]:
    """Run all cases, write the page and its pictures.

    Errors: DataError where there is no `docs/` to write to.
    """
    from sim.report.validity import save_pictures

    if not (home() / PICTURES_FOLDER).is_dir():
        raise DataError([f"{home() / PICTURES_FOLDER}: no such folder; run this in a checkout"])
    findings = {}
    for name in CASES:
        since = time.perf_counter()
        findings[name] = CASES[name](bench)
        print(f"{name}: {len(findings[name].rows)} rows, {time.perf_counter() - since:.0f} s", file=sys.stderr)
    tables = {name: table for finding in findings.values() for name, table in finding.tables.items()}
    words = save_pictures(tables, home() / PICTURES_FOLDER)
    pictures = {f"{PICTURES_FOLDER.name}/{file}": said for file, said in words.items()}
    page = validity_page(findings, pictures)
    (home() / PAGE).write_text(page, encoding="utf-8", newline="\n")
    return findings


def raw_folder() -> Path:
    """Where the raw data lie.

    Errors: DataError if LADEPLAN_DATA names no folder.
    """
    folder = Path(os.environ.get(RAW_DATA, ""))
    if not os.environ.get(RAW_DATA) or not folder.is_dir():
        raise DataError([f"{RAW_DATA}: names no folder ('{folder}'); give the folder that holds sessions-hamburg/"])
    return folder


def main(words: list[str]) -> int:
    """Write the page, or with `observed` the figures of real sessions."""
    try:
        if words == ["observed"]:
            write_observed(raw_folder())
            print(f"wrote {len(OBSERVED.names())} tables; now run `make validity`")
        elif words:
            raise DataError([f"{' '.join(words)}: not understood; give nothing, or `observed`"])
        else:
            engine = engine_here()
            print(f"engine: {engine}", file=sys.stderr)
            write_page(shipped_bench(engine=engine))
            print(f"wrote {PAGE.as_posix()}")
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
