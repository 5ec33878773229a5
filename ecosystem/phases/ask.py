"""Ask: people put questions to their assistants instead of the web; the answers are never published."""

from __future__ import annotations

import numpy as np

from ecosystem.core.streams import Streams, child_keys
from ecosystem.phases.assignments import ordinals
from ecosystem.world.proposals import Asked
from ecosystem.world.world import World

__all__ = ["ask"]


def ask(world: World, draw: Streams) -> Asked:
    """Draw questions from reality, answers from models and corrections from what askers can tell."""
    people, settings, reality = world.humans, world.settings.humans, world.reality
    labs = list(world.labs.values())
    usable = np.array([lab.usable for lab in labs] + [False])
    users = np.flatnonzero(usable[people.assistant])
    if not len(users) or settings.assistants.asks == 0:
        return Asked.none()
    counts = draw.poisson("ask.count", people.key[users], np.full(len(users), settings.assistants.asks))
    human = np.repeat(users, counts)
    ordinal = ordinals(counts)
    # Apart from the asker's own items of the same ordinals, whose drafts draw answers too.
    key = child_keys(people.key[human] ^ np.uint64(1), draw.step, ordinal)
    elsewhere = draw.categorical("ask.domain", key, reality.demand)
    domain = np.where(draw.chance("ask.focus", key, settings.focus), people.domain[human], elsewhere)
    idea = reality.sample(domain, key, draw, "ask.idea")
    lab_of = people.assistant[human].astype(np.int64)
    right = np.zeros(len(human), dtype=np.bool_)
    log_share = np.zeros(len(labs))
    for lab in labs:
        log_share[lab.index] = lab.settings.data.log_share
        mine = np.flatnonzero(lab_of == lab.index)
        if lab.fitted is not None and mine.size:
            right[mine] = lab.fitted.answer(key[mine], domain[mine], idea[mine], draw)
    skill = people.skill[human] * reality.verifiability[domain]
    corrected = ~right & draw.chance("ask.correct", key, skill)
    logged = draw.chance("ask.log", key, log_share[lab_of]) if labs else right
    return Asked(human, ordinal, lab_of, domain.astype(np.int64), idea, right, corrected, logged)
