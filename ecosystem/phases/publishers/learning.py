"""What publishers learn of their habits by trying: each moves its levers by the rule of its group."""

from __future__ import annotations

import copy
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
from ecosystem.phases.publishers.standing import open_for_business
from ecosystem.strategies.adaptation.base import Public, Trials
from ecosystem.world import levers, public
from ecosystem.world.ledger import Kind
from ecosystem.world.settings.publisher_groups import PublisherGroup
from ecosystem.world.world import World

__all__ = ["MOST_SEEN", "Review", "review"]

type F64 = NDArray[np.float64]

MOST_SEEN = 500
"""Rivals that publishers of a group look at, the same for all. assumption: nobody surveys more than some hundred."""


class Review(NamedTuple):
    """Where the levers of all publishers stand after the month, and what they earned since they last looked."""

    levers: F64
    """Shape (publishers, levers)."""
    settled: F64
    """Likewise."""
    settled_payoff: F64
    memory: F64
    """Shape (publishers, numbers)."""
    earned: F64
    """USD since the last review."""
    months: NDArray[np.int32]
    """In business since then."""


def review(world: World, draw: Streams) -> Review:
    """Next trials of the publishers in business whose group reviews this month."""
    publishers, groups = world.publishers, world.settings.publishers.groups
    before = Review(
        publishers.levers,
        publishers.settled,
        publishers.settled_payoff,
        publishers.memory,
        publishers.earned,
        publishers.months,
    )
    if not any(group.levers for group in groups):
        return before
    busy = open_for_business(world)
    after = copy.deepcopy(before)
    after.earned[:] += np.where(busy, world.ledger.earned(Kind.PUBLISHER), 0.0)
    after.months[:] += busy
    takings: F64 | None = None
    for number, group in enumerate(groups):
        rows = np.flatnonzero(busy & (publishers.group == number))
        if not group.levers or (world.clock.step + 1) % group.adaptation.interval or not len(rows):
            continue
        takings = public.publishers(world) if takings is None else takings
        _revise(world, group, rows, after, takings, draw)
    return after


def _revise(
    world: World, group: PublisherGroup, rows: NDArray[np.int64], all_: Review, takings: F64, draw: Streams
) -> None:
    """Write the next trials of the publishers of a group at ``rows``."""
    chosen = levers.chosen(levers.PUBLISHERS, group.levers)
    space, rule = levers.space(group, chosen), group.adaptation
    scale = world.settings.scale.people_per_human  # payoffs are those of one real publisher, as is what is seen
    at = np.ix_(rows, [levers.PUBLISHERS.index(lever) for lever in chosen])
    numbers = rule.memory(space)
    own = Trials(
        all_.levers[at],
        all_.settled[at],
        all_.earned[rows] / all_.months[rows] / scale,
        all_.settled_payoff[rows],
        all_.memory[rows, :numbers],
    )
    key = world.publishers.key[rows]
    seen = _seen(key)
    shown = np.where([lever.shows for lever in chosen], own.levers[seen], np.nan)
    others = Public(key[seen], shown, takings[rows[seen]])
    new = rule.revise(own, others, key, space, draw)
    all_.levers[at], all_.settled[at], all_.settled_payoff[rows] = new.levers, new.settled, new.settled_payoff
    all_.memory[rows, :numbers] = new.memory
    all_.earned[rows], all_.months[rows] = 0.0, 0


def _seen(key: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Rows of those that everybody in a group looks at: by lot where there are many, so that newcomers replace few."""
    if len(key) <= MOST_SEEN:
        return np.arange(len(key))
    return np.sort(np.argsort(Streams(0).bits("adaptation.seen", key), kind="stable")[:MOST_SEEN])
