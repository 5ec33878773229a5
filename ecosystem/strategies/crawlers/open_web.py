"""Take everything."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.strategies.crawlers.base import Crawler, Pages

__all__ = ["OpenWeb"]


class OpenWeb(Crawler):
    """Every page that the rules let the crawler take."""

    kind: ClassVar[str] = "open"
    takes_all: ClassVar[bool] = True

    def accepts(self, pages: Pages) -> NDArray[np.bool_]:
        """See :class:`Crawler`."""
        return np.ones(len(pages.month), dtype=np.bool_)
