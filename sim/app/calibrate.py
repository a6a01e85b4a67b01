"""`ladeplan calibrate FILE layout=... use_case=... name=...`: fits demand to a user's own sessions.

It writes `configs/demand/NAME.yaml` into the working folder, which `ladeplan demand=NAME` and scenarios then choose.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from sim.app.calibrate_words import GROUP, OVERWRITE, Wanted, wanted_of
from sim.app.calibrated_file import FIRST_LINE, calibrated_yaml
from sim.app.config import load_study
from sim.app.paths import home
from sim.app.schema import build
from sim.app.where import readable
from sim.demand.calibrate import Calibration, calibrate
from sim.demand.settings import Demand
from sim.errors import DataError
from sim.importers.layout import Chosen
from sim.importers.sessions import Observed, read_observed


def calibrate_file(words: Sequence[str]) -> str:
    """Fit, write the settings, and tell how well they fit.

    Raises DataError with every problem; nothing is written then.
    """
    wanted = wanted_of([word for word in words if word != OVERWRITE])
    target = Path.cwd() / "configs" / GROUP / f"{wanted.name}.yaml"
    problems = _taken(target, wanted, overwrite=OVERWRITE in words)
    try:
        observed = read_observed(wanted.file, wanted.layout)
        demand = load_study([f"{GROUP}={wanted.base}"]).demand
    except DataError as error:
        problems += error.problems
    if problems:
        raise DataError(problems)
    found = _fitted(observed, wanted, demand)
    text = calibrated_yaml(found, name=wanted.name, base=wanted.base, layout=observed.layout.title)
    build(Demand, _laid_over(dataclasses.asdict(demand), yaml.safe_load(text)), GROUP)
    _write_whole(target, text)
    return _told(observed, found, target)


def _taken(target: Path, wanted: Wanted, *, overwrite: bool) -> list[str]:
    """Why the file to write may not be written: one that stands there may not go."""
    shipped = home() / "configs" / GROUP / target.name
    if wanted.name in ("default", wanted.base) or (shipped.exists() and shipped != target):
        return [f"calibrate: name={wanted.name} is taken by settings that are built on; choose another"]
    if not target.exists():
        return []
    if not target.read_text(encoding="utf-8", errors="replace").startswith(FIRST_LINE):
        return [f"calibrate: {readable(target)} was not written by calibrate; choose another name=..."]
    if not overwrite:
        return [f"calibrate: {readable(target)} is there already; choose another name=..., or add {OVERWRITE}"]
    return []


def _fitted(observed: Observed, wanted: Wanted, demand: Demand) -> list[Calibration]:
    """One calibration for each use case; raises DataError with the problems of all of them."""
    found, problems = [], list[str]()
    for use_case in wanted.use_cases:
        try:
            sessions = _rows(observed, wanted, use_case)
            found.append(
                calibrate(
                    sessions, use_case=use_case, demand=demand, source=observed.source,
                    point_kw=observed.layout.point_kw,
                )
            )  # fmt: skip
        except DataError as error:
            problems += [f"{problem} ({use_case})" for problem in error.problems]
    if problems:
        raise DataError(problems)
    return found


def _rows(observed: Observed, wanted: Wanted, use_case: str) -> pd.DataFrame:
    """The sessions that tell about a use case."""
    sessions, layout = observed.sessions, observed.layout
    if use_case not in layout.use_cases and not wanted.groups and (layout.use_cases or len(wanted.use_cases) > 1):
        named = ", ".join(layout.use_cases) or "none"
        raise DataError(
            [f"calibrate: layout {layout.name} does not say which rows are {use_case} (but: {named}); add group=..."]
        )
    chosen = layout.use_cases.get(use_case, Chosen())
    groups = wanted.groups or chosen.groups
    if groups:
        there = sorted(set(sessions["group"]) - {""})
        unknown = [group for group in groups if group not in there]
        if unknown and (wanted.groups or len(unknown) == len(groups)):  # a layout may name more than a file has
            known = ", ".join(there[:12]) or "none"
            raise DataError(f"{observed.source}: group '{group}': no session; there are: {known}" for group in unknown)
        sessions = sessions[sessions["group"].isin(groups)]
    shorter = wanted.shorter_than_h or chosen.shorter_than_h
    if shorter is not None:
        sessions = sessions[sessions["end"] - sessions["start"] < pd.Timedelta(hours=shorter)]
    return sessions


def _laid_over(base: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with those of a file put over them, as Hydra does it."""
    laid = dict(base)
    for key, value in own.items():
        if key == "defaults":
            continue
        both = isinstance(value, dict) and isinstance(laid.get(key), dict)
        laid[key] = _laid_over(laid[key], value) if both else value
    return laid


def _write_whole(target: Path, text: str) -> None:
    """Write the file whole or not at all."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        unfinished.replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(
            [f"calibrate: {readable(target)} cannot be written ({reason}); go to a folder of your own"]
        ) from None
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()


def _told(observed: Observed, found: Sequence[Calibration], target: Path) -> str:
    """What was read, how well it fits, and how to use it."""
    lines = [observed.told()]
    for fit in found:
        lines += [
            "",
            f"{fit.use_case}: {fit.n:,} sessions at {fit.chargers:,} chargers, {fit.first_day} to {fit.last_day}",
        ]
        lines += _table(fit.fits)
        lines += [f"  note: {note}" for note in fit.notes]
    lines += ["", f"written: {readable(target)}", f"use it:  ladeplan {GROUP}={target.stem}"]
    return "\n".join(lines) + "\n"


def _table(fits: pd.DataFrame) -> list[str]:
    """Seen and fitted side by side; stays in h, idle in min, energy in kWh, states of charge as shares."""
    head = ["", "n", "mean", "median", "over 8 h", "KS", "", "law"]
    rows = [head]
    for row in fits.itertuples():
        both = [
            f"{seen:{form}} / {fitted:{form}}" if seen == seen and fitted == fitted else ""
            for seen, fitted, form in (
                (row.mean_seen, row.mean_fitted, ".3g"),
                (row.median_seen, row.median_fitted, ".3g"),
                (row.over_8h_seen, row.over_8h_fitted, ".3f"),
            )
        ]
        ks = f"{row.ks:.3f}" if row.ks == row.ks else ""
        rows.append([row.setting, f"{row.n:,}", *both, ks, row.judged, row.law])
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    told = ["  seen / fitted; KS is the largest distance of the two distribution functions"]
    told += [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return told
