"""The incentives that `incentives.py` turns, and what each is expected to move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.paired import Outcome

__all__ = ["INCENTIVES", "Incentive"]

BASELINE = "scenarios/baseline.toml"


@dataclass(frozen=True)
class Incentive:
    """Something that pays, or costs, and can be turned.

    Attributes:
        name: what a page calls it.
        expected: which way theory or common opinion would have it, and why.
        outcomes: what is looked at.
        down: keys that turn it down.
        up: keys that turn it up.
        base: keys of both and of the control, where the scenario's own leave no room.
        scenario: file, from the root of the project.
        seen: what was seen, and why, where it is not what was expected.
    """

    name: str
    expected: str
    outcomes: tuple[Outcome, ...]
    down: Mapping[str, object]
    up: Mapping[str, object]
    base: Mapping[str, object] = field(default_factory=dict)
    scenario: str = BASELINE
    seen: str = ""


def _web(name: str, column: str, first: str, last: str, digits: str = ".3f") -> Outcome:
    return Outcome(name, "web", column, first, last, digits)


def _of(table: str, who: str, name: str, column: str, first: str, last: str, digits: str = ".3f") -> Outcome:
    return Outcome(name, table, column, first, last, digits, {table.removesuffix("s"): who})
