"""Copy a rival that earns more."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.strategies.adaptation.base import Adaptation, Trial

__all__ = ["Imitate"]


class Imitate(Adaptation):
    """Pairwise comparison by the Fermi rule: copy with chance 1 / (1 + exp(-(rival - own) / noise)).

    Traulsen, Nowak and Pacheco 2006, doi:10.1103/PhysRevE.74.011909.
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

    def revise(self, own: Trial, rivals: tuple[Trial, ...], key: np.uint64, draw: Streams) -> Trial:
        """See :class:`Adaptation`."""
        from scipy.special import expit  # noqa: PLC0415 - slow to import

        who = np.array([key])
        if not rivals:
            return own
        rival = rivals[int(draw.integers("adaptation.rival", who, len(rivals))[0])]
        copies = draw.chance("adaptation.copy", who, expit((rival.payoff - own.payoff) / self.noise))
        levers = rival.levers.copy() if copies[0] else own.levers
        return Trial(levers, own.levers, np.nan, own.payoff)
