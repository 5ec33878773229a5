"""Homes: people stay with a curator out of habit, or move where readers like more of what they find."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.core.streams import Streams
from ecosystem.world.world import World

__all__ = ["choose_homes", "found_good", "liked"]


@compiled
def _at_home(
    reads: NDArray[np.int32],
    upvoted: NDArray[np.bool_],
    host: NDArray[np.int16],
    home: NDArray[np.int16],
    found: NDArray[np.float64],
    votes: NDArray[np.float64],
) -> None:
    """Count each person's reads, and upvotes, of what its home curator hosts."""
    for i in range(reads.shape[0]):
        found[i] = votes[i] = 0.0
        for j in range(reads.shape[1]):
            if reads[i, j] >= 0 and home[i] >= 0 and host[reads[i, j]] == home[i]:
                found[i] += 1.0
                votes[i] += upvoted[i, j]


def found_good(world: World) -> NDArray[np.float32]:
    """Share of reads at home that each person upvoted, averaged over months, shape (people,)."""
    if world.reads.size == 0:
        return world.humans.met.copy()
    found, votes = np.empty(len(world.humans)), np.empty(len(world.humans))
    _at_home(world.reads, world.upvoted, world.content.curator, world.humans.home, found, votes)
    now = np.divide(votes, found, out=np.full(len(found), np.nan), where=found > 0)
    memory, weight = world.humans.met, world.settings.humans.habit
    moved = np.where(np.isnan(memory), now, memory + weight * (now - memory))
    return np.where(np.isnan(now), memory, moved).astype(np.float32)


def liked(world: World) -> NDArray[np.float64]:
    """Upvotes per read at each curator this month, shape (curators,); 0 where nobody read."""
    if world.reads.size == 0:
        return np.zeros(len(world.curators))
    month = world.attention
    host = world.content.curator[month.row].astype(np.int64)
    ranked = host >= 0
    reads = np.bincount(host[ranked], month.views[ranked], len(world.curators))
    votes = np.bincount(host[ranked], month.votes[ranked], len(world.curators))
    return np.divide(votes, reads, out=np.zeros(len(world.curators)), where=reads > 0)


def choose_homes(world: World, met: NDArray[np.float32], draw: Streams) -> NDArray[np.int16]:
    """Home curator of each person from next month on, shape (people,): a logit on what is liked there.

    What counts is how much better or worse a place has become than it was when its audience was what
    the scenario says; what else it is loved for stays as it was.
    """
    people = world.humans
    home = people.home.copy()
    if len(world.curators) == 0 or world.clock.step < world.settings.humans.settling:
        return home
    usual = np.array([curator.usual for curator in world.curators.values()])
    loyalty = np.array([curator.settings.loyalty for curator in world.curators.values()] + [1.0])
    who = np.flatnonzero(draw.chance("home.reconsider", people.key, 1 - loyalty[home]))
    quality = np.tile(liked(world), (len(who), 1))
    at_home = home[who].astype(np.int64)
    own = met[who]
    known = np.flatnonzero(~np.isnan(own))
    quality[known, at_home[known]] = own[known]
    quality = quality - np.nan_to_num(usual)
    known_for = np.array([curator.settings.audience for curator in world.curators.values()])
    pull = world.settings.humans.taste * quality
    weight = known_for * world.affinity[:, people.domain[who]].T * np.exp(pull - pull.max(axis=1, keepdims=True))
    running = np.cumsum(weight, axis=1)
    u = draw.uniform("home.choice", people.key[who]) * running[:, -1]
    chosen = np.minimum((u[:, None] >= running).sum(axis=1), len(world.curators) - 1)
    home[who] = np.where(running[:, -1] > 0, chosen, at_home)
    return home
