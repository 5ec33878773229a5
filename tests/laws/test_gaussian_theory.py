"""Closed forms of the Gaussian laws, each against what it was derived from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import chi2

from ecosystem.experiments.laws import theory


@given(st.integers(2, 10_000), st.floats(0.01, 1.0), st.floats(0.1, 1.0))
def test_one_more_month_leaves_the_stationary_moments(documents: int, human: float, shrink: float) -> None:
    variance, drift = theory.mixed_gaussian(documents, human, shrink)
    # A document is human or copied; the variance of the mixture has a part from the distance of the two means.
    spread = human + (1 - human) * (shrink * variance + human * drift)
    assert (1 - 1 / documents) * spread == pytest.approx(variance, rel=1e-9)
    assert (1 - human) ** 2 * drift + spread / documents == pytest.approx(drift, rel=1e-9)


def test_people_alone_leave_only_the_error_of_sampling() -> None:
    assert theory.mixed_gaussian(50, 1.0) == pytest.approx((1 - 1 / 50, 1 / 50))


@pytest.mark.parametrize("divisor", [49, 50])
def test_log_growth_is_the_mean_logarithm_of_chi_squared(divisor: int) -> None:
    mean, _ = quad(lambda x: np.log(x / divisor) * chi2.pdf(x, 49), 0, 400)  # beyond 400 there is less than 1e-50
    assert theory.log_growth(50, divisor) == pytest.approx(mean, rel=1e-7)


@given(st.floats(0.1, 20.0))
def test_the_best_weight_has_the_least_variance_and_that_is_its_own_value(ratio: float) -> None:
    best = theory.best_weight(ratio)
    weights = np.linspace(0.01, 1.0, 991)
    many = 10**9  # documents, for the published formula
    assert theory.weighted_variance(best, ratio, many) <= theory.weighted_variance(weights, ratio, many).min() + 1e-9
    assert theory.weighted_variance(best, ratio, many) == pytest.approx(best, rel=1e-6)


@given(st.floats(0.05, 1.0), st.floats(0.1, 20.0), st.integers(2, 1000))
def test_what_the_weighted_mean_varies_by_is_missing_in_the_fitted_variance(
    weight: float, ratio: float, fresh: int
) -> None:
    drift = theory.weighted_variance(weight, ratio, fresh) / fresh
    variance = 1 - drift
    error = weight**2 / fresh + (1 - weight) ** 2 * variance / (ratio * fresh)
    mixed = weight + (1 - weight) * (variance + weight * drift)
    assert (1 - weight) ** 2 * drift + error == pytest.approx(drift, rel=1e-9)
    assert mixed - error == pytest.approx(variance, rel=1e-9)
