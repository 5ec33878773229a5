"""The market for attention: how much is read and posted at each host, and who is about to enter."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ALL_AUTHORS", "BY_PUBLISHERS", "Market"]

ALL_AUTHORS, BY_PUBLISHERS = 0, 1
"""Whose items the counters are of, along their last axis."""


class Market:
    """Public counters of the hosts, averaged over the memory of publishers, and publishers to be.

    Args:
        curators: how many hosts there are.
    """

    def __init__(self, curators: int) -> None:
        """Begin before anything has been read."""
        self.read = np.zeros((curators, 2))
        """Simulated reads a month of what each host shows, by all authors and by publishers, shape (curators, 2)."""
        self.posted = np.zeros((curators, 2))
        """New items a month at each host, likewise."""
        self.planned = np.empty((0, 2), dtype=np.int64)
        """Month in which each publisher on the way will be founded, and its group; shape (planned, 2)."""

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """A copy of all."""
        return {name: getattr(self, name).copy() for name in ("read", "posted", "planned")}

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Take back what :meth:`dump` gave."""
        self.read, self.posted = state["read"].astype(float), state["posted"].astype(float)
        self.planned = state["planned"].astype(np.int64)
