"""Who can write, and how much everyone has written."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.world.content import OPEN_WEB, Origin
from ecosystem.world.world import World

__all__ = ["begun", "bound_by_quota", "open_for_business", "written_by_publishers"]


_SYNTHETIC, _PUBLIC = int(Origin.SYNTHETIC), int(OPEN_WEB)


def open_for_business(world: World) -> NDArray[np.bool_]:
    """Which publishers can write this month, shape (publishers,): those with a lab that has a model."""
    usable = np.array([lab.usable for lab in world.labs.values()] + [False])
    return world.publishers.active & usable[world.publishers.lab] & begun(world)


def begun(world: World) -> bool:
    """Whether publishers may write yet."""
    starts = world.settings.publishers.starts
    return starts is None or world.clock.date >= starts


def bound_by_quota(world: World) -> NDArray[np.bool_]:
    """Which publishers write their group's quota and nothing else, shape (publishers,)."""
    bound = np.array([group.quota is not None for group in world.settings.publishers.groups], dtype=np.bool_)
    return bound[world.publishers.group]


@compiled
def _count_written(
    origin: NDArray[np.uint8], curator: NDArray[np.int16], author: NDArray[np.int32], counts: NDArray[np.int64]
) -> None:
    """Add public synthetic items, shape (items,), to the counts of their publishers, shape (publishers,)."""
    for i in range(np.uint64(origin.size)):
        if origin[i] == _SYNTHETIC and curator[i] >= _PUBLIC:
            counts[np.uint64(author[i])] += 1


def written_by_publishers(world: World) -> NDArray[np.int64]:
    """Items that each publisher put out this month, shape (publishers,)."""
    items, month = world.content, world.rows_of(world.clock.step)
    counts = np.zeros(len(world.publishers), dtype=np.int64)
    _count_written(items.origin[month], items.curator[month], items.author[month], counts)
    return counts
