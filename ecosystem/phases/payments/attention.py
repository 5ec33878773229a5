"""Attention: views pay hosts, and hosts pay publishers, authors, servers and moderation."""

from __future__ import annotations

import numpy as np

from ecosystem.core.columns import times_each
from ecosystem.world.content import OPEN_WEB
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.reception import VIEWS
from ecosystem.world.world import World

__all__ = ["payments"]


def payments(world: World) -> list[Transfers]:
    """What advertisers and hosts pay."""
    return [*_advertising(world), *_moderation(world)]


def _advertising(world: World) -> list[Transfers]:
    """Advertisers pay hosts by the view; hosts share with publishers and people."""
    settings, hosts = world.settings, list(world.curators.values())
    if not any(host.settings.rpm > 0 or host.settings.operations > 0 for host in hosts):
        return []
    views_of_people, views_of_models = world.reception.by_curator[:-1, :, :, VIEWS].sum(axis=2).T
    by_publisher = world.reception.by_publisher[:-1]
    served = (views_of_people + views_of_models).astype(np.float64)
    views = settings.scale.people_per_human * settings.humans.views_per_read
    worth = np.array([curator.settings.rpm for curator in hosts] + [0.0]) * views / 1000.0
    publisher_share = np.array([c.settings.publisher_share for c in hosts] + [0.0]) * worth
    author_share = np.array([c.settings.author_share for c in hosts] + [0.0]) * worth
    # One payment per host and publisher, not per view: rounding to cents then loses nothing that matters.
    payer, payee = np.nonzero(by_publisher)
    counts = by_publisher[payer, payee].astype(np.float64)
    to_people = views_of_people * author_share[:-1]
    index = np.arange(len(hosts))
    upkeep = np.array([curator.settings.operations for curator in hosts]) * views / 1000.0
    return [
        Transfers.of(Kind.ADVERTISERS, 0, Kind.CURATOR, index, Reason.ADVERTISING, served * worth[:-1]),
        Transfers.of(Kind.CURATOR, payer, Kind.PUBLISHER, payee, Reason.REVENUE_SHARE, counts * publisher_share[payer]),
        Transfers.of(Kind.CURATOR, index, Kind.PEOPLE, 0, Reason.AUTHOR_PAY, to_people),
        Transfers.of(Kind.CURATOR, index, Kind.SUPPLIERS, 0, Reason.OPERATIONS, served * upkeep),
    ]


def _moderation(world: World) -> list[Transfers]:
    """Hosts with a detector pay for every new item that it looks at."""
    hosts = list(world.curators.values())
    if not any(host.settings.moderation_cost > 0 and host.detector is not None for host in hosts):
        return []
    new = world.content.curator[world.rows_of(world.clock.step)]
    posted = times_each(np.maximum(new, OPEN_WEB), len(hosts)) * world.settings.scale.people_per_human
    cost = np.array([c.settings.moderation_cost if c.detector is not None else 0.0 for c in hosts])
    return [Transfers.of(Kind.CURATOR, np.arange(len(hosts)), Kind.SUPPLIERS, 0, Reason.MODERATION, posted * cost)]
