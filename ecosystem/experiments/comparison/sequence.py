"""Confidence sequences: intervals that hold at whatever number of pairs one stops."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.experiments.comparison.paired import LEVEL

__all__ = ["LEAST", "sequence"]

LEAST = 8
"""Fewest pairs that decide anything. assumption: the first number from which on the intervals are of use."""

PRIOR = 4.0
"""Weight of the mixture around no effect, in pairs. assumption: intervals are narrowest near twenty pairs."""

type Floats = NDArray[np.float64]


def sequence(n: Floats, spread: Floats) -> Floats:
    """Half widths of a confidence sequence at 95 % of a mean.

    The true mean lies outside at any n, from the first on, with a chance of at most 5 % if the differences are
    normal: a Gaussian mixture of t likelihoods under the right Haar prior of the scale (Wang and Ramdas 2023,
    arXiv:2310.03722; Lai 1976, doi:10.1214/aos/1176343406). Looking at Student's intervals at every n instead is
    wrong about half of the time. It is 1.6 times as wide as Student's interval at 20 pairs, and infinite below 7.

    Args:
        n: pairs.
        spread: standard deviations of the differences.
    """
    alpha, pairs = 1 - LEVEL, np.maximum(n, 1.0)
    ratio = (pairs + PRIOR) / PRIOR
    level = (ratio / alpha**2) ** (1 / pairs)
    enough = (level < ratio) & (n > 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        wide = np.sqrt((pairs - 1) * (level - 1) / (1 - level / ratio))
        half = np.where(spread == 0, 0.0, spread / np.sqrt(pairs) * wide)
    return np.where(np.isnan(spread), np.nan, np.where(enough, half, np.inf))
