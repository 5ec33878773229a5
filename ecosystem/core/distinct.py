"""Which rows of several columns of small whole numbers are the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["distinct_rows", "row_codes"]

_ROOM = 2**62
"""Codes of rows stay below it, so that they fit 64 bits."""


def row_codes(columns: Sequence[NDArray[np.integer]]) -> NDArray[np.int64]:
    """A number for each row that is the same for equal rows and in their order, shape (rows,).

    Args:
        columns: at least one, of numbers from -1 up, each of shape (rows,); the first counts most.
    """
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        size = int(column.max(initial=-1)) + 2
        if int(code.max(initial=0)) >= _ROOM // size:
            _, code = np.unique(code, return_inverse=True)
        code = code * size + (column + 1)
    return code


def distinct_rows(columns: Sequence[NDArray[np.integer]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The different rows, rising, and which of them each row is.

    Args:
        columns: as for :func:`row_codes`.

    Returns:
        where each different row comes first, shape (different,), and the number of each row among them,
        shape (rows,).
    """
    _, first, place = np.unique(row_codes(columns), return_index=True, return_inverse=True)
    return first, place
