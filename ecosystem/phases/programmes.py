"""Programmes: what the state orders people to write, and what it offers them for what they write."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams, name_key
from ecosystem.phases import writing
from ecosystem.phases.assignments import Assignments, repeated
from ecosystem.world.content import NO_LAB, OPEN_WEB, Marks, Origin
from ecosystem.world.proposals import Drafts
from ecosystem.world.rules import SUBSIDISED
from ecosystem.world.world import World

__all__ = ["ordered", "subsidies"]

ITEM, VOTE, COMMISSION = range(len(SUBSIDISED))


def ordered(world: World, draw: Streams) -> Drafts:
    """Items that the state orders: first-hand, without an assistant, and public where their authors are at home."""
    rate = world.rules.people.commissions
    work = Assignments.none()
    if rate.any() and len(world.humans):
        maker = world.reality.keys ^ name_key("programme")
        domain, key = repeated(maker, draw.poisson("programme.count", maker, rate), draw.step)
        work = Assignments(world.inhabitants("programme.author", key, domain, draw), key, domain)
    drafts = writing.first_hand(world, work, draw)
    if not len(drafts):
        return drafts
    marks = drafts.marks | np.uint8(Marks.COMMISSIONED)
    return replace(drafts, curator=world.humans.home[drafts.author].astype(np.int16), marks=marks)


def subsidies(world: World, offered: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """What the state owes the people that each simulated one stands for this month, USD, shape (people,).

    Args:
        world: after the month's reading.
        offered: one offer among others, as in `ForPeople.subsidy`; all of the month if none is given.
    """
    due = np.zeros(len(world.humans))
    rate = world.rules.people.subsidy if offered is None else offered
    settings, items = world.settings, world.content
    if not rate.any():
        return due
    window = world.rows_of(world.clock.step)
    public = (items.origin[window] != Origin.SYNTHETIC) & (items.curator[window] >= OPEN_WEB)
    rows = window.start + np.flatnonzero(public & ~items.has(Marks.REMOVED, window))
    by_order = items.has(Marks.COMMISSIONED, rows) & (items.lab[rows] == NO_LAB)
    domain = items.domain[rows]
    each = rate[domain, ITEM] + np.where(by_order, rate[domain, COMMISSION], 0.0)
    due += np.bincount(items.author[rows], each, len(due))
    seen = world.attention
    theirs = items.origin[seen.row] != Origin.SYNTHETIC
    read = seen.row[theirs]
    votes = seen.votes[theirs] * settings.humans.views_per_read
    due += np.bincount(items.author[read], votes * rate[items.domain[read], VOTE], len(due))
    owed: NDArray[np.float64] = due * settings.scale.people_per_human
    return owed
