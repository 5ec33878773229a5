"""Vote: readers upvote what is visibly right and what appeals to them."""

from __future__ import annotations

import numpy as np

from ecosystem.core.streams import Streams
from ecosystem.core.threads import share_out
from ecosystem.phases.kernels import upvote
from ecosystem.world.proposals import Reads, Votes
from ecosystem.world.world import World

__all__ = ["vote"]


def vote(world: World, reads: Reads, draw: Streams) -> Votes:
    """Decide for each read whether it ends in an upvote."""
    feed, people, shape = world.feed, world.humans, reads.item.shape
    if feed is None or feed.stop == feed.first:
        return Votes(np.zeros(shape, dtype=np.bool_))
    out, aversion = np.empty(shape, dtype=np.bool_), people.compact("aversion")
    see, vote_key, item, appeal = draw.key("vote.see"), draw.key("vote.vote"), reads.item, feed.appeal

    def work(start: int, stop: int) -> None:
        part = slice(start, stop)
        own = aversion if len(aversion) == 1 else aversion[part]
        upvote(see, vote_key, people.key[part], own, item[part], feed.first, appeal, out[part])

    share_out(work, len(people))
    return Votes(out)
