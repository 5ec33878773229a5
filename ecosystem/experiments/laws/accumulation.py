"""Everything that was ever written is kept: what is lost stays bounded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import beta, digamma, polygamma

from ecosystem.experiments.laws import observe, theory
from ecosystem.experiments.laws.base import Found, Trial, law
from ecosystem.strategies.learners.base import Model

type FloatArray = NDArray[np.float64]


@law("A16")
def accumulation(trial: Trial) -> Found:
    """E[H_n] = H0 prod (1 - 1/(N k^2)), the same for Gaussian variance; the mean drifts by what is missing."""
    case = trial.case("ideas")
    start = theory.heterozygosity(theory.zipf(case.domain.ideas, case.domain.zipf))
    left = theory.accumulated(case.documents, case.steps)
    diversity = case.fits(observe.heterozygosity)
    for n in (1, 2, 10, case.steps):
        yield trial.mean(case, "diversity H", diversity[n - 1], start * left[n - 1], f"n = {n}")
    yield trial.curve(case, "share left", diversity / start, left, label="diversity of ideas", log_x=True)

    case = trial.case("style")
    human, left = case.style_variance, theory.accumulated(case.documents, case.steps)
    variance, drift = case.fits(lambda model: (observe.variance(model), observe.drift(model)))
    for n in (1, 2, 10, case.steps):
        yield trial.mean(case, "variance", variance[n - 1], human * left[n - 1], f"n = {n}")
        yield trial.mean(case, "squared drift", drift[n - 1], human * (1 - left[n - 1]), f"n = {n}")
    yield trial.curve(case, "share left", variance / human, left, label="variance of style", log_x=True)


TAIL = 10
"""Documents from which on an idea counts for the exponent of the tail: Yule's law is a power law to 10 % there."""


@law("A21")
def copies_and_inventions(trial: Trial) -> Found:
    """New ideas with chance a, else copies of the past: P(k) = rho B(k, rho + 1), rho = 1/(1-a), tail k^-(1+rho)."""
    case = trial.case()
    rho = 1 / (1 - case.human_share * case.settings.humans.invention)
    count = case.fits(_counts, start=case.steps - 1)[0]
    times = np.arange(1, 101)
    share = np.bincount(count)[times] / len(count)
    # Drawn one by one, ideas would vary so; counts of the whole process vary a little less.
    error = np.sqrt(share * (1 - share) / len(count))
    expected = rho * beta(times, rho + 1)
    yield trial.estimate(case, "ideas told once", share[0], error[0], expected[0])
    yield trial.estimate(case, "ideas told twice", share[1], error[1], expected[1])
    found, uncertain = _yule_exponent(count[count >= TAIL])
    yield trial.estimate(case, "exponent of the tail", 1 + found, uncertain, 1 + rho)
    yield trial.curve(
        case, "share of ideas", share, expected, x=times, standard_error=error,
        x_label="documents on an idea", log_x=True, log_y=True,
    )  # fmt: skip


def _counts(model: Model) -> NDArray[np.int64]:
    """Number of documents on each idea that the model holds, of all domains, shape (ideas held,)."""
    documents = np.repeat(model.weight, model.held_space.lengths)
    return np.rint(model.probability[model.held] * documents).astype(np.int64)


def _yule_exponent(count: NDArray[np.int64]) -> tuple[float, float]:
    """Maximum likelihood of rho in P(k) = rho B(k, rho + 1), given that k is at least TAIL, and its standard error.

    P(k >= m) = Gamma(m) Gamma(rho + 1) / Gamma(m + rho); likelihood and information follow from both.
    """

    def slope(rho: float) -> float:
        return float(len(count) / rho - (digamma(count + rho + 1) - digamma(TAIL + rho)).sum())

    rho = float(brentq(slope, 0.1, 10.0))
    information = len(count) / rho**2 + (polygamma(1, count + rho + 1) - polygamma(1, TAIL + rho)).sum()
    return rho, float(information**-0.5)
