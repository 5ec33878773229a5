"""Reward authors whom others link to."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.strategies.rankers.base import Ranker

__all__ = ["Authority"]


class Authority(Ranker):
    """Exposure grows as authority^c, authority being PageRank on the author graph.

    Page et al. 1999, http://ilpubs.stanford.edu:8090/422/.
    """

    kind: ClassVar[str] = "authority"

    exponent: float = param(
        1.0,
        ge=0,
        le=4,
        unit="exponent",
        role="lever",
        source="assumption: exposure in proportion to authority",
        meaning="exponent c of the author's PageRank",
    )

    def by_authority(self, authority: NDArray[np.float64]) -> NDArray[np.float64]:
        """See :class:`Ranker`."""
        factor: NDArray[np.float64] = authority**self.exponent
        return factor
