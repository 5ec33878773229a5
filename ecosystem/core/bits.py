"""Arrays compared bit by bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["blank", "one_value", "same", "unequal"]

_LARGEST_WORD = 8  # bytes; numbers of more are not looked at bit by bit


def blank(values: NDArray[Any]) -> bool:
    """Whether there are only zero bits."""
    if values.size == 0 or values.flat[0]:  # often, and quick to see
        return values.size == 0
    size = values.dtype.itemsize
    return size <= _LARGEST_WORD and not np.count_nonzero(values.view(f"u{size}"))  # a call quicker than any()


def same(values: NDArray[Any], one: NDArray[Any]) -> bool:
    """Whether all values have the bits of one."""
    size = values.dtype.itemsize
    word = f"u{size}" if size <= _LARGEST_WORD else "u1"
    left, right = (np.ascontiguousarray(array).ravel().view(word) for array in (values, one))
    return bool((left.reshape(-1, right.size) == right).all())


def unequal(mine: NDArray[Any], theirs: NDArray[Any]) -> NDArray[np.bool_]:
    """Which rows differ in any bit, NaN aside."""
    size = mine.dtype.itemsize
    left, right = (np.ascontiguousarray(a).view(np.uint8) for a in (mine, theirs))
    cells = (len(mine), mine[:1].size, size) if len(mine) else (0, 1, size)
    differ = (left.reshape(cells) != right.reshape(cells)).any(axis=2)
    if mine.dtype.kind in "fc":
        both = np.isnan(mine) & np.isnan(theirs)
        differ &= ~both.reshape(cells[:2])
    return np.asarray(differ.any(axis=1))


def one_value(values: NDArray[Any]) -> NDArray[Any] | None:
    """What all rows have if it is one and the same; None if it is not, or if there are none."""
    if values.ndim == 0:
        return values.copy()
    if not len(values):
        return None
    first = np.array(values[0])
    return first if same(values[-1:], first) and same(values, first) else None  # the last tells them mostly
