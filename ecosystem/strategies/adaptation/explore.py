"""Try one lever at a time and keep what paid."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.strategies.adaptation.base import Adaptation, Public, Space, Trials

__all__ = ["Explore"]


class Explore(Adaptation):
    """One-lever exploration: move one lever up or down, go back unless the next months paid better.

    Who goes back stays for an interval, to learn anew what the old levers pay: otherwise one lucky review would be the
    mark that no trial ever reaches.
    """

    kind: ClassVar[str] = "explore"

    step: float = param(
        0.1,
        gt=0,
        le=1,
        unit="log ratio",
        role="uncertainty",
        source="assumption: trials of about ten per cent",
        meaning="size of a trial: of the logarithm of a multiplier, of the log odds of a share; choices move by one",
    )

    def revise(self, own: Trials, others: Public, who: NDArray[np.uint64], space: Space, draw: Streams) -> Trials:  # noqa: ARG002 - the common signature
        """See :class:`Adaptation`."""
        moving = np.flatnonzero(space.high > space.low)
        if not len(moving):
            return own
        paid = ~(own.payoff <= own.settled_payoff)  # without a trial there is nothing to compare with
        base = np.where(paid[:, None], own.levers, own.settled)
        payoff = np.where(paid, own.payoff, np.nan)
        lever = moving[draw.integers("adaptation.lever", who, len(moving))]
        up = draw.chance("adaptation.direction", who, 0.5)
        trial = np.where(paid[:, None], space.stepped(base, lever, up, self.step), base)
        return Trials(trial, base, np.full(len(who), np.nan), payoff, own.memory)
