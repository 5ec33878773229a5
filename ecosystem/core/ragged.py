"""Rows of unequal length laid end to end, and the few loops that work on them.

Ideas are numbered within their domain, and domains hold different numbers of ideas. Keeping all of
them in one flat array with row offsets lets two thousand small domains cost what one large one does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled

__all__ = ["Ragged"]


@compiled
def _running(values: NDArray[np.float64], offsets: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    for row in range(offsets.size - 1):
        total = 0.0
        for at in range(offsets[row], offsets[row + 1]):
            total += values[at]
            out[at] = total


@compiled
def _totals(values: NDArray[np.float64], offsets: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    for row in range(offsets.size - 1):
        total = 0.0
        for at in range(offsets[row], offsets[row + 1]):
            total += values[at]
        out[row] = total


@compiled
def _maxima(values: NDArray[np.float64], offsets: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    for row in range(offsets.size - 1):
        top = 0.0
        for at in range(offsets[row], offsets[row + 1]):
            top = max(top, values[at])
        out[row] = top


@compiled
def _shares(values: NDArray[np.float64], offsets: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    for row in range(offsets.size - 1):
        total = 0.0
        for at in range(offsets[row], offsets[row + 1]):
            total += values[at]
        for at in range(offsets[row], offsets[row + 1]):
            out[at] = values[at] / total if total > 0.0 else 0.0


@dataclass(frozen=True)
class Ragged:
    """The layout of ``rows`` rows of non-negative numbers in one flat array.

    Attributes:
        offsets: shape (rows + 1,), int64; row r occupies ``offsets[r]:offsets[r + 1]``.
    """

    offsets: NDArray[np.int64]

    @classmethod
    def of_lengths(cls, lengths: NDArray[np.int64]) -> Ragged:
        """Lay out rows of the given lengths (shape (rows,), each >= 0)."""
        offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(lengths, out=offsets[1:])
        return cls(offsets)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.offsets) - 1

    @property
    def size(self) -> int:
        """Number of entries in all rows together."""
        return int(self.offsets[-1])

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Length of each row, shape (rows,)."""
        return np.diff(self.offsets)

    def row_of(self) -> NDArray[np.int64]:
        """Row that each flat entry belongs to, shape (size,)."""
        return np.repeat(np.arange(self.rows), self.lengths)

    def local(self) -> NDArray[np.int64]:
        """Place of each flat entry within its row, shape (size,)."""
        return np.arange(self.size) - np.repeat(self.offsets[:-1], self.lengths)

    def flat(self, row: NDArray[np.integer], local: NDArray[np.integer]) -> NDArray[np.int64]:
        """Flat position of entry ``local`` of ``row`` (arrays of one shape)."""
        return self.offsets[row] + local

    def picked(self, at: NDArray[np.int64]) -> Ragged:
        """The layout of some entries by themselves: as many rows, without the other entries.

        What is summed over it comes to the same bits as over the whole layout with 0 in the other places.

        Args:
            at: their flat positions, ascending.
        """
        return Ragged(np.searchsorted(at, self.offsets))

    def totals(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum of each row, shape (rows,); an empty row sums to 0."""
        out = np.empty(self.rows)
        _totals(values, self.offsets, out)
        return out

    def maxima(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Largest entry of each row of non-negative values, shape (rows,); 0 for an empty row."""
        out = np.empty(self.rows)
        _maxima(values, self.offsets, out)
        return out

    def running(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Running sums that start again at each row, shape (size,)."""
        out = np.empty(self.size)
        _running(values, self.offsets, out)
        return out

    def shares(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values divided by the total of their row, shape (size,); 0 throughout a row of zeros."""
        out = np.empty(self.size)
        _shares(values, self.offsets, out)
        return out

    def entropies(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Shannon entropy of each row of shares, in nats, shape (rows,); NaN for a row of zeros."""
        terms = np.zeros(self.size)
        some = shares > 0
        terms[some] = -shares[some] * np.log(shares[some])
        return np.where(self.totals(shares) > 0, self.totals(terms), np.nan)
