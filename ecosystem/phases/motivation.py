"""Motivation: people write more when rewarded beyond what they have got used to, and stop when not."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled, plain
from ecosystem.core.threads import share_out
from ecosystem.world.content import Marks, Origin
from ecosystem.world.feed import authors_on_show
from ecosystem.world.reception import VIEWS, VOTES, received
from ecosystem.world.world import World

__all__ = ["MOST", "Feelings", "feel"]

MOST = 3.0
"""assumption: nobody writes more than three times what they would at a reward just as expected."""


class Feelings(NamedTuple):
    """Motivation and the expected reward, each shape (people,)."""

    motivation: NDArray[np.float32]
    expectation: NDArray[np.float32]


class _Habits(NamedTuple):
    """Settings of how people feel; see `humans.*`."""

    view_reward: float
    pay_reward: float
    least_reward: float
    habit: float
    moving: float
    kept: float
    """Share of motivation that is left after a false accusation."""


@compiled
def _reward(views: int, votes: int, view_reward: float, paid: float) -> float:
    """What someone gets out of a month: log(1 + upvotes + views and pay in units of upvotes).

    The logarithm says that the first readers please most (diminishing returns).
    """
    return float(np.log1p(votes + view_reward * views + paid))


@compiled
def _feel(
    attention: NDArray[np.int64],
    shown: NDArray[np.bool_],
    accused: NDArray[np.int64],
    paid: NDArray[np.float32],
    habits: _Habits,
    motivation: NDArray[np.float32],
    expectation: NDArray[np.float32],
) -> None:
    """Move motivation and expectation (people,) in place.

    Args:
        attention: views and upvotes of each person, shape (people, 2).
        shown: whether something of theirs was on show.
        accused: items of theirs taken for synthetic; empty while the web fills up.
        paid: USD that each was paid; empty where it counts for nothing.
        habits: settings.
        motivation: multiplies activity.
        expectation: reward expected, NaN before the first.
    """
    settled = accused.size > 0
    for i in range(np.uint64(shown.size)):
        if shown[i]:
            worth = habits.pay_reward * paid[i] if paid.size > 0 else 0.0
            got = _reward(attention[i, VIEWS], attention[i, VOTES], habits.view_reward, worth)
            expected = max(got if np.isnan(expectation[i]) else np.float64(expectation[i]), habits.least_reward)
            expectation[i] = max(expected + habits.habit * (got - expected), habits.least_reward)
            if settled:
                motivation[i] += habits.moving * (min(got / expected, MOST) - motivation[i])
        if settled:
            for _ in range(accused[i]):
                motivation[i] *= habits.kept
            motivation[i] = min(max(motivation[i], np.float32(0.0)), np.float32(MOST))


def feel(world: World, paid: NDArray[np.float32] | None = None) -> Feelings:
    """Move motivation towards reward over expectation, and expectation towards reward.

    Only people with items on show feel anything; someone who never wrote has nothing to be
    disappointed by, and while the web is still filling up people only learn what to
    expect. An expectation never falls below the least reward, so silence does discourage.
    Where nothing ever moves anybody, what they expect is not worked out.

    Args:
        world: as it is.
        paid: USD that each real person was paid this month, shape (people,); None for nothing.
    """
    people, settings = world.humans, world.settings.humans
    if not any(ever.humans.moving > 0 or ever.humans.false_flag > 0 for ever in world.regimes):
        return Feelings(people.motivation, people.expectation)
    settled = world.clock.step >= settings.settling
    accused = _accused(world) if settled else np.empty(0, np.int64)
    shown, got = authors_on_show(world), received(world)
    habits = _Habits(
        settings.view_reward,
        settings.pay_reward,
        settings.least_reward,
        settings.habit,
        settings.moving,
        1.0 - settings.false_flag,
    )
    pay = np.empty(0, np.float32) if paid is None or settings.pay_reward == 0 else plain(paid, np.float32)
    feelings = Feelings(people.motivation.copy(), people.expectation.copy())

    def work(start: int, stop: int) -> None:
        part = slice(start, stop)
        _feel(got[part], shown[part], accused[part], pay[part], habits, *(column[part] for column in feelings))

    share_out(work, len(people))
    return feelings


def _accused(world: World) -> NDArray[np.int64]:
    """How many of each person's new items were removed, downranked or labelled as synthetic, shape (people,)."""
    items, rows = world.content, world.rows_of(world.clock.step)
    hit = (items.marks[rows] & np.uint8(Marks.REMOVED | Marks.DOWNRANKED | Marks.LABELLED)) != 0
    hit &= items.origin[rows] == Origin.HUMAN
    return np.bincount(items.author[rows][hit], minlength=len(world.humans))
