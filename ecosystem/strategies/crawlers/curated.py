"""Take what people upvoted, what respected authors wrote, and what does not look synthetic."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.strategies.crawlers.base import Crawler, Pages

__all__ = ["Curated"]


class Curated(Crawler):
    """Pages that pass every threshold set, and that the lab's detector, if it has one, does not flag."""

    kind: ClassVar[str] = "curated"

    min_votes: float = param(
        1.0,
        ge=0,
        unit="votes",
        role="lever",
        source="assumption: one reader found it worth a vote, as in WebText's three-karma rule on a smaller audience",
        meaning="fewest upvotes a page needs",
    )
    min_authority: float = param(
        0.0,
        ge=0,
        unit="ratio to an unlinked author",
        role="lever",
        source="0: no threshold",
        meaning="least authority (PageRank) its author needs",
    )
    signed_only: bool = param(
        False,
        unit="yes or no",
        role="lever",
        source="assumption: signatures are rare today",
        meaning="take only pages signed by a human",
    )
    unmarked_only: bool = param(
        False,
        unit="yes or no",
        role="lever",
        source="assumption: marks are rare today",
        meaning="leave out pages labelled as AI or carrying a watermark",
    )

    def accepts(self, pages: Pages) -> NDArray[np.bool_]:
        """See :class:`Crawler`."""
        taken = (pages.votes >= self.min_votes) & (pages.authority >= self.min_authority)
        taken &= ~pages.flagged
        if self.signed_only:
            taken &= pages.signed
        if self.unmarked_only:
            taken &= ~(pages.labelled | pages.watermarked)
        return taken
