"""Publishing: whom publishers pay for their items."""

from __future__ import annotations

import numpy as np

from ecosystem.phases.publishers.costs import api_cost, production_cost
from ecosystem.phases.publishing import open_for_business, written_by_publishers
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.world import World

__all__ = ["payments"]


def payments(world: World) -> list[Transfers]:
    """What publishers pay for items, and for being in business."""
    return [*_items(world), *_upkeep(world)]


def _items(world: World) -> list[Transfers]:
    """Publishers pay labs for text and suppliers for the rest."""
    market = world.settings.publishers
    if market.api_price == 0 == market.production:
        return []
    written = written_by_publishers(world) * world.settings.scale.people_per_human
    index, lab = np.arange(len(world.publishers)), world.publishers.lab.astype(np.int64)
    price = np.append(api_cost(world), 0.0)[lab]
    return [
        Transfers.of(Kind.PUBLISHER, index, Kind.LAB, np.maximum(lab, 0), Reason.API, written * price),
        Transfers.of(Kind.PUBLISHER, index, Kind.SUPPLIERS, 0, Reason.PRODUCTION, written * production_cost(world)),
    ]


def _upkeep(world: World) -> list[Transfers]:
    """Every publisher that can write pays for its sites, whatever it writes."""
    fixed = world.settings.publishers.fixed_cost
    if fixed == 0:
        return []
    costs = np.where(open_for_business(world), fixed * world.settings.scale.people_per_human, 0.0)
    return [Transfers.of(Kind.PUBLISHER, np.arange(len(costs)), Kind.SUPPLIERS, 0, Reason.FIXED_COST, costs)]
