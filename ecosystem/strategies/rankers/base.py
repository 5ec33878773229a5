"""What a curator's ranking rewards: factors of an item's exposure that multiply."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.registry import Component, Registry

__all__ = ["Feed", "Ranker", "exposure"]


class Feed(NamedTuple):
    """The items that a ranking orders; every array has shape (items,)."""

    votes: NDArray[np.float64]
    """Upvotes so far."""
    links: NDArray[np.float64]
    """In-links so far."""
    authority: NDArray[np.float64]
    """PageRank of the author, in multiples of an author whom nobody links to."""
    age: NDArray[np.float64]
    """Months since publication."""


class Ranker(Component):
    """One factor of exposure."""

    registry: ClassVar[Registry[type[Ranker]]] = Registry("ranker")

    @abstractmethod
    def factor(self, feed: Feed) -> NDArray[np.float64]:
        """Positive factor of each item's exposure, shape (items,)."""


def exposure(rankers: tuple[Ranker, ...], feed: Feed) -> NDArray[np.float64]:
    """Product of the rankers' factors, shape (items,); 1 throughout without rankers."""
    total = np.ones(len(feed.votes))
    for ranker in rankers:
        total *= ranker.factor(feed)
    return total
