"""Outcomes of runs, and their differences from a control on the same seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import t as student

import ecosystem as eco

__all__ = ["Difference", "Outcome", "difference", "markdown"]

LEVEL = 0.95
"""Of the intervals."""


@dataclass(frozen=True)
class Outcome:
    """A number by which runs are compared.

    Attributes:
        name: what a page calls it.
        table: of the results.
        column: of the table; one that is money or items of a month is averaged over months, as all others are.
        digits: how it is shown.
        where: values of other columns that rows must have, such as one lab's name.
        first: of the months averaged, "2023-01".
        last: likewise.
    """

    name: str
    table: str
    column: str
    first: str
    last: str
    digits: str = ".3f"
    where: Mapping[str, object] = field(default_factory=dict)

    def of(self, results: eco.Results) -> pd.Series[float]:
        """Mean over months and rows, by replicate.

        Raises:
            ValueError: no row is meant.
        """
        frame = getattr(results, self.table)
        dates = frame["date"].astype(str).str[:7]
        rows = (dates >= self.first) & (dates <= self.last)
        for name, value in self.where.items():
            rows &= frame[name] == value
        if not rows.any():
            message = f"{self.name}: no row of {self.table} from {self.first} to {self.last} with {dict(self.where)}"
            raise ValueError(message)
        found: pd.Series[float] = frame[rows].groupby("replicate")[self.column].mean()
        return found


class Difference(NamedTuple):
    """A mean of paired differences and its interval."""

    mean: float
    low: float
    high: float

    @property
    def decided(self) -> bool:
        """Whether the interval excludes zero."""
        return self.low > 0 or self.high < 0

    def show(self, digits: str) -> str:
        """For a table; in bold if zero is excluded."""
        text = f"{self.mean:+{digits}} [{self.low:+{digits}}, {self.high:+{digits}}]"
        return f"**{text}**" if self.decided else text


def difference(values: pd.Series[float], control: pd.Series[float]) -> Difference:
    """Mean of the differences seed by seed, with Student's interval.

    Differences that are the same for all seeds, as where nothing moves to the bit, have an interval of no width.
    """
    apart = (values - control).to_numpy()
    mean = float(apart.mean())
    half = float(student.ppf(0.5 + LEVEL / 2, len(apart) - 1) * apart.std(ddof=1) / np.sqrt(len(apart)))
    return Difference(mean, mean - half, mean + half)


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose first column is text and whose others are numbers."""
    lines = ["| " + " | ".join(heads) + " |", "| --- |" + " ---: |" * (len(heads) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
