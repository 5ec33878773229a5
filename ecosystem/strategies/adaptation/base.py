"""How an institution changes its levers in the light of what it earned."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.parameters import param
from ecosystem.core.registry import Component, Registry
from ecosystem.core.streams import Streams

__all__ = ["Adaptation", "Trial"]


class Trial(NamedTuple):
    """Where one institution stands; levers are natural logarithms of multipliers, 0 as the file says."""

    levers: NDArray[np.float64]
    """In use now, shape (levers,)."""
    settled: NDArray[np.float64]
    """In use before the present trial, shape (levers,)."""
    payoff: float
    """Earned per month with the present levers, USD."""
    settled_payoff: float
    """Earned per month before the present trial, USD; NaN before the first."""


class Adaptation(Component):
    """A rule of revision; what it sees is its own books and its rivals' public levers and size."""

    registry: ClassVar[Registry[type[Adaptation]]] = Registry("adaptation")

    interval: int = param(
        6,
        ge=1,
        unit="months",
        role="uncertainty",
        source="assumption: two reviews a year",
        meaning="months between two revisions",
    )

    @abstractmethod
    def revise(self, own: Trial, rivals: tuple[Trial, ...], key: np.uint64, draw: Streams) -> Trial:
        """The trial to run next; its payoff is filled in at the next revision."""
