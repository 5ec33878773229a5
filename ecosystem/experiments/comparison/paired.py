"""Statistics of paired runs: what an arm differs by from the control under the same seeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

__all__ = ["LEVEL", "Paired", "factor_interval", "paired", "student", "variance_factor"]

LEVEL = 0.95
"""Chance with which an interval covers the true value. A convention of the field."""

type Floats = NDArray[np.float64]
type HalfWidth = Callable[[Floats, Floats], Floats]
"""Of the intervals of means, from the numbers of pairs and the standard deviations of their differences."""


@dataclass(frozen=True)
class Paired:
    """Differences between two arms, a column for each quantity. All have the shape (quantities,).

    Attributes:
        n: pairs in which both arms have a value.
        control: mean of the control over these.
        value: mean of the arm over these.
        mean: of the differences, arm less control.
        low: lower end of the interval of this mean; NaN with fewer than two pairs.
        high: upper end.
        effect: the mean difference in standard deviations of the control between seeds (Glass's delta, Glass 1976,
            doi:10.3102/0013189X005010003): how far the arm moves beside what chance does anyway.
        paired_effect: the mean difference in standard deviations of the differences (Cohen's d_z; Lakens 2013,
            doi:10.3389/fpsyg.2013.00863). Pairing inflates it; it says how sure one is, not how large it is.
        factor: variance-reduction factor; see :func:`variance_factor`.
    """

    n: NDArray[np.int64]
    control: Floats
    value: Floats
    mean: Floats
    low: Floats
    high: Floats
    effect: Floats
    paired_effect: Floats
    factor: Floats


def paired(control: Floats, arm: Floats, half_width: HalfWidth | None = None) -> Paired:
    """Compare an arm with the control pair by pair.

    Args:
        control: a row per replicate, a column per quantity; NaN where undefined.
        arm: the same of the arm, under the same seeds.
        half_width: of the intervals; by default Student's.
    """
    x, y = np.atleast_2d(control), np.atleast_2d(arm)
    known = np.isfinite(x) & np.isfinite(y)
    x, y = np.where(known, x, np.nan), np.where(known, y, np.nan)
    n = known.sum(axis=0)
    difference = y - x
    mean, spread = _mean(difference, n), _deviation(difference, n)
    half = (half_width or student)(n.astype(np.float64), spread)
    return Paired(
        n=n, control=_mean(x, n), value=_mean(y, n), mean=mean, low=mean - half, high=mean + half,
        effect=_over(mean, _deviation(x, n)), paired_effect=_over(mean, spread), factor=variance_factor(x, y),
    )  # fmt: skip


def student(n: Floats, spread: Floats) -> Floats:
    """Half widths of intervals at 95 % (Student 1908, doi:10.1093/biomet/6.1.1): t times s over the root of n."""
    enough = n > 1
    freedom = np.where(enough, n - 1, 1.0)
    quantile = stdtrit(freedom, (1 + LEVEL) / 2)
    return np.where(enough, quantile * spread / np.sqrt(np.maximum(n, 1.0)), np.nan)


def variance_factor(control: Floats, arm: Floats) -> Floats:
    """How many times as many runs unpaired arms would need for the same interval, shape (quantities,).

    (s_x^2 + s_y^2) / s_d^2, with the variances of control, arm and their differences; 1 / (1 - correlation) if the
    first two are equal (Law 2015, Simulation Modeling and Analysis, ch. 11). Infinite where the differences do not
    vary and the arms do; NaN where nothing varies, or with fewer than two pairs.

    Args:
        control: a row per replicate, a column per quantity; NaN where either is undefined.
        arm: the same of the arm.
    """
    n = np.isfinite(control + arm).sum(axis=0)
    apart = _deviation(control, n) ** 2 + _deviation(arm, n) ** 2
    return _over(apart, _deviation(arm - control, n) ** 2)


def factor_interval(control: Floats, arm: Floats) -> tuple[float, float]:
    """An interval at 95 % of the variance-reduction factor of one quantity.

    By the jackknife on its logarithm (Miller 1974, doi:10.1093/biomet/61.1.1) with Student's t. NaN with fewer than
    three pairs, or where the factor without some pair is not a positive number.

    Args:
        control: shape (replicates,).
        arm: shape (replicates,).
    """
    known = np.isfinite(control) & np.isfinite(arm)
    x, y = control[known], arm[known]
    n = x.size
    least = 3  # leaving one out leaves a variance
    if n < least:
        return np.nan, np.nan
    without = ~np.eye(n, dtype=np.bool_)
    factors = variance_factor(*(np.stack([values[keep] for keep in without], axis=1) for values in (x, y)))
    whole = variance_factor(x[:, None], y[:, None])[0]
    if not (np.isfinite(factors).all() and np.isfinite(whole) and whole > 0 and (factors > 0).all()):
        return np.nan, np.nan
    pseudo = n * np.log(whole) - (n - 1) * np.log(factors)
    half = stdtrit(n - 1.0, (1 + LEVEL) / 2) * pseudo.std(ddof=1) / np.sqrt(n)
    return float(np.exp(pseudo.mean() - half)), float(np.exp(pseudo.mean() + half))


def _mean(values: Floats, n: NDArray[np.integer]) -> Floats:
    """Means of columns over what is defined; NaN where nothing is."""
    total = np.where(np.isnan(values), 0.0, values).sum(axis=0)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def _deviation(values: Floats, n: NDArray[np.integer]) -> Floats:
    """Standard deviations of columns; exactly 0 where all are equal, NaN with fewer than two."""
    known = ~np.isnan(values)
    squares = np.where(known, values - _mean(values, n), 0.0) ** 2
    found = np.sqrt(squares.sum(axis=0) / np.maximum(n - 1, 1))
    least = np.where(known, values, np.inf).min(axis=0, initial=np.inf)
    most = np.where(known, values, -np.inf).max(axis=0, initial=-np.inf)
    return np.where(n < 2, np.nan, np.where(least == most, 0.0, found))  # noqa: PLR2004 - a variance takes two


def _over(above: Floats, below: Floats) -> Floats:
    """A quotient: infinite over 0, NaN of 0 over 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return above / below
