"""Watermarks become mandatory for what models write."""

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
from ecosystem.world.memory import Need
from ecosystem.world.proposals import Money
from ecosystem.world.rules import Rules

if TYPE_CHECKING:
    # The world brings Mesa with it, which reading a scenario does not need.
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["WatermarkMandate"]


class WatermarkMandate(Policy):
    """Labs must fasten a watermark to what their models write, and publishers must leave it there.

    It costs labs what watermarks cost (`marks.watermark_cost`), and publishers and people with assistants the readers
    and the places that a watermark loses them once it is found. It is evaded by labs that do without and by publishers
    that strip it, both at the price of an expected fine, and by using labs that the rule does not reach (`coverage`).
    A lab complies where the fine to be expected is at least what watermarks cost it, a publisher where it is at least
    what it believes a watermark to cost, less the cost of stripping it.
    """

    kind: ClassVar[str] = "watermark_mandate"
    modelled_on: ClassVar[str] = "Article 50(2) of the EU AI Act (Regulation 2024/1689)"

    fine: float = param(
        15e6 / 12,
        ge=0,
        unit="USD per month",
        role="lever",
        source="EU AI Act art. 99(4): up to 15 million EUR or 3 % of turnover; assumption: once a year, one dollar for "
        "one euro",
        meaning="fine for a lab that is found to write without watermarks",
    )
    enforcement: float = param(
        0.5,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: anyone can test what a lab writes, but somebody has to",
        meaning="chance that a lab that writes without watermarks is found out in a month",
    )
    strip_fine: float = param(
        5.0,
        ge=0,
        le=1e9,
        unit="USD per item",
        role="lever",
        source="assumption: half of that for an item without a label",
        meaning="fine for a publisher whose item is found to have lost its watermark",
    )
    strip_enforcement: float = param(
        0.05,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: one item in twenty, as for labels",
        meaning="chance that an item without the watermark that its lab had fastened is found in the month it appears",
    )

    def needs(self) -> Iterator[Need]:
        """Labs judge what watermarks cost by what they wrote in the month before."""
        yield Need(2, "labs go by what they wrote last month once watermarks are mandatory", "take the policy out")

    def notes(self, ever: list[WorldSettings]) -> Iterator[tuple[str, str]]:
        """That there is no lab."""
        if not any(settings.labs for settings in ever):
            yield "kind", "there are no labs: it has no effect"

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        """Tell labs and publishers what to expect; fine those caught without."""
        if self.reach(world) == 0.0 or not len(world.labs):
            return proposal
        if isinstance(proposal, Rules):
            labs, publishers = _lab_keys(world), world.publishers.key
            stripped = np.where(self.reaches(publishers, world, draw), self.strip_fine * self.strip_enforcement, 0.0)
            return proposal.plus(
                labs={"unwatermarked": self.expected(labs, world, draw)}, publishers={"unwatermarked": stripped}
            )
        if isinstance(proposal, Money):
            parts = [proposal.transfers, self._of_labs(world, draw), self._of_publishers(world, draw)]
            return replace(proposal, transfers=join(parts))
        return proposal

    def _of_labs(self, world: World, draw: Streams) -> Transfers:
        """What labs pay that are found to write without watermarks."""
        from ecosystem.phases.watermarks import in_use  # noqa: PLC0415 - phases bring Mesa with them

        key = _lab_keys(world)
        without = np.array([lab.usable for lab in world.labs.values()]) & ~in_use(world)
        found = without & self.reaches(key, world, draw) & self.caught(key, draw)
        usd = np.where(found, self.fine, 0.0)
        return Transfers.of(Kind.LAB, np.arange(len(key)), Kind.STATE, 0, Reason.FINE, usd)

    def _of_publishers(self, world: World, draw: Streams) -> Transfers:
        """What publishers pay for stripped items that are found."""
        from ecosystem.phases.watermarks import in_use  # noqa: PLC0415 - phases bring Mesa with them

        items, window = world.content, world.rows_of(world.clock.step)
        bare = (items.origin[window] == Origin.SYNTHETIC) & (items.curator[window] >= OPEN_WEB)
        bare &= ~items.has(Marks.WATERMARKED, window) & in_use(world)[items.lab[window]]
        rows = window.start + np.flatnonzero(bare)
        rows = rows[self.reaches(world.publishers.key, world, draw)[items.author[rows]]]
        found = rows[draw.chance(f"policy.{self.kind}.stripped", items.key[rows], self.strip_enforcement)]
        usd = np.bincount(items.author[found], minlength=len(world.publishers)) * self.strip_fine
        usd = usd * world.settings.scale.people_per_human
        return Transfers.of(Kind.PUBLISHER, np.arange(len(usd)), Kind.STATE, 0, Reason.FINE, usd)


def _lab_keys(world: World) -> NDArray[np.uint64]:
    return np.array([lab.key for lab in world.labs.values()], dtype=np.uint64)
