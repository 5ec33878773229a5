"""AI labs: they crawl, train, sell and compete."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from ecosystem.core.clock import Clock
from ecosystem.core.ragged import Ragged
from ecosystem.strategies.detectors.base import FittedDetector
from ecosystem.strategies.learners.base import Model
from ecosystem.world import levers
from ecosystem.world.curators import restored_detector
from ecosystem.world.institutions import Institution
from ecosystem.world.settings.labs import LabParameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Lab"]

REMEMBERED = 6
"""Months over which losses are averaged. assumption: as long as from one training to the next, by default."""


class Lab(Institution[LabParameters]):
    """One lab. Its corpus lives with the corpora, its cash in the ledger."""

    KIND = "lab"
    LEVERS = levers.LABS

    def __init__(self, model: mesa.Model, given: LabParameters, index: int) -> None:
        """Found the lab."""
        super().__init__(model, given, index)
        # Mesa keeps the simulation under `model` (its DataCollector reads it there), so a lab's own is `fitted`.
        self.fitted: Model | None = None
        """The generation in use; None before the first training and after bankruptcy."""
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
        self.active = given.enters == "start"
        """Whether it is in business."""
        self.entered: int | None = 0 if self.active else None
        """Step of its first month in business; None while it waits for the market."""
        self.losses = np.full(REMEMBERED, np.nan)
        """Spending less income in each of the last months in business, USD, the newest last; NaN before the first."""
        self.subscribers = 0
        self.earlier_subscribers = 0
        self.experience = np.nan
        """Share of its users' questions answered right, averaged over months."""
        self.benchmark = np.nan
        """Accuracy on the public benchmark, as published at the last training."""
        self.trained_on = 0.0
        """Weighted documents of the last training."""
        self.training_bill = 0.0
        """What the last training cost, USD: it is due after the training, and levers move after that."""

    @property
    def usable(self) -> bool:
        """Whether it has a model that others can use."""
        return self.active and self.fitted is not None

    @property
    def waiting(self) -> bool:
        """Whether it is yet to enter."""
        return self.entered is None

    @property
    def burn(self) -> float:
        """What it loses in a month, averaged over the last ones, USD; NaN before the first."""
        known = self.losses[~np.isnan(self.losses)]
        return float(known.mean()) if len(known) else math.nan

    def since_launch(self, clock: Clock) -> int:
        """Months since its launch; negative before, and while it waits for the market."""
        if self.given.enters == "start":
            return self.since_date(clock)
        return -1 if self.entered is None else clock.step - self.entered - self.settings.entry_lag

    def since_date(self, clock: Clock) -> int:
        """Months since the date that the scenario gives for its launch, the start without one; negative before."""
        launch = self.settings.launch
        return clock.step - (clock.step_of(launch) if launch is not None else 0)

    @property
    def training_cost(self) -> float:
        """What a training costs at present, USD."""
        return self.settings.training_cost * self.dearness * self.settings.compute

    COUNTS = ("generation", "subscribers", "earlier_subscribers")
    NUMBERS = ("experience", "benchmark", "trained_on", "training_bill", "compute", "dearness")
    STEPS = ("detector_fitted_at", "trained_at", "entered")

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """State beyond the settings, as arrays."""
        state: dict[str, NDArray[np.generic]] = {
            name: np.asarray(getattr(self, name)) for name in (*self.COUNTS, *self.NUMBERS, "active", "losses")
        }
        state |= {name: np.asarray(-1 if getattr(self, name) is None else getattr(self, name)) for name in self.STEPS}
        state |= self.dump_trial()
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
        self.active, self.losses = bool(state["active"]), state["losses"].astype(np.float64)
        self.load_trial(state)
        self.detector = restored_detector(self.settings.detector, state)
        prefix = "model."
        parts = {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
        self.fitted = self.settings.learner.restore(space, parts) if parts else None
