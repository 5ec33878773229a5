"""What publishers believe an item pays, by host and by how it is made.

Each knows what its own items brought in, and what anyone can see of a host: how much is read there, how much is
posted, what a view pays. The latter is what it starts from, the former what it learns (Jovanovic 1982,
Econometrica 50, 649-670).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.columns import times_each
from ecosystem.world.content import OPEN_WEB, Origin
from ecosystem.world.market import ALL_AUTHORS, BY_PUBLISHERS
from ecosystem.world.publishers import MODES
from ecosystem.world.reception import VIEWS, rewrites_read
from ecosystem.world.settings.publishers import PublisherParameters
from ecosystem.world.world import World

__all__ = ["Beliefs", "expected", "held", "learn", "needed", "public_pay", "rates"]

type F64 = NDArray[np.float64]

FEW = 10.0
"""Items a month by publishers at a host that say as much of what such items pay there as the average of all authors.
assumption: ten items are read a few hundred times, which tells half from twice."""


class Beliefs(NamedTuple):
    """What publishers have seen, averaged over their memory."""

    pay: NDArray[np.float32]
    """USD a month from views, by host and mode, of one real publisher; shape (publishers, curators, modes)."""
    wrote: NDArray[np.float32]
    """Items a month, likewise."""
    read: F64
    """See `Market`, shape (curators, 2)."""
    posted: F64
    """See `Market`, shape (curators, 2)."""


def needed(world: World) -> bool:
    """Whether any publisher ever tells its hosts and modes apart; if so, all learn of theirs from the start."""
    return len(world.curators) > 0 and any(_uses(settings.publishers) for settings in world.regimes)


def _uses(market: PublisherParameters) -> bool:
    return market.volume_rule == "marginal" or any(group.chooses for group in market.groups)


def held(world: World) -> Beliefs:
    """What is believed as the month goes on: what the months before taught."""
    publishers, market = world.publishers, world.market
    return Beliefs(publishers.pay, publishers.wrote, market.read, market.posted)


def learn(world: World) -> Beliefs:
    """What is believed after this month."""
    before = held(world)
    if not len(world.curators):
        return before
    weight = world.settings.publishers.memory
    read, posted = _counters(world)

    def averaged(old: NDArray[np.floating], now: NDArray[np.number]) -> F64:
        return (1 - weight) * old.astype(float) + weight * now.astype(float)

    seen = before._replace(read=averaged(before.read, read), posted=averaged(before.posted, posted))
    if not needed(world):
        return seen
    return seen._replace(
        pay=averaged(before.pay, _views(world) * rates(world)[:, None]).astype(np.float32),
        wrote=averaged(before.wrote, _written(world)).astype(np.float32),
    )


def _counters(world: World) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Reads of what each host shows and new items there, by all authors and by publishers, each (curators, 2)."""
    items, month = world.content, world.rows_of(world.clock.step)
    host = np.maximum(items.curator[month], np.int16(OPEN_WEB))
    theirs = np.where(items.origin[month] == Origin.SYNTHETIC, host, np.int16(OPEN_WEB))
    read = world.reception.by_curator[:-1, :, :, VIEWS].sum(axis=(1, 2)), world.reception.by_publisher[:-1].sum(axis=1)
    posted = [times_each(one, len(world.curators)) for one in (host, theirs)]
    return np.stack(read, axis=1), np.stack(posted, axis=1)


def rates(world: World) -> F64:
    """USD that each host pays one real publisher for a simulated read, shape (curators,): posted terms."""
    share = np.array([c.settings.rpm * c.settings.publisher_share for c in world.curators.values()])
    return share * world.settings.humans.views_per_read / 1000.0


def _views(world: World) -> NDArray[np.int64]:
    """Reads of each publisher's items this month, by host and mode, shape (publishers, curators, modes)."""
    rewritten = rewrites_read(world)[:-1]
    return np.stack([world.reception.by_publisher[:-1] - rewritten, rewritten], axis=-1).transpose(1, 0, 2)


def _written(world: World) -> NDArray[np.int64]:
    """Items that each publisher put out this month, by host and mode, shape (publishers, curators, modes)."""
    items, month, hosts = world.content, world.rows_of(world.clock.step), len(world.curators)
    rows = month.start + np.flatnonzero((items.origin[month] == Origin.SYNTHETIC) & (items.curator[month] > OPEN_WEB))
    place = (items.author[rows].astype(np.int64) * hosts + items.curator[rows]) * MODES + (items.source[rows] != -1)
    shape = (len(world.publishers), hosts, MODES)
    return np.bincount(place, minlength=int(np.prod(shape))).reshape(shape)


def public_pay(world: World, beliefs: Beliefs) -> F64:
    """USD that an item by a publisher brings in at each host, as anyone can see, shape (curators,); 0 where none is.

    Views are counted in public, and so are items. Where publishers post little, the average of all authors counts.
    """
    read, posted = beliefs.read, beliefs.posted
    everyone = np.divide(read, posted, out=np.zeros(read.shape), where=posted > 0)[:, ALL_AUTHORS]
    each: F64 = (read[:, BY_PUBLISHERS] + FEW * everyone) / (posted[:, BY_PUBLISHERS] + FEW)
    return rates(world) * each


def expected(world: World, beliefs: Beliefs, rows: NDArray[np.int64] | slice) -> F64:
    """USD that publishers expect of one item by host and mode, shape (rows, curators, modes).

    Own experience counts in proportion to how much was written there, against the public average in proportion to
    `publishers.pooling`.
    """
    prior, trust = public_pay(world, beliefs)[:, None], world.settings.publishers.pooling
    total = beliefs.wrote[rows].astype(float) + trust
    seen = beliefs.pay[rows] + trust * prior
    return np.divide(seen, total, out=np.broadcast_to(prior, total.shape).copy(), where=total > 0)
