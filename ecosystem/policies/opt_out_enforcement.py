"""Crawling against terms and opt-outs becomes dear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.policies.base import Policy, keys_of
from ecosystem.world.ledger import Kind, Reason, Transfers, join
from ecosystem.world.proposals import Money
from ecosystem.world.rules import Rules

if TYPE_CHECKING:
    # The world brings Mesa with it, which reading a scenario does not need.
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["OptOutEnforcement"]


class OptOutEnforcement(Policy):
    """Labs that take pages against their hosts' terms or their authors' opt-outs risk a fine for each.

    It costs labs the pages that they took so far without asking. It is evaded by crawlers that do not say who sends
    them: they are found less often (`hidden`), and cost something to run (`hiding_cost`). A lab hides where that is
    the cheaper, and keeps off pages that it may not take where what it then has to expect is at least what a document
    is worth to it. Labs that respect opt-outs anyway do as before.
    """

    kind: ClassVar[str] = "opt_out_enforcement"
    modelled_on: ClassVar[str] = (
        "Article 4(3) of Directive (EU) 2019/790, which lets authors reserve text and data mining, and Article "
        "53(1)(c) of the EU AI Act (Regulation 2024/1689), which has labs respect it"
    )

    fine: float = param(
        10.0,
        ge=0,
        unit="USD per page",
        role="lever",
        source="assumption: far below statutory damages of 750 to 150,000 USD a work (17 U.S.C. 504(c))",
        meaning="fine for a page found to be taken against terms or an opt-out",
    )
    enforcement: float = param(
        0.1,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: server logs show declared crawlers, and few hosts go after them",
        meaning="chance that such a page is found, if the crawler says who sends it",
    )
    hidden: float = param(
        0.5,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: half of what undeclared crawlers take is not traced back",
        meaning="share of that chance that a crawler escapes which does not say who sends it",
    )
    hiding_cost: float = param(
        0.01,
        ge=0,
        unit="USD per page",
        role="uncertainty",
        source="assumption: rented home connections for a page of a megabyte or two at some USD a gigabyte",
        meaning="what it costs to crawl a page like that",
    )

    def notes(self, ever: list[WorldSettings]) -> Iterator[tuple[str, str]]:
        """That nobody ever takes what it may not."""
        labs = [lab for settings in ever for lab in settings.labs]
        if all(lab.data.respects_opt_out and "respects_opt_out" not in lab.levers for lab in labs):
            yield "kind", "every lab respects opt-outs anyway (labs.*.data.respects_opt_out): it has no effect"

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        """Tell labs what to expect; fine those caught, and let those who hide pay for it."""
        if self.reach(world) == 0.0 or not len(world.labs):
            return proposal
        if isinstance(proposal, Rules):
            reached = self.reaches(keys_of(world.labs), world, draw)
            due = min(self.enforcement * self.fine, self._hiding)
            return proposal.plus(labs={"trespass": np.where(reached, due, 0.0)[:, None]})
        if isinstance(proposal, Money):
            return replace(proposal, transfers=join([proposal.transfers, *self._collected(proposal, world, draw)]))
        return proposal

    @property
    def _hiding(self) -> float:
        """What a page has to expect of a crawler that hides, USD."""
        return self.enforcement * (1 - self.hidden) * self.fine + self.hiding_cost

    def _collected(self, money: Money, world: World, draw: Streams) -> list[Transfers]:
        """Fines for the month's pages, and what hiding costs; one simulated page stands for many real ones."""
        taken, found = np.zeros((2, len(world.labs)))
        hides = self._hiding < self.enforcement * self.fine
        chance = self.enforcement * (1 - self.hidden) if hides else self.enforcement
        reached = self.reaches(keys_of(world.labs), world, draw)
        for lab in world.labs.values():
            if reached[lab.index]:
                rows = _trespassed(lab.name, money, world)
                caught = draw.chance(f"policy.{self.kind}.caught", world.content.key[rows] ^ lab.key, chance)
                taken[lab.index], found[lab.index] = len(rows), np.count_nonzero(caught)
        index, hiding = np.arange(len(taken)), taken * self.hiding_cost * world.settings.scale.people_per_human
        return [
            self.fines(Kind.LAB, found.astype(np.int64), world),
            Transfers.of(Kind.LAB, index, Kind.SUPPLIERS, 0, Reason.EVASION, hiding if hides else 0.0),
        ]


def _trespassed(name: str, money: Money, world: World) -> NDArray[np.int64]:
    """Rows that a lab has crawled this month and may not take."""
    from ecosystem.phases.access import crawled, shut  # noqa: PLC0415 - brings Mesa with it

    lab = world.labs[name]
    rows = crawled(lab, world, money.crawls)
    return rows[shut(lab, world, rows)]
