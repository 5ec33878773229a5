"""Motivation: people write more when rewarded beyond what they have got used to, and stop when not."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.world.content import Marks, Origin
from ecosystem.world.feed import authors_on_show
from ecosystem.world.world import World

__all__ = ["Feelings", "feel", "reward"]

MOST = 3.0
"""assumption: nobody writes more than three times what they would at a reward just as expected."""


class Feelings(NamedTuple):
    """Motivation and the expected reward, each shape (people,)."""

    motivation: NDArray[np.float32]
    expectation: NDArray[np.float32]


def reward(world: World) -> NDArray[np.float64]:
    """What each person gets out of a month, shape (people,): log(1 + upvotes + views in units of upvotes).

    The logarithm says that the first readers please most (diminishing returns).
    """
    items, month, people = world.content, world.attention, len(world.humans)
    theirs = items.origin[month.row] != Origin.SYNTHETIC
    author = items.author[month.row[theirs]]
    views = np.bincount(author, month.views[theirs], people)
    votes = np.bincount(author, month.votes[theirs], people)
    return np.log1p(votes + world.settings.humans.view_reward * views)


def feel(world: World) -> Feelings:
    """Move motivation towards reward over expectation, and expectation towards reward.

    Only people with items on show feel anything; someone who never wrote has nothing to be
    disappointed by, and while the web is still filling up people only learn what to
    expect. An expectation never falls below the least reward, so silence does discourage.
    """
    people, settings = world.humans, world.settings.humans
    got = reward(world)
    least = settings.least_reward
    expected = np.maximum(np.where(np.isnan(people.expectation), got, people.expectation), least)
    shown = authors_on_show(world)
    ratio = np.minimum(got / expected, MOST)
    moved = shown & (world.clock.step >= settings.settling)
    motivation = np.where(moved, people.motivation + settings.moving * (ratio - people.motivation), people.motivation)
    expectation = np.where(shown, np.maximum(expected + settings.habit * (got - expected), least), people.expectation)
    accused = _accused(world) if world.clock.step >= settings.settling else 0
    motivation = motivation * (1 - settings.false_flag) ** accused
    return Feelings(np.clip(motivation, 0, MOST).astype(np.float32), expectation.astype(np.float32))


def _accused(world: World) -> NDArray[np.int64]:
    """How many of each person's new items were removed, downranked or labelled as synthetic, shape (people,)."""
    items, rows = world.content, world.rows_of(world.clock.step)
    hit = (items.marks[rows] & np.uint8(Marks.REMOVED | Marks.DOWNRANKED | Marks.LABELLED)) != 0
    hit &= items.origin[rows] == Origin.HUMAN
    return np.bincount(items.author[rows][hit], minlength=len(world.humans))
