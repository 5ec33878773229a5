"""Labs may train on what people publish, without asking, for a royalty to a collecting society."""

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

__all__ = ["CompulsoryLicence"]


class CompulsoryLicence(Policy):
    """The law opens every host to labs at a royalty for each document by people that they take.

    A collecting society takes the royalty, keeps what its administration costs, and pays the rest to people by their
    items on show. It costs labs the royalty, and hosts that sell licences their buyers where these can do without. It
    is evaded by not reporting what was taken, where the royalty is more than the royalty and the surcharge (`fine`)
    that an audit then is to be expected to bring; what audits bring in a month is taken at its mean. Opt-outs that
    the law makes binding (copyright_removal) stay so.
    """

    kind: ClassVar[str] = "compulsory_licence"
    modelled_on: ClassVar[str] = (
        "the compulsory mechanical licence of 17 U.S.C. 115 and collecting societies such as GEMA and VG Wort"
    )

    royalty: float = param(
        0.01,
        ge=0,
        unit="USD per document",
        role="lever",
        source="60 million USD a year (Reddit and Google 2024) for 430 million posts and 2.5 billion comments (Reddit "
        "Recap 2022) are 2 cents each; assumption: half of it",
        meaning="what is due for a public document by people that is taken",
    )
    administration: float = param(
        0.15,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: between a tenth and a fifth, the order of what collecting societies deduct",
        meaning="share of royalties that the society keeps for its work",
    )
    fine: float = param(
        1.0,
        ge=0,
        unit="USD per document",
        role="lever",
        source="assumption: a hundred royalties",
        meaning="surcharge, due to the society, for a document found not to be reported",
    )
    enforcement: float = param(
        0.3,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: audits find three documents in ten",
        meaning="chance that a document that is not reported is found",
    )

    def notes(self, ever: list[WorldSettings]) -> Iterator[tuple[str, str]]:
        """That nobody crawls, or nobody at this price."""
        labs = [lab for settings in ever for lab in settings.labs if lab.data.crawlers]
        if not labs:
            yield "kind", "no lab ever crawls: it has no effect"
        elif self._due > max(lab.data.document_value for lab in labs):
            yield "royalty", "it is more than a document is worth to any lab: nobody takes what it opens"

    @property
    def _due(self) -> float:
        """What a lab pays or has to expect to pay for a document, USD."""
        return min(self.royalty, self.enforcement * (self.royalty + self.fine))

    def amend[P](self, proposal: P, world: World, draw: Streams) -> P:
        """Open all hosts to the labs reached, and let them know what it costs."""
        if self.reach(world) == 0.0 or not isinstance(proposal, Rules) or not len(world.labs):
            return proposal
        reached = self.reaches(keys_of(world.labs), world, draw)
        return proposal.plus(
            labs={
                "opened": reached[:, None],
                "royalty": np.where(reached, self._due, 0.0),
                "administration": np.where(reached, self.administration, 0.0),
            }
        )
