"""What items cost publishers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.phases.publishers.habits import habits
from ecosystem.world.world import World

__all__ = ["api_cost", "evasion_cost", "item_cost", "marginal_cost", "production_cost"]


def api_cost(world: World) -> NDArray[np.float64]:
    """Price of one generated item at each lab, USD, shape (labs,)."""
    market = world.settings.publishers
    if market.api_price == 0:
        return np.zeros(len(world.labs))
    ratio = np.array([lab.settings.api_ratio for lab in world.labs.values()])
    return market.tokens / 1e6 * (market.api_price * market.api_factor) * ratio


def item_cost(world: World) -> NDArray[np.float64]:
    """What one item costs each publisher, all in, USD, shape (publishers,)."""
    price = np.append(api_cost(world), 0.0)
    return price[world.publishers.lab] + production_cost(world) + evasion_cost(world)


def marginal_cost(world: World) -> NDArray[np.float64]:
    """What one more item would cost each publisher, USD, shape (publishers,): it makes all the others dearer too.

    Where it is not labelled, the fine to be expected is part of it.
    """
    fine = np.where(habits(world).labels, 0.0, world.rules.fine)
    return item_cost(world) + world.settings.publishers.diseconomy * production_cost(world) + fine


def evasion_cost(world: World) -> NDArray[np.float64]:
    """What it costs each publisher per item not to be found out, USD, shape (publishers,)."""
    market, labs = world.settings.publishers, [lab.settings for lab in world.labs.values()]
    if market.strip_cost == 0 == market.paraphrase_cost:
        return np.zeros(len(world.publishers))
    used, lab = habits(world), world.publishers.lab
    marked = np.array([one.watermarks for one in labs] + [False])[lab]
    usual = np.array([one.temperature for one in labs] + [np.inf])[lab]
    stripping = np.where(used.strips & marked, market.strip_cost, 0.0)
    return stripping + np.where(used.temperature > usual, market.paraphrase_cost, 0.0)


def production_cost(world: World) -> NDArray[np.float64]:
    """What one item costs each publisher besides the API, USD, shape (publishers,).

    It grows with volume: the topics, sites and promotion that still pay get harder to find.
    """
    publishers, market = world.publishers, world.settings.publishers
    if market.production == 0:
        return np.zeros(len(publishers))
    first = np.array([group.volume for group in market.groups])[publishers.group]
    grown = np.divide(publishers.volume, first, out=np.ones(len(publishers)), where=first > 0)
    return market.production * publishers.ratio * grown**market.diseconomy
