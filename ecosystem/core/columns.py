"""Sums by group of tables of numbers, such as styles: texts by dimensions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["column_sums"]


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
