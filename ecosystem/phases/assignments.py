"""Who writes what this month, before a word is written."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import broods

__all__ = ["Assignments", "repeated"]


class Assignments(NamedTuple):
    """One entry for each item to be written; arrays of shape (items,)."""

    author: NDArray[np.int64]
    """Row of the person or the publisher."""
    key: NDArray[np.uint64]
    """Identity of the item."""
    domain: NDArray[np.int64]

    @classmethod
    @cache
    def none(cls) -> Assignments:
        """Nothing to write."""
        return cls(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64))

    def part(self, start: int, stop: int) -> Assignments:
        """Those from ``start`` to before ``stop``."""
        return Assignments(self.author[start:stop], self.key[start:stop], self.domain[start:stop])

    @classmethod
    def join(cls, parts: list[Assignments]) -> Assignments:
        """All of a non-empty list, in order."""
        some = [part for part in parts if len(part.key)] or parts[:1]
        return some[0] if len(some) == 1 else cls(*map(np.concatenate, zip(*some, strict=True)))


def repeated(
    keys: NDArray[np.uint64], counts: NDArray[np.int64], step: int
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Authors and item keys for ``counts[i]`` items of author i, whose key is ``keys[i]``."""
    author, _, key = broods(keys, step, counts)
    return author, key
