"""How many of the documents that a lab holds a training uses, and which."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.races import first_of_each
from ecosystem.core.sampling import WeightedGroups
from ecosystem.core.streams import Streams
from ecosystem.world.content import Items

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
    """Documents to train on, by row of the table of items; arrays of shape (documents,)."""

    rows: NDArray[np.int64]
    weight: NDArray[np.float64]
    """How many documents each counts for."""

    def draw(self, items: Items, budget: Budget, who: np.uint64, domains: NDArray[np.uint64], draw: Streams) -> Pool:
        """The documents of one training; those that had to be drawn count once for each time they were.

        With both budgets the total is drawn from what the budget of each domain leaves.

        Args:
            items: table of items.
            budget: how many.
            who: identity of the lab.
            domains: identity of each domain, shape (domains,).
            draw: streams of the month.
        """
        if not budget.replacement:
            return _race(self, items, budget, who, len(domains), draw)
        pool = self
        if budget.per_domain is not None:
            pool = _again(pool, items, budget.per_domain, items.domain[pool.rows], domains ^ who, draw)
        if budget.total is not None:
            alike = np.zeros(len(pool.rows), dtype=np.int64)
            pool = _again(pool, items, budget.total, alike, np.array([who], dtype=np.uint64), draw)
        return pool


def _race(pool: Pool, items: Items, budget: Budget, who: np.uint64, domains: int, draw: Streams) -> Pool:
    """Draw without replacement, one after the other in proportion to weight; full domains are passed over.

    By exponential races (Efraimidis and Spirakis 2006, doi:10.1016/j.ipl.2005.11.003), keyed by item:
    a document more displaces at most one other.
    """
    rows, weight = pool
    domain = items.domain[rows].astype(np.int64)
    full = np.zeros(domains, dtype=np.bool_)
    if budget.per_domain is not None:
        full = np.bincount(domain, minlength=domains) > budget.per_domain
    if not full.any() and (budget.total is None or budget.total >= len(rows)):
        return pool
    race = draw.exponential("train.sample", items.key[rows] ^ who) / weight
    if budget.per_domain is not None and full.any():
        # Each chosen document counts once: its weight has been spent on being chosen.
        first = first_of_each(race, domain, domains, budget.per_domain)
        rows, weight, race = rows[first], np.where(full[domain], 1.0, weight)[first], race[first]
    if budget.total is not None and budget.total < len(rows):
        total = budget.total
        chosen = np.sort(np.argpartition(race, total)[:total]) if total > 0 else np.empty(0, dtype=np.int64)
        rows, weight = rows[chosen], np.ones(len(chosen))
    return Pool(rows, weight)


def _again(
    pool: Pool, items: Items, times: int, group: NDArray[np.integer], drawers: NDArray[np.uint64], draw: Streams
) -> Pool:
    """Draw so often from every group with replacement, each group under its own identity in ``drawers``."""
    groups = len(drawers)
    table = WeightedGroups(pool.weight, items.key[pool.rows], group, groups)
    number, ordinal = np.repeat(np.arange(groups), times), np.tile(np.arange(times), groups)
    drawn = table.draw(draw.key("train.again"), drawers[number], ordinal, number)
    count = np.bincount(drawn[drawn >= 0], minlength=len(pool.rows))
    some = np.flatnonzero(count)
    return Pool(pool.rows[some], count[some].astype(float))
