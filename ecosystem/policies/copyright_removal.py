"""Authors may withdraw their works from training, whatever their hosts sell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.policies.base import Policy
from ecosystem.world.content import OPEN_WEB, Marks, Origin
from ecosystem.world.ledger import Kind, Reason, Transfers, join
from ecosystem.world.proposals import Money, Releases
from ecosystem.world.rules import Rules

if TYPE_CHECKING:
    # The world brings Mesa with it, which reading a scenario does not need.
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["CopyrightRemoval"]


class CopyrightRemoval(Policy):
    """People withdraw what they publish from training, and labs that take it all the same risk damages.

    Coverage is the share of people who do. Opt-outs then bind every lab, also one with a licence of the host or let
    in by law. It costs authors a notice for each work, and labs the works. It is evaded by taking withdrawn works at
    the price of the expected damages, and by training on rewrites and repetitions by others, which stay. What has
    been collected before stays as well: statistics of texts cannot be unlearned one text at a time.
    """

    kind: ClassVar[str] = "copyright_removal"
    modelled_on: ClassVar[str] = (
        "the settlement of Bartz v. Anthropic (2025), damages under 17 U.S.C. 504(c), and takedown by notice as in 17 "
        "U.S.C. 512(c)"
    )

    fine: float = param(
        3000.0,
        ge=0,
        unit="USD per work",
        role="lever",
        source="Bartz v. Anthropic 2025: 1.5 billion USD for 482,460 works; of books, an item is shorter",
        meaning="damages for a withdrawn work that is found to be taken",
    )
    enforcement: float = param(
        0.01,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: one taking in a hundred comes to light and before a court",
        meaning="chance that the taking of a withdrawn work is found",
    )
    notice_cost: float = param(
        1.0,
        ge=0,
        unit="USD per work",
        role="uncertainty",
        source="assumption: a few minutes of somebody's time for several works at once",
        meaning="what it costs an author to withdraw a work",
    )
    paywall: bool = param(
        False,
        unit="yes or no",
        role="lever",
        source="assumption: readers are to see it as before",
        meaning="withdrawn works are taken from the public as well: not shown, crawled or linked to",
    )

    def notes(self, ever: list[WorldSettings]) -> Iterator[tuple[str, str]]:
        """That there is nobody to keep from anything."""
        if not any(settings.labs for settings in ever):
            yield "kind", "there are no labs to withdraw works from: it has no effect"

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        """Let opt-outs bind, withdraw what those reached publish, collect damages and what notices cost."""
        if self.reach(world) == 0.0:
            return proposal
        if isinstance(proposal, Rules):
            return proposal.plus(labs={"binding": True, "infringement": self.fine * self.enforcement})
        if isinstance(proposal, Releases):
            drafts = proposal.drafts
            theirs = (drafts.curator >= OPEN_WEB) & self._theirs(drafts.origin, drafts.author, world, draw)
            mark = Marks.OPTED_OUT | Marks.REMOVED if self.paywall else Marks.OPTED_OUT
            marks = np.where(theirs, drafts.marks | np.uint8(mark), drafts.marks)
            return replace(proposal, drafts=replace(drafts, marks=marks))
        if isinstance(proposal, Money):
            paid = [self._notices(world, draw), self._damages(proposal, world, draw)]
            return replace(proposal, transfers=join([proposal.transfers, *paid]))
        return proposal

    def _theirs(
        self, origin: NDArray[np.uint8], author: NDArray[np.int32], world: World, draw: Streams
    ) -> NDArray[np.bool_]:
        """Which items are by people who withdraw theirs, shape (items,)."""
        human = origin != Origin.SYNTHETIC
        reached = np.append(self.reaches(world.humans.key, world, draw), False)
        theirs: NDArray[np.bool_] = human & reached[np.where(human, author, -1)]
        return theirs

    def _notices(self, world: World, draw: Streams) -> Transfers:
        items, window = world.content, world.rows_of(world.clock.step)
        theirs = self._theirs(items.origin[window], items.author[window], world, draw)
        usd = np.count_nonzero(theirs & (items.curator[window] >= OPEN_WEB)) * self.notice_cost
        usd *= world.settings.scale.people_per_human
        return Transfers.of(Kind.PEOPLE, 0, Kind.SUPPLIERS, 0, Reason.COMPLIANCE, usd)

    def _damages(self, money: Money, world: World, draw: Streams) -> Transfers:
        """For withdrawn works of those reached that labs have crawled this month and are found to have."""
        from ecosystem.phases.access import crawled, withdrawn  # noqa: PLC0415 - brings Mesa with it

        items, found = world.content, np.zeros(len(world.labs))
        for lab in world.labs.values():
            rows = crawled(lab, world, money.crawls)
            rows = rows[withdrawn(lab, world, rows) & self._theirs(items.origin[rows], items.author[rows], world, draw)]
            found[lab.index] = np.count_nonzero(self.caught(items.key[rows] ^ lab.key, draw))
        usd = found * self.fine * world.settings.scale.people_per_human
        return Transfers.of(Kind.LAB, np.arange(len(found)), Kind.PEOPLE, 0, Reason.FINE, usd)
