"""Take only what was written before a date."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.clock import Month
from ecosystem.core.parameters import param
from ecosystem.strategies.crawlers.base import Crawler, Pages

__all__ = ["Archive"]


class Archive(Crawler):
    """Pages published before the cutoff: a web from before the models, frozen."""

    kind: ClassVar[str] = "archive"

    cutoff: Month = param(
        Month(2022, 12),
        unit="month",
        role="lever",
        source="the month after ChatGPT's release on 2022-11-30",
        meaning="first month whose pages are left out",
    )

    def accepts(self, pages: Pages) -> NDArray[np.bool_]:
        """See :class:`Crawler`."""
        return pages.month < 12 * self.cutoff.year + self.cutoff.month - 1
