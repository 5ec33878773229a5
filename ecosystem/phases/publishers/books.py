"""Books: what publishers earned and spent, the volume they draw from it, and who closes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.phases.publishers.beliefs import Beliefs
from ecosystem.phases.publishers.costs import affordable, fixed_cost, item_cost
from ecosystem.phases.publishers.standing import open_for_business, written_by_publishers
from ecosystem.phases.publishers.supply import average_margins, marginal_margins
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


def keep_books(world: World, beliefs: Beliefs) -> Books:
    """Update averages and decide next month's volume, and who closes.

    Args:
        world: after the month's payments.
        beliefs: after this month.
    """
    publishers, settings = world.publishers, world.settings.publishers
    scale = world.settings.scale.people_per_human
    written = written_by_publishers(world)
    views = world.reception.by_publisher.sum(axis=0)
    price = item_cost(world)
    spent = written * scale * price + fixed_cost(world)
    income = world.ledger.earned(Kind.PUBLISHER) + spent
    keep = 1 - settings.memory
    produced = keep * publishers.produced + settings.memory * written
    revenue = keep * publishers.revenue + settings.memory * income
    cost = keep * publishers.cost + settings.memory * spent
    if settings.volume_rule == "marginal":
        margin = marginal_margins(world, beliefs)
    else:
        margin = average_margins(world, beliefs, produced, revenue, price)
    busy, volume = open_for_business(world), publishers.volume.astype(float)
    if settings.speed > 0:
        step = np.where(busy, settings.speed * np.clip(np.nan_to_num(margin, posinf=1.0), -1, 1), 0.0)
        volume *= np.exp(step)
    margin = np.where(busy | (produced > 0), margin, np.nan)  # who never wrote and cannot has not looked
    broke = world.ledger.usd(Kind.PUBLISHER) < 0
    possible = np.minimum(volume, affordable(world, revenue))
    active = publishers.active & ~broke & ~(busy & (possible < settings.least_volume))
    return Books(
        volume.astype(np.float32),
        margin.astype(np.float32),
        active,
        produced.astype(np.float32),
        revenue,
        cost,
        views.astype(np.float32),
    )
