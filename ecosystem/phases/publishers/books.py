"""Books: what publishers earned and spent, the volume they draw from it, and who closes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.phases.publishers.costs import item_cost
from ecosystem.phases.publishing import open_for_business, written_by_publishers
from ecosystem.world.ledger import Kind
from ecosystem.world.world import World

__all__ = ["Books", "keep_books"]


class Books(NamedTuple):
    """Each publisher's view of its business, shape (publishers,)."""

    volume: NDArray[np.float32]
    margin: NDArray[np.float32]
    active: NDArray[np.bool_]
    produced: NDArray[np.float32]
    revenue: NDArray[np.float64]
    cost: NDArray[np.float64]
    views: NDArray[np.float32]


def keep_books(world: World) -> Books:
    """Update averages and decide next month's volume, and who closes."""
    publishers, settings = world.publishers, world.settings.publishers
    scale = world.settings.scale.people_per_human
    written = written_by_publishers(world)
    views = world.reception.by_publisher.sum(axis=0)
    price = item_cost(world)
    spent = written * scale * price
    income = world.ledger.earned(Kind.PUBLISHER) + spent
    keep = 1 - settings.memory
    produced = keep * publishers.produced + settings.memory * written
    revenue = keep * publishers.revenue + settings.memory * income
    cost = keep * publishers.cost + settings.memory * spent
    margin = _margins(world, produced, revenue, price)
    busy, volume = open_for_business(world), publishers.volume.astype(float)
    if settings.speed > 0:
        step = np.where(busy, settings.speed * np.clip(np.nan_to_num(margin, posinf=1.0), -1, 1), 0.0)
        volume *= np.exp(step)
    broke = world.ledger.usd(Kind.PUBLISHER) < 0
    active = publishers.active & ~broke & ~(busy & (volume < settings.least_volume))
    return Books(
        volume.astype(np.float32),
        margin.astype(np.float32),
        active,
        produced.astype(np.float32),
        revenue,
        cost,
        views.astype(np.float32),
    )


def _margins(
    world: World, produced: NDArray[np.floating], revenue: NDArray[np.float64], price: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Expected profit per cost of one more item; NaN without sales to judge by or without a price (what one costs).

    A publisher's own revenue per item is noisy, so it is pooled with its group's in proportion to
    how much it writes.
    """
    if not price.any():
        return np.full(len(price), np.nan)
    publishers, settings, scale = world.publishers, world.settings.publishers, world.settings.scale.people_per_human
    groups = len(settings.groups)
    made = np.bincount(publishers.group, produced, groups)
    got = np.bincount(publishers.group, revenue, groups)
    common = np.divide(got, made, out=np.full(groups, np.nan), where=made > 0)[publishers.group]
    own = np.divide(revenue, produced, out=common.copy(), where=produced > 0)
    weight = produced / (produced + settings.pooling) if settings.pooling > 0 else np.ones(len(produced))
    per_item = (weight * own + (1 - weight) * common) / scale
    return np.divide(per_item, price, out=np.full(len(price), np.nan), where=price > 0) - 1
