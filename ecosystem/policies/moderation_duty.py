"""Hosts must look for AI-made items and do something about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.policies.base import Policy
from ecosystem.world.content import Marks, Origin
from ecosystem.world.ledger import Kind, Transfers, join
from ecosystem.world.proposals import Money
from ecosystem.world.rules import CONSEQUENCES, Rules

if TYPE_CHECKING:
    # The world brings Mesa with it, which reading a scenario does not need.
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["ModerationDuty"]


class ModerationDuty(Policy):
    """Hosts must run a detector of some strictness and deal with what it flags, or risk a fine.

    It costs hosts the detector and the looks at suspects, and people whose items are flagged by mistake their readers.
    It is evaded by looking away, at the price of the expected fine. A host does its duty where the fine to be expected
    is at least what that costs it; then it is not at fault for what its detector misses.
    """

    kind: ClassVar[str] = "moderation_duty"
    modelled_on: ClassVar[str] = (
        "duties of hosts in Articles 16 and 34-35 of the EU Digital Services Act (Regulation 2022/2065), applied to "
        "AI-made items"
    )

    standard: float = param(
        0.02,
        gt=0,
        lt=0.5,
        unit="share",
        role="lever",
        source="what commercial detectors are said to stay under, as for the hosts of the baseline",
        meaning="false-positive rate that detectors must allow at least: a lower one lets more AI pass",
    )
    consequence: Literal["label", "downrank", "remove"] = param(
        "label",
        unit="name",
        role="lever",
        source="assumption: the mildest",
        meaning="what hosts must do to suspects at least",
    )
    fine: float = param(
        1.0,
        ge=0,
        unit="USD per item",
        role="lever",
        source="assumption: a hundred times what moderating an item costs by default",
        meaning="fine for an AI item shown as if nothing were the matter by a host that neglects its duty",
    )
    enforcement: float = param(
        0.05,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: one item in twenty is found, as under a label mandate",
        meaning="chance that such an item is found in the month it appears",
    )

    def notes(self, ever: list[WorldSettings]) -> Iterator[tuple[str, str]]:
        """That there is no host."""
        if not any(settings.curators for settings in ever):
            yield "kind", "there are no curators: it has no effect"

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        """Tell hosts the duty and what to expect; fine those caught that neglect it."""
        if self.reach(world) == 0.0 or not len(world.curators):
            return proposal
        if isinstance(proposal, Rules):
            key = _keys(world)
            bound = self.reaches(key, world, draw)
            return proposal.plus(
                hosts={
                    "unmoderated": self.expected(key, world, draw),
                    "standard": np.where(bound, self.standard, np.nan),
                    "consequence": np.where(bound, CONSEQUENCES.index(self.consequence), 0),
                }
            )
        if isinstance(proposal, Money):
            return replace(proposal, transfers=join([proposal.transfers, self._fines(world, draw)]))
        return proposal

    def _fines(self, world: World, draw: Streams) -> Transfers:
        from ecosystem.phases.moderation import dutiful  # noqa: PLC0415 - brings Mesa with it

        items, window = world.content, world.rows_of(world.clock.step)
        idle = ~dutiful(world, items.curator[window], items.origin[window])
        idle &= self.reaches(_keys(world), world, draw)
        dealt_with = np.zeros(window.stop - window.start, dtype=np.bool_)
        for mark in (Marks.LABELLED, Marks.DOWNRANKED, Marks.REMOVED)[CONSEQUENCES.index(self.consequence) - 1 :]:
            dealt_with |= items.has(mark, window)
        host = items.curator[window]
        passed = (items.origin[window] == Origin.SYNTHETIC) & (host >= 0) & ~dealt_with
        passed[passed] = idle[host[passed]]
        rows = window.start + np.flatnonzero(passed)
        found = rows[self.caught(items.key[rows], draw)]
        return self.fines(Kind.CURATOR, np.bincount(items.curator[found], minlength=len(idle)), world)


def _keys(world: World) -> NDArray[np.uint64]:
    return np.array([curator.key for curator in world.curators.values()], dtype=np.uint64)
