"""Never change."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
from ecosystem.strategies.adaptation.base import Adaptation, Public, Space, Trials

__all__ = ["Fixed"]


class Fixed(Adaptation):
    """Keeps every lever where the scenario put it."""

    kind: ClassVar[str] = "fixed"

    def revise(self, own: Trials, others: Public, who: NDArray[np.uint64], space: Space, draw: Streams) -> Trials:  # noqa: ARG002 - the common signature
        """See :class:`Adaptation`."""
        return own
