"""A levy on AI-made items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.policies.base import Policy
from ecosystem.world.content import OPEN_WEB, Origin
from ecosystem.world.ledger import Kind, Reason, Transfers, join
from ecosystem.world.proposals import Money
from ecosystem.world.rules import Rules

if TYPE_CHECKING:
    # The world brings Mesa with it, which reading a scenario does not need.
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["SyntheticLevy"]


class SyntheticLevy(Policy):
    """Publishers owe the state an amount for each item that a model wrote.

    It costs publishers the levy, which is part of what an item costs them, so that they write less. It is evaded by
    passing items off as human, at the price of levy and fine for those found; a publisher declares its items where
    that is to be expected to come to at least the levy. Rewriting is taxed like generating, assisted work of people
    is not. Proceeds stay with the state, or go to people as far as they are recycled.
    """

    kind: ClassVar[str] = "synthetic_levy"
    modelled_on: ClassVar[str] = (
        "a tax on what harms others (Pigou 1920, The Economics of Welfare), collected as levies on private copying are"
    )

    levy: float = param(
        0.05,
        ge=0,
        le=1000,
        unit="USD per item",
        role="lever",
        source="assumption: a sixth of what an item costs to make besides the text in the baseline",
        meaning="amount due for an AI item",
    )
    recycled: float = param(
        0.0,
        ge=0,
        le=1,
        unit="share",
        role="lever",
        source="0: the state keeps it",
        meaning="share of the levies paid that people get as a subsidy",
    )
    fine: float = param(
        0.5,
        ge=0,
        unit="USD per item",
        role="lever",
        source="assumption: ten times the levy",
        meaning="fine, on top of the levy, for an AI item found that was not declared",
    )
    enforcement: float = param(
        0.3,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: audits of books are better than looks at items, which find one in twenty",
        meaning="chance that an AI item that was not declared is found",
    )

    def notes(self, ever: list[WorldSettings]) -> Iterator[tuple[str, str]]:
        """That there is nobody to tax, and people whom money does not move."""
        if not any(settings.publishers.groups for settings in ever):
            yield "kind", "there are no publishers: it has no effect"
        if self.recycled > 0 and all(settings.humans.pay_reward == 0 for settings in ever):
            yield "recycled", "nobody writes for money (humans.pay_reward is 0): it only moves money"

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        """Tell publishers what an item will cost them; collect from those who declare and from those found."""
        if self.reach(world) == 0.0:
            return proposal
        if isinstance(proposal, Rules):
            bound = self.reaches(world.publishers.key, world, draw)
            least = min(self.levy, self._hidden)
            return proposal.plus(publishers={"levy": np.where(bound, least, 0.0)})
        if isinstance(proposal, Money):
            return replace(proposal, transfers=join([proposal.transfers, *self._collected(world, draw)]))
        return proposal

    @property
    def _hidden(self) -> float:
        """What an item that is not declared is expected to cost, USD."""
        return self.enforcement * (self.levy + self.fine)

    def _collected(self, world: World, draw: Streams) -> list[Transfers]:
        from ecosystem.phases.compliance import complies  # noqa: PLC0415 - phases bring Mesa with them

        declared = bool(complies(self.levy, self._hidden))
        rows = self._written(world, draw)
        taxed = rows if declared else rows[self.caught(world.content.key[rows], draw)]
        items = np.bincount(world.content.author[taxed], minlength=len(world.publishers))
        due = items * self.levy * world.settings.scale.people_per_human
        index = np.arange(len(items))
        back = self.recycled * float(due.sum()) if len(world.humans) else 0.0
        return [
            Transfers.of(Kind.PUBLISHER, index, Kind.STATE, 0, Reason.LEVY, due),
            Transfers.of(Kind.STATE, 0, Kind.PEOPLE, 0, Reason.SUBSIDY, back),
            self.fines(Kind.PUBLISHER, np.zeros_like(items) if declared else items, world),
        ]

    def _written(self, world: World, draw: Streams) -> NDArray[np.int64]:
        """Rows of the month's public items by publishers that are reached."""
        items, window = world.content, world.rows_of(world.clock.step)
        public = (items.origin[window] == Origin.SYNTHETIC) & (items.curator[window] >= OPEN_WEB)
        rows: NDArray[np.int64] = window.start + np.flatnonzero(public)
        return rows[self.reaches(world.publishers.key, world, draw)[items.author[rows]]]
