"""Curators: search engines, forums, feeds and news sites that host, rank and moderate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from ecosystem.core.streams import name_key
from ecosystem.strategies.adaptation.base import Trial
from ecosystem.strategies.detectors import Detector
from ecosystem.strategies.detectors.base import FittedDetector
from ecosystem.world.settings.curators import CuratorParameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Curator", "restored_detector"]


class Curator(mesa.Agent):  # type: ignore[misc]  # mesa is untyped here
    """A host. Numbers per month live here; what it hosts lives in the table of items."""

    LEVERS = ("penalty", "false_positive")

    def __init__(self, model: mesa.Model, settings: CuratorParameters, index: int) -> None:
        """Open for business at the start."""
        super().__init__(model)
        self.name = settings.name
        self.key = name_key("curator", settings.name)
        self.index = index
        self.settings = settings
        self.detector: FittedDetector | None = None
        self.fitted_at: int | None = None
        """Step of the detector's last fit; None before the first."""
        self.trial = Trial(np.zeros(len(self.LEVERS)), np.zeros(len(self.LEVERS)), np.nan, np.nan)
        self.usual = np.nan
        """Upvotes per read here while the web filled up; NaN before anybody read."""
        self.earned = 0.0
        """Profit since the last revision, USD."""

    def lever(self, name: str) -> float:
        """Multiplier in force of a lever."""
        return float(np.exp(self.trial.levers[self.LEVERS.index(name)]))

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """State beyond the settings, as arrays."""
        state: dict[str, NDArray[np.generic]] = {
            "fitted_at": np.asarray(-1 if self.fitted_at is None else self.fitted_at),
            "levers": self.trial.levers,
            "settled": self.trial.settled,
            "payoffs": np.array([self.trial.payoff, self.trial.settled_payoff]),
            "earned": np.asarray(self.earned),
            "usual": np.asarray(self.usual),
        }
        if self.detector is not None:
            state |= {f"detector.{name}": value for name, value in self.detector.dump().items()}
        return state

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Take back what :meth:`dump` gave."""
        fitted_at = int(state["fitted_at"])
        self.fitted_at = None if fitted_at < 0 else fitted_at
        self.trial = Trial(state["levers"], state["settled"], *map(float, state["payoffs"]))
        self.earned, self.usual = float(state["earned"]), float(state["usual"])
        self.detector = restored_detector(self.settings.detector, state)


def restored_detector(kind: Detector | None, state: dict[str, NDArray[Any]]) -> FittedDetector | None:
    """The detector in a dump of a curator or a lab; None if it had none."""
    prefix = "detector."
    parts = {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
    return kind.restore(parts) if kind is not None and parts else None
