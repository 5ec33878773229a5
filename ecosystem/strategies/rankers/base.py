"""What a curator's ranking rewards: factors of an item's exposure that multiply."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.registry import Component, Registry

__all__ = ["Feed", "Ranker", "exposure"]

type F64 = NDArray[np.float64]


class Feed(NamedTuple):
    """The items that a ranking orders, as their host knows them; arrays have shape (items,) but for ``style``.

    What no host can tell is not here: whether a model wrote an item, and whether it is right.
    """

    votes: F64
    """Upvotes so far."""
    links: F64
    """In-links so far."""
    authority: F64
    """PageRank of the author, in multiples of an author whom nobody links to."""
    age: F64
    """Months since publication."""
    views: F64
    """Simulated reads so far."""
    domain: NDArray[np.int64]
    """Number of the domain."""
    style: NDArray[np.float32]
    """How it says it, shape (items, styles)."""
    signed: NDArray[np.bool_]
    """Whether its author signed it."""
    labelled: NDArray[np.bool_]
    """Whether it carries a label, an honest one or the host's."""
    flagged: NDArray[np.bool_]
    """Whether the host's detector took it for synthetic when it came; never without a detector."""
    score: F64
    """What the host's detector gave it then, nats; NaN without a detector."""


class Ranker(Component):
    """One factor of exposure, best written as a product of what each thing known of an item counts for.

    A subclass overrides what it rewards; the rest counts for 1. Each `by_` method takes values of that one
    thing, shape (values,), and gives positive numbers of the same shape, each from its own value
    alone. So they are worked out once for every value that occurs, and not for every item.

    What is no such product, or looks at something else of an item, overrides :meth:`factor` instead. That is then
    worked out for every item on show, every month.
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
        """The factor of each item's exposure, shape (items,): 0 or more, from that item alone; 0 is not seen."""
        engagement = self.by_votes(feed.votes) * self.by_links(feed.links)
        return self.by_authority(feed.authority) * engagement * self.by_age(feed.age)

    @classmethod
    def is_product(cls) -> bool:
        """Whether the factor is the product of the `by_` methods, so that these can stand for it."""
        return cls.factor is Ranker.factor

    @classmethod
    def rewards(cls, thing: str) -> bool:
        """Whether what one of the `by_` methods is about counts at all, "authority" for instance."""
        return getattr(cls, f"by_{thing}") is not getattr(Ranker, f"by_{thing}")


def exposure(rankers: tuple[Ranker, ...], feed: Feed) -> F64:
    """Product of the rankers' factors, shape (items,); 1 throughout without rankers.

    Raises:
        ValueError: a ranker gave something else than a number from 0 up for each item.
    """
    total = np.ones(len(feed.votes))
    for ranker in rankers:
        factor = np.asarray(ranker.factor(feed))
        if factor.shape != total.shape:
            message = f"{_name(ranker)}.factor gave shape {factor.shape}; give one number an item, shape {total.shape}"
            raise ValueError(message)
        wrong = ~((factor >= 0) & (factor < np.inf))
        if wrong.any():
            message = f"{_name(ranker)}.factor gave {factor[wrong][0]}; a factor is a number from 0 up"
            raise ValueError(message)
        total *= factor
    return total


def _name(ranker: Ranker) -> str:
    return f"ranker {type(ranker).__name__}"
