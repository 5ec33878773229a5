"""Never change."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ecosystem.core.streams import Streams
from ecosystem.strategies.adaptation.base import Adaptation, Trial

__all__ = ["Fixed"]


class Fixed(Adaptation):
    """Keeps every lever where the scenario put it."""

    kind: ClassVar[str] = "fixed"

    def revise(self, own: Trial, rivals: tuple[Trial, ...], key: np.uint64, draw: Streams) -> Trial:  # noqa: ARG002 - the common signature
        """See :class:`Adaptation`."""
        return own
