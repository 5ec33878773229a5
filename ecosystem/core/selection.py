"""Selections of rows and joins of arrays that copy least: mostly all rows are meant, or a range, or one array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Selection", "as_selection", "held", "joined", "part", "selected", "taken", "tally"]

type Selection = slice | NDArray[np.int64]
"""An index into arrays: a slice gives a view, row numbers a copy."""


def selected(mask: NDArray[np.bool_]) -> Selection:
    """The places where a mask holds."""
    return slice(0, len(mask)) if mask.all() else np.flatnonzero(mask)


def as_selection(rows: NDArray[np.int64]) -> Selection:
    """Row numbers, as a range if each is the one after that before it."""
    if len(rows) and rows[-1] - rows[0] == len(rows) - 1 and bool((rows[1:] > rows[:-1]).all()):
        return slice(int(rows[0]), int(rows[-1]) + 1)
    return rows


def held(selection: Selection) -> int:
    """How many rows a selection holds; of a slice, one with both ends."""
    return selection.stop - selection.start if isinstance(selection, slice) else len(selection)


def part(selection: Selection, start: int, stop: int) -> Selection:
    """The rows of a selection from the one at ``start`` to before the one at ``stop``; of a slice, one with a start."""
    if isinstance(selection, slice):
        return slice(selection.start + start, selection.start + stop)
    return selection[start:stop]


def joined[S: np.generic](parts: list[NDArray[S]], kind: type[S]) -> NDArray[S]:
    """Arrays of one row each, end to end; the only one with anything in it as it is, without a copy."""
    some = [part for part in parts if len(part)]
    return some[0] if len(some) == 1 else np.concatenate([np.empty(0, kind), *some])


def taken[S: np.generic](column: NDArray[S], selection: Selection) -> NDArray[S]:
    """A copy of some rows of a column."""
    part: NDArray[Any] = column[selection]
    return part.copy() if isinstance(selection, slice) else part


DENSE = 8
"""Possible numbers for each that comes, up to which counting them in place is faster than sorting; measured."""


def tally(numbers: NDArray[np.int64], count: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The numbers that come, rising, and the sum of the counts of each.

    Args:
        numbers: at least 0, shape (n,).
        count: of each, above 0, shape (n,).
    """
    if numbers.size and numbers.max() >= DENSE * numbers.size:
        found, place = np.unique(numbers, return_inverse=True)
        return found, np.bincount(place, count, len(found)).astype(np.int64)
    total = np.bincount(numbers, count)
    found = np.flatnonzero(total)
    return found, total[found].astype(np.int64)
