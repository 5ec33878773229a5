"""Reward what others upvoted and linked."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.strategies.rankers.base import Ranker

__all__ = ["Engagement"]


class Engagement(Ranker):
    """Exposure grows as (1 + votes)^a (1 + in-links)^b.

    With b = 1 this is preferential attachment (Barabasi and Albert 1999, doi:10.1126/science.286.5439.509).
    """

    kind: ClassVar[str] = "engagement"

    votes: float = param(
        1.0,
        ge=0,
        le=4,
        unit="exponent",
        role="lever",
        source="assumption: attention in proportion to votes, as on voted front pages",
        meaning="exponent a of votes",
    )
    links: float = param(
        0.5,
        ge=0,
        le=4,
        unit="exponent",
        role="lever",
        source="assumption: links count for less than votes",
        meaning="exponent b of in-links",
    )

    def by_votes(self, votes: NDArray[np.float64]) -> NDArray[np.float64]:
        """See :class:`Ranker`."""
        factor: NDArray[np.float64] = (1 + votes) ** self.votes
        return factor

    def by_links(self, links: NDArray[np.float64]) -> NDArray[np.float64]:
        """See :class:`Ranker`."""
        factor: NDArray[np.float64] = (1 + links) ** self.links
        return factor
