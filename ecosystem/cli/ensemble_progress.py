"""How commands that make many runs tell where they stand, and what stopped them."""

from __future__ import annotations

import contextlib
import math
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

from ecosystem.cli.common import console, state
from ecosystem.cli.run_numbers import seconds
from ecosystem.experiments.environment import threads_of

if TYPE_CHECKING:
    from ecosystem.experiments.ensemble.executors import Executor
    from ecosystem.experiments.ensemble.progress import Progress
    from ecosystem.experiments.errors import RunAborted

__all__ = ["Display", "display", "executing", "explain"]

LINES = 10
"""Lines of what is not watched on a terminal. assumption: enough to see that it goes on."""


def display() -> Display:
    """The display that suits where standard error goes."""
    if state.quiet:
        return Display()
    return _Bar() if sys.stderr.isatty() else _Lines()


@contextlib.contextmanager
def executing(workers: int, runs: int, cluster: str | None) -> Iterator[Executor]:
    """Who runs: a cluster if there is one, else so many processes, or this one if one is enough."""
    from ecosystem.experiments.ensemble.cluster import Cluster  # noqa: PLC0415 - slow to import
    from ecosystem.experiments.ensemble.executors import Here, Processes  # noqa: PLC0415 - slow to import

    if cluster is not None:
        with Cluster(cluster) as found:
            yield found
    else:
        processes = min(workers, runs)
        yield Here(threads_of(1)) if processes == 1 else Processes(processes)


def explain(aborted: RunAborted, again: str) -> str:
    """What stopped the runs, and how to go on."""
    text = str(aborted) if aborted.status == "interrupted" else f"the runs failed: {aborted}"
    if aborted.folder is None:
        return text
    kept = f"What was done is kept in {aborted.folder}."
    if aborted.defect:
        return f"{text}\nThis is a defect of the program; provenance.json there says where. {kept}"
    return f"{text}\n{kept} Go on with:\n  {again}"


class Display:
    """Shows nothing, as `--quiet` asks for."""

    def __enter__(self) -> Self:
        """Start to show."""
        return self

    def __exit__(self, *_: object) -> None:
        """Show no more."""

    def __call__(self, progress: Progress) -> None:
        """Take news."""

    def stopping(self) -> None:
        """Say that a request to stop has been heard; may be called within the handler of a signal."""
        if not state.quiet:
            # Past Python's buffers, in which the signal may have come upon something half written.
            os.write(2, b"\nstopping after the runs under way; once more stops at once\n")


class _Lines(Display):
    """A line for every tenth of the runs."""

    def __init__(self) -> None:
        self._next = 1

    def __call__(self, progress: Progress) -> None:
        if not progress.total or (progress.done < self._next and progress.done < progress.total):
            return
        self._next = math.ceil((progress.done // (part := progress.total / LINES) + 1) * part)
        sys.stderr.write(f"{progress.done}/{progress.total} runs{_failed(progress)}{_left(progress)}\n")
        sys.stderr.flush()


class _Bar(Display):
    """A bar with the time left."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, TextColumn  # noqa: PLC0415 - slow to import
        from rich.progress import Progress as RichProgress  # noqa: PLC0415 - slow to import

        # Drawn when there is news, not by a thread: workers are forked best from a process without any.
        self._bar: Any = RichProgress(
            TextColumn("{task.completed:.0f}/{task.total:.0f} runs"), BarColumn(bar_width=None),
            TextColumn("{task.fields[news]}"),
            console=console(stderr=True), auto_refresh=False, transient=True, expand=True,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=1, news="starting")

    def __enter__(self) -> Self:
        self._bar.start()
        self._bar.refresh()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, progress: Progress) -> None:
        news = f"{_failed(progress)}{_left(progress)}".removeprefix(", ") or "starting"
        self._bar.update(self._task, total=progress.total, completed=progress.done, news=news)
        self._bar.refresh()


def _failed(progress: Progress) -> str:
    return f", {progress.failed} failed" if progress.failed else ""


def _left(progress: Progress) -> str:
    unknown = math.isnan(progress.seconds_left) or progress.done == progress.total
    return "" if unknown else f", {seconds(progress.seconds_left)} left"
