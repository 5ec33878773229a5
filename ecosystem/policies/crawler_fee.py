"""Crawlers pay by the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.policies.base import Policy, keys_of
from ecosystem.world.rules import Rules

if TYPE_CHECKING:
    # The world brings Mesa with it, which reading a scenario does not need.
    from ecosystem.world.settings import WorldSettings
    from ecosystem.world.world import World

__all__ = ["CrawlerFee"]


class CrawlerFee(Policy):
    """Hosts charge labs for every page that a crawler fetches, whether it is kept or not.

    Coverage is the share of hosts that do; those with a licence crawl for nothing more. It costs labs the fee, and a
    host is left out where a page costs more than the share of it that the lab expects to keep is worth. It is evaded
    by crawlers that do not say who sends them, where the fee is more than the fee and the surcharge (`fine`) that the
    host is to be expected to collect from those that it recognises; what it collects in a month is taken at its mean.
    """

    kind: ClassVar[str] = "crawler_fee"
    modelled_on: ClassVar[str] = "Cloudflare's pay per crawl of July 2025, for all hosts that are reached"

    fee: float = param(
        0.002,
        ge=0,
        unit="USD per page",
        role="lever",
        source="assumption: a hundred times what crawling costs (labs.*.crawl_cost)",
        meaning="what is due for a page fetched",
    )
    fine: float = param(
        0.01,
        ge=0,
        unit="USD per page",
        role="lever",
        source="assumption: five fees",
        meaning="surcharge, due to the host, for a page fetched by a crawler found not to say who sends it",
    )
    enforcement: float = param(
        0.9,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: large networks recognise most crawlers by how they behave",
        meaning="chance that a crawler that does not say who sends it is recognised",
    )

    def notes(self, ever: list[WorldSettings]) -> Iterator[tuple[str, str]]:
        """That nobody crawls hosts."""
        crawling = any(lab.data.crawlers for settings in ever for lab in settings.labs)
        if not crawling or not any(settings.curators for settings in ever):
            yield "kind", "no lab ever crawls a host: it has no effect"

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        """Let labs know what a page costs at the hosts reached."""
        if self.reach(world) == 0.0 or not isinstance(proposal, Rules) or not len(world.labs):
            return proposal
        due = min(self.fee, self.enforcement * (self.fee + self.fine))
        charges = self.reaches(keys_of(world.curators), world, draw)
        return proposal.plus(labs={"fee": np.append(np.where(charges, due, 0.0), 0.0)})
