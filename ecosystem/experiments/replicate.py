"""One replicate from start or checkpoint to its tables."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.threads import allowing
from ecosystem.experiments import snapshot
from ecosystem.experiments.checkpoint import Keeper, restore
from ecosystem.experiments.failures import Failure, failure_of
from ecosystem.experiments.folder import Layout
from ecosystem.experiments.graphml import graphml
from ecosystem.experiments.provenance import peak_memory, scenario_hash
from ecosystem.experiments.tables import arrow

if TYPE_CHECKING:
    from ecosystem.experiments.archive import ItemArchive
    from ecosystem.model import WebEcosystem
    from ecosystem.scenario import Scenario

__all__ = ["Course", "Job", "Outcome", "Progress", "Report", "simulate"]

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
        threads: that kernels may use meanwhile; results do not depend on it.
        profile: whether to take the time of each phase of a month.
    """

    scenario: Scenario
    replicate: int
    seed: int
    folder: Path
    checkpoints: bool = True
    every: int | None = None
    threads: int = 1
    profile: bool = False

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
class Outcome:
    """What came of a job.

    Attributes:
        replicate: its number.
        step: months done.
        peak_memory: most memory held by the process, bytes.
        finished: whether all months are done and the tables written.
        failure: why not, unless it was only asked to stop.
        items: made meanwhile.
        seconds: by what they were spent on: "start-up", "writing" and, if asked for, the phases of a month.
    """

    replicate: int
    step: int
    peak_memory: int
    finished: bool
    failure: Failure | None = None
    items: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass
class Course:
    """How far a replicate has come, and what that took; see :class:`Outcome`."""

    step: int = 0
    items: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @contextlib.contextmanager
    def spending(self, what: str) -> Iterator[None]:
        """Count the time meanwhile as spent on something."""
        since = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[what] = self.seconds.get(what, 0.0) + time.perf_counter() - since

    def outcome(self, job: Job, *, finished: bool = False, failure: Failure | None = None) -> Outcome:
        """What to tell of it."""
        return Outcome(job.replicate, self.step, peak_memory(), finished, failure, self.items, self.seconds)


def simulate(job: Job, report: Report, stopping: Callable[[], bool]) -> Outcome:
    """Run a replicate to its end, or until ``stopping`` says so; errors come back as an outcome."""
    course = Course()
    try:
        with allowing(job.threads):
            finished = _simulate(job, report, stopping, course)
    except Exception as error:  # noqa: BLE001 - some errors cannot be sent between processes
        return course.outcome(job, failure=failure_of(error))
    return course.outcome(job, finished=finished)


def _simulate(job: Job, report: Report, stopping: Callable[[], bool], course: Course) -> bool:
    if stopping():
        return False
    layout = Layout(job.folder)
    path = layout.checkpoint(job.replicate) if job.checkpoints else None
    with course.spending("start-up"):
        model, archive = _start(job, path, report)
    model.profile = job.profile
    keeper = Keeper(path, job.identity, job.every, archive)
    try:
        finished = _go_on(model, keeper, job, report, stopping, course)
        if finished:
            with course.spending("writing"):
                model.world.forget_last_month()
                _save_part(layout.part(job.replicate), model, archive, job)
                keeper.remove()
    finally:
        model.profile = False
        course.seconds |= model.timings
        if archive is not None:
            archive.segments.abandon()
    return finished


def _go_on(
    model: WebEcosystem, keeper: Keeper, job: Job, report: Report, stopping: Callable[[], bool], course: Course
) -> bool:
    """Simulate the months that are left; False if it was told to stop before the last."""
    steps, archive = job.scenario.steps, keeper.archive
    clock, told = model.world.clock, time.monotonic()
    course.step, before = clock.step, _items(model)
    while clock.step < steps:
        if stopping():
            with course.spending("writing"):
                keeper.save(model, job.replicate)
            return False
        model.step()
        if archive is not None:
            with course.spending("writing"):
                archive.follow(model.world)
        course.step, course.items = clock.step, _items(model) - before
        if time.monotonic() - told >= REPORT_SECONDS or clock.step == steps:
            report(_progress(model, job))
            told = time.monotonic()
        if clock.step < steps and keeper.due(clock.step):
            with course.spending("writing"):
                keeper.save(model, job.replicate)
    return True


def _items(model: WebEcosystem) -> int:
    """Items made so far, those that have left memory among them."""
    return model.world.past.items + len(model.world.content)


def _start(job: Job, path: Path | None, report: Report) -> tuple[WebEcosystem, ItemArchive | None]:
    """The model at its start, or where its checkpoint was made, and the archive of items if all are kept."""
    from ecosystem.experiments.archive import ItemArchive  # noqa: PLC0415 - imports the engine
    from ecosystem.model import WebEcosystem  # noqa: PLC0415 - slow to import

    model = WebEcosystem(job.scenario, seed=job.seed)
    whole = job.scenario.observation.items == "all"
    archive = ItemArchive(Layout(job.folder).items(job.replicate), job.replicate) if whole else None
    if path is not None and path.exists():
        try:
            restore(path, job.identity, model, archive)
        except snapshot.BadSnapshot as error:
            note = f"{error}; starting this replicate again"
            report(Progress(job.replicate, 0, job.scenario.steps, str(job.scenario.start), note=note))
        else:
            return model, archive
    if archive is not None:
        archive.segments.clear()
    return model, archive


def _progress(model: WebEcosystem, job: Job) -> Progress:
    clock = model.world.clock
    accuracy = _latest(model, "labs", "accuracy")
    known = accuracy[~np.isnan(accuracy)]
    return Progress(
        replicate=job.replicate, step=clock.step, steps=job.scenario.steps, date=str(clock.start + (clock.step - 1)),
        items=float(_latest(model, "web", "items")[0]),
        synthetic_share=float(_latest(model, "web", "synthetic_share")[0]),
        accuracy=float(known.max()) if known.size else float("nan"),
    )  # fmt: skip


def _latest(model: WebEcosystem, table: str, name: str) -> NDArray[np.float64]:
    """A metric in the newest month recorded; a NaN if it is not recorded."""
    if f"{table}.{name}" in model.recorder:
        return model.recorder.latest(table, name)
    return np.full(1, np.nan)


def _save_part(path: Path, model: WebEcosystem, archive: ItemArchive | None, job: Job) -> None:
    """Keep the tables of a finished replicate, and the first one's sample of the author graph."""
    from ecosystem.measures.authors import author_graph  # noqa: PLC0415 - slow to import
    from ecosystem.measures.extracts import degrees, item_sample  # noqa: PLC0415 - slow to import

    found = model.recorder.columns()
    found["degrees"] = degrees(model.world)
    found["texts"] = model.recorder.texts.columns()
    header = dict(job.identity)
    if archive is None:
        found["items"] = item_sample(model.world, job.scenario.observation.sampled_items)
    else:
        archive.finish(model.world)
        header[snapshot.SEALS] = archive.segments.seals
    tables = {name: arrow(columns, job.replicate) for name, columns in found.items()}
    graph = None
    if job.replicate == 0:
        graph = graphml(author_graph(model.world, AUTHORS))
    # What was too short for a checkpoint is sooner made again than waited for, should it be lost with the power.
    snapshot.save(path, header, {}, tables, graph, sync=Layout(job.folder).checkpoint(job.replicate).exists())
