"""What an ensemble is made of: tasks, each a scenario with a seed, and what is kept of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ecosystem.experiments.provenance import engine

if TYPE_CHECKING:
    from ecosystem.measures.named import Column
    from ecosystem.scenario import Scenario

__all__ = ["BUNDLE", "MONTHLY", "MOST", "Outcome", "Plan", "Record", "Task", "bundles", "identity_hash"]

MONTHLY = ("web", "domains", "labs", "curators", "publishers", "humans", "ledger")
"""Tables with a row per month, which an ensemble may keep."""

BUNDLE = 250_000
"""Person-months of a bundle. assumption: two runs of 2,000 people and 60 months, some two seconds, beside which
handing a bundle over and writing its part take a hundredth."""
MOST = 64
"""Most runs of a bundle. assumption: the smallest runs take some 50 ms, so that a bundle still takes seconds."""


@dataclass(frozen=True)
class Task:
    """One run of an ensemble.

    Attributes:
        number: its place in the plan, from 0.
        point: number of the point of the design that it belongs to; 0 in a comparison.
        arm: name of the policy or scenario that it tries.
        replicate: which of the runs that differ in their seed, from 0.
        seed: of the run; arms of one replicate share it.
    """

    number: int
    point: int
    arm: str
    replicate: int
    seed: int


class Outcome(Protocol):
    """A number that is kept of each run."""

    @property
    def label(self) -> str:
        """Column of the table `outcomes`."""

    def of(self, tables: Mapping[str, Mapping[str, Column]]) -> float:
        """The number, from the monthly tables of a run by name and column; NaN where undefined."""


@dataclass(frozen=True)
class Record:
    """What is kept of a run.

    Attributes:
        tables: monthly tables, as they are.
        outcomes: numbers for the table `outcomes`.
    """

    tables: tuple[str, ...] = MONTHLY
    outcomes: tuple[Outcome, ...] = ()


class Plan(Protocol):
    """A fixed list of tasks. It is sent to other processes, so it has to be one that can be pickled."""

    @property
    def tasks(self) -> int:
        """How many there are."""

    @property
    def record(self) -> Record:
        """What is kept of each."""

    def task(self, number: int) -> Task:
        """One of them, by its number."""

    def scenario(self, task: Task) -> Scenario:
        """What a task simulates."""

    def identity(self) -> dict[str, Any]:
        """What the results depend on besides the engine: hashes of scenarios, seeds, what is kept; as JSON can hold."""


def bundles(plan: Plan) -> list[range]:
    """The tasks in consecutive bundles, each for one process at a time.

    Their size follows from the plan alone, so that the content of a part depends on nothing else.
    """
    if not plan.tasks:
        return []
    scenario = plan.scenario(plan.task(0))
    size = min(max(BUNDLE // (scenario.scale.humans * scenario.steps), 1), MOST)
    return [range(first, min(first + size, plan.tasks)) for first in range(0, plan.tasks, size)]


def identity_hash(plan: Plan) -> str:
    """A hash (BLAKE2b) of all that the bytes of an ensemble depend on: the plan and the engine."""
    content = {"plan": plan.identity(), "engine": engine()}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
