"""Reward what is new."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.strategies.rankers.base import Ranker

__all__ = ["Recency"]


class Recency(Ranker):
    """Exposure halves with every half-life of age."""

    kind: ClassVar[str] = "recency"

    half_life: float = param(
        1.0,
        gt=0,
        unit="months",
        role="lever",
        source="assumption: one month, the step of the model",
        meaning="age at which exposure has halved",
    )

    def by_age(self, age: NDArray[np.float64]) -> NDArray[np.float64]:
        """See :class:`Ranker`."""
        return np.exp2(-age / self.half_life)
