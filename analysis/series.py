"""Tables to lines: one value a month and entity, with its spread over replicates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.dates import date2num

if TYPE_CHECKING:
    from collections.abc import Sequence

FloatArray = npt.NDArray[np.float64]

BAND = (0.05, 0.5, 0.95)
"""Quantiles over replicates: lower edge, line, upper edge of a band (project convention)."""


@dataclass(frozen=True)
class Series:
    """One line of a figure.

    Attributes:
        name: Whom it is about; empty for the web as a whole.
        months: Every month from first to last without holes.
        median: Median over replicates, NaN where undefined, shape (months,).
        low: 5 % quantile over replicates.
        high: 95 % quantile over replicates.
        replicates: How many replicates it summarises.
    """

    name: str
    months: pd.PeriodIndex
    median: FloatArray
    low: FloatArray
    high: FloatArray
    replicates: int

    @property
    def x(self) -> FloatArray:
        """Middle of each month in Matplotlib's days."""
        return middles(self.months)

    @property
    def defined(self) -> bool:
        """Whether any month has a value."""
        return bool(np.isfinite(self.median).any())

    @property
    def last(self) -> tuple[pd.Period, float]:
        """The last month with a value, and the value."""
        position = int(np.flatnonzero(np.isfinite(self.median))[-1])
        return self.months[position], float(self.median[position])


def middles(months: pd.PeriodIndex) -> FloatArray:
    """Return the middle of each month in Matplotlib's days, shape (months,)."""
    starts = np.asarray(date2num(months.to_timestamp(how="start")), dtype=np.float64)  # type: ignore[no-untyped-call]
    return starts + months.days_in_month.to_numpy(dtype=np.float64) / 2.0


def days(month: str) -> tuple[float, float]:
    """Return first and last day of a month `YYYY-MM`, or of a window `YYYY-MM/YYYY-MM`."""
    first, _, last = month.partition("/")
    start = pd.Period(first, freq="M").to_timestamp(how="start")
    end = pd.Period(last or first, freq="M").to_timestamp(how="end")
    first_day, last_day = date2num([start, end])  # type: ignore[no-untyped-call]
    return float(first_day), float(last_day)


def span(table: pd.DataFrame) -> pd.PeriodIndex:
    """Return every month from a table's first to its last."""
    months = pd.PeriodIndex(table["date"].unique(), freq="M")
    return pd.period_range(months.min(), months.max(), freq="M")


def series(table: pd.DataFrame, column: str, by: Sequence[str] = ()) -> list[Series]:
    """Summarise one metric over replicates, for each entity.

    Args:
        table: Rows with `date`, `replicate`, the metric and the columns of `by`.
        column: The metric.
        by: Columns that name the entity; none for the web as a whole.

    Returns:
        A series for each entity, sorted by name; none where the table lacks rows or the column.
        A month without a row, or with an undefined value, is NaN.
    """
    if not len(table) or column not in table:
        return []
    months = span(table)
    names = _names(table, by)
    values = pd.to_numeric(table[column], errors="raise").astype("float64")
    frame = pd.DataFrame({"name": names, "month": table["date"].to_numpy(), "value": values.to_numpy()})
    spread = frame.groupby(["name", "month"])["value"].quantile(np.array(BAND)).unstack()  # noqa: PD010  a series has no pivot_table
    replicates = int(table["replicate"].nunique())
    return [_series(str(name), spread.loc[name], months, replicates) for name in sorted(frame["name"].unique())]


def leading(table: pd.DataFrame, by: Sequence[str], weight: str, count: int) -> list[str]:
    """Return the `count` entities with the largest mean weight, sorted by name.

    Without the column `weight`, the first by name.
    """
    if not len(table):
        return []
    weights = table[weight].astype("float64") if weight in table else 0.0
    frame = pd.DataFrame({"name": _names(table, by), "weight": weights})
    means = frame.groupby("name")["weight"].mean().fillna(0.0)
    ranked = sorted(means.index, key=lambda name: (-means[name], name))
    return sorted(ranked[:count])


def _names(table: pd.DataFrame, by: Sequence[str]) -> npt.NDArray[np.object_]:
    if not by:
        return np.full(len(table), "", dtype=object)
    parts = [table[column].astype(str) for column in by]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + " → " + part
    return joined.to_numpy(dtype=object)


def _series(name: str, spread: pd.DataFrame, months: pd.PeriodIndex, replicates: int) -> Series:
    full = spread.set_axis(pd.PeriodIndex(spread.index, freq="M")).reindex(months)
    low, median, high = (full[q].to_numpy(dtype=np.float64) for q in BAND)
    return Series(name, months, median, low, high, replicates)


def isolated(values: FloatArray) -> npt.NDArray[np.bool_]:
    """Mark values with no defined neighbour: a line through them would not show."""
    finite = np.isfinite(values)
    before = np.concatenate([[False], finite[:-1]])
    after = np.concatenate([finite[1:], [False]])
    lone: npt.NDArray[np.bool_] = finite & ~before & ~after
    return lone
