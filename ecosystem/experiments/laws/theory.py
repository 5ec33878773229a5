"""Closed forms that several laws share. N is documents per generation, n the number of fits."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma

from ecosystem.world.settings.reality import DomainParameters

__all__ = [
    "accumulated",
    "alive",
    "best_weight",
    "drifted",
    "heterozygosity",
    "human",
    "log_growth",
    "mixed_course",
    "mixed_diversity",
    "mixed_gaussian",
    "weighted_variance",
    "zipf",
    "zipf_coverage",
]

type FloatArray = NDArray[np.float64]


def zipf(ideas: int, exponent: float) -> FloatArray:
    """Human frequency of each idea, the most frequent first: p_i proportional to i^-exponent, shape (ideas,)."""
    weight = np.arange(1, ideas + 1, dtype=np.float64) ** -exponent
    return weight / weight.sum()


def human(domain: DomainParameters) -> FloatArray:
    """Human frequency of each founding idea of a domain, shape (ideas,)."""
    if not domain.salience:
        return zipf(domain.ideas, domain.zipf)
    weight = np.asarray(domain.salience, dtype=np.float64)
    return weight / weight.sum()


def heterozygosity(frequency: ArrayLike) -> float:
    """H = 1 - sum p_i^2: the chance that two documents have different ideas."""
    return 1.0 - float((np.asarray(frequency, dtype=np.float64) ** 2).sum())


def drifted(documents: int, fits: ArrayLike) -> FloatArray:
    """Share of diversity or variance left after n fits, each on N documents of the last: (1 - 1/N)^n.

    The chance that two documents descend from different ones, generation after generation (Wright-Fisher);
    Seddik et al. 2024, arXiv:2404.05090, theorem 1.
    """
    return (1.0 - 1.0 / documents) ** np.asarray(fits, dtype=np.float64)


def accumulated(documents: int, fits: int) -> FloatArray:
    """Share of diversity or variance left at the fits 1 to n on all there is, in equal batches of N, shape (n,).

    prod_k (1 - 1/(N k^2)), which tends to sin(x)/x with x = pi/sqrt(N); the limit is that of Kazdan et al.
    2024, arXiv:2410.16713, the product follows from the share 1/k that each batch has of the pool.
    """
    batch = np.arange(1, fits + 1, dtype=np.float64)
    return np.cumprod(1.0 - 1.0 / (documents * batch**2))


def log_growth(documents: int, divisor: int) -> float:
    """E ln(s_{n+1}^2 / s_n^2) where N documents of the last generation give a sum of squares over ``divisor``.

    psi((N - 1)/2) - ln(divisor/2), the mean logarithm of chi^2_{N-1} / divisor; near -2/N with divisor N and
    near -1/N with N - 1.
    """
    return float(digamma((documents - 1) / 2) - np.log(divisor / 2))


def mixed_gaussian(documents: int, human: float, shrink: float = 1.0) -> tuple[float, float]:
    """Stationary variance and squared drift of a fit by maximum likelihood, where people write a share m.

    Each of N documents is human with probability m, of variance 1 about 0, or else from the last fit
    (mu, V) with variance lambda V. With P = E[m + (1-m) lambda V + m (1-m) mu^2], the variance of a document,
    E[V] = (1 - 1/N) P and E[mu^2] = (1-m)^2 E[mu^2] + P/N, hence E[mu^2] = P / (N m (2-m)) and
    P = m / (1 - (1-m) lambda (1 - 1/N) - (1-m) / (N (2-m))).

    Args:
        documents: N.
        human: m, above 0.
        shrink: lambda, what of the fitted variance is written.
    """
    fresh, copied, kept = human * (2.0 - human), 1.0 - human, 1.0 - 1.0 / documents
    spread = human / (1.0 - copied * shrink * kept - copied * human / (documents * fresh))
    return kept * spread, spread / (documents * fresh)


def mixed_diversity(documents: int, human: float) -> float:
    """Share of human diversity H0 at which fits settle of which each of N documents is human with probability m.

    (1-1/N)(1-c) / (1 - (1-1/N) c) with c = (1-m)^2, the chance that neither of two documents is human; near
    theta/(1 + theta) with theta = 2Nm.
    """
    kept, copied = 1.0 - 1.0 / documents, (1.0 - human) ** 2
    return kept * (1.0 - copied) / (1.0 - kept * copied)


def mixed_course(documents: ArrayLike, copied: FloatArray) -> FloatArray:
    """Share of human diversity H0 expected at each fit, where not all documents come from the last one.

    H' = (1 - 1/N) (c H + (1-c) H0): two documents are copies of one, or of two, or one of them at least is
    human, and then they have different ideas with chance H0, as E[p] is what it is for people.

    Args:
        documents: N, of all months or of each.
        copied: c of each month, the chance that two documents both come from the last fit, shape (months, ...);
            of the first month 0, as there is no fit yet.

    Returns:
        Shape of ``copied``.
    """
    course, now = np.empty_like(copied), np.zeros_like(copied[0])
    for month, number in enumerate(np.broadcast_to(documents, len(copied))):
        now = (1 - 1 / number) * (copied[month] * now + 1 - copied[month])
        course[month] = now
    return course


def alive(first: ArrayLike, fits: int) -> FloatArray:
    """Chance that an idea is held by fit n, of ideas with L documents expected in fit 1 of N >> L, shape of L.

    1 - exp(-L (1 - q_{n-1})) with q_0 = 0 and q_{k+1} = exp(q_k - 1), the chance that the line of one document
    is extinct after k more fits (Poisson branching process); 1 - q_k is near 2/(k + 2).
    """
    extinct = 0.0
    for _ in range(fits - 1):
        extinct = float(np.exp(extinct - 1.0))
    return -np.expm1(-np.asarray(first, dtype=np.float64) * (1.0 - extinct))


def best_weight(ratio: float) -> float:
    """The weight w of fresh data beside k documents of the last model for each at which `weighted_variance` is least.

    k w^2 + w = 1; the inverse of the golden ratio at k = 1, He, Xu and Cheng 2025, arXiv:2502.18049.
    """
    return float((np.sqrt(1 + 4 * ratio) - 1) / (2 * ratio))


def weighted_variance[T: (float, FloatArray)](weight: T, ratio: float, fresh: int) -> T:
    """Stationary variance D of a fitted mean in units of s0^2 / n_r, on fresh data of weight w and the last fit's.

    Documents have variance 1 (people, about 0) and V (the last fit, about a mean of variance D). Their
    weighted mean varies by A = w^2 / n_r + (1-w)^2 V / (k n_r) around its expectation, so D = (1-w)^2 D + A.
    The fit lacks what its mean varies by, V = w + (1-w) V + w (1-w) D - A, and hence V = 1 - D. With a
    fixed V = 1, as published, the last term of the denominator is missing; it goes with 1 / n_r.

    Args:
        weight: w, above 0, as a share of all weight.
        ratio: k, documents of the last model for each fresh one.
        fresh: fresh documents n_r.
    """
    own, copied = weight**2, (1 - weight) ** 2 / ratio
    return (own + copied) / (1 - (1 - weight) ** 2 + copied / fresh)


def zipf_coverage(documents: int, ideas: int, exponent: float) -> tuple[float, float]:
    """Expected number of ideas among N documents, and expected human mass of the others, under a Zipf law.

    With p_i = c i^-b, b > 1, sums over ideas are integrals (Hutter 2021, arXiv:2102.04074): of 1 - exp(-N p_i)
    less one half, as the first idea stands at 1 and not at 0 (Euler and Maclaurin), and both without the ideas
    beyond the last one K, whose mass would be c K^(1-b) / (b-1).

    Args:
        documents: N.
        ideas: K.
        exponent: b.
    """
    c = float(zipf(ideas, exponent)[0])
    beyond = c * ideas ** (1 - exponent) / (exponent - 1)
    factor = math.gamma(1 - 1 / exponent)
    covered = factor * (c * documents) ** (1 / exponent) - documents * beyond - 0.5
    return covered, factor * c ** (1 / exponent) * documents ** (1 / exponent - 1) / exponent - beyond
