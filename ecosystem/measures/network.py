"""How unequally links fall."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ecosystem.measures.base import measure
from ecosystem.measures.observation import LEAST_LINKS
from ecosystem.measures.sums import ratio, sums
from ecosystem.measures.view import View

__all__ = ["exponent_of"]

type F64 = NDArray[np.float64]

FEWEST_ITEMS = 50
"""Items in the tail below which no exponent is given: at 50 its standard error (alpha - 1)/sqrt(n)
(Clauset et al. 2009, eq. 3.2) is 0.16 for the 2.1 of web pages."""

STEP = 1e-4
"""Step of the numerical derivative; its error, of order step^2, is far below the standard error."""


@cache
def _mean_logs(least: int) -> tuple[F64, F64]:
    """Mean of ln k under each exponent alpha, P(k) ~ k^-alpha for k >= least; falling as alpha rises."""
    from scipy.special import zeta  # noqa: PLC0415 - slow to import

    alpha = 1.0 + np.geomspace(0.05, 20.0, 4000)
    slope = np.log(zeta(alpha + STEP, least)) - np.log(zeta(alpha - STEP, least))
    return alpha, -slope / (2 * STEP)


def exponent_of(mean_log: F64, least: int) -> F64:
    """Exponent of a discrete power law by maximum likelihood, from the mean of ln k over k >= least.

    Solves -zeta'(alpha, least) / zeta(alpha, least) = mean of ln k (Clauset, Shalizi and Newman
    2009, arXiv:0706.1062, eq. 3.6) by a table of 4,000 exponents between 1.05 and 21; NaN outside.
    """
    alpha, logs = _mean_logs(least)
    exponent: F64 = np.interp(mean_log, logs[::-1], alpha[::-1], left=np.nan, right=np.nan)
    return exponent


@measure("web", "domains", unit="exponent")
def in_degree_exponent(view: View) -> F64:
    """Exponent of the power law of in-links: P(k) ~ k^-alpha among items with 5 in-links and more.

    Of all public items so far, by discrete maximum likelihood (Clauset, Shalizi and Newman 2009,
    arXiv:0706.1062). The tail starts at a fixed 5 links rather than where a power law fits best, so that a
    change of the exponent is not one of the cut. NaN with fewer than 50 items in the tail.
    """
    tail, domains = view.seen.linked, view.seen.domains
    count = view.total(sums(tail.domain, domains, tail.items.astype(float)))
    logs = view.total(sums(tail.domain, domains, tail.items * np.log(tail.links.astype(float))))
    return np.where(count >= FEWEST_ITEMS, exponent_of(ratio(logs, count), LEAST_LINKS), np.nan)
