"""One replicate from start or checkpoint to its tables."""

from __future__ import annotations

import io
import os
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosystem.core.parameters import SettingTooSmall
from ecosystem.experiments import snapshot
from ecosystem.experiments.checkpoint import Keeper
from ecosystem.experiments.folder import Layout
from ecosystem.experiments.provenance import PACKAGE, peak_memory, scenario_hash
from ecosystem.experiments.tables import arrow

if TYPE_CHECKING:
    import pandas as pd

    from ecosystem.model import WebEcosystem
    from ecosystem.scenario import Scenario

__all__ = ["Failure", "Job", "Outcome", "Progress", "Report", "failure_of", "simulate"]

AUTHORS = 1_000
"""Authors in the sample of the author graph. assumption: more than a picture can show."""

REPORT_SECONDS = 0.1
"""Shortest time between two reports of progress. assumption: as fast as one can read."""


@dataclass(frozen=True)
class Job:
    """One replicate to simulate.

    Attributes:
        scenario: what is simulated.
        replicate: its number, from 0.
        seed: of this replicate.
        folder: where its tables go.
        checkpoints: whether to keep checkpoints, and to go on from one that is there.
        every: months between checkpoints; None leaves it to what they cost.
    """

    scenario: Scenario
    replicate: int
    seed: int
    folder: Path
    checkpoints: bool = True
    every: int | None = None

    @property
    def identity(self) -> dict[str, Any]:
        """What its snapshots are known by."""
        return {"scenario": scenario_hash(self.scenario), "seed": self.seed, "replicate": self.replicate}


@dataclass(frozen=True)
class Progress:
    """Where a replicate stands.

    Attributes:
        replicate: its number, from 0.
        step: months done.
        steps: months in all.
        date: the month just done, "2021-05".
        items: new items of the last month recorded.
        synthetic_share: of them; NaN without any.
        accuracy: of the best lab's model; NaN before the first.
        note: something the user should know, in place of all else; mostly empty.
    """

    replicate: int
    step: int
    steps: int
    date: str
    items: float = float("nan")
    synthetic_share: float = float("nan")
    accuracy: float = float("nan")
    note: str = ""


type Report = Callable[[Progress], object]


