"""Labels become mandatory for AI-made items."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.policies.base import Policy
from ecosystem.world.content import OPEN_WEB, Marks, Origin
from ecosystem.world.ledger import Kind, Transfers, join
from ecosystem.world.proposals import Money
from ecosystem.world.rules import Rules

if TYPE_CHECKING:
    # The world brings Mesa with it, which reading a scenario does not need.
    from ecosystem.world.world import World

__all__ = ["LabelMandate"]


class LabelMandate(Policy):
    """Publishers must label what models wrote, or risk a fine.

    It costs publishers the readers who turn away from labelled items; it is evaded by not labelling, at the price of
    the expected fine. A publisher labels where the fine to be expected is at least what it believes a label to cost.
    """

    kind: ClassVar[str] = "label_mandate"
    modelled_on: ClassVar[str] = "Article 50(4) of the EU AI Act (Regulation 2024/1689)"

    fine: float = param(
        10.0,
        ge=0,
        unit="USD per item",
        role="lever",
        source="assumption: by hand, a few times what an item earns",
        meaning="fine for an item found without a label",
    )
    enforcement: float = param(
        0.05,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: one unlabelled item in twenty is found",
        meaning="chance that an unlabelled AI item is caught in the month it appears",
    )

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        """Tell publishers what to expect; fine those caught without a label."""
        if self.reach(world) == 0.0:
            return proposal
        if isinstance(proposal, Rules):
            return proposal.plus(publishers={"unlabelled": self.expected(world.publishers.key, world, draw)})
        if isinstance(proposal, Money):
            return replace(proposal, transfers=join([proposal.transfers, self._fines(world, draw)]))
        return proposal

    def _fines(self, world: World, draw: Streams) -> Transfers:
        items, window = world.content, world.rows_of(world.clock.step)
        rows = window.start + np.flatnonzero(
            (items.origin[window] == Origin.SYNTHETIC)
            & (items.curator[window] >= OPEN_WEB)
            & ~items.has(Marks.LABELLED, window)
        )
        rows = rows[self.reaches(world.publishers.key, world, draw)[items.author[rows]]]
        caught = rows[self.caught(items.key[rows], draw)]
        return self.fines(Kind.PUBLISHER, np.bincount(items.author[caught], minlength=len(world.publishers)), world)
