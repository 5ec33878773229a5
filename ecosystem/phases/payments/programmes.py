"""Programmes: what the state pays people for what they write."""

from __future__ import annotations

from ecosystem.phases.programmes import subsidies
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.world import World

__all__ = ["payments"]


def payments(world: World) -> list[Transfers]:
    """The subsidies of the month."""
    return [Transfers.of(Kind.STATE, 0, Kind.PEOPLE, 0, Reason.SUBSIDY, float(subsidies(world).sum()))]
