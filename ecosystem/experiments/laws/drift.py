"""Pure replacement: each generation is fitted on what the last one wrote, and drifts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import polygamma

from ecosystem.experiments.laws import observe, theory
from ecosystem.experiments.laws.base import Found, Trial, law
from ecosystem.experiments.laws.text import paired
from ecosystem.strategies.learners.base import Model
from ecosystem.strategies.learners.kernel_density import KernelDensity

type FloatArray = NDArray[np.float64]


@law("A1")
def gaussian_variance(trial: Trial) -> Found:
    """E[s_n^2] = s0^2 (1 - 1/N)^n, and the mean has drifted by as much."""
    case = trial.case()
    variance, drift = case.fits(lambda model: (observe.variance(model), observe.drift(model)))
    left = case.style_variance * theory.drifted(case.documents, np.arange(1, case.steps + 1))
    for n in (1, 10, case.steps):
        yield trial.mean(case, "variance", variance[n - 1], left[n - 1], f"n = {n}")
        yield trial.mean(case, "squared drift", drift[n - 1], case.style_variance - left[n - 1], f"n = {n}")
    yield trial.mean(case, "sum of both", (variance + drift)[-1], case.style_variance, f"n = {case.steps}")
    yield trial.curve(
        case, "share of human variance", variance / case.style_variance, left / case.style_variance, label="variance"
    )
    yield trial.curve(
        case,
        "share of human variance",
        drift / case.style_variance,
        1 - left / case.style_variance,
        label="squared drift",
    )


@law("A2")
def typical_run(trial: Trial) -> Found:
    """E[ln s_n^2] = n (psi((N-1)/2) + ln(2/N)), near -2n/N, and so does the logarithm of the median."""
    case = trial.case()
    one = theory.log_growth(case.documents, case.documents)
    fits = np.arange(1, case.steps + 1)
    expected = np.log(case.style_variance) + fits * one
    log, single = case.fits(lambda model: (observe.log_variance(model), observe.variances(model)[:, 0]))
    # A sum of n logarithms of chi^2 is nearly normal, its median kappa_3 / (6 kappa_2) below its mean.
    half = (case.documents - 1) / 2
    skew = -polygamma(2, half) / (6 * polygamma(1, half))
    middle, error = _log_median(single)
    yield trial.mean(case, "log variance", log[-1], expected[-1], f"n = {case.steps}")
    yield trial.estimate(case, "log of the median", middle[-1], error[-1], expected[-1] + skew, f"n = {case.steps}")
    left = case.style_variance * theory.drifted(case.documents, fits)
    yield trial.curve(case, "variance", single, left, label="mean", log_y=True)
    yield trial.curve(case, "variance", np.exp(middle), np.exp(expected + skew), label="median", log_y=True)


def _log_median(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Logarithm of the median over replicates, and its standard error, shape (generations,).

    The error is half the distance between the order statistics sqrt(R)/2 ranks on either side.
    """
    ordered, count = np.log(np.sort(values, axis=1)), values.shape[1]
    low, high = (round((count - 1) / 2 + sign * np.sqrt(count) / 2) for sign in (-1, 1))
    return np.median(ordered, axis=1), (ordered[:, high] - ordered[:, low]) / 2


@law("A3")
def unbiased_variance(trial: Trial) -> Found:
    """E[s_n^2] = s0^2 for ever, E[(mu_n - mu0)^2] = s0^2 n/N, and still ln s_n^2 falls by about 1/N a generation."""
    case = trial.case()
    one = theory.log_growth(case.documents, case.documents - 1)
    variance, drift, log = case.fits(
        lambda model: (observe.variance(model), observe.drift(model), observe.log_variance(model))
    )
    fits = np.arange(1, case.steps + 1)
    apart, typical = case.style_variance * fits / case.documents, np.log(case.style_variance) + fits * one
    for n in (10, 20, case.steps):
        yield trial.mean(case, "variance", variance[n - 1], case.style_variance, f"n = {n}")
        yield trial.mean(case, "squared drift", drift[n - 1], apart[n - 1], f"n = {n}")
    yield trial.mean(case, "log variance", log[-1], typical[-1], f"n = {case.steps}")
    yield trial.curve(case, "variance", variance, np.full(case.steps, case.style_variance), label="mean")
    yield trial.curve(case, "variance", np.exp(log.mean(axis=1)), np.exp(typical), label="exp of the mean logarithm")
    yield trial.curve(case, "variance", drift, apart, label="squared drift")


@law("A5")
def heterozygosity(trial: Trial) -> Found:
    """E[H_n] = H0 (1 - 1/N)^n, and E[p_i] = p_i; money changes nothing of it."""
    case, money = paired(trial)
    human = theory.zipf(case.domain.ideas, case.domain.zipf)
    groups = {"first idea": np.arange(len(human)) == 0, "rare ideas": case.documents * human < 1}
    members = np.array(list(groups.values()), dtype=np.float64)

    def look(model: Model) -> tuple[FloatArray, FloatArray]:
        return observe.heterozygosity(model), members @ observe.frequencies(model).T

    diversity, share = case.fits(look)
    expected = theory.heterozygosity(human) * theory.drifted(case.documents, np.arange(1, case.steps + 1))
    for n in (1, 10, case.documents // 2, case.documents):
        if n <= case.steps:
            yield trial.mean(case, "diversity H", diversity[n - 1], expected[n - 1], f"n = {n}")
    for at, (name, group) in enumerate(groups.items()):
        for n in (10, case.documents):
            if n <= case.steps:
                yield trial.mean(case, f"frequency of {name}", share[n - 1, at], human[group].sum(), f"n = {n}")
    richer, months = money.fits(look), min(case.steps, money.steps)
    changes = [one[:months] - other[:months] for one, other in zip((diversity, share), richer, strict=True)]
    change = max(float(np.abs(difference).max()) for difference in changes)
    yield trial.exact(money, "largest change by money", change, 0.0, f"n <= {months}")
    yield trial.curve(case, "diversity H", diversity, expected, label="diversity H")


@law("A39")
def kernel_density(trial: Trial) -> Found:
    """Variance of the documents tends to (N - 1) h^2: smoothing adds each generation what sampling takes."""
    case = trial.case()
    learner = case.lab.learner
    if not isinstance(learner, KernelDensity):
        message = f"needs the kernel density learner, has {learner.kind}"
        raise TypeError(message)
    added, kept = learner.bandwidth**2, 1 - 1 / case.documents
    variance = case.fits(observe.variance) - added  # of the documents, without the kernel around each
    left = kept ** np.arange(1, case.steps + 1)
    limit = (case.documents - 1) * added
    expected = case.style_variance * left + limit * (1 - left / kept)
    for n in (10, 100, case.steps):
        yield trial.mean(case, "variance", variance[n - 1], expected[n - 1], f"n = {n}")
    yield trial.curve(case, "variance", variance, expected)
