"""Counts, moments and styles of documents: the kernels against numpy."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecosystem.core.streams import Streams
from ecosystem.strategies.learners.moments import add_documents, factors, styled

IDEAS = 5
ROUNDING = 1e-10
"""Relative error allowed: some hundred sums, each right to 1e-16, with room to spare."""


class Sums(NamedTuple):
    """What `add_documents` adds to."""

    told: NDArray[np.float64]
    """How often each idea was told; the kernel's `count`, a name that tuples use themselves."""
    right: NDArray[np.float64]
    total: NDArray[np.float64]
    mean: NDArray[np.float64]
    scatter: NDArray[np.float64]
    depths: NDArray[np.float64]
    shares: NDArray[np.float64]

    @classmethod
    def none(cls, domains: int, styles: int) -> Sums:
        """Nothing added yet."""
        shapes = [(IDEAS,), (IDEAS,), (domains,), (domains, styles), (domains, styles, styles), (domains,), (domains,)]
        return cls(*(np.zeros(shape) for shape in shapes))


class Papers(NamedTuple):
    """Documents as the kernel takes them."""

    domain: NDArray[np.int64]
    flat: NDArray[np.int64]
    correct: NDArray[np.bool_]
    style: NDArray[np.float32]
    depth: NDArray[np.float64]
    share: NDArray[np.float64]
    weight: NDArray[np.float64]


def invent(seed: int, documents: int, domains: int, styles: int, spread: float = 1.0, far: float = 0.0) -> Papers:
    """Documents by lot; one in four has no weight."""
    streams, who = Streams(seed), np.arange(documents)
    style = far + spread * streams.normal("style", who, styles)
    weight = streams.exponential("weight", who) * (streams.uniform("counts", who) < 0.75)
    return Papers(
        streams.integers("domain", who, domains), streams.integers("idea", who, IDEAS),
        streams.chance("right", who, 0.5), style.astype(np.float32), streams.uniform("depth", who),
        streams.uniform("share", who), weight,
    )  # fmt: skip


def add(papers: Papers, sums: Sums, rows: slice = slice(None)) -> None:
    """Add documents by the kernel."""
    arguments: Any = (*(column[rows].copy() for column in papers), *sums)
    add_documents(*arguments)


def plainly(papers: Papers, domains: int) -> Sums:
    """The sums as numpy has them."""
    sums = Sums.none(domains, papers.style.shape[1])
    for at, (flat, right, weight) in enumerate(zip(papers.flat, papers.correct, papers.weight, strict=True)):
        sums.told[flat] += weight
        sums.right[flat] += weight * right
        sums.total[papers.domain[at]] += weight
        sums.depths[papers.domain[at]] += weight * papers.depth[at]
        sums.shares[papers.domain[at]] += weight * papers.share[at]
    for domain in np.flatnonzero(sums.total):
        mine = (papers.domain == domain) & (papers.weight > 0)
        style, weight = papers.style[mine].astype(float), papers.weight[mine]
        sums.mean[domain] = np.average(style, axis=0, weights=weight)
        apart = style - sums.mean[domain]
        sums.scatter[domain] = np.einsum("n,na,nb->ab", weight, apart, apart)
    return sums


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 30), st.integers(1, 3), st.integers(1, 4))
def test_sums_are_those_of_numpy(seed: int, documents: int, domains: int, styles: int) -> None:
    papers = invent(seed, documents, domains, styles)
    found, known = Sums.none(domains, styles), plainly(papers, domains)
    add(papers, found)
    for name, value in found._asdict().items():
        told = np.tril(known.scatter) if name == "scatter" else getattr(known, name)
        assert np.allclose(value, told, rtol=ROUNDING, atol=ROUNDING), name


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 30), st.integers(0, 30))
def test_documents_may_come_in_batches(seed: int, documents: int, first: int) -> None:
    papers = invent(seed, documents, 2, 3)
    at_once, by_parts = Sums.none(2, 3), Sums.none(2, 3)
    add(papers, at_once)
    add(papers, by_parts, slice(first))
    add(papers, by_parts, slice(first, None))
    assert all(np.array_equal(a, b) for a, b in zip(at_once, by_parts, strict=True))


def test_a_narrow_style_far_from_the_origin_keeps_its_variance() -> None:
    """Sums of squares would lose it: 1e4 squared holds 1e8, and 1e-16 of that is a variance of 1e-8."""
    papers = invent(1, 5000, 1, 2, spread=0.01, far=1e4)
    papers = papers._replace(weight=np.ones(5000))
    found = Sums.none(1, 2)
    add(papers, found)
    told = np.cov(papers.style.astype(float).T, bias=True)
    assert np.allclose(found.scatter[0] / 5000, np.tril(told), rtol=1e-6)


def factored(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """The factor of one covariance."""
    out = np.zeros((1, *covariance.shape))
    factors(covariance[None].copy(), out)
    factor: NDArray[np.float64] = out[0]
    return factor


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_factors_are_those_of_numpy(seed: int, styles: int) -> None:
    root = Streams(seed).normal("root", np.arange(styles + 2), styles)
    covariance = root.T @ root
    lower = np.linalg.cholesky(covariance)
    assert np.allclose(factored(covariance), lower, rtol=1e-6, atol=1e-6)  # random roots are ill-conditioned at worst


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 6), st.integers(0, 5))
def test_singular_covariances_have_factors_too(seed: int, styles: int, rank: int) -> None:
    """What a factor is for is that its square is the covariance."""
    root = Streams(seed).normal("root", np.arange(min(rank, styles)), styles)
    covariance = root.T @ root
    factor = factored(covariance)
    assert np.isfinite(factor).all()
    assert np.array_equal(factor, np.tril(factor))
    # A used-up direction leaves a remainder of rounding, whose root is 1e-8 of the scale.
    assert np.allclose(factor @ factor.T, covariance, atol=1e-6 * (1 + np.trace(covariance)))


@pytest.mark.parametrize("covariance", [np.zeros((3, 3)), np.diag([0.0, 4.0, 0.0]), np.full((2, 2), 9.0)])
def test_factors_of_plain_singular_covariances_are_exact(covariance: NDArray[np.float64]) -> None:
    factor = factored(covariance)
    assert np.array_equal(factor @ factor.T, covariance)


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 8), st.floats(0.0, 2.0))
def test_styles_are_mean_plus_scaled_factor_times_normals(seed: int, texts: int, scale: float) -> None:
    streams, who = Streams(seed), np.arange(texts)
    mean = streams.normal("mean", np.arange(2), 3)
    factor = np.tril(streams.normal("factor", np.arange(6), 3).reshape(2, 3, 3))
    normal, domain = streams.normal("normal", who, 3), streams.integers("domain", who, 2)
    out = np.empty((texts, 3), dtype=np.float32)
    styled(domain, mean, factor, scale, normal, out)
    told = [mean[d] + scale * factor[d] @ z for d, z in zip(domain, normal, strict=True)]
    assert np.allclose(out, np.array(told).reshape(texts, 3), rtol=1e-5, atol=1e-5)  # float32
