"""What a curator's ranking rewards: factors of an item's exposure that multiply."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.registry import Component, Registry

__all__ = ["Feed", "Ranker", "exposure"]

type F64 = NDArray[np.float64]


class Feed(NamedTuple):
    """The items that a ranking orders; every array has shape (items,)."""

    votes: F64
    """Upvotes so far."""
    links: F64
    """In-links so far."""
    authority: F64
    """PageRank of the author, in multiples of an author whom nobody links to."""
    age: F64
    """Months since publication."""


class Ranker(Component):
    """One factor of exposure: a product of what each thing that is known of an item counts for.

    A subclass overrides what it rewards; the rest counts for 1. Each method takes values of that one
    thing, shape (values,), and gives positive numbers of the same shape, each from its own value
    alone. So they are worked out once for every value that occurs, and not for every item.
    """

    registry: ClassVar[Registry[type[Ranker]]] = Registry("ranker")

    def by_votes(self, votes: F64) -> F64:
        """What upvotes so far count for."""
        return np.ones(votes.shape)

    def by_links(self, links: F64) -> F64:
        """What in-links so far count for."""
        return np.ones(links.shape)

    def by_authority(self, authority: F64) -> F64:
        """What the author's PageRank counts for."""
        return np.ones(authority.shape)

    def by_age(self, age: F64) -> F64:
        """What months since publication count for."""
        return np.ones(age.shape)

    def factor(self, feed: Feed) -> F64:
        """The factor of each item's exposure, shape (items,)."""
        engagement = self.by_votes(feed.votes) * self.by_links(feed.links)
        return self.by_authority(feed.authority) * engagement * self.by_age(feed.age)


def exposure(rankers: tuple[Ranker, ...], feed: Feed) -> F64:
    """Product of the rankers' factors, shape (items,); 1 throughout without rankers."""
    total = np.ones(len(feed.votes))
    for ranker in rankers:
        total *= ranker.factor(feed)
    return total
