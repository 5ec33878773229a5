"""What laws look at in a fitted model; every function gives one value per domain, shape (domains,)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.strategies.learners.base import Model

__all__ = ["drift", "frequencies", "heterozygosity", "ideas", "log_variance", "variance", "variances"]

type FloatArray = NDArray[np.float64]


def heterozygosity(model: Model) -> FloatArray:
    """H = 1 - sum p_i^2 of what the model writes at temperature 1."""
    return 1.0 - model.space.totals(model.probability**2)


def variances(model: Model) -> FloatArray:
    """Fitted variance of each coordinate of style, shape (domains, styles)."""
    diagonal: FloatArray = np.einsum("dss->ds", model.covariance)
    return diagonal


def variance(model: Model) -> FloatArray:
    """Fitted variance of style, averaged over its coordinates; each by itself follows the law of one dimension."""
    return variances(model).mean(axis=1)


def log_variance(model: Model) -> FloatArray:
    """Logarithm of the fitted variance of a coordinate of style, averaged over the coordinates."""
    return np.log(variances(model)).mean(axis=1)


def drift(model: Model) -> FloatArray:
    """Squared distance of the fitted mean from the human one, 0, averaged over the coordinates of style."""
    return (model.mean**2).mean(axis=1)


def ideas(model: Model) -> FloatArray:
    """Number of ideas that the model holds."""
    return model.held_space.lengths.astype(np.float64)


def frequencies(model: Model) -> FloatArray:
    """Frequency of every idea, where all domains have as many, shape (domains, ideas)."""
    return model.probability.reshape(model.space.rows, -1)
