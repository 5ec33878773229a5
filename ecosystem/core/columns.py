"""Sums of tables of numbers, such as styles: texts by dimensions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled, plain

__all__ = ["column_sums", "row_sum", "times_each"]


def column_sums(group: NDArray[np.integer], groups: int, values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Sum of each column within each group, shape (groups, columns); there may be no columns at all.

    Args:
        group: from 0 to groups - 1, shape (n,).
        groups: how many there are.
        values: shape (n, columns).
    """
    out = np.zeros((groups, values.shape[1]))
    for column in range(values.shape[1]):
        out[:, column] = np.bincount(group, values[:, column], groups)
    return out


@compiled
def row_sum(values: NDArray[np.float64]) -> float:
    """Sum of a row of numbers, shape (n,): eight sums side by side.

    Up to 128 numbers are added in the order of numpy's sums, and so to the same bits.
    """
    total, whole = 0.0, values.size - values.size % 8
    if whole > 0:
        a, b, c, d, e, f, g, h = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for at in range(0, whole, 8):
            a, b, c, d = a + values[at], b + values[at + 1], c + values[at + 2], d + values[at + 3]
            e, f, g, h = e + values[at + 4], f + values[at + 5], g + values[at + 6], h + values[at + 7]
        total = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for at in range(whole, values.size):
        total += values[at]
    return total


@compiled
def _count(codes: NDArray[np.int16], counts: NDArray[np.int64]) -> None:
    for i in range(np.uint64(codes.size)):
        counts[np.int64(codes[i])] += 1  # -1 counts at the end


def times_each(codes: NDArray[np.int16], size: int) -> NDArray[np.int64]:
    """How often each of few codes comes, shape (size,); -1, for none, is left out.

    Args:
        codes: from -1 to size - 1, shape (n,).
        size: how many there are.
    """
    counts = np.zeros(size + 1, dtype=np.int64)
    _count(plain(codes, np.int16), counts)
    return counts[:-1]
