"""The state pays people for what they write."""

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
from ecosystem.world.rules import SUBSIDISED, Rules

if TYPE_CHECKING:
    # The world brings Mesa with it, which reading a scenario does not need.
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["HumanWorkSubsidy"]


class HumanWorkSubsidy(Policy):
    """The state pays people for public items, for upvotes on them, or for items that it orders.

    It costs the state what it pays, and what running the scheme takes. It is evaded by publishers that pass AI items
    off as human, at the price of the expected fine for those that the audit finds, and by people who have an assistant
    write: what they put their names to is paid for. A publisher is honest where the fine to be expected is at least
    what an item would bring it. The share of the work that it pays for is its coverage.
    """

    kind: ClassVar[str] = "human_work_subsidy"
    modelled_on: ClassVar[str] = (
        "subsidies for the press, such as the Canadian journalism labour tax credit, paid for work instead of payrolls"
    )

    item: float = param(
        0.5,
        ge=0,
        le=1e6,
        unit="USD per item",
        role="lever",
        source="assumption: of the order of what making an item costs a publisher in the baseline",
        meaning="what a new public item by a person brings",
    )
    vote: float = param(
        0.0,
        ge=0,
        le=1e6,
        unit="USD per upvote",
        role="lever",
        source="0: work is paid for, not success",
        meaning="what an upvote on a public item by a person brings",
    )
    commission: float = param(
        100.0,
        ge=0,
        le=1e6,
        unit="USD per item",
        role="lever",
        source="assumption: some hundred words at 80 to 400 USD per thousand",
        meaning="what an ordered item brings, on top of what any item does",
    )
    orders: float = param(
        0.0,
        ge=0,
        le=1e9,
        unit="items per month",
        role="lever",
        source="0: none",
        meaning="items that the state orders in each domain, simulated ones",
    )
    domains: tuple[str, ...] = param(
        (),
        unit="domains",
        role="lever",
        source="empty: all",
        meaning="domains in which it pays and orders",
    )
    administration: float = param(
        0.05,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: a twentieth",
        meaning="cost of running the scheme, as a share of what people are paid by it",
    )
    fine: float = param(
        1.0,
        ge=0,
        unit="USD per item",
        role="lever",
        source="assumption: twice what an item brings",
        meaning="fine for an AI item that is found to have been passed off as human",
    )
    enforcement: float = param(
        0.8,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: who is paid has to show more than who is read",
        meaning="chance that the audit refuses an AI item passed off as human",
    )

    def notes(self, ever: list[WorldSettings]) -> Iterator[tuple[str, str]]:
        """That nobody writes for money, that nobody orders, and names of domains that there are not."""
        if self.orders == 0 and all(settings.humans.pay_reward == 0 for settings in ever):
            yield "kind", "nobody writes for money (humans.pay_reward is 0) and nothing is ordered: it only moves money"
        there = {domain.name for settings in ever for domain in settings.reality.domains}
        for name in self.domains:
            if name not in there:
                yield "domains", f"there is no domain {name!r}"

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        """Say what is offered and ordered; pay for administration, and those who pass AI off as human."""
        if self.reach(world) == 0.0:
            return proposal
        if isinstance(proposal, Rules):
            orders = np.where(self._where(world), self.orders * self.reach(world), 0.0)
            return proposal.plus(people={"subsidy": self._offered(world), "commissions": orders})
        if isinstance(proposal, Money):
            return replace(proposal, transfers=join([proposal.transfers, *self._payments(world, draw)]))
        return proposal

    def _where(self, world: World) -> NDArray[np.bool_]:
        """In which domains it pays, shape (domains,)."""
        listed = np.array([not self.domains or d.name in self.domains for d in world.settings.reality.domains])
        where: NDArray[np.bool_] = listed[world.reality.kinds]
        return where

    def _offered(self, world: World) -> NDArray[np.float64]:
        """What it offers this month, as in `ForPeople.subsidy`."""
        rates = self.reach(world) * np.array([float(getattr(self, what)) for what in SUBSIDISED])
        return np.where(self._where(world)[:, None], rates, 0.0)

    def _payments(self, world: World, draw: Streams) -> list[Transfers]:
        from ecosystem.phases.programmes import subsidies  # noqa: PLC0415 - phases bring Mesa with them

        scale, items = world.settings.scale.people_per_human, world.content
        running = self.administration * float(subsidies(world, self._offered(world)).sum())
        rows = self._passed_off(world, draw)
        found = self.caught(items.key[rows], draw)
        count = len(world.publishers)
        paid = rows[~found]
        usd = np.bincount(items.author[paid], self._offered(world)[items.domain[paid], 0], count) * scale
        return [
            Transfers.of(Kind.STATE, 0, Kind.SUPPLIERS, 0, Reason.PROGRAMME, running),
            Transfers.of(Kind.STATE, 0, Kind.PUBLISHER, np.arange(count), Reason.SUBSIDY, usd),
            self.fines(Kind.PUBLISHER, np.bincount(items.author[rows[found]], minlength=count), world),
        ]

    def _passed_off(self, world: World, draw: Streams) -> NDArray[np.int64]:
        """Rows of the month's AI items that their publishers pass off as human, and that nothing gives away."""
        from ecosystem.phases.compliance import complies  # noqa: PLC0415 - phases bring Mesa with them

        items, window = world.content, world.rows_of(world.clock.step)
        passes = (items.origin[window] == Origin.SYNTHETIC) & (items.curator[window] >= OPEN_WEB)
        for mark in (Marks.LABELLED, Marks.FLAGGED, Marks.REMOVED):
            passes &= ~items.has(mark, window)
        rows: NDArray[np.int64] = window.start + np.flatnonzero(passes)
        rows = rows[self.reaches(world.publishers.key, world, draw)[items.author[rows]]]
        brings = (1 - self.enforcement) * self._offered(world)[items.domain[rows], 0]
        dishonest: NDArray[np.int64] = rows[(brings > 0) & ~complies(brings, self.enforcement * self.fine)]
        return dishonest
