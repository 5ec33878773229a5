"""Regulate: by itself a month has no rules; policies in force lay them down."""

from __future__ import annotations

from ecosystem.world.proposals import Rules
from ecosystem.world.world import World

__all__ = ["regulate"]


def regulate(world: World) -> Rules:
    """What publishers have to expect for what they do, before any policy: nothing."""
    return Rules.none(len(world.publishers))
