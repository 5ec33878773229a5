"""AI labs: they crawl, train, sell and compete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from ecosystem.core.clock import Clock
from ecosystem.core.ragged import Ragged
from ecosystem.core.streams import name_key
from ecosystem.strategies.adaptation.base import Trial
from ecosystem.strategies.detectors.base import FittedDetector
from ecosystem.strategies.learners.base import Model
from ecosystem.world.curators import restored_detector
from ecosystem.world.settings.labs import LabParameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Lab"]


class Lab(mesa.Agent):  # type: ignore[misc]  # mesa is untyped here
    """One lab. Its corpus lives with the corpora, its cash in the ledger."""

    LEVERS = ("price", "api_ratio")

    def __init__(self, model: mesa.Model, settings: LabParameters, index: int) -> None:
        """Found the lab."""
        super().__init__(model)
        # Mesa keeps the simulation under `model` (its DataCollector reads it there), so a lab's own is `fitted`.
        self.fitted: Model | None = None
        """The generation in use; None before the first training and after bankruptcy."""
        self.name = settings.name
        self.key = name_key("lab", settings.name)
        self.index = index
        self.settings = settings
        self.generation = 0
        """Trainings so far; 0 before the first."""
        self.detector: FittedDetector | None = None
        self.detector_fitted_at: int | None = None
        """Step of the detector's last fit; None before the first."""
        self.trained_at: int | None = None
        """Step of the last training; None before the first."""
        self.compute = 1.0
        """Training compute relative to the launch."""
        self.dearness = 1.0
        """Cost of a training relative to the launch."""
        self.active = True
        self.subscribers = 0
        self.earlier_subscribers = 0
        self.experience = np.nan
        """Share of its users' questions answered right, averaged over months."""
        self.benchmark = np.nan
        """Accuracy on the public benchmark, as published at the last training."""
        self.trained_on = 0.0
        """Weighted documents of the last training."""
        self.trial = Trial(np.zeros(len(self.LEVERS)), np.zeros(len(self.LEVERS)), np.nan, np.nan)
        self.earned = 0.0
        """Profit since the last revision, USD."""

    @property
    def usable(self) -> bool:
        """Whether it has a model that others can use."""
        return self.active and self.fitted is not None

    def since_launch(self, clock: Clock) -> int:
        """Months since its launch; negative before."""
        launch = self.settings.launch
        return clock.step - (clock.step_of(launch) if launch is not None else 0)

    def lever(self, name: str) -> float:
        """Multiplier in force of a lever."""
        return float(np.exp(self.trial.levers[self.LEVERS.index(name)]))

    @property
    def price(self) -> float:
        """Price of a subscription in force, USD per month."""
        return self.settings.price * self.lever("price")

    @property
    def api_ratio(self) -> float:
        """API price in force relative to the market price."""
        return self.settings.api_ratio * self.lever("api_ratio")

    COUNTS = ("generation", "subscribers", "earlier_subscribers")
    NUMBERS = ("experience", "benchmark", "trained_on", "earned", "compute", "dearness")
    STEPS = ("detector_fitted_at", "trained_at")

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """State beyond the settings, as arrays."""
        state: dict[str, NDArray[np.generic]] = {
            name: np.asarray(getattr(self, name)) for name in (*self.COUNTS, *self.NUMBERS, "active")
        }
        state |= {name: np.asarray(-1 if getattr(self, name) is None else getattr(self, name)) for name in self.STEPS}
        state |= {
            "levers": self.trial.levers,
            "settled": self.trial.settled,
            "payoffs": np.array([self.trial.payoff, self.trial.settled_payoff]),
        }
        if self.fitted is not None:
            state |= {f"model.{name}": value for name, value in self.fitted.dump().items()}
        if self.detector is not None:
            state |= {f"detector.{name}": value for name, value in self.detector.dump().items()}
        return state

    def load(self, state: dict[str, NDArray[Any]], space: Ragged) -> None:
        """Take back what :meth:`dump` gave; ``space`` is the layout of ideas by domain."""
        for name in self.COUNTS:
            setattr(self, name, int(state[name]))
        for name in self.NUMBERS:
            setattr(self, name, float(state[name]))
        for name in self.STEPS:
            setattr(self, name, None if state[name] < 0 else int(state[name]))
        self.active = bool(state["active"])
        self.trial = Trial(state["levers"], state["settled"], *map(float, state["payoffs"]))
        self.detector = restored_detector(self.settings.detector, state)
        prefix = "model."
        parts = {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
        self.fitted = self.settings.learner.restore(space, parts) if parts else None
