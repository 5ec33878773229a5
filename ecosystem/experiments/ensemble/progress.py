"""How an ensemble goes on: runs done, runs that failed, time left."""

from __future__ import annotations

import collections
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ecosystem.experiments.ensemble.parts import Parts
from ecosystem.experiments.ensemble.simulation import RUNS
from ecosystem.experiments.tables import opened

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Count", "Listener", "Progress", "failures_of", "totals"]

RECENT = 10
"""Bundles by whose pace the time left is told. assumption: enough to even out, few enough to follow a change."""


@dataclass(frozen=True)
class Progress:
    """Where an ensemble stands.

    Attributes:
        done: runs finished, those that failed among them.
        total: runs in all.
        failed: of those done.
        seconds_left: at the pace of the newest bundles; NaN before any.
    """

    done: int
    total: int
    failed: int
    seconds_left: float


class Listener(Protocol):
    """Who is told how it goes."""

    def __call__(self, progress: Progress) -> object:
        """Where it stands."""

    def stopping(self) -> object:
        """The first request to stop has come; called from within the signal's handler, where one must not print."""


def failures_of(runs: pa.Table | None, keep: int | None = None) -> tuple[int, int, int]:
    """How many runs there are, how many of them failed, and how many of these might not if they were tried again.

    Args:
        runs: what came of the runs of a bundle; None if it is not finished.
        keep: runs from this number on do not count; None counts all.
    """
    if runs is None:
        return 0, 0, 0
    columns = (runs[name].to_pylist() for name in ("run", "status", "lasting"))
    known = [(status, lasting) for run, status, lasting in zip(*columns, strict=True) if keep is None or run < keep]
    failed = [lasting for status, lasting in known if status == "failed"]
    return len(known), len(failed), len(failed) - sum(failed)


def totals(parts: Parts, bundles: Sequence[range], keep: int | None = None) -> tuple[int, int, int]:
    """The same of several finished bundles together."""
    counts = [failures_of(parts.runs(bundle), keep) for bundle in bundles]
    done, failed, again = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0, 0)
    return done, failed, again


class Count:
    """Counts runs and tells how long the rest will take.

    Args:
        every: all bundles.
        ready: finished ones, and how many of their runs failed.
        listener: told.
    """

    def __init__(self, every: list[range], ready: dict[range, int], listener: Listener) -> None:
        """Tell where it stands at the start."""
        self._listener, self._total = listener, sum(map(len, every))
        self._done, self._failed = sum(map(len, ready)), sum(ready.values())
        self._recent = collections.deque([(time.monotonic(), self._done)], maxlen=RECENT + 1)
        listener(Progress(self._done, self._total, self._failed, float("nan")))

    def add(self, bundle: range, content: dict[str, bytes]) -> None:
        """Count what a bundle gave."""
        self._done += len(bundle)
        self._failed += failures_of(opened(content[RUNS]).read(use_threads=False))[1]
        now = time.monotonic()
        since, before = self._recent[0]
        self._recent.append((now, self._done))
        left = (self._total - self._done) * (now - since) / (self._done - before)
        self._listener(Progress(self._done, self._total, self._failed, left))
