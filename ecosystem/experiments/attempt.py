"""One stretch of a run in its results folder, from the first word to the last."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ecosystem.experiments import provenance
from ecosystem.experiments.errors import RunAborted, RunInterrupted
from ecosystem.experiments.executors import run_here, run_in_processes
from ecosystem.experiments.failures import Failure, failure_of
from ecosystem.experiments.files import remove
from ecosystem.experiments.folder import Layout
from ecosystem.experiments.merging import merge_parts, write_scenario
from ecosystem.experiments.replicate import Course, Job, Outcome, Progress
from ecosystem.experiments.segments import broken
from ecosystem.experiments.signals import StopRequests
from ecosystem.experiments.snapshot import BadSnapshot, check, seals_in

if TYPE_CHECKING:
    from ecosystem.scenario import Scenario

__all__ = ["Attempt"]

RESERVED = 256 * 1024
"""Bytes kept free for the last words of a run that filled the disk. assumption: several times the
size of a provenance file."""

KEPT = ("started", "wall_seconds", "peak_memory_bytes", "months_done", "units", "definitions")
"""What the provenance keeps of earlier stretches of a run."""


class Attempt:
    """Runs what is not finished in a folder, and keeps its provenance up to date.

    Args:
        folder: the results folder; the caller holds its lock.
        scenario: what is simulated.
        seeds: of the replicates, in their order.
        workers: processes that share them.
        checkpoints: whether an unfinished run is to be kept.
        threads: that kernels may use in each process.
        every: months between checkpoints; None leaves it to what they cost.
        profile: whether to note where the time went.
    """

    def __init__(
        self, folder: Path, scenario: Scenario, seeds: list[int], workers: int, threads: int = 1, *,
        checkpoints: bool = True, every: int | None = None, profile: bool = False,
    ) -> None:  # fmt: skip
        """Write nothing yet."""
        self.folder, self.layout = folder, Layout(folder)
        self.scenario, self.workers, self.checkpoints, self.profile = scenario, workers, checkpoints, profile
        self.jobs = [
            Job(scenario, number, seed, folder, checkpoints, every, threads, profile)
            for number, seed in enumerate(seeds)
        ]
        self._started = time.monotonic()
        self._spent = Course()
        with self._spent.spending("start-up"):
            self.record = provenance.begin(scenario, seeds, workers, threads)

    def open(self, before: dict[str, Any] | None) -> None:
        """Say first of all that a run is going on here; remove what one of before left, unless it goes on.

        Args:
            before: the provenance of the run to resume; None for a new one.
        """
        if before is not None:
            self.record |= {name: before[name] for name in KEPT}
            self.record["resumed"] = [*before["resumed"], provenance.now()]
        try:
            provenance.write(self.folder, self.record)
            if before is None:
                self.layout.clear()
            self.layout.reserve.write_bytes(b"\0" * RESERVED)
        except OSError as error:
            self._abort(failure_of(error), error)

    def go(self, report: Callable[[Progress], object], heard: Callable[[], object]) -> None:
        """Run what is not finished yet and join the tables.

        Args:
            report: told where each replicate stands.
            heard: told of the first request to stop, from within the signal's handler.

        Raises:
            RunAborted: it failed, or (RunInterrupted) was asked to stop.
        """
        with StopRequests(heard) as stopping:
            try:
                with self._spent.spending("start-up"):
                    self._describe()
                outcomes = self._replicates(report, stopping)
                self._note(outcomes)
                self._conclude(outcomes, stopping)
            except KeyboardInterrupt:
                self._interrupt("stopped at once; what came after the last checkpoint is lost")
            except RunAborted:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the folder has to say so
                self._abort(failure_of(error), error)

    def _describe(self) -> None:
        """Write down what the columns mean, and the scenario."""
        if not self.record["units"]:
            from ecosystem.experiments.columns import definitions, units  # noqa: PLC0415 - imports the engine

            self.record |= {"units": units(self.scenario), "definitions": definitions(self.scenario)}
            write_scenario(self.folder, self.scenario)
            provenance.write(self.folder, self.record)
        self.layout.parts.mkdir(exist_ok=True)

    def _replicates(self, report: Callable[[Progress], object], stopping: StopRequests) -> list[Outcome]:
        """Run the replicates that are not finished; those that are count as progress, too."""
        steps, end = self.scenario.steps, str(self.scenario.start + (self.scenario.steps - 1))
        waiting = []
        for job in self.jobs:
            if self._finished(job):
                self.record["months_done"][job.replicate] = steps
                report(Progress(job.replicate, steps, steps, end))
            else:
                waiting.append(job)
        if self.workers == 1 or len(waiting) <= 1:
            return run_here(waiting, report, stopping)
        return run_in_processes(waiting, report, stopping, self.workers)

    def _finished(self, job: Job) -> bool:
        """Whether all months of a replicate are done and its tables are there, whole."""
        try:
            header = check(self.layout.part(job.replicate), job.identity)
        except BadSnapshot:
            return False
        return broken(self.layout.items(job.replicate), seals_in(header)) is None

    def _note(self, outcomes: list[Outcome]) -> None:
        """Write down how far each replicate came, and how much memory it took."""
        months = self.record["months_done"]
        for outcome in outcomes:
            if outcome.replicate >= 0:
                months[outcome.replicate] = outcome.step
        peaks = [outcome.peak_memory for outcome in outcomes]
        self.record["peak_memory_bytes"] = max([self.record["peak_memory_bytes"], provenance.peak_memory(), *peaks])

    def _conclude(self, outcomes: list[Outcome], stopping: StopRequests) -> None:
        # Workers that die when everything is told to stop have been told too.
        failures = [o.failure for o in outcomes if o.failure and not (o.failure.died and stopping())]
        if failures:
            self._abort(failures[0])
        unfinished = [job for job in self.jobs if not self.layout.part(job.replicate).exists()]
        if unfinished:
            self._interrupt(f"stopped by {stopping.reason}")
        with self._spent.spending("writing"):
            merge_parts(self.folder, [job.identity for job in self.jobs], sync=self.checkpoints)
        if self.profile:
            self.record["profile"] = self._profile(outcomes)
        self.record["months_done"] = [self.scenario.steps] * len(self.jobs)
        self._end("done", None)
        self.tidy()

    def _profile(self, outcomes: list[Outcome]) -> dict[str, Any]:
        """Items made and seconds by what they were spent on: of all replicates of this stretch, and around them."""
        seconds = dict.fromkeys(["start-up", *(name for outcome in outcomes for name in outcome.seconds)], 0.0)
        seconds["writing"] = seconds.pop("writing", 0.0)  # last, as it mostly is
        for spent in (self._spent.seconds, *(outcome.seconds for outcome in outcomes)):
            for name, value in spent.items():
                seconds[name] += value
        return {"items": sum(outcome.items for outcome in outcomes), "seconds": seconds}

    def tidy(self) -> None:
        """Remove what a finished run does not need."""
        for path in (self.layout.parts, self.layout.checkpoints, self.layout.reserve):
            remove(path)

    def _interrupt(self, reason: str) -> NoReturn:
        self._end("interrupted", reason)
        raise RunInterrupted(reason, self._kept(), resumable=self.checkpoints) from None

    def _abort(self, failure: Failure, cause: Exception | None = None) -> NoReturn:
        """Say in the folder why the run failed, if that can be said there, and give up."""
        reason = failure.reason
        try:
            self._end("failed", reason, failure.where)
        except OSError as error:
            reason = f"{reason} (and {self.folder} cannot say so: {error.strerror})"
        resumable = self.checkpoints and not failure.lasting
        raise RunAborted(reason, self._kept(), resumable=resumable, defect=failure.defect) from cause

    def _end(self, status: str, reason: str | None, where: tuple[str, ...] = ()) -> None:
        self.record |= {"status": status, "reason": reason, "ended": provenance.now()}
        self.record["wall_seconds"] = round(self.record["wall_seconds"] + time.monotonic() - self._started, 3)
        if where:
            self.record["traceback"] = list(where)
        remove(self.layout.reserve)
        provenance.write(self.folder, self.record)

    def _kept(self) -> Path | None:
        return self.folder if self.checkpoints else None
