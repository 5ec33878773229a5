"""What can go wrong around a run, apart from the scenario file."""

from __future__ import annotations

from pathlib import Path

__all__ = ["PartialResults", "RunAborted", "RunInterrupted", "RunRefused"]


class RunRefused(ValueError):  # noqa: N818 - says what happened
    """A run that must not start so: wrong use. Nothing was written; the text says what to do instead."""


class RunAborted(RuntimeError):  # noqa: N818 - says what happened
    """A run that started and did not finish.

    Attributes:
        reason: what stopped it, one line.
        folder: where its partial results are; None if it kept none.
        resumable: whether a run with ``resume`` can go on from there.
        defect: whether the program is to blame; going on would end the same way.
    """

    status = "failed"

    def __init__(
        self, reason: str, folder: Path | None = None, *, resumable: bool = False, defect: bool = False
    ) -> None:
        """Say what stopped the run, and where what it has done so far lies."""
        super().__init__(reason)
        self.reason, self.folder, self.resumable, self.defect = reason, folder, resumable, defect


class RunInterrupted(RunAborted):
    """A run that was asked to stop, by Ctrl-C or by the system."""

    status = "interrupted"


class PartialResults(UserWarning):
    """Results of a run that is not done."""
