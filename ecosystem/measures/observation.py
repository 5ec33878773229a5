"""What the outside observer sees of one month, computed once and shared by the measures."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.census import Census, Population, Sums, scatter
from ecosystem.measures.favourites import Favourites
from ecosystem.measures.sequences import distinct_sequences
from ecosystem.measures.sums import sums
from ecosystem.measures.told import Ideas
from ecosystem.measures.truth import Truth
from ecosystem.world.content import OPEN_WEB, Marks, Origin
from ecosystem.world.past import InLinks, in_links

if TYPE_CHECKING:
    from ecosystem.measures.view import View
    from ecosystem.world.reception import Reception
    from ecosystem.world.world import World

__all__ = ["LEAST_LINKS", "Ideas", "Observation", "Viewed"]

type F64 = NDArray[np.float64]
type I64 = NDArray[np.int64]
type Mask = NDArray[np.bool_]


LEAST_LINKS = 5
"""In-links from which on an item belongs to the tail of their distribution.

assumption: some five times the mean at one link per item; fixed, so that months compare.
"""


class Viewed(NamedTuple):
    """Items that were read this month; arrays of shape (items read,)."""

    row: I64
    """Row in the table of items, ascending."""
    views: F64
    """Simulated reads this month."""
    votes: F64
    """Upvotes this month."""
    domain: I64
    curator: I64
    """Host; -1 for the open web."""


class Observation:
    """One month of a world, seen from outside: everything is visible, true origins included.

    Taken after everyone has drawn conclusions and before the clock moves on. "New" items are those
    published this month in public, on a curator or on the open web; removed ones are among them.
    """

    def __init__(self, world: World, paid: I64 | None = None) -> None:
        """Look at the world as it is.

        Args:
            world: after everyone has adapted.
            paid: cents by kind of payer, kind of payee and reason; by default those of the month.
        """
        self.world = world
        self.paid = world.ledger.month if paid is None else paid
        self.domains = world.reality.domains
        self.views: dict[str, View] = {}
        """The observation as seen by the rows of each table, once somebody has looked."""

    # --- this month's public items ----------------------------------------------------------------

    @cached_property
    def new(self) -> I64:
        """Rows of the new items, ascending, shape (items,)."""
        month = self.world.rows_of(self.world.clock.step)
        public: I64 = month.start + np.flatnonzero(self.world.content.curator[month] >= OPEN_WEB)
        return public

    @cached_property
    def domain(self) -> I64:
        """Domain of each new item, shape (items,)."""
        return self.world.content.domain[self.new].astype(np.int64)

    @cached_property
    def curator(self) -> I64:
        """Host of each new item, -1 for the open web, shape (items,)."""
        return self.world.content.curator[self.new].astype(np.int64)

    @cached_property
    def author(self) -> I64:
        """Row of each new item's person, or publisher where synthetic, shape (items,)."""
        return self.world.content.author[self.new].astype(np.int64)

    @cached_property
    def origin(self) -> NDArray[np.uint8]:
        """Origin of each new item, shape (items,)."""
        return self.world.content.origin[self.new]

    @cached_property
    def share(self) -> F64:
        """Synthetic share of each new item, shape (items,)."""
        return self.world.content.share[self.new].astype(np.float64)

    @cached_property
    def synthetic(self) -> Mask:
        """Whether each new item is wholly written by a model, shape (items,)."""
        written: Mask = self.origin == Origin.SYNTHETIC
        return written

    def marked(self, marks: Marks) -> Mask:
        """Whether each new item carries any of the marks, shape (items,)."""
        carries: Mask = (self.world.content.marks[self.new] & np.uint8(marks)) != 0
        return carries

    def by_domain(self, values: NDArray[np.number | np.bool_] | None = None) -> F64:
        """New items by domain, or the sum of ``values`` (items,) over them, shape (domains,)."""
        return sums(self.domain, self.domains, values)

    @cached_property
    def census(self) -> Census:
        """New items, counted."""
        return Census.of(self.world)

    @cached_property
    def sums(self) -> Sums:
        """What is added up over new items."""
        return Sums.of(self.world)

    @cached_property
    def items(self) -> F64:
        """New items of each domain, shape (domains,)."""
        return self.census.by_domain.sum(axis=1).astype(np.float64)

    @cached_property
    def ideas(self) -> Ideas:
        """Ideas told by the new items."""
        return Ideas.of(self.world)

    @cached_property
    def scatter(self) -> F64:
        """Squared distances of new items' styles from their domain's mean, summed, shape (domains,).

        Averaged over the style dimensions; NaN without any.
        """
        return scatter(self.world, self.sums.style, self.items)

    @cached_property
    def sequences(self) -> dict[int, tuple[F64, F64]]:
        """Different and all runs of 1, 2 and 3 words of the new items' texts, by length; shape (domains,) each.

        No runs at all where items carry no text.
        """
        lengths = (1, 2, 3)
        if self.world.content.dims["tokens"] == 0:
            return {length: (np.zeros(self.domains), np.zeros(self.domains)) for length in lengths}
        tokens = self.world.content.tokens[self.new]
        return {length: distinct_sequences(self.domain, tokens, length, self.domains) for length in lengths}

    # --- people -----------------------------------------------------------------------------------

    @cached_property
    def population(self) -> Population:
        """People, counted."""
        return Population.of(self.world)

    # --- this month's attention -------------------------------------------------------------------

    @property
    def reception(self) -> Reception:
        """Views and upvotes of the month, added up."""
        return self.world.reception

    @cached_property
    def favourites(self) -> Favourites:
        """What was voted for most."""
        return Favourites.of(self.world)

    @cached_property
    def viewed(self) -> Viewed:
        """Views and upvotes of the month, item by item."""
        items, month = self.world.content, self.world.attention
        domain, curator = (column[month.row].astype(np.int64) for column in (items.domain, items.curator))
        return Viewed(month.row, month.views, month.votes, domain, curator)

    @cached_property
    def viewed_synthetic(self) -> Mask:
        """Whether each item read this month is wholly written by a model, shape (items read,)."""
        written: Mask = self.world.content.origin[self.viewed.row] == Origin.SYNTHETIC
        return written

    def views_by_domain(self, where: Mask | None = None) -> F64:
        """Views of the month by domain, of the items read that ``where`` names, shape (domains,)."""
        views = self.viewed.views if where is None else self.viewed.views * where
        return sums(self.viewed.domain, self.domains, views)

    def views_by_curator(self, where: Mask | None = None) -> F64:
        """Views of the month by host, of the items read that ``where`` names, shape (curators,)."""
        views = self.viewed.views if where is None else self.viewed.views * where
        return sums(self.viewed.curator, len(self.world.curators), views)

    # --- reality and money --------------------------------------------------------------------------------------

    @cached_property
    def truth(self) -> Truth:
        """What there is to say, and how much it is asked for."""
        return Truth(self.world)

    @cached_property
    def linked(self) -> InLinks:
        """Public items of all months that have 5 in-links and more, counted."""
        return in_links(self.world, LEAST_LINKS)

    @cached_property
    def flows(self) -> tuple[I64, I64, I64]:
        """Kind of payer, kind of payee and reason of what was paid, shape (flows,) each."""
        payer, payee, reason = np.nonzero(self.paid)
        return payer, payee, reason
