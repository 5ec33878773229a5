"""Compliance: the one decision of all who are addressed by a rule."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["complies"]


def complies(breach_pays: ArrayLike, expected: ArrayLike) -> NDArray[np.bool_]:
    """Who keeps a rule: those for whom the fine to be expected is at least what a breach pays them.

    Becker 1968, doi:10.1086/259394, without regard for risk. Nothing is drawn: a higher fine, or a better chance of
    being caught, can only add to those who comply. Where nothing is to be expected, nobody does.

    Args:
        breach_pays: what each believes to gain by a breach.
        expected: fine times the chance of being caught, in the same unit; of a shape that fits.
    """
    cost = np.asarray(expected, dtype=float)
    kept: NDArray[np.bool_] = (cost > 0) & (cost >= np.asarray(breach_pays, dtype=float))
    return kept
