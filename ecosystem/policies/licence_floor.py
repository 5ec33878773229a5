"""Licences to train on a host's text may not be sold below a least price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.phases.compliance import complies
from ecosystem.policies.base import Policy, keys_of
from ecosystem.world.ledger import Kind, Reason, Transfers, join
from ecosystem.world.licences import fees, licensed
from ecosystem.world.proposals import Money
from ecosystem.world.rules import Rules

if TYPE_CHECKING:
    # The world brings Mesa with it, which reading a scenario does not need.
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["LicenceFloor"]


class LicenceFloor(Policy):
    """Hosts may not sell a licence below a floor, or risk a fine for each licence and month.

    It costs labs more for a licence, and hosts those labs to which their text is not worth as much. It is evaded by
    hosts that sell for less at the price of the expected fine, and by labs that crawl without a licence, as far as
    nothing keeps them off. A host that would ask for less keeps to the floor where the fine to be expected is at
    least what it would ask. In a market, contracts from before the start run out as agreed.
    """

    kind: ClassVar[str] = "licence_floor"
    modelled_on: ClassVar[str] = "minimum tariffs of collecting societies, for licences to train on a host's text"

    floor: float = param(
        1e5,
        ge=0,
        unit="USD per month and lab",
        role="lever",
        source="typical offers are 1 to 5 million USD a year; assumption: their lower end",
        meaning="least price of a licence",
    )
    fine: float = param(
        1e6,
        ge=0,
        unit="USD per licence and month",
        role="lever",
        source="assumption: ten times the floor",
        meaning="fine for a licence found to be sold below the floor",
    )
    enforcement: float = param(
        0.9,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: contracts between companies are on the books of both",
        meaning="chance that a licence sold below the floor is found in a month",
    )

    def notes(self, ever: list[WorldSettings]) -> Iterator[tuple[str, str]]:
        """That nobody sells, or nobody for less."""
        hosts = [host for settings in ever for host in settings.curators if host.crawl == "licence"]
        if not hosts:
            yield "kind", 'no host ever sells licences (curators.*.crawl = "licence"): it has no effect'
        moving = any(settings.licences.market for settings in ever) or any("licence_price" in h.levers for h in hosts)
        if hosts and not moving and all(host.licence_price >= self.floor for host in hosts):
            yield "floor", f"every licence costs at least {self.floor:,.0f} USD anyway: it has no effect"

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        """Lay the floor on hosts that keep to it; fine those caught below it."""
        if self.reach(world) == 0.0 or not len(world.curators):
            return proposal
        if isinstance(proposal, Rules):
            return proposal.plus(hosts={"floor": np.where(self._keeps(world, draw), self.floor, 0.0)})
        if isinstance(proposal, Money):
            return replace(proposal, transfers=join([proposal.transfers, self._fines(world, draw)]))
        return proposal

    def _keeps(self, world: World, draw: Streams) -> NDArray[np.bool_]:
        """Which hosts reached keep to the floor, shape (curators,)."""
        expected, market = self.expected(keys_of(world.curators), world, draw), world.settings.licences.market
        price = np.array([curator.settings.licence_price for curator in world.curators.values()])
        asked = np.where(np.isnan(world.licences.terms.ask), price, world.licences.terms.ask) if market else price
        # Who asks as much anyway is not tempted.
        return complies(np.where(asked >= self.floor, 0.0, asked), expected)

    def _fines(self, world: World, draw: Streams) -> Transfers:
        """For every licence below the floor that is found at a host reached; each host is one real one."""
        curators, labs = keys_of(world.curators), keys_of(world.labs)
        if not len(labs):
            return Transfers.of(Kind.CURATOR, 0, Kind.STATE, 0, Reason.FINE, 0.0)
        held = np.array([licensed(lab, world) & lab.active for lab in world.labs.values()])
        below = held & (fees(world) < self.floor) & self.reaches(curators, world, draw)
        market = world.settings.licences
        if market.market:
            # A contract begins in the month after it was agreed upon.
            below &= world.licences.terms.until - market.term > world.clock.step_of(self.start)
        pairs = curators[None, :] ^ labs[:, None]
        found = below & self.caught(pairs.ravel(), draw).reshape(pairs.shape)
        index = np.arange(len(curators))
        return Transfers.of(Kind.CURATOR, index, Kind.STATE, 0, Reason.FINE, found.sum(axis=0) * self.fine)
