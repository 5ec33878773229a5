"""What an observed figure is, and how a run is read for the same quantity."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from analysis.results import ResultsFolder

RELATIVE_TOLERANCE = 0.10
"""Half-width of a range whose source states none, as a share of the value.

assumption: a tenth, the accuracy a calibration by hand can be asked for; no source states it.
"""


@dataclass(frozen=True)
class Target:
    """An observed figure and what to compare it with.

    Attributes:
        key: Short name, unique among all targets.
        title: What it is, in a few words.
        value: The observed figure, in `unit`.
        low: Lower end of the range that counts as agreement.
        high: Upper end of that range.
        unit: `share` (of 1), `change of a share`, `2018 = 100`, `odds ratio`, `relative change`,
            `ratio`, `ratio per year`, `USD per year`.
        at: Month `YYYY-MM`, or window of whole months `YYYY-MM/YYYY-MM`.
        source: Original publication and address.
        measures: What exactly was counted, and how it differs from the simulated quantity.
        metric: The simulated quantity, `table.column` and how it is summarised.
    """

    key: str
    title: str
    value: float
    low: float
    high: float
    unit: str
    at: str
    source: str
    measures: str
    metric: str


Reading = Callable[["ResultsFolder", Target], float]
"""Reads the simulated counterpart of a target off a run; NaN where the run does not have it."""

Family = tuple[tuple[Target, Reading], ...]
"""Observed figures of one kind, each beside its reading."""


def around(value: float) -> tuple[float, float]:
    """Return the range of a figure whose source states none."""
    return value * (1.0 - RELATIVE_TOLERANCE), value * (1.0 + RELATIVE_TOLERANCE)


def months_of(at: str) -> list[str]:
    """List the months of a date or window, `YYYY-MM` each."""
    first, _, last = at.partition("/")
    return [str(month) for month in pd.period_range(first, last or first, freq="M")]


def over_replicates(table: pd.DataFrame, read: Callable[[pd.DataFrame], float]) -> float:
    """Median over replicates of a number read off each; NaN where no replicate has it."""
    if not len(table):
        return math.nan
    values = np.array([read(part) for _, part in table.groupby("replicate")], dtype=np.float64)
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if finite.size else math.nan


def window_mean(table: pd.DataFrame, column: str, at: str) -> float:
    """Mean of a monthly column over a window, median over replicates.

    Returns:
        NaN where the column is missing, or any month of the window is missing or undefined.
    """
    if not len(table) or column not in table:
        return math.nan
    months = months_of(at)

    def read(part: pd.DataFrame) -> float:
        values = part.set_index("date")[column].astype("float64").reindex(months)
        return float(values.mean(skipna=False))

    return over_replicates(table[table["date"].isin(months)], read)
