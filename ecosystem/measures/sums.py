"""Sums by group and shares of them: the arithmetic that most measures consist of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["ratio", "sums"]

type F64 = NDArray[np.float64]


def sums(group: NDArray[np.integer], groups: int, values: NDArray[np.number | np.bool_] | None = None) -> F64:
    """How often each group comes, or the sum of its values; negative groups are left out.

    Args:
        group: shape (n,).
        groups: number of groups; none may exceed it.
        values: shape (n,).

    Returns:
        shape (groups,); 0 for a group that does not come.
    """
    if group.size and group.min() < 0:
        here = group >= 0
        group, values = group[here], None if values is None else values[here]
    if values is None:
        return np.bincount(group, minlength=groups).astype(np.float64)
    return np.bincount(group, values.astype(np.float64, copy=False), groups)


def ratio(part: F64, whole: F64) -> F64:
    """Quotient of two arrays of one shape, element by element; NaN where ``whole`` is 0."""
    some: F64 = np.where(whole != 0, whole, np.nan)
    return part / some
