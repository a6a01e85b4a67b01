"""A sweep: several studies side by side, one folder each, and one table that compares them.

Hydra's launcher spreads the jobs (joblib by default). A job that fails is recorded and the others go on.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import shutil
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from sim.app.comparison import write_comparison
from sim.app.config import Order, settings_at_home
from sim.app.overrides import quoted
from sim.app.run import Tell, run_into, whole_folder
from sim.errors import SimError

LOOK_EVERY_S = 0.5
Run = Callable[..., Path]


@dataclass(frozen=True)
class Failure:
    """A job that ended without results: its number and name, what to tell, and whether the user can put it right."""

    number: int
    name: str
    problem: str
    by_user: bool


def run_sweep(
    orders: Sequence[Order], overrides: list[str], *, progress: Tell, run: Run = run_into
) -> tuple[Path, list[Failure]]:
    """Run all orders and write `<output>/sweeps/<sweep_name or time>/`; returns that folder and what failed.

    run : does one study; takes study, folder and `progress`
    """
    place = orders[0].place
    name = place.sweep_name or datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
    with whole_folder(Path(place.output) / "sweeps" / name) as (_, finish):
        folder = finish()  # jobs are whole one by one, so that a long sweep can be followed
    try:
        failures = _launch(orders, overrides, folder, progress, run)
    except KeyboardInterrupt:
        _keep_whole_jobs(folder)
        raise
    done = [number for number in range(len(orders)) if (folder / job_name(number, orders[number])).is_dir()]
    if done:
        write_comparison({job_name(n, orders[n]): orders[n] for n in done}, folder)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return folder, failures


def _keep_whole_jobs(folder: Path) -> None:
    """After an interrupt: workers that were killed could not tidy up themselves."""
    for unfinished in folder.glob(".*.unfinished"):
        shutil.rmtree(unfinished, ignore_errors=True)
    for empty in (folder, folder.parent, folder.parent.parent):
        with contextlib.suppress(OSError):  # not empty: holds jobs that are done, or something of someone else
            empty.rmdir()


def job_name(number: int, order: Order) -> str:
    """Folder of a job within its sweep."""
    return f"{number:02d}_{order.study.name}"


def _launch(orders: Sequence[Order], overrides: list[str], folder: Path, progress: Tell, run: Run) -> list[Failure]:
    jobs = functools.partial(run_job, orders=tuple(orders), folder=str(folder.absolute()), run=run)
    with settings_at_home() as hydra, tempfile.TemporaryDirectory() as scrap, _watched(orders, folder, progress):
        words = [quoted(word) for word in overrides]
        given = [*words, f"hydra.sweep.dir='{scrap}'"]  # Hydra leaves a file there, which nobody needs
        try:
            batches = hydra.multirun(
                config_name="config", task_function=jobs, overrides=given, with_log_configuration=False
            )
        except Exception as error:  # a worker that was killed takes the pool with it; what is done stays
            lost = [n for n, order in enumerate(orders) if not (folder / job_name(n, order)).is_dir()]
            return [Failure(n, orders[n].study.name, f"ended without a word ({error})", False) for n in lost]
    returned = [job.return_value for batch in batches for job in batch]
    return [failure for failure in returned if isinstance(failure, Failure)]


def run_job(_: DictConfig, *, orders: tuple[Order, ...], folder: str, run: Run) -> Failure | None:
    """One job of a sweep, in a process of its own; what goes wrong is returned, never raised."""
    number = HydraConfig.get().job.num
    order = orders[number]
    # the cores are taken by the other jobs
    simulation = dataclasses.replace(order.study.simulation, workers=1)
    study = dataclasses.replace(order.study, simulation=simulation)
    try:
        run(study, Path(folder) / job_name(number, order), progress=lambda text, share: None)
    except SimError as error:
        return Failure(number, study.name, str(error), True)
    except (Exception, SystemExit):
        return Failure(number, study.name, traceback.format_exc(), False)
    return None


@contextmanager
def _watched(orders: Sequence[Order], folder: Path, progress: Tell) -> Iterator[None]:
    """Tell how many jobs are done, from the folders they leave: that works with every launcher."""
    stop = threading.Event()

    def look() -> None:
        while True:
            done = sum((folder / job_name(number, order)).is_dir() for number, order in enumerate(orders))
            progress(f"{done} of {len(orders)} studies done", done / len(orders))
            if stop.wait(LOOK_EVERY_S):
                return

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
