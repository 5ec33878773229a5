"""What items cost publishers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.phases.publishers.habits import habits
from ecosystem.phases.publishers.standing import open_for_business
from ecosystem.phases.watermarks import in_use
from ecosystem.world.ledger import Kind
from ecosystem.world.world import World

__all__ = [
    "affordable", "api_cost", "cost_besides_text", "evasion_cost", "fixed_cost", "item_cost", "legal_cost",
    "marginal_cost", "production_cost", "share_of_text",
]  # fmt: skip


def api_cost(world: World) -> NDArray[np.float64]:
    """Price of one generated item at each lab, USD, shape (labs,)."""
    if world.settings.publishers.api_price == 0:
        return np.zeros(len(world.labs))
    ratio = np.array([lab.settings.api_ratio for lab in world.labs.values()])
    return _market_price(world) * ratio


def _market_price(world: World) -> float:
    """Price of one generated item at an API ratio of 1, USD."""
    market = world.settings.publishers
    return market.tokens / 1e6 * (market.api_price * market.api_factor)


def share_of_text(world: World, rest: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of text at the market price in what an item costs, shape as ``rest``; 0 where an item costs nothing.

    Args:
        world: as it is.
        rest: what an item costs besides, USD.
    """
    text = _market_price(world)
    return np.divide(text, text + rest, out=np.zeros(len(rest)), where=text + rest > 0)


def item_cost(world: World) -> NDArray[np.float64]:
    """What one item costs each publisher, all in, USD, shape (publishers,): levies and fines to be expected as well."""
    price = np.append(api_cost(world), 0.0)
    return price[world.publishers.lab] + cost_besides_text(world)


def cost_besides_text(world: World) -> NDArray[np.float64]:
    """What one item costs each publisher besides the API, with its present lab, USD, shape (publishers,)."""
    return production_cost(world) + evasion_cost(world) + legal_cost(world)


def fixed_cost(world: World) -> NDArray[np.float64]:
    """What being in business costs each publisher that can write, whatever it writes, USD, shape (publishers,).

    Of all the real publishers that it stands for.
    """
    fixed = world.settings.publishers.fixed_cost
    if fixed == 0:
        return np.zeros(len(world.publishers))
    return np.where(open_for_business(world), fixed * world.settings.scale.people_per_human, 0.0)


def marginal_cost(world: World) -> NDArray[np.float64]:
    """What one more item would cost each publisher, USD, shape (publishers,): it makes all the others dearer too."""
    return item_cost(world) + world.settings.publishers.diseconomy * production_cost(world)


def legal_cost(world: World) -> NDArray[np.float64]:
    """What the rules of the month make each publisher expect to pay per item, USD, shape (publishers,).

    The levy, and the fines to be expected for what it does; what it costs to comply shows in what items earn. A fine
    that comes is no news then, nor is one that does not.
    """
    rules = world.rules.publishers
    if not any(map(rules.has, ("levy", "unlabelled", "unwatermarked", "forged"))):
        return np.zeros(len(world.publishers))
    used = habits(world)
    bare = np.where(used.strips & _marked(world), rules.unwatermarked, 0.0)
    forged = np.where(used.forges, rules.forged, 0.0)
    return rules.levy + np.where(used.labels, 0.0, rules.unlabelled) + bare + forged


def _marked(world: World) -> NDArray[np.bool_]:
    """Whose lab fastens a watermark to what it writes, shape (publishers,)."""
    return np.append(in_use(world), False)[world.publishers.lab]


def affordable(world: World, revenue: NDArray[np.float64]) -> NDArray[np.float64]:
    """Items a month that each publisher can pay for, shape (publishers,); infinitely many where they cost nothing.

    Args:
        world: as it is.
        revenue: what each expects to take in by its own books, USD a month, shape (publishers,); what being in business
            costs comes first.
    """
    price = item_cost(world) * world.settings.scale.people_per_human
    money = np.maximum(0.0, world.ledger.usd(Kind.PUBLISHER)) + np.maximum(0.0, revenue - fixed_cost(world))
    return np.divide(money, price, out=np.full(len(price), np.inf), where=price > 0)


def evasion_cost(world: World) -> NDArray[np.float64]:
    """What it costs each publisher per item not to be found out, USD, shape (publishers,)."""
    market, labs = world.settings.publishers, [lab.settings for lab in world.labs.values()]
    if market.strip_cost == 0 == market.paraphrase_cost and market.forging_cost is None:
        return np.zeros(len(world.publishers))
    used, lab = habits(world), world.publishers.lab
    usual = np.array([one.temperature for one in labs] + [np.inf])[lab]
    stripping = np.where(used.strips & _marked(world), market.strip_cost, 0.0)
    forging = np.where(used.forges, market.forging_cost or 0.0, 0.0)
    return stripping + np.where(used.temperature > usual, market.paraphrase_cost, 0.0) + forging


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
