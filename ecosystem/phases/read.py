"""Read: everyone spends their attention, through rankings and the people they follow."""

from __future__ import annotations

import numpy as np

from ecosystem.core.streams import Streams
from ecosystem.phases.kernels import spend_attention
from ecosystem.world.proposals import Reads
from ecosystem.world.world import World

__all__ = ["read"]


def read(world: World, draw: Streams) -> Reads:
    """Draw what each person reads, in proportion to exposure, at a curator and in a domain."""
    people, settings = world.humans, world.settings.humans
    out = np.full((len(people), settings.attention), -1, dtype=np.int32)
    feed = world.feed
    if feed is None or out.size == 0:
        return Reads(out)
    demand = np.cumsum(world.affinity * world.reality.demand, axis=1)
    spend_attention(
        draw.key("read.follow"),
        draw.key("read.whom"),
        draw.key("read.which"),
        draw.key("read.home"),
        draw.key("read.place"),
        draw.key("read.focus"),
        draw.key("read.domain"),
        draw.key("read.item"),
        people.key,
        people.domain,
        people.home,
        world.follows.indptr,
        world.follows.indices,
        feed.by_author.start,
        feed.by_author.rows,
        np.cumsum(world.audience),
        demand,
        feed.ranked.tables,
        settings.follow,
        settings.home_share,
        settings.focus,
        feed.first,
        out,
    )
    return Reads(out)
