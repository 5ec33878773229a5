"""Entry: who founds a publisher, why, and when it opens."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams, name_key
from ecosystem.phases.publishers.beliefs import Beliefs
from ecosystem.phases.publishers.books import Books
from ecosystem.phases.publishers.prospects import common_margin, prospects
from ecosystem.phases.publishers.standing import open_for_business, written_by_publishers
from ecosystem.world.world import World

__all__ = ["Entrants", "entrants"]

type F64 = NDArray[np.float64]


class Entrants(NamedTuple):
    """Who enters now, and who is on the way."""

    entrants: NDArray[np.int64]
    """Group of each publisher founded for next month, shape (entrants,)."""
    planned: NDArray[np.int64]
    """Month in which each later one will be founded, and its group; shape (planned, 2)."""


def entrants(world: World, books: Books, beliefs: Beliefs, draw: Streams) -> Entrants:
    """Those who decided so long ago as founding takes, and those who decide this month and have to wait."""
    market, now = world.settings.publishers, world.clock.step
    queue = world.market.planned
    if market.entry > 0:
        by_profit = market.entry_rule == "expected_profit"
        rate = _by_prospects(world, books, beliefs) if by_profit else _by_margin(world, books, beliefs)
        keys = np.array([name_key("group", group.name) for group in market.groups], dtype=np.uint64)
        group = np.repeat(np.arange(len(keys)), draw.poisson("business.entry", keys, rate))
        queue = np.concatenate([queue, np.stack([np.full(len(group), now + market.entry_lag), group], axis=1)])
    due = queue[:, 0] <= now
    return Entrants(queue[due, 1], queue[~due])


def _by_margin(world: World, books: Books, beliefs: Beliefs) -> F64:
    """Founders expected in each group, shape (groups,), in proportion to the margin of those who can write."""
    market, busy = world.settings.publishers, open_for_business(world) & books.active
    group = world.publishers.group
    number = np.bincount(group[busy], minlength=len(market.groups))
    written = np.bincount(group, np.where(busy, written_by_publishers(world), 0), len(number))
    each = np.divide(written, number, out=np.zeros(len(number)), where=number > 0)
    margin = np.nan_to_num(common_margin(world, beliefs, each))
    return market.entry * number * np.clip(margin, 0, 1)


def _by_prospects(world: World, books: Books, beliefs: Beliefs) -> F64:
    """The same by what a founder expects to earn, over what founding costs.

    There is free entry: from one publisher on as many founders look as there are in business, and if all have gone,
    those of one.
    """
    market = world.settings.publishers
    worth = prospects(world, beliefs)
    cost = np.array([g.capital if market.entry_cost is None else market.entry_cost for g in market.groups])
    excess = np.divide(worth, cost, out=np.where(worth > 0, np.inf, 0.0), where=cost > 0) - 1
    number = np.bincount(world.publishers.group[books.active], minlength=len(cost))
    exists = np.array([group.founders(len(world.humans)) > 0 for group in market.groups])
    return market.entry * np.where(exists, np.maximum(number, 1), 0) * np.clip(excess, 0, 1)
