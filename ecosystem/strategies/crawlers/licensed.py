"""Take only what the lab paid for."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.strategies.crawlers.base import Crawler, Pages

__all__ = ["Licensed"]


class Licensed(Crawler):
    """Pages of curators that sold the lab a licence."""

    kind: ClassVar[str] = "licensed"

    min_votes: float = param(
        0.0,
        ge=0,
        unit="votes",
        role="lever",
        source="0: a licence covers everything hosted",
        meaning="fewest upvotes a licensed page needs",
    )

    def accepts(self, pages: Pages) -> NDArray[np.bool_]:
        """See :class:`Crawler`."""
        return pages.licensed & (pages.votes >= self.min_votes)
