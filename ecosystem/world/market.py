"""The market for attention as anyone can see it: how much is read and posted at each host."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Market"]


class Market:
    """Public counters of the hosts, averaged over the memory of publishers.

    Args:
        curators: how many hosts there are.
    """

    def __init__(self, curators: int) -> None:
        """Begin before anything has been read."""
        self.read = np.zeros(curators)
        """Simulated reads a month of what each host shows, shape (curators,)."""
        self.posted = np.zeros(curators)
        """New items a month at each host, by whomever, shape (curators,)."""

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """A copy of the counters."""
        return {"read": self.read.copy(), "posted": self.posted.copy()}

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Take back what :meth:`dump` gave."""
        self.read, self.posted = state["read"].astype(float), state["posted"].astype(float)
