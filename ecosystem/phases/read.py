"""Read: everyone spends their attention, through rankings and the people they follow."""

from __future__ import annotations

import numpy as np

from ecosystem.core.compiled import plain
from ecosystem.core.streams import Streams
from ecosystem.core.threads import share_out
from ecosystem.phases.kernels import Decisions, Offer, Readers, spend_attention
from ecosystem.world.proposals import Reads
from ecosystem.world.world import World

__all__ = ["read"]


def read(world: World, draw: Streams) -> Reads:
    """Draw what each person reads, in proportion to exposure, at a curator and in a domain."""
    people, settings = world.humans, world.settings.humans
    shape, feed = (len(people), settings.attention), world.feed
    if feed is None:
        return Reads(np.full(shape, -1, dtype=np.int32))
    out = np.empty(shape, dtype=np.int32)
    decisions = Decisions(*(draw.key(f"read.{name}") for name in Decisions._fields))
    offer = Offer(
        feed.first,
        *feed.by_author,
        audience=np.cumsum(world.audience),
        demand=plain(np.cumsum(world.affinity * world.reality.demand, axis=1), np.float64),
        exposure=feed.ranked.tables,
    )

    def work(start: int, stop: int) -> None:
        some = Readers(
            people.key[start:stop],
            people.domain[start:stop],
            people.home[start:stop],
            world.follows.indptr[start : stop + 1],
            world.follows.indices,
            settings.follow,
            settings.home_share,
            settings.focus,
        )
        spend_attention(decisions, some, offer, out[start:stop])

    share_out(work, len(people))
    return Reads(out)
