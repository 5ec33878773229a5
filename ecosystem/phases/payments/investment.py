"""Investment: outside money for labs."""

from __future__ import annotations

import numpy as np

from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.world import World

__all__ = ["payments"]


def payments(world: World) -> list[Transfers]:
    """Investors spread their budget over labs with a model, by benchmark and growth of users."""
    settings = world.settings.investors
    labs = [lab for lab in world.labs.values() if lab.usable]
    if not labs or settings.budget == 0:
        return []
    users = np.array([[1 + lab.subscribers, 1 + lab.earlier_subscribers] for lab in labs], dtype=float)
    pull = settings.growth * np.log2(users[:, 0] / users[:, 1])
    pull += settings.benchmark * np.array([lab.benchmark for lab in labs])
    share = np.exp(pull - pull.max())
    index = np.array([lab.index for lab in labs])
    return [Transfers.of(Kind.INVESTORS, 0, Kind.LAB, index, Reason.INVESTMENT, settings.budget * share / share.sum())]
