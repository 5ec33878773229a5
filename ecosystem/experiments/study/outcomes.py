"""Numbers that are taken from the tables of a run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.clock import Month
from ecosystem.experiments.study.schema import OutcomeTable

if TYPE_CHECKING:
    from ecosystem.measures.named import Column

__all__ = ["Outcome", "outcome_of", "span"]

_OVER: Mapping[str, Callable[[NDArray[np.float64]], Any]] = {
    "mean": np.mean, "min": np.min, "max": np.max, "median": np.median, "sum": np.sum,
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """A number taken from a run.

    Attributes:
        label: what its column is called.
        metric: table and column, "labs.accuracy".
        name: whose; "*" for all.
        over: what is taken of several in one month: mean, min, max, median or sum.
        begin: first month of which the mean is taken, as a share of the run's months.
        end: end of these months, likewise.
        better: "higher", "lower" or "".
        fails: when it counts as failed, such as "< 0.5"; "" for never.
        branch: of a sweep: up or down; else "".
        value_of_key: of a sweep: the value at which the key stood; NaN otherwise.
        base: label without branch and value.
    """

    label: str
    metric: str
    name: str = "*"
    over: str = "mean"
    begin: float = 0.0
    end: float = 1.0
    better: str = ""
    fails: str = ""
    branch: str = ""
    value_of_key: float = float("nan")
    base: str = ""

    @property
    def table(self) -> str:
        """The table that it is read from."""
        return self.metric.partition(".")[0]

    def to_dict(self) -> dict[str, Any]:
        """As provenance keeps it; what has no value is None."""
        found = dict(vars(self))
        return found | {"value_of_key": None if np.isnan(self.value_of_key) else self.value_of_key}

    def of(self, tables: Mapping[str, Mapping[str, Column]]) -> float:
        """The outcome of a run; NaN where it is undefined in all months that count.

        Args:
            tables: what was recorded, by table and column (`Recorder.columns`).
        """
        columns = tables[self.table]
        values = np.asarray(columns[self.metric.partition(".")[2]], dtype=np.float64)
        step = np.asarray(columns["step"])
        steps = max(
            (int(np.max(own["step"])) + 1 for own in tables.values() if len(np.asarray(own["step"]))), default=0
        )
        first, end = round(self.begin * steps), round(self.end * steps)  # the last month is always recorded
        kept = (step >= first) & (step < end) & ~np.isnan(values)
        if self.name != "*":
            kept &= _is_about(columns, self.name)
        if self.table == "ledger":  # what is not there has not been paid
            return float(values[kept].sum()) / (end - first)
        if not kept.any():
            return float("nan")
        months, place = np.unique(step[kept], return_inverse=True)
        if len(months) == kept.sum():
            return float(values[kept].mean())
        return float(np.mean([_OVER[self.over](values[kept][place == month]) for month in range(len(months))]))


def _is_about(columns: Mapping[str, Column], name: str) -> NDArray[np.bool_]:
    """Which rows have a key of that name."""
    from ecosystem.measures.named import Named  # noqa: PLC0415 - imports numpy's friends

    found: NDArray[np.bool_] = np.zeros(len(np.asarray(columns["step"])), dtype=np.bool_)
    for key, column in columns.items():
        if key != "date" and isinstance(column, Named):
            found |= column.texts() == name
    return found


def span(at: str, start: Month, steps: int) -> tuple[int, int]:
    """First month and end of the months that ``at`` means, counted from the start of the run; may lie outside.

    >>> span("last 12", Month(2020, 1), 60), span("2020-03", Month(2020, 1), 60)
    ((48, 60), (2, 3))
    """
    if at == "all":
        return 0, steps
    if at == "end":
        return steps - 1, steps
    if at.startswith("last "):
        return steps - int(at.removeprefix("last ")), steps
    first = Month.parse(at) - start
    return first, first + 1


def outcome_of(table: OutcomeTable, start: Month, steps: int) -> Outcome:
    """An outcome as a study file says it, for runs of so many months."""
    first, end = span(table.at, start, steps)
    label = table.label or _label(table)
    return Outcome(
        label, table.metric, table.name, table.over, first / steps, end / steps, table.better or "", table.fails or "",
        base=label,
    )  # fmt: skip


def _label(table: OutcomeTable) -> str:
    who = "" if table.name == "*" else f" of {table.name}"
    when = "" if table.at == "last 12" else f" at {table.at}" if re.match(r"\d|end", table.at) else f" {table.at}"
    return f"{table.metric}{who}{when}"
