"""Labels become mandatory for AI-made items."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.policies.base import Policy
from ecosystem.world.content import OPEN_WEB, Marks, Origin
from ecosystem.world.ledger import Kind, Reason, Transfers, join
from ecosystem.world.proposals import Drafts, Money, Rules

if TYPE_CHECKING:
    # The world brings Mesa with it, which reading a scenario does not need.
    from ecosystem.world.world import World

__all__ = ["LabelMandate"]


class LabelMandate(Policy):
    """Publishers must label what models wrote, or risk a fine.

    Modelled on Article 50 of the EU AI Act (Regulation 2024/1689). It costs publishers the readers who
    turn away from labelled items; it is evaded by not labelling, at the price of the expected fine. A
    publisher labels where the fine times the chance of being caught exceeds what it expects to lose.
    """

    kind: ClassVar[str] = "label_mandate"

    fine: float = param(
        10.0,
        ge=0,
        unit="USD per item",
        role="lever",
        source="assumption: by hand, a few times what an item earns",
        meaning="fine for an item found without a label",
    )
    detection: float = param(
        0.05,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: one unlabelled item in twenty is found",
        meaning="chance that an unlabelled AI item is caught in the month it appears",
    )
    loss: float = param(
        0.3,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: labelled items lose about a third of their readers' approval",
        meaning="share of revenue that a publisher expects a label to cost",
    )

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        """Tell what to expect; label the drafts of those who find it cheaper to comply; fine those caught without."""
        if self.reach(world) == 0.0:
            return proposal
        if isinstance(proposal, Rules):
            reached = self.reaches(world.publishers.key, world, draw)
            return replace(proposal, fine=proposal.fine + np.where(reached, self.fine * self.detection, 0.0))
        if isinstance(proposal, Drafts):
            return replace(proposal, marks=self._labelled(proposal, world, draw))
        if isinstance(proposal, Money):
            return replace(proposal, transfers=join([proposal.transfers, self._fines(world, draw)]))
        return proposal

    def complies(self, world: World, draw: Streams) -> NDArray[np.bool_]:
        """Which publishers are reached and label, by their own books, shape (publishers,).

        Those that go by the rules of the month themselves (`weighs_marks`) or try what pays (`levers`) are not asked.
        """
        groups = world.settings.publishers.groups
        asked = np.array([not group.minds_labels for group in groups], dtype=np.bool_)[world.publishers.group]
        publishers, scale = world.publishers, world.settings.scale.people_per_human
        produced, nothing = publishers.produced.astype(float), np.zeros(len(publishers))
        at_stake = self.loss * (np.divide(publishers.revenue, produced, out=nothing, where=produced > 0) / scale)
        return asked & self.reaches(publishers.key, world, draw) & (self.fine * self.detection >= at_stake)

    def _labelled(self, drafts: Drafts, world: World, draw: Streams) -> NDArray[np.uint8]:
        theirs = (drafts.origin == Origin.SYNTHETIC) & (drafts.curator >= OPEN_WEB)
        labels = np.zeros(len(drafts), dtype=np.bool_)
        labels[theirs] = self.complies(world, draw)[drafts.author[theirs]]
        return np.where(labels, drafts.marks | np.uint8(Marks.LABELLED), drafts.marks)

    def _fines(self, world: World, draw: Streams) -> Transfers:
        items, window = world.content, world.rows_of(world.clock.step)
        rows = window.start + np.flatnonzero(
            (items.origin[window] == Origin.SYNTHETIC)
            & (items.curator[window] >= OPEN_WEB)
            & ~items.has(Marks.LABELLED, window)
        )
        rows = rows[self.reaches(world.publishers.key, world, draw)[items.author[rows]]]
        caught = rows[draw.chance("policy.label_mandate.caught", items.key[rows], self.detection)]
        count = np.bincount(items.author[caught], minlength=len(world.publishers))
        fines = count * self.fine * world.settings.scale.people_per_human
        return Transfers.of(Kind.PUBLISHER, np.arange(len(count)), Kind.STATE, 0, Reason.FINE, fines)
