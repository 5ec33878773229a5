"""Labs: subscriptions and answers, staff and trainings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.columns import times_each
from ecosystem.phases.watermarks import in_use, written_by
from ecosystem.world.content import PRIVATE, Origin
from ecosystem.world.ledger import Kind, Reason, Transfers
from ecosystem.world.proposals import Asked
from ecosystem.world.world import World

__all__ = ["payments"]


def payments(world: World, asked: Asked) -> list[Transfers]:
    """What users pay labs, and what running labs costs."""
    return [*_subscriptions(world, asked), *_running(world), *_marking(world)]


def _subscriptions(world: World, asked: Asked) -> list[Transfers]:
    """Some users pay; every question, and every synthetic document that it keeps, costs its lab something."""
    labs, scale = list(world.labs.values()), world.settings.scale.people_per_human
    fee = np.array([lab.settings.price if lab.usable else 0.0 for lab in labs])
    made = _made(world)
    if not fee.any() and not len(asked.lab) and not made.any():
        return []
    index = np.arange(len(labs))
    users = times_each(world.humans.assistant, len(labs))
    paying = users * scale * world.settings.humans.assistants.paying
    texts = (times_each(asked.lab, len(labs)) + made) * scale
    cost = np.array([lab.settings.inference_cost for lab in labs])
    return [
        Transfers.of(Kind.PEOPLE, 0, Kind.LAB, index, Reason.SUBSCRIPTION, paying * fee),
        Transfers.of(Kind.LAB, index, Kind.SUPPLIERS, 0, Reason.INFERENCE, texts * cost),
    ]


def _made(world: World) -> NDArray[np.int64]:
    """Synthetic documents of its own that each lab kept this month, shape (labs,)."""
    items, rows = world.content, world.rows_of(world.clock.step)
    own = (items.origin[rows] == Origin.SYNTHETIC) & (items.curator[rows] == PRIVATE)
    return times_each(items.lab[rows][own], len(world.labs))


def _running(world: World) -> list[Transfers]:
    """Staff every month; a training when there was one, dearer every year."""
    payments = []
    for lab in world.labs.values():
        if not lab.active:
            continue
        payments.append(
            Transfers.of(Kind.LAB, lab.index, Kind.SUPPLIERS, 0, Reason.OPERATIONS, lab.settings.operations)
        )
        if lab.trained_at == world.clock.step:
            payments.append(Transfers.of(Kind.LAB, lab.index, Kind.SUPPLIERS, 0, Reason.TRAINING, lab.training_bill))
    return payments


def _marking(world: World) -> list[Transfers]:
    """Labs pay for the watermarks that they put in."""
    cost = world.settings.marks.watermark_cost
    if cost == 0:
        return []
    marked = np.where(in_use(world), written_by(world, world.clock.step), 0) * world.settings.scale.people_per_human
    return [Transfers.of(Kind.LAB, np.arange(len(marked)), Kind.SUPPLIERS, 0, Reason.COMPLIANCE, marked * cost)]
