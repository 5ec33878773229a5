"""Copy a rival that takes in more."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.streams import Streams
from ecosystem.strategies.adaptation.base import Adaptation, Public, Space, Trials

__all__ = ["Imitate"]

AT_ONCE = 1 << 20
"""Pairs of agents that are drawn for at once: enough for the cost of a call not to matter, 16 MB."""


class Imitate(Adaptation):
    """Pairwise comparison by the Fermi rule: copy with chance 1 / (1 + exp(-(rival - own) / noise)).

    Both are compared by what anyone can work out of them; which rival is looked at is decided between the two, so that
    one more rival draws few away from others. Traulsen, Nowak and Pacheco 2006,
    doi:10.1103/PhysRevE.74.011909.
    """

    kind: ClassVar[str] = "imitate"

    noise: float = param(
        1e6,
        gt=0,
        unit="USD per month",
        role="uncertainty",
        source="assumption: differences below a million a month hardly show; those of publishers, where noise is not "
        "given, below 1 USD of one real publisher: the profit on an item or two",
        meaning="difference in earnings at which copying goes from a coin toss to likely",
    )

    def revise(self, own: Trials, others: Public, who: NDArray[np.uint64], space: Space, draw: Streams) -> Trials:
        """See :class:`Adaptation`."""
        from scipy.special import expit  # noqa: PLC0415 - slow to import

        me = others.place(who)
        looks = len(others.key) - (me >= 0) > 0
        if not looks.any():
            return own
        at = _rivals(others.key, who, draw)
        # Who is not seen, or of whom nothing is known, cannot be compared.
        mine = np.where(me >= 0, others.payoff[me], np.nan)
        chance = np.nan_to_num(expit((others.payoff[at] - mine) / self.noise))
        copies = looks & draw.chance("adaptation.copy", who, chance)
        theirs = others.levers[at]
        copied = np.where(copies[:, None] & ~np.isnan(theirs), theirs, own.levers)
        moved = Trials(space.within(copied, own.levers), own.levers, np.full(len(who), np.nan), own.payoff, own.memory)
        return Trials._make(
            np.where(looks if new.ndim == 1 else looks[:, None], new, old) for new, old in zip(moved, own, strict=True)
        )


def _rivals(keys: NDArray[np.uint64], who: NDArray[np.uint64], draw: Streams) -> NDArray[np.int64]:
    """Row of the rival that each of ``who`` looks at, anyone but itself, shape (n,): of whom it has the lowest lot.

    Highest random weight, or rendezvous hashing: Thaler and Ravishankar 1998, doi:10.1109/90.663936.
    """
    out, rows = np.empty(len(who), dtype=np.int64), max(1, AT_ONCE // len(keys))
    for first in range(0, len(who), rows):
        part = who[first : first + rows]
        lookers, ordinals = np.repeat(part, len(keys)), np.tile(keys.view(np.int64), len(part))
        lots = draw.bits("adaptation.rival", lookers, ordinals).reshape(len(part), len(keys))
        lots[part[:, None] == keys] = np.iinfo(np.uint64).max
        out[first : first + rows] = lots.argmin(axis=1)
    return out
