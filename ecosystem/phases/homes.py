"""Homes: people stay with a curator out of habit, or move where readers like more of what they find."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.core.streams import Streams
from ecosystem.core.threads import share_out
from ecosystem.world.content import OPEN_WEB
from ecosystem.world.world import World

__all__ = ["choose_homes", "found_good", "liked", "saw_ai"]

_BLOCK = 1024
"""Reads whose hosts are looked up together; they stay in the first-level cache. Measured: flat from 256 to 4096."""


@compiled
def _at_home(
    reads: NDArray[np.int32],
    upvoted: NDArray[np.bool_],
    host: NDArray[np.int16],
    home: NDArray[np.int16],
    now: NDArray[np.float64],
) -> None:
    """Fill ``now`` (people,) with the share of reads at home that each person upvoted; NaN without any.

    Args:
        reads: row of the item of each read, -1 for none, shape (people, reads).
        upvoted: whether it ended in an upvote, same shape.
        host: curator of each item.
        home: of each person, -1 for none.
        now: filled.
    """
    attention = np.uint64(reads.shape[1])
    people = max(1, _BLOCK // reads.shape[1])
    where = np.empty(people * reads.shape[1], np.int16)
    for start in range(0, home.size, people):
        stop = min(start + people, home.size)
        rows = reads[start:stop].ravel()
        for k in range(np.uint64(rows.size)):
            where[k] = host[np.uint64(max(rows[k], 0))] if rows[k] >= 0 else np.int16(OPEN_WEB)
        for i in range(start, stop):
            own, found, votes = np.uint64(i - start) * attention, np.int64(0), np.int64(0)
            for j in range(attention):
                at_home = where[own + j] == home[i]
                found += np.int64(at_home)
                votes += np.int64(at_home & upvoted[i, j])
            now[i] = votes / found if found > 0 and home[i] >= 0 else np.nan


def found_good(world: World) -> NDArray[np.float32]:
    """Share of reads at home that each person upvoted, averaged over months, shape (people,).

    Not worked out where there is no other place to go to: nobody would ever ask.
    """
    people, reads, upvoted = world.humans, world.reads, world.upvoted
    if reads.size == 0 or len(world.content) == 0 or len(world.curators) == 1:
        return people.met
    now, host, home = np.empty(len(people)), world.content.curator, people.home

    def work(start: int, stop: int) -> None:
        part = slice(start, stop)
        _at_home(reads[part], upvoted[part], host, home[part], now[part])

    share_out(work, len(people))
    memory, weight = people.met, world.settings.humans.habit
    moved = np.where(np.isnan(memory), now, memory + weight * (now - memory))
    return np.where(np.isnan(now), memory, moved).astype(np.float32)


def liked(world: World) -> NDArray[np.float64]:
    """Upvotes per read at each curator this month, shape (curators,); 0 where nobody read."""
    reads, votes = world.reception.by_curator[:-1].sum(axis=(1, 2)).T
    share: NDArray[np.float64] = np.divide(votes, reads, out=np.zeros(len(reads)), where=reads > 0)
    return share


def saw_ai(world: World) -> NDArray[np.float64]:
    """Share of the month's reads at each curator in which the reader took the item for AI, as expected; (curators,).

    0 where nobody read. Not worked out where nobody ever minds.
    """
    share = np.zeros(len(world.curators))
    if world.feed is None or not any(ever.humans.disgust > 0 for ever in world.regimes):
        return share
    month = world.attention
    host = world.content.curator[month.row]
    at, views, visible = host > OPEN_WEB, month.views, world.feed.visible_ai[month.row - world.feed.first]
    reads = np.bincount(host[at], views[at], len(share))
    return np.divide(np.bincount(host[at], (views * visible)[at], len(share)), reads, out=share, where=reads > 0)


def choose_homes(
    world: World, met: NDArray[np.float32], draw: Streams, seen: NDArray[np.float64] | None = None
) -> NDArray[np.int16]:
    """Home curator of each person from next month on, shape (people,): a logit on what is liked there.

    What counts is how much better or worse a place has become than it was when its audience was what
    the scenario says; what else it is loved for stays as it was. Likewise with AI that is seen there, to those
    who are averse to it.

    Args:
        world: as it is.
        met: share of reads at home that each person upvoted, shape (people,).
        draw: streams of the month.
        seen: share of reads at each curator in which readers saw AI, shape (curators,); None for none.
    """
    people = world.humans
    if len(world.curators) <= 1 or world.clock.step < world.settings.humans.settling:
        return people.home
    home = people.home.copy()
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
    if seen is not None and world.settings.humans.disgust > 0:
        usual_seen = np.nan_to_num([curator.usual_seen for curator in world.curators.values()])
        pull -= world.settings.humans.disgust * people.aversion[who].astype(float)[:, None] * (seen - usual_seen)
    weight = known_for * world.affinity[:, people.domain[who]].T * np.exp(pull - pull.max(axis=1, keepdims=True))
    running = np.cumsum(weight, axis=1)
    u = draw.uniform("home.choice", people.key[who]) * running[:, -1]
    chosen = np.minimum((u[:, None] >= running).sum(axis=1), len(world.curators) - 1)
    home[who] = np.where(running[:, -1] > 0, chosen, at_home)
    return home
