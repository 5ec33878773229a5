"""Fixed volumes: so many items in every domain each month, a given share of them by people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.sampling import WeightedGroups
from ecosystem.core.streams import Streams, child_keys
from ecosystem.phases.assignments import Assignments
from ecosystem.phases.publishing import begun
from ecosystem.world.world import World

__all__ = ["assign"]


def assign(world: World, draw: Streams) -> tuple[Assignments, Assignments]:
    """Hand the month's quota of every domain to its people and to the publishers, by lot.

    Items that fall to publishers stay unwritten while there is no publisher or no model.
    """
    quota, domains = world.settings.quotas, world.reality.domains
    domain = np.repeat(np.arange(domains), quota.documents)
    ordinal = np.tile(np.arange(quota.documents), domains)
    key = child_keys(world.reality.keys[domain], draw.step, ordinal)
    if quota.exact:
        human = ordinal < round(quota.human_share * quota.documents)
    else:
        human = draw.chance("quota.human", key, quota.human_share)
    return (
        _by_lot(_people(world, domain[human], key[human], draw), key[human], domain[human]),
        _by_lot(_publishers(world, key[~human], draw), key[~human], domain[~human]),
    )


def _by_lot(author: NDArray[np.int64], key: NDArray[np.uint64], domain: NDArray[np.int64]) -> Assignments:
    found = author >= 0
    return Assignments(author[found], key[found], domain[found])


def _people(world: World, domain: NDArray[np.int64], key: NDArray[np.uint64], draw: Streams) -> NDArray[np.int64]:
    """Someone who lives in each domain, -1 where nobody does."""
    return world.everyone_by_domain.draw(draw.key("quota.person"), key, 0, domain)


def _publishers(world: World, key: NDArray[np.uint64], draw: Streams) -> NDArray[np.int64]:
    """Some publisher in business, -1 where none is."""
    in_business = WeightedGroups((world.publishers.active & begun(world)).astype(float), world.publishers.key)
    return in_business.draw(draw.key("quota.publisher"), key, 0, 0)
