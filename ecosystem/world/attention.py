"""Views and upvotes by item, from who read what."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled

__all__ = ["Attention"]

type F64 = NDArray[np.float64]


@compiled
def _range(reads: NDArray[np.int32]) -> tuple[int, int]:
    """First item read and the one after the last; (0, 0) if nothing was read."""
    first, stop = -1, 0
    for person in range(reads.shape[0]):
        for read in range(reads.shape[1]):
            row = reads[person, read]
            if row >= 0:
                stop = max(stop, row + 1)
                if row < first or first < 0:
                    first = row
    return max(first, 0), stop


@compiled
def _count(reads: NDArray[np.int32], upvoted: NDArray[np.bool_], first: int, views: F64, votes: F64) -> None:
    for person in range(reads.shape[0]):
        for read in range(reads.shape[1]):
            row = reads[person, read]
            if row >= 0:
                views[row - first] += 1.0
                if upvoted[person, read]:
                    votes[row - first] += 1.0


class Attention(NamedTuple):
    """The items that were read in a month, each once; arrays of shape (items read,)."""

    row: NDArray[np.int64]
    """Row in the table of items, rising."""
    views: F64
    votes: F64

    @classmethod
    def of(cls, reads: NDArray[np.int32], upvoted: NDArray[np.bool_]) -> Attention:
        """Count how often each item was read and upvoted.

        Args:
            reads: row of the item of each person's each read, -1 for none, shape (people, reads).
            upvoted: whether it ended in an upvote, same shape.
        """
        first, stop = _range(reads)
        views, votes = np.zeros(stop - first), np.zeros(stop - first)
        _count(reads, upvoted, first, views, votes)
        read = np.flatnonzero(views)
        return cls(first + read, views[read], votes[read])
