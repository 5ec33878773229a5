"""What a month's views earn those who wrote what was viewed, at the terms that hosts have posted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.world.attention import views_in
from ecosystem.world.content import Marks, Origin
from ecosystem.world.reception import VIEWS

if TYPE_CHECKING:
    from ecosystem.world.world import World

__all__ = ["Rates", "Reach", "owed"]

type F64 = NDArray[np.float64]

_SYNTHETIC, _SIGNED = int(Origin.SYNTHETIC), int(Marks.SIGNED)


class _Items(NamedTuple):
    """What was read, from the table of items; each of shape (items,)."""

    curator: NDArray[np.int16]
    origin: NDArray[np.uint8]
    author: NDArray[np.int32]
    marks: NDArray[np.uint8]


class Reach(NamedTuple):
    """Reach of the month, added up over the items at each host.

    The reach of an item is its views to the power of 1 + `reach_bonus` of its host: its views where there is none.
    """

    people: F64
    """Of what people wrote, alone or with help; shape (curators,)."""
    publishers: F64
    """Of what publishers wrote; shape (curators, publishers)."""
    signed: F64
    """Views of what people wrote and signed, shape (curators,); zeros where nobody pays for signatures."""

    @classmethod
    def of(cls, world: World) -> Reach:
        """Add up; where no host pays for more than views, they are what is known of the month already."""
        hosts, by_publisher = len(world.curators), world.reception.by_publisher[:-1]
        if not any(c.settings.reach_bonus > 0 or c.settings.signed_bonus > 0 for c in world.curators.values()):
            views = world.reception.by_curator[:-1, 0, :, VIEWS].sum(axis=1)
            return cls(views.astype(float), by_publisher.astype(float), np.zeros(hosts))
        # What no host hosts is added up in a row of its own, which nobody pays for.
        sums = cls(np.zeros(hosts + 1), np.zeros((hosts + 1, by_publisher.shape[1])), np.zeros(hosts + 1))
        counts, items = _read(world)
        _add_up(counts, items, _powers(world), sums)
        return cls(*(part[:-1] for part in sums))


class Rates(NamedTuple):
    """What hosts pay their authors, USD of all the people that a simulated one stands for; each (curators,)."""

    author: F64
    """For a unit of reach of a person's item."""
    publisher: F64
    """For a unit of reach of a publisher's item."""
    signed: F64
    """For a view of a person's signed item, on top."""

    @classmethod
    def of(cls, world: World, reach: Reach) -> Rates:
        """The posted terms. Paying for reach divides what is shared in other proportions, but shares no more of it."""
        settings, hosts = world.settings, [curator.settings for curator in world.curators.values()]
        views = settings.scale.people_per_human * settings.humans.views_per_read
        worth = np.array([host.rpm for host in hosts]) * views / 1000.0
        author = np.array([host.author_share for host in hosts]) * worth
        publisher = np.array([host.publisher_share for host in hosts]) * worth
        signed = np.array([host.signed_bonus for host in hosts]) * views / 1000.0
        bonus = np.array([host.reach_bonus for host in hosts]) > 0
        if bonus.any():
            of_people, of_models = world.reception.by_curator[:-1, :, :, VIEWS].sum(axis=2).T
            shared = author * of_people + publisher * of_models
            claimed = author * reach.people + publisher * reach.publishers.sum(axis=1)
            factor = np.divide(shared, claimed, out=np.ones(len(hosts)), where=bonus & (claimed > 0))
            author, publisher = author * factor, publisher * factor
        return cls(author, publisher, signed)


def owed(world: World) -> F64:
    """What hosts owe each person for the views of what it wrote, USD of all that it stands for; shape (people,)."""
    rates = Rates.of(world, Reach.of(world))
    counts, items = _read(world)
    out = np.zeros(len(world.humans))
    _owe(counts, items, _powers(world), np.append(rates.author, 0.0), np.append(rates.signed, 0.0), out)
    return out


def _read(world: World) -> tuple[NDArray[np.uint64], _Items]:
    """Counts of the month, as in `Attention`, and the items counted."""
    month = world.attention
    return month.counts, _Items(*(getattr(world.content, name)[month.rows] for name in _Items._fields))


def _powers(world: World) -> F64:
    """To what power of its views an item reaches, by host, shape (curators + 1,)."""
    return np.array([1.0 + curator.settings.reach_bonus for curator in world.curators.values()] + [1.0])


@compiled
def _reach(views: int, power: float) -> float:
    """Reach of an item with so many views: those themselves, to the bit, where the power is 1."""
    return float(views) if power == 1.0 else float(views) ** power


@compiled
def _add_up(counts: NDArray[np.uint64], items: _Items, powers: F64, sums: Reach) -> None:
    """Add the reach of items (items,) to the sums, each with a row more than there are hosts."""
    # Arrays are taken out of the tuples first, because taking one out counts its holders anew.
    curator, origin, author, marks = items
    people, publishers, signed = sums
    for i in range(np.uint64(counts.size)):
        views = views_in(counts[i])
        if views == 0:
            continue
        host = np.int64(max(curator[i], -1))  # the last row is that of host -1
        reach = _reach(views, powers[host])
        if origin[i] == _SYNTHETIC:
            publishers[host, np.uint64(author[i])] += reach
        else:
            people[host] += reach
            if marks[i] & _SIGNED:
                signed[host] += views


@compiled
def _owe(counts: NDArray[np.uint64], items: _Items, powers: F64, rate: F64, bonus: F64, out: F64) -> None:
    """Add to ``out`` (people,) what each item (items,) earns the person who wrote it.

    Args:
        counts: as in `Attention`.
        items: that were counted.
        powers: by host, see :func:`_powers`; rates like it have one more than there are hosts.
        rate: for a unit of reach.
        bonus: for a view of a signed item.
        out: added to.
    """
    # Arrays are taken out of the tuple first, because taking one out counts its holders anew.
    curator, origin, author, marks = items
    for i in range(np.uint64(counts.size)):
        views = views_in(counts[i])
        if views > 0 and origin[i] != _SYNTHETIC:
            host = np.int64(max(curator[i], -1))
            earned = rate[host] * _reach(views, powers[host])
            if marks[i] & _SIGNED:
                earned += bonus[host] * views
            out[np.uint64(author[i])] += earned
