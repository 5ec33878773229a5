"""How much publishers want to write: profit on one more item, by two rules."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.phases.publishers.beliefs import Beliefs, expected, public_pay
from ecosystem.phases.publishers.choice import appeal, mean_pay
from ecosystem.phases.publishers.costs import item_cost, marginal_cost
from ecosystem.phases.publishers.habits import habits
from ecosystem.world.publishers import MODES
from ecosystem.world.world import World

__all__ = ["average_margins", "common_pay", "marginal_margins"]

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


def average_margins(world: World, beliefs: Beliefs, produced: NDArray[np.floating], revenue: F64, price: F64) -> F64:
    """Expected profit per cost of an item; NaN without anything to judge by or without a price (what one costs).

    A publisher's own revenue per item is noisy, so it is pooled with what anyone can see that items pay where its
    group publishes, in proportion to how much it writes.
    """
    if not price.any():
        return np.full(len(price), np.nan)
    settings, scale = world.settings.publishers, world.settings.scale.people_per_human
    common = common_pay(world, beliefs, price) * scale
    own = np.divide(revenue, produced, out=common.copy(), where=produced > 0)
    weight = produced / (produced + settings.pooling) if settings.pooling > 0 else np.ones(len(produced))
    # Before anything was ever posted where publishers go, own books are all there is.
    per_item = np.where(np.isnan(common), own, weight * own + (1 - weight) * common) / scale
    return np.divide(per_item, price, out=np.full(len(price), np.nan), where=price > 0) - 1


def common_pay(world: World, beliefs: Beliefs, price: F64) -> F64:
    """USD that an item brings in where each publisher would put it, as anyone can see, shape (publishers,).

    NaN if nothing was ever posted at any host.
    """
    publishers = world.publishers
    if not beliefs.posted.any():
        return np.full(len(publishers), np.nan)
    by_host = public_pay(world, beliefs)
    pay = np.broadcast_to(by_host[None, :, None], (len(publishers), len(by_host), MODES))
    pull = appeal(world, publishers.group, habits(world).rewrites, pay, price)
    return mean_pay(world, publishers.group, pay, pull)
