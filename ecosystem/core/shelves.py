"""Rows sorted onto numbered shelves in linear time: items by author, links by whom they point to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ecosystem.core.compiled import compiled
from ecosystem.core.threads import share_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Shelves", "loads", "shelve"]


class Shelves(NamedTuple):
    """Rows sorted into shelves: shelf s holds ``rows[start[s]:start[s + 1]]``, in order of row.

    Attributes:
        start: i64[shelves + 1].
        rows: i32[rows on shelves].
    """

    start: NDArray[np.int64]
    rows: NDArray[np.int32]


@compiled
def _count(shelf: NDArray[np.int32], counts: NDArray[np.int64]) -> None:
    for i in range(np.uint64(shelf.size)):
        if shelf[i] >= 0:
            counts[np.uint64(shelf[i])] += 1


@compiled
def _place(shelf: NDArray[np.int32], first: int, at: NDArray[np.int64], rows: NDArray[np.int32]) -> None:
    """Put rows, numbered from ``first``, where their shelves go on: ``at``, which moves along."""
    for i in range(np.uint64(shelf.size)):
        if shelf[i] >= 0:
            to = np.uint64(at[np.uint64(shelf[i])])
            at[np.uint64(shelf[i])] += 1
            rows[to] = first + np.int64(i)


def loads(shelf: NDArray[np.int32], shelves: int) -> NDArray[np.int64]:
    """How many rows are on each shelf, i64[shelves]; see :func:`shelve`."""
    total: NDArray[np.int64] = sum(_loads(shelf, shelves).values(), np.zeros(shelves, np.int64))
    return total


def _loads(shelf: NDArray[np.int32], shelves: int) -> dict[int, NDArray[np.int64]]:
    """The same by parts of the rows, under the first row of each part."""

    def work(start: int, stop: int) -> tuple[int, NDArray[np.int64]]:
        counts = np.zeros(shelves, np.int64)
        _count(shelf[start:stop], counts)
        return start, counts

    return dict(share_out(work, len(shelf)))


def shelve(shelf: NDArray[np.int32], shelves: int) -> Shelves:
    """Sort rows onto shelves.

    Args:
        shelf: i32[rows], of each row, from 0 to ``shelves - 1``; -1 is left out.
        shelves: how many there are.
    """
    begin = np.zeros(shelves + 1, np.int64)
    if shelf.size == 0:
        return Shelves(begin, np.empty(0, np.int32))
    at = _loads(shelf, shelves)
    np.cumsum(sum(at.values()), out=begin[1:])
    free = begin[:-1].copy()
    for start, counts in at.items():
        at[start], free = free, free + counts
    rows = np.empty(int(begin[-1]), np.int32)
    share_out(lambda start, stop: _place(shelf[start:stop], start, at[start], rows), len(shelf))
    return Shelves(begin, rows)
