"""How synthetic text is told from human text: classifiers fitted on labelled samples of style."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.registry import Component, Registry

__all__ = ["Detector", "FittedDetector", "Samples"]


class Samples(NamedTuple):
    """Texts whose origin is known."""

    domain: NDArray[np.int64]
    """Shape (texts,)."""
    style: NDArray[np.floating]
    """Shape (texts, styles), style units."""


class FittedDetector(ABC):
    """A detector after training; larger scores look more synthetic."""

    threshold: float
    """Texts with a score above it are flagged."""
    human_scores: NDArray[np.float64]
    """Sorted scores of held-out human text."""

    @abstractmethod
    def score(self, domain: NDArray[np.integer], style: NDArray[np.floating]) -> NDArray[np.float64]:
        """Score of each text, shape (texts,)."""

    @abstractmethod
    def dump(self) -> dict[str, NDArray[np.generic]]:
        """Everything needed to score, as arrays."""


class Detector(Component):
    """A way to fit a classifier; how well it does is never a parameter."""

    registry: ClassVar[Registry[type[Detector]]] = Registry("detector")

    false_positive: float = param(
        0.02,
        gt=0,
        lt=1,
        unit="probability",
        role="lever",
        source="commercial detectors stay under 2 % on web articles, Graphite 2026, graphite.io/five-percent",
        meaning="share of human text that the threshold lets be flagged on held-out samples",
    )
    refresh: int = param(
        6,
        ge=1,
        unit="months",
        role="lever",
        source="assumption: refitted twice a year",
        meaning="months between two fits",
    )
    samples: int = param(
        2000,
        ge=20,
        le=1_000_000,
        unit="texts",
        role="uncertainty",
        source="assumption: enough for a stable 2 % quantile (40 texts above it)",
        meaning="labelled texts of each class per fit",
    )

    @abstractmethod
    def fit(self, human: Samples, machine: Samples, domains: int) -> FittedDetector | None:
        """Fit on labelled texts; None where a class has too few of them to estimate from."""

    @abstractmethod
    def restore(self, state: dict[str, NDArray[Any]]) -> FittedDetector:
        """Rebuild a fitted detector from its dump."""
