"""Vote: readers upvote what is visibly right and what appeals to them."""

from __future__ import annotations

import numpy as np

from ecosystem.core.streams import Streams
from ecosystem.phases.kernels import upvote
from ecosystem.world.proposals import Reads, Votes
from ecosystem.world.world import World

__all__ = ["vote"]


def vote(world: World, reads: Reads, draw: Streams) -> Votes:
    """Decide for each read whether it ends in an upvote."""
    out = np.zeros(reads.item.shape, dtype=np.bool_)
    feed = world.feed
    if feed is not None and out.size:
        upvote(
            draw.key("vote.see"),
            draw.key("vote.vote"),
            world.humans.key,
            world.humans.aversion,
            reads.item,
            feed.first,
            feed.charm,
            feed.truth,
            feed.visible_ai,
            out,
        )
    return Votes(out)
