"""A plan of small runs, one of which may fail or end its process."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecosystem.experiments.ensemble.plan import Record, Task
from ecosystem.experiments.ensemble.progress import Progress
from ecosystem.experiments.seeds import replicate_seed
from ecosystem.measures.named import Column
from ecosystem.scenario import Scenario
from tests.units.experiments.conftest import SMALL

TINY = Scenario.from_dict(SMALL | {"steps": 4, "scale": {"humans": 40}})


@dataclass(frozen=True)
class LastItems:
    """New items of the last month."""

    label: str = "items"

    def of(self, tables: Mapping[str, Mapping[str, Column]]) -> float:
        """See Outcome."""
        return float(np.asarray(tables["web"]["items"])[-1])


@dataclass(frozen=True)
class Runs:
    """So many runs of a tiny web.

    Task 0 does neither, because the size of bundles follows from it.

    Attributes:
        tasks: how many.
        fails: tasks that raise an error.
        dies: tasks that end their process while a file of this name is there, or always if it is "always".
        marker: that file.
    """

    tasks: int = 6
    fails: tuple[int, ...] = ()
    dies: tuple[int, ...] = ()
    marker: str = "always"

    @property
    def record(self) -> Record:
        """See Plan."""
        return Record(("web", "labs"), (LastItems(),))

    def task(self, number: int) -> Task:
        """See Plan."""
        return Task(number, number // 2, "ab"[number % 2], number, replicate_seed(3, number))

    def scenario(self, task: Task) -> Scenario:
        """See Plan."""
        if task.number in self.fails:
            message = "bad luck"
            raise ValueError(message)
        if task.number in self.dies:
            if self.marker == "always":
                os._exit(9)
            if Path(self.marker).exists():
                Path(self.marker).unlink()
                os._exit(9)
        return TINY

    def identity(self) -> dict[str, Any]:
        """See Plan."""
        return {"tasks": self.tasks}


class Heard:
    """A listener that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Progress] = []

    def __call__(self, progress: Progress) -> None:
        self.told.append(progress)

    def stopping(self) -> None:
        """Nothing to say."""


def contents(folder: Path) -> dict[str, bytes]:
    """Every Parquet table of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}
