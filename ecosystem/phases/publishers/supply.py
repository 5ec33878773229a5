"""How much publishers want to write: profit on one more item, by two rules."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.phases.publishers.beliefs import Beliefs, expected
from ecosystem.phases.publishers.choice import appeal, mean_pay
from ecosystem.phases.publishers.costs import item_cost, marginal_cost
from ecosystem.phases.publishers.habits import habits
from ecosystem.world.world import World

__all__ = ["average_margins", "marginal_margins"]

type F64 = NDArray[np.float64]


def marginal_margins(world: World, beliefs: Beliefs) -> F64:
    """Profit per cost of one more item at the pay expected; NaN where it costs nothing or nothing was ever posted.

    Who takes pay as given and goes on until this is 0 makes the most profit (Mas-Colell, Whinston and Green 1995,
    chapter 5).
    """
    publishers, cost = world.publishers, marginal_cost(world)
    if not beliefs.posted.any():
        return np.full(len(cost), np.nan)
    pay = expected(world, beliefs, slice(None))
    pull = appeal(world, publishers.group, habits(world).rewrites, pay, item_cost(world))
    mean = mean_pay(world, publishers.group, pay, pull)
    return np.divide(mean, cost, out=np.full(len(cost), np.nan), where=cost > 0) - 1


def average_margins(
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
