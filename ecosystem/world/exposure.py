"""How much of each item on show is seen: its curator's ranking, worked out once for every value that occurs."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.core.sampling import SMALLEST
from ecosystem.core.threads import share_out
from ecosystem.world.content import OPEN_WEB, Marks, Origin
from ecosystem.world.judging import judged

if TYPE_CHECKING:
    from ecosystem.strategies.rankers.base import Ranker
    from ecosystem.world.world import World

__all__ = ["Exposure", "expose"]

type F64 = NDArray[np.float64]

_REMOVED, _DOWNRANKED, _SYNTHETIC = int(Marks.REMOVED), int(Marks.DOWNRANKED), int(Origin.SYNTHETIC)


class Exposure(NamedTuple):
    """Of each item on show; every array has shape (items,)."""

    weight: F64
    """Exposure; 0 where no ranking shows it."""
    group: NDArray[np.int32]
    """Curator * domains + domain."""
    person: NDArray[np.int32]
    """Row of the person who wrote it for the public; -1 for a publisher's, a hidden and a private one. Empty where
    nobody reads whom they follow."""


class _Items(NamedTuple):
    """What rankings look at, from the table of items; each of shape (items,)."""

    curator: NDArray[np.int16]
    domain: NDArray[np.int32]
    step: NDArray[np.int32]
    origin: NDArray[np.uint8]
    author: NDArray[np.int32]
    marks: NDArray[np.uint8]
    votes: NDArray[np.float32]
    links: NDArray[np.float32]


class _Rules(NamedTuple):
    """What each thing counts for at each curator; at the first row of a curator that does not exist, anything."""

    votes: F64
    """By curator and number of upvotes."""
    links: F64
    """By curator and number of in-links."""
    age: F64
    """By curator and months since publication; 0 outside its window."""
    standing: F64
    """By author, people before publishers, end to end for the curators that reward it; before them 1."""
    first: NDArray[np.int64]
    """By curator, where the first author's is."""
    stride: NDArray[np.int64]
    """By curator, how far the next author's is from there: 0 where all count alike."""
    penalty: F64
    """By curator, of what it ranks down."""


@compiled
def _weigh(items: _Items, rules: _Rules, whole: F64, now: int, domains: int, people: int, out: Exposure) -> None:
    """Fill ``out``: every array here has shape (items,) but for the rules; see the classes.

    Args:
        items: those on show.
        rules: of the curators.
        whole: by item, what rankers that look at whole items make of it; one 1 for all where there are none.
        now: this month's step.
        domains: how many there are.
        people: how many there are; publishers are numbered after them.
        out: filled.
    """
    # Arrays are taken out of the tuples first, because taking one out counts its holders anew.
    curator, domain, step, origin, writer, marks, votes, links = items
    by_votes, by_links, by_age, standings, first, stride, penalty = rules
    weights, groups, persons = out
    own = np.uint64(whole.size > 1)
    for i in range(np.uint64(curator.size)):
        host = np.uint64(max(curator[i], 0))
        published = curator[i] >= OPEN_WEB and (marks[i] & _REMOVED) == 0
        synthetic = origin[i] == _SYNTHETIC
        author = np.int64(writer[i]) + (people if synthetic else 0)
        engagement = by_votes[host, np.uint64(votes[i])] * by_links[host, np.uint64(links[i])]
        standing = standings[np.uint64(first[host] + stride[host] * author)]
        weight = standing * engagement * by_age[host, np.uint64(now - step[i])] * whole[own * i]
        if marks[i] & _DOWNRANKED:
            weight *= penalty[host]
        # What has faded beyond all counting is not seen.
        ranked = published and curator[i] > OPEN_WEB and weight >= SMALLEST
        weights[i] = weight if ranked else 0.0
        groups[i] = np.int64(host) * domains + domain[i]
        if persons.size > 0:
            persons[i] = writer[i] if published and not synthetic else -1


def expose(world: World, rows: slice) -> Exposure:
    """Weigh items by their curators' rankings as things stand now; ``rows`` are those of the longest window."""
    table = world.content
    items = _Items(*(getattr(table, name)[rows] for name in _Items._fields))
    count, rules, whole = len(items.step), _rules(world, items), judged(world, rows)
    authors = count if world.settings.humans.follow > 0 else 0
    out = Exposure(np.empty(count), np.empty(count, np.int32), np.empty(authors, np.int32))
    now, domains, people = world.clock.step, world.reality.domains, len(world.humans)

    def work(start: int, stop: int) -> None:
        part = _Items._make(column[start:stop] for column in items)
        mine = whole[start:stop] if len(whole) == count else whole
        _weigh(part, rules, mine, now, domains, people, Exposure._make(column[start:stop] for column in out))

    share_out(work, count)
    return out


def _rules(world: World, items: _Items) -> _Rules:
    curators = list(world.curators.values())
    # Those that are products of what each thing counts for.
    rankings = [[ranker for ranker in curator.settings.ranking if ranker.is_product()] for curator in curators]
    months = np.arange(world.clock.step - int(items.step.min(initial=world.clock.step)) + 1.0)

    def table(thing: str, values: F64) -> F64:
        """What each value counts for at each curator; one row at least."""
        worth = [_product(rankers, thing, values) for rankers in rankings]
        return np.array(worth or [np.ones(len(values))])

    standing, first, stride = _standings(world, rankings)
    windows = np.array([[curator.settings.window] for curator in curators] or [[0]])
    return _Rules(
        votes=table("votes", _counts(items.votes)),
        links=table("links", _counts(items.links)),
        age=np.where(months < windows, table("age", months), 0.0),
        standing=standing,
        first=first,
        stride=stride,
        penalty=np.array([curator.settings.penalty for curator in curators] or [1.0]),
    )


def _standings(world: World, rankings: list[list[Ranker]]) -> tuple[F64, NDArray[np.int64], NDArray[np.int64]]:
    """What authors' standing counts for, and where each curator finds it; see :class:`_Rules`."""
    first, stride = np.zeros((2, max(1, len(rankings))), np.int64)
    rewarding = [at for at, rankers in enumerate(rankings) if any(ranker.rewards("authority") for ranker in rankers)]
    if not rewarding:
        return np.ones(1), first, stride
    standings = world.standings
    alike = bool((standings == standings[0]).all())  # as always before the first refresh
    authority = standings[: 1 if alike else None].astype(float)

    def rewards(curator: int, start: int, stop: int) -> F64:
        return _product(rankings[curator], "authority", authority[start:stop])

    parts = [np.ones(1)]
    for curator in rewarding:
        worth = np.concatenate(share_out(functools.partial(rewards, curator), len(authority)))
        if bool((worth != 1.0).any()):
            first[curator], stride[curator] = 1 + (len(parts) - 1) * len(worth), len(worth) > 1
            parts.append(worth)
    return np.concatenate(parts), first, stride


def _counts(column: NDArray[np.float32]) -> F64:
    """The whole numbers from 0 to the greatest in a column."""
    return np.arange(int(column.max(initial=0)) + 1.0)


def _product(rankers: list[Ranker], thing: str, values: F64) -> F64:
    """What each value of a thing, "votes" for instance, counts for by a ranking."""
    total = np.ones(len(values))
    for ranker in rankers:
        if ranker.rewards(thing):
            total *= getattr(ranker, f"by_{thing}")(values)
    return total
