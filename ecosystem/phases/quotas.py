"""Fixed volumes: so many items in every domain each month, a given share of them by people."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.sampling import WeightedGroups
from ecosystem.core.selection import selected
from ecosystem.core.streams import Streams, child_keys, name_key
from ecosystem.phases.assignments import Assignments
from ecosystem.phases.hosting import mixes
from ecosystem.phases.publishers.standing import begun, bound_by_quota, open_for_business
from ecosystem.world.world import World

__all__ = ["assign", "of_groups"]


def assign(world: World, draw: Streams) -> tuple[Assignments, Assignments]:
    """Hand the month's quota of every domain to its people and to the publishers, by lot.

    Where nobody lives, anybody writes, so that a quota is met as long as there are people at all.
    Items that fall to publishers stay unwritten while there is no publisher or no model.
    """
    quota = world.settings.quotas
    documents = quota.grown(quota.documents, world.clock.step)
    if quota.exact:
        theirs = quota.by_people(documents)
        people, publishers = _slots(world, 0, theirs, draw), _slots(world, theirs, documents, draw)
    else:
        slots = _slots(world, 0, documents, draw)
        human = draw.chance("quota.human", slots.key, quota.human_share)
        people, publishers = slots.take(human), slots.take(~human)
    return (
        _by_lot(world.inhabitants("quota.person", people.key, people.domain, draw), people.key, people.domain),
        _by_lot(_publishers(world, publishers.key, draw), publishers.key, publishers.domain),
    )


class _Slots(NamedTuple):
    """Items to be written, before it is known by whom; arrays of shape (items,)."""

    key: NDArray[np.uint64]
    domain: NDArray[np.int64]

    def take(self, mask: NDArray[np.bool_]) -> _Slots:
        """Those where the mask holds."""
        return _Slots(self.key[mask], self.domain[mask])


def _slots(world: World, first: int, stop: int, draw: Streams) -> _Slots:
    """The items of every domain with ordinals from ``first`` to before ``stop``, domain by domain."""
    domains = world.reality.domains
    ordinal = np.tile(np.arange(first, stop), domains)
    key = child_keys(np.repeat(world.reality.keys, stop - first), draw.step, ordinal)
    return _Slots(key, np.repeat(np.arange(domains), stop - first))


def of_groups(world: World, draw: Streams) -> Assignments:
    """Hand the quota of every group that has one to its publishers with a model, by lot, in each domain of its mix."""
    parts, publishers = [Assignments.none()], world.publishers
    settings = world.settings.publishers.groups
    if all(group.quota is None for group in settings):
        return parts[0]
    open_now, everyone = open_for_business(world), None
    for number, (group, mix) in enumerate(zip(settings, mixes(world), strict=True)):
        if group.quota is None:
            continue
        of_group = np.flatnonzero(open_now & (publishers.group == number))
        if not len(of_group):
            continue
        count = world.settings.quotas.grown(group.quota, world.clock.step)
        domain = np.repeat(np.flatnonzero(mix), count)
        own = world.reality.keys[domain] ^ _key(group.name)
        key = child_keys(own, draw.step, np.arange(len(domain)) % max(1, count))
        if len(of_group) == 1:  # no lot is needed
            parts.append(Assignments(np.full(len(key), of_group[0]), key, domain))
            continue
        if everyone is None:
            group_of = publishers.group.astype(np.int64)
            everyone = WeightedGroups(open_now.astype(float), publishers.key, group_of, len(settings))
        parts.append(_by_lot(everyone.draw(draw.key("quota.of_group"), key, 0, number), key, domain))
    return Assignments.join(parts)


@cache
def _key(group: str) -> np.uint64:
    """Identity of a group's quota."""
    return name_key("quota of group", group)


def _by_lot(author: NDArray[np.int64], key: NDArray[np.uint64], domain: NDArray[np.int64]) -> Assignments:
    found = selected(author >= 0)
    return Assignments(author[found], key[found], domain[found])


def _publishers(world: World, key: NDArray[np.uint64], draw: Streams) -> NDArray[np.int64]:
    """Some publisher in business without a quota of its group's own, -1 where none is."""
    in_business = world.publishers.active & begun(world) & ~bound_by_quota(world)
    if in_business.sum() <= 1:  # no lot is needed
        return np.full(len(key), int(np.argmax(in_business)) if in_business.any() else -1)
    groups = WeightedGroups(in_business.astype(float), world.publishers.key)
    return groups.draw(draw.key("quota.publisher"), key, 0, 0)
