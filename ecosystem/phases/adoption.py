"""Adoption: people take up assistants, compare them and leave them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
from ecosystem.core.threads import share_out
from ecosystem.phases.revision import lasting
from ecosystem.world.humans import NOBODY
from ecosystem.world.world import World

__all__ = ["choose_assistants", "utilities"]


def choose_assistants(world: World, draw: Streams) -> NDArray[np.int16]:
    """Lab of each person's assistant from next month on, -1 for none, shape (people,).

    Who considers follows Bass (1969, doi:10.1287/mnsc.15.5.215); what is chosen is a multinomial logit
    (McFadden 1974) by inverse CDF, in the order none, then labs by name.
    """
    people, settings = world.humans, world.settings.humans.assistants
    current = people.assistant
    have = current >= 0
    having = float(np.count_nonzero(have) / len(people)) if len(people) else 0.0
    first_time = np.minimum((settings.innovation + settings.imitation * having) * world.reality.uptake, 1)
    if having == 0 and not first_time.any():  # nobody considers, for certain
        return current
    usable = lasting(world)
    lost = np.zeros_like(have) if usable[:-1].all() else have & ~usable[current]
    if not usable.any():
        return np.where(lost, NOBODY, current).astype(np.int16) if lost.any() else current

    def consider(start: int, stop: int) -> NDArray[np.int64]:
        part = slice(start, stop)
        chance = np.where(have[part], settings.reconsider, first_time[people.domain[part]])
        return start + np.flatnonzero(draw.chance("adopt.consider", people.key[part], chance) | lost[part])

    who = np.concatenate([np.empty(0, dtype=np.int64), *share_out(consider, len(people))])
    if not len(who):
        return current
    worth = utilities(world, who)
    weight = np.exp(worth - worth.max(axis=1, keepdims=True))  # only differences matter, and these cannot overflow
    running = np.cumsum(weight, axis=1)
    u = draw.uniform("adopt.choice", people.key[who]) * running[:, -1]
    choice = (u[:, None] >= running).sum(axis=1) - 1
    adopted = current.copy()
    adopted[who] = choice
    return adopted


def utilities(world: World, who: NDArray[np.int64]) -> NDArray[np.float64]:
    """Utility of no assistant and of each lab's, shape (people, 1 + labs); -inf for one not to be had.

    People know the published benchmark, the price, what users report, and their own experience.
    """
    people, settings = world.humans, world.settings.humans.assistants
    out = np.full((len(who), 1 + len(world.labs)), -np.inf)
    out[:, 0] = settings.outside
    usable = lasting(world)
    for lab in world.labs.values():
        if not usable[lab.index]:
            continue
        reported = lab.benchmark if np.isnan(lab.experience) else lab.experience
        own = people.assistant[who] == lab.index
        felt = people.satisfaction[who]
        experience = np.where(own & ~np.isnan(felt), felt, reported)
        quality = settings.hype * lab.benchmark + (1 - settings.hype) * experience
        let_down = np.where(own, np.nan_to_num(np.maximum(people.reference[who] - felt, 0.0)), 0.0)
        out[:, 1 + lab.index] = (
            settings.quality * quality
            - settings.price * lab.settings.price
            - settings.reluctance * people.aversion[who]
            - settings.trust_loss * let_down
        )
    return out
