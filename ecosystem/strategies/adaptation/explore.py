"""Try one lever at a time and keep what paid."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.strategies.adaptation.base import Adaptation, Trial

__all__ = ["Explore"]


class Explore(Adaptation):
    """One-lever exploration: move one lever up or down, keep it if the next months paid better."""

    kind: ClassVar[str] = "explore"

    step: float = param(
        0.1,
        gt=0,
        le=1,
        unit="log ratio",
        role="uncertainty",
        source="assumption: trials of about ten per cent",
        meaning="size of a trial, as the logarithm of the lever's multiplier",
    )

    def revise(self, own: Trial, rivals: tuple[Trial, ...], key: np.uint64, draw: Streams) -> Trial:  # noqa: ARG002 - the common signature
        """See :class:`Adaptation`."""
        paid = not own.payoff < own.settled_payoff  # the first trial has nothing to compare with
        base = own.levers if paid else own.settled
        payoff = own.payoff if paid else own.settled_payoff
        who = np.array([key])
        lever = int(draw.integers("adaptation.lever", who, len(base))[0])
        up = bool(draw.chance("adaptation.direction", who, 0.5)[0])
        trial = base.copy()
        trial[lever] += self.step if up else -self.step
        return Trial(trial, base, np.nan, payoff)
