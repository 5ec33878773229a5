"""What moved in a run: headline metrics at its start and at its end, with bands over replicates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from ecosystem.experiments.results import Results

__all__ = ["Moved", "Spread", "moved"]

HEADLINES: dict[str, tuple[str, ...]] = {
    "web": (
        "items", "synthetic_share", "synthetic_view_share", "detected_share", "mean_depth", "effective_ideas",
        "correct_share", "human_output", "type_token_ratio", "distinct_2",
    ),
    "curators": ("human_items",),
    "labs": ("accuracy", "tail_coverage", "fresh_coverage", "train_synthetic_share", "market_share", "text_kl"),
}  # fmt: skip
"""Metrics of the summary by table, in the order in which they are told."""

NAMES = {"curators": "curator", "labs": "lab"}

LONGEST_WINDOW = 12
"""Months of which a mean is taken. assumption: a year, so that seasons and single months do not matter."""
WINDOWS = 4
"""A run is cut into at least so many windows. assumption: the two ends of a short run stay apart."""
LOW, HIGH = 5.0, 95.0
"""Percentiles of the band over replicates."""


@dataclass(frozen=True)
class Spread:
    """A number over replicates: the median, and the band from the 5th to the 95th percentile.

    Attributes:
        value: the median; the number itself of a single replicate.
        low: lower end of the band; NaN of a single replicate.
        high: upper end of the band; NaN of a single replicate.
    """

    value: float
    low: float = math.nan
    high: float = math.nan

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        """Of one number per replicate."""
        if len(values) == 1:
            return cls(values[0])
        low, value, high = np.percentile(values, [LOW, 50.0, HIGH])
        return cls(float(value), float(low), float(high))


@dataclass(frozen=True)
class Moved:
    """One metric of one thing, at the start and at the end of a run.

    Attributes:
        metric: such as "labs.accuracy".
        name: whose it is; empty for the web.
        unit: of the numbers.
        start: mean of the first months in which it is defined.
        end: mean of the last months in which it is defined.
        since: first month in which it is defined, in any replicate.
        until: last such month.
    """

    metric: str
    name: str
    unit: str
    start: Spread
    end: Spread
    since: str
    until: str


def window(steps: int) -> int:
    """Months of which the ends of a run of so many months are the means."""
    return max(1, min(LONGEST_WINDOW, steps // WINDOWS))


def moved(results: Results) -> list[Moved]:
    """The headline metrics of a run, those that are recorded and defined in some month."""
    found = []
    for table, metrics in HEADLINES.items():
        for name, rows in _each(results, table):
            for metric in metrics:
                entry = _moved(results, rows, f"{table}.{metric}", name)
                found += [] if entry is None else [entry]
    return found


def _each(results: Results, table: str) -> list[tuple[str, pd.DataFrame]]:
    """The rows of a table by whom they are about; of curators only forums, whose decline is observed."""
    rows: pd.DataFrame = getattr(results, table)
    if not len(rows):
        return []
    if table not in NAMES:
        return [("", rows)]
    if table == "curators":
        rows = rows[rows["what"] == "forum"]
    return [(str(name), part) for name, part in rows.groupby(NAMES[table])]


def _moved(results: Results, rows: pd.DataFrame, metric: str, name: str) -> Moved | None:
    table, column = metric.split(".")
    defined = rows[rows[column].notna()] if column in rows else rows[:0]
    if not len(defined):
        return None
    by_replicate = [part.sort_values("step")[column] for _, part in defined.groupby("replicate")]
    # What is defined for a short time only, such as a young lab's accuracy, still has two ends.
    records = max(1, window(results.scenario.steps) // results.scenario.observation.every)
    records = min(records, max(1, min(map(len, by_replicate)) // 2))
    return Moved(
        metric=metric, name=name, unit=results.provenance["units"][table][column],
        start=Spread.of([float(values.head(records).mean()) for values in by_replicate]),
        end=Spread.of([float(values.tail(records).mean()) for values in by_replicate]),
        since=str(defined["date"].min()), until=str(defined["date"].max()),
    )  # fmt: skip
