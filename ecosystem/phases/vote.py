"""Vote: readers upvote what is visibly right and what appeals to them."""

from __future__ import annotations

import numpy as np

from ecosystem.core.compiled import plain
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
    out = np.empty(shape, dtype=np.bool_)
    see, vote_key, item, appeal = draw.key("vote.see"), draw.key("vote.vote"), reads.item, feed.appeal

    def work(start: int, stop: int) -> None:
        part = slice(start, stop)
        aversion = plain(people.aversion[part], np.float32)
        upvote(see, vote_key, people.key[part], aversion, item[part], feed.first, appeal, out[part])

    share_out(work, len(people))
    return Votes(out)
