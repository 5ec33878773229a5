"""The most voted items of a month where most is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.world.attention import votes_in
from ecosystem.world.reception import VIEWS

if TYPE_CHECKING:
    from ecosystem.world.world import World

__all__ = ["Favourites"]

_MOST = 30
"""Items that any measure asks for at most."""


@compiled
def _leading(counts: NDArray[np.uint64], curator: NDArray[np.int16], host: int, votes: NDArray[np.int64]) -> None:
    """Fill ``votes`` (places,), 0 so far, with the largest of what items at ``host`` received, falling.

    Args:
        counts: of each item, as in `Attention`, shape (items,).
        curator: its host, shape (items,).
        host: the one that counts.
        votes: filled.
    """
    last = votes.size - 1
    for i in range(np.uint64(counts.size)):
        count = votes_in(counts[i])
        if count > votes[last] and curator[i] == host:
            at = last
            while at > 0 and votes[at - 1] < count:
                votes[at] = votes[at - 1]
                at -= 1
            votes[at] = count


class Favourites(NamedTuple):
    """What was voted for most at the most viewed curator."""

    host: int
    """That curator, the first by name of several; -1 if nothing was read at any."""
    votes: NDArray[np.int64]
    """The month's votes of the items that received most of them there, falling, shape (30,)."""

    @classmethod
    def of(cls, world: World) -> Favourites:
        """Look at the month's votes."""
        views = world.reception.by_curator[:-1, :, :, VIEWS].sum(axis=(1, 2))
        host = int(np.argmax(views)) if views.any() else -1
        votes, month = np.zeros(_MOST, np.int64), world.attention
        if host >= 0:
            _leading(month.counts, world.content.curator[month.rows], host, votes)
        return cls(host, votes)
