"""Log-likelihood ratio of two Gaussians estimated from labelled samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.columns import column_sums
from ecosystem.core.compiled import compiled, plain
from ecosystem.core.parameters import param
from ecosystem.core.threads import in_pieces
from ecosystem.strategies.detectors.base import Detector, FittedDetector, Samples

__all__ = ["FittedGaussian", "Gaussian", "fit_class"]


LEAST_VARIANCE = float(np.finfo(np.float32).eps) ** 2
"""Variance in style units below which there is only the rounding of float32, in which styles are kept.

A model that says everything in one way has none; without a floor its precision would be infinite.
"""
AT_ONCE = 1 << 14
"""Texts scored at once: few enough for the processor's caches, enough for the cost of a call not to matter."""


def fit_class(
    samples: Samples, domains: int, shrinkage: float, ridge: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean of each domain and common within-domain covariance of one class of texts.

    Returns:
        Means, shape (domains, styles), those of thin domains drawn towards the common mean by
        ``shrinkage`` pseudo-texts; covariance, shape (styles, styles), with ``ridge`` added to its
        diagonal in proportion to its mean variance.
    """
    style = np.asarray(samples.style, dtype=np.float64)
    common = style.mean(axis=0)
    counts = np.bincount(samples.domain, minlength=domains).astype(float)
    sums = column_sums(samples.domain, domains, style)
    mean = (sums + shrinkage * common) / (counts + shrinkage)[:, None]
    apart = style - mean[samples.domain]
    covariance = apart.T @ apart / len(style)
    level = ridge * max(float(np.trace(covariance)) / len(covariance), LEAST_VARIANCE)
    return mean, covariance + level * np.eye(len(covariance))


@compiled
def _distances(
    domain: NDArray[np.int64],
    style: NDArray[np.float64],
    mean: NDArray[np.float64],
    precision: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Fill ``out`` (texts,) with squared Mahalanobis distances from the mean of each text's domain.

    Text by text: a matrix product would let the last bit of a score depend on how many are scored.
    """
    styles = style.shape[1]
    apart = np.empty(styles)
    for i in range(domain.size):
        out[i] = 0.0
        for a in range(styles):
            apart[a] = style[i, a] - mean[domain[i], a]
        for a in range(styles):
            row = 0.0
            for b in range(styles):
                row += precision[a, b] * apart[b]
            out[i] += apart[a] * row


@dataclass
class FittedGaussian(FittedDetector):
    """Two Gaussians and a threshold on their log-likelihood ratio (nats)."""

    human_mean: NDArray[np.float64]
    machine_mean: NDArray[np.float64]
    human_precision: NDArray[np.float64]
    machine_precision: NDArray[np.float64]
    constant: float
    threshold: float
    human_scores: NDArray[np.float64]

    def score(self, domain: NDArray[np.integer], style: NDArray[np.floating]) -> NDArray[np.float64]:
        """Log-likelihood of the machine Gaussian minus that of the human one, nats."""
        scores = np.empty(len(domain))

        def work(start: int, stop: int) -> None:
            where, text = plain(domain[start:stop], np.int64), plain(style[start:stop], np.float64)
            human, machine = np.empty(len(where)), np.empty(len(where))
            _distances(where, text, self.human_mean, self.human_precision, human)
            _distances(where, text, self.machine_mean, self.machine_precision, machine)
            scores[start:stop] = self.constant + 0.5 * (human - machine)

        in_pieces(work, len(scores), AT_ONCE)
        return scores

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """See :class:`FittedDetector`."""
        return {name: np.asarray(value) for name, value in vars(self).items()}


class Gaussian(Detector):
    """The Neyman-Pearson test if both classes are Gaussian within a domain.

    Its AUROC cannot exceed 1/2 + TV - TV^2/2, TV being the total variation distance between the two
    classes (Sadasivan et al. 2023, arXiv:2303.11156).
    """

    kind: ClassVar[str] = "gaussian"

    shrinkage: float = param(
        20.0,
        gt=0,
        unit="pseudo-texts",
        source="assumption: below twenty texts a domain's mean is mostly noise",
        meaning="weight of the common mean in each domain's mean",
    )
    ridge: float = param(
        1e-3,
        gt=0,
        unit="ratio",
        source="assumption: small against real variance, enough to invert a collapsed one",
        meaning="variance added to each dimension, relative to the mean variance",
    )

    def fit(self, human: Samples, machine: Samples, domains: int) -> FittedGaussian | None:
        """See :class:`Detector`; needs at least two texts per class and style dimension, and a style."""
        least = 2 * human.style.shape[1] + 2
        if human.style.shape[1] == 0 or len(human.domain) < least or len(machine.domain) < least:
            return None
        # Every second human text is held out, so that the threshold is not set on what was fitted.
        fitted = Samples(human.domain[::2], human.style[::2])
        held = Samples(human.domain[1::2], human.style[1::2])
        human_mean, human_cov = fit_class(fitted, domains, self.shrinkage, self.ridge)
        machine_mean, machine_cov = fit_class(machine, domains, self.shrinkage, self.ridge)
        constant = 0.5 * (np.linalg.slogdet(human_cov)[1] - np.linalg.slogdet(machine_cov)[1])
        detector = FittedGaussian(
            human_mean,
            machine_mean,
            np.linalg.inv(human_cov),
            np.linalg.inv(machine_cov),
            float(constant),
            np.inf,
            np.empty(0),
        )
        detector.human_scores = np.sort(detector.score(held.domain, held.style))
        detector.threshold = float(np.quantile(detector.human_scores, 1 - self.false_positive))
        return detector

    def restore(self, state: dict[str, NDArray[Any]]) -> FittedGaussian:
        """See :class:`Detector`."""
        numbers = ("constant", "threshold")
        values: dict[str, Any] = {name: float(v) if name in numbers else v for name, v in state.items()}
        return FittedGaussian(**values)
