"""Regulate: by itself a month has no rules; policies in force lay them down."""

from __future__ import annotations

from ecosystem.world.rules import Rules
from ecosystem.world.world import World

__all__ = ["regulate"]


def regulate(world: World) -> Rules:
    """The rules of the month before any policy: none."""
    return Rules.none(world)
