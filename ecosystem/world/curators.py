"""Curators: search engines, forums, feeds and news sites that host, rank and moderate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from ecosystem.strategies.detectors import Detector
from ecosystem.strategies.detectors.base import FittedDetector
from ecosystem.strategies.detectors.gaussian import Gaussian
from ecosystem.world import levers
from ecosystem.world.institutions import Institution
from ecosystem.world.settings.curators import CuratorParameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Curator", "restored_detector"]


class Curator(Institution[CuratorParameters]):
    """A host. Numbers per month live here; what it hosts lives in the table of items."""

    KIND = "curator"
    LEVERS = levers.CURATORS

    def __init__(self, model: mesa.Model, given: CuratorParameters, index: int) -> None:
        """Open for business at the start."""
        super().__init__(model, given, index)
        self.detector: FittedDetector | None = None
        self.fitted_at: int | None = None
        """Step of the detector's last fit; None before the first."""
        self.usual = np.nan
        """Upvotes per read here while the web filled up; NaN before anybody read."""
        self.usual_seen = np.nan
        """Share of reads here in which readers saw AI while the web filled up; NaN before anybody read."""
        self.premium = 0.0
        """What a signed item earned its author here above an unsigned one, averaged over months, USD."""

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """State beyond the settings, as arrays."""
        state: dict[str, NDArray[np.generic]] = {
            "fitted_at": np.asarray(-1 if self.fitted_at is None else self.fitted_at),
            "usual": np.asarray(self.usual),
            "usual_seen": np.asarray(self.usual_seen),
            "premium": np.asarray(self.premium),
        } | self.dump_trial()
        if self.detector is not None:
            state |= {f"detector.{name}": value for name, value in self.detector.dump().items()}
        return state

    def load(self, state: dict[str, NDArray[Any]]) -> None:
        """Take back what :meth:`dump` gave."""
        fitted_at = int(state["fitted_at"])
        self.fitted_at = None if fitted_at < 0 else fitted_at
        self.usual, self.usual_seen = float(state["usual"]), float(state["usual_seen"])
        self.premium = float(state["premium"])
        self.load_trial(state)
        # One that only the law demanded is of the standard kind.
        self.detector = restored_detector(self.settings.detector or Gaussian(), state)


def restored_detector(kind: Detector | None, state: dict[str, NDArray[Any]]) -> FittedDetector | None:
    """The detector in a dump of a curator or a lab; None if it had none."""
    prefix = "detector."
    parts = {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
    return kind.restore(parts) if kind is not None and parts else None
