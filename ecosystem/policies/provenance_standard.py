"""A standard for signatures that hosts trust."""

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
from ecosystem.world.proposals import Money
from ecosystem.world.rules import Rules

if TYPE_CHECKING:
    # The world brings Mesa with it, which reading a scenario does not need.
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["ProvenanceStandard"]


class ProvenanceStandard(Policy):
    """People are helped to sign what they write, and hosts take what is signed for human.

    It costs the state its share of what signing costs, people the rest, and hosts the checking of signatures; what is
    signed is not flagged any more. It is evaded by publishers that forge signatures, at the price of forging
    (`publishers.forging_cost`) and of the expected fine, and by people who sign what an assistant wrote with them.
    A publisher forges where it believes a mark to cost it more. Forged texts are among those known to be human that
    detectors are fitted on.
    """

    kind: ClassVar[str] = "provenance_standard"
    modelled_on: ClassVar[str] = "content credentials (C2PA), made a standard that hosts have to honour"

    support: float = param(
        1.0,
        ge=0,
        le=1,
        unit="share",
        role="lever",
        source="1: as with certificates that are handed out for nothing",
        meaning="share of what signing costs that the state bears for those who take part",
    )
    adoption: float = param(
        0.3,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: few bother even where it is free",
        meaning="share of people reached who take part",
    )
    checking: float = param(
        1e-4,
        ge=0,
        le=1000,
        unit="USD per item",
        role="uncertainty",
        source="assumption: computing alone, a hundredth of what moderating an item costs by default",
        meaning="what it costs a host to check a signature",
    )
    fine: float = param(
        10.0,
        ge=0,
        unit="USD per item",
        role="lever",
        source="assumption: as for an item without a label",
        meaning="fine for an item found with a forged signature",
    )
    enforcement: float = param(
        0.1,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: twice as easily found as a label that is not there, since signatures name somebody",
        meaning="chance that a forged signature is found in the month it appears",
    )

    def notes(self, ever: list[WorldSettings]) -> Iterator[tuple[str, str]]:
        """That nobody signs for the support, or that nobody can forge."""
        if all(settings.humans.signing_cost is None for settings in ever):
            yield "support", "what signing costs is not known (humans.signing_cost): it makes nobody sign"
        if all(settings.publishers.forging_cost is None for settings in ever):
            yield "fine", "nobody can forge (publishers.forging_cost): there is nothing to fine"

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        """Say who gets support, who trusts and what forgers have to expect; pay, and fine those caught."""
        if self.reach(world) == 0.0:
            return proposal
        if isinstance(proposal, Rules):
            hosts = np.array([curator.key for curator in world.curators.values()], dtype=np.uint64)
            trusts = self.reaches(hosts, world, draw)
            return proposal.plus(
                publishers={"forged": self.expected(world.publishers.key, world, draw)},
                hosts={"trusts": trusts, "checking": np.where(trusts, self.checking, 0.0)},
                people={"signing": np.where(self._takes_part(world, draw), self.support, 0.0)},
            )
        if isinstance(proposal, Money):
            parts = [proposal.transfers, *self._costs(world, draw), self._fines(world, draw)]
            return replace(proposal, transfers=join(parts))
        return proposal

    def _takes_part(self, world: World, draw: Streams) -> NDArray[np.bool_]:
        """Which people do, shape (people,); once and for all, as far as they are reached."""
        key = world.humans.key
        willing = Streams(draw.seed, 0).chance(f"policy.{self.kind}.takes_part", key, self.adoption)
        return willing & self.reaches(key, world, draw)

    def _costs(self, world: World, draw: Streams) -> list[Transfers]:
        """What signing costs those who take part and have signed something this month, and the state."""
        from ecosystem.phases.signing import costs  # noqa: PLC0415 - phases bring Mesa with them

        items, window = world.content, world.rows_of(world.clock.step)
        theirs = (items.origin[window] != Origin.SYNTHETIC) & (items.curator[window] >= OPEN_WEB)
        signed = np.zeros(len(world.humans), dtype=np.bool_)
        signed[items.author[window][theirs & items.has(Marks.SIGNED, window)]] = True
        who = np.flatnonzero(signed & self._takes_part(world, draw))
        usd = float(costs(world, who, draw).sum()) * world.settings.scale.people_per_human
        return [
            Transfers.of(Kind.STATE, 0, Kind.SUPPLIERS, 0, Reason.PROGRAMME, self.support * usd),
            Transfers.of(Kind.PEOPLE, 0, Kind.SUPPLIERS, 0, Reason.COMPLIANCE, (1 - self.support) * usd),
        ]

    def _fines(self, world: World, draw: Streams) -> Transfers:
        items, window = world.content, world.rows_of(world.clock.step)
        forged = (items.origin[window] == Origin.SYNTHETIC) & (items.curator[window] >= OPEN_WEB)
        rows = window.start + np.flatnonzero(forged & items.has(Marks.SIGNED, window))
        rows = rows[self.reaches(world.publishers.key, world, draw)[items.author[rows]]]
        found = rows[self.caught(items.key[rows], draw)]
        return self.fines(Kind.PUBLISHER, np.bincount(items.author[found], minlength=len(world.publishers)), world)
