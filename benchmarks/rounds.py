"""Rounds: what is to be compared runs in turn, A B A B, so that what the machine does meanwhile meets all alike."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from benchmarks.fresh import Found, Job, measured

__all__ = ["Options", "Spread", "of", "ratios", "say", "take_turns"]


@dataclass(frozen=True)
class Options:
    """How to measure.

    Attributes:
        pairs: rounds of everything that is compared.
        seeds: runs of each program whose means have to agree.
        patience: seconds to wait, before each run, for the machine to be idle.
        quick: whether sizes are small, to see that all works.
    """

    pairs: int = 3
    seeds: int = 10
    patience: float = 5.0
    quick: bool = False

    @property
    def sizes(self) -> tuple[int, int, int]:
        """People in the small, the middle and the large web."""
        return (2_000, 5_000, 10_000) if self.quick else (10_000, 100_000, 1_000_000)


class Spread(NamedTuple):
    """A figure measured several times."""

    median: float
    low: float
    high: float

    def show(self, form: str) -> str:
        """Median, and in brackets the range, each in a format such as ".2f"."""
        if self.low == self.high:
            return f"{self.median:{form}}"
        return f"{self.median:{form}} [{self.low:{form}}, {self.high:{form}}]"


def of(values: Sequence[float]) -> Spread:
    """Median and range of some values."""
    return Spread(statistics.median(values), min(values), max(values))


def ratios(above: Sequence[float], below: Sequence[float]) -> Spread:
    """Ratio of one figure to another, round by round."""
    return of([a / b for a, b in zip(above, below, strict=True)])


def say(text: str) -> None:
    """Tell how it goes on, on the error stream."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def take_turns(
    jobs: dict[str, Job], options: Options, run: Callable[[Job, float], Found] = measured
) -> dict[str, list[dict[str, Any]]]:
    """Run all jobs in turn, round after round; what came out, by name, as plain data in order of rounds."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in jobs}
    for turn in range(options.pairs):
        for name, job in jobs.items():
            result = run(job, options.patience)
            found[name].append(asdict(result))
            say(f"  {turn + 1}/{options.pairs} {name}: {job.humans:,} people, {job.months} months, {result.wall:.2f} s")
    return found
