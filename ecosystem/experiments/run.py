"""Run a scenario: replicates, in one process or several, into a results folder or into memory."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ecosystem.experiments import provenance
from ecosystem.experiments.errors import RunAborted, RunInterrupted, RunRefused
from ecosystem.experiments.executors import run_here, run_in_processes
from ecosystem.experiments.files import remove
from ecosystem.experiments.folder import Layout, check_resume, refuse_unless_free
from ecosystem.experiments.lock import Lock, refuse_if_held
from ecosystem.experiments.replicate import Failure, Job, Outcome, Progress, failure_of
from ecosystem.experiments.results import Results, load, merge_parts, write_scenario
from ecosystem.experiments.seeds import replicate_seed
from ecosystem.experiments.signals import StopRequests

if TYPE_CHECKING:
    from ecosystem.scenario import Scenario

__all__ = ["run"]

RESERVED = 256 * 1024
"""Bytes kept free for the last words of a run that filled the disk. assumption: several times the
size of a provenance file."""


def run(
    scenario: Scenario,
    seed: int = 0,
    replicates: int = 1,
    workers: int = 1,
    out: str | Path | None = None,
    resume: bool = False,  # noqa: FBT001, FBT002 - given by name
    progress: Callable[[Progress], object] | None = None,
    *,
    force: bool = False,
    checkpoint_every: int | None = None,
) -> Results:
    """Run a scenario.

    Args:
        scenario: what is simulated.
        seed: any integer. Replicate 0 uses it as it is, the others seeds derived from it and their
            number (:func:`ecosystem.experiments.seeds.replicate_seed`).
        replicates: how many runs that differ in their seed.
        workers: processes that share the replicates; results do not depend on it.
        out: results folder, new or empty; without one the results are kept in memory only.
        resume: go on with the unfinished run in ``out``, to the same bits as if it had not stopped.
        progress: told where each replicate stands, some times a second.
        force: replace the results of a finished run in ``out``.
        checkpoint_every: months between checkpoints; by default as often as costs little.

    Raises:
        RunRefused: wrong use, such as a folder that is in use; nothing has been written.
        RunAborted: the run failed or (RunInterrupted) was asked to stop; what was done is in ``out``.
    """
    _check(seed, replicates, workers, out, resume=resume, force=force)
    seeds = [replicate_seed(seed, replicate) for replicate in range(replicates)]
    report = progress or (lambda _: None)
    if out is None:
        with tempfile.TemporaryDirectory(prefix="ecosystem-") as place:
            attempt = _Attempt(Path(place), scenario, seeds, workers, checkpoints=False)
            attempt.record = provenance.begin(scenario, seeds, workers)
            attempt.go(report)
            found = load(place)
            return Results(found.provenance, found.tables, found.graphml)
    folder = Path(out)

    def admitted() -> dict[str, Any] | None:
        if resume:
            return check_resume(folder, scenario, seeds)
        return refuse_unless_free(folder, force=force)

    refuse_if_held(folder)
    admitted()  # so that nothing is written where it is not
    with _Claim(folder):
        before = admitted()  # and another run may have ended there meanwhile
        attempt = _Attempt(folder, scenario, seeds, workers, every=checkpoint_every)
        if before is None or before["status"] != "done":
            attempt.open(before)
            attempt.go(report)
    return load(folder)


def _check(seed: int, replicates: int, workers: int, out: object, *, resume: bool, force: bool) -> None:
    wrong = None
    if isinstance(seed, bool) or not isinstance(seed, int):
        wrong = f"seed must be a whole number, not {seed!r}"
    elif replicates < 1:
        wrong = f"replicates must be at least 1, not {replicates}"
    elif workers < 1:
        wrong = f"workers must be at least 1, not {workers}"
    elif resume and out is None:
        wrong = "resume needs the folder of the run, given as out"
    elif resume and force:
        wrong = "resume goes on with a run and force replaces one; choose"
    if wrong:
        raise RunRefused(wrong)


class _Claim:
    """A results folder made where needed and locked while entered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> None:
        missing = [path for path in (self.folder, *self.folder.parents) if not path.exists()]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = Lock(self.folder)
        except OSError as error:
            for path in missing:
                if path.is_dir():
                    path.rmdir()
            message = f"{self.folder}: cannot be written: {error.strerror}; choose another --out"
            raise RunAborted(message) from error

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class _Attempt:
    """One session of a run in one folder, whose provenance it keeps up to date."""

    def __init__(
        self, folder: Path, scenario: Scenario, seeds: list[int], workers: int, *,
        checkpoints: bool = True, every: int | None = None,
    ) -> None:  # fmt: skip
        self.folder, self.layout = folder, Layout(folder)
        self.scenario, self.seeds, self.workers = scenario, seeds, workers
        self.checkpoints, self.every = checkpoints, every
        self.record: dict[str, Any] = {}
        self.started = time.monotonic()

    def open(self, before: dict[str, Any] | None) -> None:
        """Say first of all that a run is going on here, and remove what an earlier one left."""
        self.record = provenance.begin(self.scenario, self.seeds, self.workers)
        if before is not None:
            kept = ("started", "wall_seconds", "peak_memory_bytes", "months_done", "units", "definitions")
            self.record |= {name: before[name] for name in kept}
            self.record["resumed"] = [*before["resumed"], provenance.now()]
        try:
            provenance.write(self.folder, self.record)
            if before is None:
                self.layout.clear()
            self.layout.reserve.write_bytes(b"\0" * RESERVED)
        except OSError as error:
            self._abort(failure_of(error), error)

    def go(self, report: Callable[[Progress], object]) -> None:
        """Run what is not finished yet and join the tables.

        Raises:
            RunAborted: it failed, or (RunInterrupted) was asked to stop.
        """
        with StopRequests() as stopping:
            try:
                self._prepare()
                outcomes = self._replicates(report, stopping)
                self._note(outcomes)
                # Workers that die when everything is told to stop have been told too.
                failures = [o.failure for o in outcomes if o.failure and not (o.failure.died and stopping())]
                if failures:
                    self._abort(failures[0])
                if not all(map(self._finished, range(len(self.seeds)))):
                    self._end("interrupted", f"stopped by {stopping.reason}")
                    raise RunInterrupted(self.record["reason"], self._kept(), resumable=self.checkpoints)
                merge_parts(self.folder, len(self.seeds))
                self._end("done", None)
            except KeyboardInterrupt:
                self._end("interrupted", "stopped at once by a second request, since the last checkpoint nothing was saved")
                raise RunInterrupted(self.record["reason"], self._kept(), resumable=self.checkpoints) from None
            except RunAborted:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the folder has to say so
                self._abort(failure_of(error), error)
        for path in (self.layout.parts, self.layout.checkpoints, self.layout.reserve):
            remove(path)

    def _prepare(self) -> None:
        from ecosystem.experiments.columns import definitions, units  # noqa: PLC0415 - imports the engine

        if not self.record["units"]:
            self.record |= {"units": units(), "definitions": definitions()}
            write_scenario(self.folder, self.scenario)
            provenance.write(self.folder, self.record)
        self.layout.parts.mkdir(exist_ok=True)

    def _replicates(self, report: Callable[[Progress], object], stopping: StopRequests) -> list[Outcome]:
        jobs = [
            Job(self.scenario, replicate, seed, self.folder, self.checkpoints, self.every)
            for replicate, seed in enumerate(self.seeds)
            if not self._finished(replicate)
        ]
        if not jobs:
            return []
        if self.workers == 1:
            return run_here(jobs, report, stopping)
        return run_in_processes(jobs, report, stopping, self.workers)

    def _finished(self, replicate: int) -> bool:
        return self.layout.part(replicate).exists()

    def _note(self, outcomes: list[Outcome]) -> None:
        """Write down how far each replicate came, and how much memory it took."""
        reached = {outcome.replicate: outcome.step for outcome in outcomes}
        self.record["months_done"] = [
            self.scenario.steps if self._finished(replicate) else reached.get(replicate, months)
            for replicate, months in enumerate(self.record["months_done"])
        ]
        peaks = [outcome.peak_memory for outcome in outcomes]
        self.record["peak_memory_bytes"] = max([self.record["peak_memory_bytes"], provenance.peak_memory(), *peaks])

    def _end(self, status: str, reason: str | None, where: tuple[str, ...] = ()) -> None:
        self.record |= {"status": status, "reason": reason, "ended": provenance.now()}
        self.record["wall_seconds"] = round(self.record["wall_seconds"] + time.monotonic() - self.started, 3)
        if where:
            self.record["traceback"] = list(where)
        remove(self.layout.reserve)
        provenance.write(self.folder, self.record)

    def _abort(self, failure: Failure, cause: Exception | None = None) -> NoReturn:
        """Say in the folder why the run failed, if that can be said there, and give up."""
        try:
            self._end("failed", failure.reason, failure.where)
        except OSError as error:
            message = f"{failure.reason} (and {self.folder} cannot say so: {error.strerror})"
            raise RunAborted(message, self._kept(), resumable=self.checkpoints) from error
        raise RunAborted(failure.reason, self._kept(), resumable=self.checkpoints) from cause

    def _kept(self) -> Path | None:
        return self.folder if self.checkpoints else None