@dataclass(frozen=True)
class Failure:
    """What stopped a replicate.

    Attributes:
        reason: one line.
        where: the calls that led there, the innermost last, as "ecosystem/model.py:74 step".
        died: whether its process ended without a word.
        defect: whether the program is to blame, not the machine.
        lasting: whether the scenario is to blame, so that going on would end the same way.
    """

    reason: str
    where: tuple[str, ...] = ()
    died: bool = False
    defect: bool = False
    lasting: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a job.

    Attributes:
        replicate: its number.
        step: months done.
        peak_memory: most memory held by the process, bytes.
        finished: whether all months are done and the tables written.
        failure: why not, unless it was only asked to stop.
    """

    replicate: int
    step: int
    peak_memory: int
    finished: bool
    failure: Failure | None = None


def simulate(job: Job, report: Report, stopping: Callable[[], bool]) -> Outcome:
    """Run a replicate to its end, or until ``stopping`` says so; errors come back as an outcome."""
    reached = [0]
    try:
        finished = _simulate(job, report, stopping, reached)
    except Exception as error:  # noqa: BLE001 - some errors cannot be sent between processes
        return Outcome(job.replicate, reached[0], peak_memory(), finished=False, failure=failure_of(error))
    return Outcome(job.replicate, reached[0], peak_memory(), finished=finished)


def _simulate(job: Job, report: Report, stopping: Callable[[], bool], reached: list[int]) -> bool:
    if stopping():
        return False
    layout, scenario = Layout(job.folder), job.scenario
    path = layout.checkpoint(job.replicate) if job.checkpoints else None
    model = _start(job, path, report)
    keeper = Keeper(path, job.identity, job.every)
    clock, told = model.world.clock, time.monotonic()
    reached[0] = clock.step
    while clock.step < scenario.steps:
        if stopping():
            keeper.save(model, job.replicate)
            return False
        model.step()
        reached[0] = clock.step
        if time.monotonic() - told >= REPORT_SECONDS or clock.step == scenario.steps:
            report(_progress(model, job))
            told = time.monotonic()
        if clock.step < scenario.steps and keeper.due(clock.step):
            keeper.save(model, job.replicate)
    _save_part(layout.part(job.replicate), model, job)
    keeper.remove()
    return True


def _start(job: Job, path: Path | None, report: Report) -> WebEcosystem:
    """The model at its start, or where its checkpoint was made."""
    from ecosystem.model import WebEcosystem  # noqa: PLC0415 - slow to import

    model = WebEcosystem(job.scenario, seed=job.seed)
    if path is not None and path.exists():
        try:
            model.load(snapshot.read_state(path, job.identity))
        except snapshot.BadSnapshot as error:
            note = f"{error}; starting this replicate again"
            report(Progress(job.replicate, 0, job.scenario.steps, str(job.scenario.start), note=note))
    return model


def _progress(model: WebEcosystem, job: Job) -> Progress:
    clock, latest = model.world.clock, model.recorder.latest
    accuracy = latest("labs", "accuracy")
    known = accuracy[~np.isnan(accuracy)]
    return Progress(
        replicate=job.replicate, step=clock.step, steps=job.scenario.steps, date=str(clock.start + (clock.step - 1)),
        items=float(latest("web", "items")[0]), synthetic_share=float(latest("web", "synthetic_share")[0]),
        accuracy=float(known.max()) if known.size else float("nan"),
    )  # fmt: skip


def _save_part(path: Path, model: WebEcosystem, job: Job) -> None:
    """Keep the tables of a finished replicate, and the first one's sample of the author graph."""
    from ecosystem.measures.extracts import author_graph, degrees, item_sample  # noqa: PLC0415 - slow to import

    frames: dict[str, pd.DataFrame] = model.recorder.tables()
    frames["items"] = item_sample(model.world, job.scenario.observation.sampled_items)
    frames["degrees"] = degrees(model.world)
    frames["texts"] = model.recorder.texts.frame()
    tables = {name: arrow(frame, job.replicate) for name, frame in frames.items()}
    graph = None
    if job.replicate == 0:
        import networkx as nx  # noqa: PLC0415 - slow to import

        buffer = io.BytesIO()
        nx.write_graphml(author_graph(model.world, AUTHORS), buffer)
        graph = buffer.getvalue()
    snapshot.save(path, job.identity, {}, tables, graph)


def failure_of(error: Exception) -> Failure:
    """An error in words that can be kept and sent between processes."""
    from ecosystem.core.networks import NetworkFileError  # noqa: PLC0415 - slow to import
    from ecosystem.strategies.texts.base import TextFileError  # noqa: PLC0415 - slow to import

    calls = traceback.extract_tb(error.__traceback__)
    where = tuple(f"{_place(call.filename)}:{call.lineno} {call.name}" for call in calls)
    if isinstance(error, OSError) and error.errno is not None:
        return Failure(os.strerror(error.errno) + (f": {Path(error.filename).name}" if error.filename else ""), where)
    if isinstance(error, (SettingTooSmall, NetworkFileError, TextFileError)):
        return Failure(str(error), where, lasting=True)
    if isinstance(error, MemoryError):
        return Failure("out of memory; use fewer humans or fewer workers", where)
    return Failure(f"{type(error).__name__}: {error}", where, defect=True)


def _place(filename: str) -> str:
    """A source file without the part of its path that tells about the machine."""
    path = Path(filename)
    if path.is_relative_to(PACKAGE.parent):
        return path.relative_to(PACKAGE.parent).as_posix()
    return "/".join(path.parts[-2:])
