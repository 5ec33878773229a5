"""Entry: who founds a publisher, and why."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams, name_key
from ecosystem.phases.publishers.books import Books
from ecosystem.phases.publishing import open_for_business
from ecosystem.world.world import World

__all__ = ["entrants"]


def entrants(world: World, books: Books, draw: Streams) -> NDArray[np.int64]:
    """Group of each publisher founded for next month: free entry in proportion to the margin seen."""
    publishers, settings = world.publishers, world.settings.publishers
    if settings.entry == 0:
        return np.empty(0, dtype=np.int64)
    busy = open_for_business(world) & books.active & ~np.isnan(books.margin)
    new = []
    for number, group in enumerate(settings.groups):
        mine = busy & (publishers.group == number)
        if not mine.any():
            continue
        margin = float(np.clip(books.margin[mine].mean(), 0, 1))
        rate = np.array([settings.entry * float(mine.sum()) * margin])
        count = int(draw.poisson("business.entry", np.array([name_key("group", group.name)]), rate)[0])
        new.append(np.full(count, number, dtype=np.int64))
    return np.concatenate([np.empty(0, dtype=np.int64), *new])
