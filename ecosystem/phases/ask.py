"""Ask: people put questions to their assistants instead of the web; the answers are never published."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams, broods
from ecosystem.core.threads import in_pieces
from ecosystem.world.proposals import Asked
from ecosystem.world.world import World

__all__ = ["ask"]

TOGETHER = 8192
"""Askers who ask together: some 80,000 questions, so that what is made on the way stays below 10 MB however many ask.
Measured: half or twice as many take as long."""


def ask(world: World, draw: Streams) -> Asked:
    """Draw questions from reality, answers from models and corrections from what askers can tell."""
    people, asks = world.humans, world.settings.humans.assistants.asks
    users = np.flatnonzero(people.assistant >= 0)
    if not len(users) or asks == 0:
        return Asked.none()
    usable = np.array([lab.usable for lab in world.labs.values()], dtype=np.bool_)
    users = users[usable[people.assistant[users]]]
    if not len(users):
        return Asked.none()
    counts = draw.poisson("ask.count", people.key[users], asks)
    ends = np.concatenate([[0], np.cumsum(counts)])
    asked = Asked.blank(int(ends[-1]))

    def work(start: int, stop: int) -> None:
        theirs = asked.part(slice(int(ends[start]), int(ends[stop])))
        _ask(world, users[start:stop], counts[start:stop], draw, theirs)

    in_pieces(work, len(users), TOGETHER)
    return asked


def _ask(world: World, users: NDArray[np.int64], counts: NDArray[np.int64], draw: Streams, out: Asked) -> None:
    """Fill in the questions of some people, who ask so many each."""
    people, settings, reality = world.humans, world.settings.humans, world.reality
    # Apart from the asker's own items of the same ordinals, whose drafts draw answers too.
    asker, out.ordinal[:], key = broods(people.key[users] ^ np.uint64(1), draw.step, counts)
    out.human[:] = human = users[asker]
    domain = people.domain[human].astype(np.int64)
    elsewhere = np.flatnonzero(~draw.chance("ask.focus", key, settings.focus))
    domain[elsewhere] = draw.categorical("ask.domain", key[elsewhere], reality.demand)
    out.domain[:] = domain
    out.idea[:] = idea = reality.sample(domain, key, draw, "ask.idea")
    out.lab[:] = lab_of = people.assistant[human]
    out.right[:] = False
    log_share = np.zeros(len(world.labs))
    for lab in world.labs.values():
        log_share[lab.index] = lab.settings.data.log_share
        mine = np.flatnonzero(lab_of == lab.index)
        if lab.fitted is not None and mine.size:
            out.right[mine] = lab.fitted.answer(key[mine], domain[mine], idea[mine], draw)
    out.corrected[:] = False
    wrong = np.flatnonzero(~out.right)
    skill = people.skill[human[wrong]] * reality.verifiability[domain[wrong]]
    out.corrected[wrong] = draw.chance("ask.correct", key[wrong], skill)
    out.logged[:] = draw.chance("ask.log", key, log_share[lab_of]) if log_share.any() else False
