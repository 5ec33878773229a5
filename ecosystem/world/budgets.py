"""How many of the documents that a lab holds a training uses, and which."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.races import first_of_each
from ecosystem.core.sampling import SMALLEST, WeightedGroups
from ecosystem.core.selection import as_selection
from ecosystem.core.streams import Streams
from ecosystem.world.content import Items
from ecosystem.world.held import Held

__all__ = ["Budget", "Pool"]


class Budget(NamedTuple):
    """How many documents a training uses at most."""

    total: int | None = None
    """Of all domains together; None for no limit."""
    per_domain: int | None = None
    """Of each domain; None for no limit."""
    replacement: bool = False
    """Draw exactly that many with replacement, where there is anything to draw from."""


class Pool(NamedTuple):
    """Documents to train on, by row of a table; arrays of shape (documents,)."""

    rows: NDArray[np.int64]
    weight: NDArray[np.float64]
    """How many documents each counts for."""
    stands_for: float = 1.0
    """How many documents there are for each of these; more than 1 where they are a sample themselves."""

    def draw(
        self, texts: Items | Held, budget: Budget, who: np.uint64, domains: NDArray[np.uint64], draw: Streams
    ) -> Pool:
        """The documents of one training; those that had to be drawn count once for each time they were.

        With both budgets the total is drawn from what the budget of each domain leaves. Where a sample stands
        for more documents than a budget, but holds fewer, all of it is used and counts for as many as the budget.

        Args:
            texts: the table.
            budget: how many.
            who: identity of the lab.
            domains: identity of each domain, shape (domains,).
            draw: streams of the month.
        """
        if not budget.replacement:
            return _race(self, texts, budget, who, len(domains), draw)
        pool = self
        if budget.per_domain is not None:
            pool = _again(pool, texts, budget.per_domain, texts.domain[pool.rows], domains ^ who, draw)
        if budget.total is not None:
            alike = np.zeros(len(pool.rows), dtype=np.int64)
            pool = _again(pool, texts, budget.total, alike, np.array([who], dtype=np.uint64), draw)
        return pool


def _race(pool: Pool, texts: Items | Held, budget: Budget, who: np.uint64, domains: int, draw: Streams) -> Pool:
    """Draw without replacement, one after the other in proportion to weight; full domains are passed over.

    By exponential races (Efraimidis and Spirakis 2006, doi:10.1016/j.ipl.2005.11.003), keyed by item:
    a document more displaces at most one other.
    """
    rows, weight, stands_for = pool
    these = as_selection(rows)
    domain = texts.domain[these].astype(np.int64)
    held = np.bincount(domain, minlength=domains)
    full = np.zeros(domains, dtype=np.bool_)
    if budget.per_domain is not None:
        full = stands_for * held > budget.per_domain
    if not full.any() and (budget.total is None or budget.total >= stands_for * len(rows)):
        return pool
    race = draw.exponential("train.sample", texts.key[these] ^ who) / weight
    count = np.full(len(rows), stands_for)
    if budget.per_domain is not None and full.any():
        first = first_of_each(race, domain, domains, budget.per_domain)
        # Each chosen document counts once: its weight has been spent on being chosen.
        once = np.ones(len(rows))
        if stands_for > 1:
            spread = np.maximum(np.bincount(domain, weight, domains), SMALLEST)
            once = np.where((held < budget.per_domain)[domain], weight * (budget.per_domain / spread)[domain], once)
        weight, count = (np.where(full[domain], once, each)[first] for each in (weight, count))
        rows, race = rows[first], race[first]
    if budget.total is not None and budget.total < count.sum():
        return _within(Pool(rows, weight), race / count, budget.total)
    return Pool(rows, weight)


def _within(pool: Pool, race: NDArray[np.float64], total: int) -> Pool:
    """The first ``total`` of a race, which count once each; all if they are fewer, and they count for as many."""
    if total >= len(pool.rows):
        return Pool(pool.rows, pool.weight * (total / pool.weight.sum()))
    chosen = np.sort(np.argpartition(race, total)[:total]) if total > 0 else np.empty(0, dtype=np.int64)
    return Pool(pool.rows[chosen], np.ones(len(chosen)))


def _again(
    pool: Pool, texts: Items | Held, times: int, group: NDArray[np.integer], drawers: NDArray[np.uint64], draw: Streams
) -> Pool:
    """Draw so often from every group with replacement, each group under its own identity in ``drawers``."""
    groups = len(drawers)
    table = WeightedGroups(pool.weight, texts.key[pool.rows], group, groups)
    number, ordinal = np.repeat(np.arange(groups), times), np.tile(np.arange(times), groups)
    drawn = table.draw(draw.key("train.again"), drawers[number], ordinal, number)
    count = np.bincount(drawn[drawn >= 0], minlength=len(pool.rows))
    some = np.flatnonzero(count)
    return Pool(pool.rows[some], count[some].astype(float))
