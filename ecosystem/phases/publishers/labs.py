"""Which lab publishers buy from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
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
    for number, group in enumerate(settings.groups):
        mine = asks & (publishers.group == number)
        if group.lab != "any":
            lab_of[mine] = named[number]
        elif mine.any():
            lab_of[mine] = draw.categorical("business.lab", publishers.key[mine], attraction(world, usable))
    return lab_of


def attraction(world: World, usable: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weight of each lab in the choice of those who can have any, shape (labs,), at least one being usable."""
    sensitivity, labs = world.settings.publishers.sensitivity, world.labs.values()
    worth = np.array(
        [sensitivity * (lab.benchmark - lab.settings.api_ratio) if usable[lab.index] else -np.inf for lab in labs]
    )
    weight: NDArray[np.float64] = np.exp(worth - worth.max())  # only differences matter, and these cannot overflow
    return weight
