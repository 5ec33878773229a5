"""Intervals for small samples: means, shares, ratios, many at once."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

__all__ = ["Interval", "fieller", "fisher_z", "holm", "t_interval", "wilson"]

type Floats = npt.NDArray[np.float64]

LEVEL = 0.95
"""Level of every interval (project convention)."""


class Interval(NamedTuple):
    """A number with its 95 % interval; NaN at ends that are not known."""

    value: float
    low: float
    high: float


def t_interval(values: Floats) -> Interval:
    """Mean with Student's interval (1908, doi:10.1093/biomet/6.1.1); of one value without, of equal values a point."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Interval(math.nan, math.nan, math.nan)
    mean = float(known.mean())
    if len(known) < 2:  # noqa: PLR2004 - of one there is no variance
        return Interval(mean, math.nan, math.nan)
    half = float(stats.t.ppf((1 + LEVEL) / 2, len(known) - 1) * known.std(ddof=1) / math.sqrt(len(known)))
    return Interval(mean, mean - half, mean + half)


def t_p_value(values: Floats) -> float:
    """Two-sided chance of a mean so far from 0 if it were 0; values that are all equal leave none or all."""
    if len(values) < 2:  # noqa: PLR2004 - see above
        return math.nan
    spread = float(values.std(ddof=1)) / math.sqrt(len(values))
    if spread == 0:
        return 1.0 if values[0] == 0 else 0.0
    return float(2 * stats.t.sf(abs(float(values.mean())) / spread, len(values) - 1))


def wilson(successes: int, number: int) -> Interval:
    """A share with Wilson's interval (1927, doi:10.1080/01621459.1927.10502953)."""
    if number == 0:
        return Interval(math.nan, math.nan, math.nan)
    z, share = float(stats.norm.ppf((1 + LEVEL) / 2)), successes / number
    middle = (share + z * z / (2 * number)) / (1 + z * z / number)
    half = z / (1 + z * z / number) * math.sqrt(share * (1 - share) / number + z * z / (4 * number * number))
    # At 0 and 1 the end is known, and would be missed by rounding.
    return Interval(share, 0.0 if successes == 0 else middle - half, 1.0 if successes == number else middle + half)


def fieller(top: Floats, bottom: Floats) -> Interval:
    """The ratio of two means of pairs, with Fieller's interval (1954, doi:10.1111/j.2517-6161.1954.tb00159.x).

    Where the mean below does not differ from 0 the interval has no end, and its ends are NaN.
    """
    n = len(top)
    a, b = float(top.mean()), float(bottom.mean())
    if b == 0 or n < 2:  # noqa: PLR2004 - of one there is no variance
        return Interval(a / b if b else math.nan, math.nan, math.nan)
    cov = np.cov(top, bottom, ddof=1) / n
    t2 = float(stats.t.ppf((1 + LEVEL) / 2, n - 1)) ** 2
    # All ratios r for which the mean of top - r bottom does not differ from 0: a quadratic in r.
    outer, middle, inner = b * b - t2 * cov[1, 1], a * b - t2 * cov[0, 1], a * a - t2 * cov[0, 0]
    root = middle * middle - outer * inner
    if outer <= 0 or root < 0:
        return Interval(a / b, math.nan, math.nan)
    return Interval(a / b, (middle - math.sqrt(root)) / outer, (middle + math.sqrt(root)) / outer)


def fisher_z(correlation: float, number: int, others: int = 0) -> Interval:
    """A (partial, rank) correlation with Fisher's interval (1921); ``others`` are the variables held fixed."""
    free = number - 3 - others
    if free < 1 or abs(correlation) >= 1:
        return Interval(correlation, math.nan, math.nan)
    half = float(stats.norm.ppf((1 + LEVEL) / 2)) / math.sqrt(free)
    middle = math.atanh(correlation)
    return Interval(correlation, math.tanh(middle - half), math.tanh(middle + half))


def holm(chances: Floats) -> npt.NDArray[np.bool_]:
    """Which of several tests hold together at 5 %, by Holm's steps (1979, jstor:4615733); NaN holds never."""
    found = np.zeros(len(chances), dtype=np.bool_)
    known = np.flatnonzero(~np.isnan(chances))
    for place, test in enumerate(known[np.argsort(chances[known], kind="stable")]):
        if chances[test] > (1 - LEVEL) / (len(known) - place):
            break
        found[test] = True
    return found
