"""Fresh human documents beside those of the last model: what diversity and error settle at."""

from __future__ import annotations

import math
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ecosystem.experiments.laws import observe, theory
from ecosystem.experiments.laws.base import Found, Trial, law
from ecosystem.experiments.laws.cases import Case

type FloatArray = NDArray[np.float64]


@law("A12")
def gaussian_inflow(trial: Trial) -> Found:
    """Variance settles near s0^2 theta/(1 + theta), theta = 2Nm, and an error of the mean shrinks by 1 - m a fit."""
    for case in trial.cases:
        kept, apart = theory.mixed_gaussian(case.documents, case.human_share)
        variance, mean = case.fits(lambda model: (observe.variance(model), model.mean), start=case.steps // 5)
        yield trial.mean(case, "variance", variance.mean(axis=0), case.style_variance * kept)
        yield trial.mean(case, "squared drift", (mean**2).mean(axis=(0, 2)), case.style_variance * apart)
        lags = np.arange(1, round(1 / case.human_share) + 1)
        left, error = _left_of_errors(mean, lags)
        expected = (1 - case.human_share) ** lags
        half = len(lags) // 2
        yield trial.estimate(case, "error left", left[half], error[half], expected[half], f"{lags[half]} months later")
        yield trial.curve(
            case, "error of the mean left", left, expected, x=lags, standard_error=error, x_label="months later"
        )


def _left_of_errors(mean: FloatArray, lags: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    """E[mu_t mu_{t+k}] / E[mu_t^2] at each lag k and its standard error, shape (lags,) both.

    Args:
        mean: of every fit, about 0, shape (fits, replicates, coordinates).
        lags: in months.
    """
    left, error = np.empty(len(lags)), np.empty(len(lags))
    for at, lag in enumerate(lags):
        product = (mean[lag:] * mean[:-lag]).mean(axis=(0, 2))
        square = (mean[:-lag] ** 2).mean(axis=(0, 2))
        left[at] = product.mean() / square.mean()
        # The error of a ratio of means is that of what the ratio leaves unexplained (delta method).
        error[at] = (product - left[at] * square).std(ddof=1) / (math.sqrt(len(square)) * square.mean())
    return left, error


@law("A15")
def weight_of_fresh_data(trial: Trial) -> Found:
    """The fitted mean varies least where fresh data have the weight w with k w^2 + w = 1, then by w s0^2 / n_r."""
    mixes = [_Mix.of(case) for case in trial.cases]
    found = [_stationary(mix) for mix in mixes]
    for mix, values in zip(mixes, found, strict=True):
        stationary = theory.weighted_variance(mix.weight, mix.ratio, mix.fresh)
        yield trial.mean(mix.case, "variance of the mean", values, stationary)
    for ratio in sorted({mix.ratio for mix in mixes}):
        of_ratio = [at for at, mix in enumerate(mixes) if mix.ratio == ratio]
        least = theory.best_weight(ratio)
        best = min(of_ratio, key=lambda at: abs(mixes[at].weight - least))
        for at in of_ratio:
            if at != best:
                larger, smaller = (mixes[at].case, found[at]), (mixes[best].case, found[best])
                yield trial.order("variance above the least", larger, smaller)
        of_ratio.sort(key=lambda at: mixes[at].weight)
        weights = np.array([mixes[at].weight for at in of_ratio])
        expected = theory.weighted_variance(weights, ratio, mixes[best].fresh)
        yield trial.curve(
            mixes[best].case, "variance of the mean, n_r s0^-2", np.stack([found[at] for at in of_ratio]), expected,
            x=weights, label=f"k = {ratio:g}", x_label="weight w of fresh data",
        )  # fmt: skip


class _Mix(NamedTuple):
    """What a month's training set is made of in a case."""

    case: Case
    fresh: int
    """Human documents n_r."""
    ratio: float
    """k, documents of the last model for each."""
    weight: float
    """w, share of the training weight that human documents have."""

    @classmethod
    def of(cls, case: Case) -> Self:
        """Read from the case's scenario."""
        fresh = round(case.human_share * case.documents)
        worth, others = case.lab.data.weights, case.documents - fresh
        human = fresh * worth.human
        return cls(case, fresh, others / fresh, human / (human + others * worth.synthetic))


def _stationary(mix: _Mix) -> FloatArray:
    """Variance of the fitted mean in units of s0^2 / n_r, averaged over time, shape (replicates,)."""
    case = mix.case
    drift: FloatArray = case.fits(observe.drift, start=case.steps // 5).mean(axis=0)
    return drift * mix.fresh / case.style_variance
