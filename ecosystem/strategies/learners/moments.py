"""Sufficient statistics of documents and the loops over them, shared by learners."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled

__all__ = ["add_documents", "factors", "styled"]

F64 = NDArray[np.float64]


@compiled
def add_documents(
    domain: NDArray[np.int64],
    flat: NDArray[np.int64],
    correct: NDArray[np.bool_],
    style: NDArray[np.float32],
    depth: F64,
    share: F64,
    weight: F64,
    count: F64,
    right: F64,
    total: F64,
    mean: F64,
    scatter: F64,
    depths: F64,
    shares: F64,
) -> None:
    """Add documents one by one to weighted counts, running means and scatter matrices.

    The update of mean and scatter is West's (1979, doi:10.1145/359146.359153): exact for weights,
    and free of the cancellation that sums of squares suffer once a model has narrowed.

    Shapes: count, right (ideas,); total, depths, shares (domains,); mean (domains, S); scatter
    (domains, S, S), its lower triangle only.
    """
    styles = style.shape[1]
    before = np.empty(styles)
    for i in range(domain.size):
        w = weight[i]
        if w <= 0.0:
            continue
        d = domain[i]
        count[flat[i]] += w
        if correct[i]:
            right[flat[i]] += w
        total[d] += w
        step = w / total[d]
        depths[d] += w * depth[i]
        shares[d] += w * share[i]
        for a in range(styles):
            before[a] = style[i, a] - mean[d, a]
            mean[d, a] += step * before[a]
        for a in range(styles):
            after = style[i, a] - mean[d, a]
            for b in range(a + 1):
                scatter[d, a, b] += w * after * before[b]


@compiled
def factors(covariance: F64, out: F64) -> None:
    """Lower Cholesky factor of each covariance (domains, S, S); a direction without variance gives 0."""
    styles = covariance.shape[1]
    for d in range(covariance.shape[0]):
        for a in range(styles):
            for b in range(a + 1):
                rest = covariance[d, a, b]
                for c in range(b):
                    rest -= out[d, a, c] * out[d, b, c]
                if a == b:
                    # Rounding can leave a tiny negative remainder in a direction that is used up.
                    out[d, a, a] = np.sqrt(max(rest, 0.0))
                elif out[d, b, b] > 0.0:
                    out[d, a, b] = rest / out[d, b, b]
                else:
                    out[d, a, b] = 0.0


@compiled
def styled(
    domain: NDArray[np.int64], mean: F64, factor: F64, scale: float, normal: F64, out: NDArray[np.float32]
) -> None:
    """Turn standard normals (texts, S) into styles: mean of the domain + scale * factor @ normal."""
    styles = mean.shape[1]
    for i in range(domain.size):
        d = domain[i]
        for a in range(styles):
            value = mean[d, a]
            for b in range(a + 1):
                value += scale * factor[d, a, b] * normal[i, b]
            out[i, a] = value
