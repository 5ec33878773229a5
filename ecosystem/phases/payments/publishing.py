"""Publishing: whom publishers pay for their items, and who else buys text from labs."""

from __future__ import annotations

import numpy as np

from ecosystem.phases.publishers.costs import api_cost, evasion_cost, fixed_cost, production_cost
from ecosystem.phases.publishers.labs import attraction
from ecosystem.phases.publishers.standing import written_by_publishers
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.world import World

__all__ = ["payments"]


def payments(world: World) -> list[Transfers]:
    """What publishers pay for items and for being in business, and what others pay for the labs' text."""
    return [*_items(world), *_upkeep(world), *_customers(world)]


def _items(world: World) -> list[Transfers]:
    """Publishers pay labs for text and suppliers for the rest."""
    market = world.settings.publishers
    if not (
        market.api_price or market.production or market.strip_cost or market.paraphrase_cost or market.forging_cost
    ):
        return []
    written = written_by_publishers(world) * world.settings.scale.people_per_human
    index, lab = np.arange(len(world.publishers)), world.publishers.lab.astype(np.int64)
    price = np.append(api_cost(world), 0.0)[lab]
    return [
        Transfers.of(Kind.PUBLISHER, index, Kind.LAB, np.maximum(lab, 0), Reason.API, written * price),
        Transfers.of(Kind.PUBLISHER, index, Kind.SUPPLIERS, 0, Reason.PRODUCTION, written * production_cost(world)),
        Transfers.of(Kind.PUBLISHER, index, Kind.SUPPLIERS, 0, Reason.EVASION, written * evasion_cost(world)),
    ]


def _upkeep(world: World) -> list[Transfers]:
    """Every publisher that can write pays for its sites, whatever it writes."""
    costs = fixed_cost(world)
    return [Transfers.of(Kind.PUBLISHER, np.arange(len(costs)), Kind.SUPPLIERS, 0, Reason.FIXED_COST, costs)]


def _customers(world: World) -> list[Transfers]:
    """Customers from outside buy more text the cheaper it is, and choose among labs as publishers would."""
    market, first = world.settings.publishers, world.timeline[0].publishers.api_price
    usable = np.array([lab.usable for lab in world.labs.values()], dtype=np.bool_)
    if market.api_demand == 0 or first == 0 or not usable.any():
        return []
    ratio = np.array([lab.settings.api_ratio for lab in world.labs.values()])
    price = market.api_price * market.api_factor * ratio  # USD per million tokens
    weight = attraction(world, usable, np.ones(1))[0]  # text is all that they pay for
    share = weight / weight.sum()
    cheaper = np.divide(first, price, out=np.zeros_like(price), where=price > 0)
    millions = market.api_demand / 1e6 * share * cheaper**market.api_elasticity
    return [Transfers.of(Kind.CUSTOMERS, 0, Kind.LAB, np.arange(len(price)), Reason.API, millions * price)]
