"""How `ecosystem run` tells where it stands: a bar on a terminal, about ten lines elsewhere."""

from __future__ import annotations

import math
import os
import sys
import time
from typing import TYPE_CHECKING, Any, Self

from ecosystem.cli.common import console, state, warn
from ecosystem.cli.run_numbers import compact

if TYPE_CHECKING:
    from ecosystem.experiments.replicate import Progress

__all__ = ["Display", "display"]

LINES = 10
"""Lines of a run that is not watched on a terminal. assumption: enough to see that it goes on."""
REDRAW_SECONDS = 0.1
"""Shortest time between two drawings of the bar. assumption: as fast as one can read."""


def display(replicates: int, steps: int) -> Display:
    """The display that suits where standard error goes."""
    if state.quiet:
        return Display(replicates, steps)
    return Bar(replicates, steps) if sys.stderr.isatty() else Lines(replicates, steps)


class Display:
    """Keeps count of the months of all replicates; shows nothing by itself, as `--quiet` asks for.

    Args:
        replicates: how many there are.
        steps: months of each.
    """

    def __init__(self, replicates: int, steps: int) -> None:
        """Nothing has been done yet."""
        self.replicates, self.steps = replicates, steps
        self._done: dict[int, int] = {}

    def __enter__(self) -> Self:
        """Start to show."""
        return self

    def __exit__(self, *_: object) -> None:
        """Show no more."""

    def __call__(self, progress: Progress) -> None:
        """Take news of a replicate."""
        if progress.note:
            warn(progress.note)
            return
        self._done[progress.replicate] = progress.step
        self._show(progress)

    @property
    def done(self) -> int:
        """Months done, of all replicates."""
        return sum(self._done.values())

    @property
    def total(self) -> int:
        """Months in all, of all replicates."""
        return self.replicates * self.steps

    def stopping(self) -> None:
        """Say that a request to stop has been heard; may be called within the handler of a signal."""
        if not state.quiet:
            # Past Python's buffers, in which the signal may have come upon something half written.
            os.write(2, b"\nstopping after this month; once more stops at once\n")

    def _show(self, progress: Progress) -> None:
        pass


class Lines(Display):
    """A line for every tenth of the work."""

    def __init__(self, replicates: int, steps: int) -> None:
        """Begin with the first month, which shows that it works."""
        super().__init__(replicates, steps)
        self._next = 1

    def _show(self, progress: Progress) -> None:
        if self.done < self._next and self.done < self.total:
            return
        part = self.total / LINES
        self._next = math.ceil((self.done // part + 1) * part)
        run = f"  run {progress.replicate + 1} of {self.replicates}" if self.replicates > 1 else ""
        text = f"{progress.date}  {self.done}/{self.total} months{run}  {figures(progress)}"
        sys.stderr.write(f"{text.rstrip()}\n")
        sys.stderr.flush()


class Bar(Display):
    """A bar with the month, the time left and a few live figures."""

    def __init__(self, replicates: int, steps: int) -> None:
        """Draw nothing yet."""
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - slow to import

        super().__init__(replicates, steps)
        # Drawn when there is news, not by a thread: workers are forked best from a process without any.
        self._bar: Any = Progress(
            TextColumn("{task.fields[date]}"),
            BarColumn(bar_width=None),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[figures]}"),
            console=console(stderr=True), auto_refresh=False, transient=True, expand=True,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=self.total, date="", figures="starting")
        self._drawn = -math.inf

    def __enter__(self) -> Self:
        """Show the bar."""
        self._bar.start()
        self._bar.refresh()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        self._bar.stop()

    def _show(self, progress: Progress) -> None:
        run = f"{progress.replicate + 1}: " if self.replicates > 1 else ""
        self._bar.update(self._task, completed=self.done, date=f"{run}{progress.date}", figures=figures(progress))
        if time.monotonic() - self._drawn >= REDRAW_SECONDS or self.done == self.total:
            self._bar.refresh()
            self._drawn = time.monotonic()


def figures(progress: Progress) -> str:
    """The live figures, those that are defined."""
    found = []
    if not math.isnan(progress.items):
        found.append(f"{compact(progress.items)} items")
    if not math.isnan(progress.synthetic_share):
        found.append(f"{progress.synthetic_share:.0%} synthetic")
    if not math.isnan(progress.accuracy):
        found.append(f"accuracy {progress.accuracy:.2f}")
    return ", ".join(found)
