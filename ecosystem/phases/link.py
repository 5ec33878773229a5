"""Link: new items point to what their authors liked, and to what is widely seen."""

from __future__ import annotations

import numpy as np

from ecosystem.core.ragged import Ragged
from ecosystem.core.selection import selected
from ecosystem.core.streams import Streams
from ecosystem.core.threads import share_out
from ecosystem.phases.kernels import link_items
from ecosystem.world.content import OPEN_WEB, Marks, Origin
from ecosystem.world.proposals import LinkSet, Reads, Votes
from ecosystem.world.world import Pages, World

__all__ = ["link"]


def link(world: World, reads: Reads, votes: Votes, pages: Pages, draw: Streams) -> LinkSet:
    """Draw the links of this month's public items; exposure makes it preferential attachment."""
    items, feed = world.content, world.feed
    none = np.empty(0, dtype=np.int64)
    if feed is None or world.settings.links.per_item == 0:
        return LinkSet(none, none)
    month = slice(pages.first, pages.stop)
    public = selected((items.curator[month] >= OPEN_WEB) & ~items.has(Marks.REMOVED, month))
    rows = pages.rows[public]
    item_key, host, domain = items.key[month][public], items.curator[month][public], items.domain[month][public]
    counts = draw.poisson("link.count", item_key, world.settings.links.per_item)
    ends = Ragged.of_lengths(counts).offsets
    key, targets = draw.key("link.target"), np.empty(int(ends[-1]), dtype=np.int64)
    group = np.where(host >= 0, host.astype(np.int64) * world.reality.domains + domain, -1)
    synthetic = items.origin[month][public] == Origin.SYNTHETIC
    reader = np.where(synthetic, np.int64(-1), items.author[month][public])

    def work(start: int, stop: int) -> None:
        part, own = slice(start, stop), targets[ends[start] : ends[stop]]
        linking = rows[part], item_key[part], counts[part], reader[part], group[part]
        link_items(key, *linking, reads.item, votes.upvoted, feed.ranked.tables, feed.first, own)

    share_out(work, len(rows))
    some = selected(targets >= 0)
    return LinkSet(np.repeat(rows, counts)[some], targets[some])
