"""Earn: views pay curators and publishers; subscriptions, API calls and licences move money."""

from __future__ import annotations

from ecosystem.phases.payments import attention, data, investment, labs, programmes, publishing
from ecosystem.world.ledger import join
from ecosystem.world.proposals import Asked, Crawls, Money
from ecosystem.world.world import World

__all__ = ["earn"]


def earn(world: World, asked: Asked, crawls: Crawls) -> Money:
    """All payments of the month."""
    return Money(
        join(
            [
                *attention.payments(world),
                *publishing.payments(world),
                *labs.payments(world, asked),
                *data.payments(world, crawls),
                *investment.payments(world),
                *programmes.payments(world),
            ]
        ),
        crawls,
    )
