"""Copy a rival that takes in more."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.strategies.adaptation.base import Adaptation, Public, Space, Trials

__all__ = ["Imitate"]


class Imitate(Adaptation):
    """Pairwise comparison by the Fermi rule: copy with chance 1 / (1 + exp(-(rival - own) / noise)).

    Both are compared by what anyone can work out of them. Traulsen, Nowak and Pacheco 2006,
    doi:10.1103/PhysRevE.74.011909.
    """

    kind: ClassVar[str] = "imitate"

    noise: float = param(
        1e6,
        gt=0,
        unit="USD per month",
        role="uncertainty",
        source="assumption: differences below a million a month hardly show",
        meaning="difference in earnings at which copying goes from a coin toss to likely",
    )

    def revise(self, own: Trials, others: Public, who: NDArray[np.uint64], space: Space, draw: Streams) -> Trials:
        """See :class:`Adaptation`."""
        from scipy.special import expit  # noqa: PLC0415 - slow to import

        me = others.place(who)
        rivals = len(others.key) - (me >= 0)
        looks = rivals > 0
        if not looks.any():
            return own
        # Among all in the order given, but for oneself.
        at = draw.integers("adaptation.rival", who, np.maximum(rivals, 1))
        at = np.minimum(at + ((me >= 0) & (at >= me)), len(others.key) - 1)
        mine = np.where(me >= 0, others.payoff[me], own.payoff)
        chance = np.nan_to_num(expit((others.payoff[at] - mine) / self.noise))  # of whom nothing is known, nothing
        copies = looks & draw.chance("adaptation.copy", who, chance)
        theirs = others.levers[at]
        copied = np.where(copies[:, None] & ~np.isnan(theirs), theirs, own.levers)
        moved = Trials(space.within(copied, own.levers), own.levers, np.full(len(who), np.nan), own.payoff, own.memory)
        return Trials._make(
            np.where(looks if new.ndim == 1 else looks[:, None], new, old) for new, old in zip(moved, own, strict=True)
        )
