"""Which lab publishers buy from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
from ecosystem.phases.publishers.costs import cost_besides_text, share_of_text
from ecosystem.phases.revision import lasting
from ecosystem.world.world import World

__all__ = ["attraction", "choose_labs"]


def choose_labs(world: World, draw: Streams) -> NDArray[np.int16]:
    """Lab that each publisher buys from next month: named by its group, or a logit on benchmark and price."""
    publishers, settings = world.publishers, world.settings.publishers
    anything = len(world.labs)  # the number of no lab
    named = np.array([anything if g.lab == "any" else world.labs[g.lab].index for g in settings.groups], np.int16)
    if (publishers.lab == named[publishers.group]).all():
        return publishers.lab  # nobody has a choice
    lab_of = publishers.lab.copy()
    usable = lasting(world)
    if not usable.any():
        return lab_of
    asks = draw.chance("business.reconsider", publishers.key, settings.reconsider) | ~usable[lab_of]
    tied = named[publishers.group]
    lab_of[asks] = tied[asks]
    rows = np.flatnonzero(asks & (tied == anything))
    if len(rows):
        weight = attraction(world, usable, share_of_text(world, cost_besides_text(world)[rows]))
        offsets = np.arange(len(rows) + 1, dtype=np.int64) * anything
        running, key = np.cumsum(weight, axis=1).ravel(), publishers.key[rows]
        lab_of[rows] = draw.categorical_ragged("business.lab", key, np.arange(len(rows)), offsets, running)
    return lab_of


def attraction(world: World, usable: NDArray[np.bool_], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weight of each lab in the choice of those who can have any, shape (rows, labs), at least one being usable.

    A lab's price counts as far as it moves what an item costs in all: where text is all but free, nobody minds it.

    Args:
        world: as it is.
        usable: which labs can be had, shape (labs,) or with one more for having none.
        share: of text at the market price in what an item costs each in all, shape (rows,).
    """
    labs = list(world.labs.values())
    benchmark = np.array([lab.benchmark for lab in labs])
    ratio = np.array([lab.settings.api_ratio for lab in labs])
    worth = world.settings.publishers.sensitivity * (benchmark - share[:, None] * ratio)
    worth = np.where(usable[: len(labs)], worth, -np.inf)
    weight: NDArray[np.float64] = np.exp(worth - worth.max(axis=1, keepdims=True))  # differences alone: no overflow
    return weight
